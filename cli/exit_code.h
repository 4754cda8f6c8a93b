#pragma once

#include <cstddef>

namespace slidetype {

/// What became of the slides of a batch.
struct BatchOutcome {
    std::size_t slides = 0, failed = 0;
    std::size_t may_pass = 0;  ///< left to other processes, or failed for what may pass; see worth_retrying()
    bool interrupted = false;  ///< by a signal
    bool stopped = false;      ///< by itself: the first failure under --fail-fast, or results that could not be written
};

/// The code of a batch that was begun. 130 where a person interrupted it; 75 where the same command at another time
/// could bring more (a scheduler's SIGTERM included), for then what is done is skipped, and what stays failed is told
/// in the end; else 2 or 3 where some or all slides failed, and 0.
int exit_code_of(const BatchOutcome& outcome);

/// That of the report of a batch, of results or of features.
template <typename Report>
int exit_code_of_report(const Report& report) {
    using State = decltype(report.slides.front().state);
    std::size_t may_pass = report.retry ? 1 : 0;
    for (const auto& record : report.slides) {
        if (record.state == State::locked || (record.state == State::failed && record.retry)) ++may_pass;
    }
    return exit_code_of({.slides = report.slides.size(),
                         .failed = report.count(State::failed),
                         .may_pass = may_pass,
                         .interrupted = report.interrupted,
                         .stopped = !report.stopped.empty()});
}

/// The codes, as `--help` of commands with batches says them.
const char* exit_code_help();

}  // namespace slidetype

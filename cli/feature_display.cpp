#include "cli/feature_display.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/words.h"
#include "cli/exit_code.h"
#include "cli/print.h"
#include "cli/stop.h"
#include "cli/table.h"

namespace slidetype {

std::string FeatureDisplay::title(std::size_t index, const FeatureRecord& record) const {
    return fmt::format("[{}/{}] {}", index + 1, slides_, printable(record.source.filename().string()));
}

void FeatureDisplay::await(std::size_t index, const FeatureRecord& record) {
    waiting_.reset();
    waiting_.emplace(title(index, record) + " opening, finding tissue", quiet_);
}

void FeatureDisplay::begin(std::size_t index, const FeatureRecord& record, const std::string& why) {
    waiting_.reset();
    title_ = title(index, record);
    slide_begin_ = Clock::now();
    bar_.reset();
    if (!why.empty() && !quiet_) print(stderr, "{}: done again: {}\n", title_, why);
}

void FeatureDisplay::progress(std::size_t done, std::size_t total) {
    waiting_.reset();
    if (!bar_) bar_.emplace(title_, "tiles", quiet_);
    bar_->update(done, total, all_note());
}

/// Slides differ in size, so what is left is told from their mean.
std::string FeatureDisplay::all_note() const {
    if (slides_ < 2 || worked_on_ == 0) return {};
    const double mean = seconds_ / static_cast<double>(worked_on_);
    const double left = mean * static_cast<double>(slides_ - ended_) - std::min(mean, seconds_since(slide_begin_));
    return fmt::format("all {:.0f} %, {} left", 100.0 * static_cast<double>(ended_) / static_cast<double>(slides_),
                       duration_text(left));
}

void FeatureDisplay::end(std::size_t index, const FeatureRecord& record) {
    waiting_.reset();
    bar_.reset();
    ++ended_;
    title_ = title(index, record);
    if (record.skipped) {
        if (!quiet_) print(stderr, "{}: complete already, skipped\n", title_);
        return;
    }
    if (record.state == FeatureRecord::State::locked) {
        // The message names the slide itself.
        if (!quiet_) print(stderr, "[{}/{}] {}\n", index + 1, slides_, printable(record.error));
        return;
    }
    if (record.state == FeatureRecord::State::done) {
        ++worked_on_;  // one that failed says nothing of how long the others take
        seconds_ += record.seconds;
        if (!quiet_) {
            print(stderr, "{}: {} in {}{}\n", title_, counted(record.tiles, "tile"), duration_text(record.seconds),
                  record.note.empty() ? "" : ". " + sentence(printable(record.note)));
        }
    } else if (record.state == FeatureRecord::State::failed) {
        print(stderr, "{}\n", printable(record.error));
        if (!record.hint.empty()) print(stderr, "  {}\n", printable(record.hint));
    }
}

namespace {

void print_what_failed(const FeatureReport& report) {
    if (report.count(FeatureRecord::State::failed) == 0) return;
    print(stderr, "\nNot encoded:\n");
    for (const auto& record : report.slides) {
        if (record.state == FeatureRecord::State::failed)
            print(stderr, "  {} ({})\n", printable(record.error), record.error_code);
    }
}

/// Of what this run encoded.
std::string rate_text(const FeatureReport& report) {
    double seconds = 0;
    std::size_t tiles = 0;
    for (const auto& record : report.slides) {
        if (record.state != FeatureRecord::State::done || record.skipped) continue;
        seconds += record.encoding_seconds;
        tiles += record.tiles;
    }
    return seconds > 0 && tiles > 0 ? fmt::format(", {:.0f} tiles/s", static_cast<double>(tiles) / seconds) : "";
}

}  // namespace

FeatureReport encode_shown(OpenEncoder& encoder, std::span<const BatchSlide> slides, const FeatureOptions& options,
                           bool quiet) {
    FeatureDisplay display(slides.size(), quiet);
    FeatureCallbacks callbacks;
    callbacks.slide_awaited = [&](std::size_t index, const FeatureRecord& record) { display.await(index, record); };
    callbacks.slide_begins = [&](std::size_t index, const FeatureRecord& record, const std::string& why) {
        display.begin(index, record, why);
    };
    callbacks.slide_ends = [&](std::size_t index, const FeatureRecord& record) { display.end(index, record); };
    callbacks.progress = [&](std::size_t done, std::size_t total) { display.progress(done, total); };
    callbacks.stop_requested = stop_requested;
    return encode_slides(encoder, slides, options, callbacks);
}

void print_feature_summary(const FeatureReport& report, const EncoderInfo& encoder,
                           const std::filesystem::path& output) {
    print_what_failed(report);
    std::size_t tiles = 0, unreadable = 0;
    std::uintmax_t bytes = 0;
    for (const auto& record : report.slides) {
        if (record.state != FeatureRecord::State::done) continue;
        tiles += record.tiles, unreadable += record.unreadable, bytes += record.bytes;
    }
    const auto done = report.count(FeatureRecord::State::done), skipped = report.skipped();
    print("{}{}, {}, {} numbers each of {}, {} in {}{}\n", counted(done, "slide"),
          skipped > 0 ? fmt::format(" ({} before)", skipped) : "", counted(tiles, "tile"), encoder.dimension,
          printable(encoder.name), size_text(bytes), printable(output.string()), rate_text(report));
    if (unreadable > 0) print(stderr, "{} could not be read and were left out.\n", counted(unreadable, "tile"));
    if (report.interrupted) print(stderr, "Stopped on request.\n");
    if (!report.stopped.empty()) print(stderr, "Stopped: {}\n", printable(report.stopped));
    if (done == report.slides.size()) {
        if (skipped == done) print(stderr, "Nothing was left to do (--force does slides again).\n");
        return;
    }
    const auto left = [&](FeatureRecord::State state, const char* words) {
        if (const auto count = report.count(state); count > 0)
            print(stderr, "{} {}.\n", counted(count, "slide"), words);
    };
    left(FeatureRecord::State::failed, "failed");
    left(FeatureRecord::State::cancelled, "interrupted");
    left(FeatureRecord::State::locked, "being done by other processes");
    left(FeatureRecord::State::pending, "not begun");
    print(stderr, "The same command again does only what is missing; features.csv says which.\n");
}

int exit_code(const FeatureReport& report) {
    return exit_code_of_report(report);
}

}  // namespace slidetype

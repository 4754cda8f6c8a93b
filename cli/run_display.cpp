#include "cli/run_display.h"

#include <fmt/format.h>

#include <cstdio>

#include "cli/print.h"
#include "cli/table.h"

namespace slidetype {

std::string RunDisplay::title(std::size_t index, const SlideRecord& record) const {
    return fmt::format("[{}/{}] {}", index + 1, slides_, printable(record.source.filename().string()));
}

void RunDisplay::await(std::size_t index, const SlideRecord& record) {
    waiting_.reset();
    waiting_.emplace(title(index, record) + " opening, finding tissue", quiet_);
}

void RunDisplay::begin(std::size_t index, const SlideRecord& record, const std::string& why) {
    waiting_.reset();
    title_ = title(index, record);
    slide_begin_ = Clock::now();
    bar_.reset();
    if (!why.empty() && !quiet_) print(stderr, "{}: done again: {}\n", title_, why);
}

void RunDisplay::progress(const AnalyseProgress& progress) {
    waiting_.reset();
    // A bar of its own for each stage, so that the rate is that of the scoring.
    if (!bar_ || progress.stage != stage_) bar_.emplace(title_, "tiles", quiet_);
    stage_ = progress.stage;
    if (progress.stage == AnalyseStage::score) {
        bar_->update(progress.done, progress.total, batch_note(progress));
    } else {
        bar_->say(progress.stage == AnalyseStage::open ? "opening" : "finding tissue");
    }
}

/// Slides of a batch differ in size, so what is left is told from their mean.
std::string RunDisplay::batch_note(const AnalyseProgress& progress) const {
    if (slides_ < 2 || worked_on_ == 0) return {};
    const double present = seconds_since(slide_begin_);
    const double mean = seconds_ / static_cast<double>(worked_on_);
    const double left = mean * static_cast<double>(slides_ - ended_) - std::min(mean, present);
    return fmt::format("batch {:.0f} %, {:.1f} tiles/s, {} left",
                       100.0 * static_cast<double>(ended_) / static_cast<double>(slides_),
                       static_cast<double>(tiles_ + progress.done) / (seconds_ + present), duration_text(left));
}

void RunDisplay::end(std::size_t index, const SlideRecord& record) {
    using State = SlideRecord::State;
    waiting_.reset();
    bar_.reset();
    ++ended_;
    title_ = title(index, record);
    if (record.skipped) {
        if (!quiet_) print(stderr, "{}: complete already, skipped\n", title_);
        return;
    }
    if (record.state == State::locked) {
        // The message names the slide itself.
        if (!quiet_) print(stderr, "[{}/{}] {}\n", index + 1, slides_, printable(record.error));
        return;
    }
    ++worked_on_;
    seconds_ += record.seconds;
    tiles_ += scored_tiles(record);
    if (record.state == State::done) {
        if (!quiet_) print(stderr, "{}: {} in {}\n", title_, record.call, duration_text(record.seconds));
    } else if (record.state == State::failed) {
        print(stderr, "{}\n", printable(record.error));
        if (!record.hint.empty()) print(stderr, "  {}\n", printable(record.hint));
    }
}

}  // namespace slidetype

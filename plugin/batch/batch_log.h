#pragma once

#include <chrono>
#include <filesystem>
#include <span>

#include "plugin/batch/batch.h"
#include "plugin/records/event_log.h"

namespace slidetype {

/// What happens in a batch, for machines; see docs/formats.md. Not thread-safe; callers serialise.
class BatchLog {
  public:
    /// Throws Error(io) where the file cannot be opened.
    explicit BatchLog(const std::filesystem::path& file) : log_(file) {}

    void run_begins(const Engine& engine, std::span<const BatchSlide> slides, const std::filesystem::path& output);
    void slide_begins(std::size_t index, const SlideRecord& record, const std::string& why);
    /// At most one line every five seconds.
    void progress(std::size_t index, const AnalyseProgress& progress);
    void slide_ends(std::size_t index, const SlideRecord& record);
    void run_ends(const BatchReport& report, int exit_code);

  private:
    EventLog log_;
    std::chrono::steady_clock::time_point next_progress_{};
};

}  // namespace slidetype

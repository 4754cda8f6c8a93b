#pragma once

#include <chrono>
#include <filesystem>
#include <span>
#include <string>

#include "plugin/batch/batch.h"

namespace slidetype {

/// What happens in a batch, for machines: one JSON object per line, appended to a file as it happens; see
/// docs/formats.md. Each line is written in one go, so processes may share the file. Once it cannot be written any more
/// nothing more is. Not thread-safe; callers serialise.
class BatchLog {
  public:
    /// Throws Error(io) where the file cannot be opened.
    explicit BatchLog(const std::filesystem::path& file);
    ~BatchLog();
    BatchLog(const BatchLog&) = delete;
    BatchLog& operator=(const BatchLog&) = delete;

    void run_begins(const Engine& engine, std::span<const BatchSlide> slides, const std::filesystem::path& output);
    void slide_begins(std::size_t index, const SlideRecord& record, const std::string& why);
    /// At most one line every five seconds.
    void progress(std::size_t index, const AnalyseProgress& progress);
    void slide_ends(std::size_t index, const SlideRecord& record);
    void run_ends(const BatchReport& report, int exit_code);

  private:
    void write(const std::string& line);

    int descriptor_;
    std::chrono::steady_clock::time_point next_progress_{};
};

}  // namespace slidetype

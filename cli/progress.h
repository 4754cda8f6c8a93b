#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/stopwatch.h"

namespace slidetype {

/// A progress bar with rate and remaining time on standard error: redrawn in place on a terminal, elsewhere a plain
/// line every ten seconds. Not thread-safe; callers serialise.
class Progress {
  public:
    /// `title` leads the line; `unit` is what is counted ("tiles"). `quiet` shows nothing.
    Progress(std::string title, std::string unit, bool quiet = false);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// `note` is put at the end of the line.
    void update(std::size_t done, std::size_t total, const std::string& note = {});
    /// Shows a stage that cannot be counted ("finding tissue"), on a terminal only.
    void say(const std::string& stage);
    /// Takes the bar off the terminal, so that other text can be printed.
    void clear();

  private:
    std::string line(std::size_t done, std::size_t total, const std::string& note, double seconds) const;

    std::string title_, unit_;
    bool quiet_, terminal_, drawn_ = false;
    Clock::time_point begin_ = Clock::now(), last_ = begin_;
};

/// "4.2 s", "3 min 20 s", "2 h 05 min".
std::string duration_text(double seconds);
/// "3.2 MB", "1.4 GB".
std::string size_text(std::uint64_t bytes);

}  // namespace slidetype

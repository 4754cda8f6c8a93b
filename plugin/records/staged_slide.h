#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"

namespace slidetype {

/// A slide with all that belongs to it, copied to a nearer disk for as long as the object lives. One object belongs to
/// one thread at a time.
class StagedSlide {
  public:
    /// Copies into a folder of its own below `disk`, which is made if need be, and looks whether each copy is as long
    /// as its original. Throws Error(io) where there is too little room or a file cannot be read or written,
    /// Error(cancelled) when asked to stop; then nothing is left there.
    StagedSlide(const std::filesystem::path& slide, const std::filesystem::path& disk,
                const std::function<bool()>& stop_requested);
    ~StagedSlide();
    StagedSlide(const StagedSlide&) = delete;
    StagedSlide& operator=(const StagedSlide&) = delete;

    /// The copy of the file that is opened.
    const std::filesystem::path& path() const { return path_; }
    std::uintmax_t bytes() const { return bytes_; }

    /// With the original's place wherever the copy's is named.
    std::string original_names(std::string text) const;
    Error original_names(const Error& error) const;

  private:
    void copy_all(const std::function<bool()>& stop_requested);

    std::filesystem::path slide_, disk_, folder_, path_;
    std::uintmax_t bytes_ = 0;
};

/// Removes what processes that were killed left below `disk`: folders that bear our mark, are ours, and whose process
/// has ended, or of which (on another machine or in another container) nothing is known for a day. Never throws.
void remove_staged_leftovers(const std::filesystem::path& disk);

}  // namespace slidetype

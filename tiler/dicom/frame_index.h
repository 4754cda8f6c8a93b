#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/read_only_file.h"
#include "tiler/dicom/dicom_head.h"
#include "tiler/dicom/transfer_syntax.h"

namespace slidetype {

/// Where the frames of a DICOM file lie in it. Compressed frames lie in items, one or several each, which a table of
/// offsets in the file may tell apart; where it is absent or cannot be right, the items themselves are stepped over.
/// Nothing is allocated beyond what the file's size warrants. Immutable: threads may share it.
class FrameIndex {
  public:
    /// No frames.
    FrameIndex() = default;
    /// `frames`: how many the file claims; `frame_bytes`: of one that is not compressed. `name` is for messages.
    /// Throws Error(corrupt) where frames cannot be told apart, Error(io).
    FrameIndex(const ReadOnlyFile& file, const DicomHead& head, FrameCodec codec, std::uint64_t frames,
               std::uint64_t frame_bytes, const std::string& name);

    /// How many begin within the file: fewer than it claims where it was cut short.
    std::size_t frames() const { return plain_bytes_ > 0 ? plain_frames_ : starts_.size(); }
    /// About how many bytes it takes; 0 where it lies beyond the file's end or is empty.
    std::uint64_t about_bytes(std::size_t frame) const;

    enum class Found { whole, empty, damaged };
    /// Reads the bytes of a frame that is there, its items put together. `empty` where it has none.
    Found read(const ReadOnlyFile& file, std::size_t frame, std::vector<std::uint8_t>& bytes) const;

  private:
    bool take_offsets(const ReadOnlyFile& file, const FileStretch& table, int width, std::uint64_t frames);
    void step_through_items(const ReadOnlyFile& file, FrameCodec codec, std::uint64_t frames, const std::string& name);

    std::uint64_t first_ = 0, end_ = 0;  ///< of the items, or of the pixels where these are not compressed
    std::vector<std::uint64_t> starts_;  ///< of each frame's first item
    std::uint64_t plain_bytes_ = 0;      ///< of a frame that is not compressed; else 0
    std::size_t plain_frames_ = 0;
};

}  // namespace slidetype

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "tiler/dicom/transfer_syntax.h"

namespace slidetype {

/// How the pixels of frames are stored, all of them alike: 8 bits, three samples.
struct FrameFormat {
    FrameCodec codec = FrameCodec::plain;
    int width = 0, height = 0;
    bool ycbcr = false;   ///< the colours that are stored, else RGB; JPEG 2000 may turn them itself
    bool planar = false;  ///< all red, then all green, then all blue; of frames that are not compressed
};

/// Whether the codec can shrink by this while decoding, so that frames still fit together.
bool shrinks_itself(const FrameFormat& format, int shrink);

/// 8-bit RGB of a frame's bytes, shrunk by the codec (1 for all but those that shrinks_itself() takes). False where
/// they are no such frame. Thread-safe. Throws Error(unsupported) where the module of JPEG 2000 is not there.
bool decode_frame(std::span<const std::uint8_t> bytes, const FrameFormat& format, int shrink,
                  std::vector<std::uint8_t>& rgb);

}  // namespace slidetype

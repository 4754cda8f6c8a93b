#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/read_only_file.h"

namespace slidetype {

/// What the tags of a TIFF say of its finest picture, before any pixel is decoded.
struct TiffPicture {
    std::int64_t width = 0, height = 0;            ///< pixels
    std::int64_t tile_width = 0, tile_height = 0;  ///< of the file's own tiles; 0 where the picture lies in strips
    int compression = 1, photometric = 0, samples = 1, bits = 1, sample_format = 1;  ///< as TIFF numbers them
    bool planar = false;          ///< the samples lie apart from each other (PlanarConfiguration 2)
    int of_this_size = 1;         ///< pictures of the same size and kind in the file, this one included
    std::uint32_t icc_bytes = 0;  ///< of its colour profile; 0 where it has none
    bool is_cmyk() const;
};

/// The largest tiled picture (of several the first), or the largest in strips where none is tiled. With `width` and
/// `height` the first that is so large, where there is one. Nothing where the file is no TIFF or cannot be followed.
/// Never throws but std::bad_alloc.
std::optional<TiffPicture> finest_picture(const ReadOnlyFile& file, std::int64_t width = 0, std::int64_t height = 0);

/// Why a file that is in order cannot be read as a stained section, and what to do about it.
struct Refusal {
    std::string cause, hint;
};

/// Nothing where the picture has colours that we read: 8 bits in each of three samples (or a palette of colours), a
/// codec that there is, and tiles of which one can be decoded at a time. `aperio`: Aperio's JPEG 2000 is one, too.
std::optional<Refusal> why_unsupported(const TiffPicture& picture, bool aperio);

}  // namespace slidetype

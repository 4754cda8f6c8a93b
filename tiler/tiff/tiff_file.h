#pragma once

#include <tiffio.h>

#include <cstdint>
#include <optional>

#include "base/pictures/quiet_tiff.h"
#include "base/read_only_file.h"

namespace slidetype {

inline constexpr int kMostTiffDirectories = 256;  // a slide has a dozen; more is a loop, or a stack of another kind

/// Opens the file with libtiff, at its first directory and without its messages; null where it is no TIFF. `file` stays
/// open. One thread at a time.
TiffHandle open_tiff(const ReadOnlyFile& file);

/// A number of the directory at hand; nothing where the tag is not there.
template <class Number>
std::optional<Number> tiff_field(TIFF* tiff, std::uint32_t tag) {
    Number value{};
    return TIFFGetField(tiff, tag, &value) == 1 ? std::optional(value) : std::nullopt;
}

}  // namespace slidetype

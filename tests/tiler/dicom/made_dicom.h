#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/raster.h"

namespace slidetype::testing {

using Bytes = std::vector<std::uint8_t>;

/// A DICOM object for tests, written byte by byte, so that it may be wrong in any way. Explicit VR unless
/// `implicit_vr`.
struct MadeDicom {
    enum class Offsets { basic, none, extended, wrong };
    struct Place {
        std::int32_t column = 0, row = 0;  ///< from 0
        std::string path{};
        std::optional<double> z_um{};
    };

    std::string transfer_syntax = "1.2.840.10008.1.2.4.50";
    bool implicit_vr = false;
    std::string sop_class = "1.2.840.10008.5.1.4.1.1.77.1.6";
    std::string instance_uid = "1.2.3.4.1", series_uid = "1.2.3.4", frame_of_reference_uid = "1.2.3.5", pyramid_uid{};
    std::string image_type = "ORIGINAL\\PRIMARY\\VOLUME\\NONE";  ///< empty: none
    std::string patient = "Doe^Jane";
    std::string organisation = "TILED_FULL";
    std::string photometric = "YBR_FULL_422";
    std::uint16_t samples = 3, bits = 8, planar = 0, columns = 64, rows = 64;
    std::uint32_t total_columns = 0, total_rows = 0;  ///< 0: not said
    std::string frames_claimed{};                     ///< empty: as many as there are
    std::string spacing_mm = "0.0005\\0.0005";        ///< of rows, then of columns; empty: none
    bool spacing_per_frame = false;
    std::optional<float> volume_width_mm, volume_height_mm;
    std::vector<std::string> optical_paths;
    std::uint32_t icc_bytes = 0, focal_planes = 1;
    std::optional<double> z_um;
    std::string concatenation_uid{};
    std::uint16_t part = 0, parts = 0;
    std::uint32_t first_frame = 0;
    std::vector<Place> places;
    bool shows_label = false;
    int nesting = 0;  ///< further sequences within the shared functional groups

    std::vector<Bytes> frames;
    Offsets offsets = Offsets::basic;
    int fragments = 1;         ///< of each frame
    bool encapsulated = true;  ///< else the frames lie side by side
    bool ends = true;          ///< with a delimiter
};

/// The bytes of the file.
Bytes dicom_bytes(const MadeDicom& made);
void write_dicom(const std::filesystem::path& path, const MadeDicom& made);

/// Makes the bytes of a tile (RGB).
using TileEncoder = std::function<Bytes(const RgbImage& tile)>;
Bytes as_jpeg(const RgbImage& tile);
Bytes as_rgb(const RgbImage& tile);
/// Lossless; `colour_transform` as the stream may have it, which turns the colours itself.
Bytes as_jpeg2000(const RgbImage& tile, bool colour_transform);

/// The tiles of a picture row by row, those at its edges filled up with white.
std::vector<Bytes> tiles_of(const RgbImage& picture, int width, int height, const TileEncoder& encode);

/// An object of a picture, in tiles of 64 × 64 JPEGs, or what `encode` makes of them.
MadeDicom made_of(const RgbImage& picture, const TileEncoder& encode = as_jpeg, int tile = 64);
/// The same, not compressed.
MadeDicom plain_of(const RgbImage& picture, int tile = 64);

/// Every second pixel of every second row, averaged over four.
RgbImage half_of(const RgbImage& picture);

}  // namespace slidetype::testing

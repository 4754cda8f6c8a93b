#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace slidetype {

/// What the places of a bag's tiles are counted in.
enum class PlaceUnit {
    level0_px,    ///< level-0 pixels
    micrometres,  ///< STAMP's; level-0 pixels once the slide's spacing is known
    unknown,      ///< the file says nothing, and it is not known which program wrote it
};

/// The upper left corner of a tile.
struct TilePlace {
    double x = 0, y = 0;
    bool operator==(const TilePlace&) const = default;
};

/// What a feature file says of the vectors that it holds. Everything may be unknown: most layouts say little.
struct BagOrigin {
    std::string slide;                           ///< name of the slide, without its folder; empty: not said
    std::string encoder;                         ///< its name, such as "compact" or "uni_v1"; empty: not said
    std::string encoder_sha256;                  ///< of the encoder's file; empty: not said
    std::optional<double> tile_level0_px;        ///< edge of a tile in level-0 pixels
    std::optional<double> tile_um;               ///< edge of a tile in micrometres
    std::optional<int> patch_size_px;            ///< edge of a tile in pixels, as the encoder saw it
    std::optional<double> spacing_um_px;         ///< of what the encoder saw
    std::optional<double> level0_spacing_um_px;  ///< of the slide; absent: not said
    std::optional<double> overlap_px;            ///< of neighbouring tiles, in the encoder's pixels
    PlaceUnit unit = PlaceUnit::unknown;
    bool operator==(const BagOrigin&) const = default;
};

/// The tiles of a slide as an encoder sees them. Numbers are held as IEEE 754 halves, whatever the file has: heads
/// learn from them what they would from floats, in half of the memory, and a file in floats gives the same model as one
/// in halves of the same numbers. A plain value.
struct Bag {
    std::size_t tiles = 0, dimension = 0;
    std::vector<std::uint16_t> features;  ///< tiles × dimension halves, row-major, all finite
    std::vector<TilePlace> places;        ///< of each tile; empty where the file has none
    BagOrigin origin;

    std::span<const std::uint16_t> row(std::size_t tile) const {
        return std::span(features).subspan(tile * dimension, dimension);
    }
};

}  // namespace slidetype

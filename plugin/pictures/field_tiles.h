#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/raster.h"
#include "plugin/pictures/field_scale.h"
#include "tiler/tiles/tile_grid.h"

namespace slidetype {

/// One tile of a picture that is cut.
struct FieldTile {
    int column = 0, row = 0;
    Rect rect;                           ///< pixels of the picture, upright
    float tissue_fraction = 1;           ///< 0 … 1 of the rect
    TileStatus status = TileStatus::ok;  ///< ok, background, and once scored benign or unfamiliar
    std::vector<float> probabilities{};  ///< per class, empty where it was not scored
    std::optional<float> tumour{};       ///< P(tumour), where it was scored and the model has a gate
};

/// A picture cut into tiles.
struct FieldTiles {
    std::vector<FieldTile> tiles;      ///< in raster order
    std::vector<std::uint8_t> pixels;  ///< of the tiles that are ok, in this order: patch × patch × 3 bytes each
    std::string note;                  ///< why nothing is tissue, where that is known
};

/// Cuts a picture into squares of about `scale.tile_edge_px` that cover it evenly, so that those of neighbours may
/// share some pixels, and brings them to `patch_px`. Tiles with less than `min_tissue` of their area on tissue are
/// background. Throws Error(too_coarse) where a pixel spans more than twice what the model needs, Error(bad_data) where
/// the picture's shorter edge is less than half a tile.
FieldTiles cut_field(const RgbImage& picture, const ModelConfig& model, const FieldScale& scale, double min_tissue);

}  // namespace slidetype

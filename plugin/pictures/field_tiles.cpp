#include "plugin/pictures/field_tiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/pictures/image_file.h"
#include "base/resampling/resample.h"

namespace slidetype {
namespace {

/// What is left over by less than this share of a tile gets no tile of its own.
constexpr double kLeftOver = 0.02;
constexpr double kFractionRounding = 1e-9;  // as on slides

/// Where the tiles of one axis begin: as few as cover it, evenly spread.
std::vector<int> places(int length, int tile, double edge) {
    const int count = std::max(1, static_cast<int>(std::ceil(length / edge - kLeftOver)));
    std::vector<int> out(static_cast<std::size_t>(count), 0);
    for (int i = 1; i < count; ++i) {
        out[static_cast<std::size_t>(i)] = static_cast<int>(std::lround(double(i) * (length - tile) / (count - 1)));
    }
    return out;
}

RgbImage part_of(const RgbImage& picture, const Rect& rect) {
    RgbImage out(static_cast<int>(rect.width), static_cast<int>(rect.height));
    for (int y = 0; y < out.height; ++y) {
        std::copy_n(picture.at(static_cast<int>(rect.x), static_cast<int>(rect.y) + y), 3 * out.width, out.at(0, y));
    }
    return out;
}

TissueMask tissue_of(const RgbImage& picture, double spacing_um_px) {
    const double shrink = std::max(1.0, TissueOptions().spacing_um_px / spacing_um_px);
    const auto edge = [shrink](int length) { return std::max(1, static_cast<int>(std::lround(length / shrink))); };
    auto small = averaged(picture, edge(picture.width), edge(picture.height));
    const double scale_x = double(picture.width) / small.width, scale_y = double(picture.height) / small.height;
    return find_tissue_in(std::move(small), scale_x, scale_y, std::sqrt(scale_x * scale_y) * spacing_um_px);
}

}  // namespace

FieldTiles cut_field(const RgbImage& picture, const ModelConfig& model, const FieldScale& scale, double min_tissue) {
    constexpr double kCoarsest = 2;  // times the model's spacing, as for slides
    if (scale.spacing_um_px > kCoarsest * model.spacing_um_px) {
        throw Error(ErrorCode::too_coarse, "picture",
                    fmt::format("has {:.3g} µm per pixel, and the model needs {:.3g}, or at most twice that",
                                scale.spacing_um_px, model.spacing_um_px),
                    "Take it with a stronger objective, or give the right size with --field-um or --spacing.");
    }
    const int edge = std::max(1, static_cast<int>(std::lround(scale.tile_edge_px)));
    const int width = std::min(edge, picture.width), height = std::min(edge, picture.height);
    if (2 * std::min(width, height) < edge) {
        throw Error(ErrorCode::bad_data, "picture",
                    fmt::format("is too narrow, {} x {} pixels, where a tile of the model has {}", picture.width,
                                picture.height, edge));
    }
    const auto mask = tissue_of(picture, scale.spacing_um_px);
    FieldTiles out;
    out.note = mask.note;
    const auto tops = places(picture.height, height, scale.tile_edge_px);
    const auto lefts = places(picture.width, width, scale.tile_edge_px);
    for (std::size_t row = 0; row < tops.size(); ++row) {
        for (std::size_t column = 0; column < lefts.size(); ++column) {
            const Rect rect{lefts[column], tops[row], width, height};
            const double fraction = mask.fraction(rect);
            const bool tissue = fraction >= min_tissue - kFractionRounding;
            out.tiles.push_back({static_cast<int>(column), static_cast<int>(row), rect, static_cast<float>(fraction),
                                 tissue ? TileStatus::ok : TileStatus::background});
            if (!tissue) continue;
            const auto tile = resize_image(part_of(picture, rect), model.patch_size_px, model.patch_size_px);
            out.pixels.insert(out.pixels.end(), tile.pixels.begin(), tile.pixels.end());
        }
    }
    return out;
}

}  // namespace slidetype

#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "plugin/analysis/slide_result.h"

namespace slidetype::testing {

/// What a made-up slide looks like. Tissue is an ellipse with a hole; P(LUSC) rises from left to right.
struct ResultOptions {
    int columns = 12, rows = 9;
    double low = 0.02, high = 0.98;  ///< P(LUSC) at the left and right border
    double overlap = 0;
    bool tissue = true;       ///< false: nothing but background
    bool read_errors = true;  ///< a small square of them
    bool thumbnail = true;
    bool gated = false;  ///< scored tiles at the bottom are benign and those at the right unfamiliar
    std::vector<std::string> classes = {"LUAD", "LUSC"};
};

inline constexpr int kTilePx = 512;

inline Tile made_tile(const ResultOptions& options, int column, int row) {
    const double x = (column + 0.5) / options.columns * 2 - 1, y = (row + 0.5) / options.rows * 2 - 1;
    const double radius = std::hypot(x, y), hole = std::hypot(x - 0.3, y + 0.2);
    const double stride = kTilePx * (1 - options.overlap);
    Tile tile;
    tile.column = column;
    tile.row = row;
    tile.rect = {std::llround(column * stride), std::llround(row * stride), kTilePx, kTilePx};
    const double inside = std::min((0.95 - radius) * 8, (hole - 0.18) * 12);
    tile.tissue_fraction = options.tissue ? static_cast<float>(std::clamp(inside, 0.0, 1.0)) : 0.0F;
    tile.status = tile.tissue_fraction >= 0.5F ? TileStatus::ok : TileStatus::background;
    if (tile.status == TileStatus::ok && x < -0.6) tile.status = TileStatus::outside_roi;
    const bool bad = std::abs(x + 0.3) < 0.12 && std::abs(y - 0.5) < 0.12;
    if (options.gated && tile.status == TileStatus::ok && y > 0.3) tile.status = TileStatus::benign;
    if (options.gated && tile.status == TileStatus::ok && x > 0.6) tile.status = TileStatus::unfamiliar;
    if (options.read_errors && tile.status == TileStatus::ok && bad) tile.status = TileStatus::read_error;
    return tile;
}

inline bool is_scored(const Tile& tile) {
    return tile.status == TileStatus::ok || tile.status == TileStatus::benign || tile.status == TileStatus::unfamiliar;
}

/// Probabilities of two classes along the gradient; with more classes each has its own stripe.
inline std::vector<float> made_probabilities(const ResultOptions& options, const Tile& tile) {
    const std::size_t n = options.classes.size();
    if (!is_scored(tile)) return std::vector<float>(n, std::numeric_limits<float>::quiet_NaN());
    const double wobble = 0.08 * std::sin(tile.column * 1.7) * std::cos(tile.row * 2.3);
    const double place = options.columns > 1 ? static_cast<double>(tile.column) / (options.columns - 1) : 0.5;
    const double p = std::clamp(options.low + (options.high - options.low) * (place + wobble), 0.0, 1.0);
    if (n == 2) return {static_cast<float>(1 - p), static_cast<float>(p)};
    std::vector<float> all(n, static_cast<float>(0.3 / static_cast<double>(n)));
    all[std::min(static_cast<std::size_t>(p * static_cast<double>(n)), n - 1)] += 0.7F;
    return all;
}

inline RgbImage made_thumbnail(const ResultOptions& options) {
    RgbImage image(options.columns * 16, options.rows * 16, 244);
    for (int y = 0; options.tissue && y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            const double u = 2.0 * x / image.width - 1, v = 2.0 * y / image.height - 1;
            if (std::hypot(u, v) > 0.92 || std::hypot(u - 0.3, v + 0.2) < 0.2) continue;
            const double grain = std::sin(x * 0.9) * std::sin(y * 0.7) * 18 + std::sin(x * 0.13 + y * 0.21) * 14;
            image.at(x, y)[0] = static_cast<std::uint8_t>(205 + grain);
            image.at(x, y)[1] = static_cast<std::uint8_t>(140 + grain);
            image.at(x, y)[2] = static_cast<std::uint8_t>(190 + grain);
        }
    }
    return image;
}

inline void add_call(SlideResult& result) {
    const double tile_mm2 = std::pow(kTilePx * result.slide.spacing.x_um_px / 1000, 2);
    std::vector<CallTile> tiles;
    result.class_areas_mm2.assign(result.classes(), 0);
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        const Tile& tile = result.grid.tiles[t];
        result.tissue_area_mm2 += static_cast<double>(tile.tissue_fraction) * tile_mm2;
        const double mm2 = static_cast<double>(tile.tissue_fraction) * tile_mm2;
        if (tile.status == TileStatus::benign) result.set_aside.benign.add(mm2);
        if (tile.status == TileStatus::unfamiliar) result.set_aside.unfamiliar.add(mm2);
        const auto vote = result.voted_class(t);
        if (!vote) continue;
        result.class_areas_mm2[*vote] += mm2;
        tiles.push_back({tile.column, tile.row, mm2, result.probability(t, 1)});
    }
    result.call = call_slide(tiles, {}, result.set_aside);
    if (result.call.prob_lusc) result.call.mean_probabilities = {1 - *result.call.prob_lusc, *result.call.prob_lusc};
    if (lusc_column(result.model.class_names)) return;
    result.call = {};
    result.call.label = CallLabel::none;
}

/// A whole result as a run would leave it.
inline SlideResult make_result(const ResultOptions& options = {}) {
    SlideResult result;
    result.slide.source = "/slides/TCGA-XX-0001.svs";
    result.slide.name = "TCGA-XX-0001";
    result.slide.vendor = "aperio";
    result.slide.quickhash = "0123456789abcdef";
    result.slide.bytes = 123456789;
    result.slide.spacing = {0.25, 0.25, SpacingSource::slide_mpp};
    result.model = {"lung-subtype-demo", std::string(64, 'a'), options.classes, 256, 0.5, {}, {}, {}, {}};
    if (options.gated) {
        result.model.gate = GateConfig{1.25, 0.5};
        result.model.familiarity = FamiliarityConfig{"familiarity.safetensors", std::string(64, 'b'), 17.5};
    }
    result.grid.columns = options.columns;
    result.grid.rows = options.rows;
    result.grid.patch_size_px = 256;
    result.grid.tile_width = result.grid.tile_height = kTilePx;
    result.grid.overlap = options.overlap;
    for (int row = 0; row < options.rows; ++row) {
        for (int column = 0; column < options.columns; ++column) {
            const Tile tile = made_tile(options, column, row);
            const auto probabilities = made_probabilities(options, tile);
            result.probabilities.insert(result.probabilities.end(), probabilities.begin(), probabilities.end());
            if (options.gated) {
                constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
                const bool tumour = tile.status == TileStatus::ok, familiar = tile.status != TileStatus::unfamiliar;
                result.tumour.push_back(!is_scored(tile) ? kNone : tumour ? 0.875F : 0.125F);
                result.strangeness.push_back(!is_scored(tile) ? kNone : familiar ? 0.5F : 3.5F);
            }
            if (tile.status == TileStatus::read_error) {
                result.reasons[result.grid.tiles.size()] = "JPEG data is damaged, \"unexpected end\"";
            }
            result.grid.tiles.push_back(tile);
        }
    }
    const Rect& last = result.grid.tiles.back().rect;
    result.slide.width = last.right();
    result.slide.height = last.bottom();
    if (options.thumbnail) result.thumbnail = made_thumbnail(options);
    if (options.thumbnail) {
        result.thumbnail_scale_x = static_cast<double>(result.slide.width) / result.thumbnail.width;
        result.thumbnail_scale_y = static_cast<double>(result.slide.height) / result.thumbnail.height;
    }
    result.parameters = {{"model", "lung-subtype-demo"}, {"overlap", "0"}};
    result.timing = {.open = 0.1,
                     .tissue = 0.5,
                     .read = 2.5,
                     .resample = 0.5,
                     .score = 4,
                     .wall = 4.5,
                     .pipeline = 3.8,
                     .thread_busy = {3.7, 3.3}};
    result.version = "0.1.0";
    add_call(result);
    return result;
}

}  // namespace slidetype::testing

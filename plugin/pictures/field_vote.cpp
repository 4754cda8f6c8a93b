#include "plugin/pictures/field_vote.h"

#include <algorithm>
#include <limits>

#include "plugin/analysis/call_result.h"
#include "plugin/analysis/slide_result.h"

namespace slidetype {
namespace {

TileGrid grid_of(const VotingField& field) {
    TileGrid grid;
    grid.tiles.reserve(field.tiles.size());
    for (const auto& tile : field.tiles) {
        grid.columns = std::max(grid.columns, tile.column + 1);
        grid.rows = std::max(grid.rows, tile.row + 1);
        grid.tiles.push_back({tile.column, tile.row, tile.rect, tile.tissue_fraction, tile.status});
    }
    // Neighbours may share pixels, which count once.
    grid.tile_width = static_cast<double>(field.width) / grid.columns;
    grid.tile_height = static_cast<double>(field.height) / grid.rows;
    return grid;
}

}  // namespace

CallThresholds picture_thresholds(const ModelConfig& model) {
    CallThresholds limits;
    if (model.slidetype && model.slidetype->call) limits = *model.slidetype->call;
    limits.min_area_mm2 = 0;
    return limits;
}

SlideCall call_field(const VotingField& field, const ModelConfig& model, bool gate) {
    constexpr float kNotScored = std::numeric_limits<float>::quiet_NaN();
    SlideResult result;
    result.model.class_names = model.class_names;
    result.slide.spacing.x_um_px = result.slide.spacing.y_um_px = field.spacing_um_px;
    result.grid = grid_of(field);
    const bool has_gate = model.slidetype && model.slidetype->gate;
    for (const auto& tile : field.tiles) {
        if (tile.probabilities.empty()) {
            result.probabilities.insert(result.probabilities.end(), result.classes(), kNotScored);
        } else {
            result.probabilities.insert(result.probabilities.end(), tile.probabilities.begin(),
                                        tile.probabilities.end());
        }
        if (has_gate) result.tumour.push_back(tile.tumour.value_or(kNotScored));
    }
    CallOptions options;
    options.thresholds = picture_thresholds(model);
    call_result(result, options, gate);
    return result.call;
}

}  // namespace slidetype

#include "plugin/cohorts/attended_cut.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "plugin/results/text.h"

namespace slidetype {
namespace {

/// Encoder's tiles within this factor of the network's field show the same tissue, or nearly.
constexpr double kMostDifferent = 2;

/// The edge of the encoder's tiles, level-0 pixels.
double tile_edge(const AttendedSlide& slide, const std::optional<double>& tile_um, double spacing_um_px) {
    const auto& origin = slide.origin;
    if (origin.tile_level0_px && *origin.tile_level0_px > 0) return *origin.tile_level0_px;
    if (origin.tile_um && *origin.tile_um > 0) return *origin.tile_um / spacing_um_px;
    if (origin.patch_size_px && origin.spacing_um_px) {
        return *origin.patch_size_px * *origin.spacing_um_px / spacing_um_px;
    }
    if (tile_um && *tile_um > 0) return *tile_um / spacing_um_px;
    throw Error(ErrorCode::bad_data, slide.slide.features.string(), "does not say how large its tiles are",
                "Encode the slides anew: slidetype features SLIDES -o DIR --encoder ENCODER.");
}

void require_like_field(const AttendedSlide& slide, double tile_um, double field_um) {
    if (tile_um <= kMostDifferent * field_um && field_um <= kMostDifferent * tile_um) return;
    throw Error(ErrorCode::bad_data, slide.slide.features.string(),
                fmt::format("its tiles are {:.0f} um wide and the network sees {:.0f} um, so it would be taught by "
                            "tissue that the heads have not looked at",
                            tile_um, field_um),
                "Take heads over an encoder whose tiles are about as wide as the network's field.");
}

std::vector<PlacedTile> placed_tiles_of(const AttendedSlide& slide, const std::optional<double>& tile_um,
                                        const Spacing& spacing, double field_um) {
    const double width = tile_edge(slide, tile_um, spacing.x_um_px),
                 height = tile_edge(slide, tile_um, spacing.y_um_px);
    require_like_field(slide, width * spacing.x_um_px, field_um);
    const bool micrometres = slide.origin.unit == PlaceUnit::micrometres;
    const double x_px = micrometres ? 1 / spacing.x_um_px : 1, y_px = micrometres ? 1 / spacing.y_um_px : 1;
    std::vector<PlacedTile> tiles;
    tiles.reserve(slide.tiles.size());
    for (const auto& tile : slide.tiles) {
        tiles.push_back({{tile.place.x * x_px + width / 2, tile.place.y * y_px + height / 2}, tile.label});
    }
    return tiles;
}

}  // namespace

PlacedCut cut_attended_tiles(const AttendedTiles& tiles, const std::filesystem::path& folder,
                             const PlacedCutOptions& options, const CutCallbacks& callbacks) {
    const double field_um = options.patch_size_px * options.spacing_um_px;
    // A table whose parts only keep the test apart does not say who validates.
    const bool divided = std::ranges::any_of(
        tiles.slides, [](const AttendedSlide& slide) { return slide.slide.part == Part::validation; });
    std::vector<PlacedSlide> slides;
    slides.reserve(tiles.slides.size());
    for (const auto& slide : tiles.slides) {
        PlacedSlide placed;
        placed.source = {slide.slide.file, slide.slide.patient, slide.slide.fold,
                         divided ? slide.slide.part : Part::none};
        placed.tiles = [&slide, &tiles, field_um](const Slide&, const Spacing& spacing) {
            return placed_tiles_of(slide, tiles.tile_um, spacing, field_um);
        };
        slides.push_back(std::move(placed));
    }
    return cut_placed_tiles(slides, folder, options, callbacks);
}

std::string picked_tiles_csv(const AttendedTiles& tiles, const PlacedCut& cut) {
    std::string text = "slide,x,y,width,height,label,attention_percentile,prob_LUSC,file\n";
    for (std::size_t s = 0; s < tiles.slides.size(); ++s) {
        const auto& slide = tiles.slides[s];
        for (std::size_t i = 0; i < cut.pictures[s].size(); ++i) {
            const auto& [file, rect] = cut.pictures[s][i];
            if (file.empty()) continue;
            const auto& tile = slide.tiles[i];
            text += fmt::format("{},{},{},{},{},{},{:.2f},{:.4f},{}\n", csv_field(slide.slide.file.string()), rect.x,
                                rect.y, rect.width, rect.height, label_name(tile.label), tile.attention, tile.p_lusc,
                                csv_field(file));
        }
    }
    return text;
}

}  // namespace slidetype

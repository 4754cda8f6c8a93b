#include "plugin/teaching/placed_tiles.h"

#include <set>
#include <tuple>
#include <utility>

#include "base/error.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

/// All of them, but where one lies just where another does: it would be the same picture.
std::vector<TeachingTile> without_repeated(TileGrid& grid, std::span<const PlacedTile> tiles) {
    std::set<std::tuple<std::int64_t, std::int64_t>> corners;
    std::vector<TeachingTile> kept;
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        auto& tile = grid.tiles[i];
        if (corners.emplace(tile.rect.x, tile.rect.y).second) {
            kept.push_back({i, tiles[i].label});
        } else {
            tile.status = TileStatus::outside_roi;
        }
    }
    return kept;
}

std::vector<PlacedPicture> cut_placed_slide(const PlacedSlide& source, std::size_t index,
                                            const PlacedCutOptions& options, TileFolder& folder) {
    folder.progress(index, CutStage::open, 0, 0);
    folder.stop_if_asked(source.source.slide);
    const Slide slide(source.source.slide);
    const auto spacing = slide.spacing();
    const auto tiles = source.tiles(slide, spacing);
    if (tiles.empty()) return {};
    std::vector<TileCentre> centres;
    centres.reserve(tiles.size());
    for (const auto& tile : tiles) centres.push_back(tile.centre);
    auto grid = place_tiles(slide, spacing, centres, {options.patch_size_px, options.spacing_um_px, 0, 0});
    const auto kept = without_repeated(grid, tiles);
    const auto files = folder.write(source.source, index, slide, grid, make_blocks(grid, 1), kept);
    std::vector<PlacedPicture> pictures(tiles.size());
    for (std::size_t i = 0; i < tiles.size(); ++i) pictures[i].rect = grid.tiles[i].rect;
    for (std::size_t i = 0; i < kept.size(); ++i) pictures[kept[i].tile].file = files[i];
    return pictures;
}

}  // namespace

PlacedCut cut_placed_tiles(std::span<const PlacedSlide> slides, const fs::path& path, const PlacedCutOptions& options,
                           const CutCallbacks& callbacks) {
    TileFolder folder(path, options.threads, callbacks);
    PlacedCut cut;
    cut.pictures.resize(slides.size());
    for (std::size_t i = 0; i < slides.size(); ++i) {
        try {
            cut.pictures[i] = cut_placed_slide(slides[i], i, options, folder);
        } catch (const Error& failure) {
            if (failure.code() == ErrorCode::cancelled || failure.code() == ErrorCode::io) throw;
            folder.written().problems.emplace_back(failure.what());
        }
    }
    static_cast<WrittenTiles&>(cut) = folder.finish();
    if (cut.slides > 0) return cut;
    throw Error(ErrorCode::bad_data, slides.empty() ? "the slides" : slides.front().source.slide.string(),
                "give no tile to train on" + (cut.problems.empty() ? std::string() : ": " + cut.problems.front()));
}

}  // namespace slidetype

#include "plugin/teaching/training_tiles.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/parallel.h"
#include "plugin/teaching/no_tiles.h"
#include "plugin/teaching/training_areas.h"
#include "tiler/tiles/tile_grid.h"
#include "tiler/tiles/tissue_mask.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

/// Cuts one slide after the other and gathers the manifest.
class Cutter {
  public:
    Cutter(const fs::path& folder, const CutOptions& options, const CutCallbacks& callbacks)
        : options_(options), callbacks_(callbacks), folder_(folder, options.threads, callbacks) {}

    void cut(const AnnotatedSlide& source, std::size_t index) {
        folder_.progress(index, CutStage::open, 0, 0);
        const Slide slide(source.slide);
        const auto spacing = slide.spacing(source.spacing_um_px);
        // Viewers draw in their own frame, which lacks the bounds offset.
        const auto bounds = options_.keep_offset ? std::nullopt : slide.bounds();
        const auto areas = read_training_areas(source.annotations, bounds ? static_cast<double>(bounds->x) : 0,
                                               bounds ? static_cast<double>(bounds->y) : 0, callbacks_.stop_requested);
        for (const auto& [name, count] : areas.other_classes) report_.other_classes[name] += count;
        report_.passed_over += areas.passed_over;

        const GridOptions grid_options{options_.patch_size_px, options_.spacing_um_px, 0, 0};
        auto grid = make_grid(slide, spacing, find_tissue(slide, spacing, {}, callbacks_.stop_requested), nullptr,
                              grid_options);
        TileCounts counts;
        auto chosen = choose(source, index, grid, areas, counts);
        report_.contested += counts.contested, report_.glass += counts.glass;
        for (const auto& [name, count] : counts.hidden) report_.hidden[name] += count;
        if (chosen.empty()) {
            folder_.written().problems.push_back(
                source.annotations.string() + ": " +
                why_no_tiles(areas, counts, {slide.width(), slide.height()}, options_));
            return;
        }
        folder_.write({source.slide, source.group, source.fold, source.part}, index, slide, grid, make_blocks(grid),
                      chosen);
    }

    void miss(std::string problem) { folder_.written().problems.push_back(std::move(problem)); }

    CutReport finish() {
        static_cast<WrittenTiles&>(report_) = folder_.finish();
        return std::move(report_);
    }

  private:
    /// Of all tiles of the grid, in parallel by rows.
    std::vector<TileLabel> label(const AnnotatedSlide& source, std::size_t index, const TileGrid& grid,
                                 const TrainingAreas& areas) const {
        std::vector<TileLabel> labels(grid.tiles.size());
        std::vector<Rect> rects;
        for (const auto& tile : grid.tiles) rects.push_back(tile.rect);
        const auto columns = static_cast<std::size_t>(grid.columns);
        const auto label_one = [&](std::size_t row) {
            folder_.stop_if_asked(source.slide);
            const auto some = label_row(areas, std::span(rects).subspan(row * columns, columns), options_.min_coverage);
            std::ranges::copy(some, labels.begin() + static_cast<std::ptrdiff_t>(row * columns));
        };
        parallel_for(options_.threads, static_cast<std::size_t>(grid.rows), label_one,
                     [&](std::size_t rows, std::size_t) {
                         folder_.progress(index, CutStage::label, rows * columns, labels.size());
                     });
        return labels;
    }

    /// Decides about every tile, and leaves the chosen ones alone with status ok.
    std::vector<TeachingTile> choose(const AnnotatedSlide& source, std::size_t index, TileGrid& grid,
                                     const TrainingAreas& areas, TileCounts& counts) const {
        const auto labels = label(source, index, grid, areas);
        std::vector<TeachingTile> chosen;
        for (std::size_t t = 0; t < labels.size(); ++t) {
            auto& tile = grid.tiles[t];
            tile.status = TileStatus::outside_roi;
            const auto [kind, class_index] = labels[t];
            if (kind == TileLabel::Kind::contested) ++counts.contested;
            if (kind == TileLabel::Kind::hidden) ++counts.hidden[areas.classes[static_cast<std::size_t>(class_index)]];
            if (kind != TileLabel::Kind::labelled) continue;
            if (static_cast<double>(tile.tissue_fraction) < options_.min_tissue) {
                ++counts.glass;
                continue;
            }
            tile.status = TileStatus::ok;
            chosen.push_back({t, class_index});
        }
        return chosen;
    }

    const CutOptions& options_;
    const CutCallbacks& callbacks_;
    TileFolder folder_;
    CutReport report_;
};

}  // namespace

CutReport cut_training_tiles(std::span<const AnnotatedSlide> slides, const fs::path& folder, const CutOptions& options,
                             const CutCallbacks& callbacks) {
    Cutter cutter(folder, options, callbacks);
    for (std::size_t i = 0; i < slides.size(); ++i) {
        try {
            cutter.cut(slides[i], i);
        } catch (const Error& failure) {
            if (failure.code() == ErrorCode::cancelled || failure.code() == ErrorCode::io) throw;
            cutter.miss(failure.what());
        }
    }
    auto report = cutter.finish();
    if (report.slides > 0) return report;
    std::string cause = "give no tile to train on";
    if (!report.problems.empty()) cause += ": " + report.problems.front();
    throw Error(ErrorCode::bad_data, slides.empty() ? "the slides" : slides.front().slide.string(), cause,
                hint_without_tiles(report));
}

}  // namespace slidetype

#include "tiler/tiles/grid_size.h"

#include <algorithm>
#include <string>

#include "base/error.h"
#include "tiler/tiles/resampled_read.h"

namespace slidetype {
namespace {

void check_options(const GridOptions& options) {
    const auto in = [](double value, double low, double high) { return value >= low && value <= high; };
    if (options.patch_size_px < 1 || options.patch_size_px > 16384)
        throw Error(ErrorCode::usage, "patch size", "must be 1 to 16384 pixels");
    if (!in(options.spacing_um_px, kMinSpacingUmPx, 100))
        throw Error(ErrorCode::usage, "model spacing", "must be 0.05 to 100 um per pixel");
    if (!in(options.overlap, 0, 0.9)) throw Error(ErrorCode::usage, "overlap", "must be 0 to 0.9");
    if (!in(options.min_tissue, 0, 1)) throw Error(ErrorCode::usage, "smallest tissue fraction", "must be 0 to 1");
}

void check_spacing(const Slide& slide, const Spacing& spacing, double model_um_px) {
    const double coarser = std::max(spacing.x_um_px, spacing.y_um_px);
    if (!(spacing.x_um_px > 0 && spacing.y_um_px > 0))
        throw Error(ErrorCode::bad_spacing, slide.path().string(), "has a pixel size that is not positive");
    if (coarser <= 2 * model_um_px) return;
    throw Error(ErrorCode::too_coarse, slide.path().string(),
                "its finest level has " + std::to_string(coarser) + " um per pixel and the model needs " +
                    std::to_string(model_um_px) + ", or at most twice that",
                "Scan the slide with a stronger objective, or give the right pixel size with `--spacing`.");
}

}  // namespace

TileGrid grid_without_tiles(const Slide& slide, const Spacing& spacing, const GridOptions& options) {
    check_options(options);
    check_spacing(slide, spacing, options.spacing_um_px);
    TileGrid grid;
    grid.patch_size_px = options.patch_size_px;
    grid.overlap = options.overlap;
    grid.tile_width = options.patch_size_px * options.spacing_um_px / spacing.x_um_px;
    grid.tile_height = options.patch_size_px * options.spacing_um_px / spacing.y_um_px;
    grid.level = level_for_network(slide, std::min(grid.tile_width, grid.tile_height) / options.patch_size_px);
    return grid;
}

}  // namespace slidetype

#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/raster.h"
#include "plugin/teaching/tile_folder.h"
#include "tiler/spacing/spacing.h"
#include "tiler/tiles/placed_grid.h"

namespace slidetype {

/// A tile that teaches, wherever on a slide it lies.
struct PlacedTile {
    TileCentre centre;
    int label = 0;  ///< LUAD, LUSC or benign: see label_name()
};

/// A slide and its tiles that teach, which may depend on what the slide says of itself. `tiles` may throw an Error,
/// which is the slide's.
struct PlacedSlide {
    TeachingSlide source;
    std::function<std::vector<PlacedTile>(const Slide&, const Spacing&)> tiles;
};

/// How they are cut.
struct PlacedCutOptions {
    int patch_size_px = 0;     ///< the model's input edge
    double spacing_um_px = 0;  ///< the model's spacing
    int threads = 1;
};

/// What became of a placed tile.
struct PlacedPicture {
    std::string file;  ///< below the folder; empty where it could not be read, or lies just where another does
    Rect rect;         ///< what the picture shows, level-0 pixels
};

struct PlacedCut : WrittenTiles {
    std::vector<std::vector<PlacedPicture>> pictures;  ///< of each slide, in the order of its tiles
};

/// Cuts tiles of the model's field round the centres, as cut_training_tiles() does from areas: the same files, the same
/// pixels where a centre is that of a tile of the grid. A slide that fails is listed in `problems` and the next one
/// begun. The same files for any number of threads. Throws Error(bad_data) where no tile results at all,
/// Error(cancelled) when asked to stop, Error(io) where the folder cannot be written.
PlacedCut cut_placed_tiles(std::span<const PlacedSlide> slides, const std::filesystem::path& folder,
                           const PlacedCutOptions& options, const CutCallbacks& callbacks = {});

}  // namespace slidetype

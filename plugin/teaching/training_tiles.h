#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>

#include "plugin/teaching/annotated_slides.h"
#include "plugin/teaching/tile_folder.h"
#include "tiler/annotations/drawn_areas.h"

namespace slidetype {

/// How annotated slides are cut into training tiles.
struct CutOptions {
    int patch_size_px = 0;      ///< the model's input edge
    double spacing_um_px = 0;   ///< the model's spacing
    double min_coverage = 0.5;  ///< share of a tile that its class must cover
    double min_tissue = 0.1;    ///< a tile with less is glass, whatever was drawn around it
    bool keep_offset = false;   ///< the annotations are in level-0 pixels even where the slide has a bounds offset
    int threads = 1;
};

/// What became of the annotations.
struct CutReport : WrittenTiles {
    std::size_t contested = 0;                  ///< covered almost equally by two classes: left out
    std::map<std::string, std::size_t> hidden;  ///< left out because an area of this class hides what covers them
    std::size_t glass = 0;                      ///< left out for want of tissue
    std::map<std::string, std::size_t> other_classes;  ///< annotations of other classes ("" for none), how many
    PassedOver passed_over;                            ///< objects that no person drew, or that are no areas
};

/// Cuts the tiles that `run` would score (same grid, same pixels), keeps those that an annotation of one class covers,
/// and writes each as `folder/<slide>/<x>_<y>_<class>.png` (x, y: level-0 pixels), then `folder/manifest.csv`. Tiles
/// that an older manifest there lists are removed first. A slide that fails is listed and the next one begun.
/// `block` parts the tiles of each slide and class into five bands of equal number across the longer extent.
/// The same files for any number of threads. Throws Error(bad_data) where no tile results at all, Error(cancelled) when
/// asked to stop, Error(io) where the folder cannot be written.
CutReport cut_training_tiles(std::span<const AnnotatedSlide> slides, const std::filesystem::path& folder,
                             const CutOptions& options, const CutCallbacks& callbacks = {});

}  // namespace slidetype

#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/raster.h"
#include "model/data/dataset.h"
#include "tiler/annotations/area_layers.h"
#include "tiler/annotations/drawn_areas.h"

namespace slidetype {

/// The areas of a slide that say what tiles show.
struct TrainingAreas {
    static constexpr int kLabels = 3;  ///< LUAD, LUSC, benign: the first classes
    static constexpr int kIgnore = 3;  ///< QuPath's "Ignore*": shows nothing that should be learnt

    /// Names by index: the labels, "Ignore*", then all others that areas have. The last stands for several where there
    /// are more than AreaLayers can tell apart.
    std::vector<std::string> classes;
    /// Areas of any class, level-0 pixels. Those without a class say nothing, so they hide nothing either.
    AreaLayers layers;

    std::vector<Box> boxes;                            ///< of the areas of a label
    std::map<std::string, std::size_t> other_classes;  ///< areas of any other class, and how many; "" for none
    PassedOver passed_over;                            ///< what no person drew, or is no area
};

/// Sorts what a person drew (see drawn_areas.h) by class: its classification, or its name where it has none.
TrainingAreas sort_annotations(std::vector<Annotation> annotations);
/// The same from a file, compressed or not. Adds the offset as parse_annotations() does, and throws what
/// read_annotations() does.
TrainingAreas read_training_areas(const std::filesystem::path& file, double offset_x = 0, double offset_y = 0,
                                  const std::function<bool()>& stop_requested = {});

/// What the areas say of one tile.
struct TileLabel {
    enum class Kind {
        labelled,
        outside,    ///< no class covers enough of it
        contested,  ///< two classes cover it almost equally
        ignored,    ///< it lies in an area to be ignored
        hidden,     ///< a class covers it, and an area of another within that hides too much of it
    };
    Kind kind = Kind::outside;
    int class_index = -1;  ///< the label; or of what is hidden, the class that hides most
};

/// Classes whose shares of a tile differ by less than this contest it.
inline constexpr double kClearLead = 0.1;

/// The labels of a row of tiles, which have one y and one height and ascend by x. Each of 64 × 64 sample points of a
/// tile belongs to the smallest area that holds it, of whatever class (see AreaLayers). A tile has the label that
/// covers most of it, if that is at least `min_coverage` of it and clearly more than any other label and what is to be
/// ignored.
std::vector<TileLabel> label_row(const TrainingAreas& areas, std::span<const Rect> tiles, double min_coverage);

}  // namespace slidetype

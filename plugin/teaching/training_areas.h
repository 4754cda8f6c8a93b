#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "model/data/dataset.h"
#include "tiler/drawn_areas.h"

namespace slidetype {

/// The areas of a slide that say what tiles show.
struct TrainingAreas {
    static constexpr std::size_t kLabels = 4;
    static constexpr std::size_t kIgnore = 3;          ///< QuPath's "Ignore*": shows nothing that should be learnt
    std::array<std::vector<Polygon>, kLabels> areas;   ///< of LUAD, LUSC, benign, and of what is to be ignored
    std::map<std::string, std::size_t> other_classes;  ///< annotations of any other class, and how many; "" for none
    PassedOver passed_over;                            ///< what no person drew, or is no area
};

/// Sorts the objects of a file. What teaches is what a person drew (see drawn_areas.h); the class of an area is its
/// classification, or its name where it has none.
TrainingAreas sort_annotations(std::vector<Annotation> annotations);
/// The same from a file, compressed or not. Adds the offset as parse_annotations() does, and throws what
/// read_annotations() does.
TrainingAreas read_training_areas(const std::filesystem::path& file, double offset_x = 0, double offset_y = 0);

/// What the areas say of one tile.
struct TileLabel {
    enum class Kind {
        labelled,
        outside,    ///< no class covers enough of it
        contested,  ///< two classes cover it almost equally
        ignored,    ///< it lies in an area to be ignored
    };
    Kind kind = Kind::outside;
    int label = -1;
};

/// Classes whose shares of a tile differ by less than this contest it.
inline constexpr double kClearLead = 0.1;

/// The class that covers most of `rect`, if that is at least `min_coverage` of it and clearly more than any other.
TileLabel label_of(const TrainingAreas& areas, const Rect& rect, double min_coverage);

}  // namespace slidetype

#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/data/dataset.h"
#include "tiler/annotations.h"

namespace slidetype {

/// The areas of a slide that say what tiles show.
struct TrainingAreas {
    static constexpr std::size_t kLabels = 4;
    static constexpr std::size_t kIgnore = 3;          ///< QuPath's "Ignore*": shows nothing that should be learnt
    std::array<std::vector<Polygon>, kLabels> areas;   ///< of LUAD, LUSC, benign, and of what is to be ignored
    std::map<std::string, std::size_t> other_classes;  ///< annotations of any other class, and how many; "" for none
    std::size_t own_regions = 0;    ///< objects that slidetype wrote and nobody unlocked: no one's judgement
    std::size_t no_annotation = 0;  ///< tiles, detections, cells, points, lines
};

/// Sorts the objects of a GeoJSON file of QuPath. The class of an annotation is its classification, or its name where
/// it has none. Regions and calls that `run` wrote (overlay.geojson) are left out as long as they are locked: a
/// pathologist who corrects one unlocks it first. Adds the offset as parse_annotations() does, and throws what it does.
TrainingAreas sort_annotations(std::string_view geojson, const std::string& source, double offset_x = 0,
                               double offset_y = 0);
/// The same from a file that is not compressed.
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

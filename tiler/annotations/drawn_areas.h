#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tiler/annotations/annotations.h"

namespace slidetype {

/// What of a file is no area that a person drew, and how many of each.
struct PassedOver {
    std::size_t tiles = 0, detections = 0, cells = 0, tma_cores = 0;  ///< found by a program, slidetype's among them
    std::size_t own_regions = 0;        ///< drawn by slidetype and locked still, so nobody's judgement
    std::size_t lines = 0, points = 0;  ///< drawn by a person, and no areas
    std::size_t shapeless = 0;          ///< annotations without a shape, or with one that has no points

    std::size_t sum() const;
    PassedOver& operator+=(const PassedOver& other);
    bool operator==(const PassedOver&) const = default;
};

/// The areas that a person drew, and what was passed over.
struct DrawnAreas {
    std::vector<Annotation> areas;    ///< each with a polygon at least; in the order of the file
    std::vector<Annotation> ignored;  ///< those of class Ignore*: what lies in them does not count
    PassedOver passed_over;
};

/// The one rule of what a person drew, for regions of interest, teaching and viewers alike: annotations with an area,
/// locked or not, but not tiles, detections, cells, TMA cores, nor what slidetype drew and nobody unlocked. QuPath's
/// object for the image itself is not counted at all.
DrawnAreas drawn_by_a_person(std::vector<Annotation> annotations);

/// QuPath's class for what is to be left out, "Ignore*" (in any case, with the asterisk or without).
bool is_ignore_class(std::string_view class_name);

/// "532 detections and 1 region of slidetype's own"; empty where nothing was passed over.
std::string to_text(const PassedOver& passed_over);

/// "3 areas; 532 detections and 1 region of slidetype's own passed over"; "3 areas, 1 area of class Ignore* cut out".
std::string to_text(const DrawnAreas& drawn);

}  // namespace slidetype

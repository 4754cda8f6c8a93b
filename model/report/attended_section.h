#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/raster.h"

namespace slidetype {

/// A tile of a slide as a page shows it.
struct AttendedPicture {
    std::string slide;         ///< its name
    double x = 0, y = 0;       ///< upper left corner, level-0 pixels
    double times_mean = 0;     ///< its attention, in means of the slide's tiles
    double percentile = 0;     ///< of its attention among the slide's tiles, 0 … 100
    double probability = 0;    ///< P(LUSC) of the tile alone
    RgbImage pixels = {};      ///< empty where they could not be read
    std::string why_not = {};  ///< then the reason
};

/// What heads looked at in slides of each class, 0 LUAD and 1 LUSC.
struct AttendedPage {
    struct OfClass {
        std::vector<AttendedPicture> most, least;  ///< most, or least, attended first
    };
    std::array<OfClass, 2> classes;
    std::string whose;               ///< a sentence: which head looked at which slides
    std::vector<std::string> notes;  ///< sentences: what is not shown, and why
};

/// The tiles as pictures, with slide, attention and score, as HTML; the notes alone where there is no tile. All text is
/// escaped.
std::string attended_section(const AttendedPage& page);

}  // namespace slidetype

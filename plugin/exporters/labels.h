#pragma once

#include <string>

#include "plugin/slide_result.h"

namespace slidetype::exporting {

/// The slide call in one line: "Slide call: LUSC (P(LUSC) 0.87, 95 % 0.80-0.92)". For models of other classes those of
/// the largest areas: "Largest classes: Tumor 3.7 mm², Stroma 1.2 mm²".
std::string call_title(const SlideResult& result);

/// The class that the call stands for in viewers and pictures, with its colour; a grey "indeterminate" or
/// "insufficient" where there is none.
struct CallClass {
    std::string name;
    Color color;
};
CallClass call_class(const SlideResult& result);

/// Number of scored tiles.
std::size_t scored_tiles(const SlideResult& result);

/// The smallest rectangle around the scored tiles, level-0 pixels; empty where there are none.
Rect scored_bounds(const SlideResult& result);

}  // namespace slidetype::exporting

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugin/analysis/slide_result.h"

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

/// What tiles are shown as: the classes of the model, in their order, then "Benign" and "Unfamiliar" for the scored
/// tiles that do not vote.
std::vector<CallClass> tile_classes(const SlideResult& result);
/// The index of a tile in these; nothing where it was not scored.
std::optional<std::size_t> tile_class(const SlideResult& result, std::size_t tile);

/// tile_class() of every tile, kNoClass (see regions.h) where there is none.
std::vector<int> shown_classes(const SlideResult& result);

/// Number of scored tiles, whether they vote or not.
std::size_t scored_tiles(const SlideResult& result);

/// The smallest rectangle around the scored tiles, level-0 pixels; empty where there are none.
Rect scored_bounds(const SlideResult& result);

}  // namespace slidetype::exporting

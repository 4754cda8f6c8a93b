#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/raster.h"
#include "tiler/spacing/spacing.h"

namespace slidetype {

/// True for a property that is known to be technical and whose value looks technical (short, one line, printable).
/// A list of what is allowed: scanners invent new fields, and some of them hold names, dates and bar codes.
bool may_show_property(std::string_view name, std::string_view value);

/// The rectangle of the four openslide.bounds-* properties, where all are whole numbers and it lies within a slide of
/// width × height level-0 pixels; else nothing.
std::optional<Rect> bounds_from(const PropertyLookup& property, std::int64_t width, std::int64_t height);

}  // namespace slidetype

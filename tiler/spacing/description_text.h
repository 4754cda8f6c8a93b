#pragma once

#include <optional>
#include <string>

#include "tiler/spacing/spacing.h"

namespace slidetype {

/// What the first directory says of itself, which may hold names and dates: it is searched here and shown nowhere.
std::string description_of(const PropertyLookup& property);

/// PhysicalSizeX and Y of OME-XML.
struct OmePixels {
    std::optional<std::string> x, y;
    std::string x_unit = "um", y_unit = "um";  ///< OME's default
    bool of_this_size = true;                  ///< SizeX and SizeY are the slide's
};

/// Of the `Pixels` whose SizeX and SizeY are those given (level 0, in digits; empty: the first), else of the first;
/// nothing where the description is no OME-XML or says nothing of sizes.
std::optional<OmePixels> ome_pixels(const std::string& description, const std::string& width,
                                    const std::string& height);

/// NominalMagnification of OME-XML, where all its objectives have the same.
std::optional<std::string> ome_objective(const std::string& description);

/// What ImageJ says its resolution tags are in.
std::optional<std::string> imagej_unit(const std::string& description);

}  // namespace slidetype

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tiler/annotations/annotations.h"

namespace slidetype {

/// Writes annotations as the GeoJSON that QuPath reads: one annotation per feature with a class name and colour (blue
/// for LUAD, vermilion for LUSC, grey for others), coordinates in level-0 pixels rounded to whole ones, rings closed,
/// one polygon as Polygon and several as MultiPolygon. The ids follow from `slide_name` and the order, so writing again
/// gives the same bytes. Throws Error(usage) for an annotation without a class or polygon, Error(io).
void write_ground_truth(const std::filesystem::path& path, const std::string& slide_name,
                        const std::vector<Annotation>& annotations);

}  // namespace slidetype

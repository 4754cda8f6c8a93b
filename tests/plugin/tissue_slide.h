#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "tests/tiler/tiff_slide.h"

namespace slidetype::testing {

/// A picture of glass with a disc of purple-pink texture in its middle that the tissue mask takes for tissue.
RgbImage tissue_picture(int width_px, int height_px);

/// Writes it as a slide of 0.5 µm/px.
void write_tissue_slide(const std::filesystem::path& path, int width_px, int height_px, TiffSlide slide = {});

/// Every file of a folder with its content; the timings of summary.json and state.json are taken out, for they differ
/// from run to run.
std::map<std::string, std::string> contents_but_timings(const std::filesystem::path& folder);

}  // namespace slidetype::testing

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugin/slide_result.h"
#include "plugin/viewer/scoring_job.h"
#include "plugin/viewer/viewed_slides.h"

/// What the page gets to know, as JSON text. All coordinates are level-0 pixels of the whole slide, whatever the
/// offset.
namespace slidetype::viewer {

/// What is asked of the disk and the jobs beside the line of a slide.
struct SlideExtras {
    bool running = false;
    bool has_pixels = false;
    std::optional<std::size_t> annotations;  ///< nothing where the file cannot be read
};

/// {"version", "source", "slides": [...]}
std::string batch_json(const std::string& title, const std::vector<ViewedSlide>& slides,
                       const std::vector<SlideExtras>& extras);

/// One slide; `summary` is the text of summary.json or empty, `pixels` may be null with `pixels_error` saying why.
std::string slide_json(const ViewedSlide& slide, const SlideExtras& extras, const std::string& summary,
                       const DeepZoom* pixels, const std::string& pixels_error, bool can_run);

/// The tiles that are neither background nor outside the region of interest, one array per column.
std::string tiles_json(const SlideResult& result);
std::string tiles_json(const PartialScores& partial);

/// The merged regions of the shown classes as GeoJSON.
std::string regions_json(const SlideResult& result);

std::string progress_json(const JobProgress& progress);

}  // namespace slidetype::viewer

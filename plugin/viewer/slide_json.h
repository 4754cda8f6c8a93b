#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plugin/analysis/slide_result.h"
#include "plugin/batch/result_list.h"
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

/// {"version", "source", "good_for": [what the models of the results say that they are good for, each once],
/// "patients": [those of these slides, as patients.csv has them], "slides": [...]}
std::string batch_json(const std::string& title, const std::vector<ViewedSlide>& slides,
                       const std::vector<SlideExtras>& extras, const std::vector<PatientLine>& patients);

/// What is known of one slide beside its line.
struct SlideFacts {
    SlideExtras extras;
    std::string summary;                     ///< text of summary.json, empty where there is none
    std::shared_ptr<const DeepZoom> pixels;  ///< null where the slide cannot be opened
    std::string pixels_error;                ///< why it cannot
    std::vector<std::string> class_names;    ///< of a model that scores it just now; empty: of the summary
    std::optional<double> spacing_um_px;     ///< that it would be scored with, where it is not its own
    Rect annotation_offset;                  ///< x, y: what QuPath's coordinates lack
    std::string annotations_note;            ///< on files beside the slide that are not shown; empty for none
    bool can_run = false;
};
std::string slide_json(const ViewedSlide& slide, const SlideFacts& facts);

/// The tiles that are neither background nor outside the region of interest, one array per column.
std::string tiles_json(const SlideResult& result);
std::string tiles_json(const PartialScores& partial);

/// The merged regions of the shown classes as GeoJSON.
std::string regions_json(const SlideResult& result);

std::string progress_json(const JobProgress& progress);

}  // namespace slidetype::viewer

#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/data/dataset.h"
#include "plugin/teaching/beside_slide.h"

namespace slidetype {

/// A slide with the areas that a pathologist drew on it.
struct AnnotatedSlide {
    std::filesystem::path slide, annotations;
    std::string group;  ///< patient, or the slide itself where none is given
    std::optional<double> spacing_um_px;
    int fold = -1;
    Part part = Part::none;
};

struct AnnotatedSlides {
    std::vector<AnnotatedSlide> slides;  ///< in the order of the manifest, or by name
    std::vector<std::string> problems;   ///< slides or annotations that are missing, each with the reason
    std::vector<std::string> notes;      ///< which of several files was taken; what tables say and how it was read
};

/// Whether `path` is training data of the kind "slides with annotations": a slide, a folder with slides in it and no
/// class folder (not in parts either, see class_folders.h), or a CSV with the column `slide`. Never throws: what is
/// wrong with it shows on reading.
bool is_annotated_slides(const std::filesystem::path& path);

/// Finds the slides and their annotations. `path` is
/// - a slide: its annotations lie beside it (see beside_slide.h);
/// - a folder: all slides below it that have annotations beside them; those without are in `problems`;
/// - an output folder of `run`, or one slide's folder in it: the slides on which something was drawn in the viewer
///   (annotations.geojson), with the spacing that the user gave for the run;
/// - a CSV with the columns `slide` and, optionally, `annotations` (empty: beside the slide), `patient` (or `group`),
///   `spacing` (µm per level-0 pixel), `fold`, `split`. Relative files are looked for beside the CSV, or under `root`.
/// No file of annotations is taken for two slides; those for which one is named twice are in `problems`.
/// Throws Error(not_found | io), Error(bad_data) for a manifest that breaks its rules.
AnnotatedSlides find_annotated_slides(const std::filesystem::path& path, const std::filesystem::path& root = {});

/// What the viewer stores in a slide's result folder.
inline constexpr const char* kViewerAnnotations = "annotations.geojson";

}  // namespace slidetype

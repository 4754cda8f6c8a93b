#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/call_validation/planned_slide.h"
#include "model/data/dataset.h"

namespace slidetype::bench {

/// A slide of the simulated cohort, with its diagnosis. Its `expected` is the label.
struct CohortPlanSlide {
    PlannedSlide slide;
    std::string patient, site;
    Part part = Part::train;
};

/// How many source images of a class each patient's slides are made of.
struct DealtSources {
    std::size_t least = 0, most = 0;  ///< for a patient
    std::size_t shared = 0;           ///< source images that several patients have: 0 while there are enough
};

/// One side of the cohort: what trains, or what tests.
struct CohortPlan {
    std::vector<CohortPlanSlide> slides;
    std::size_t patients = 0;
    DealtSources luad, lusc, benign;
};

struct CohortSide {
    Part part = Part::train;
    std::size_t slides = 0;  ///< at least 2; one patient in four has two of them
    std::size_t sites = 0;  ///< made-up hospitals, of names that no other side has; they differ in nothing but the name
    std::uint64_t seed = 1;
};

/// The pictures of several folds together. Throws as read_fold_pictures() does.
FoldPictures read_pictures_of_folds(const std::filesystem::path& groups_csv, const std::filesystem::path& root,
                                    const std::vector<int>& folds);

/// Slides with one diagnosis each, every second patient's LUAD and the others' LUSC: 20 to 60 % of the tissue are
/// fields of that tumour, and the rest are fields of benign lung. All cells of a field come from one source image. Each
/// patient has source images of their own, as far as these go, on both slides where there are two. Cells are 104 to 144
/// µm large and lie off the grid of the model's tiles of 128 µm. Deterministic. Throws Error(usage) for fewer than two
/// slides.
CohortPlan plan_cohort(const FoldPictures& pictures, const CohortSide& side);

}  // namespace slidetype::bench

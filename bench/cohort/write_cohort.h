#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "bench/cohort/planned_cohort.h"

namespace slidetype::bench {

/// slide,label,patient,site,split, with the slides as slides/NAME.tif.
std::string cohort_table(const std::vector<CohortPlanSlide>& slides);

/// Writes the slides to OUT/slides, what each of their cells shows to OUT/truth (NAME.csv, NAME.geojson), and
/// OUT/cohort.csv last. `progress(done, all)` is called by one thread at a time. Equal plans give equal bytes on any
/// number of threads. Throws as tools::Mosaic::write() does.
void write_cohort(const std::filesystem::path& out, const std::vector<CohortPlanSlide>& slides, int threads,
                  const std::function<void(std::size_t, std::size_t)>& progress = {});

}  // namespace slidetype::bench

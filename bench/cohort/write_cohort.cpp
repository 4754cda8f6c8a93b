#include "bench/cohort/write_cohort.h"

#include <fmt/format.h>

#include "base/atomic_file.h"
#include "base/parallel.h"

namespace slidetype::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kCohortQuality = 85;

/// The mosaic writes its truth beside the slide, where it would be taken for a person's annotations.
void write_slide(const fs::path& out, const PlannedSlide& slide) {
    PyramidOptions pyramid;
    pyramid.spacing_um_px = slide.spacing_um_px;
    pyramid.quality = kCohortQuality;
    const auto file = slide.name + ".tif";
    tools::Mosaic(slide.layout, slide.classes, slide.mosaic).write(out / "truth" / file, pyramid);
    fs::rename(out / "truth" / file, out / "slides" / file);
}

}  // namespace

std::string cohort_table(const std::vector<CohortPlanSlide>& slides) {
    std::string text = "slide,label,patient,site,split\n";
    for (const auto& each : slides) {
        text += fmt::format("slides/{}.tif,{},{},{},{}\n", each.slide.name, each.slide.expected, each.patient,
                            each.site, to_string(each.part));
    }
    return text;
}

void write_cohort(const fs::path& out, const std::vector<CohortPlanSlide>& slides, int threads,
                  const std::function<void(std::size_t, std::size_t)>& progress) {
    create_folders(out / "slides");
    create_folders(out / "truth");
    parallel_for(
        threads, slides.size(), [&](std::size_t i) { write_slide(out, slides[i].slide); }, progress);
    write_file(out / "cohort.csv", cohort_table(slides));
}

}  // namespace slidetype::bench

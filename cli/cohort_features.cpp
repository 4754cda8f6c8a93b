#include "cli/cohort_features.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/words.h"
#include "cli/feature_display.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "cli/stop.h"
#include "cli/table.h"

namespace slidetype {

std::size_t slides_without_features(const Cohort& cohort) {
    return static_cast<std::size_t>(
        std::ranges::count_if(cohort.slides, [](const CohortSlide& slide) { return slide.features.empty(); }));
}

void encode_missing(Cohort& cohort, OpenEncoder& encoder, const std::filesystem::path& folder, int threads,
                    bool quiet) {
    std::vector<BatchSlide> slides;
    for (const auto& slide : cohort.slides) {
        if (slide.features.empty()) slides.emplace_back(slide.file);
    }
    print("{} of {} have no features yet: they are encoded by {} into {}\n", slides.size(),
          counted(cohort.slides.size(), "slide"), printable(encoder.info.name), printable(folder.string()));
    FeatureOptions options;
    options.output = folder;
    options.analyse.threads = threads;
    const auto report = encode_shown(encoder, slides, options, quiet);
    throw_if_stopped();
    std::vector<CohortSlide> kept;
    std::size_t next = 0;
    for (auto& slide : cohort.slides) {
        if (slide.features.empty()) {
            const auto& record = report.slides[next++];
            if (record.state != FeatureRecord::State::done) {
                cohort.problems.push_back(record.source.string() + ": " + record.error);
                continue;
            }
            slide.features = folder / record.file_name();
        }
        kept.push_back(std::move(slide));
    }
    cohort.slides = std::move(kept);
}

CohortBags read_bags_shown(Cohort cohort, const std::optional<EncoderInfo>& encoder, double memory_gb, int threads,
                           bool quiet) {
    constexpr double kGigabyte = 1e9;
    Progress bar("reading features", "slides", quiet);
    return read_cohort_bags(std::move(cohort), encoder, static_cast<std::uint64_t>(memory_gb * kGigabyte), threads,
                            [&](std::size_t done, std::size_t total) {
                                throw_if_stopped();
                                bar.update(done, total);
                            });
}

}  // namespace slidetype

// docs/slide-calls.md from the stored outcomes.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "bench/call_validation/outcome.h"
#include "bench/cross_validation/card_text.h"

namespace slidetype::bench {
namespace {

constexpr std::array<const char*, 5> kCalls = {"LUAD", "LUSC", "mixed", "indeterminate", "insufficient"};

std::vector<std::string> kinds_of(const CallValidation& validation) {
    std::vector<std::string> kinds;
    for (const auto& slide : validation.slides) {
        if (std::ranges::find(kinds, slide.kind) == kinds.end()) kinds.push_back(slide.kind);
    }
    return kinds;
}

std::string count_text(std::size_t count, std::size_t of) {
    return fmt::format("{} of {}", count, of);
}

/// A row per kind of slide: how often each call was made.
std::string confusion(const CallValidation& validation) {
    std::vector<std::string> head = {"slides", "right call"};
    for (const auto* call : kCalls) head.emplace_back(call);
    head.emplace_back("right");
    std::vector<std::vector<std::string>> rows;
    for (const auto& kind : kinds_of(validation)) {
        std::vector<std::string> row = {kind, ""};
        std::size_t right = 0, all = 0;
        std::array<std::size_t, kCalls.size()> counts{};
        for (const auto& slide : validation.slides) {
            if (slide.kind != kind) continue;
            row[1] = row[1].empty() || row[1] == slide.expected ? slide.expected : "the tumour's";
            ++all;
            right += slide.call == slide.expected;
            counts.at(static_cast<std::size_t>(std::ranges::find(kCalls, slide.call) - kCalls.begin()))++;
        }
        for (const auto count : counts) row.push_back(count == 0 ? "" : std::to_string(count));
        row.push_back(count_text(right, all));
        rows.push_back(std::move(row));
    }
    return table(head, rows);
}

bool is_subtype(const std::string& call) {
    return call == "LUAD" || call == "LUSC";
}

std::string verdicts(const CallValidation& validation) {
    std::size_t pure = 0, right = 0, wrong = 0, mixed = 0, mixed_right = 0, mixed_subtype = 0, none = 0, invented = 0;
    for (const auto& slide : validation.slides) {
        if (is_subtype(slide.expected)) {
            ++pure;
            right += slide.call == slide.expected;
            wrong += is_subtype(slide.call) && slide.call != slide.expected;
        } else if (slide.expected == "mixed") {
            ++mixed;
            mixed_right += slide.call == "mixed";
            mixed_subtype += is_subtype(slide.call);
        } else {
            ++none;
            invented += slide.call != "insufficient";
        }
    }
    return fmt::format(
        "- One subtype is there: called rightly in {}, called the other subtype in {}.\n"
        "- Both are there: called `mixed` in {}, one subtype alone in {}.\n"
        "- No tumour, or too little: something else than `insufficient` in {}.\n",
        count_text(right, pure), count_text(wrong, pure), count_text(mixed_right, mixed),
        count_text(mixed_subtype, mixed), count_text(invented, none));
}

std::string coverage(const CallValidation& validation) {
    std::vector<std::vector<std::string>> rows;
    std::size_t covered = 0, all = 0;
    const auto add = [&](const std::string& name, auto belongs) {
        std::size_t inside = 0, count = 0;
        double width = 0;
        for (const auto& slide : validation.slides) {
            if (!slide.ci_low || !slide.expected_mean || !belongs(slide)) continue;
            ++count;
            inside += slide.covered();
            width += *slide.ci_high - *slide.ci_low;
        }
        if (count == 0) return;
        rows.push_back({name, count_text(inside, count),
                        percent(static_cast<double>(inside) / static_cast<double>(count)),
                        fmt::format("{:.2f}", width / static_cast<double>(count))});
        covered += inside, all += count;
    };
    for (const auto& kind : kinds_of(validation))
        add(kind, [&](const CallOutcome& slide) { return slide.kind == kind; });
    if (all > 0) {
        rows.push_back(
            {"all", count_text(covered, all), percent(static_cast<double>(covered) / static_cast<double>(all)), ""});
    }
    return table({"slides", "interval holds the mean", "share", "mean width"}, rows);
}

}  // namespace

std::string validation_page(const CallValidation& validation) {
    const auto& limits = validation.thresholds;
    return fmt::format(
        R"(<!-- Made by `make slide-calls` from bench/results/slide_calls.json. Edit bench/call_validation/page.cpp. -->
# How often the call of a slide is right

[formats.md](formats.md#the-call-of-a-slide) says how a call is made. Here {slides} slides were put together from real
tiles whose class is known, and run as any slide is. The tiles are of fold {fold}, which the model `{model}` (weights
`{sha}`) was not trained on; the thresholds were tried before on slides of folds 0, 1 and 3, each scored by a model that had
not seen that fold, and how much unseen tissue the interval counts was chosen in a simulation from the scores of all folds. A
slide consists of fields of {edge} × {edge} tiles; all tiles of a field are copies of one source image, as
neighbours in tissue are alike. They are mosaics nevertheless: no staining front, no necrosis, no fold, one microscope. On
slides of patients the call will be right less often.

Thresholds: {area:g} mm² of tumour, {share:g} % of the tissue; mixed from {mixed:g} % each in regions of {region:g} mm² or more.

{confusion}
{verdicts}
## Does the interval hold what it says?

The 95 % interval is meant to hold the mean P(LUSC) that the model would give to all the tissue that the slide is a sample
of. That mean is known here: it is computed from all pictures of the fold, each source image weighing the same. It says
nothing on whether the model is right about that tissue: where the model errs on a whole patient, the interval is narrow
and wrong. On slides of one subtype a few wrong source images make all the difference and may be missing from a slide, so
there the intervals are still somewhat too narrow.

{coverage}
Made by

```
validate_calls run --groups groups.csv --root TILES --fold {fold} --model compact -o bench/results/slide_calls.json
make slide-calls
```
)",
        fmt::arg("slides", validation.slides.size()), fmt::arg("fold", validation.fold),
        fmt::arg("model", validation.model), fmt::arg("sha", validation.sha256.substr(0, 12)),
        fmt::arg("edge", kFieldEdge), fmt::arg("area", limits.min_area_mm2),
        fmt::arg("share", 100 * limits.min_tumour_share), fmt::arg("mixed", 100 * limits.mixed_share),
        fmt::arg("region", limits.mixed_region_mm2), fmt::arg("confusion", confusion(validation)),
        fmt::arg("verdicts", verdicts(validation)), fmt::arg("coverage", coverage(validation)));
}

}  // namespace slidetype::bench

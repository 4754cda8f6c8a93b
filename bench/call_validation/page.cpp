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

/// Named a subtype that is not the slide's only one.
bool is_wrong_subtype(const CallOutcome& slide) {
    return is_subtype(slide.call) && slide.call != slide.expected;
}

/// A row per kind of slide: how often each call was made.
std::string confusion(const CallValidation& validation) {
    std::vector<std::string> head = {"slides", "right call"};
    for (const auto* call : kCalls) head.emplace_back(call);
    head.insert(head.end(), {"right", "wrong subtype", "right, every tile counting the same"});
    std::vector<std::vector<std::string>> rows;
    for (const auto& kind : kinds_of(validation)) {
        std::vector<std::string> row = {kind, ""};
        std::size_t right = 0, plain = 0, wrong = 0, all = 0;
        std::array<std::size_t, kCalls.size()> counts{};
        for (const auto& slide : validation.slides) {
            if (slide.kind != kind) continue;
            row[1] = row[1].empty() || row[1] == slide.expected ? slide.expected : "the tumour's";
            ++all;
            right += slide.call == slide.expected;
            plain += slide.plain_call == slide.expected;
            wrong += is_wrong_subtype(slide);
            counts.at(static_cast<std::size_t>(std::ranges::find(kCalls, slide.call) - kCalls.begin()))++;
        }
        for (const auto count : counts) row.push_back(count == 0 ? "" : std::to_string(count));
        row.insert(row.end(),
                   {count_text(right, all), wrong == 0 ? "" : std::to_string(wrong), count_text(plain, all)});
        rows.push_back(std::move(row));
    }
    return table(head, rows);
}

/// Of the slides that a rule calls.
struct Verdicts {
    std::size_t pure = 0, right = 0, wrong = 0, as_mixed = 0, mixed = 0, mixed_right = 0, mixed_subtype = 0, none = 0,
                invented = 0;

    void add(const CallOutcome& slide, const std::string& call) {
        if (is_subtype(slide.expected)) {
            ++pure;
            right += call == slide.expected;
            wrong += is_subtype(call) && call != slide.expected;
            as_mixed += call == "mixed";
        } else if (slide.expected == "mixed") {
            ++mixed;
            mixed_right += call == "mixed";
            mixed_subtype += is_subtype(call);
        } else {
            ++none;
            invented += call != "insufficient";
        }
    }
};

std::string verdicts(const CallValidation& validation) {
    Verdicts now, plain;
    for (const auto& slide : validation.slides) {
        now.add(slide, slide.call);
        plain.add(slide, slide.plain_call);
    }
    const auto row = [](const char* what, std::size_t count, std::size_t before, std::size_t of) {
        return std::vector<std::string>{what, count_text(count, of), count_text(before, of)};
    };
    return table({"", "by this rule", "every tile counting the same"},
                 {row("one subtype is there: called rightly", now.right, plain.right, now.pure),
                  row("… called the other subtype", now.wrong, plain.wrong, now.pure),
                  row("… called `mixed`", now.as_mixed, plain.as_mixed, now.pure),
                  row("both are there: called `mixed`", now.mixed_right, plain.mixed_right, now.mixed),
                  row("… called one subtype alone", now.mixed_subtype, plain.mixed_subtype, now.mixed),
                  row("no tumour, or too little: not `insufficient`", now.invented, plain.invented, now.none)});
}

/// Of the slides of one subtype with enough tumour: how often those of a range of P(LUSC) are LUSC.
std::string reliability(const CallValidation& validation) {
    constexpr std::array kEdges = {0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0};
    std::vector<std::vector<std::string>> rows;
    for (std::size_t k = 0; k + 1 < kEdges.size(); ++k) {
        std::size_t all = 0, lusc = 0;
        double sum = 0;
        for (const auto& slide : validation.slides) {
            if (!is_subtype(slide.expected) || slide.call == "insufficient" || !slide.prob_lusc) continue;
            const bool last = k + 2 == kEdges.size();
            if (*slide.prob_lusc < kEdges.at(k) || (!last && *slide.prob_lusc >= kEdges.at(k + 1))) continue;
            ++all;
            lusc += slide.expected == "LUSC";
            sum += *slide.prob_lusc;
        }
        rows.push_back({fmt::format("{:g} to {:g}", kEdges.at(k), kEdges.at(k + 1)), std::to_string(all),
                        all == 0 ? "" : fmt::format("{:.2f}", sum / static_cast<double>(all)),
                        all == 0 ? "" : percent(static_cast<double>(lusc) / static_cast<double>(all))});
    }
    return table({"P(LUSC) of the slide", "slides", "mean P(LUSC)", "LUSC"}, rows);
}

/// Of all slides, those that the check of the slide as a whole would refuse.
std::string refusals(const CallValidation& validation) {
    std::size_t looked_at = 0, refused = 0;
    for (const auto& slide : validation.slides) {
        looked_at += slide.known.has_value();
        refused += slide.known && !*slide.known;
    }
    const std::string heading = "Refused as unlike what the model was made from, which the calls here do not heed: ";
    return heading + (looked_at == 0 ? "not measured." : count_text(refused, looked_at) + " slides.");
}

/// What the measured share means to whoever reads an interval.
std::string coverage_text(const IntervalCoverage& measured) {
    if (measured.all == 0) return "No slide had an interval that could be checked.";
    const auto verdict = width_verdict(measured);
    auto text = "The 95 % interval holds what it is meant to hold on " + percent(measured.share()) +
                " of the slides\n(" + count_text(measured.inside, measured.all) +
                "), where 95 % are meant: the interval is " + verdict;
    if (verdict.starts_with("narrower")) {
        text += fmt::format(
            ", and\nwhat the tissue as a whole would say lies beyond it on about one slide in {:.0f}, not one in 20",
            1 / (1 - measured.share()));
    } else if (verdict.starts_with("as wide")) {
        text += fmt::format(",\nas far as {} slides tell", measured.all);
    }
    return text + ".";
}

std::string coverage(const CallValidation& validation) {
    std::vector<std::vector<std::string>> rows;
    const auto add = [&](const std::string& name, auto belongs) {
        std::size_t inside = 0, count = 0;
        double width = 0;
        for (const auto& slide : validation.slides) {
            if (!slide.ci_low || !slide.expected_prob || !belongs(slide)) continue;
            ++count;
            inside += slide.covered();
            width += *slide.ci_high - *slide.ci_low;
        }
        if (count == 0) return;
        rows.push_back({name, count_text(inside, count),
                        percent(static_cast<double>(inside) / static_cast<double>(count)),
                        fmt::format("{:.2f}", width / static_cast<double>(count))});
    };
    for (const auto& kind : kinds_of(validation))
        add(kind, [&](const CallOutcome& slide) { return slide.kind == kind; });
    const auto all = interval_coverage(validation);
    if (all.all > 0) rows.push_back({"all", count_text(all.inside, all.all), percent(all.share()), ""});
    return table({"slides", "interval holds it", "share", "mean width"}, rows);
}

}  // namespace

std::string validation_page(const CallValidation& validation) {
    const auto& limits = validation.thresholds;
    const auto vote = limits.vote.value_or(VoteCalibration{});
    return fmt::format(
        R"(<!-- Made by `make slide-calls` from bench/results/slide_calls.json. Edit bench/call_validation/page.cpp. -->
# How often the call of a slide is right

[formats.md](formats.md#the-call-of-a-slide) says how a call is made. Here {slides} slides were put together from real
pictures whose class is known, and scored as any slide is. The pictures are of fold {fold}, which the model `{model}`
(weights `{sha}`) was not trained on. A slide consists of fields of uneven extent; all cells of a field are copies of one
source image, as neighbours in tissue are alike. Cells have edges of 104 to 160 µm, at 0.5 or 0.25 µm/px, behind a margin
of glass, and so do not lie on the model's grid of 128 µm: many tiles show the border of two fields, or of tumour and
benign tissue. Fields of a class lie in blocks, or scattered among those of others, or every cell is a field of its own, so
that hardly a tile is without a border, which is harder than any tissue. They are mosaics nevertheless: no staining front,
no necrosis, no fold, one microscope. On slides of patients the call will be right less often.

What makes the probability of a slide of its votes is fitted to such slides. So the source images were cut into halves:
slides of one half were called by what was fitted to slides of the other, both ways. The column "every tile counting the
same" is the rule of earlier versions on the same slides: all tiles that pass the gate vote alike, the slide's
probability is their mean, and any region counts towards `mixed`.

Thresholds: {area:g} mm² of tumour, {share:g} % of the tissue; mixed from {mixed:g} % each, in regions of {region:g} mm² or more
whose own probability is at least {certainty:g}.

{verdicts}
{refusals}

{confusion}
## What P(LUSC) of a slide is

`P(LUSC) = sigmoid({intercept:.2f} + {slope:.2f} × mean + {border:.2f} × border)`, where `mean` is the mean P(LUSC) of the
tiles, each weighing how surely it is tumour, and `border` how much of what lies beside them is no tumour, weighed alike.
That is fitted to all slides here of one subtype with enough tumour, and stored in the model. With the fits of the two
halves ({intercept0:.2f}, {slope0:.2f}, {border0:.2f} and {intercept1:.2f}, {slope1:.2f}, {border1:.2f}), slides of the
half that was not fitted came out so:

{reliability}
## Does the interval hold what it says?

{coverage_text}

It is meant to hold the P(LUSC) that the model would give to all the tissue that the slide is a sample of. Here that is
what the other slides of its kind and class say together, three to eleven slides, each laid out differently: some of the
misses are theirs. It says nothing on whether the model is right about that tissue: where the model errs on a whole
patient, the interval is narrow and wrong.

{coverage}
Made by

```
validate_calls run --groups groups.csv --root PICTURES --fold {fold} --model compact --store -o bench/results/slide_calls.json
make slide-calls
```

which for a new model fits its vote anew and stores it (`--store`). It takes some eight minutes of processor time.
)",
        fmt::arg("slides", validation.slides.size()), fmt::arg("fold", validation.fold),
        fmt::arg("model", validation.model), fmt::arg("sha", validation.sha256.substr(0, 12)),
        fmt::arg("area", limits.min_area_mm2), fmt::arg("share", 100 * limits.min_tumour_share),
        fmt::arg("mixed", 100 * limits.mixed_share), fmt::arg("region", limits.mixed_region_mm2),
        fmt::arg("certainty", limits.mixed_certainty), fmt::arg("verdicts", verdicts(validation)),
        fmt::arg("refusals", refusals(validation)),
        fmt::arg("coverage_text", coverage_text(interval_coverage(validation))),
        fmt::arg("confusion", confusion(validation)), fmt::arg("intercept", vote.intercept),
        fmt::arg("slope", vote.slope), fmt::arg("border", vote.border),
        fmt::arg("intercept0", validation.half_votes[0].intercept), fmt::arg("slope0", validation.half_votes[0].slope),
        fmt::arg("border0", validation.half_votes[0].border),
        fmt::arg("intercept1", validation.half_votes[1].intercept), fmt::arg("slope1", validation.half_votes[1].slope),
        fmt::arg("border1", validation.half_votes[1].border), fmt::arg("reliability", reliability(validation)),
        fmt::arg("coverage", coverage(validation)));
}

}  // namespace slidetype::bench

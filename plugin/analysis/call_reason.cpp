#include "plugin/analysis/call_reason.h"

#include <fmt/format.h>

#include <cmath>

namespace slidetype {
namespace {

/// From here on the reason of an undecided slide says that much of its tumour lies along borders.
constexpr double kMuchBorder = 0.2;

/// Rounded down, so that an area below the limit never reads as the limit.
std::string area_text(double mm2) {
    return fmt::format("{:g}", std::floor(mm2 * 1000 + 1e-9) / 1000);
}

std::string unfamiliar_reason(std::size_t scored_tiles, const SetAside& set_aside) {
    const double percent = 100.0 * static_cast<double>(set_aside.unfamiliar.count) / static_cast<double>(scored_tiles);
    return fmt::format(
        "{} of {} scored tiles ({:.1f} %) look unlike anything that the model was trained on, so no subtype call is "
        "made.",
        set_aside.unfamiliar.count, scored_tiles, percent);
}

/// Whether tiles count for less than their tissue; then "looks like tumour" would not be what tiles.csv says.
bool is_discounted(const SlideCall& call) {
    return call.tumour_area_mm2 < call.voting_area_mm2;
}

const char* tumour_words(const SlideCall& call) {
    return is_discounted(call) ? "is surely tumour" : "looks like tumour";
}

std::string insufficient_reason(const SlideCall& call, const CallOptions& options, const SetAside& set_aside) {
    if (!call.prob_lusc && set_aside.benign.count == 0) return "No tile could be scored.";
    const auto& limits = options.thresholds;
    const std::string tumour = area_text(call.tumour_area_mm2), needed = area_text(limits.min_area_mm2);
    if (set_aside.benign.count == 0 && !is_discounted(call)) {
        return fmt::format("Only {} mm² of tissue {}; a call needs at least {} mm².", tumour,
                           set_aside.unfamiliar.count > 0 ? "looks familiar to the model" : "was scored", needed);
    }
    const double familiar_mm2 = call.voting_area_mm2 + set_aside.benign.mm2;
    const std::string familiar = area_text(familiar_mm2);
    if (!call.prob_lusc) return fmt::format("None of {} mm² of tissue looks like tumour.", familiar);
    if (call.tumour_area_mm2 >= limits.min_area_mm2) {
        return fmt::format(
            "Only {} of {} mm² of tissue ({:.1f} %) {}; a call needs at least {:g} %, because a few tiles of benign "
            "tissue are always taken for tumour.",
            tumour, familiar, 100 * call.tumour_area_mm2 / familiar_mm2, tumour_words(call),
            100 * limits.min_tumour_share);
    }
    return fmt::format("Only {} of {} mm² of tissue {}; a call needs at least {} mm².", tumour, familiar,
                       tumour_words(call), needed);
}

std::string mixed_reason(const SlideCall& call) {
    const auto percent = [&](double mm2) { return 100 * mm2 / call.tumour_area_mm2; };
    return fmt::format("Both classes form regions of their own: LUAD {} mm² ({:.0f} %) and LUSC {} mm² ({:.0f} %).",
                       area_text(call.coherent_mm2[0]), percent(call.coherent_mm2[0]), area_text(call.coherent_mm2[1]),
                       percent(call.coherent_mm2[1]));
}

std::string interval_reason(const SlideCall& call, const CallOptions& options, const SetAside& set_aside) {
    if (!call.ci95) {
        return fmt::format(
            "P(LUSC) is {}, but all {} tiles lie in one block of {} by {} tiles, too small a field to say how far it "
            "varies.",
            probability_text(*call.prob_lusc), set_aside.benign.count > 0 ? "tumour" : "scored",
            options.block_edge_tiles, options.block_edge_tiles);
    }
    auto text = interval_text(*call.ci95);
    if (call.label == CallLabel::indeterminate && call.border_share.value_or(0) >= kMuchBorder) {
        text += fmt::format(
            " Of what lies beside the tumour's tiles {:.0f} % is no tumour, and tiles along such borders say less of "
            "the subtype.",
            100 * *call.border_share);
    }
    return text;
}

/// What the vote leaves out, as sentences behind the reason; nothing where every scored tile votes in full.
std::string set_aside_remark(const SlideCall& call, const SetAside& set_aside) {
    std::string remark;
    if ((set_aside.benign.count > 0 || is_discounted(call)) && call.label != CallLabel::insufficient) {
        remark += fmt::format(" {} of {} mm² of tissue {}.", area_text(call.tumour_area_mm2),
                              area_text(call.voting_area_mm2 + set_aside.benign.mm2), tumour_words(call));
    }
    if (set_aside.unfamiliar.count > 0) {
        remark += fmt::format(" Another {} mm² is unfamiliar to the model and left out.",
                              area_text(set_aside.unfamiliar.mm2));
    }
    return remark;
}

}  // namespace

std::string interval_text(const std::array<double, 2>& ci95, std::string_view over) {
    const auto [low, high] = ci95;
    return fmt::format("The 95 % interval of P(LUSC){}, {}–{}, {} one half.", over, probability_text(low),
                       probability_text(high),
                       low > 0.5    ? "lies above"
                       : high < 0.5 ? "lies below"
                                    : "contains");
}

std::string reason_of(const SlideCall& call, std::size_t scored_tiles, const CallOptions& options,
                      const SetAside& set_aside) {
    if (call.mostly_unfamiliar()) return unfamiliar_reason(scored_tiles, set_aside);
    const auto remark = set_aside_remark(call, set_aside);
    if (call.label == CallLabel::insufficient) return insufficient_reason(call, options, set_aside) + remark;
    if (call.label == CallLabel::mixed) return mixed_reason(call) + remark;
    return interval_reason(call, options, set_aside) + remark;
}

}  // namespace slidetype

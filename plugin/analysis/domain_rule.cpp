#include "plugin/analysis/domain_rule.h"

#include <fmt/format.h>

namespace slidetype {

std::string unlike_text(const DomainVerdict& verdict) {
    const auto differences = witness_text(verdict);
    return "does not look like the pictures that the model was made from" +
           (differences.empty() ? "" : " (" + differences + ")");
}

void heed_domain(SlideCall& call, const DomainVerdict& verdict, bool heeded, const CallThresholds& limits,
                 const std::string& model_name) {
    if (verdict.known) return;
    if (!heeded) {
        call.supported = false;
        call.reason =
            fmt::format("Unsupported: this slide {}. What would have been said: {}", unlike_text(verdict), call.reason);
        return;
    }
    if (call.label == CallLabel::none) {
        call.reason += fmt::format(" This slide {}; its heatmap is a ranking at best.", unlike_text(verdict));
        return;
    }
    if (call.scored_area_mm2 < limits.min_area_mm2) {
        call.label = CallLabel::insufficient;
        call.reason += fmt::format(" What there is {}.", unlike_text(verdict));
        return;
    }
    call.label = CallLabel::indeterminate;
    call.reason = fmt::format(
        "This slide {}, so no subtype call is made; its heatmap is a ranking at best. Train on your own slides: "
        "slidetype train SLIDES -o MY_MODEL --from {}.",
        unlike_text(verdict), model_name);
}

}  // namespace slidetype

#include "plugin/analysis/domain_rule.h"

#include <fmt/format.h>

#include "base/words.h"

namespace slidetype {

std::string unlike_text(const DomainVerdict& verdict) {
    const auto differences = witness_text(verdict);
    return "does not look like the pictures that the model was made from" +
           (differences.empty() ? "" : " (" + differences + ")");
}

std::string unlike_count_text(std::size_t unlike, std::size_t of, std::string_view thing) {
    return fmt::format("{} of {} {} not look like the pictures that the model was made from", unlike,
                       counted(of, thing), unlike == 1 ? "does" : "do");
}

void heed_domain(SlideCall& call, const DomainVerdict& verdict, bool heeded, const CallThresholds& limits,
                 const std::string& model_name, const JudgedThing& thing) {
    if (verdict.known) return;
    if (!heeded) {
        call.supported = false;
        call.reason = fmt::format("Unsupported: this {} {}. What would have been said: {}", thing.name,
                                  unlike_text(verdict), call.reason);
        return;
    }
    if (call.label == CallLabel::none) {
        call.reason += fmt::format(" This {} {}; {} a ranking at best.", thing.name, unlike_text(verdict), thing.is);
        return;
    }
    if (call.scored_area_mm2 < limits.min_area_mm2) {
        call.label = CallLabel::insufficient;
        call.reason += fmt::format(" What there is {}.", unlike_text(verdict));
        return;
    }
    call.label = CallLabel::indeterminate;
    call.reason = fmt::format(
        "This {0} {1}, so no subtype call is made; {2} a ranking at best. Train on your own {3}: "
        "slidetype train {4} -o MY_MODEL --from {5}.",
        thing.name, unlike_text(verdict), thing.is, in_lower_case(thing.teaches), thing.teaches, model_name);
}

}  // namespace slidetype

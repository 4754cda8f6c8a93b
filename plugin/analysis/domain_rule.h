#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "model/network/domain_check.h"
#include "plugin/analysis/slide_call.h"

namespace slidetype {

/// What is judged as a whole, for the words: a slide, or the pictures of a case.
struct JudgedThing {
    std::string_view name = "slide";
    std::string_view teaches = "SLIDES";  ///< what `slidetype train` would be given
    std::string_view is = "its heatmap is";
};

/// What a call is worth on a slide that is of another kind than what the model was made from: nothing, so it becomes
/// indeterminate, whatever tiles, gate and guard say, and the reason tells why and what to do. A slide with less scored
/// tissue than a call needs stays insufficient. Where the check is not to be `heeded`, the call stays as it is and is
/// marked as unsupported. Nothing changes for a slide that is known. `model_name`
/// and `thing` are for the reason.
void heed_domain(SlideCall& call, const DomainVerdict& verdict, bool heeded, const CallThresholds& limits,
                 const std::string& model_name, const JudgedThing& thing = {});

/// What a model of attention heads cannot do, to be told with what it says.
inline constexpr const char* kHeadsLack =
    "This model of attention heads has no tumour gate, no guard against unfamiliar tiles and no check of whole slides: "
    "it calls slides of any kind, and mixed tumours one or the other.";

/// "does not look like the pictures that the model was made from (its colours and sharpness differ)".
std::string unlike_text(const DomainVerdict& verdict);

/// "2 of 5 slides do not look like the pictures that the model was made from", for many; `thing` in the singular.
std::string unlike_count_text(std::size_t unlike, std::size_t of, std::string_view thing);

}  // namespace slidetype

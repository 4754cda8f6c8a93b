#pragma once

#include <string>

#include "model/network/domain_check.h"
#include "plugin/analysis/slide_call.h"

namespace slidetype {

/// What a call is worth on a slide that is of another kind than what the model was made from: nothing, so it becomes
/// indeterminate, whatever tiles, gate and guard say, and the reason tells why and what to do. A slide with less scored
/// tissue than a call needs stays insufficient. Where the check is not to be `heeded`, the call stays as it is and is
/// marked as unsupported. Nothing changes for a slide that is known. `model_name` is for the reason.
void heed_domain(SlideCall& call, const DomainVerdict& verdict, bool heeded, const CallThresholds& limits,
                 const std::string& model_name);

/// "does not look like the pictures that the model was made from (its colours and sharpness differ)".
std::string unlike_text(const DomainVerdict& verdict);

}  // namespace slidetype

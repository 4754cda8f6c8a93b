#pragma once

#include <cstddef>
#include <string>

#include "plugin/analysis/slide_call.h"

namespace slidetype {

/// Why a call is what it is, in sentences that a pathologist understands. `call` is complete but for its reason;
/// `scored_tiles` counts those that do not vote, too.
std::string reason_of(const SlideCall& call, std::size_t scored_tiles, const CallOptions& options,
                      const SetAside& set_aside);

}  // namespace slidetype

#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "plugin/analysis/slide_call.h"

namespace slidetype {

/// "The 95 % interval of P(LUSC), 0.61–0.88, lies above one half."; `over`: " over pictures" and the like.
std::string interval_text(const std::array<double, 2>& ci95, std::string_view over = {});

/// Why a call is what it is, in sentences that a pathologist understands. `call` is complete but for its reason;
/// `scored_tiles` counts those that do not vote, too.
std::string reason_of(const SlideCall& call, std::size_t scored_tiles, const CallOptions& options,
                      const SetAside& set_aside);

}  // namespace slidetype

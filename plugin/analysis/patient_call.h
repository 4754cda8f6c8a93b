#pragma once

#include <optional>
#include <span>
#include <vector>

#include "model/network/heads_config.h"
#include "model/scoring/aggregator.h"
#include "plugin/analysis/slide_call.h"

namespace slidetype {

struct SlideResult;

/// What the call of a slide is made of, by which several slides get one.
struct SlideEvidence {
    SlideCall call;               ///< of the slide alone; call.heads has the parts of its bag where heads made it
    std::vector<CallTile> tiles;  ///< that vote; not needed where heads made the call
    SetAside set_aside;
};

/// Of a result as it was made, or as it was read back. `gate` is that of the options that it was made with.
SlideEvidence evidence_of(const SlideResult& result, bool gate);

/// By what calls are made: what a slide's was made with.
struct CallRules {
    const Aggregator* aggregator = nullptr;  ///< where heads make the calls; else tiles vote
    std::optional<StatedError> stated;       ///< of heads, where the model states one
    CallOptions options;
};

/// One call of several slides of a patient, by the rule that makes the call of a slide:
/// - Heads: of the opinion on one bag of all tiles, or of the mean of the slides' logits, head by head. A slide of
///   which no tile was scored adds nothing.
/// - Votes: all tiles vote together, and their interval is over the blocks of all slides; regions and blocks end at the
///   end of a slide. With mean_of_slides P(LUSC) and the ends of the interval are the means of those of the slides that
///   have a vote, before the sigmoid: as wide as if all slides erred together. Where one has no interval, nor does the
///   patient.
/// Areas are sums. One slide alone keeps its own call. Deterministic: same slides in the same order, same bits. Throws
/// Error(bad_data) where there is no slide, or the heads are not those that made the slides' calls.
SlideCall call_patient(std::span<const SlideEvidence> slides, PatientCall how, const CallRules& rules);

}  // namespace slidetype

#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/scoring/bag_part.h"
#include "plugin/analysis/slide_vote.h"

namespace slidetype {

/// What slidetype says of a whole slide.
enum class CallLabel { luad, lusc, indeterminate, insufficient, none, mixed };
inline constexpr int kCallLabelCount = 6;
/// "LUAD", "LUSC", "mixed", "indeterminate", "insufficient"; "none" where the model's classes are others than LUAD and
/// LUSC.
std::string_view to_string(CallLabel label);

/// How slides of one patient become one call (patient_call.h).
enum class PatientCall {
    one_bag,        ///< all tiles of all slides in one bag
    mean_of_slides  ///< the mean of the slides' logits
};
/// "one-bag", "mean-of-slides"
std::string_view to_string(PatientCall how);

struct SlideCall {
    CallLabel label = CallLabel::insufficient;
    std::optional<double> prob_lusc;            ///< of the slide (see slide_vote.h); nothing where no tile votes
    std::optional<std::array<double, 2>> ci95;  ///< nothing where there are too few blocks for an interval
    /// Where the model is heads (see model/scoring/aggregator.h): how many, and how many lean to the side of prob_lusc.
    struct Heads {
        std::size_t count = 0, agreeing = 0;
        std::vector<BagPart> parts = {};  ///< of each head, for the call of a patient; empty in older results
    };
    std::optional<Heads> heads;
    std::optional<double> vote_mean;         ///< what prob_lusc is made of: mean P(LUSC) by certainty …
    std::optional<double> border_share;      ///< … and how much around the voting tiles is no tumour
    std::string reason;                      ///< one sentence that a pathologist understands
    std::vector<double> mean_probabilities;  ///< per class of the model, empty where no tile votes; left to
                                             ///< the caller of `call_slide`, who knows the classes
    double voting_area_mm2 = 0;              ///< tissue area of the voting tiles
    double tumour_area_mm2 = 0;              ///< the same, each tile counted by how surely it is tumour
    double scored_area_mm2 = 0;              ///< tissue area of the scored tiles, whether they vote or not
    std::array<double, 2> coherent_mm2{};    ///< tumour of LUAD and of LUSC in regions that count
    double unfamiliar_share = 0;             ///< of the scored tiles, by number
    /// False: the model does not know slides of this kind, and was told to call it nevertheless; see domain_rule.h.
    bool supported = true;
    bool mostly_unfamiliar() const { return unfamiliar_share > 0.5; }
};

/// Scored tiles that do not vote.
struct SetAside {
    struct Tiles {
        std::size_t count = 0;
        double mm2 = 0;  ///< tissue area
        void add(double tissue_mm2) { ++count, mm2 += tissue_mm2; }
    };
    Tiles benign;      ///< do not look like tumour
    Tiles unfamiliar;  ///< unlike what the model was trained on
};

/// Counts the votes (see slide_vote.h) and decides. Tumour is counted by how surely each tile is tumour, so that tiles
/// across borders and the gate's mistakes in benign tissue hardly count. The first of these that holds decides:
///   1. more than half of the scored tiles are unfamiliar: indeterminate, whatever the others say;
///   2. there is less tumour than `min_area_mm2`, or than `min_tumour_share` of the familiar tissue: insufficient;
///   3. regions of both classes each hold at least `mixed_share` of the tumour: mixed. Regions are those of
///      coherent_regions(); the ones with less tumour than `mixed_region_mm2`, or whose own probability of their class
///      is below `mixed_certainty`, do not count;
///   4. the interval contains one half or cannot be had: indeterminate;
///   5. the side of one half on which the interval lies: LUAD or LUSC.
/// Probabilities must be finite. Deterministic: same tiles in the same order, same bits.
SlideCall call_slide(std::span<const CallTile> tiles, const CallOptions& options = {}, const SetAside& set_aside = {});

/// The rule above alone: label and reason from all else in `call`. `scored_tiles` counts those that do not vote, too.
void judge_votes(SlideCall& call, std::size_t scored_tiles, const CallOptions& options, const SetAside& set_aside);

/// A probability as text: two decimals, or as many more (up to six) as it takes to tell it from one half.
std::string probability_text(double probability);

}  // namespace slidetype

#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/network/model_directory.h"

namespace slidetype {

/// What slidetype says of a whole slide.
enum class CallLabel { luad, lusc, indeterminate, insufficient, none, mixed };
inline constexpr int kCallLabelCount = 6;
/// "LUAD", "LUSC", "mixed", "indeterminate", "insufficient"; "none" where the model's classes are others than LUAD and
/// LUSC.
std::string_view to_string(CallLabel label);

struct SlideCall {
    CallLabel label = CallLabel::insufficient;
    std::optional<double> prob_lusc;            ///< nothing where no tile votes
    std::optional<std::array<double, 2>> ci95;  ///< nothing where there are too few blocks for an interval
    std::string reason;                         ///< one sentence that a pathologist understands
    std::vector<double> mean_probabilities;     ///< per class of the model, empty where no tile votes; left to
                                                ///< the caller of `call_slide`, who knows the classes
    double voting_area_mm2 = 0;                 ///< tissue area of the voting tiles
    double scored_area_mm2 = 0;                 ///< tissue area of the scored tiles, whether they vote or not
    std::array<double, 2> coherent_mm2{};       ///< of LUAD and LUSC in regions that are large enough to count
    double unfamiliar_share = 0;                ///< of the scored tiles, by number
    /// False: the model does not know slides of this kind, and was told to call it nevertheless; see domain_rule.h.
    bool supported = true;
    bool mostly_unfamiliar() const { return unfamiliar_share > 0.5; }
};

/// One voting tile as the call sees it.
struct CallTile {
    int column = 0, row = 0;
    double tissue_mm2 = 0;
    float prob_lusc = 0;
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

struct CallOptions {
    CallThresholds thresholds;
    int block_edge_tiles = 4;  ///< tiles of one spatial block are resampled together (about 0.5 mm at 128 µm tiles)
    int bootstrap_rounds = 2000;
    unsigned long long seed = 1;
};

/// Mean P(LUSC) over the tiles with a 95 % interval from a bootstrap over spatial blocks: neighbouring tiles are not
/// independent, so whole blocks are drawn (Efron and Tibshirani 1993, ch. 8; deviations are widened by
/// sqrt(n / (n - 1)) for n blocks). Half a block of pure LUAD and half a block of pure LUSC are added before drawing,
/// after Agresti and Caffo (2000), who add a success and a failure: where all blocks agree, their own spread says
/// nothing of the tissue that was not seen, and without them the interval held the truth on half of the small slides
/// only (docs/slide-calls.md). The first of these that holds decides:
///   1. more than half of the scored tiles are unfamiliar: indeterminate, whatever the others say;
///   2. the voting tiles hold less tissue than `min_area_mm2`, or less than `min_tumour_share` of the familiar tissue:
///      insufficient;
///   3. coherent regions of both classes each hold at least `mixed_share` of the voting tissue: mixed. Regions are
///      those of coherent_regions(); the ones below `mixed_region_mm2` do not count;
///   4. the interval contains one half or cannot be had: indeterminate;
///   5. the side of one half on which the interval lies: LUAD or LUSC.
/// Every tile weighs the same and its probability must be finite. Deterministic: same tiles in the same order, same
/// bits.
SlideCall call_slide(std::span<const CallTile> tiles, const CallOptions& options = {}, const SetAside& set_aside = {});

/// A probability as text: two decimals, or as many more (up to six) as it takes to tell it from one half.
std::string probability_text(double probability);

}  // namespace slidetype

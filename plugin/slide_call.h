#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace slidetype {

/// What slidetype says of a whole slide.
enum class CallLabel { luad, lusc, indeterminate, insufficient, none };
/// "LUAD", "LUSC", "indeterminate", "insufficient"; "none" where the model's classes are others than LUAD and LUSC.
std::string_view to_string(CallLabel label);

struct SlideCall {
    CallLabel label = CallLabel::insufficient;
    std::optional<double> prob_lusc;            ///< nothing where no tile was scored
    std::optional<std::array<double, 2>> ci95;  ///< nothing where there are too few blocks for an interval
    std::string reason;                         ///< one sentence that a pathologist understands
    std::vector<double> mean_probabilities;     ///< per class of the model, empty where no tile was scored; left to
                                                ///< the caller of `call_slide`, who knows the classes
    double scored_area_mm2 = 0;                 ///< tissue area of the scored tiles
};

/// One scored tile as the call sees it.
struct CallTile {
    int column = 0, row = 0;
    double tissue_mm2 = 0;
    float prob_lusc = 0;
};

struct CallOptions {
    double min_area_mm2 = 0.25;  ///< less scored tissue than this is insufficient
    int block_edge_tiles = 4;    ///< tiles of one spatial block are resampled together (about 0.5 mm at 128 µm tiles)
    int bootstrap_rounds = 2000;
    unsigned long long seed = 1;
};

/// Mean P(LUSC) over the tiles with a 95 % interval from a bootstrap over spatial blocks: neighbouring tiles are not
/// independent, so whole blocks are drawn (Efron and Tibshirani 1993, ch. 8; deviations are widened by
/// sqrt(n / (n - 1)) for n blocks). Indeterminate when the interval contains one half or cannot be had,
/// insufficient below `min_area_mm2`. Every tile weighs the same and its probability must be finite. Deterministic:
/// same tiles in the same order, same bits.
SlideCall call_slide(std::span<const CallTile> tiles, const CallOptions& options = {});

/// A probability as text: two decimals, or as many more (up to six) as it takes to tell it from one half.
std::string probability_text(double probability);

}  // namespace slidetype

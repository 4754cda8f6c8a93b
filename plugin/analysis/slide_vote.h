#pragma once

#include <array>
#include <optional>
#include <span>

#include "model/network/model_directory.h"

namespace slidetype {

/// One voting tile as the call sees it.
struct CallTile {
    int column = 0, row = 0;
    double tissue_mm2 = 0;
    float prob_lusc = 0;
    float tumour = 1;  ///< P(tumour) by the calibrated gate; 1 where there is none
    float around = 1;  ///< mean P(tumour) of the tiles that share an edge with it; see tumour_around()

    /// How surely it is tumour, 0 … 1, and so what its vote weighs. Weighing its neighbours, too, was tried: it helped
    /// a network that took tiles across borders for LUAD, and wastes small tumour where the network knows such tiles.
    double certainty() const { return static_cast<double>(tumour); }
    /// How much of what lies around it is no tumour, 0 … 1.
    double border() const { return 1 - static_cast<double>(around); }
};

struct CallOptions {
    CallThresholds thresholds;
    int block_edge_tiles = 4;  ///< tiles of one spatial block are resampled together (about 0.5 mm at 128 µm tiles)
    int bootstrap_rounds = 2000;
    unsigned long long seed = 1;
};

/// Sums over tiles, each counted by its certainty().
struct VoteSums {
    double weight = 0, prob_lusc = 0, border = 0;

    void add(const CallTile& tile) {
        weight += tile.certainty();
        prob_lusc += tile.certainty() * static_cast<double>(tile.prob_lusc);
        border += tile.certainty() * tile.border();
    }
    void add(const VoteSums& other) {
        weight += other.weight;
        prob_lusc += other.prob_lusc;
        border += other.border;
    }
};

/// What voting tiles say together. Means are over tiles, each weighing its certainty().
struct SlideVote {
    double mean_prob_lusc = 0;
    double border_share = 0;  ///< mean of border()
    double tumour_mm2 = 0;    ///< tissue, each tile's counted by its certainty
    double prob_lusc = 0;     ///< of the slide: the mean, or what the model's VoteCalibration makes of it
    std::optional<std::array<double, 2>> ci95;  ///< of prob_lusc; nothing where all tiles lie in one block
};

/// P(LUSC) of tissue of which the tiles give this mean and this share of border: sigmoid(intercept + slope × mean +
/// border × share), or the mean where there is no calibration.
double slide_probability(double mean_prob_lusc, double border_share, const std::optional<VoteCalibration>& calibration);

/// Counts the votes; nothing where no tile weighs anything. The 95 % interval is a bootstrap over spatial blocks:
/// neighbouring tiles are not independent, so whole blocks are drawn (Efron and Tibshirani 1993, ch. 8; deviations of
/// the calibrated mean are widened by sqrt(n / (n - 1)) for n blocks, before the sigmoid). Half a block of pure LUAD
/// and half a block of pure LUSC are added before drawing, after Agresti and Caffo (2000), who add a success and a
/// failure: where all blocks agree, their own spread says nothing of the tissue that was not seen, and without them the
/// interval held the truth on half of the small slides only (docs/slide-calls.md). Every probability must be finite.
/// Deterministic: same tiles in the same order, same bits.
std::optional<SlideVote> count_votes(std::span<const CallTile> tiles, const CallOptions& options);

}  // namespace slidetype

#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/network/model_directory.h"

namespace slidetype::bench {

/// LUAD or LUSC, and no other call.
inline bool is_subtype(const std::string& call) {
    return call == "LUAD" || call == "LUSC";
}

/// What one slide was called.
struct CallOutcome {
    std::string name, kind, expected, call;
    std::string plain_call;  ///< if every voting tile counted the same and nothing were calibrated
    std::optional<double> prob_lusc, ci_low, ci_high;
    std::optional<double> vote_mean, border_share;  ///< what prob_lusc is made of
    /// P(LUSC) of the other slides of this kind and class taken together, by the same calibration; what the interval
    /// should hold.
    std::optional<double> expected_prob;
    double voting_mm2 = 0, tumour_mm2 = 0;
    std::array<double, 2> coherent_mm2{};
    /// Whether the slide as a whole is like what the model was made from, which the call here does not heed; nothing
    /// where that was not looked at.
    std::optional<bool> known;
    bool covered() const { return ci_low && expected_prob && *ci_low <= *expected_prob && *expected_prob <= *ci_high; }
};

struct CallValidation {
    std::string model, sha256;
    int fold = 0;
    std::uint64_t seed = 0;
    CallThresholds thresholds;                  ///< vote: fitted to all slides, as it is stored in the model
    std::array<VoteCalibration, 2> half_votes;  ///< by which the slides of either half were called: of the other half
    std::vector<CallOutcome> slides;
};

/// Of the slides with an interval, how many hold in it what they should.
struct IntervalCoverage {
    std::size_t inside = 0, all = 0;
    double share() const { return all == 0 ? 0 : static_cast<double>(inside) / static_cast<double>(all); }
};
IntervalCoverage interval_coverage(const CallValidation& validation);
/// What that makes of an interval of 95 %: "narrower than it says", "wider than it says", or "as wide as it says" where
/// chance explains the difference (two standard deviations).
std::string width_verdict(const IntervalCoverage& coverage);

/// JSON, and back. Throws Error(io), Error(corrupt).
void write_validation(const std::filesystem::path& file, const CallValidation& validation);
CallValidation read_validation(const std::filesystem::path& file);

/// docs/slide-calls.md.
std::string validation_page(const CallValidation& validation);

}  // namespace slidetype::bench

#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/call_validation/planned_slide.h"
#include "plugin/analysis/engine.h"

namespace slidetype::bench {

/// What one slide was called.
struct CallOutcome {
    std::string name, kind, expected, call;
    std::optional<double> prob_lusc, ci_low, ci_high;
    /// The mean P(LUSC) over all tissue that such a slide is drawn from; what the interval should hold.
    std::optional<double> expected_mean;
    double voting_mm2 = 0;
    std::array<double, 2> coherent_mm2{};
    bool covered() const { return ci_low && expected_mean && *ci_low <= *expected_mean && *expected_mean <= *ci_high; }
};

struct CallValidation {
    std::string model, sha256;
    int fold = 0;
    std::uint64_t seed = 0;
    CallThresholds thresholds;
    std::vector<CallOutcome> slides;
};

/// The mean P(LUSC) of the votes of one class when every source image of the fold is equally likely to be drawn, and
/// the share of its tiles that vote: from a slide with all pictures.
struct ClassMean {
    double prob_lusc = 0, voting = 0;
};
std::array<ClassMean, 2> class_means(const Engine& engine, const FoldPictures& pictures,
                                     const std::filesystem::path& work);

/// Puts the slide together in `work`, runs it as `slidetype run` does, and removes it.
CallOutcome judge(const Engine& engine, const PlannedSlide& slide, const std::array<ClassMean, 2>& means,
                  const std::filesystem::path& work, int threads);

/// JSON, and back. Throws Error(io), Error(corrupt).
void write_validation(const std::filesystem::path& file, const CallValidation& validation);
CallValidation read_validation(const std::filesystem::path& file);

/// docs/slide-calls.md.
std::string validation_page(const CallValidation& validation);

}  // namespace slidetype::bench

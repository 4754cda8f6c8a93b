#pragma once

#include <filesystem>
#include <span>

#include "model/network/model_directory.h"

namespace slidetype::bench {

/// What a slide of one subtype said: the means of its SlideVote.
struct FitSlide {
    double mean_prob_lusc = 0, border_share = 0;
    bool lusc = false;
};

/// Logistic regression of the class on both means. After Platt (1999) each slide counts as one of its class among two
/// more, one of each class, so that classes which are told apart without a mistake still give finite slopes. By
/// Newton's method. Throws Error(bad_data) where a class has no slide or the slope is not positive.
VoteCalibration fit_votes(std::span<const FitSlide> slides);

/// Stores it in config.json under slidetype.call.vote (whatever else stands there stays) and the self-test anew.
/// Throws Error(not_found | io | bad_model).
void store_votes(const std::filesystem::path& model_directory, const VoteCalibration& calibration);

}  // namespace slidetype::bench

#pragma once

#include <optional>
#include <span>
#include <string>

#include "model/network/familiarity.h"
#include "model/network/model_directory.h"
#include "model/scoring/classifier.h"

namespace slidetype {

/// What one of our networks gives for a number of tiles, before calibration.
struct NetworkValues {
    std::span<const float> logits;
    std::span<const float> gate;      ///< as many; empty where the weights hold no gate
    std::span<const float> features;  ///< tiles × feature_count()
};

/// Turns the values of a network into scores, in the same way whichever backend computed them. Thread-safe.
class ScoreCalibration {
  public:
    explicit ScoreCalibration(const ModelDirectory& model);

    /// Throws Error(bad_model) where a value is not finite.
    void append(const NetworkValues& values, TileScores& scores) const;

  private:
    double finite(double value) const;

    SlidetypeConfig config_;
    std::optional<DistanceMeter> distance_;
    std::string source_;
};

}  // namespace slidetype

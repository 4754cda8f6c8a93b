#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "model/network/encoder_info.h"

namespace slidetype {

/// The architecture that config.json names for a model that is attention heads over an encoder's features.
inline constexpr const char* kHeadsArchitecture = "attention heads";
/// The folder in a model directory that holds an encoder of ours.
inline constexpr const char* kEncoderFolder = "encoder";

/// Thresholds by which calls miss the true class in no more than a stated share of new patients; fitted to a
/// laboratory's own labelled patients, see ConformalThresholds in model/metrics/conformal.h.
struct StatedError {
    double error = 0.05;
    std::array<double, 2> q{};              ///< per class, of 1 - P(class)
    std::array<std::size_t, 2> patients{};  ///< per class, that they were fitted to
};

/// What a model of heads says of itself in config.json. The tensors of the heads are its weights; see
/// model/heads/attention_head.h.
struct HeadsConfig {
    bool attention = true;  ///< tiles weigh by their attention; else all the same
    EncoderInfo encoder;    ///< path: where it was; relative to the model directory where that holds it
    std::size_t heads = 0;
    /// Of a head of others, a TorchScript file: which of its outputs are LUAD and LUSC. Absent: heads of ours.
    std::optional<std::array<std::size_t, 2>> columns;
    std::optional<StatedError> stated_error;  ///< absent: calls state no error
};

}  // namespace slidetype

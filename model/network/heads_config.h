#pragma once

#include <cstddef>

#include "model/network/encoder_info.h"

namespace slidetype {

/// The architecture that config.json names for a model that is attention heads over an encoder's features.
inline constexpr const char* kHeadsArchitecture = "attention heads";
/// The folder in a model directory that holds an encoder of ours.
inline constexpr const char* kEncoderFolder = "encoder";

/// What a model of heads says of itself in config.json. The tensors of the heads are its weights; see
/// model/heads/attention_head.h.
struct HeadsConfig {
    bool attention = true;  ///< tiles weigh by their attention; else all the same
    EncoderInfo encoder;    ///< path: where it was; relative to the model directory where that holds it
    std::size_t heads = 0;
};

}  // namespace slidetype

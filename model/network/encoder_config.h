#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "model/network/encoder_info.h"
#include "model/network/model_directory.h"

namespace slidetype {

/// The configuration of an encoder of others, `encoder.json` beside its TorchScript or ONNX file.
struct EncoderConfig {
    std::string name;
    int patch_size_px = 0;     ///< edge of the tiles that it is given
    double spacing_um_px = 0;  ///< of their pixels
    std::vector<Transform> transform;
    std::size_t dimension = 0;
    std::string file;  ///< a name in the same folder; empty: not said
};

/// What tells an encoder of others from every other: the SHA-256 of its file together with what is done to tiles before
/// it, since another mean or another size makes other features.
std::string encoder_sha256(const EncoderConfig& config, const std::string& file_sha256);

/// Parses encoder.json; unknown keys are ignored, wrong types and impossible values are not.
/// Throws Error(bad_model) naming `source`.
EncoderConfig parse_encoder_config(std::string_view json, const std::string& source);

}  // namespace slidetype

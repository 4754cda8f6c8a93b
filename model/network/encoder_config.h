#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "model/network/model_directory.h"

namespace slidetype {

/// What tells encoders apart, and what tiles they see: for feature files, and for heads that go with one encoder.
struct EncoderInfo {
    std::string name;
    std::string sha256;  ///< of the file that holds the weights
    int patch_size_px = 0;
    double spacing_um_px = 0;
    std::size_t dimension = 0;   ///< numbers a tile
    std::filesystem::path path;  ///< where it was found; nothing that results depend on
};

/// Whether both make the same features of the same tissue, whatever they are called and wherever they lie.
bool is_same_encoder(const EncoderInfo& a, const EncoderInfo& b);

/// The configuration of an encoder of others, `encoder.json` beside its TorchScript file.
struct EncoderConfig {
    std::string name;
    int patch_size_px = 0;     ///< edge of the tiles that it is given
    double spacing_um_px = 0;  ///< of their pixels
    std::vector<Transform> transform;
    std::size_t dimension = 0;
    std::string file;  ///< a name in the same folder; empty: not said
};

/// Parses encoder.json; unknown keys are ignored, wrong types and impossible values are not.
/// Throws Error(bad_model) naming `source`.
EncoderConfig parse_encoder_config(std::string_view json, const std::string& source);

}  // namespace slidetype

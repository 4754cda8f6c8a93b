#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <string>

#include "model/network/encoder_info.h"

namespace slidetype {

/// A head of others with the layout of wsinfer-mil: a TorchScript file, and config.json with spec_version, num_classes,
/// class_names, feature_extractor, patch_size_um and perhaps type (abmil, clam).
struct MilHead {
    std::filesystem::path folder;
    std::filesystem::path file;
    std::string type;                             ///< empty: not said
    std::string feature_extractor;                ///< by the name that its makers use
    double patch_size_um = 0;                     ///< edge of the tiles that it was trained on
    std::array<std::size_t, 2> columns = {0, 1};  ///< which of its classes are LUAD and LUSC
};

/// Reads config.json and finds the file: torchscript_model.pt, or the only .pt file there. Nothing is executed.
/// Throws Error(not_found), Error(bad_model) where config.json is not as it should be, and Error(unsupported) where the
/// classes are others than LUAD and LUSC in one of their usual spellings (class_index()).
MilHead read_mil_head(const std::filesystem::path& folder);

/// Writes a model directory of this head over an encoder, which is copied where it is a model of ours. `name`: of the
/// model. Throws Error(usage) where the encoder's tiles are not as large as those of the head, by more than 2 %, and
/// Error(io).
void write_mil_model(const MilHead& head, const EncoderInfo& encoder, const std::string& name,
                     const std::filesystem::path& folder);

}  // namespace slidetype

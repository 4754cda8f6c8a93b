#pragma once

#include <filesystem>
#include <string>

#include "model/network/heads_config.h"
#include "model/network/model_directory.h"

namespace slidetype::testing {

/// Two attention heads of fresh weights over the features of a random network, which lies in the model.
ModelDirectory write_heads_model(const std::filesystem::path& folder, const std::string& encoder_path = kEncoderFolder,
                                 unsigned seed = 1);

}  // namespace slidetype::testing

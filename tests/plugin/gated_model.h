#pragma once

#include <filesystem>

#include "model/network/model_directory.h"

namespace slidetype::testing {

/// What a made-up gate and guard say.
struct GatedModel {
    double gate_bias = 50;         ///< 50: every tile is tumour, -50: none is
    bool gate_sees_tiles = false;  ///< the gate's answer hangs on the tile too
    double guard_threshold = 1e6;  ///< 1e6: every tile is familiar, 1e-6: none is
};

/// The compact network with the random weights of write_random_model(…, seed 1), and a gate and a guard beside it.
ModelDirectory write_gated_model(const std::filesystem::path& folder, const GatedModel& options = {});

/// What is known of a material whose tiles have these traits, with little spread. Without any: of one as black as the
/// night, and blurred, which no tissue is like.
KnownDomain material_of(const TileTraits& traits = {});

}  // namespace slidetype::testing

#pragma once

#include <cstdint>
#include <span>

#include "model/network/model_directory.h"

namespace slidetype {

/// Chooses the steps of the 8-bit integers from tiles (any number from 8 × patch × patch × 3 bytes, RGB interleaved) of
/// the kind that will be scored: the largest value that enters a layer there becomes the largest byte. (Smaller steps,
/// which cut large values off, did worse: on fold 4 the scores of single tiles moved by twice as much.) Needs no
/// labels. The first layer is named only where its input is bytes anyway. Throws Error(usage) for a TorchScript model,
/// Error(bad_data) for too few tiles and Error(unsupported) where oneDNN is absent.
Int8Config calibrate_int8(const ModelDirectory& model, std::span<const std::uint8_t> tiles);

}  // namespace slidetype

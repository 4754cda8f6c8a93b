#pragma once

#include "base/random.h"
#include "base/raster.h"
#include "model/torch/torch_headers.h"
#include "model/training/training.h"

namespace slidetype {

/// The picture as 3 × P × P floats in 0 … 255, whole field of view.
torch::Tensor plain_tile(const RgbImage& picture, int patch_size_px);

/// A random variation of it, as a camera or scanner might have given it, rounded to whole grey levels.
torch::Tensor augmented_tile(const RgbImage& picture, int patch_size_px, const Augmentation& how, Random& random);

}  // namespace slidetype

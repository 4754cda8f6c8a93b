#pragma once

#include <array>

namespace slidetype {

/// What hematoxylin, eosin and DAB, which stands for the residual, take of red, green and blue light, in optical
/// density, not brought to length 1 (Ruifrok and Johnston, Anal Quant Cytol Histol 23:291, 2001).
inline constexpr std::array<std::array<double, 3>, 3> kStainVectors = {
    {{0.65, 0.70, 0.29}, {0.07, 0.99, 0.11}, {0.27, 0.57, 0.78}}};

}  // namespace slidetype

#pragma once

#include <cstdint>

namespace slidetype {

/// IEEE 754 binary16 from and to float; to half rounds to nearest even, overflow gives infinity.
std::uint16_t to_half(float value);
float from_half(std::uint16_t half);

}  // namespace slidetype

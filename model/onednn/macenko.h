#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace slidetype {

/// Stains normalised to fixed ones (Macenko et al., ISBI 2009), as bytes: see InputKind::macenko. `rgb` is interleaved;
/// a tile with too little tissue comes back as it is. Thread-safe.
std::vector<std::uint8_t> normalise_stains(std::span<const std::uint8_t> rgb);

}  // namespace slidetype

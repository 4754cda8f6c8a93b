#pragma once

#include <array>
#include <cmath>
#include <cstdint>

namespace slidetype {

/// How much light a grey level stands for was taken away: -log((value + 1) / 256), 0 for white.
inline double optical_density(std::uint8_t value) {
    return -std::log((value + 1.0) / 256);
}

/// The same of every grey level.
inline const std::array<float, 256>& optical_densities() {
    static const std::array<float, 256> table = [] {
        std::array<float, 256> densities{};
        for (std::size_t value = 0; value < densities.size(); ++value) {
            densities[value] = static_cast<float>(optical_density(static_cast<std::uint8_t>(value)));
        }
        return densities;
    }();
    return table;
}

}  // namespace slidetype

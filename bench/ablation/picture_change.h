#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/raster.h"

namespace slidetype::bench {

/// Mean and covariance of the optical density, -ln((value + 1) / 256), over the pixels of tiles: what light, stain and
/// camera make of tissue as a whole.
struct ColourMoments {
    std::array<double, 3> mean{};
    std::array<std::array<double, 3>, 3> covariance{};
};
/// `weights`, one a tile, sum to one.
ColourMoments colour_moments(std::span<const RgbImage> tiles, std::span<const double> weights);

/// The tile after the linear map of least change that takes moments `from` to moments `to` (Monge's map between normal
/// distributions; Pitié and Kokaram, CVMP 2007), in optical density.
RgbImage with_colour(const RgbImage& tile, const ColourMoments& from, const ColourMoments& to);

/// energy[channel][r]: mean squared amplitude of the optical density over the waves of r to r + 1 periods across a
/// square tile: sharpness and contrast at every size. Tiles must be squares of one size.
using BandEnergy = std::array<std::vector<double>, 3>;
BandEnergy band_energy(std::span<const RgbImage> tiles, std::span<const double> weights);

/// The tile with the waves of each length strengthened or weakened so that tiles of energies `from` get those of `to`;
/// its mean stays. No wave changes by more than a factor of 20.
RgbImage with_sharpness(const RgbImage& tile, const BandEnergy& from, const BandEnergy& to);

/// The tile with normal noise of this deviation, in grey levels, independent in each pixel and channel.
RgbImage with_noise(const RgbImage& tile, double deviation, std::uint64_t seed);

/// The tile after a trip through a JPEG file of its picture at twice the size.
RgbImage with_jpeg(const RgbImage& tile, int quality);

/// The left `share` of the tile replaced by the left of `other`, which has the same size.
RgbImage with_left(const RgbImage& tile, const RgbImage& other, double share);

/// What a tile of `share` times the width shows: its middle, or, above 1, the tile and its mirror images around it.
RgbImage with_field(const RgbImage& tile, double share);

/// Logarithm of the energy of the one or two longest waves, on average over the channels: how much light and dark there
/// is at the size of glands, without any regard to what it is.
double coarse_contrast(const RgbImage& tile);

}  // namespace slidetype::bench

#include "model/network/tile_traits.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/optical_density.h"

namespace slidetype {
namespace {

/// Edges from which on a tile is halved before it is looked at.
constexpr std::size_t kHalvedEdge = 200;
constexpr std::size_t kOctaves = 4;
/// Keep logs of what is nearly nothing within bounds: 1e-3 and more of density are seen, and energies of 1e-6.
constexpr double kLeastDensity = 0.02, kLeastDeviation = 1e-3, kLeastEnergy = 1e-6, kLeastStrangeness = 0.05;

using Plane = std::vector<float>;

/// Means of 2 × 2 pixels; an odd row or column at the end is left out.
Plane halved(const Plane& plane, std::size_t edge) {
    const std::size_t half = edge / 2;
    Plane out(half * half);
    for (std::size_t y = 0; y < half; ++y) {
        const float* above = plane.data() + 2 * y * edge;
        const float* below = above + edge;
        for (std::size_t x = 0; x < half; ++x)
            out[y * half + x] = 0.25F * ((above[2 * x] + above[2 * x + 1]) + (below[2 * x] + below[2 * x + 1]));
    }
    return out;
}

double variance_of(const Plane& plane) {
    double sum = 0, squares = 0;
    for (const float value : plane) sum += double{value}, squares += double{value} * value;
    const auto n = static_cast<double>(plane.size());
    return std::max(0.0, squares / n - (sum / n) * (sum / n));
}

/// Log of the energy that each halving takes away, finest first.
std::array<double, kOctaves> log_octaves(Plane plane, std::size_t edge) {
    std::array<double, kOctaves> out{};
    double before = variance_of(plane);
    for (auto& octave : out) {
        plane = halved(plane, edge);
        edge /= 2;
        const double after = variance_of(plane);
        octave = std::log(std::max(0.0, before - after) + kLeastEnergy);
        before = after;
    }
    return out;
}

std::array<Plane, 3> density_planes(std::span<const std::uint8_t> rgb, std::size_t& edge) {
    const auto& density = optical_densities();
    std::array<Plane, 3> planes;
    for (std::size_t c = 0; c < 3; ++c) {
        planes[c].resize(edge * edge);
        for (std::size_t i = 0; i < planes[c].size(); ++i) planes[c][i] = density[rgb[3 * i + c]];
    }
    if (edge < kHalvedEdge) return planes;
    for (auto& plane : planes) plane = halved(plane, edge);
    edge /= 2;
    return planes;
}

void describe_colour(const std::array<Plane, 3>& planes, TileTraits& out) {
    std::array<double, 3> sums{}, squares{}, products{};
    for (std::size_t i = 0; i < planes[0].size(); ++i) {
        const double r = planes[0][i], g = planes[1][i], b = planes[2][i];
        sums[0] += r, sums[1] += g, sums[2] += b;
        squares[0] += r * r, squares[1] += g * g, squares[2] += b * b;
        products[0] += r * g, products[1] += r * b, products[2] += g * b;
    }
    const auto n = static_cast<double>(planes[0].size());
    std::array<double, 3> deviations{};
    for (std::size_t c = 0; c < 3; ++c) {
        sums[c] /= n;
        deviations[c] = std::sqrt(std::max(0.0, squares[c] / n - sums[c] * sums[c]));
        out[c] = std::log(sums[c] + kLeastDensity);
        out[3 + c] = std::log(deviations[c] + kLeastDeviation);
    }
    constexpr std::array<std::array<std::size_t, 2>, 3> kPairs = {{{0, 1}, {0, 2}, {1, 2}}};
    for (std::size_t k = 0; k < kPairs.size(); ++k) {
        const auto [a, b] = kPairs[k];
        out[6 + k] = (products[k] / n - sums[a] * sums[b]) / (deviations[a] * deviations[b] + kLeastEnergy);
    }
}

void describe_sharpness(const std::array<Plane, 3>& planes, std::size_t edge, TileTraits& out) {
    if (edge < std::size_t{1} << kOctaves) return;
    Plane grey(planes[0].size()), hue(planes[0].size());
    for (std::size_t i = 0; i < grey.size(); ++i) {
        grey[i] = (planes[0][i] + planes[1][i] + planes[2][i]) / 3;
        hue[i] = planes[2][i] - planes[0][i];
    }
    const auto light = log_octaves(std::move(grey), edge), colour = log_octaves(std::move(hue), edge);
    for (std::size_t k = 0; k + 1 < kOctaves; ++k) {
        out[kColourTraits + k] = light[k] - light[k + 1];
        out[kColourTraits + 3 + k] = colour[k] - colour[k + 1];
    }
    out[kColourTraits + 6] = colour[kOctaves - 1] - light[kOctaves - 1];
}

}  // namespace

TileTraits tile_traits(std::span<const std::uint8_t> rgb, int edge, std::optional<float> strangeness) {
    TileTraits out{};
    auto n = static_cast<std::size_t>(edge);
    const auto planes = density_planes(rgb, n);
    describe_colour(planes, out);
    describe_sharpness(planes, n, out);
    if (strangeness) out[kTraits - 1] = std::log(std::max(double{*strangeness}, kLeastStrangeness));
    return out;
}

void TraitMean::add(const TileTraits& traits) {
    for (std::size_t k = 0; k < kTraits; ++k) sums_[k] += traits[k];
    ++tiles_;
}

TileTraits TraitMean::mean() const {
    TileTraits out = sums_;
    for (auto& value : out) value /= static_cast<double>(std::max<std::size_t>(tiles_, 1));
    return out;
}

}  // namespace slidetype

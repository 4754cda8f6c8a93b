// Kinds that treat every channel by itself are a table of 256 values per channel; mean and variance come from a
// histogram of the bytes.
#include "model/onednn/input.h"

#include <array>
#include <cmath>
#include <vector>

#include "model/onednn/macenko.h"

namespace slidetype {
namespace {

using ByteTable = std::array<float, 256>;
using Histogram = std::array<std::uint32_t, 256>;

float density_of(std::size_t byte) {
    return -std::log((static_cast<float>(byte) + 1.0F) / 256.0F);
}

const ByteTable& density_table() {
    static const ByteTable table = [] {
        ByteTable densities{};
        for (std::size_t byte = 0; byte < densities.size(); ++byte) densities[byte] = density_of(byte);
        return densities;
    }();
    return table;
}

ByteTable unit_table() {
    ByteTable table{};
    for (std::size_t byte = 0; byte < table.size(); ++byte) table[byte] = static_cast<float>(byte) / 255.0F;
    return table;
}

float standardised(double value, double mean, double variance) {
    return static_cast<float>((value - mean) / std::sqrt(variance + kDensityVarianceFloor));
}

/// The densities that a channel's bytes stand for, standardised over the channel.
ByteTable standardised_table(const Histogram& histogram, std::size_t pixels) {
    const auto& density = density_table();
    const auto n = static_cast<double>(pixels);
    double mean = 0, variance = 0;
    for (std::size_t b = 0; b < 256; ++b) mean += static_cast<double>(histogram[b]) * double{density[b]};
    mean /= n;
    for (std::size_t b = 0; b < 256; ++b) {
        variance += static_cast<double>(histogram[b]) * (density[b] - mean) * (density[b] - mean);
    }
    variance /= n;
    ByteTable table{};
    for (std::size_t b = 0; b < 256; ++b) table[b] = standardised(density[b], mean, variance);
    return table;
}

void look_up(std::span<const std::uint8_t> rgb, int edge, const std::array<ByteTable, 3>& tables, PixelStrides strides,
             float* out) {
    if (strides.channel == 1 && strides.column == 3 && strides.row == 3 * static_cast<std::size_t>(edge)) {
        for (std::size_t i = 0; i + 2 < rgb.size(); i += 3) {  // one after the other, as they come
            out[i] = tables[0][rgb[i]];
            out[i + 1] = tables[1][rgb[i + 1]];
            out[i + 2] = tables[2][rgb[i + 2]];
        }
        return;
    }
    const auto n = static_cast<std::size_t>(edge);
    const std::uint8_t* byte = rgb.data();
    for (std::size_t y = 0; y < n; ++y) {
        for (std::size_t x = 0; x < n; ++x) {
            float* pixel = out + y * strides.row + x * strides.column;
            for (std::size_t c = 0; c < 3; ++c) pixel[c * strides.channel] = tables[c][*byte++];
        }
    }
}

/// Neighbours often have the same colour, and counting one value twice in a row takes long: so every other pixel is
/// counted apart.
std::array<Histogram, 3> histograms_of(std::span<const std::uint8_t> rgb) {
    std::array<Histogram, 6> counts{};
    std::size_t i = 0;
    for (; i + 5 < rgb.size(); i += 6) {
        for (std::size_t k = 0; k < 6; ++k) ++counts[k][rgb[i + k]];
    }
    for (std::size_t k = 0; i < rgb.size(); ++i, ++k) ++counts[k][rgb[i]];
    for (std::size_t c = 0; c < 3; ++c) {
        for (std::size_t b = 0; b < 256; ++b) counts[c][b] += counts[c + 3][b];
    }
    return {counts[0], counts[1], counts[2]};
}

std::array<ByteTable, 3> standardised_tables(std::span<const std::uint8_t> rgb) {
    const auto histograms = histograms_of(rgb);
    std::array<ByteTable, 3> tables{};
    for (std::size_t c = 0; c < 3; ++c) tables[c] = standardised_table(histograms[c], rgb.size() / 3);
    return tables;
}

void grey_density(std::span<const std::uint8_t> rgb, int edge, PixelStrides strides, float* out) {
    const auto& density = density_table();
    const auto n = static_cast<std::size_t>(edge);
    std::vector<float> grey(n * n);
    double mean = 0, variance = 0;
    for (std::size_t i = 0; i < grey.size(); ++i) {
        grey[i] = (density[rgb[3 * i]] + density[rgb[3 * i + 1]] + density[rgb[3 * i + 2]]) / 3.0F;
        mean += grey[i];
    }
    mean /= static_cast<double>(grey.size());
    for (const float value : grey) variance += (value - mean) * (value - mean);
    variance /= static_cast<double>(grey.size());
    for (std::size_t y = 0; y < n; ++y) {
        for (std::size_t x = 0; x < n; ++x) {
            const float value = standardised(grey[y * n + x], mean, variance);
            float* pixel = out + y * strides.row + x * strides.column;
            for (std::size_t c = 0; c < 3; ++c) pixel[c * strides.channel] = value;
        }
    }
}

}  // namespace

void prepare_tile(std::span<const std::uint8_t> rgb, int edge, InputKind kind, PixelStrides strides, float* out) {
    static const ByteTable unit = unit_table();
    switch (kind) {
        case InputKind::standardised_density:
            return look_up(rgb, edge, standardised_tables(rgb), strides, out);
        case InputKind::grey_density:
            return grey_density(rgb, edge, strides, out);
        case InputKind::macenko:
            return look_up(normalise_stains(rgb), edge, {unit, unit, unit}, strides, out);
        case InputKind::unit:
            return look_up(rgb, edge, {unit, unit, unit}, strides, out);
    }
}

}  // namespace slidetype

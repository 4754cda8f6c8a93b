// Kinds that treat every channel by itself are a table of 256 values per channel; mean and variance come from a
// histogram of the bytes.
#include "model/onednn/input.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "model/onednn/macenko.h"

namespace slidetype {
namespace {

template <class Value>
using Table = std::array<Value, 256>;  ///< by the byte of a pixel
template <class Value>
using Tables = std::array<Table<Value>, 3>;
using Histogram = std::array<std::uint32_t, 256>;

float density_of(std::size_t byte) {
    return -std::log((static_cast<float>(byte) + 1.0F) / 256.0F);
}

const Table<float>& density_table() {
    static const Table<float> table = [] {
        Table<float> densities{};
        for (std::size_t byte = 0; byte < densities.size(); ++byte) densities[byte] = density_of(byte);
        return densities;
    }();
    return table;
}

Table<float> unit_table() {
    Table<float> table{};
    for (std::size_t byte = 0; byte < table.size(); ++byte) table[byte] = static_cast<float>(byte) / 255.0F;
    return table;
}

float standardised(double value, double mean, double variance) {
    return static_cast<float>((value - mean) / std::sqrt(variance + kDensityVarianceFloor));
}

/// The densities that a channel's bytes stand for, standardised over the channel.
Table<float> standardised_table(const Histogram& histogram, std::size_t pixels) {
    const auto& density = density_table();
    const auto n = static_cast<double>(pixels);
    double mean = 0, variance = 0;
    for (std::size_t b = 0; b < 256; ++b) mean += static_cast<double>(histogram[b]) * double{density[b]};
    mean /= n;
    for (std::size_t b = 0; b < 256; ++b) {
        variance += static_cast<double>(histogram[b]) * (density[b] - mean) * (density[b] - mean);
    }
    variance /= n;
    Table<float> table{};
    for (std::size_t b = 0; b < 256; ++b) table[b] = standardised(density[b], mean, variance);
    return table;
}

template <class Value>
bool leaves_as_it_is(const Table<Value>& table) {
    for (std::size_t byte = 0; byte < table.size(); ++byte) {
        if (table[byte] != static_cast<Value>(byte)) return false;
    }
    return true;
}

template <class Value>
void look_up(std::span<const std::uint8_t> rgb, int edge, const Tables<Value>& tables, PixelStrides strides,
             Value* out) {
    const auto n = static_cast<std::size_t>(edge);
    const std::uint8_t* byte = rgb.data();
    const bool interleaved = strides.channel == 1 && strides.column == 3;
    if (interleaved && std::ranges::all_of(tables, leaves_as_it_is<Value>)) {
        for (std::size_t y = 0; y < n; ++y) std::copy_n(byte + y * 3 * n, 3 * n, out + y * strides.row);
        return;
    }
    for (std::size_t y = 0; y < n; ++y) {
        Value* row = out + y * strides.row;
        if (interleaved) {
            for (std::size_t x = 0; x < 3 * n; x += 3, byte += 3) {  // one after the other, as they come
                row[x] = tables[0][byte[0]];
                row[x + 1] = tables[1][byte[1]];
                row[x + 2] = tables[2][byte[2]];
            }
            continue;
        }
        for (std::size_t x = 0; x < n; ++x) {
            for (std::size_t c = 0; c < 3; ++c) row[x * strides.column + c * strides.channel] = tables[c][*byte++];
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

Tables<float> standardised_tables(std::span<const std::uint8_t> rgb) {
    const auto histograms = histograms_of(rgb);
    Tables<float> tables{};
    for (std::size_t c = 0; c < 3; ++c) tables[c] = standardised_table(histograms[c], rgb.size() / 3);
    return tables;
}

/// The mean density of each pixel, standardised over the tile.
std::vector<float> grey_densities(std::span<const std::uint8_t> rgb) {
    const auto& density = density_table();
    std::vector<float> grey(rgb.size() / 3);
    double mean = 0, variance = 0;
    for (std::size_t i = 0; i < grey.size(); ++i) {
        grey[i] = (density[rgb[3 * i]] + density[rgb[3 * i + 1]] + density[rgb[3 * i + 2]]) / 3.0F;
        mean += grey[i];
    }
    mean /= static_cast<double>(grey.size());
    for (const float value : grey) variance += (value - mean) * (value - mean);
    variance /= static_cast<double>(grey.size());
    for (auto& value : grey) value = standardised(value, mean, variance);
    return grey;
}

/// A value for each pixel as that of all three channels; `hold` makes it what `out` holds.
template <class Value, class Hold>
void repeat_grey(std::span<const float> grey, int edge, PixelStrides strides, Hold hold, Value* out) {
    const auto n = static_cast<std::size_t>(edge);
    for (std::size_t y = 0; y < n; ++y) {
        for (std::size_t x = 0; x < n; ++x) {
            const Value value = hold(grey[y * n + x]);
            Value* pixel = out + y * strides.row + x * strides.column;
            for (std::size_t c = 0; c < 3; ++c) pixel[c * strides.channel] = value;
        }
    }
}

/// The tile, with `hold` making what `out` holds of each value.
template <class Value, class Hold>
void prepare(std::span<const std::uint8_t> rgb, int edge, InputKind kind, PixelStrides strides, Hold hold, Value* out) {
    const auto held = [&hold](const Tables<float>& tables) {
        Tables<Value> made;
        for (std::size_t c = 0; c < 3; ++c) std::ranges::transform(tables[c], made[c].begin(), hold);
        return made;
    };
    static const auto unit = unit_table();
    switch (kind) {
        case InputKind::standardised_density:
            return look_up(rgb, edge, held(standardised_tables(rgb)), strides, out);
        case InputKind::grey_density:
            return repeat_grey(grey_densities(rgb), edge, strides, hold, out);
        case InputKind::macenko:
            return look_up<Value>(normalise_stains(rgb), edge, held({unit, unit, unit}), strides, out);
        case InputKind::unit:
            return look_up(rgb, edge, held({unit, unit, unit}), strides, out);
    }
}

}  // namespace

void prepare_tile(std::span<const std::uint8_t> rgb, int edge, InputKind kind, PixelStrides strides, float* out) {
    prepare(
        rgb, edge, kind, strides, [](float value) { return value; }, out);
}

void prepare_tile(std::span<const std::uint8_t> rgb, int edge, InputKind kind, const ByteCode& code, int margin,
                  std::uint8_t* out) {
    const auto inner = static_cast<std::size_t>(edge), around = static_cast<std::size_t>(margin);
    const auto row = 3 * (inner + 2 * around);
    const auto hold = [&code](float value) {
        const float byte = std::nearbyint(value / code.step) + static_cast<float>(code.zero);
        return static_cast<std::uint8_t>(std::clamp(byte, 0.0F, 255.0F));
    };
    if (margin > 0) std::fill_n(out, row * (inner + 2 * around), static_cast<std::uint8_t>(code.zero));
    prepare(rgb, edge, kind, {1, row, 3}, hold, out + around * (row + 3));
}

}  // namespace slidetype

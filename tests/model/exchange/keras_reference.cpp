#include "tests/model/exchange/keras_reference.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace slidetype::testing {
namespace {

/// A picture or map of one: row by row, the channels of a place beside each other.
struct ChannelsLast {
    std::size_t height = 0, width = 0, channels = 0;
    std::vector<double> values;

    ChannelsLast(std::size_t h, std::size_t w, std::size_t c) : height(h), width(w), channels(c), values(h * w * c) {}
    double* at(std::size_t y, std::size_t x) { return values.data() + (y * width + x) * channels; }
    const double* at(std::size_t y, std::size_t x) const { return values.data() + (y * width + x) * channels; }
};

/// Conv2D(filters, (3, 3), activation="relu"), padding "valid"; the kernel is [row][column][input][output].
ChannelsLast conv2d(const KerasTensors& tensors, const std::string& layer, const ChannelsLast& input) {
    const auto& kernel = tensors.values.at(layer + "/kernel");
    const auto& bias = tensors.values.at(layer + "/bias");
    const std::size_t outputs = bias.size();
    ChannelsLast out(input.height - 2, input.width - 2, outputs);
    for (std::size_t y = 0; y < out.height; ++y) {
        for (std::size_t x = 0; x < out.width; ++x) {
            double* sums = out.at(y, x);
            std::copy(bias.begin(), bias.end(), sums);
            for (std::size_t place = 0; place < 9; ++place) {
                const double* from = input.at(y + place / 3, x + place % 3);
                for (std::size_t i = 0; i < input.channels; ++i) {
                    const float* row = kernel.data() + (place * input.channels + i) * outputs;
                    for (std::size_t o = 0; o < outputs; ++o) sums[o] += from[i] * static_cast<double>(row[o]);
                }
            }
            for (std::size_t o = 0; o < outputs; ++o) sums[o] = std::max(sums[o], 0.0);
        }
    }
    return out;
}

/// MaxPooling2D((2, 2)): what is left over at the right and the bottom falls away.
ChannelsLast max_pooling2d(const ChannelsLast& input) {
    ChannelsLast out(input.height / 2, input.width / 2, input.channels);
    for (std::size_t y = 0; y < out.height; ++y) {
        for (std::size_t x = 0; x < out.width; ++x) {
            for (std::size_t c = 0; c < out.channels; ++c) {
                out.at(y, x)[c] = std::max({input.at(2 * y, 2 * x)[c], input.at(2 * y, 2 * x + 1)[c],
                                            input.at(2 * y + 1, 2 * x)[c], input.at(2 * y + 1, 2 * x + 1)[c]});
            }
        }
    }
    return out;
}

/// Dense(units): the kernel is [input][output].
std::vector<double> dense(const KerasTensors& tensors, const std::string& layer, const std::vector<double>& input) {
    const auto& kernel = tensors.values.at(layer + "/kernel");
    const auto& bias = tensors.values.at(layer + "/bias");
    std::vector<double> out(bias.begin(), bias.end());
    for (std::size_t i = 0; i < input.size(); ++i) {
        const float* row = kernel.data() + i * out.size();
        for (std::size_t o = 0; o < out.size(); ++o) out[o] += input[i] * static_cast<double>(row[o]);
    }
    return out;
}

}  // namespace

KerasTensors random_notebook_tensors(unsigned seed) {
    auto tensors = notebook_tensors();
    std::mt19937 random(seed);
    for (auto& [name, values] : tensors.values) {
        const auto& shape = tensors.shapes.at(name);
        double inputs = 1;
        for (std::size_t axis = 0; axis + 1 < shape.size(); ++axis) inputs *= static_cast<double>(shape[axis]);
        const bool is_bias = shape.size() == 1;
        // As he_normal, by which the values neither grow nor fade from layer to layer.
        const float spread = is_bias ? 0.05F : static_cast<float>(std::sqrt(2 / inputs));
        for (auto& value : values) {
            // The sum of uniform numbers, which every library draws alike.
            float sum = 0;
            for (int i = 0; i < 3; ++i) sum += static_cast<float>(random() % 65536) / 32768.0F - 1;
            value = sum * spread;
        }
    }
    return tensors;
}

double keras_prediction(const KerasTensors& tensors, std::span<const std::uint8_t> rgb) {
    ChannelsLast picture(256, 256, 3);
    std::ranges::transform(rgb, picture.values.begin(), [](std::uint8_t value) { return value / 255.0; });
    auto map = max_pooling2d(conv2d(tensors, "conv2d", picture));
    map = max_pooling2d(conv2d(tensors, "conv2d_1", map));
    map = max_pooling2d(conv2d(tensors, "conv2d_2", map));
    auto hidden = dense(tensors, "dense", map.values);  // Flatten keeps the order: row, column, channel
    for (auto& value : hidden) value = std::max(value, 0.0);
    const double logit = dense(tensors, "dense_1", hidden).front();
    return 1 / (1 + std::exp(-logit));
}

}  // namespace slidetype::testing

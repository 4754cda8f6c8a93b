#include "model/heads/attention_head.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/random.h"

namespace slidetype {
namespace {

using Part = HeadWeights::Part;

struct PartOfHead {
    Part part;
    std::string_view name;
};
constexpr std::array<PartOfHead, 10> kParts = {{{Part::layer, "layer.weight"},
                                                {Part::layer_bias, "layer.bias"},
                                                {Part::values, "values.weight"},
                                                {Part::values_bias, "values.bias"},
                                                {Part::gates, "gates.weight"},
                                                {Part::gates_bias, "gates.bias"},
                                                {Part::score, "score.weight"},
                                                {Part::score_bias, "score.bias"},
                                                {Part::classifier, "classifier.weight"},
                                                {Part::classifier_bias, "classifier.bias"}}};
constexpr std::size_t kMaxHeads = 100;

/// Rows and columns; a vector has one row, or one column where it is a bias.
std::pair<std::size_t, std::size_t> part_shape(const HeadShape& shape, Part part) {
    switch (part) {
        case Part::layer:
            return {shape.hidden, shape.inputs};
        case Part::layer_bias:
            return {shape.hidden, 1};
        case Part::values:
        case Part::gates:
            return {shape.attention, shape.hidden};
        case Part::values_bias:
        case Part::gates_bias:
            return {shape.attention, 1};
        case Part::score:
            return {1, shape.attention};
        case Part::classifier:
            return {1, shape.hidden};
        case Part::score_bias:
        case Part::classifier_bias:
            break;
    }
    return {1, 1};
}

bool is_bias(Part part) {
    return part_shape({2, 2, 2, Pooling::attention}, part).second == 1;
}

std::vector<std::int64_t> tensor_shape(const HeadShape& shape, Part part) {
    const auto [rows, columns] = part_shape(shape, part);
    if (is_bias(part)) return {static_cast<std::int64_t>(rows)};
    return {static_cast<std::int64_t>(rows), static_cast<std::int64_t>(columns)};
}

std::string tensor_name(std::size_t head, std::string_view part) {
    return "head" + std::to_string(head) + "." + std::string(part);
}

/// The shape that two matrices of the first head tell; the rest is held against it.
HeadShape told_shape(const Weights& tensors, Pooling pooling, const std::string& source) {
    const auto layer = tensors.find(tensor_name(0, "layer.weight"));
    const auto values = tensors.find(tensor_name(0, "values.weight"));
    if (layer == tensors.end() || values == tensors.end() || layer->second.shape.size() != 2 ||
        values->second.shape.size() != 2 || values->second.shape[1] != layer->second.shape[0] ||
        layer->second.values.empty() || values->second.values.empty()) {
        throw Error(ErrorCode::bad_model, source, "holds no attention head");
    }
    return {static_cast<std::size_t>(layer->second.shape[1]), static_cast<std::size_t>(layer->second.shape[0]),
            static_cast<std::size_t>(values->second.shape[0]), pooling};
}

}  // namespace

HeadWeights::HeadWeights(const HeadShape& shape) : shape_(shape) {
    values_.assign(begin_of(Part::classifier_bias) + size_of(Part::classifier_bias), 0.0F);
}

std::size_t HeadWeights::size_of(Part part) const {
    const auto [rows, columns] = part_shape(shape_, part);
    return rows * columns;
}

std::size_t HeadWeights::begin_of(Part part) const {
    std::size_t begin = 0;
    for (const auto& each : kParts) {
        if (each.part == part) break;
        begin += size_of(each.part);
    }
    return begin;
}

std::span<float> HeadWeights::part(Part part) {
    return std::span(values_).subspan(begin_of(part), size_of(part));
}

std::span<const float> HeadWeights::part(Part part) const {
    return std::span(values_).subspan(begin_of(part), size_of(part));
}

HeadWeights fresh_head(const HeadShape& shape, std::uint64_t seed) {
    HeadWeights head(shape);
    Random random(seed);
    for (const auto& each : kParts) {
        if (is_bias(each.part)) continue;
        const auto [rows, columns] = part_shape(shape, each.part);
        const double reach = std::sqrt(6.0 / static_cast<double>(rows + columns));
        for (auto& value : head.part(each.part)) value = static_cast<float>(random.uniform(-reach, reach));
    }
    return head;
}

HeadWeights with_standardisation(HeadWeights head, std::span<const float> mean, std::span<const float> deviation) {
    const auto inputs = head.shape().inputs;
    const auto layer = head.part(Part::layer);
    const auto bias = head.part(Part::layer_bias);
    for (std::size_t row = 0; row < bias.size(); ++row) {
        double moved = 0;
        for (std::size_t i = 0; i < inputs; ++i) {
            float& weight = layer[row * inputs + i];
            weight /= deviation[i];
            moved += double{weight} * double{mean[i]};
        }
        bias[row] = static_cast<float>(double{bias[row]} - moved);
    }
    return head;
}

Weights heads_to_tensors(std::span<const HeadWeights> heads) {
    Weights tensors;
    for (std::size_t h = 0; h < heads.size(); ++h) {
        for (const auto& each : kParts) {
            const auto values = heads[h].part(each.part);
            tensors[tensor_name(h, each.name)] = {tensor_shape(heads[h].shape(), each.part),
                                                  std::vector<float>(values.begin(), values.end())};
        }
    }
    return tensors;
}

std::vector<HeadWeights> heads_from_tensors(const Weights& tensors, Pooling pooling, const std::string& source) {
    const auto shape = told_shape(tensors, pooling, source);
    const auto count = tensors.size() / kParts.size();
    if (count * kParts.size() != tensors.size() || count > kMaxHeads) {
        throw Error(ErrorCode::bad_model, source, "holds other tensors than those of attention heads");
    }
    std::vector<HeadWeights> heads;
    heads.reserve(count);
    for (std::size_t h = 0; h < count; ++h) {
        HeadWeights head(shape);
        for (const auto& each : kParts) {
            const auto name = tensor_name(h, each.name);
            const auto found = tensors.find(name);
            if (found == tensors.end() || found->second.shape != tensor_shape(shape, each.part)) {
                throw Error(ErrorCode::bad_model, source, "tensor " + name + " is missing or has another shape");
            }
            std::ranges::copy(found->second.values, head.part(each.part).begin());
        }
        heads.push_back(std::move(head));
    }
    return heads;
}

}  // namespace slidetype

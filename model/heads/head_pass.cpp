#include "model/heads/head_pass.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "model/onednn/matrix_product.h"

namespace slidetype {
namespace {

using Part = HeadWeights::Part;

/// out = rows · weightᵀ + bias.
void dense(std::span<const float> rows, std::size_t columns, std::span<const float> weight, std::span<const float> bias,
           std::vector<float>& out) {
    const auto count = rows.size() / columns;
    out.resize(count * bias.size());
    for (std::size_t row = 0; row < count; ++row)
        std::ranges::copy(bias, out.begin() + static_cast<std::ptrdiff_t>(row * bias.size()));
    multiply({rows, columns}, {weight, columns, true}, out, true);
}

void leave_out(std::vector<float>& values, const std::vector<std::uint8_t>& kept, float scale) {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] *= static_cast<float>(kept[i]) * scale;
}

/// To 1e-7: by way of exp it takes a fifth of the time of tanhf.
void tanh_of_each(std::vector<float>& values) {
    for (float& value : values) value = 1 - 2 / (1 + std::exp(2 * value));
}

void sigmoid_of_each(std::vector<float>& values) {
    for (float& value : values) value = 1 / (1 + std::exp(-value));
}

/// In eight sums, which the processor makes side by side.
double dot(std::span<const float> a, std::span<const float> b) {
    constexpr std::size_t kLanes = 8;
    std::array<double, kLanes> sums{};
    std::size_t i = 0;
    for (; i + kLanes <= a.size(); i += kLanes) {
        for (std::size_t lane = 0; lane < kLanes; ++lane) sums[lane] += double{a[i + lane]} * double{b[i + lane]};
    }
    for (; i < a.size(); ++i) sums[0] += double{a[i]} * double{b[i]};
    return std::accumulate(sums.begin(), sums.end(), 0.0);
}

void add_column_sums(std::span<const float> rows, std::span<float> sums) {
    for (std::size_t begin = 0; begin < rows.size(); begin += sums.size()) {
        for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += rows[begin + i];
    }
}

void through_classifier(const HeadWeights& head, const HeadPass& pass, std::span<const float> slopes,
                        HeadWeights& gradient, std::vector<float>& hidden) {
    const auto width = head.shape().hidden;
    const auto classifier = head.part(Part::classifier);
    const auto weights = gradient.part(Part::classifier);
    float& bias = gradient.part(Part::classifier_bias)[0];
    for (std::size_t tile = 0; tile < pass.tiles(); ++tile) {
        bias += slopes[tile];
        for (std::size_t i = 0; i < width; ++i) {
            weights[i] += slopes[tile] * pass.hidden[tile * width + i];
            hidden[tile * width + i] += slopes[tile] * classifier[i];
        }
    }
}

/// Slopes of what enters tanh and sigmoid.
struct BranchSlopes {
    std::vector<float> values, gates;  ///< tiles × attention
};

float kept_scale(const DropMasks& masks, std::size_t i) {
    return static_cast<float>(masks.attention[i]) * masks.scale;
}

BranchSlopes through_gates(const HeadWeights& head, const HeadPass& pass, const DropMasks* masks,
                           const TileSlopes& slopes, HeadWeights& gradient) {
    const auto width = head.shape().attention;
    const auto score = head.part(Part::score);
    const auto score_gradient = gradient.part(Part::score);
    float& bias_gradient = gradient.part(Part::score_bias)[0];
    BranchSlopes out{std::vector<float>(pass.values.size()), std::vector<float>(pass.gates.size())};
    for (std::size_t tile = 0; tile < pass.tiles(); ++tile) {
        const float slope = slopes.scores[tile];
        bias_gradient += slope;
        for (std::size_t a = 0; a < width; ++a) {
            const auto i = tile * width + a;
            score_gradient[a] += slope * pass.gated[i];
            const float product = slope * score[a] * (masks == nullptr ? 1.0F : kept_scale(*masks, i));
            const float value = pass.values[i], gate = pass.gates[i];
            out.values[i] = product * gate * (1 - value * value);
            out.gates[i] = product * value * gate * (1 - gate);
        }
    }
    return out;
}

/// One branch of the attention: adds to its weights, and to the slopes of what enters it.
void through_branch(const HeadWeights& head, Part weight, Part bias, const HeadPass& pass,
                    std::span<const float> slopes, HeadWeights& gradient, std::vector<float>& hidden) {
    const auto [inputs, width] = std::pair(head.shape().hidden, head.shape().attention);
    multiply({slopes, width, true}, {pass.hidden, inputs}, gradient.part(weight), true);
    add_column_sums(slopes, gradient.part(bias));
    multiply({slopes, width}, {head.part(weight), inputs}, hidden, true);
}

/// The exponentials of scores, of which there is one at least, relative to the largest.
struct Shares {
    double most = 0, sum = 0;
    std::vector<double> of_tiles;
};

Shares shares_of(std::span<const float> scores) {
    Shares shares;
    shares.most = double{*std::ranges::max_element(scores)};
    shares.of_tiles.reserve(scores.size());
    for (const float score : scores) {
        shares.of_tiles.push_back(std::exp(double{score} - shares.most));
        shares.sum += shares.of_tiles.back();
    }
    return shares;
}

}  // namespace

void run_head(const HeadWeights& head, std::span<const float> inputs, HeadPass& pass, const DropMasks* masks) {
    const auto& shape = head.shape();
    dense(inputs, shape.inputs, head.part(Part::layer), head.part(Part::layer_bias), pass.hidden);
    for (float& value : pass.hidden) value = std::max(value, 0.0F);
    if (masks != nullptr) leave_out(pass.hidden, masks->hidden, masks->scale);

    dense(pass.hidden, shape.hidden, head.part(Part::values), head.part(Part::values_bias), pass.values);
    dense(pass.hidden, shape.hidden, head.part(Part::gates), head.part(Part::gates_bias), pass.gates);
    tanh_of_each(pass.values);
    sigmoid_of_each(pass.gates);
    pass.gated.resize(pass.values.size());
    for (std::size_t i = 0; i < pass.gated.size(); ++i) pass.gated[i] = pass.values[i] * pass.gates[i];
    if (masks != nullptr) leave_out(pass.gated, masks->attention, masks->scale);

    const auto tiles = inputs.size() / shape.inputs;
    pass.scores.resize(tiles);
    pass.logits.resize(tiles);
    const auto score = head.part(Part::score), classifier = head.part(Part::classifier);
    const double score_bias = head.part(Part::score_bias)[0], classifier_bias = head.part(Part::classifier_bias)[0];
    for (std::size_t tile = 0; tile < tiles; ++tile) {
        const auto gated = std::span<const float>(pass.gated).subspan(tile * shape.attention, shape.attention);
        pass.scores[tile] = static_cast<float>(score_bias + dot(score, gated));
        const auto hidden = std::span<const float>(pass.hidden).subspan(tile * shape.hidden, shape.hidden);
        pass.logits[tile] = static_cast<float>(classifier_bias + dot(classifier, hidden));
    }
}

std::vector<float> attention_of(std::span<const float> scores, Pooling pooling) {
    if (scores.empty()) return {};
    if (pooling == Pooling::mean) {
        return std::vector<float>(scores.size(), static_cast<float>(1.0 / static_cast<double>(scores.size())));
    }
    const auto shares = shares_of(scores);
    std::vector<float> attention;
    attention.reserve(scores.size());
    for (const double share : shares.of_tiles) attention.push_back(static_cast<float>(share / shares.sum));
    return attention;
}

double log_weight_of(std::span<const float> scores, Pooling pooling) {
    if (pooling == Pooling::mean || scores.empty()) return std::log(static_cast<double>(scores.size()));
    const auto shares = shares_of(scores);
    return shares.most + std::log(shares.sum);
}

double bag_logit(std::span<const float> attention, std::span<const float> logits) {
    return dot(attention, logits);
}

void add_gradient(const HeadWeights& head, std::span<const float> inputs, const HeadPass& pass, const DropMasks* masks,
                  const TileSlopes& slopes, HeadWeights& gradient) {
    const auto& shape = head.shape();
    auto hidden = slopes.hidden;
    hidden.resize(pass.hidden.size(), 0.0F);
    through_classifier(head, pass, slopes.logits, gradient, hidden);
    if (shape.pooling == Pooling::attention) {
        const auto branches = through_gates(head, pass, masks, slopes, gradient);
        through_branch(head, Part::values, Part::values_bias, pass, branches.values, gradient, hidden);
        through_branch(head, Part::gates, Part::gates_bias, pass, branches.gates, gradient, hidden);
    }
    // What ReLU or chance set to nought passes nothing on; what stayed was multiplied by the scale.
    const float scale = masks == nullptr ? 1.0F : masks->scale;
    for (std::size_t i = 0; i < hidden.size(); ++i) hidden[i] = pass.hidden[i] > 0 ? hidden[i] * scale : 0.0F;
    multiply({hidden, shape.hidden, true}, {inputs, shape.inputs}, gradient.part(Part::layer), true);
    add_column_sums(hidden, gradient.part(Part::layer_bias));
}

}  // namespace slidetype

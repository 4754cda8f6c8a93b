#include "model/heads/head_loss.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace slidetype {
namespace {

double sigmoid(double z) {
    return 1 / (1 + std::exp(-z));
}

/// -log of the probability that a logit gives the truth.
double cross_entropy(double logit, bool truth) {
    const double against = truth ? -logit : logit;
    return std::max(against, 0.0) + std::log1p(std::exp(-std::abs(against)));
}

/// How it changes with the logit.
double entropy_slope(double logit, bool truth) {
    return sigmoid(logit) - (truth ? 1.0 : 0.0);
}

/// The tiles in falling order of attention; of equal ones the earlier first.
std::vector<std::size_t> by_attention(std::span<const float> attention) {
    std::vector<std::size_t> order(attention.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return attention[a] > attention[b]; });
    return order;
}

/// One tile that teaches a classifier of tiles.
struct Instance {
    std::size_t tile = 0;
    std::size_t of_class = 0;  ///< whose classifier
    bool truth = false;
};

std::vector<Instance> instances_of(std::span<const float> attention, int label, std::size_t wanted) {
    const auto order = by_attention(attention);
    const auto count = std::min(wanted, order.size() / 2);
    const auto own = static_cast<std::size_t>(label);
    std::vector<Instance> instances;
    for (std::size_t i = 0; i < count; ++i) {
        instances.push_back({order[i], own, true});
        instances.push_back({order[order.size() - 1 - i], own, false});
        instances.push_back({order[i], 1 - own, false});
    }
    return instances;
}

/// Mean loss of the instances; slopes of tiles and weights are added, times `weight`.
double instance_lesson(const InstanceWeights& weights, const HeadPass& pass, const std::vector<Instance>& instances,
                       double weight, TileSlopes* slopes, InstanceWeights* gradient) {
    const auto width = weights.hidden;
    double sum = 0;
    if (slopes != nullptr) slopes->hidden.resize(pass.hidden.size(), 0.0F);
    for (const auto& each : instances) {
        const auto row = std::span(weights.values).subspan(each.of_class * (width + 1), width + 1);
        const auto hidden = std::span(pass.hidden).subspan(each.tile * width, width);
        double logit = row[width];
        for (std::size_t i = 0; i < width; ++i) logit += double{row[i]} * double{hidden[i]};
        sum += cross_entropy(logit, each.truth);
        if (slopes == nullptr) continue;
        const auto slope =
            static_cast<float>(weight * entropy_slope(logit, each.truth) / static_cast<double>(instances.size()));
        const auto into = std::span(gradient->values).subspan(each.of_class * (width + 1), width + 1);
        for (std::size_t i = 0; i < width; ++i) {
            into[i] += slope * hidden[i];
            slopes->hidden[each.tile * width + i] += slope * row[i];
        }
        into[width] += slope;
    }
    return instances.empty() ? 0 : sum / static_cast<double>(instances.size());
}

BagLesson each_tile_lesson(const HeadPass& pass, int label, double weight, TileSlopes* slopes) {
    const auto tiles = static_cast<double>(pass.tiles());
    BagLesson lesson;
    for (std::size_t tile = 0; tile < pass.tiles(); ++tile) {
        const double logit = pass.logits[tile];
        lesson.loss += cross_entropy(logit, label == 1) / tiles;
        lesson.logit += logit / tiles;
        if (slopes != nullptr)
            slopes->logits[tile] = static_cast<float>(weight * entropy_slope(logit, label == 1) / tiles);
    }
    return lesson;
}

}  // namespace

BagLesson bag_lesson(const HeadWeights& head, const InstanceWeights& instances, const HeadPass& pass, int label,
                     double weight, const HeadOptions& options, TileSlopes* slopes,
                     InstanceWeights* instance_gradient) {
    if (slopes != nullptr) {
        slopes->logits.assign(pass.tiles(), 0.0F);
        slopes->scores.assign(pass.tiles(), 0.0F);
        slopes->hidden.clear();
    }
    if (options.loss == HeadLoss::each_tile) return each_tile_lesson(pass, label, weight, slopes);

    const auto attention = attention_of(pass.scores, head.shape().pooling);
    BagLesson lesson;
    lesson.logit = bag_logit(attention, pass.logits);
    const bool clam = options.loss == HeadLoss::clam;
    const double share = clam ? 1 - options.instance_weight : 1;
    lesson.loss = share * cross_entropy(lesson.logit, label == 1);
    if (slopes != nullptr) {
        const double slope = share * weight * entropy_slope(lesson.logit, label == 1);
        for (std::size_t tile = 0; tile < pass.tiles(); ++tile) {
            const double of_logit = slope * double{attention[tile]};
            slopes->logits[tile] = static_cast<float>(of_logit);
            slopes->scores[tile] = static_cast<float>(of_logit * (double{pass.logits[tile]} - lesson.logit));
        }
    }
    if (clam) {
        const auto chosen = instances_of(attention, label, options.instance_tiles);
        lesson.loss +=
            options.instance_weight *
            instance_lesson(instances, pass, chosen, options.instance_weight * weight, slopes, instance_gradient);
    }
    return lesson;
}

}  // namespace slidetype

// Heads of others, as wsinfer-mil runs them: forward(features) gives (logits, attention). CLAM's and other models give
// more or less than that, or a dict with these names, so each is looked for.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/half.h"
#include "base/words.h"
#include "model/bags/bag.h"
#include "model/metrics/metrics.h"
#include "model/torch/backends.h"
#include "model/torch/border.h"
#include "model/torch/network.h"

namespace slidetype {
namespace {

constexpr std::int64_t kHeadClasses = 2;

struct HeadOutput {
    std::vector<double> logits;     ///< of LUAD and LUSC
    std::vector<double> attention;  ///< of each tile, sum 1
};

std::string shape_of(const torch::Tensor& tensor) {
    return shape_text(std::vector<std::int64_t>(tensor.sizes().begin(), tensor.sizes().end()));
}

/// Weights that sum to one already are taken as they are. What else a head gives is what comes before its softmax, as
/// in CLAM, so that is made up for.
std::vector<double> normalised_attention(const torch::Tensor& given) {
    const auto values = given.to(torch::kCPU, torch::kFloat64).contiguous();
    const std::span<const double> scores(values.data_ptr<double>(), static_cast<std::size_t>(values.numel()));
    double sum = std::accumulate(scores.begin(), scores.end(), 0.0);
    constexpr double kRounding = 1e-3;
    const bool weights = std::ranges::all_of(scores, [](double score) { return score >= 0; });
    std::vector<double> out(scores.begin(), scores.end());
    if (!weights || std::abs(sum - 1) > kRounding) {
        const double largest = std::ranges::max(scores);
        for (auto& value : out) value = std::exp(value - largest);
        sum = std::accumulate(out.begin(), out.end(), 0.0);
    }
    for (auto& value : out) value /= sum;
    return out;
}

class ScriptHeadRunner final : public Aggregator {
  public:
    explicit ScriptHeadRunner(ScriptHead head) : head_(std::move(head)), source_(head_.file.string()) {
        try {
            script_ = torch::jit::load(source_, torch::kCPU);
            script_.eval();
        } catch (...) {
            rethrow_from_libtorch(ErrorCode::bad_model, source_, "is no TorchScript file that this libtorch can load",
                                  torchscript_hint());
        }
        // What is wrong with it shows now, and not after a slide was encoded.
        for (const std::int64_t tiles : {1, 3}) {
            const auto numbers = tiles * static_cast<std::int64_t>(head_.dimension);
            (void)run(torch::sin(torch::arange(numbers, torch::kFloat32)).reshape({tiles, -1}));
        }
    }

    std::string description() const override { return "TorchScript head of others"; }

    std::size_t dimension() const override { return head_.dimension; }

    /// What it says of a slide of this tile alone.
    TileScores score(std::span<const float> features, std::size_t count) const override {
        if (features.size() != count * dimension()) {
            throw Error(ErrorCode::internal, source_, "a batch has the wrong size");
        }
        TileScores scores;
        scores.probabilities.reserve(2 * count);
        for (std::size_t i = 0; i < count; ++i) {
            const auto tile = features.subspan(i * dimension(), dimension());
            const double p = probability(logit_of(run(rows_of({tile.begin(), tile.end()}))));
            scores.probabilities.push_back(static_cast<float>(1 - p));
            scores.probabilities.push_back(static_cast<float>(p));
        }
        return scores;
    }

    /// On the calling thread alone: a head is little work, and so its sums are always the same.
    BagOpinion aggregate(const Bag& bag, int) const override {
        require_fitting_bag(bag, dimension());
        std::vector<float> features(bag.features.size());
        std::ranges::transform(bag.features, features.begin(), from_half);
        const auto output = run(rows_of(std::move(features)));
        auto opinion = opinion_of({-std::numeric_limits<double>::infinity(), logit_of(output)});
        opinion.attention.assign(output.attention.begin(), output.attention.end());
        return opinion;
    }

    /// What its softmax was made from is not known, nor whether it is linear behind that: only the mean of slides that
    /// were given weights by somebody else can be had.
    BagOpinion unite(std::span<const std::vector<BagPart>> bags) const override {
        const auto unknown = [](const auto& bag) { return bag.size() != 1 || !std::isfinite(bag.front().log_weight); };
        if (std::ranges::any_of(bags, unknown)) {
            throw Error(ErrorCode::unsupported, source_,
                        "is a head of others: what it would say of several slides as one bag does not follow from "
                        "what it says of each",
                        "Take the mean of the slides: --patients mean-of-slides.");
        }
        return opinion_of(united(bags).front());
    }

  private:
    [[noreturn]] void refuse(const std::string& cause) const {
        throw Error(ErrorCode::bad_model, source_, cause,
                    "A head takes the features of a slide, tiles x numbers, and gives logits of two classes and the "
                    "attention of each tile.");
    }

    torch::Tensor rows_of(std::vector<float> features) const {
        return torch::tensor(features, torch::kFloat32).reshape({-1, static_cast<std::int64_t>(head_.dimension)});
    }

    static double logit_of(const HeadOutput& output) { return output.logits[1] - output.logits[0]; }

    BagOpinion opinion_of(const BagPart& part) const {
        BagOpinion opinion;
        opinion.logit = part.mean;
        const double p = probability(opinion.logit);
        opinion.probabilities = {1 - p, p};
        opinion.head_logits = {opinion.logit};
        opinion.parts = {part};
        return opinion;
    }

    double probability(double logit) const { return calibrated(logit, head_.temperature); }

    HeadOutput run(const torch::Tensor& features) const {
        compute_on_this_thread_alone();
        const torch::InferenceMode inference;
        // The optimiser profiles the first runs and fuses later ones, so the same bag would get other bits by and by.
        const torch::jit::GraphOptimizerEnabledGuard unoptimised(false);
        torch::jit::IValue output;
        try {
            auto script = script_;  // shares all it holds; forward() is not const
            output = script.forward({features});
        } catch (...) {
            rethrow_from_libtorch(ErrorCode::bad_model, source_,
                                  "the head fails on " + counted(static_cast<std::size_t>(features.size(0)), "tile") +
                                      " of " + counted(head_.dimension, "number"),
                                  "Its encoder must give as many numbers for a tile as the head takes.");
        }
        return read(output, features.size(0));
    }

    HeadOutput read(const torch::jit::IValue& output, std::int64_t tiles) const {
        const auto logits = part(output, 0, "logits");
        if (!logits || logits->numel() != kHeadClasses || logits->size(logits->dim() - 1) != kHeadClasses) {
            refuse("gives " + (logits ? shape_of(*logits) : "a " + output.tagKind()) + " for logits, not [1, 2]");
        }
        const auto values = logits->to(torch::kCPU, torch::kFloat64).contiguous().reshape({kHeadClasses});
        const std::vector<double> columns(values.data_ptr<double>(), values.data_ptr<double>() + kHeadClasses);
        HeadOutput read{{columns.at(head_.columns[0]), columns.at(head_.columns[1])}, {}};
        const auto attention = part(output, 1, "attention");
        if (attention) {
            read.attention = normalised_attention(of_called_class(*attention, tiles, columns[1] > columns[0] ? 1 : 0));
        } else {
            read.attention.assign(static_cast<std::size_t>(tiles), 1 / static_cast<double>(tiles));
        }
        const auto finite = [](double value) { return std::isfinite(value); };
        if (!std::ranges::all_of(columns, finite) || !std::ranges::all_of(read.attention, finite)) {
            refuse("gives what is no finite number");
        }
        return read;
    }

    /// One number for each tile: of a head with a branch for each class, that of the class which it calls.
    torch::Tensor of_called_class(const torch::Tensor& attention, std::int64_t tiles, std::int64_t called) const {
        const auto flat = attention.squeeze();
        if (attention.numel() == tiles) return attention.reshape({tiles});
        if (flat.dim() == 2 || (attention.dim() == 2 && tiles == 1)) {
            const auto& table = flat.dim() == 2 ? flat : attention;
            if (table.size(0) == kHeadClasses && table.size(1) == tiles) return table[called];
            if (table.size(1) == kHeadClasses && table.size(0) == tiles) return table.select(1, called);
        }
        refuse("gives " + shape_of(attention) + " for the attention of " +
               counted(static_cast<std::size_t>(tiles), "tile"));
    }

    /// By its name in a dict, by its place in a tuple; a tensor alone are the logits.
    static std::optional<torch::Tensor> part(const torch::jit::IValue& output, std::size_t place, const char* name) {
        if (output.isTensor()) return place == 0 ? std::optional(output.toTensor()) : std::nullopt;
        if (output.isTuple()) {
            const auto& parts = output.toTupleRef().elements();
            if (place < parts.size() && parts[place].isTensor()) return parts[place].toTensor();
        }
        if (output.isGenericDict()) {
            const auto dict = output.toGenericDict();
            const torch::jit::IValue key{std::string(name)};
            if (dict.keyType()->kind() == c10::TypeKind::StringType && dict.contains(key) && dict.at(key).isTensor()) {
                return dict.at(key).toTensor();
            }
        }
        return std::nullopt;
    }

    ScriptHead head_;
    std::string source_;
    torch::jit::Module script_;
};

}  // namespace

std::unique_ptr<Aggregator> make_script_head(const ScriptHead& head) {
    return std::make_unique<ScriptHeadRunner>(head);
}

}  // namespace slidetype

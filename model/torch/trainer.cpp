// One step: the batch is cut into shards of fixed size; each shard is read, augmented, and run forward and backward on
// one thread with its own gradient buffers; gradients, losses and batch statistics are then summed in shard order, so
// the number of threads changes nothing but the time. (Batch normalisation thus sees shards: "ghost batches",
// Hoffer et al., NeurIPS 2017.)
#include "model/torch/trainer.h"

#include <chrono>
#include <cmath>
#include <mutex>
#include <set>

#include "base/error.h"
#include "base/parallel.h"
#include "model/image_file.h"
#include "model/torch/augment.h"
#include "model/torch/network.h"

namespace slidetype {
namespace {

constexpr std::size_t kShard = 16;
constexpr std::size_t kValidationBatch = 16;
constexpr double kStatisticsMomentum = 0.1;
constexpr double kWarmUpShare = 0.25;

/// Purposes of the random streams, so that none is drawn twice.
enum Stream : std::uint64_t { kOrder = 1, kAugment = 2, kDropout = 3 };

struct ShardResult {
    std::vector<torch::Tensor> gradients;  ///< of the summed loss, in the order of the trainable parameters
    BatchStatistics statistics;
    double loss = 0;
    std::size_t right = 0, count = 0;
};

class Trainer {
  public:
    Trainer(const Dataset& dataset, const Split& split, const TrainOptions& options, const TrainCallbacks& callbacks)
        : dataset_(dataset),
          split_(split),
          options_(options),
          callbacks_(callbacks),
          architecture_(find_architecture(options.architecture)),
          weights_(initial_weights(architecture_, options.seed)) {
        if (split.train.empty() || split.validation.empty()) {
            throw Error(ErrorCode::bad_data, "training", "no pictures to train on, or none to validate on");
        }
        for (const auto& spec : tensors_of(architecture_)) {
            if (spec.trainable) trainable_.push_back(spec.name);
        }
        make_optimizer();
    }

    TrainReport run() {
        compute_on_this_thread_alone();
        double best_loss = std::numeric_limits<double>::infinity();
        for (int epoch = 1; epoch <= options_.epochs && !report_.stopped_early; ++epoch) {
            const auto begin = std::chrono::steady_clock::now();
            EpochReport now;
            now.epoch = epoch;
            train_epoch(now);
            if (report_.stopped_early && report_.best_epoch > 0) break;
            auto scored = validate(epoch);
            now.validation = measure(scored, 1, 0);
            now.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
            if (!std::isfinite(now.validation.log_loss)) fail_not_finite(epoch);
            if (now.validation.log_loss < best_loss) {
                best_loss = now.validation.log_loss;
                report_.best_epoch = epoch;
                report_.weights = from_torch(weights_);
                report_.validation = std::move(scored);
            }
            report_.epochs.push_back(now);
            if (callbacks_.epoch_done) callbacks_.epoch_done(now);
        }
        report_.skipped.assign(skipped_.begin(), skipped_.end());
        return std::move(report_);
    }

  private:
    /// Weight decay belongs to the weights, not to biases and normalisation.
    void make_optimizer() {
        std::vector<torch::Tensor> decayed, plain;
        for (const auto& name : trainable_) {
            auto& tensor = weights_.at(name);
            tensor.requires_grad_(true);
            (tensor.dim() > 1 ? decayed : plain).push_back(tensor);
        }
        const auto with = [&](double decay) {
            return std::make_unique<torch::optim::AdamWOptions>(
                torch::optim::AdamWOptions(learning_rate(options_)).weight_decay(decay));
        };
        std::vector<torch::optim::OptimizerParamGroup> groups;
        groups.emplace_back(decayed, with(options_.weight_decay));
        groups.emplace_back(plain, with(0));
        optimizer_ = std::make_unique<torch::optim::AdamW>(std::move(groups), *with(0));
    }

    [[noreturn]] void fail_not_finite(int epoch) const {
        throw Error(ErrorCode::bad_data, "training", "the loss is no longer a number in epoch " + std::to_string(epoch),
                    "Lower --learning-rate.");
    }

    void train_epoch(EpochReport& now) {
        auto order = split_.train;
        Random(options_.seed, kOrder, static_cast<std::uint64_t>(now.epoch)).shuffle(order);
        const auto batch = static_cast<std::size_t>(options_.batch);
        const std::size_t steps = (order.size() + batch - 1) / batch;
        double loss = 0;
        std::size_t right = 0, count = 0;
        for (std::size_t step = 0; step < steps; ++step) {
            const auto begin = step * batch;
            const std::span members(order.data() + begin, std::min(batch, order.size() - begin));
            set_learning_rate(static_cast<std::size_t>(now.epoch - 1) * steps + step, steps);
            const auto sums = train_batch(members, now.epoch);
            loss += sums.loss, right += sums.right, count += sums.count;
            if (!std::isfinite(loss)) fail_not_finite(now.epoch);
            now.train_loss = loss / static_cast<double>(std::max<std::size_t>(count, 1));
            now.train_accuracy = static_cast<double>(right) / static_cast<double>(std::max<std::size_t>(count, 1));
            report_progress(now, begin + members.size(), order.size(), false);
            if (callbacks_.stop_requested && callbacks_.stop_requested()) {
                report_.stopped_early = true;
                return;
            }
        }
        if (count == 0) throw Error(ErrorCode::bad_data, "training", "none of the pictures can be read");
    }

    void report_progress(const EpochReport& now, std::size_t done, std::size_t total, bool validating) const {
        if (!callbacks_.progress) return;
        callbacks_.progress({now.epoch, options_.epochs, validating, done, total, now.train_loss, now.train_accuracy});
    }

    void set_learning_rate(std::size_t step, std::size_t steps_per_epoch) {
        const double total = static_cast<double>(steps_per_epoch) * options_.epochs;
        const double warm = kWarmUpShare * total, at = static_cast<double>(step) + 0.5;
        const double share = at < warm ? at / warm : 0.5 * (1 + std::cos(M_PI * (at - warm) / (total - warm)));
        for (auto& group : optimizer_->param_groups()) {
            static_cast<torch::optim::AdamWOptions&>(group.options()).lr(learning_rate(options_) * share);
        }
    }

    ShardResult train_batch(std::span<const std::size_t> members, int epoch) {
        const std::size_t shards = (members.size() + kShard - 1) / kShard;
        std::vector<ShardResult> results(shards);
        parallel_for(options_.threads, shards, [&](std::size_t s) {
            compute_on_this_thread_alone();
            results[s] = train_shard(members.subspan(s * kShard, std::min(kShard, members.size() - s * kShard)), epoch);
        });
        ShardResult sum = std::move(results[0]);
        for (std::size_t s = 1; s < shards; ++s) add(sum, results[s]);
        if (sum.count == 0) return sum;
        for (std::size_t i = 0; i < trainable_.size(); ++i) {
            weights_.at(trainable_[i]).mutable_grad() = sum.gradients[i] / static_cast<double>(sum.count);
        }
        optimizer_->step();
        update_statistics(sum);
        return sum;
    }

    static void add(ShardResult& sum, const ShardResult& other) {
        if (other.count == 0) return;
        sum.loss += other.loss, sum.right += other.right, sum.count += other.count;
        if (sum.gradients.empty()) {
            sum.gradients = other.gradients;
            sum.statistics = other.statistics;
            return;
        }
        for (std::size_t i = 0; i < sum.gradients.size(); ++i) sum.gradients[i] += other.gradients[i];
        for (auto& [name, pair] : sum.statistics) {
            const double weight = static_cast<double>(other.count) / static_cast<double>(sum.count);
            const auto& [mean, var] = other.statistics.at(name);
            pair.first = pair.first.lerp(mean, weight);
            pair.second = pair.second.lerp(var, weight);
        }
    }

    void update_statistics(const ShardResult& sum) {
        const torch::NoGradGuard no_grad;
        for (const auto& [name, pair] : sum.statistics) {
            weights_.at(name + ".running_mean").lerp_(pair.first, kStatisticsMomentum);
            weights_.at(name + ".running_var").lerp_(pair.second, kStatisticsMomentum);
        }
    }

    /// Decodes and stacks the pictures that can be read; the others are noted once and left out.
    torch::Tensor load(std::span<const std::size_t> members, std::vector<std::size_t>& loaded,
                       const std::function<torch::Tensor(const RgbImage&, std::size_t)>& make) {
        const torch::NoGradGuard no_grad;
        std::vector<torch::Tensor> tiles;
        for (const auto member : members) {
            try {
                tiles.push_back(make(read_image(dataset_.tiles[member].file), member));
                loaded.push_back(member);
            } catch (const Error& error) {
                const std::lock_guard lock(mutex_);
                skipped_.insert(error.what());
            }
        }
        return tiles.empty() ? torch::Tensor() : torch::stack(tiles);
    }

    torch::Tensor labels_of(const std::vector<std::size_t>& members) const {
        std::vector<float> labels;
        for (const auto member : members) labels.push_back(static_cast<float>(dataset_.tiles[member].label));
        return torch::tensor(labels);
    }

    ShardResult train_shard(std::span<const std::size_t> members, int epoch) {
        std::vector<std::size_t> loaded;
        const auto tiles = load(members, loaded, [&](const RgbImage& picture, std::size_t member) {
            Random random(options_.seed ^ (kAugment << 56), static_cast<std::uint64_t>(epoch), member);
            return augmented_tile(picture, architecture_.patch_size_px, options_.augmentation, random);
        });
        ShardResult result;
        if (loaded.empty()) return result;
        // Views of the shared weights with gradients of their own, so that shards can run side by side.
        TorchWeights mine = weights_;
        for (const auto& name : trainable_) mine[name] = weights_.at(name).detach().requires_grad_(true);
        const auto dropout_seed =
            Random::mix(options_.seed ^ (kDropout << 56) ^ (static_cast<std::uint64_t>(epoch) << 32)) ^ loaded.front();
        const auto logits = forward_training(architecture_, mine, tiles, result.statistics, dropout_seed);
        const auto labels = labels_of(loaded);
        const auto targets = labels * (1 - options_.label_smoothing) + options_.label_smoothing / 2;
        const auto loss = torch::binary_cross_entropy_with_logits(logits, targets, {}, {}, at::Reduction::Sum);
        loss.backward();
        for (const auto& name : trainable_) result.gradients.push_back(mine.at(name).grad());
        result.loss = loss.item<double>();
        result.right = static_cast<std::size_t>(((logits > 0) == (labels > 0.5)).sum().item<std::int64_t>());
        result.count = loaded.size();
        return result;
    }

    std::vector<Scored> validate(int epoch) {
        const auto& all = split_.validation;
        const std::size_t batches = (all.size() + kValidationBatch - 1) / kValidationBatch;
        std::vector<std::vector<Scored>> parts(batches);
        std::map<std::string, std::size_t> group_numbers;
        for (const auto member : all) group_numbers.emplace(dataset_.tiles[member].group, group_numbers.size());
        std::size_t done = 0;
        EpochReport now = report_.epochs.empty() ? EpochReport{} : report_.epochs.back();
        now.epoch = epoch;
        parallel_for(options_.threads, batches, [&](std::size_t b) {
            compute_on_this_thread_alone();
            const torch::NoGradGuard no_grad;
            std::vector<std::size_t> loaded;
            const auto begin = b * kValidationBatch;
            const auto tiles = load(
                std::span(all).subspan(begin, std::min(kValidationBatch, all.size() - begin)), loaded,
                [&](const RgbImage& picture, std::size_t) { return plain_tile(picture, architecture_.patch_size_px); });
            if (loaded.empty()) return;
            const auto logits = forward(architecture_, weights_, tiles);
            for (std::size_t i = 0; i < loaded.size(); ++i) {
                const auto& tile = dataset_.tiles[loaded[i]];
                parts[b].push_back(
                    {logits[static_cast<std::int64_t>(i)].item<float>(), tile.label, group_numbers.at(tile.group)});
            }
            const std::lock_guard lock(mutex_);
            done += loaded.size();
            report_progress(now, done, all.size(), true);
        });
        std::vector<Scored> scored;
        for (const auto& part : parts) scored.insert(scored.end(), part.begin(), part.end());
        if (scored.empty()) throw Error(ErrorCode::bad_data, "validation", "none of the pictures can be read");
        return scored;
    }

    const Dataset& dataset_;
    const Split& split_;
    const TrainOptions& options_;
    const TrainCallbacks& callbacks_;
    const Architecture& architecture_;
    TorchWeights weights_;
    std::vector<std::string> trainable_;
    std::unique_ptr<torch::optim::AdamW> optimizer_;
    TrainReport report_;
    std::mutex mutex_;
    std::set<std::string> skipped_;
};

}  // namespace

TrainReport train_with_torch(const Dataset& dataset, const Split& split, const TrainOptions& options,
                             const TrainCallbacks& callbacks) {
    return Trainer(dataset, split, options, callbacks).run();
}

}  // namespace slidetype

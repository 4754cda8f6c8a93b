// Epoch after epoch: train, validate, keep the best, write the checkpoint. How a batch is computed is in
// batch_pipeline.cpp.
#include "model/torch/trainer.h"

#include <cmath>
#include <set>

#include "base/atomic_file.h"
#include "base/chunks.h"
#include "base/error.h"
#include "base/random.h"
#include "base/stopwatch.h"
#include "model/torch/batch_pipeline.h"
#include "model/torch/border.h"
#include "model/torch/checkpoint.h"
#include "model/torch/device.h"
#include "model/torch/validation.h"
#include "model/training/training_fingerprint.h"

namespace slidetype {
namespace {

constexpr double kStatisticsMomentum = 0.1;
constexpr double kWarmUpShare = 0.25;
constexpr std::uint64_t kOrderStream = 1;

TorchWeights copy_of(const TorchWeights& weights) {
    TorchWeights out;
    for (const auto& [name, tensor] : weights) out[name] = tensor.detach().clone();
    return out;
}

class Trainer {
  public:
    Trainer(const Dataset& dataset, const Split& split, const TrainOptions& options, const TrainCallbacks& callbacks)
        : dataset_(dataset),
          split_(split),
          options_(options),
          callbacks_(callbacks),
          architecture_(find_architecture(options.architecture)),
          device_(choose_device(options.device)),
          source_(dataset, architecture_.patch_size_px, split.train),
          symmetry_(architecture_, symmetry_of(options)),
          plan_{architecture_, input_of(options), symmetry_, {}},
          pipeline_(plan_, dataset, source_, options, device_),
          validation_(dataset, split.validation, source_, plan_, device_, options.threads) {
        if (split.train.empty() || split.validation.empty()) {
            throw Error(ErrorCode::bad_data, "training", "no pictures to train on, or none to validate on");
        }
        plan_.gate = options.gate && has_benign(dataset, split.train);
        plan_.batch_statistics = !options.freeze_features;
        plan_.label_smoothing = options.label_smoothing;
        plan_.seed = options.seed;
        if (options.balance_classes) balance(plan_, dataset, split.train);
        make_weights();
        make_optimizer();
    }

    TrainReport run() {
        compute_on_this_thread_alone();
        prepare_checkpoint();
        while (state_.epoch < options_.epochs && !out_of_patience() && !stopped_) run_epoch();
        return report();
    }

  private:
    void make_weights() {
        if (options_.from) {
            if (!options_.from->is_network() || options_.from->config.architecture != options_.architecture ||
                input_of(options_.from->config) != plan_.input) {
                throw Error(ErrorCode::bad_model, options_.from->path.string(),
                            "is no model of ours with this architecture and input");
            }
            state_.weights = symmetry_.reduce(to_torch(options_.from->weights));
        }
        const auto fresh = initial_weights(architecture_, symmetry_, plan_.gate, options_.seed);
        for (const auto& [name, tensor] : fresh) state_.weights.try_emplace(name, tensor);
        if (options_.freeze_features && !options_.from) {
            throw Error(ErrorCode::usage, "--freeze", "needs a model to go on from", "Give --from MODEL.");
        }
        for (auto& [name, tensor] : state_.weights) tensor = tensor.to(device_);
        state_.average = copy_of(state_.weights);
        state_.best = copy_of(state_.weights);
        state_.best_loss = std::numeric_limits<double>::infinity();
    }

    bool learns(const TensorSpec& spec) const {
        const auto last = weighted_layers(architecture_).back() + ".";
        return spec.trainable &&
               (!options_.freeze_features || spec.name.starts_with(last) || spec.name.starts_with("gate."));
    }

    /// Weight decay belongs to the weights, not to biases and normalisation.
    void make_optimizer() {
        auto specs = tensors_of(architecture_);
        if (plan_.gate) std::ranges::move(gate_tensors_of(architecture_), std::back_inserter(specs));
        std::vector<torch::Tensor> decayed, plain;
        for (const auto& spec : specs) {
            if (!learns(spec)) continue;
            plan_.trainable.push_back(spec.name);
            auto& tensor = state_.weights.at(spec.name);
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

    /// Finds out now, not after the first epoch, that the state cannot be kept.
    void prepare_checkpoint() {
        if (options_.checkpoint.empty()) return;
        fingerprint_ = training_fingerprint(dataset_, split_, options_);
        if (options_.checkpoint.has_parent_path()) create_folders(options_.checkpoint.parent_path());
        check_room_for_checkpoint(options_.checkpoint, state_);
        if (!options_.resume || !std::filesystem::exists(options_.checkpoint)) return;
        load_checkpoint(options_.checkpoint, state_, *optimizer_, fingerprint_);
        resumed_after_ = state_.epoch;
    }

    bool out_of_patience() const {
        return options_.patience > 0 && state_.epoch - state_.best_epoch >= options_.patience && state_.epoch > 0;
    }

    void run_epoch() {
        const auto begin = Clock::now();
        EpochRecord now;
        now.report.epoch = state_.epoch + 1;
        train_epoch(now.report);
        if (stopped_) return;
        validate(now);
        now.report.validation = measure(now.validation, 1, 0);
        now.report.seconds = seconds_since(begin);
        const double loss = now.report.validation.log_loss;
        if (!std::isfinite(loss)) fail_not_finite(now.report.epoch);
        state_.epoch = now.report.epoch;
        if (options_.keep_last_epoch || loss < state_.best_loss) {
            state_.best_loss = loss;
            state_.best_epoch = state_.epoch;
            state_.best = copy_of(state_.average);
        }
        const auto report = now.report;
        state_.history.push_back(std::move(now));
        state_.skipped = all_skipped();
        if (!options_.checkpoint.empty()) save_checkpoint(options_.checkpoint, state_, *optimizer_, fingerprint_);
        if (callbacks_.epoch_done) callbacks_.epoch_done(report);
    }

    TrainReport report() {
        TrainReport out;
        for (auto& record : state_.history) out.epochs.push_back(record.report);
        out.best_epoch = state_.best_epoch;
        out.stopped_early = stopped_;
        out.resumed_after = resumed_after_;
        out.device = device_.is_cpu() ? "CPU" : "CUDA, mixed precision";
        out.skipped = all_skipped();
        if (out.best_epoch == 0) return out;
        out.weights = from_torch(symmetry_.expand(state_.best));
        // Features that moved on leave a gate behind that did not learn with them.
        if (!plan_.gate && !options_.freeze_features) {
            for (const auto& spec : gate_tensors_of(architecture_)) out.weights.erase(spec.name);
        }
        auto& best = state_.history[static_cast<std::size_t>(out.best_epoch - 1)];
        if (turns_of(options_) > 1) {
            best.validation.clear(), best.gate_validation.clear();
            const torch::NoGradGuard no_grad;
            validation_.score(state_.best, turns_of(options_), best, [&](std::size_t done, std::size_t total) {
                report_progress(best.report, done, total, true);
            });
        }
        out.validation = std::move(best.validation);
        out.gate_validation = std::move(best.gate_validation);
        return out;
    }

    std::vector<std::string> all_skipped() const {
        std::set<std::string> all(state_.skipped.begin(), state_.skipped.end());
        for (const auto& each : source_.skipped()) all.insert(each);
        return {all.begin(), all.end()};
    }

    [[noreturn]] void fail_not_finite(int epoch) const {
        std::string hint = "Lower --learning-rate.";
        if (!options_.checkpoint.empty() && epoch > 1) {
            hint +=
                " The state after epoch " + std::to_string(epoch - 1) + " is in " + options_.checkpoint.string() + ".";
        }
        throw Error(ErrorCode::bad_data, "training", "the loss is no longer a number in epoch " + std::to_string(epoch),
                    hint);
    }

    void train_epoch(EpochReport& now) {
        auto order = split_.train;
        Random(options_.seed, kOrderStream, static_cast<std::uint64_t>(now.epoch)).shuffle(order);
        const auto batch = static_cast<std::size_t>(options_.batch);
        const std::size_t steps = chunk_count(order.size(), batch);
        const auto members = [&](std::size_t step) { return chunk(std::span<const std::size_t>(order), batch, step); };
        double loss = 0, weight = 0;
        std::size_t right = 0, tumour = 0, count = 0;
        pipeline_.begin(members(0), now.epoch);
        for (std::size_t step = 0; step < steps; ++step) {
            const auto steps_before = static_cast<std::size_t>(now.epoch - 1) * steps + step;
            set_learning_rate(steps_before, steps);
            const auto sums = pipeline_.compute(state_.weights, members(step + 1));
            if (sums.count > 0) apply(sums, steps_before);
            now.waited_s = pipeline_.waited_s();
            loss += sums.loss, weight += sums.weight;
            right += sums.right, tumour += sums.tumour, count += sums.count;
            if (!std::isfinite(loss)) fail_not_finite(now.epoch);
            now.train_loss = loss / std::max(weight, 1.0);
            now.train_accuracy = static_cast<double>(right) / static_cast<double>(std::max<std::size_t>(tumour, 1));
            report_progress(now, std::min((step + 1) * batch, order.size()), order.size(), false);
            if (callbacks_.stop_requested && callbacks_.stop_requested()) {
                stopped_ = true;
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

    /// The running average begins as the plain mean of the weights so far, for in a short training the weights that it
    /// started from would else outweigh all that was learnt.
    void apply(const GradientSums& sum, std::size_t steps_before) {
        for (std::size_t i = 0; i < plan_.trainable.size(); ++i) {
            state_.weights.at(plan_.trainable[i]).mutable_grad() = sum.gradients[i] / static_cast<double>(sum.count);
        }
        optimizer_->step();
        const torch::NoGradGuard no_grad;
        for (const auto& [name, pair] : sum.statistics) {
            const auto move = [&](const std::string& of, const torch::Tensor& seen) {
                state_.weights.at(of).lerp_(symmetry_.reduce(of, seen), kStatisticsMomentum);
            };
            move(name + ".running_mean", pair.first);
            move(name + ".running_var", pair.second);
        }
        const double share = std::max(options_.averaging, 1 / static_cast<double>(steps_before + 1));
        for (auto& [name, tensor] : state_.average) tensor.lerp_(state_.weights.at(name).detach(), share);
    }

    void validate(EpochRecord& now) {
        validation_.score(state_.average, 1, now,
                          [&](std::size_t done, std::size_t total) { report_progress(now.report, done, total, true); });
    }

    const Dataset& dataset_;
    const Split& split_;
    const TrainOptions& options_;
    const TrainCallbacks& callbacks_;
    const Architecture& architecture_;
    torch::Device device_;
    PictureSource source_;
    Symmetry symmetry_;
    GradientPlan plan_;
    BatchPipeline pipeline_;
    Validation validation_;
    TrainState state_;
    std::unique_ptr<torch::optim::AdamW> optimizer_;
    std::string fingerprint_;
    int resumed_after_ = 0;
    bool stopped_ = false;
};

}  // namespace

TrainReport train_with_torch(const Dataset& dataset, const Split& split, const TrainOptions& options,
                             const TrainCallbacks& callbacks) {
    try {
        return Trainer(dataset, split, options, callbacks).run();
    } catch (...) {
        rethrow_from_libtorch(ErrorCode::internal, "training", "libtorch fails", "");
    }
}

}  // namespace slidetype

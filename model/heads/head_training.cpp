#include "model/heads/head_training.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "base/parallel.h"
#include "base/random.h"
#include "base/stopwatch.h"
#include "model/heads/bag_pass.h"
#include "model/heads/head_trainer.h"
#include "model/metrics/metrics.h"

namespace slidetype {
namespace {

/// Bags whose gradients are summed up on one thread. Fixed, so that sums do not hang on the number of threads.
constexpr std::size_t kBagsOfChunk = 4;

/// Chance of its own for each use.
enum Stream : std::uint64_t { kOrder = 1, kTiles, kDropout, kFreshHead };

/// 1 with probability 1 - dropout, to a part of 2^16: four of them from each draw.
void draw_mask(std::vector<std::uint8_t>& mask, double dropout, Random& random) {
    constexpr int kBits = 16, kDrawn = 64;
    const auto left_out = static_cast<std::uint64_t>(dropout * 0x1p16);
    std::uint64_t bits = 0;
    int left = 0;
    for (auto& kept : mask) {
        if (left == 0) bits = random.bits(), left = kDrawn;
        kept = (bits & 0xFFFFU) < left_out ? 0 : 1;
        bits >>= kBits, left -= kBits;
    }
}

DropMasks draw_masks(const HeadShape& shape, std::size_t tiles, double dropout, Random random) {
    DropMasks masks;
    masks.scale = static_cast<float>(1 / (1 - dropout));
    masks.hidden.resize(tiles * shape.hidden);
    masks.attention.resize(tiles * shape.attention);
    draw_mask(masks.hidden, dropout, random);
    draw_mask(masks.attention, dropout, random);
    return masks;
}

/// Weights shrink, biases do not.
std::vector<bool> decaying(const LearningHead& head) {
    using Part = HeadWeights::Part;
    std::vector<bool> decays(head.weights.values().size() + head.instances.values.size(), false);
    for (const auto part : {Part::layer, Part::values, Part::gates, Part::score, Part::classifier}) {
        const auto begin = static_cast<std::ptrdiff_t>(head.weights.begin_of(part));
        std::fill_n(decays.begin() + begin, head.weights.size_of(part), true);
    }
    return decays;
}

/// What a fold's head learns from some bags of a step.
struct Chunk {
    std::size_t head = 0;
    std::vector<std::size_t> drawn;  ///< which of the step's bags
    HeadWeights gradient{HeadShape{}};
    InstanceWeights instance_gradient{0};
    std::vector<BagLesson> lessons;
};

class Trainer {
  public:
    Trainer(std::span<const TeachingBag> bags, BagStore& store, const HeadOptions& options,
            const HeadCallbacks& callbacks)
        : bags_(bags), store_(store), options_(options), callbacks_(callbacks) {
        for (const auto& bag : bags_) folds_ = std::max(folds_, static_cast<std::size_t>(bag.fold + 1));
        folds_ = std::max<std::size_t>(folds_, 1);
        weigh_classes();
    }

    HeadReport run() {
        prepare();
        while (static_cast<int>(state_.epochs.size()) < options_.epochs && !report_.stopped_early) {
            if (!train_epoch()) break;
        }
        for (const auto& head : state_.heads) {
            report_.heads.push_back(with_standardisation(head.weights, standard_.mean, standard_.deviation));
        }
        report_.epochs = state_.epochs;
        if (!report_.stopped_early) measure_held_out();
        return std::move(report_);
    }

  private:
    void weigh_classes() {
        class_weights_.assign(folds_, {1, 1});
        for (std::size_t f = 0; f < folds_; ++f) {
            std::array<double, 2> count{};
            for (const auto& bag : bags_) {
                if (learns(f, bag)) ++count.at(static_cast<std::size_t>(bag.label));
            }
            if (count[0] == 0 || count[1] == 0) {
                throw Error(ErrorCode::bad_data, "fold " + std::to_string(f),
                            "leaves no slide of one class to learn from",
                            "Fewer folds, or more patients of that class, are needed.");
            }
            if (!options_.balance_classes) continue;
            for (std::size_t c = 0; c < 2; ++c) class_weights_[f].at(c) = (count[0] + count[1]) / (2 * count.at(c));
        }
    }

    bool learns(std::size_t fold, const TeachingBag& bag) const { return bag.fold != static_cast<int>(fold); }

    void prepare() {
        std::vector<std::size_t> used;
        for (const auto& bag : bags_) used.push_back(bag.bag);
        standard_ = standardisation_of(store_, used, options_.threads);
        const auto shape = head_shape(standard_.mean.size(), options_);
        for (std::size_t f = 0; f < folds_; ++f) {
            state_.heads.emplace_back(shape, Random(options_.seed, kFreshHead, f).below(std::uint64_t{1} << 52));
        }
        decays_ = decaying(state_.heads.front());
        if (options_.checkpoint.empty()) return;
        fingerprint_ = head_fingerprint(bags_, store_, options_);
        if (options_.resume && load_heads(options_.checkpoint, state_, fingerprint_)) {
            report_.resumed_after = static_cast<int>(state_.epochs.size());
        }
    }

    /// The bags of an epoch in steps; the same for all heads.
    std::vector<std::vector<std::size_t>> steps_of(std::size_t epoch) const {
        std::vector<std::size_t> order(bags_.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        Random(options_.seed, kOrder, epoch).shuffle(order);
        std::vector<std::vector<std::size_t>> steps;
        for (std::size_t begin = 0; begin < order.size(); begin += options_.batch) {
            const auto end = std::min(begin + options_.batch, order.size());
            steps.emplace_back(order.begin() + static_cast<std::ptrdiff_t>(begin),
                               order.begin() + static_cast<std::ptrdiff_t>(end));
        }
        return steps;
    }

    DrawnBag draw(std::size_t epoch, std::size_t index) const {
        const auto begin = Clock::now();
        const auto bag = store_.get(bags_[index].bag);
        auto drawn = draw_tiles(*bag, standard_, options_.tiles, Random::mix(options_.seed) ^ kTiles, epoch, index);
        drawn.seconds_reading = seconds_since(begin);
        return drawn;
    }

    /// False where it was asked to stop in between: what it learned is then forgotten.
    bool train_epoch() {
        const auto begin = Clock::now();
        const auto epoch = state_.epochs.size();
        const auto steps = steps_of(epoch);
        taught_.clear(), kept_out_.clear();
        losses_ = {};
        std::vector<DrawnBag> now(steps.front().size());
        parallel_for(options_.threads, now.size(), [&](std::size_t i) { now[i] = draw(epoch, steps.front()[i]); });
        std::size_t done = 0;
        for (std::size_t s = 0; s < steps.size(); ++s) {
            const auto next = s + 1 < steps.size() ? steps[s + 1] : std::vector<std::size_t>{};
            auto drawn = step(epoch, s, steps.size(), now, next);
            done += now.size();
            for (const auto& each : now) report_.seconds_reading += each.seconds_reading;
            now = std::move(drawn);
            tell(epoch, done);
            if (callbacks_.stop_requested && callbacks_.stop_requested()) {
                report_.stopped_early = true;
                return false;
            }
        }
        end_epoch(seconds_since(begin));
        return true;
    }

    void tell(std::size_t epoch, std::size_t done) const {
        if (!callbacks_.progress) return;
        constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
        const auto& before = state_.epochs;
        callbacks_.progress({static_cast<int>(epoch) + 1, options_.epochs, done, bags_.size(), false,
                             before.empty() ? kNone : before.back().loss, before.empty() ? kNone : before.back().auc});
    }

    std::vector<Chunk> chunks_of(const std::vector<DrawnBag>& now) const {
        std::vector<Chunk> chunks;
        for (std::size_t f = 0; f < folds_; ++f) {
            std::vector<std::size_t> members;
            for (std::size_t i = 0; i < now.size(); ++i) {
                if (learns(f, bags_[now[i].index])) members.push_back(i);
            }
            for (std::size_t begin = 0; begin < members.size(); begin += kBagsOfChunk) {
                Chunk chunk;
                chunk.head = f;
                const auto end = std::min(begin + kBagsOfChunk, members.size());
                chunk.drawn.assign(members.begin() + static_cast<std::ptrdiff_t>(begin),
                                   members.begin() + static_cast<std::ptrdiff_t>(end));
                chunks.push_back(std::move(chunk));
            }
        }
        return chunks;
    }

    /// One step of all heads, while the bags of the next are read. Gives these.
    std::vector<DrawnBag> step(std::size_t epoch, std::size_t s, std::size_t steps, const std::vector<DrawnBag>& now,
                               const std::vector<std::size_t>& next) {
        auto chunks = chunks_of(now);
        std::vector<std::size_t> kept_out;
        for (std::size_t i = 0; i < now.size(); ++i) {
            if (bags_[now[i].index].fold >= 0) kept_out.push_back(i);
        }
        std::vector<BagLesson> looks(kept_out.size());
        std::vector<DrawnBag> drawn(next.size());
        const auto work = [&](std::size_t item) {
            if (item < chunks.size()) return learn(epoch, now, chunks[item]);
            item -= chunks.size();
            if (item < looks.size()) {
                looks[item] = look(now[kept_out[item]]);
                return;
            }
            item -= looks.size();
            drawn[item] = draw(epoch, next[item]);
        };
        parallel_for(options_.threads, chunks.size() + looks.size() + drawn.size(), work);
        for (std::size_t i = 0; i < looks.size(); ++i) note(now[kept_out[i]].index, looks[i], false);
        for (const auto& chunk : chunks) {
            for (std::size_t i = 0; i < chunk.lessons.size(); ++i) {
                note(now[chunk.drawn[i]].index, chunk.lessons[i], true);
            }
        }
        const auto total = static_cast<std::size_t>(options_.epochs) * steps;
        const double rate = one_cycle(options_.learning_rate, epoch * steps + s, total);
        parallel_for(options_.threads, folds_, [&](std::size_t f) { move(f, chunks, rate); });
        return drawn;
    }

    void learn(std::size_t epoch, const std::vector<DrawnBag>& now, Chunk& chunk) const {
        const auto& head = state_.heads[chunk.head];
        chunk.gradient = HeadWeights(head.weights.shape());
        chunk.instance_gradient = InstanceWeights(head.instances.hidden);
        HeadPass pass;
        TileSlopes slopes;
        for (const auto i : chunk.drawn) {
            const auto& drawn = now[i];
            const auto& bag = bags_[drawn.index];
            const auto tiles = drawn.inputs.size() / head.weights.shape().inputs;
            const auto masks =
                draw_masks(head.weights.shape(), tiles, options_.dropout,
                           Random(Random::mix(options_.seed ^ kDropout) + chunk.head, epoch, drawn.index));
            run_head(head.weights, drawn.inputs, pass, &masks);
            const double weight = class_weights_[chunk.head].at(static_cast<std::size_t>(bag.label));
            chunk.lessons.push_back(bag_lesson(head.weights, head.instances, pass, bag.label, weight, options_, &slopes,
                                               &chunk.instance_gradient));
            add_gradient(head.weights, drawn.inputs, pass, &masks, slopes, chunk.gradient);
        }
    }

    BagLesson look(const DrawnBag& drawn) const {
        const auto& bag = bags_[drawn.index];
        const auto& head = state_.heads[static_cast<std::size_t>(bag.fold)];
        HeadPass pass;
        run_head(head.weights, drawn.inputs, pass);
        return bag_lesson(head.weights, head.instances, pass, bag.label, 1, options_, nullptr, nullptr);
    }

    void note(std::size_t index, const BagLesson& lesson, bool taught) {
        if (!std::isfinite(lesson.loss)) {
            throw Error(ErrorCode::bad_data, store_.file(bags_[index].bag).string(),
                        "the loss became no number while the head learned from it",
                        "A lower --learning-rate may help; or the features hold very large numbers.");
        }
        auto& list = taught ? taught_ : kept_out_;
        list.push_back({static_cast<float>(lesson.logit), bags_[index].label, bags_[index].patient, index});
        losses_.at(taught ? 0 : 1) += lesson.loss;
    }

    /// Sums up what the chunks of one head say, in their order, and moves its weights.
    void move(std::size_t f, const std::vector<Chunk>& chunks, double rate) {
        auto& head = state_.heads[f];
        const auto size = head.weights.values().size();
        std::vector<float> gradient(size + head.instances.values.size(), 0.0F);
        std::size_t count = 0;
        for (const auto& chunk : chunks) {
            if (chunk.head != f) continue;
            count += chunk.drawn.size();
            const auto values = chunk.gradient.values();
            for (std::size_t i = 0; i < size; ++i) gradient[i] += values[i];
            for (std::size_t i = size; i < gradient.size(); ++i)
                gradient[i] += chunk.instance_gradient.values[i - size];
        }
        if (count == 0) return;
        for (float& value : gradient) value /= static_cast<float>(count);
        std::vector<float> weights(head.weights.values().begin(), head.weights.values().end());
        weights.insert(weights.end(), head.instances.values.begin(), head.instances.values.end());
        adam_step(head.adam, weights, gradient, decays_, rate, options_.weight_decay);
        std::copy_n(weights.begin(), size, head.weights.values().begin());
        std::copy(weights.begin() + static_cast<std::ptrdiff_t>(size), weights.end(), head.instances.values.begin());
    }

    void end_epoch(double seconds) {
        HeadEpoch epoch;
        epoch.epoch = static_cast<int>(state_.epochs.size()) + 1;
        epoch.train_loss = losses_[0] / static_cast<double>(taught_.size());
        epoch.train_auc = measure(taught_, 1, 0).auc.value;
        epoch.loss = losses_[1] / static_cast<double>(kept_out_.size());  // no number where nothing was kept out
        epoch.auc = kept_out_.empty() ? std::numeric_limits<double>::quiet_NaN() : measure(kept_out_, 1, 0).auc.value;
        epoch.seconds = seconds;
        state_.epochs.push_back(epoch);
        if (!options_.checkpoint.empty()) save_heads(options_.checkpoint, state_, fingerprint_);
        if (callbacks_.epoch_done) callbacks_.epoch_done(epoch);
    }

    void measure_held_out() {
        for (std::size_t i = 0; i < bags_.size(); ++i) {
            if (bags_[i].fold >= 0) report_.held_out.push_back({i, 0});
        }
        const auto work = [&](std::size_t i) {
            auto& held = report_.held_out[i];
            const auto& head = report_.heads[static_cast<std::size_t>(bags_[held.bag].fold)];
            const auto pass = run_head_on_bag(head, *store_.get(bags_[held.bag].bag));
            held.logit = bag_logit(attention_of(pass.scores, head.shape().pooling), pass.logits);
        };
        parallel_for(options_.threads, report_.held_out.size(), work, [&](std::size_t done, std::size_t total) {
            if (callbacks_.progress) callbacks_.progress({options_.epochs, options_.epochs, done, total, true, 0, 0});
        });
    }

    std::span<const TeachingBag> bags_;
    BagStore& store_;
    const HeadOptions& options_;
    const HeadCallbacks& callbacks_;
    std::size_t folds_ = 0;
    std::vector<std::array<double, 2>> class_weights_;  ///< of each head
    Standardisation standard_;
    HeadState state_;
    std::vector<bool> decays_;
    std::string fingerprint_;
    std::vector<Scored> taught_, kept_out_;  ///< of this epoch
    std::array<double, 2> losses_{};
    HeadReport report_;
};

}  // namespace

LearningHead::LearningHead(const HeadShape& shape, std::uint64_t seed)
    : weights(fresh_head(shape, seed)),
      instances(shape.hidden),
      adam(weights.values().size() + instances.values.size()) {}

HeadShape head_shape(std::size_t inputs, const HeadOptions& options) {
    constexpr std::size_t kLargeInputs = 512, kHidden = 512;
    HeadShape shape;
    shape.inputs = inputs;
    shape.hidden = options.hidden > 0 ? options.hidden : inputs >= kLargeInputs ? kHidden : kHidden / 2;
    shape.attention = options.attention > 0 ? options.attention : shape.hidden / 2;
    shape.pooling = options.loss == HeadLoss::each_tile ? Pooling::mean : Pooling::attention;
    return shape;
}

HeadReport train_heads(std::span<const TeachingBag> bags, BagStore& store, const HeadOptions& options,
                       const HeadCallbacks& callbacks) {
    if (bags.empty()) throw Error(ErrorCode::bad_data, "training", "there are no slides to learn from");
    return Trainer(bags, store, options, callbacks).run();
}

}  // namespace slidetype

#include "model/learning/evaluation.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <set>
#include <tuple>

#include "base/chunks.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/pictures/image_file.h"
#include "model/backends/backend.h"
#include "model/data/picture_shift.h"
#include "model/scoring/classifier.h"

namespace slidetype {
namespace {

constexpr std::size_t kChunk = 8;

/// Back from a probability, kept away from 0 and 1 by what a float can tell from them.
float logit_of(double p) {
    const double inside = std::clamp(p, 1e-7, 1 - 1e-7);
    return static_cast<float>(std::log(inside / (1 - inside)));
}

/// The scores of some pictures, `tiles` telling which.
struct Answers {
    std::vector<std::size_t> tiles;
    TileScores scores;

    void append(const Answers& more) {
        const auto add = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
        add(tiles, more.tiles);
        add(scores.probabilities, more.scores.probabilities);
        add(scores.tumour, more.scores.tumour);
        add(scores.strangeness, more.scores.strangeness);
    }
};

void require_our_classes(const ModelDirectory& model) {
    if (model.config.class_names == std::vector<std::string>{"LUAD", "LUSC"}) return;
    throw Error(ErrorCode::bad_model, model.path.string(),
                "has other classes than LUAD and LUSC, so its truth is unknown");
}

class Evaluator {
  public:
    Evaluator(const ModelDirectory& model, const Dataset& dataset, std::span<const std::size_t> members,
              const EvaluationOptions& options, const std::function<void(std::size_t, std::size_t)>& progress)
        : model_(model), dataset_(dataset), options_(options), progress_(progress) {
        require_our_classes(model);
        shifts_ = options.shifts ? picture_shifts() : std::span<const PictureShift>{};
        const auto& ours = model.config.slidetype;
        const bool knows_benign = ours && (ours->gate || ours->familiarity);
        members_.reserve(members.size());
        for (const auto member : members) {
            const auto& tile = dataset.tiles[member];
            if (knows_benign || (tile.label != kBenignLabel && !tile.gate_only)) members_.push_back(member);
        }
        benign_left_out_ = members.size() - members_.size();
        for (const auto& tile : dataset.tiles) groups_.emplace(tile.group, groups_.size());
    }

    Evaluation run(Classifier& classifier) {
        const std::size_t chunks = chunk_count(members_.size(), kChunk);
        std::vector<std::vector<Answers>> parts(chunks);
        parallel_for(options_.threads, chunks, [&](std::size_t c) {
            parts[c] = score_chunk(classifier, chunk(std::span<const std::size_t>(members_), kChunk, c));
        });
        Evaluation evaluation;
        static_cast<Measured&>(evaluation) = measure_variant(parts, 0);
        evaluation.shift.reserve(shifts_.size());
        for (std::size_t s = 0; s < shifts_.size(); ++s) {
            evaluation.shift.push_back(
                {measure_variant(parts, s + 1), std::string(shifts_[s].name), std::string(shifts_[s].description)});
        }
        evaluation.skipped.assign(skipped_.begin(), skipped_.end());
        evaluation.benign_left_out = benign_left_out_;
        evaluation.backend = classifier.description();
        return evaluation;
    }

  private:
    /// Variant 0 is the picture as it is, variant k + 1 is shift k.
    std::vector<Answers> score_chunk(Classifier& classifier, std::span<const std::size_t> members) {
        std::vector<RgbImage> pictures;
        std::vector<std::size_t> loaded;
        pictures.reserve(members.size()), loaded.reserve(members.size());
        for (const auto member : members) {
            try {
                pictures.push_back(read_image(dataset_.tiles[member].file));
                loaded.push_back(member);
            } catch (const Error& error) {
                const std::lock_guard lock(mutex_);
                skipped_.insert(error.what());
            }
        }
        std::vector<Answers> out(shifts_.size() + 1);
        for (std::size_t variant = 0; variant < out.size(); ++variant) {
            out[variant].tiles = loaded;
            if (!pictures.empty()) out[variant].scores = score_variant(classifier, pictures, variant);
        }
        const std::lock_guard lock(mutex_);
        done_ += members.size();
        if (progress_) progress_(done_, members_.size());
        return out;
    }

    TileScores score_variant(Classifier& classifier, const std::vector<RgbImage>& pictures, std::size_t variant) const {
        const int patch = model_.config.patch_size_px;
        std::vector<std::uint8_t> bytes;
        for (const auto& picture : pictures) {
            const auto shifted = variant == 0 ? picture : shifts_[variant - 1].apply(picture);
            const auto tile = resize_image(shifted, patch, patch);
            bytes.insert(bytes.end(), tile.pixels.begin(), tile.pixels.end());
        }
        return classifier.classify(bytes, pictures.size());
    }

    Measured measure_variant(const std::vector<std::vector<Answers>>& parts, std::size_t variant) const {
        Answers answers;
        for (const auto& part : parts) answers.append(part[variant]);
        Measured measured;
        for (std::size_t i = 0; i < answers.tiles.size(); ++i) {
            const auto index = answers.tiles[i];
            const auto& tile = dataset_.tiles[index];
            const auto group = groups_.at(tile.group);
            const bool tumour = tile.label != kBenignLabel;
            if (tumour && !tile.gate_only) {
                measured.scored.push_back(
                    {logit_of(answers.scores.probabilities[2 * i + 1]), tile.label, group, index});
            }
            if (!answers.scores.tumour.empty()) {
                measured.gate_scored.push_back({logit_of(answers.scores.tumour[i]), tumour ? 1 : 0, group, index});
            }
        }
        if (measured.scored.empty()) {
            throw Error(ErrorCode::bad_data, "evaluation", "none of the LUAD and LUSC pictures can be read");
        }
        measured.metrics = measure(measured.scored, 1);
        if (!measured.gate_scored.empty()) {
            measured.gate = measure_gate(measured.gate_scored, 1, model_.config.slidetype->gate->threshold);
        }
        measured.unfamiliar = measure_unfamiliar(answers);
        return measured;
    }

    std::vector<Unfamiliar> measure_unfamiliar(const Answers& answers) const {
        std::vector<Unfamiliar> out;
        if (answers.scores.strangeness.empty()) return out;
        for (int label = 0; label <= kBenignLabel; ++label) {
            std::vector<bool> hit;
            std::vector<std::size_t> group;
            for (std::size_t i = 0; i < answers.tiles.size(); ++i) {
                const auto& tile = dataset_.tiles[answers.tiles[i]];
                if (tile.label != label || tile.gate_only) continue;
                hit.push_back(answers.scores.strangeness[i] > 1);
                group.push_back(groups_.at(tile.group));
            }
            if (!hit.empty()) out.push_back({label, hit.size(), measure_share(hit, group)});
        }
        return out;
    }

    const ModelDirectory& model_;
    const Dataset& dataset_;
    const EvaluationOptions& options_;
    const std::function<void(std::size_t, std::size_t)>& progress_;
    std::vector<std::size_t> members_;
    std::size_t benign_left_out_ = 0;
    std::span<const PictureShift> shifts_;
    std::map<std::string, std::size_t> groups_;
    std::mutex mutex_;
    std::size_t done_ = 0;
    std::set<std::string> skipped_;
};

}  // namespace

std::unique_ptr<Classifier> open_for_evaluation(const ModelDirectory& model, Backend backend) {
    require_our_classes(model);
    return open_classifier(model, backend);
}

Evaluation evaluate_model(const ModelDirectory& model, Classifier& classifier, const Dataset& dataset,
                          std::span<const std::size_t> members, const EvaluationOptions& options,
                          const std::function<void(std::size_t, std::size_t)>& progress) {
    return Evaluator(model, dataset, members, options, progress).run(classifier);
}

Evaluation evaluate_model(const ModelDirectory& model, const Dataset& dataset, std::span<const std::size_t> members,
                          const EvaluationOptions& options,
                          const std::function<void(std::size_t, std::size_t)>& progress) {
    const auto classifier = open_for_evaluation(model, options.backend);
    return evaluate_model(model, *classifier, dataset, members, options, progress);
}

std::vector<GroupFigures> group_figures(const Dataset& dataset, std::span<const Scored> scored, double temperature) {
    std::map<std::pair<std::string, int>, GroupFigures> by_group;
    for (const auto& each : scored) {
        const auto& name = dataset.tiles.at(each.tile).group;
        auto& group = by_group[{name, each.label}];
        group.group = name, group.label = each.label;
        const double p = calibrated(each.logit, temperature);
        ++group.n;
        group.accuracy += (p > 0.5) == (each.label == 1) ? 1 : 0;
        group.mean_p_truth += each.label == 1 ? p : 1 - p;
    }
    std::vector<GroupFigures> out;
    out.reserve(by_group.size());
    for (auto& [key, group] : by_group) {
        group.accuracy /= static_cast<double>(group.n);
        group.mean_p_truth /= static_cast<double>(group.n);
        out.push_back(std::move(group));
    }
    // The map has them by name already.
    std::ranges::stable_sort(out, {}, [](const GroupFigures& g) { return std::tuple(g.accuracy, g.mean_p_truth); });
    return out;
}

}  // namespace slidetype

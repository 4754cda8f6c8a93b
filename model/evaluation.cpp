#include "model/evaluation.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "base/parallel.h"
#include "model/classifier.h"
#include "model/image_file.h"
#include "model/picture_shift.h"

namespace slidetype {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kChunk = 8;

/// Back from a probability, kept away from 0 and 1 by what a float can tell from them.
float logit_of(double p) {
    const double inside = std::clamp(p, 1e-7, 1 - 1e-7);
    return static_cast<float>(std::log(inside / (1 - inside)));
}

class Evaluator {
  public:
    Evaluator(const ModelDirectory& model, const Dataset& dataset, std::span<const std::size_t> members,
              const EvaluationOptions& options, const std::function<void(std::size_t, std::size_t)>& progress)
        : model_(model), dataset_(dataset), members_(members), options_(options), progress_(progress) {
        if (model.config.class_names != std::vector<std::string>{"LUAD", "LUSC"}) {
            throw Error(ErrorCode::bad_model, model.path.string(),
                        "has other classes than LUAD and LUSC, so its truth is unknown");
        }
        shifts_ = options.shifts ? picture_shifts() : std::span<const PictureShift>{};
        for (const auto member : members) groups_.emplace(dataset.tiles[member].group, groups_.size());
    }

    Evaluation run() {
        const auto classifier = open_classifier(model_);
        const std::size_t chunks = (members_.size() + kChunk - 1) / kChunk;
        std::vector<std::vector<std::vector<Scored>>> parts(chunks);
        parallel_for(options_.threads, chunks, [&](std::size_t c) {
            const auto begin = c * kChunk;
            parts[c] = score_chunk(*classifier, members_.subspan(begin, std::min(kChunk, members_.size() - begin)));
        });
        Evaluation evaluation;
        for (std::size_t variant = 0; variant <= shifts_.size(); ++variant) {
            std::vector<Scored> scored;
            for (const auto& part : parts) scored.insert(scored.end(), part[variant].begin(), part[variant].end());
            if (scored.empty()) throw Error(ErrorCode::bad_data, "evaluation", "none of the pictures can be read");
            const auto metrics = measure(scored, 1);
            if (variant == 0) {
                evaluation.metrics = metrics;
            } else {
                const auto& shift = shifts_[variant - 1];
                evaluation.shift.push_back({std::string(shift.name), std::string(shift.description), metrics});
            }
        }
        evaluation.skipped.assign(skipped_.begin(), skipped_.end());
        return evaluation;
    }

  private:
    /// Variant 0 is the picture as it is, variant k + 1 is shift k.
    std::vector<std::vector<Scored>> score_chunk(Classifier& classifier, std::span<const std::size_t> members) {
        std::vector<RgbImage> pictures;
        std::vector<std::size_t> loaded;
        for (const auto member : members) {
            try {
                pictures.push_back(read_image(dataset_.tiles[member].file));
                loaded.push_back(member);
            } catch (const Error& error) {
                const std::lock_guard lock(mutex_);
                skipped_.insert(error.what());
            }
        }
        std::vector<std::vector<Scored>> out(shifts_.size() + 1);
        for (std::size_t variant = 0; variant < out.size(); ++variant) {
            out[variant] = score_variant(classifier, pictures, loaded, variant);
        }
        const std::lock_guard lock(mutex_);
        done_ += members.size();
        if (progress_) progress_(done_, members_.size());
        return out;
    }

    std::vector<Scored> score_variant(Classifier& classifier, const std::vector<RgbImage>& pictures,
                                      const std::vector<std::size_t>& loaded, std::size_t variant) const {
        const int patch = model_.config.patch_size_px;
        std::vector<std::uint8_t> bytes;
        for (const auto& picture : pictures) {
            const auto shifted = variant == 0 ? picture : shifts_[variant - 1].apply(picture);
            const auto tile = resize_image(shifted, patch, patch);
            bytes.insert(bytes.end(), tile.pixels.begin(), tile.pixels.end());
        }
        std::vector<float> probabilities(pictures.size() * 2);
        if (!pictures.empty()) classifier.classify(bytes, pictures.size(), probabilities);
        std::vector<Scored> scored;
        for (std::size_t i = 0; i < loaded.size(); ++i) {
            const auto& tile = dataset_.tiles[loaded[i]];
            scored.push_back({logit_of(probabilities[2 * i + 1]), tile.label, groups_.at(tile.group)});
        }
        return scored;
    }

    const ModelDirectory& model_;
    const Dataset& dataset_;
    std::span<const std::size_t> members_;
    const EvaluationOptions& options_;
    const std::function<void(std::size_t, std::size_t)>& progress_;
    std::span<const PictureShift> shifts_;
    std::map<std::string, std::size_t> groups_;
    std::mutex mutex_;
    std::size_t done_ = 0;
    std::set<std::string> skipped_;
};

double rounded(double value) {
    return std::round(value * 1e6) / 1e6;
}

ordered_json metrics_json(const Metrics& metrics) {
    ordered_json out = {{"n", metrics.n}, {"groups", metrics.groups}};
    const auto add = [&out](const char* name, const Estimate& estimate) {
        out[name] = rounded(estimate.value);
        out[std::string(name) + "_ci95"] = {rounded(estimate.ci95[0]), rounded(estimate.ci95[1])};
    };
    add("accuracy", metrics.accuracy);
    add("auc", metrics.auc);
    add("ece", metrics.ece);
    add("brier", metrics.brier);
    out["log_loss"] = rounded(metrics.log_loss);
    out["confusion"] = metrics.confusion;
    return out;
}

ordered_json training_json(const Dataset& dataset, const Split& split, const TrainOptions& options,
                           const FittedModel& fitted) {
    const auto& how = options.augmentation;
    ordered_json out = {{"split", split.description},
                        {"train_tiles", split.train.size()},
                        {"validation_tiles", split.validation.size()},
                        {"groups_known", dataset.has_groups},
                        {"leaking_groups", leaking_groups(dataset, split)},
                        {"epochs", fitted.report.epochs.size()},
                        {"best_epoch", fitted.report.best_epoch},
                        {"batch", options.batch},
                        {"learning_rate", learning_rate(options)},
                        {"weight_decay", options.weight_decay},
                        {"label_smoothing", options.label_smoothing},
                        {"seed", options.seed}};
    out["augmentation"] = {{"shear", how.shear},
                           {"zoom", how.zoom},
                           {"flip", how.flip},
                           {"right_angles", how.right_angles},
                           {"rotation_degrees", how.rotation_degrees},
                           {"stain", how.stain},
                           {"white_balance", how.white_balance},
                           {"brightness", how.brightness}};
    out["validation"] = metrics_json(fitted.cross_calibrated);
    out["skipped_pictures"] = fitted.report.skipped.size();
    return out;
}

}  // namespace

Evaluation evaluate_model(const ModelDirectory& model, const Dataset& dataset, std::span<const std::size_t> members,
                          const EvaluationOptions& options,
                          const std::function<void(std::size_t, std::size_t)>& progress) {
    return Evaluator(model, dataset, members, options, progress).run();
}

std::string to_json(const Evaluation& evaluation) {
    auto out = metrics_json(evaluation.metrics);
    if (!evaluation.shift.empty()) {
        out["shift"] = ordered_json::object();
        for (const auto& shift : evaluation.shift) {
            out["shift"][shift.name] = metrics_json(shift.metrics);
            out["shift"][shift.name]["description"] = shift.description;
        }
    }
    out["skipped"] = evaluation.skipped;
    return out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

FittedModel describe_fit(const Dataset& dataset, const Split& split, const TrainOptions& options,
                         const std::string& model_name, TrainReport report) {
    FittedModel fitted;
    fitted.report = std::move(report);
    if (fitted.report.best_epoch == 0) return fitted;
    fitted.weights = fitted.report.weights;
    const auto& validation = fitted.report.validation;
    fitted.uncalibrated = measure(validation, 1);
    fitted.cross_calibrated = measure(cross_calibrated(validation), 1);

    const auto& architecture = find_architecture(options.architecture);
    auto& config = fitted.config;
    config.name = model_name;
    config.architecture = architecture.name;
    config.class_names = dataset.class_names;
    config.patch_size_px = architecture.patch_size_px;
    config.spacing_um_px = architecture.spacing_um_px;
    config.transform = {{Transform::Kind::resize, architecture.patch_size_px, {}, {}}, {}};
    config.slidetype.emplace();
    config.slidetype->temperature = fit_temperature(validation);
    config.slidetype->training = training_json(dataset, split, options, fitted).dump();
    return fitted;
}

FittedModel fit_model(const Dataset& dataset, const Split& split, const TrainOptions& options,
                      const std::string& model_name, const TrainCallbacks& callbacks) {
    return describe_fit(dataset, split, options, model_name, train_network(dataset, split, options, callbacks));
}

}  // namespace slidetype

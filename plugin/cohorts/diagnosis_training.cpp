#include "plugin/cohorts/diagnosis_training.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "base/atomic_file.h"
#include "base/error.h"
#include "model/backends/self_test.h"
#include "model/heads/head_aggregator.h"
#include "model/network/heads_config.h"
#include "plugin/cohorts/cohort_evaluation.h"
#include "plugin/results/text.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;

/// A tile of a model whose encoder is not known, which is never cut: config.json needs some number.
constexpr int kUnknownPatch = 256;
constexpr double kUnknownSpacing = 0.5;

std::vector<TeachingBag> teaching_bags(const Cohort& cohort, const CohortFolds& folds) {
    std::map<std::string, std::size_t> patients;
    std::vector<TeachingBag> bags;
    for (std::size_t i = 0; i < cohort.slides.size(); ++i) {
        const auto& slide = cohort.slides[i];
        const auto patient = patients.try_emplace(slide.patient, patients.size()).first->second;
        const int fold = folds.fold[i];
        if (fold < 0) continue;
        bags.push_back({i, slide.label, patient, fold < folds.folds ? fold : -1});
    }
    return bags;
}

/// The held-out logits as cases.
std::vector<LabelledCase> held_out_slides(const Cohort& cohort, const std::vector<TeachingBag>& bags,
                                          const HeadReport& report) {
    std::vector<LabelledCase> slides;
    for (const auto& held : report.held_out) {
        const auto& slide = cohort.slides[bags[held.bag].bag];
        slides.push_back({slide.name, slide.patient, slide.site, slide.label, held.logit});
    }
    return slides;
}

nlohmann::ordered_json training_summary(const LearnedHeads& learned, const CohortBags& bags) {
    const auto& slides = bags.cohort.slides;
    const auto count = [&](int label) { return std::ranges::count(slides, label, &CohortSlide::label); };
    nlohmann::ordered_json out = {{"from", "diagnoses"},
                                  {"slides", {{"LUAD", count(0)}, {"LUSC", count(1)}}},
                                  {"folds", learned.folds.description},
                                  {"epochs", learned.report.epochs.size()},
                                  {"seed", learned.options.seed}};
    if (learned.figures) {
        const auto& patients = learned.figures->patients.metrics;
        const auto figure = [](const Estimate& estimate) -> nlohmann::ordered_json {
            return std::isfinite(estimate.value) ? nlohmann::ordered_json(std::round(estimate.value * 1e4) / 1e4)
                                                 : nlohmann::ordered_json();
        };
        out["out_of_fold"] = {{"patients", patients.n},
                              {"auc", figure(patients.auc)},
                              {"balanced_accuracy", figure(patients.balanced_accuracy)}};
    }
    return out;
}

ModelConfig config_of(const LearnedHeads& learned, const CohortBags& bags, const std::string& name,
                      const std::string& good_for) {
    const auto& encoder = bags.encoder;
    ModelConfig config;
    config.name = name;
    config.architecture = kHeadsArchitecture;
    config.class_names = bags.cohort.class_names;
    config.patch_size_px = encoder.patch_size_px > 0 ? encoder.patch_size_px : kUnknownPatch;
    config.spacing_um_px = encoder.spacing_um_px > 0 ? encoder.spacing_um_px : kUnknownSpacing;
    config.transform = {{}};
    auto& ours = config.slidetype.emplace();
    auto& heads = ours.heads.emplace();
    heads.attention = learned.report.heads.front().shape().pooling == Pooling::attention;
    heads.heads = learned.report.heads.size();
    heads.encoder = encoder;
    heads.encoder.patch_size_px = config.patch_size_px;
    heads.encoder.spacing_um_px = config.spacing_um_px;
    ours.temperature = learned.temperature;
    ours.training = training_summary(learned, bags).dump();
    ours.good_for = good_for;
    return config;
}

}  // namespace

LearnedHeads learn_from_diagnoses(const CohortBags& bags, const CohortFoldOptions& folds, const HeadOptions& options,
                                  const HeadCallbacks& callbacks) {
    LearnedHeads learned;
    learned.folds = make_cohort_folds(bags.cohort, folds);
    learned.options = options;
    const auto teaching = teaching_bags(bags.cohort, learned.folds);
    learned.report = train_heads(teaching, *bags.store, options, callbacks);
    if (learned.report.stopped_early || learned.report.held_out.empty()) return learned;
    learned.slides = held_out_slides(bags.cohort, teaching, learned.report);
    learned.patients = mean_of_slides(learned.slides);
    learned.temperature = fit_case_temperature(learned.patients);
    MeasureOptions measure;
    measure.temperature = learned.temperature;
    learned.figures = measure_calls(learned.slides, learned.patients, measure);
    return learned;
}

std::string folds_csv(const Cohort& cohort, const CohortFolds& folds) {
    // A part that validates is one fold, which a table says by `split`.
    const bool by_part = std::ranges::count(folds.fold, folds.folds) > 0;
    std::string text = "slide,label,patient,site,fold,split\n";
    for (std::size_t i = 0; i < cohort.slides.size(); ++i) {
        const auto& slide = cohort.slides[i];
        const int fold = folds.fold[i];
        const bool validates = fold >= 0 && fold < folds.folds;
        const auto number = validates && !by_part ? std::to_string(fold) : std::string();
        const auto* part = fold < 0 ? "test" : by_part && validates ? "validation" : "train";
        const auto file = slide.file.empty() ? slide.features : slide.file;
        text += fmt::format("{},{},{},{},{},{}\n", csv_field(file.filename().string()), label_name(slide.label),
                            csv_field(slide.patient), csv_field(slide.site), number, part);
    }
    return text;
}

std::vector<SlideEnds> ends_out_of_fold(const LearnedHeads& learned, const CohortBags& bags, int threads,
                                        const std::function<void(std::size_t, std::size_t)>& done) {
    std::vector<std::unique_ptr<Aggregator>> heads;
    for (const auto& head : learned.report.heads) {
        heads.push_back(make_head_aggregator({head}, learned.temperature, bags.cohort.source));
    }
    const auto whose = [&](std::size_t slide) -> const Aggregator* {
        const int fold = learned.folds.fold[slide];
        return fold >= 0 && fold < learned.folds.folds ? heads[static_cast<std::size_t>(fold)].get() : nullptr;
    };
    return ends_of_cohort(bags, whose, threads, done);
}

void write_learned_model(const LearnedHeads& learned, const CohortBags& bags, const fs::path& folder,
                         const std::string& name, const std::string& good_for) {
    create_folders(folder);
    // An older model must not look complete while this one is written.
    std::error_code error;
    fs::remove(folder / "config.json", error);
    auto config = config_of(learned, bags, name, good_for);
    take_encoder_along(config, folder);
    if (!learned.slides.empty()) write_file(folder / "out_of_fold.csv", calls_csv(learned.slides, learned.temperature));
    write_file(folder / "folds.csv", folds_csv(bags.cohort, learned.folds));
    write_heads_directory(folder, config, heads_to_tensors(learned.report.heads));
    if (!config.slidetype->heads->encoder.path.empty()) attach_self_test(folder);
}

}  // namespace slidetype

#include "model/learning/evaluation.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <numeric>

#include "base/error.h"
#include "base/random.h"
#include "tests/model/tile_pictures.h"
#include "tests/support.h"

namespace slidetype {
namespace {

using nlohmann::json;

Dataset named_groups() {
    Dataset dataset;
    dataset.class_names = {"LUAD", "LUSC"};
    dataset.has_groups = true;
    for (const std::string group : {"clean", "clean", "bad", "bad", "mixed", "mixed"}) {
        LabelledTile tile;
        tile.file = "x.png", tile.group = group;
        dataset.tiles.push_back(std::move(tile));
    }
    dataset.tiles[5].label = 1;
    return dataset;
}

TEST(GroupFigures, AreWorstFirstAndPerClass) {
    const auto dataset = named_groups();
    const std::vector<Scored> scored = {{-2, 0, 0, 0}, {-3, 0, 0, 1}, {2, 0, 1, 2},
                                        {-1, 0, 1, 3}, {-1, 0, 2, 4}, {1, 1, 2, 5}};
    const auto groups = group_figures(dataset, scored);
    ASSERT_EQ(groups.size(), 4U) << "a group of two classes has a row for each";
    EXPECT_EQ(groups[0].group, "bad");
    EXPECT_EQ(groups[0].n, 2U);
    EXPECT_DOUBLE_EQ(groups[0].accuracy, 0.5);
    EXPECT_NEAR(groups[0].mean_p_truth, (1 - calibrated(2, 1) + calibrated(1, 1)) / 2, 1e-12);
    EXPECT_EQ(groups[1].group, "mixed");
    EXPECT_EQ(groups[1].label, 0);
    EXPECT_EQ(groups[2].label, 1);
    EXPECT_EQ(groups[3].group, "clean");
}

TEST(EvaluationJson, KeepsItsKeysAndGivesNullForWhatIsUndefined) {
    Evaluation evaluation;
    evaluation.metrics = measure(std::vector<Scored>{{2, 1, 0}, {-1, 1, 1}}, 1, 10);
    evaluation.gate = measure_gate(std::vector<Scored>{{2, 1, 0}, {-1, 0, 1}}, 1, 0.25, 10);
    evaluation.unfamiliar = {{kBenignLabel, 4, {0.25, {0, 0.5}}}};
    evaluation.shift.push_back({{}, "blur", "a \"blur\""});
    const auto out = json::parse(to_json(evaluation));
    EXPECT_EQ(out["n"], 2);
    for (const std::string key : {"accuracy", "auc", "ece", "brier", "balanced_accuracy", "sensitivity_LUAD",
                                  "specificity_LUAD", "sensitivity_LUSC", "specificity_LUSC", "log_loss"}) {
        EXPECT_TRUE(out.contains(key)) << key;
        EXPECT_EQ(out[key + "_ci95"].size(), 2U) << key;
    }
    EXPECT_TRUE(out["sensitivity_LUAD"].is_null());
    EXPECT_EQ(out["sensitivity_LUSC"], 0.5);
    EXPECT_EQ(out["gate"]["specificity"], 0);
    EXPECT_EQ(out["unfamiliar"]["benign"]["share"], 0.25);
    EXPECT_EQ(out["shift"]["blur"]["description"], "a \"blur\"");
    EXPECT_FALSE(out.contains("by_group"));
    const std::vector<GroupFigures> groups = {{"g1", 1, 3, 0.5, 0.4}};
    EXPECT_EQ(json::parse(to_json(evaluation, groups))["by_group"][0]["class"], "LUSC");
}

/// A report of a training whose logits are three times too sure.
TrainReport overconfident(bool gate) {
    TrainReport report;
    report.best_epoch = 1;
    report.epochs.resize(1);
    Random random(3);
    for (std::size_t i = 0; i < 3000; ++i) {
        const double logit = random.uniform(-4, 4);
        const Scored scored{static_cast<float>(3 * logit), random.uniform() < calibrated(logit, 1) ? 1 : 0, i / 3, i};
        report.validation.push_back(scored);
        if (gate) report.gate_validation.push_back(scored);
    }
    return report;
}

TEST(DescribeFit, FitsTheTemperaturesAndTheThresholdOfTheGate) {
    Dataset dataset;
    dataset.class_names = {"LUAD", "LUSC"};
    const auto fitted = describe_fit(dataset, {}, {}, "test", overconfident(true));
    const auto& ours = *fitted.config.slidetype;
    EXPECT_NEAR(ours.temperature, 3, 0.3);
    ASSERT_TRUE(ours.gate);
    EXPECT_NEAR(ours.gate->temperature, 3, 0.3);
    EXPECT_LE(ours.gate->threshold, 0.5);
    ASSERT_TRUE(fitted.gate);
    EXPECT_GE(fitted.gate->sensitivity.value, 0.99);
    const auto training = json::parse(ours.training);
    EXPECT_TRUE(training["validation"]["gate"]["auc"].is_number());
    EXPECT_LT(fitted.cross_calibrated.ece.value, fitted.uncalibrated.ece.value);
}

TEST(DescribeFit, WritesNoGateWhereNoneWasTrained) {
    Dataset dataset;
    dataset.class_names = {"LUAD", "LUSC"};
    const auto fitted = describe_fit(dataset, {}, {}, "test", overconfident(false));
    EXPECT_FALSE(fitted.gate);
    EXPECT_FALSE(fitted.config.slidetype->gate);
}

#ifdef SLIDETYPE_HAVE_OPENCV

class EvaluateModel : public ::testing::Test {
  protected:
    EvaluateModel() {
        testing::write_striped_folders(folder / "data", 112, 3);
        dataset = read_dataset(folder / "data");
        for (const std::size_t member : {0U, 3U}) dataset.tiles[member].label = kBenignLabel;
        members.resize(dataset.tiles.size());
        std::iota(members.begin(), members.end(), std::size_t{0});
    }

    /// A model whose gate gives P(tumour) = 0.5 for any picture.
    ModelDirectory gated_model(double threshold) const {
        auto model = testing::write_random_model(folder / "plain", "compact", 1);
        for (const auto& spec : gate_tensors_of(find_architecture("compact"))) {
            model.weights[spec.name] = {spec.shape, std::vector<float>(spec.elements())};
        }
        model.config.slidetype->gate = GateConfig{1, threshold};
        write_model_directory(folder / "gated", model.config, model.weights, StorageType::f32);
        return read_model_directory(folder / "gated");
    }

    testing::TemporaryFolder folder;
    Dataset dataset;
    std::vector<std::size_t> members;
};

TEST_F(EvaluateModel, LeavesBenignPicturesOutOfTheTwoClassFigures) {
    const auto model = testing::write_random_model(folder / "plain", "compact", 1);
    const auto evaluation = evaluate_model(model, dataset, members, {});
    EXPECT_EQ(evaluation.metrics.n, 4U);
    EXPECT_EQ(evaluation.benign_left_out, 2U);
    EXPECT_FALSE(evaluation.gate);
    for (const auto& each : evaluation.scored) {
        EXPECT_EQ(dataset.tiles[each.tile].label, each.label);
        EXPECT_NE(each.label, kBenignLabel);
    }
}

TEST_F(EvaluateModel, MeasuresTheGateAtTheModelsThreshold) {
    const auto open = evaluate_model(gated_model(0.4), dataset, members, {});
    ASSERT_TRUE(open.gate);
    EXPECT_EQ(open.gate->tumour, 4U);
    EXPECT_EQ(open.gate->benign, 2U);
    EXPECT_EQ(open.gate->sensitivity.value, 1);
    EXPECT_EQ(open.gate->specificity.value, 0);
    EXPECT_EQ(open.gate->auc.value, 0.5);
    const auto shut = evaluate_model(gated_model(0.6), dataset, members, {});
    EXPECT_EQ(shut.gate->sensitivity.value, 0);
    EXPECT_EQ(shut.gate->specificity.value, 1);
    EXPECT_EQ(shut.metrics.n, 4U) << "the gate takes no part in LUAD against LUSC";
}

TEST_F(EvaluateModel, NumbersGroupsOfTheWholeDatasetSoThatFoldsCanBePooled) {
    const auto model = testing::write_random_model(folder / "plain", "compact", 1);
    const std::vector<std::size_t> first = {1, 2}, second = {4, 5};
    auto pooled = evaluate_model(model, dataset, first, {}).scored;
    const auto more = evaluate_model(model, dataset, second, {}).scored;
    pooled.insert(pooled.end(), more.begin(), more.end());
    EXPECT_EQ(measure(pooled, 1, 0).groups, 4U);
}

TEST_F(EvaluateModel, GivesTheScoredPicturesOfEveryShift) {
    const auto model = testing::write_random_model(folder / "plain", "compact", 1);
    EvaluationOptions options;
    options.shifts = true;
    const auto evaluation = evaluate_model(model, dataset, members, options);
    ASSERT_FALSE(evaluation.shift.empty());
    for (const auto& shift : evaluation.shift) {
        ASSERT_EQ(shift.scored.size(), evaluation.scored.size()) << shift.name;
        for (std::size_t i = 0; i < shift.scored.size(); ++i) {
            EXPECT_EQ(shift.scored[i].tile, evaluation.scored[i].tile);
        }
    }
}

TEST_F(EvaluateModel, RefusesDataWithoutTumourPictures) {
    const auto model = testing::write_random_model(folder / "plain", "compact", 1);
    const std::vector<std::size_t> benign = {0, 3};
    EXPECT_THROW(evaluate_model(model, dataset, benign, {}), Error);
}

#endif

}  // namespace
}  // namespace slidetype

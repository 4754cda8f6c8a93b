#include "model/learning/call_figures_json.h"

#include <gtest/gtest.h>

namespace slidetype {
namespace {

std::vector<LabelledCase> json_cohort() {
    std::vector<LabelledCase> slides;
    for (int i = 0; i < 24; ++i) {
        const auto number = std::to_string(i);
        const double logit = (i % 2 == 1 ? 1.0 : -1.0) * (i % 5 == 0 ? -0.5 : 2) + 0.01 * i;
        slides.push_back({"s" + number, "p" + number, i < 20 ? "A" : "B", i % 2, logit});
    }
    return slides;
}

TEST(FiguresJson, HasTheKeysThatScriptsRelyOn) {
    const auto slides = json_cohort();
    const auto figures = measure_calls(slides, mean_of_slides(slides), {.temperature = 2, .rounds = 100});
    const auto json = figures_json(figures);
    for (const auto* part : {"slides", "patients"}) {
        for (const auto* key : {"auc", "balanced_accuracy", "sensitivity_LUSC", "specificity_LUSC", "calibration_slope",
                                "calibration_intercept", "calibration_in_the_large", "brier", "ece"}) {
            ASSERT_TRUE(json[part].contains(key)) << part << key;
            EXPECT_EQ(json[part][std::string(key) + "_ci95"].size(), 2U) << key;
        }
        EXPECT_EQ(json[part]["n"], 24);
        EXPECT_EQ(json[part]["patients"], 24);
        EXPECT_EQ(json[part]["of_class"]["LUSC"], 12);
    }
    EXPECT_NEAR(json["patients"]["auc"].get<double>(), figures.patients.metrics.auc.value, 1e-6);
    EXPECT_TRUE(json["patients"]["ece"].is_null()) << "too few cases";
    EXPECT_TRUE(json["patients"]["ece_ci95"][0].is_null());
    EXPECT_TRUE(json["conformal"].is_null());
    EXPECT_TRUE(json["patients"]["said"].is_null());
    EXPECT_EQ(json["temperature"], 2);
    EXPECT_EQ(json["coverage"][0]["coverage"], 1);
    EXPECT_EQ(json["coverage"][0]["n"], 24);
    EXPECT_TRUE(json["coverage"][0].contains("error_ci95"));
    ASSERT_EQ(json["sites"].size(), 2U);
    EXPECT_EQ(json["sites"][0]["site"], "A");
    EXPECT_FALSE(json["sites"][0].contains("note"));
    EXPECT_EQ(json["sites"][1]["note"], "too few patients of a class");
    EXPECT_EQ(json.dump().find("nan"), std::string::npos);
}

TEST(FiguresJson, HasWhatStatedErrorsCameToAndWhatEachHeadIsWorth) {
    auto slides = json_cohort();
    auto figures = measure_calls(slides, mean_of_slides(slides), {.rounds = 0});
    EXPECT_TRUE(figures_json(figures)["trials"].empty());
    EXPECT_NE(figures_json(figures)["trials_note"].get<std::string>().find("needs 40 patients"), std::string::npos);
    EXPECT_TRUE(figures_json(figures)["heads"].empty());

    for (int i = 24; i < 100; ++i) {
        const auto number = std::to_string(i);
        slides.push_back({"s" + number, "p" + number, "A", i % 2, (i % 2 == 1 ? 1.0 : -1.0) * (i % 7 == 0 ? -1 : 1)});
    }
    const auto patients = mean_of_slides(slides);
    figures = measure_calls(slides, patients, {.rounds = 0});
    auto wrong = slides;
    for (auto& each : wrong) each.logit = each.label == 1 ? -1 : 1;
    figures.heads = {measure_head(slides, patients, 1), measure_head(wrong, mean_of_slides(wrong), 1)};
    const auto json = figures_json(figures);
    EXPECT_TRUE(json["trials_note"].is_null());
    ASSERT_EQ(json["trials"].size(), 3U);
    const auto& trial = json["trials"][1];
    EXPECT_EQ(trial["stated"], 0.1);
    EXPECT_EQ(trial["splits"], 200);
    for (const auto* key : {"calibration", "tried", "missed", "deviation", "expected"}) {
        EXPECT_TRUE(trial["LUSC"].contains(key)) << key;
    }
    EXPECT_TRUE(trial.contains("called") && trial.contains("wrong_of_called"));
    ASSERT_EQ(json["heads"].size(), 2U);
    EXPECT_NEAR(json["heads"][0]["patients"]["auc"].get<double>(), figures.patients.metrics.auc.value, 1e-6);
    EXPECT_EQ(json["heads"][1]["slides"]["auc"], 0);
    EXPECT_EQ(json["heads"][1]["slides"]["balanced_accuracy"], 0);
}

TEST(FiguresJson, KeepsEveryDigitOfThresholds) {
    const auto slides = json_cohort();
    const ConformalThresholds thresholds{0.05, {0.12345678901234567, 0.5}, {21, 22}};
    const auto figures = measure_calls(slides, mean_of_slides(slides), {.conformal = thresholds, .rounds = 0});
    const auto json = nlohmann::ordered_json::parse(figures_json(figures).dump());
    EXPECT_EQ(json["conformal"]["error"], 0.05);
    EXPECT_EQ(json["conformal"]["LUAD"]["q"].get<double>(), thresholds.q[0]);
    EXPECT_EQ(json["conformal"]["LUSC"]["n"], 22);
    const auto& said = json["patients"]["said"];
    int all = 0;
    for (const auto* truth : {"LUAD", "LUSC"}) {
        for (const auto* set : {"LUAD", "LUSC", "either", "none"}) all += said["count"][truth][set].get<int>();
    }
    EXPECT_EQ(all, 24);
    EXPECT_TRUE(said.contains("called") && said.contains("wrong_of_called") && said.contains("missed_LUSC_ci95"));
}

}  // namespace
}  // namespace slidetype

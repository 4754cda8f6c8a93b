#include "plugin/results/label_figures.h"

#include <gtest/gtest.h>

#include <cmath>

namespace slidetype {
namespace {

TEST(LabelFigures, AreAbsentWithoutLabels) {
    const std::vector<LabelledCall> calls = {{"", "LUAD", 0.1, ""}};
    EXPECT_FALSE(measure_calls(calls));
}

TEST(LabelFigures, CountWhatWasCalledAndSetTheRestApart) {
    const std::vector<LabelledCall> calls = {
        {"LUAD", "LUAD", 0.1, "p1"},        {"LUAD", "LUSC", 0.8, "p2"},
        {"LUAD", "mixed", 0.5, "p3"},       {"LUSC", "LUSC", 0.9, "p4"},
        {"LUSC", "LUSC", 1.0, "p5"},        {"LUSC", "indeterminate", 0.6, "p6"},
        {"LUSC", "insufficient", {}, "p7"}, {"LUSC", "", {}, "p8"},
        {"benign", "LUAD", 0.2, "p9"},      {"", "LUAD", 0.3, ""},
    };
    const auto figures = measure_calls(calls).value();
    EXPECT_EQ(figures.labelled, 8U);
    EXPECT_EQ(figures.other_labels, 1U);
    EXPECT_EQ(figures.called, 4U);
    EXPECT_DOUBLE_EQ(figures.accuracy->value, 0.75);
    const std::array<std::size_t, 6> luad = {1, 1, 1, 0, 0, 0}, lusc = {0, 2, 0, 1, 1, 1};
    EXPECT_EQ(figures.confusion[0], luad);
    EXPECT_EQ(figures.confusion[1], lusc);
    // LUAD 0.1 0.8 0.5, LUSC 0.9 1.0 0.6: eight of nine pairs are in order.
    EXPECT_NEAR(figures.auc->value, 8.0 / 9, 1e-12);
}

TEST(LabelFigures, HaveIntervalsOverPatients) {
    std::vector<LabelledCall> calls;
    calls.reserve(20);
    for (int i = 0; i < 20; ++i) calls.push_back({"LUAD", i < 10 ? "LUAD" : "LUSC", 0.4, i < 10 ? "a" : "b"});
    const auto two = measure_calls(calls).value();
    for (int i = 0; i < 20; ++i) calls[static_cast<std::size_t>(i)].patient.clear();
    const auto twenty = measure_calls(calls).value();
    EXPECT_EQ(two.accuracy->ci95[0], 0) << "two patients tell little";
    EXPECT_GT(twenty.accuracy->ci95[0], 0.2);
    EXPECT_FALSE(two.auc) << "no LUSC";
}

TEST(LabelFigures, AreWrittenWithWhatIsKnown) {
    EXPECT_EQ(estimate_text({}), "–");
    EXPECT_EQ(estimate_text(Estimate{0.5, {0.25, 0.75}}), "0.500 (0.250 to 0.750)");
    EXPECT_EQ(estimate_text(Estimate{0.5, {NAN, NAN}}), "0.500");
}

}  // namespace
}  // namespace slidetype

#include "bench/cross_validation/card.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "base/error.h"
#include "bench/cross_validation/card_tables.h"
#include "bench/cross_validation/card_text.h"

namespace slidetype::bench {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::filesystem::path kSource = SLIDETYPE_SOURCE_DIR;

MethodFigures method(const std::string& label, double accuracy, double worst) {
    MethodFigures out;
    out.label = label;
    out.is_network = !label.starts_with("colour");
    out.parameters = 700'000;
    out.pooled.emplace();
    out.pooled->accuracy = {accuracy, {accuracy - 0.02, accuracy + 0.02}};
    out.pooled->ece.value = 0.05;
    out.folds.assign(2, *out.pooled);
    out.shifts = {{"blur", "Gaussian blur", {worst, {}}, 0, 0}, {"darker", "less light", {accuracy, {}}, 0, 0}};
    for (std::size_t tile = 0; tile < 100; ++tile) {
        out.scored.push_back({tile < static_cast<std::size_t>(accuracy * 100 + 0.5) ? 1.0F : -1.0F, 1, tile / 2, tile});
    }
    return out;
}

CardInput two_methods() {
    CardInput input;
    input.methods = {method("compact", 0.96, 0.955), method("colour-forest", 0.9, 0.6)};
    input.folds = 2;
    return input;
}

TEST(Card, SaysByHowMuchAGoalIsMissed) {
    const auto goals = goals_table(two_methods());
    EXPECT_THAT(goals, HasSubstr("97 % or more | 96.0 % | **missed** (-1.0 points)"));
    EXPECT_THAT(goals, HasSubstr("no shift below 95 % | 95.5 % | met (+0.5 points)"));
    EXPECT_THAT(goals, HasSubstr("0.03 or less | 0.050 | **missed** by 0.020"));
    EXPECT_THAT(goals, HasSubstr("700 000 | met"));
    EXPECT_THAT(goals, HasSubstr("96.7 % or more | not run | open"));
}

TEST(Card, WhatWasNotRunIsNeverANumber) {
    auto input = two_methods();
    input.methods[0].pooled.reset();
    input.methods[0].shifts.clear();
    input.methods[0].folds[1].reset();
    EXPECT_THAT(figures_table(input), HasSubstr("not run (1 of 2 folds)"));
    input.methods[0].by_cluster = {{"aca0", 10, 2, 0.5}};
    EXPECT_THAT(figures_table(input), HasSubstr("not run (1 of 16 clusters)"));
    EXPECT_THAT(goals_table(input), Not(HasSubstr("0.0 %")));
    EXPECT_THAT(folds_table(input), HasSubstr("| fold 1 | not run | 90.0 % |"));
    EXPECT_EQ(paired_table(input), "not run\n");
    EXPECT_THAT(clusters_table(input), HasSubstr("| aca0 (10 pictures, 2 groups) | 50.0 % |"));
    EXPECT_EQ(shift_details_table(input), "not run\n");
    EXPECT_EQ(gate_table(input), "not run\n");
}

TEST(Card, ANetworkIsComparedWithTheBestColourMethod) {
    auto clear = two_methods();
    clear.methods[1] = method("colour-forest", 0.7, 0.6);
    const auto table = paired_table(clear);
    EXPECT_THAT(table, HasSubstr("`compact` - `colour-forest` | +26.0 | +26.0 | +26.0 ("));
    EXPECT_THAT(table, HasSubstr("| yes |"));
    auto even = two_methods();
    even.methods[1] = method("colour-forest", 0.96, 0.6);
    EXPECT_THAT(paired_table(even), HasSubstr("| **no** |"));
}

TEST(Card, ShiftsAreShownForEveryMethodAndCalibrationForNetworks) {
    const auto input = two_methods();
    EXPECT_THAT(shifts_table(input), HasSubstr("| Gaussian blur | 95.5 % (0.0 to 0.0) | 60.0 % (0.0 to 0.0) |"));
    EXPECT_THAT(shift_details_table(input), HasSubstr("| AUC / ECE | `compact` |"));
    EXPECT_THAT(shift_details_table(input), HasSubstr("| less light | 0.000 / 0.000 |"));
}

TEST(Card, ReplacesEveryNameAndRefusesOneThatItDoesNotKnow) {
    auto input = two_methods();
    input.pictures = 7936;
    EXPECT_EQ(render_card("of {{pictures}} by {{default}}.\n", input), "of 7 936 by compact.\n");
    EXPECT_EQ(render_card("{{scanner_slides}}\n{{backends}}\nend\n", input), "Not run.\nNot run.\nend\n");
    EXPECT_THROW(render_card("{{accuracy}}", input), Error);
}

TEST(CardText, NumbersReadWell) {
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(14'839'105), "14 839 105");
    EXPECT_EQ(percent(Estimate{0.9567, {0.9, 0.9999}}), "95.7 % (90.0 to 100.0)");
    EXPECT_EQ(points(-0.0001), "+0.0 points");
    EXPECT_EQ(points(-0.013), "-1.3 points");
}

TEST(ModelCard, IsWhatTheStoredResultsSay) {
    const auto input = read_card_input({kSource / "bench/results"}, kSource / "model/pretrained");
    const auto rendered = render_card(read_file(kSource / "bench/cross_validation/model-card.md.in"), input);
    EXPECT_EQ(rendered, read_file(kSource / "docs/model-card.md")) << "Run `make model-card`.";
}

}  // namespace
}  // namespace slidetype::bench

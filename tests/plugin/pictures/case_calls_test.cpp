#include "plugin/pictures/case_calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "tests/plugin/gated_model.h"
#include "tests/support.h"

namespace slidetype {
namespace {

using ::testing::HasSubstr;

ModelDirectory our_model() {
    ModelDirectory model;
    model.config.class_names = {"LUAD", "LUSC"};
    model.config.name = "ours";
    return model;
}

ScoreRow picture(double p_lusc, TileStatus status = TileStatus::ok, double field_um = 128) {
    ScoreRow row;
    row.case_name = "one";
    row.width = row.height = 100;
    row.spacing_um_px = field_um / 100;
    row.status = status;
    row.probabilities = {1 - p_lusc, p_lusc};
    row.tiles = 1, row.voting_tiles = status == TileStatus::ok ? 1 : 0;
    return row;
}

CaseCall call(const std::vector<ScoreRow>& rows) {
    return call_cases({{"LUAD", "LUSC"}, true, true, rows}, our_model()).at(0);
}

TEST(CaseCalls, CallsACaseWhosePicturesAgree) {
    const auto lusc = call(std::vector<ScoreRow>(8, picture(0.95)));
    EXPECT_EQ(lusc.label, CallLabel::lusc);
    EXPECT_NEAR(*lusc.prob_lusc, 0.95, 1e-6);
    EXPECT_GT((*lusc.ci95)[0], 0.5);
    EXPECT_THAT(lusc.reason, HasSubstr("over pictures"));
    EXPECT_EQ(call(std::vector<ScoreRow>(8, picture(0.05))).label, CallLabel::luad);
}

TEST(CaseCalls, MakesNoCallOfACaseThatAsAWholeIsUnlikeWhatTheModelWasMadeFrom) {
    std::vector<ScoreRow> rows(8, picture(0.95));
    EXPECT_FALSE(call(rows).known) << "the model cannot tell";
    auto model = our_model();
    model.domain = testing::material_of();
    EXPECT_FALSE(call_cases({{"LUAD", "LUSC"}, true, true, rows}, model).at(0).known) << "nothing was looked at";
    for (auto& row : rows) row.traits.emplace(), row.traits_tiles = 1;
    const auto known = call_cases({{"LUAD", "LUSC"}, true, true, rows}, model).at(0);
    EXPECT_EQ(known.known, true);
    EXPECT_EQ(known.label, CallLabel::lusc);

    // Each alone differs no more than one picture may; all together they do.
    for (auto& row : rows) row.traits->fill(0.5);
    for (std::size_t t = 0; t < kTraits; ++t) model.domain[0].within[t * kTraits + t] = 0.1;
    EXPECT_TRUE(judge_domain(model.domain, *rows[0].traits, 1).known);
    const auto refused = call_cases({{"LUAD", "LUSC"}, true, true, rows}, model).at(0);
    EXPECT_EQ(refused.known, false);
    EXPECT_EQ(refused.label, CallLabel::indeterminate);
    EXPECT_THAT(refused.reason, HasSubstr("This case does not look like"));
    const auto called = call_cases({{"LUAD", "LUSC"}, true, true, rows}, model, true, false).at(0);
    EXPECT_EQ(called.label, CallLabel::lusc);
    EXPECT_FALSE(called.supported);
    EXPECT_THAT(called.reason, HasSubstr("Unsupported: this case"));
}

TEST(CaseCalls, DoesNotKnowWithOnePictureOrWithPicturesThatDisagree) {
    const auto single = call({picture(0.99)});
    EXPECT_EQ(single.label, CallLabel::indeterminate);
    EXPECT_FALSE(single.ci95);
    EXPECT_THAT(single.reason, HasSubstr("Only one picture votes"));
    EXPECT_EQ(call({picture(0.99), picture(0.98)}).label, CallLabel::indeterminate);
    EXPECT_EQ(call({picture(0.9), picture(0.1), picture(0.9), picture(0.1)}).label, CallLabel::indeterminate);
}

TEST(CaseCalls, LeavesOutWhatDoesNotVote) {
    std::vector<ScoreRow> rows(6, picture(0.95));
    rows.push_back(picture(0.1, TileStatus::benign));
    rows.push_back(picture(0.1, TileStatus::unfamiliar));
    const auto lusc = call(rows);
    EXPECT_EQ(lusc.label, CallLabel::lusc);
    EXPECT_NEAR(*lusc.prob_lusc, 0.95, 1e-6);
    EXPECT_THAT(lusc.reason, HasSubstr("1 of 8 pictures do not look like tumour. One is unfamiliar"));
    EXPECT_EQ(call({picture(0.1, TileStatus::benign)}).label, CallLabel::insufficient);
    const auto strange =
        call({picture(0.9), picture(0.1, TileStatus::unfamiliar), picture(0.1, TileStatus::unfamiliar)});
    EXPECT_EQ(strange.label, CallLabel::indeterminate);
    EXPECT_THAT(strange.reason, HasSubstr("2 of 3 pictures look unlike"));
    ScoreRow gone;
    gone.case_name = "one", gone.status = TileStatus::read_error;
    EXPECT_THAT(call({gone}).reason, HasSubstr("No picture could be scored"));
}

TEST(CaseCalls, CallsLargePhotographsOfBothClassesMixed) {
    EXPECT_EQ(call({picture(0.95, TileStatus::ok, 1000), picture(0.05, TileStatus::ok, 1000)}).label, CallLabel::mixed);
}

TEST(CaseCalls, WeighsPicturesByHowSurelyTheyAreTumourUnlessTheGateIsOff) {
    std::vector<ScoreRow> rows(4, picture(0.9));
    for (int k = 0; k < 4; ++k) rows.push_back(picture(0.1));
    for (std::size_t k = 0; k < rows.size(); ++k) rows[k].tumour = k < 4 ? 1.0 : 0.25;
    EXPECT_NEAR(*call(rows).prob_lusc, (4 * 0.9 + 0.1) / 5, 1e-6);
    EXPECT_NEAR(*call_cases({{"LUAD", "LUSC"}, true, true, rows}, our_model(), false).at(0).prob_lusc, 0.5, 1e-6);
}

/// Cut into tiles that all vote, and that say so before they are calibrated.
ScoreRow photograph(double mean_prob_lusc, double border_share, double certainty) {
    auto row = picture(0.5);
    row.tiles = row.voting_tiles = 40;
    row.tumour = 0.25;  // of all tiles, which is not what it weighs
    row.vote.emplace();
    row.vote->mean_prob_lusc = mean_prob_lusc, row.vote->border_share = border_share;
    row.vote->voting_mm2 = 0.6, row.vote->tumour_mm2 = certainty * 0.6;
    return row;
}

TEST(CaseCalls, AnEqualVoteIsGivenToAPhotographForWhatItsTilesWeigh) {
    const std::vector<ScoreRow> rows = {photograph(0.9, 0.2, 0.6), photograph(0.2, 0.5, 0.3)};
    EXPECT_NEAR(*call(rows).prob_lusc, (0.6 * 0.9 + 0.3 * 0.2) / 0.9, 1e-6);
}

TEST(CaseCalls, AreCalibratedOnce) {
    auto model = our_model();
    model.config.slidetype.emplace();
    model.config.slidetype->call.emplace();
    model.config.slidetype->call->vote = VoteCalibration{-3, 6, 0.5};
    const auto calls = call_cases({{"LUAD", "LUSC"}, true, true, {photograph(0.7, 0.2, 0.6)}}, model);
    EXPECT_NEAR(*calls.at(0).prob_lusc, slide_probability(0.7, 0.2, model.config.slidetype->call->vote), 1e-6);
}

TEST(CaseCalls, KeepsCasesApartAndWritesThem) {
    auto other = picture(0.2);
    other.case_name = "two, or so";
    const auto cases = call_cases({{"LUAD", "LUSC"}, true, true, {picture(0.9), other}}, our_model());
    ASSERT_EQ(cases.size(), 2U);
    const testing::TemporaryFolder folder;
    write_cases(cases, {"LUAD", "LUSC"}, folder / "cases.csv");
    const auto text = read_file(folder / "cases.csv");
    EXPECT_THAT(
        text,
        HasSubstr("case,pictures,ok,benign,unfamiliar,background,read_error,mean_prob_LUAD,mean_prob_LUSC,"
                  "ci95_low,ci95_high,call,reason,known_to_model\none,1,1,0,0,0,0,0.100000,0.900000,,,indeterminate,"));
    EXPECT_THAT(text, HasSubstr("\n\"two, or so\",1,"));
}

TEST(CaseCalls, OfOtherClassesGiveMeansAndNoCall) {
    ModelDirectory model;
    model.config.class_names = {"Tumour", "Stroma"};
    const auto cases = call_cases({{"Tumour", "Stroma"}, false, false, {picture(0.25)}}, model);
    EXPECT_EQ(cases.at(0).label, CallLabel::none);
    EXPECT_EQ(cases.at(0).mean_probabilities, (std::vector<double>{0.75, 0.25}));
}

}  // namespace
}  // namespace slidetype

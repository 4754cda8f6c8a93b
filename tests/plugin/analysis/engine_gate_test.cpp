// The tumour gate and the guard against unfamiliar tissue: which tiles vote, and what is written of the others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "plugin/analysis/engine.h"
#include "plugin/analysis/tumour_around.h"
#include "plugin/results/exporter.h"
#include "plugin/results/stored_result.h"
#include "tests/model/tile_pictures.h"
#include "tests/plugin/gated_model.h"
#include "tests/plugin/tissue_slide.h"
#include "tests/support.h"

namespace slidetype {
namespace {

using testing::GatedModel;
using ::testing::HasSubstr;

std::size_t count(const SlideResult& result, TileStatus status) {
    return result.status_counts()[static_cast<std::size_t>(status)];
}

double median(std::vector<float> values) {
    std::erase_if(values, [](float value) { return std::isnan(value); });
    std::ranges::sort(values);
    return static_cast<double>(values.at(values.size() / 2));
}

AnalyseOptions without(bool gate, bool guard) {
    AnalyseOptions options;
    options.gate = !gate;
    options.familiarity_guard = !guard;
    return options;
}

class EngineGateTest : public ::testing::Test {
  protected:
    EngineGateTest() : slide(folder / "slide.tiff") { testing::write_tissue_slide(slide, 2600, 2000); }

    SlideResult analyse(const GatedModel& model, const AnalyseOptions& options = {}) {
        return Engine(testing::write_gated_model(folder / "model", model)).analyse(slide, options);
    }
    SlideResult analyse_without_gate() {
        return Engine(testing::write_random_model(folder / "plain", "compact", 1)).analyse(slide, {});
    }
    /// A model for which about half of the slide's tiles are tumour and a quarter unfamiliar.
    ModelDirectory mixed_model() {
        auto model = testing::write_gated_model(folder / "model", {.gate_bias = 0, .gate_sees_tiles = true});
        const auto seen = Engine(model).analyse(slide, without(true, false));
        model.config.slidetype->gate->threshold = median(seen.tumour);
        std::vector<float> upper = seen.strangeness;
        std::erase_if(upper, [middle = median(upper)](float value) { return static_cast<double>(value) < middle; });
        model.config.slidetype->familiarity->threshold *= median(upper);
        return model;
    }
    std::map<std::string, std::string> exported(const SlideResult& result, const std::string& name) {
        const auto out = folder / name;
        std::filesystem::create_directories(out);
        for (const auto& exporter : exporters()) exporter.write(result, out, {});
        return testing::contents_but_timings(out);
    }

    testing::TemporaryFolder folder;
    std::filesystem::path slide;
};

TEST_F(EngineGateTest, ASlideUnlikeTheMaterialIsNotCalled) {
    auto model = testing::write_gated_model(folder / "model", {.gate_bias = 50});
    const auto called = Engine(model).analyse(slide, {});
    EXPECT_FALSE(called.domain);
    model.domain = testing::material_of();
    const auto result = Engine(model).analyse(slide, {});
    ASSERT_TRUE(result.domain);
    EXPECT_FALSE(result.domain->known);
    EXPECT_GT(result.domain->tiles, 20U);
    EXPECT_EQ(result.call.label, CallLabel::indeterminate);
    EXPECT_THAT(result.call.reason, HasSubstr("does not look like the pictures that the model was made from"));
    EXPECT_EQ(result.probabilities.size(), called.probabilities.size());

    const auto unguarded = Engine(model).analyse(slide, without(false, true));
    EXPECT_EQ(unguarded.call.label, called.call.label);
    EXPECT_FALSE(unguarded.call.supported);
    EXPECT_THAT(unguarded.call.reason, HasSubstr("Unsupported"));
    EXPECT_THAT(exported(unguarded, "out")["summary.json"], HasSubstr("\"supported\":false"));
}

TEST_F(EngineGateTest, TheVerdictOnASlideDoesNotDependOnThreads) {
    auto model = testing::write_gated_model(folder / "model", {});
    model.domain = testing::material_of();
    AnalyseOptions one, three;
    one.threads = 1, three.threads = 3;
    EXPECT_EQ(Engine(model).analyse(slide, one).domain->distance, Engine(model).analyse(slide, three).domain->distance);
}

TEST_F(EngineGateTest, TilesBelowTheGateAreBenignAndDoNotVote) {
    const auto result = analyse({.gate_bias = -50});
    EXPECT_EQ(count(result, TileStatus::ok), 0U);
    EXPECT_GT(count(result, TileStatus::benign), 20U);
    EXPECT_EQ(result.call.label, CallLabel::insufficient);
    EXPECT_FALSE(result.call.prob_lusc);
    EXPECT_THAT(result.call.reason, ::testing::MatchesRegex("None of [0-9.]+ mm² of tissue looks like tumour\\."));
    EXPECT_EQ(result.class_areas_mm2[0] + result.class_areas_mm2[1], 0);
    EXPECT_EQ(result.call.voting_area_mm2, 0);
    EXPECT_GT(result.set_aside.benign.mm2, 0.1);
    EXPECT_EQ(result.set_aside.benign.count, count(result, TileStatus::benign));
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        const bool benign = result.grid.tiles[t].status == TileStatus::benign;
        EXPECT_EQ(result.top_class(t).has_value(), benign) << "what the model said is kept";
        EXPECT_FALSE(result.voted_class(t));
    }
}

TEST_F(EngineGateTest, WhereEveryTileIsTumourAndFamiliarTheCallIsThatWithoutAGate) {
    const auto gated = analyse({}), plain = analyse_without_gate();
    EXPECT_EQ(count(gated, TileStatus::ok), count(plain, TileStatus::ok));
    EXPECT_EQ(*gated.call.prob_lusc, *plain.call.prob_lusc);
    EXPECT_EQ(*gated.call.ci95, *plain.call.ci95);
    EXPECT_EQ(gated.call.reason, plain.call.reason);
    EXPECT_EQ(gated.class_areas_mm2, plain.class_areas_mm2);
}

TEST_F(EngineGateTest, UnfamiliarTilesDoNotVoteAndNoCallIsMadeWhereTheyAreMost) {
    const auto result = analyse({.gate_bias = -50, .guard_threshold = 1e-6});
    EXPECT_EQ(count(result, TileStatus::ok), 0U);
    EXPECT_EQ(count(result, TileStatus::benign), 0U) << "unfamiliar comes before benign";
    EXPECT_GT(count(result, TileStatus::unfamiliar), 20U);
    EXPECT_EQ(result.call.label, CallLabel::indeterminate);
    EXPECT_EQ(result.call.unfamiliar_share, 1);
    EXPECT_THAT(result.call.reason, HasSubstr("(100.0 %) look unlike anything that the model was trained on"));
}

TEST_F(EngineGateTest, TurnedOffEveryTileVotesAndWhatTheModelSaysIsKept) {
    const auto result = analyse({.gate_bias = -50, .guard_threshold = 1e-6}, without(true, true));
    const auto plain = analyse_without_gate();
    EXPECT_EQ(count(result, TileStatus::ok), count(plain, TileStatus::ok));
    EXPECT_EQ(*result.call.prob_lusc, *plain.call.prob_lusc);
    EXPECT_EQ(result.call.reason, plain.call.reason);
    EXPECT_LT(median(result.tumour), 1e-6);
    EXPECT_GT(median(result.strangeness), 1);
    EXPECT_THAT(result.parameters, ::testing::Contains(std::pair<std::string, ParameterValue>("gate", false)));
    EXPECT_THAT(result.parameters,
                ::testing::Contains(std::pair<std::string, ParameterValue>("familiarity_guard", false)));
}

TEST_F(EngineGateTest, EachIsTurnedOffByItself) {
    const GatedModel nothing_votes{.gate_bias = -50, .guard_threshold = 1e-6};
    const auto no_gate = analyse(nothing_votes, without(true, false));
    EXPECT_EQ(count(no_gate, TileStatus::unfamiliar), no_gate.set_aside.unfamiliar.count);
    EXPECT_EQ(no_gate.call.label, CallLabel::indeterminate);
    const auto no_guard = analyse(nothing_votes, without(false, true));
    EXPECT_EQ(count(no_guard, TileStatus::benign), count(no_gate, TileStatus::unfamiliar));
}

TEST_F(EngineGateTest, ThresholdsDecideTileByTileAndTheCallIsThatOfTheVotingTiles) {
    const auto model = mixed_model();
    const auto result = Engine(model).analyse(slide, {});
    for (const auto status : {TileStatus::ok, TileStatus::benign, TileStatus::unfamiliar})
        EXPECT_GT(count(result, status), 5U) << to_string(status);
    std::vector<CallTile> voting;
    const auto around = tumour_around(result.grid, result.tumour);
    double scored_mm2 = 0;
    const double tile_mm2 = std::pow(result.grid.tile_width * result.slide.spacing.x_um_px / 1000, 2);
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        const auto& tile = result.grid.tiles[t];
        if (!result.top_class(t)) continue;
        const double mm2 = tile_mm2 * static_cast<double>(tile.tissue_fraction);
        scored_mm2 += mm2;
        const bool unfamiliar = result.strangeness[t] > 1;
        const bool benign = static_cast<double>(result.tumour[t]) < model.config.slidetype->gate->threshold;
        EXPECT_EQ(tile.status, unfamiliar ? TileStatus::unfamiliar : benign ? TileStatus::benign : TileStatus::ok);
        if (unfamiliar || benign) continue;
        voting.push_back({tile.column, tile.row, mm2, result.probability(t, 1), result.tumour[t], around[t]});
    }
    EXPECT_EQ(result.call.prob_lusc, call_slide(voting).prob_lusc);
    EXPECT_EQ(result.call.ci95, call_slide(voting).ci95);
    EXPECT_LT(result.call.tumour_area_mm2, result.call.voting_area_mm2);
    EXPECT_GT(*result.call.border_share, 0);
    EXPECT_NEAR(result.call.scored_area_mm2, scored_mm2, 1e-9);
    EXPECT_NEAR(result.call.voting_area_mm2, result.class_areas_mm2[0] + result.class_areas_mm2[1], 1e-9);
    EXPECT_NEAR(scored_mm2, result.call.voting_area_mm2 + result.set_aside.benign.mm2 + result.set_aside.unfamiliar.mm2,
                1e-9);
}

TEST_F(EngineGateTest, TheVoteIsCalibratedByTheModelAndSaysByWhat) {
    auto model = mixed_model();
    const auto plain = Engine(model).analyse(slide, {});
    model.config.slidetype->call.emplace().vote = VoteCalibration{-4, 9, 3};
    const auto result = Engine(model).analyse(slide, {});
    EXPECT_EQ(result.call.vote_mean, plain.call.vote_mean);
    EXPECT_EQ(result.call.vote_mean, plain.call.prob_lusc);
    EXPECT_NEAR(*result.call.prob_lusc,
                slide_probability(*result.call.vote_mean, *result.call.border_share, VoteCalibration{-4, 9, 3}), 1e-12);
    EXPECT_THAT(result.parameters, ::testing::Contains(std::pair<std::string, ParameterValue>("call_vote_slope", 9.0)));
    exported(result, "calibrated");
    const auto stored = read_stored_result(folder / "calibrated");
    EXPECT_NEAR(*stored.call.vote_mean, *result.call.vote_mean, 1e-6);
    EXPECT_NEAR(*stored.call.border_share, *result.call.border_share, 1e-6);
    EXPECT_NEAR(stored.call.tumour_area_mm2, result.call.tumour_area_mm2, 1e-6);
    ASSERT_TRUE(stored.thresholds.vote);
    EXPECT_EQ(stored.thresholds.vote->border, 3);
}

TEST_F(EngineGateTest, TheSameBytesAreWrittenForAnyNumberOfThreads) {
    const Engine engine(mixed_model());
    AnalyseOptions options;
    options.threads = 1;
    const auto expected = exported(engine.analyse(slide, options), "one");
    for (const int threads : {2, 7}) {
        options.threads = threads;
        EXPECT_TRUE(exported(engine.analyse(slide, options), std::to_string(threads)) == expected) << threads;
    }
}

TEST_F(EngineGateTest, AModelWithoutGateAndGuardWritesWhatOneWithBothTurnedOffWrites) {
    auto gated = analyse({.gate_bias = -50, .guard_threshold = 1e-6}, without(true, true));
    const auto plain = analyse_without_gate();
    EXPECT_TRUE(plain.tumour.empty());
    EXPECT_TRUE(plain.strangeness.empty());
    EXPECT_FALSE(plain.model.gate);
    // But for the figures of gate and guard nothing may differ.
    gated.tumour.clear();
    gated.strangeness.clear();
    gated.model = plain.model;
    gated.parameters = plain.parameters;
    const auto expected = exported(plain, "without");
    for (const auto& [name, content] : exported(gated, "with")) EXPECT_EQ(content, expected.at(name)) << name;
}

TEST_F(EngineGateTest, ABlankSlideOfAGatedModelHasItsColumnsToo) {
    testing::TiffSlide options;
    options.um_px_x = options.um_px_y = 0.5;
    testing::write_tiff_slide(slide, RgbImage(1024, 1024, 240), options);
    const auto result = analyse({});
    EXPECT_EQ(result.call.reason, "No tile could be scored.");
    EXPECT_THAT(exported(result, "out")["tiles.csv"], HasSubstr("prob_LUSC,prob_tumour,strangeness,reason\n"));
}

TEST_F(EngineGateTest, ThresholdsComeFromTheModelUnlessTheUserNamesThem) {
    auto model = testing::write_gated_model(folder / "strict", {});
    model.config.slidetype->call = CallThresholds{.min_area_mm2 = 1000};
    const Engine engine(model);
    EXPECT_EQ(engine.analyse(slide, {}).call.label, CallLabel::insufficient);
    AnalyseOptions own;
    own.min_area_mm2 = 0.01;
    const auto result = engine.analyse(slide, own);
    EXPECT_NE(result.call.label, CallLabel::insufficient);
    EXPECT_THAT(result.parameters,
                ::testing::Contains(std::pair<std::string, ParameterValue>("call_min_area_mm2", 0.01)));
}

}  // namespace
}  // namespace slidetype

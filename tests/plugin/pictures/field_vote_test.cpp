// One mosaic, as a picture and as a slide: what `score` and `run` say of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/atomic_file.h"
#include "base/pictures/image_file.h"
#include "base/random.h"
#include "plugin/pictures/case_calls.h"
#include "plugin/pictures/field_scorer.h"
#include "plugin/pictures/score_run.h"
#include "tests/painted.h"
#include "tests/plugin/gated_model.h"
#include "tests/support.h"

namespace slidetype {
namespace {

using ::testing::HasSubstr;

constexpr int kCell = 128, kColumns = 9, kRows = 7;

/// Cells of tissue, each of a grain and colour of its own, and some of glass.
RgbImage mosaic() {
    Random random(3);
    return testing::paint_picture(kColumns * kCell, kRows * kCell, [&](int x, int y) -> std::array<int, 3> {
        const int column = x / kCell, row = y / kCell;
        if ((column == 4 && row > 1) || (column == 7 && row == 5)) return {244, 243, 245};
        const int grain = static_cast<int>(random.below(static_cast<unsigned>(10 + 7 * column)));
        const bool nucleus = std::sin(x * (0.11 + 0.02 * row)) * std::sin(y * (0.25 - 0.02 * column)) > 0.5;
        if (nucleus) return {80 + 5 * column + grain, 50 + grain, 120 + 6 * row + grain};
        return {180 + grain / 2, 100 + 4 * row + grain, 165 + grain};
    });
}

class FieldVoting : public ::testing::Test {
  protected:
    FieldVoting() {
        const auto png = encode_png(mosaic());
        write_file(picture, std::string(png.begin(), png.end()));
        analyse.spacing_um_px = 1.0;
        analyse.min_area_mm2 = 0;
    }

    /// P(tumour) of the tiles that are scored, ascending.
    std::vector<float> tumour_by(const ModelDirectory& model) {
        AnalyseOptions ungated = analyse;
        ungated.gate = false;
        auto tumour = Engine(model).analyse(picture, ungated).tumour;
        std::erase_if(tumour, [](float value) { return std::isnan(value); });
        std::ranges::sort(tumour);
        return tumour;
    }
    /// A gate that hangs on the tiles, without being sure, and takes a quarter for benign, and a vote of its own.
    ModelDirectory model() {
        constexpr double kBlunt = 1000, kWidest = 3;
        auto model = testing::write_gated_model(folder / "model", {.gate_bias = 0, .gate_sees_tiles = true});
        auto& ours = *model.config.slidetype;
        ours.gate->temperature = kBlunt;
        double widest = 0;
        for (const double p : tumour_by(model)) widest = std::max(widest, kBlunt * std::abs(std::log(p / (1 - p))));
        ours.gate->temperature = widest / kWidest;
        const auto tumour = tumour_by(model);
        ours.gate->threshold = static_cast<double>(tumour.at(tumour.size() / 4));
        ours.call.emplace();
        ours.call->min_tumour_share = 0;
        ours.call->vote = VoteCalibration{-2.0, 5.0, 0.5};
        return model;
    }
    FieldScore score(const Engine& engine, FieldOptions options = {}) {
        options.scale.spacing_um_px = 1.0;
        return FieldScorer(engine, options).score(read_image(picture));
    }

    testing::TemporaryFolder folder;
    std::filesystem::path picture = folder / "mosaic.png";
    AnalyseOptions analyse;
};

void expect_same(const FieldScore& score, const SlideResult& slide) {
    ASSERT_EQ(score.tiles.size(), slide.grid.tiles.size());
    for (std::size_t t = 0; t < score.tiles.size(); ++t) {
        EXPECT_EQ(score.tiles[t].status, slide.grid.tiles[t].status) << t;
        const auto& p = score.tiles[t].probabilities;
        EXPECT_EQ(p.empty(), std::isnan(slide.probability(t, 1))) << t;
        if (!p.empty()) {
            EXPECT_EQ(p[1], slide.probability(t, 1)) << t;
        }
    }
    ASSERT_TRUE(score.call && slide.call.prob_lusc);
    EXPECT_EQ(score.probabilities.at(1), *slide.call.prob_lusc);
    EXPECT_EQ(score.call->label, slide.call.label);
    EXPECT_EQ(score.call->ci95, slide.call.ci95);
    EXPECT_EQ(score.call->vote_mean, slide.call.vote_mean);
    EXPECT_EQ(score.call->border_share, slide.call.border_share);
    EXPECT_NEAR(score.call->tumour_area_mm2, slide.call.tumour_area_mm2, 1e-9);
    EXPECT_THAT(score.note, HasSubstr(slide.call.reason));
}

TEST_F(FieldVoting, APictureThatIsCutSaysWhatRunSaysOfIt) {
    const Engine engine(model());
    const auto slide = engine.analyse(picture, analyse);
    const auto counts = slide.status_counts();
    ASSERT_GT(counts[static_cast<std::size_t>(TileStatus::ok)], 10U);
    ASSERT_GT(counts[static_cast<std::size_t>(TileStatus::benign)], 5U);
    ASSERT_GT(counts[static_cast<std::size_t>(TileStatus::background)], 3U);
    ASSERT_GT(*slide.call.border_share, 0.05);
    ASSERT_GT(std::abs(*slide.call.prob_lusc - *slide.call.vote_mean), 0.01) << "is calibrated";
    ASSERT_GT(std::abs(*slide.call.vote_mean - slide.call.mean_probabilities[1]), 1e-4) << "tiles weigh differently";
    expect_same(score(engine), slide);
}

TEST_F(FieldVoting, WithoutTheGateItSaysWhatRunSaysWithoutIt) {
    const Engine engine(model());
    analyse.gate = false;
    expect_same(score(engine, {.gate = false}), engine.analyse(picture, analyse));
}

TEST_F(FieldVoting, APictureWithTooLittleTumourIsBenignAsRunCallsItInsufficient) {
    auto little = model();
    little.config.slidetype->call->min_tumour_share = 0.99;
    const Engine engine(little);
    const auto slide = engine.analyse(picture, analyse);
    EXPECT_EQ(slide.call.label, CallLabel::insufficient);
    const auto field = score(engine);
    EXPECT_EQ(field.status, TileStatus::benign);
    EXPECT_FALSE(field.call || field.voted_class);
    EXPECT_EQ(field.reason, slide.call.reason);
    EXPECT_EQ(field.probabilities.at(1), *slide.call.prob_lusc);
}

TEST_F(FieldVoting, APictureUnlikeTheMaterialIsUnfamiliarOrItsCallUnsupported) {
    auto strange = model();
    KnownMaterial material;  // as black as the night, and blurred
    for (std::size_t k = 0; k < kTraits; ++k) material.between[k * kTraits + k] = 0.01;
    material.limit = 3;
    material.witness_limits = {3, 3, 3};
    material.groups = 30;
    strange.domain = {material};
    const Engine engine(strange);
    const auto heeded = score(engine);
    EXPECT_EQ(heeded.status, TileStatus::unfamiliar);
    EXPECT_FALSE(heeded.call);
    EXPECT_EQ(engine.analyse(picture, analyse).call.label, CallLabel::indeterminate);

    analyse.familiarity_guard = false;
    const auto slide = engine.analyse(picture, analyse);
    const auto passed_over = score(engine, {.familiarity_guard = false});
    ASSERT_TRUE(passed_over.call);
    EXPECT_FALSE(passed_over.call->supported || slide.call.supported);
    EXPECT_EQ(passed_over.call->label, slide.call.label);
    EXPECT_THAT(passed_over.note, HasSubstr("so nothing supports this call"));
}

TEST_F(FieldVoting, ItsCaseIsCalibratedOnce) {
    const Engine engine(model());
    ScoreRunOptions options;
    options.output = folder / "out";
    const auto list = list_pictures({&picture, 1}, options.output);
    options.field.scale.spacing_um_px = 1.0;
    const auto run = score_pictures(engine, list, options);
    const auto& row = run.table.rows.at(0);
    ASSERT_TRUE(row.vote);
    EXPECT_EQ(row.vote->call, to_string(score(engine).call->label));
    EXPECT_NEAR(*run.cases.at(0).prob_lusc, row.probabilities.at(1), 1e-5);
    EXPECT_NE(row.vote->mean_prob_lusc, row.probabilities.at(1));

    // From the journal, and from the table.
    const auto again = score_pictures(engine, list, options);
    EXPECT_EQ(again.taken, 1U);
    EXPECT_EQ(again.table.rows.at(0).vote, row.vote);
    EXPECT_EQ(read_scores(folder / "out/scores.csv").rows.at(0).vote, row.vote);
}

}  // namespace
}  // namespace slidetype

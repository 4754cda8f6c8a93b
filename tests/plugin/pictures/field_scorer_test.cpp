#include "plugin/pictures/field_scorer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/pictures/image_file.h"
#include "model/data/dataset.h"
#include "model/learning/evaluation.h"
#include "tests/model/tile_pictures.h"
#include "tests/plugin/gated_model.h"
#include "tests/support.h"

namespace slidetype {
namespace {

using ::testing::HasSubstr;

RgbImage flat(int width, int height, std::array<std::uint8_t, 3> colour) {
    RgbImage image(width, height);
    for (std::size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = colour[i % 3];
    return image;
}

/// Pink noise, which counts as tissue.
RgbImage tissue(int width, int height) {
    auto image = flat(width, height, {200, 120, 180});
    unsigned state = 1;
    for (auto& value : image.pixels) {
        state = state * 1664525U + 1013904223U;
        value = static_cast<std::uint8_t>(value - (state >> 27));
    }
    return image;
}

class FieldScoring : public ::testing::Test {
  protected:
    Engine engine(const testing::GatedModel& look = {}) {
        return Engine(testing::write_gated_model(folder / "model", look));
    }
    testing::TemporaryFolder folder;
};

TEST_F(FieldScoring, GivesTheProbabilitiesOfEvaluate) {
    testing::write_striped_folders(folder / "data", 150, 9);
    testing::write_gated_model(folder / "model");
    const auto model = read_model_directory(folder / "model");
    const auto dataset = read_dataset(folder / "data");
    std::vector<std::size_t> all(dataset.tiles.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    const auto evaluation = evaluate_model(model, dataset, all, {});

    const Engine engine(model);
    const FieldScorer scorer(engine);
    ASSERT_EQ(evaluation.scored.size(), 18U);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto& tile = evaluation.scored[i];
        const auto score = scorer.score(read_image(dataset.tiles[tile.tile].file));
        const double p = score.probabilities.at(1);
        EXPECT_EQ(tile.logit, static_cast<double>(static_cast<float>(std::log(p / (1 - p)))));
        EXPECT_EQ(tile.tile, i);
        EXPECT_EQ(static_cast<double>(evaluation.gate_scored[i].logit) > 10, *score.tumour > 0.99);
    }
}

TEST_F(FieldScoring, DoesNotDependOnThePicturesScoredWithIt) {
    const auto e = engine();
    const FieldScorer scorer(e);
    std::vector<PreparedField> fields;
    fields.reserve(5);
    for (int i = 0; i < 5; ++i) fields.push_back(scorer.prepare(testing::striped_picture(112 + i, i % 2, 7)));
    const auto together = scorer.score(fields);
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(together.at(static_cast<std::size_t>(i)).probabilities,
                  scorer.score(testing::striped_picture(112 + i, i % 2, 7)).probabilities);
    }
}

TEST_F(FieldScoring, TakesTheVoteFromBenignAndUnfamiliarPicturesAndSaysWhy) {
    const auto picture = testing::striped_picture(112, 0, 1);
    const auto votes = FieldScorer(engine()).score(picture);
    EXPECT_EQ(votes.status, TileStatus::ok);
    EXPECT_TRUE(votes.voted_class && votes.reason.empty());

    const auto no_tumour = engine({.gate_bias = -50});
    const auto benign = FieldScorer(no_tumour).score(picture);
    EXPECT_EQ(benign.status, TileStatus::benign);
    EXPECT_FALSE(benign.voted_class);
    EXPECT_THAT(benign.reason, HasSubstr("does not look like tumour"));
    EXPECT_EQ(FieldScorer(no_tumour, {.gate = false}).score(picture).status, TileStatus::ok);

    const auto strange = engine({.guard_threshold = 1e-6});
    const auto unfamiliar = FieldScorer(strange).score(picture);
    EXPECT_EQ(unfamiliar.status, TileStatus::unfamiliar);
    EXPECT_THAT(unfamiliar.reason, HasSubstr("unlike anything"));
    EXPECT_EQ(FieldScorer(strange, {.familiarity_guard = false}).score(picture).status, TileStatus::ok);
}

TEST_F(FieldScoring, CutsALargePictureAndTakesTheMeanOfItsTiles) {
    const auto e = engine();
    const FieldScorer scorer(e, {.scale = {.spacing_um_px = 1.0}});
    const auto picture = tissue(400, 300);
    const auto score = scorer.score(picture);
    ASSERT_EQ(score.tiles.size(), 12U);  // of 128 pixels
    EXPECT_EQ(score.voting_tiles(), 12U);
    double sum = 0;
    for (const auto& tile : score.tiles) sum += static_cast<double>(tile.probabilities.at(1));
    EXPECT_NEAR(score.probabilities.at(1), sum / 12, 1e-12);
    EXPECT_EQ(score.tiles.back().rect.right(), 400);
    EXPECT_EQ(score.tiles.back().rect.bottom(), 300);
    EXPECT_THAT(score.note, HasSubstr("in tiles of 128 pixels"));

    RgbImage first(128, 128);
    for (int y = 0; y < 128; ++y) std::copy_n(picture.at(0, y), std::size_t{3} * 128, first.at(0, y));
    EXPECT_EQ(scorer.score(first).probabilities.at(1), static_cast<double>(score.tiles[0].probabilities.at(1)));
}

TEST_F(FieldScoring, LeavesGlassOutOfALargePicture) {
    const auto e = engine();
    auto picture = flat(512, 256, {244, 244, 244});
    const auto stained = tissue(256, 256);
    for (int y = 0; y < 256; ++y) std::copy_n(stained.at(0, y), std::size_t{3} * 256, picture.at(0, y));
    const FieldScorer scorer(e, {.scale = {.spacing_um_px = 1.0}});
    const auto half = scorer.score(picture);
    EXPECT_EQ(half.tiles.size(), 8U);
    EXPECT_EQ(half.voting_tiles(), 4U);
    const auto glass = scorer.score(flat(512, 256, {244, 244, 244}));
    EXPECT_EQ(glass.status, TileStatus::background);
    EXPECT_TRUE(glass.probabilities.empty());
    EXPECT_THAT(glass.reason, HasSubstr("None of its 8 tiles lies on tissue"));
}

TEST_F(FieldScoring, RefusesWhatIsTooSmallTooOblongOrTooCoarse) {
    const auto e = engine();
    const FieldScorer scorer(e);
    const auto refuses = [](const FieldScorer& by, const RgbImage& picture, const std::string& why) {
        try {
            by.score(picture);
            ADD_FAILURE() << "taken: " << why;
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), HasSubstr(why));
        }
    };
    refuses(scorer, RgbImage(1, 1), "too small, 1 x 1 pixels");
    refuses(scorer, tissue(300, 100), "too oblong, 300 x 100 pixels");
    refuses(FieldScorer(e, {.scale = {.spacing_um_px = 4}}), tissue(300, 300), "4 µm per pixel");
    refuses(FieldScorer(e, {.scale = {.spacing_um_px = 1}}), tissue(600, 40), "too narrow");
}

ModelConfig model_of_128_um() {
    ModelConfig model;
    model.patch_size_px = 112;
    model.spacing_um_px = 8.0 / 7;
    return model;
}

TEST(FieldScale, TakesAPictureWithoutScaleForOneFieldUnlessItHasFarTooManyPixels) {
    const auto model = model_of_128_um();
    const auto small = scale_of(768, 512, model, {});
    EXPECT_FALSE(small.cut);
    EXPECT_EQ(small.source, ScaleSource::assumed);
    EXPECT_DOUBLE_EQ(small.spacing_um_px, 128.0 / 768);
    EXPECT_EQ(scale_note(768, 512, model, small), "");
    EXPECT_FALSE(scale_of(1024, 1024, model, {}).cut);

    const auto photograph = scale_of(5472, 3648, model, {});
    EXPECT_TRUE(photograph.cut);
    EXPECT_DOUBLE_EQ(photograph.tile_edge_px, 512);
    EXPECT_THAT(scale_note(5472, 3648, model, photograph), HasSubstr("0.25 µm per pixel was assumed"));
}

TEST(FieldScale, BelievesTheUserBeforeTheFile) {
    const auto model = model_of_128_um();
    EXPECT_EQ(scale_of(1000, 800, model, {}, 0.5).source, ScaleSource::file);
    EXPECT_TRUE(scale_of(1000, 800, model, {}, 0.5).cut);
    EXPECT_EQ(scale_of(1000, 800, model, {.spacing_um_px = 0.1}, 0.5).source, ScaleSource::spacing_option);
    const auto field = scale_of(800, 1000, model, {.field_um = 200, .spacing_um_px = 3}, 0.5);
    EXPECT_EQ(field.source, ScaleSource::field_option);
    EXPECT_DOUBLE_EQ(field.spacing_um_px, 0.2);
    EXPECT_FALSE(field.cut);
}

TEST(FieldScale, CutsFromTwiceTheFieldOnAndTellsOfSmallFields) {
    const auto model = model_of_128_um();
    EXPECT_FALSE(scale_of(256, 256, model, {.spacing_um_px = 1.0}).cut);
    EXPECT_TRUE(scale_of(257, 200, model, {.spacing_um_px = 1.0}).cut);
    const auto tiny = scale_of(300, 300, model, {.spacing_um_px = 0.1});
    EXPECT_THAT(scale_note(300, 300, model, tiny), HasSubstr("It shows 30 µm"));
    EXPECT_THROW(find_scale_source("ruler"), Error);
    EXPECT_EQ(find_scale_source("assumed"), ScaleSource::assumed);
}

}  // namespace
}  // namespace slidetype

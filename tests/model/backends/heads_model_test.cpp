// A model of heads as a model directory: read, opened with its encoder, run, and refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/atomic_file.h"
#include "base/error.h"
#include "model/backends/aggregators.h"
#include "model/backends/backend.h"
#include "model/backends/encoders.h"
#include "model/backends/self_test.h"
#include "model/heads/attention_head.h"
#include "tests/model/heads/made_bags.h"
#include "tests/model/heads_model.h"
#include "tests/model/tile_pictures.h"
#include "tests/support.h"

namespace slidetype {
namespace {

using ::testing::HasSubstr;

class HeadsModel : public ::testing::Test {
  protected:
    ModelDirectory made(const std::string& encoder_path = kEncoderFolder) {
        return testing::write_heads_model(folder / "model", encoder_path);
    }
    testing::TemporaryFolder folder;
};

TEST_F(HeadsModel, SaysOfTilesWhatItsHeadsSayOfTheirFeatures) {
    const auto model = made();
    EXPECT_TRUE(model.is_heads());
    EXPECT_FALSE(model.is_network());
    const auto tiles = testing::noise_tiles(5, 112, 3);
    const auto scores = open_classifier(model)->classify(tiles, 5);
    const auto features = open_encoder_of(model).encoder->encode(tiles, 5);
    EXPECT_EQ(open_aggregator(model)->score(features, 5).probabilities, scores.probabilities);
    ASSERT_EQ(scores.probabilities.size(), 10U);
    EXPECT_NEAR(scores.probabilities[0] + scores.probabilities[1], 1, 1e-6);
}

TEST_F(HeadsModel, IsVerifiedByItsSelfTest) {
    made();
    attach_self_test(folder / "model");
    EXPECT_TRUE(verify_model(folder / "model").good());
    auto heads = read_file(folder / "model/heads.safetensors");
    heads.back() = static_cast<char>(heads.back() ^ 1);
    write_file(folder / "model/heads.safetensors", heads);
    EXPECT_FALSE(verify_model(folder / "model").good());
}

TEST_F(HeadsModel, KeepsThresholdsOfAStatedError) {
    made();
    store_calibration(folder / "model", 1.5, {.error = 0.1, .q = {0.25, 0.1 + 0.2}, .patients = {30, 40}});
    const auto model = read_model_directory(folder / "model");
    EXPECT_EQ(model.config.slidetype->temperature, 1.5);
    const auto& stated = model.config.slidetype->heads->stated_error.value();
    EXPECT_EQ(stated.error, 0.1);
    EXPECT_EQ(stated.q[1], 0.1 + 0.2) << "every digit counts";
    EXPECT_EQ(stated.patients[0], 30U);
    EXPECT_TRUE(verify_model(folder / "model").good());
}

TEST_F(HeadsModel, RefusesAnotherEncoderThanItsOwn) {
    made();
    testing::write_random_model(folder / "model/encoder", "compact", 6);
    try {
        (void)open_model(read_model_directory(folder / "model"));
        FAIL() << "opened";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::bad_model);
        EXPECT_THAT(error.what(), HasSubstr("another encoder"));
    }
}

TEST_F(HeadsModel, IsNotItsOwnEncoder) {
    EXPECT_THROW(open_model(made(".")), Error);
}

TEST_F(HeadsModel, SaysWhereNoEncoderIsKnown) {
    auto model = made();
    model.config.slidetype->heads->encoder.sha256.clear();
    try {
        (void)open_model(model);
        FAIL() << "opened";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::not_found);
        EXPECT_THAT(error.hint(), HasSubstr("--encoder"));
    }
}

TEST_F(HeadsModel, RefusesHeadsThatConfigDoesNotTellOf) {
    auto model = made();
    model.config.slidetype->heads->heads = 3;
    EXPECT_THROW(open_heads(model), Error);
}

TEST(MeanAggregator, IsTheMeanOfTileScores) {
    const testing::TemporaryFolder folder;
    const auto model = testing::write_random_model(folder / "m", "compact", 8);
    const auto mean = open_aggregator(model);
    Bag bag;
    bag.tiles = 3;
    bag.dimension = mean->dimension();
    bag.features.assign(bag.tiles * bag.dimension, 0);
    const auto opinion = mean->aggregate(bag, 2);
    const auto alone = mean->score(std::vector<float>(bag.dimension, 0.0F), 1);
    EXPECT_NEAR(opinion.probabilities[1], alone.probabilities[1], 1e-6);
    EXPECT_NEAR(opinion.attention[0], 1.0 / 3, 1e-6);
    EXPECT_THROW(mean->aggregate(Bag{}, 1), Error);
}

TEST(MeanOfTiles, OfBagsIsThatOfOneBagOfAllTiles) {
    const testing::TemporaryFolder folder;
    const auto aggregator = open_aggregator(testing::write_random_model(folder / "model", "compact", 5));
    const auto one = made_bag(1, 30, 5, aggregator->dimension(), 1), other = made_bag(0, 7, 2, one.dimension, 2);
    auto both = one;
    both.tiles += other.tiles;
    both.features.insert(both.features.end(), other.features.begin(), other.features.end());
    const auto parts = std::vector{aggregator->aggregate(one, 1).parts, aggregator->aggregate(other, 1).parts};
    const auto united = aggregator->unite(parts), together = aggregator->aggregate(both, 1);
    EXPECT_NEAR(united.probabilities[1], together.probabilities[1], 1e-9);
    EXPECT_NEAR(united.logit, together.logit, 1e-9);
    EXPECT_NE(united.logit, aggregator->aggregate(one, 1).logit);
}

}  // namespace
}  // namespace slidetype

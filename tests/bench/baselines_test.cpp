#include "bench/cross_validation/baselines.h"

#include <gtest/gtest.h>

#include "tests/bench/coloured_pictures.h"
#include "tests/support.h"

namespace slidetype::bench {
namespace {

RgbImage flat(std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
    RgbImage picture(4, 2);
    for (std::size_t i = 0; i < picture.pixels.size(); i += 3) {
        picture.pixels[i] = red, picture.pixels[i + 1] = green, picture.pixels[i + 2] = blue;
    }
    return picture;
}

TEST(Colours, OfAFlatPictureAreItsColourAndOneCell) {
    const auto colours = colours_of(flat(255, 0, 102));
    EXPECT_FLOAT_EQ(colours.moments[0], 1);
    EXPECT_FLOAT_EQ(colours.moments[1], 0);
    EXPECT_FLOAT_EQ(colours.moments[2], 0.4F);
    for (std::size_t c = 3; c < 6; ++c) EXPECT_FLOAT_EQ(colours.moments[c], 0);
    EXPECT_FLOAT_EQ(colours.histogram[3 * 16 + 0 * 4 + 1], 1);
}

TEST(Colours, DeviationAndSharesOfTwoHalves) {
    auto picture = flat(0, 0, 0);
    for (std::size_t i = 0; i < picture.pixels.size() / 2; ++i) picture.pixels[i] = 255;
    const auto colours = colours_of(picture);
    EXPECT_FLOAT_EQ(colours.moments[0], 0.5F);
    EXPECT_FLOAT_EQ(colours.moments[3], 0.5F);
    EXPECT_FLOAT_EQ(colours.histogram[0], 0.5F);
    EXPECT_FLOAT_EQ(colours.histogram[63], 0.5F);
}

class Baselines : public ::testing::Test {
  protected:
    testing::TemporaryFolder folder;
    Dataset dataset = read_dataset(testing::write_coloured_pictures(folder.path(), 4, 3));
    ColourTable table{dataset, 2, {}};
    Unit unit{Scheme::fold, "0"};

    static double accuracy(const UnitResult& result, const std::string& variant) {
        double right = 0;
        for (std::size_t i = 0; i < result.pictures.size(); ++i) {
            right += (result.logits.at(variant)[i] > 0) == (result.pictures.label[i] == 1) ? 1 : 0;
        }
        return right / static_cast<double>(result.pictures.size());
    }
};

TEST_F(Baselines, EachTellsRedFromBlueWhateverTheStripes) {
    ASSERT_EQ(baselines().size(), 3u);
    for (const auto& baseline : baselines()) {
        const auto result = run_baseline(baseline, dataset, unit, table);
        EXPECT_EQ(result.label, baseline.label);
        EXPECT_EQ(result.pictures.size(), 12u) << "benign pictures must take no part";
        EXPECT_EQ(result.logits.size(), table.variants().size());
        EXPECT_EQ(accuracy(result, kPlain), 1) << baseline.label;
    }
}

TEST_F(Baselines, GiveTheSameFiguresEveryTime) {
    const ColourTable again(dataset, 1, {});
    for (const auto& baseline : baselines()) {
        EXPECT_EQ(run_baseline(baseline, dataset, unit, table).logits,
                  run_baseline(baseline, dataset, unit, again).logits);
    }
}

TEST_F(Baselines, LearnFromTheTrainingPicturesAlone) {
    auto swapped = dataset;
    for (auto& tile : swapped.tiles) {
        if (tile.fold == 1 && tile.label != kBenignLabel) tile.label = 1 - tile.label;
    }
    const ColourTable other(swapped, 1, {});
    for (const auto& baseline : baselines()) {
        EXPECT_EQ(accuracy(run_baseline(baseline, swapped, unit, other), kPlain), 0) << baseline.label;
    }
}

TEST_F(Baselines, LeftOutClustersAreScoredPlainOnly) {
    const auto result = run_baseline(baselines()[0], dataset, {Scheme::cluster, "aca0+scc0"}, table);
    EXPECT_EQ(result.logits.size(), 1u);
    EXPECT_EQ(result.pictures.cluster.front(), "aca0");
}

}  // namespace
}  // namespace slidetype::bench

#include "model/scoring/turns.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/atomic_file.h"
#include "model/backends/backend.h"
#include "model/exchange/wsinfer_export.h"
#include "tests/model/tile_pictures.h"
#include "tests/support.h"

namespace slidetype {
namespace {

/// The first channel of each pixel, row by row.
std::vector<int> reds(const std::vector<std::uint8_t>& tile) {
    std::vector<int> out;
    for (std::size_t i = 0; i < tile.size(); i += 3) out.push_back(tile[i]);
    return out;
}

std::vector<std::uint8_t> tile_of_reds(std::initializer_list<std::uint8_t> values) {
    std::vector<std::uint8_t> tile;
    for (const auto value : values) tile.insert(tile.end(), {value, 0, 0});
    return tile;
}

TEST(Turns, TurnAgainstTheClockAndMirror) {
    const auto tile = tile_of_reds({1, 2, 3,  //
                                    4, 5, 6,  //
                                    7, 8, 9});
    using Values = std::vector<int>;
    EXPECT_EQ(reds(turned(tile, 3, 0)), (Values{1, 2, 3, 4, 5, 6, 7, 8, 9}));
    EXPECT_EQ(reds(turned(tile, 3, 1)), (Values{3, 6, 9, 2, 5, 8, 1, 4, 7}));
    EXPECT_EQ(reds(turned(tile, 3, 2)), (Values{9, 8, 7, 6, 5, 4, 3, 2, 1}));
    EXPECT_EQ(reds(turned(tile, 3, 3)), (Values{7, 4, 1, 8, 5, 2, 9, 6, 3}));
    EXPECT_EQ(reds(turned(tile, 3, 4)), (Values{3, 2, 1, 6, 5, 4, 9, 8, 7}));
    EXPECT_EQ(reds(turned(tile, 3, 5)), (Values{1, 4, 7, 2, 5, 8, 3, 6, 9}));
}

TEST(Turns, TurnEachTileForItself) {
    auto two = tile_of_reds({1, 2, 3, 4});
    const auto second = tile_of_reds({5, 6, 7, 8});
    two.insert(two.end(), second.begin(), second.end());
    EXPECT_EQ(reds(turned(two, 2, 2)), (std::vector<int>{4, 3, 2, 1, 8, 7, 6, 5}));
}

class TurnedModel : public ::testing::TestWithParam<Backend> {
  protected:
    static constexpr std::size_t kTiles = 3, kEdge = 112;

    ModelDirectory model(int turns) const {
        auto out = testing::write_random_model(folder / std::to_string(turns), "compact", 21);
        out.config.slidetype->turns = turns;
        return out;
    }
    std::vector<double> logits(int turns, std::span<const std::uint8_t> of) const {
        const auto p = open_classifier(model(turns), GetParam())->classify(of, kTiles).probabilities;
        std::vector<double> out;
        for (std::size_t i = 1; i < p.size(); i += 2) out.push_back(std::log(p[i] / (1 - double{p[i]})));
        return out;
    }

    testing::TemporaryFolder folder;
    std::vector<std::uint8_t> tiles = testing::noise_tiles(kTiles, kEdge, 5);
};

TEST_P(TurnedModel, AveragesTheLogitsOfAllPositions) {
    for (const int turns : {2, 4, 8}) {
        std::vector<double> mean(kTiles);
        for (int turn = 0; turn < turns; ++turn) {
            const auto one = logits(1, turned(tiles, kEdge, turn));
            for (std::size_t i = 0; i < kTiles; ++i) mean[i] += one[i] / turns;
        }
        const auto together = logits(turns, tiles);
        for (std::size_t i = 0; i < kTiles; ++i) EXPECT_NEAR(together[i], mean[i], 1e-4) << turns << " positions";
    }
}

TEST_P(TurnedModel, SaysTheSameHoweverATileIsTurned) {
    const auto upright = logits(8, tiles);
    for (const int turn : {1, 3, 6}) {
        const auto other = logits(8, turned(tiles, kEdge, turn));
        for (std::size_t i = 0; i < kTiles; ++i) EXPECT_NEAR(other[i], upright[i], 1e-4) << "position " << turn;
    }
}

INSTANTIATE_TEST_SUITE_P(Backends, TurnedModel, ::testing::Values(Backend::automatic, Backend::torch));

TEST(Turns, StayWithTheModelAndGoIntoItsExport) {
    const testing::TemporaryFolder folder;
    auto model = testing::write_random_model(folder / "m", "compact", 22);
    model.config.slidetype->turns = 4;
    EXPECT_EQ(parse_config(format_config(model.config), "config.json").slidetype->turns, 4);

    auto config = model.config;
    config.slidetype.reset();
    std::filesystem::create_directories(folder / "export");
    write_file(folder / "export" / "config.json", format_config(config));
    export_torchscript(model, folder / "export" / "torchscript_model.pt");
    const auto tiles = testing::noise_tiles(2, 112, 6);
    const auto ours = open_classifier(model)->classify(tiles, 2).probabilities;
    const auto theirs = open_classifier(read_model_directory(folder / "export"))->classify(tiles, 2).probabilities;
    for (std::size_t i = 0; i < ours.size(); ++i) EXPECT_NEAR(ours[i], theirs[i], 2e-5);
}

}  // namespace
}  // namespace slidetype

#include "bench/cross_validation/unit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/error.h"
#include "tests/bench/coloured_pictures.h"

namespace slidetype::bench {
namespace {

using ::testing::ElementsAre;

std::set<std::string> groups_of(const Dataset& dataset, const std::vector<std::size_t>& members) {
    std::set<std::string> groups;
    for (const auto member : members) groups.insert(dataset.tiles[member].group);
    return groups;
}

std::vector<std::string> common(const std::set<std::string>& a, const std::set<std::string>& b) {
    std::vector<std::string> out;
    std::ranges::set_intersection(a, b, std::back_inserter(out));
    return out;
}

TEST(Unit, FoldsAreTestedOneByOneAndNothingIsChosenOnThem) {
    const auto dataset = testing::grouped_tiles(4, 3);
    EXPECT_THAT(units_of(dataset, Scheme::fold), ElementsAre(Unit{Scheme::fold, "0"}, Unit{Scheme::fold, "1"}));
    const auto split = split_of(dataset, {Scheme::fold, "1"});
    EXPECT_TRUE(split.validation_is_test);
    EXPECT_EQ(split.validation, split.test);
    EXPECT_EQ(split.test.size(), 2u * 3u * 3u);
    EXPECT_EQ(tumour_only(dataset, split.test).size(), 2u * 3u * 2u);
    EXPECT_THAT(common(groups_of(dataset, split.train), groups_of(dataset, split.test)), ElementsAre());
}

TEST(Unit, ClustersOfTheTwoClassesAreLeftOutInPairs) {
    const auto dataset = testing::grouped_tiles(4, 3);
    const auto units = units_of(dataset, Scheme::cluster);
    EXPECT_THAT(units, ElementsAre(Unit{Scheme::cluster, "aca0+scc0"}, Unit{Scheme::cluster, "aca1+scc1"}));
    const auto split = split_of(dataset, units[1]);
    for (const auto tile : split.test) {
        EXPECT_THAT(dataset.tiles[tile].stain_cluster, ::testing::AnyOf("aca1", "scc1"));
    }
    EXPECT_EQ(split.test.size(), 12u);
    EXPECT_EQ(split.train.size(), dataset.tiles.size() - 12);
}

TEST(Unit, AGroupThatTouchesALeftOutClusterDoesNotTrain) {
    auto dataset = testing::grouped_tiles(4, 3);
    const auto spanning = std::ranges::find(dataset.tiles, "aca_0", &LabelledTile::group);
    spanning->stain_cluster = "aca1";
    const auto split = split_of(dataset, {Scheme::cluster, "aca1+scc1"});
    EXPECT_FALSE(groups_of(dataset, split.train).contains("aca_0"));
    EXPECT_EQ(split.test.size(), 13u);
    EXPECT_EQ(split.train.size(), dataset.tiles.size() - 13 - 2);
}

TEST(Unit, TheRandomSplitCoversEveryPictureOnceInEveryClass) {
    const auto dataset = testing::grouped_tiles(10, 5);
    const auto split = split_of(dataset, {Scheme::random, "1337"});
    EXPECT_FALSE(split.validation_is_test);
    EXPECT_EQ(split.test.size(), 15u);
    EXPECT_EQ(split.validation.size(), 15u);
    std::set<std::size_t> all(split.train.begin(), split.train.end());
    all.insert(split.validation.begin(), split.validation.end());
    all.insert(split.test.begin(), split.test.end());
    EXPECT_EQ(all.size(), dataset.tiles.size());
    EXPECT_EQ(split.test, split_of(dataset, {Scheme::random, "1337"}).test);
    EXPECT_NE(split.test, split_of(dataset, {Scheme::random, "7"}).test);
}

TEST(Unit, DataWithoutFoldsOrClustersIsRefusedWithAHint) {
    auto dataset = testing::grouped_tiles(4, 3);
    for (auto& tile : dataset.tiles) tile.fold = -1, tile.stain_cluster.clear();
    EXPECT_THROW(units_of(dataset, Scheme::fold), Error);
    EXPECT_THROW(units_of(dataset, Scheme::cluster), Error);
    EXPECT_THROW(split_of(dataset, {Scheme::fold, "three"}), Error);
    EXPECT_THROW(scheme_of("jackknife"), Error);
}

TEST(Unit, TheFingerprintSeesEveryColumnThatDecidesASplit) {
    const auto dataset = testing::grouped_tiles(4, 3);
    const auto changed = [&](auto change) {
        auto other = dataset;
        change(other.tiles.front());
        return fingerprint(other) != fingerprint(dataset);
    };
    EXPECT_TRUE(changed([](LabelledTile& tile) { tile.group = "other"; }));
    EXPECT_TRUE(changed([](LabelledTile& tile) { tile.fold = 4; }));
    EXPECT_TRUE(changed([](LabelledTile& tile) { tile.stain_cluster = "aca7"; }));
    EXPECT_TRUE(changed([](LabelledTile& tile) { tile.label = 1; }));
    auto elsewhere = dataset;
    for (auto& tile : elsewhere.tiles) tile.file = std::filesystem::path("/elsewhere") / tile.file;
    EXPECT_EQ(fingerprint(elsewhere), fingerprint(dataset));
}

}  // namespace
}  // namespace slidetype::bench

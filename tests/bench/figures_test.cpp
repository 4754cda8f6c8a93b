#include "bench/cross_validation/figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "tests/bench/coloured_pictures.h"

namespace slidetype::bench {
namespace {

using ::testing::SizeIs;

/// Eight groups per class in two folds and two clusters, two tiles each. `wrong` says which pictures are missed.
class Figures : public ::testing::Test {
  protected:
    Dataset dataset = testing::grouped_tiles(8, 2);

    template <class Wrong>
    UnitResult unit(const std::string& label, const Unit& what, Wrong wrong) {
        UnitResult result;
        result.label = label;
        result.is_network = label.starts_with("net");
        result.unit = what;
        result.pictures = pictures_of(dataset, tumour_only(dataset, split_of(dataset, what).test));
        for (std::size_t i = 0; i < result.pictures.size(); ++i) {
            const double right = result.pictures.label[i] == 1 ? 2 : -2;
            result.logits[kPlain].push_back(wrong(dataset.tiles[result.pictures.tile[i]]) ? -right : right);
        }
        return result;
    }
    static bool never(const LabelledTile&) { return false; }
    static bool in_first_group(const LabelledTile& tile) { return tile.group == "aca_0"; }
};

TEST_F(Figures, FoldsArePooledOnlyWhenAllAreThere) {
    std::vector<UnitResult> results = {unit("net", {Scheme::fold, "0"}, in_first_group)};
    auto method = figures_of(results, 2, 2).front();
    EXPECT_EQ(method.finished_folds(), 1u);
    EXPECT_FALSE(method.pooled);
    EXPECT_FALSE(method.folds[1]);

    results.push_back(unit("net", {Scheme::fold, "1"}, never));
    method = figures_of(results, 2, 2).front();
    ASSERT_TRUE(method.pooled);
    EXPECT_EQ(method.pooled->n, 32u);
    EXPECT_EQ(method.pooled->groups, 16u);
    EXPECT_DOUBLE_EQ(method.pooled->accuracy.value, 30.0 / 32);
    EXPECT_LT(method.pooled->accuracy.ci95[0], 30.0 / 32);
    EXPECT_DOUBLE_EQ(method.folds[0]->accuracy.value, 14.0 / 16);
    EXPECT_DOUBLE_EQ(method.folds[1]->accuracy.value, 1);
    EXPECT_FALSE(method.clusters);
    EXPECT_FALSE(method.random);
}

TEST_F(Figures, TheWorstShiftIsTheOneOfLeastAccuracy) {
    auto first = unit("net", {Scheme::fold, "0"}, never), second = unit("net", {Scheme::fold, "1"}, never);
    for (auto* each : {&first, &second}) {
        each->logits["blur"] = each->logits[kPlain];
        each->logits["darker"] = each->logits[kPlain];
    }
    for (auto& logit : second.logits["darker"]) logit = -logit;
    const auto method = figures_of({first, second}, 2, 2).front();
    ASSERT_THAT(method.shifts, SizeIs(2));
    ASSERT_NE(method.worst_shift(), nullptr);
    EXPECT_EQ(method.worst_shift()->name, "darker");
    EXPECT_DOUBLE_EQ(method.worst_shift()->accuracy.value, 0.5);
}

TEST_F(Figures, EveryClusterCountsTheSameHoweverManyPicturesItHas) {
    // aca0 has four groups, of which one is taken out of the cluster and one is missed: 2/3 of aca0, all of the others.
    for (auto& tile : dataset.tiles) {
        if (tile.group == "aca_2") tile.stain_cluster = "aca1";
    }
    const auto method = figures_of({unit("net", {Scheme::cluster, "aca0+scc0"}, in_first_group),
                                    unit("net", {Scheme::cluster, "aca1+scc1"}, never)},
                                   2, 2)
                            .front();
    ASSERT_TRUE(method.clusters);
    EXPECT_DOUBLE_EQ(method.clusters->value, (2.0 / 3 + 1 + 1 + 1) / 4);
    ASSERT_THAT(method.by_cluster, SizeIs(4));
    EXPECT_EQ(method.by_cluster[0].cluster, "aca0");
    EXPECT_EQ(method.by_cluster[0].groups, 3u);
    EXPECT_EQ(method.by_cluster[1].pictures, 10u);
}

TEST_F(Figures, NetworksComeFirstThenTheMoreAccurate) {
    std::vector<UnitResult> results;
    for (const auto* fold : {"0", "1"}) {
        const Unit what{Scheme::fold, fold};
        results.push_back(unit("colour", what, never));
        results.push_back(unit("net-b", what, in_first_group));
        results.push_back(unit("net-c", what, never));
    }
    const auto methods = figures_of(results, 2, 2);
    ASSERT_THAT(methods, SizeIs(3));
    EXPECT_EQ(methods[0].label, "net-c");
    EXPECT_EQ(methods[1].label, "net-b");
    EXPECT_EQ(methods[2].label, "colour");
}

TEST_F(Figures, TheGateIsMeasuredOnBenignPicturesOfTheHeldOutFolds) {
    std::vector<UnitResult> results;
    for (const auto* fold : {"0", "1"}) {
        auto each = unit("net", {Scheme::fold, fold}, never);
        each.gate_pictures = pictures_of(dataset, split_of(dataset, each.unit).test);
        for (const int label : each.gate_pictures.label) each.gate_logits.push_back(label == kBenignLabel ? -3 : 3);
        results.push_back(std::move(each));
    }
    const auto method = figures_of(results, 2, 2).front();
    ASSERT_TRUE(method.gate);
    EXPECT_EQ(method.gate->tumour, 32u);
    EXPECT_EQ(method.gate->benign, 16u);
    EXPECT_DOUBLE_EQ(method.gate->specificity.value, 1);
    results[1].gate_logits.clear();
    EXPECT_FALSE(figures_of(results, 2, 2).front().gate);
}

TEST(AccuracyDifference, IsPairedByPictureAndDrawnByGroup) {
    // Both miss the same half of the pictures, `b` one group of ten more.
    std::vector<Scored> a, b;
    for (std::size_t group = 0; group < 10; ++group) {
        for (std::size_t k = 0; k < 4; ++k) {
            const std::size_t tile = group * 4 + k;
            a.push_back({k < 2 ? 1.0F : -1.0F, 1, group, tile});
            b.push_back({k < 2 && group != 3 ? 1.0F : -1.0F, 1, group, tile});
        }
    }
    std::ranges::reverse(b);
    const auto difference = accuracy_difference(a, b);
    EXPECT_DOUBLE_EQ(difference.value, 2.0 / 40);
    EXPECT_DOUBLE_EQ(difference.ci95[0], 0);
    EXPECT_GT(difference.ci95[1], 0.05);
    EXPECT_LE(difference.ci95[1], 0.2);
    const auto same = accuracy_difference(a, a);
    EXPECT_EQ(same.ci95[1], 0);
    for (auto& each : b) each.tile += 1000;
    EXPECT_THROW(accuracy_difference(a, b), Error);
}

TEST(Bootstrap, DrawsAsManyGroupsAsThereAreAndTheSameEveryTime) {
    const auto drawn = [](std::span<const double> weights) {
        return std::accumulate(weights.begin(), weights.end(), 0.0);
    };
    const auto all = bootstrap(4, drawn, 200, 5);
    EXPECT_EQ(all.ci95[0], 4);
    EXPECT_EQ(all.ci95[1], 4);
    const auto first = [](std::span<const double> weights) { return weights[0]; };
    EXPECT_EQ(bootstrap(4, first, 200, 5).value, 1);
    EXPECT_EQ(bootstrap(4, first, 200, 5).ci95, bootstrap(4, first, 200, 5).ci95);
    EXPECT_LT(bootstrap(4, first, 200, 5).ci95[0], bootstrap(4, first, 200, 5).ci95[1]);
}

}  // namespace
}  // namespace slidetype::bench

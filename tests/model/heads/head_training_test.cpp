#include "model/heads/head_training.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/scratch_folder.h"
#include "model/heads/bag_pass.h"
#include "model/heads/head_aggregator.h"
#include "model/heads/head_pass.h"
#include "model/metrics/metrics.h"
#include "tests/model/heads/made_bags.h"

namespace slidetype {
namespace {

HeadOptions quick_options(HeadLoss loss = HeadLoss::bag) {
    HeadOptions options;
    options.loss = loss;
    options.hidden = 16;
    options.attention = 8;
    options.epochs = 20;
    options.learning_rate = 5e-3;
    options.tiles = 32;
    return options;
}

double held_out_auc(const HeadReport& report, const MadeCohort& cohort) {
    std::vector<Scored> scored;
    for (const auto& held : report.held_out) {
        scored.push_back({static_cast<float>(held.logit), cohort.teaching[held.bag].label, held.bag, held.bag});
    }
    return measure(scored, 1, 0).auc.value;
}

class EachHeadLoss : public ::testing::TestWithParam<HeadLoss> {};

TEST_P(EachHeadLoss, LearnsFromLabelsOfBagsWhatFewOfTheirTilesTell) {
    const auto cohort = made_cohort(40, 4);
    auto store = cohort.store();
    const auto report = train_heads(cohort.teaching, store, quick_options(GetParam()));
    ASSERT_EQ(report.heads.size(), 4U);
    ASSERT_EQ(report.held_out.size(), 40U);
    EXPECT_GT(held_out_auc(report, cohort), 0.95);
    EXPECT_LT(report.epochs.back().train_loss, report.epochs.front().train_loss);
}

INSTANTIATE_TEST_SUITE_P(Losses, EachHeadLoss, ::testing::Values(HeadLoss::bag, HeadLoss::clam, HeadLoss::each_tile));

TEST(HeadTraining, AttendsToTheTilesThatTell) {
    const auto cohort = made_cohort(40, 4);
    auto store = cohort.store();
    const auto report = train_heads(cohort.teaching, store, quick_options());
    const auto aggregator = make_head_aggregator(report.heads, 1, "heads");
    const auto opinion = aggregator->aggregate(cohort.bags[1], 1);
    double telling = 0;
    for (std::size_t tile = 0; tile < 8; ++tile) telling += opinion.attention[tile];
    EXPECT_GT(telling, 0.5) << "8 of 41 tiles tell the class";
    EXPECT_GT(opinion.probabilities[1], 0.5);
    EXPECT_EQ(opinion.head_logits.size(), 4U);
    EXPECT_EQ(opinion.agreeing(), 4U);
}

TEST(HeadTraining, GivesTheSameBitsForAnyNumberOfThreadsAndAnyMemory) {
    const auto cohort = made_cohort(21, 3);
    auto store = cohort.store();
    auto options = quick_options(HeadLoss::clam);
    options.epochs = 3;
    const auto alone = train_heads(cohort.teaching, store, options);
    options.threads = 3;
    auto forgetful = cohort.store(0);
    const auto together = train_heads(cohort.teaching, forgetful, options);
    ASSERT_EQ(alone.heads.size(), together.heads.size());
    for (std::size_t h = 0; h < alone.heads.size(); ++h) EXPECT_EQ(alone.heads[h], together.heads[h]);
    for (std::size_t i = 0; i < alone.held_out.size(); ++i) {
        EXPECT_EQ(alone.held_out[i].logit, together.held_out[i].logit);
    }
    const auto aggregator = make_head_aggregator(alone.heads, 1, "heads");
    EXPECT_EQ(aggregator->aggregate(cohort.bags[0], 1).attention, aggregator->aggregate(cohort.bags[0], 4).attention);
}

TEST(HeadTraining, GoesOnFromACheckpointBitForBit) {
    const auto cohort = made_cohort(16, 2);
    auto store = cohort.store();
    const ScratchFolder folder("heads");
    auto options = quick_options();
    options.epochs = 4;
    const auto whole = train_heads(cohort.teaching, store, options);

    options.checkpoint = folder.path() / "heads.checkpoint";
    options.resume = true;
    HeadCallbacks callbacks;
    int epochs = 0;
    bool stop = false;
    callbacks.epoch_done = [&](const HeadEpoch&) { stop = ++epochs == 2; };
    callbacks.stop_requested = [&] { return stop; };
    const auto first = train_heads(cohort.teaching, store, options, callbacks);
    EXPECT_TRUE(first.stopped_early);
    const auto second = train_heads(cohort.teaching, store, options);
    EXPECT_EQ(second.resumed_after, 2);
    EXPECT_EQ(second.epochs.size(), 4U);
    for (std::size_t h = 0; h < whole.heads.size(); ++h) EXPECT_EQ(whole.heads[h], second.heads[h]);

    options.epochs = 5;
    EXPECT_THROW(train_heads(cohort.teaching, store, options), Error) << "a checkpoint of other options";
    write_file(options.checkpoint, "damaged");
    EXPECT_THROW(train_heads(cohort.teaching, store, options), Error);
}

TEST(HeadTraining, AHeadDoesNotLearnFromItsOwnFold) {
    // The bags of fold 1 have the wrong label: head 1 has never seen them, head 0 has.
    auto cohort = made_cohort(24, 3);
    auto wrong = cohort;
    for (auto& bag : wrong.teaching) {
        if (bag.fold == 1) bag.label = 1 - bag.label;
    }
    auto options = quick_options();
    options.epochs = 3;
    options.balance_classes = false;
    auto store = cohort.store();
    const auto right = train_heads(cohort.teaching, store, options);
    const auto turned = train_heads(wrong.teaching, store, options);
    EXPECT_EQ(right.heads[1], turned.heads[1]);
    EXPECT_NE(right.heads[0], turned.heads[0]);
}

TEST(HeadTraining, RefusesAFoldWithoutAClassAndBagsOfTwoEncoders) {
    auto cohort = made_cohort(8, 2);
    for (auto& bag : cohort.teaching) bag.fold = bag.label;
    auto store = cohort.store();
    EXPECT_THROW(train_heads(cohort.teaching, store, quick_options()), Error);

    auto mixed = made_cohort(8, 2);
    mixed.bags[5] = made_bag(1, 20, 4, 7, 1);
    auto mixed_store = mixed.store();
    try {
        train_heads(mixed.teaching, mixed_store, quick_options());
        FAIL() << "two encoders were taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::bad_data);
        EXPECT_EQ(error.subject(), "5");
        EXPECT_NE(std::string(error.what()).find("7 numbers"), std::string::npos) << error.what();
    }
}

TEST(Heads, AreReadBackFromTensors) {
    const HeadShape shape{5, 4, 3, Pooling::attention};
    const std::vector<HeadWeights> heads = {fresh_head(shape, 1), fresh_head(shape, 2)};
    auto tensors = heads_to_tensors(heads);
    EXPECT_EQ(heads_from_tensors(tensors, Pooling::attention, "file"), heads);
    tensors["head1.score.weight"].shape = {3, 1};
    EXPECT_THROW(heads_from_tensors(tensors, Pooling::attention, "file"), Error);
    tensors.erase("head1.score.weight");
    EXPECT_THROW(heads_from_tensors(tensors, Pooling::attention, "file"), Error);
    EXPECT_THROW(heads_from_tensors({}, Pooling::attention, "file"), Error);
}

TEST(Heads, TileLogitsAddUpToTheLogitOfTheBag) {
    const auto bag = made_bag(1, 300, 60, 6, 9);
    const auto head = fresh_head({6, 16, 8, Pooling::attention}, 4);
    const auto aggregator = make_head_aggregator({head}, 1, "head");
    const auto opinion = aggregator->aggregate(bag, 2);
    const auto pass = run_head_on_bag(head, bag);
    double sum = 0;
    for (std::size_t i = 0; i < bag.tiles; ++i) sum += double{opinion.attention[i]} * double{pass.logits[i]};
    EXPECT_NEAR(sum, opinion.logit, 1e-6);
}

/// One bag of the tiles of several.
Bag joined(const std::vector<Bag>& bags) {
    Bag all;
    for (const auto& bag : bags) {
        all.tiles += bag.tiles;
        all.dimension = bag.dimension;
        all.features.insert(all.features.end(), bag.features.begin(), bag.features.end());
    }
    return all;
}

TEST(Heads, SayOfBagsFromTheirPartsWhatTheySayOfOneBagOfAllTiles) {
    const std::vector<Bag> bags = {made_bag(1, 300, 60, 6, 9), made_bag(0, 40, 5, 6, 3), made_bag(1, 1, 1, 6, 4)};
    for (const auto pooling : {Pooling::attention, Pooling::mean}) {
        const HeadShape shape{6, 16, 8, pooling};
        auto heads = std::vector{fresh_head(shape, 4), fresh_head(shape, 5)};
        // Attention that differs much from tile to tile, so that bags do not weigh as their numbers of tiles.
        for (auto& head : heads) {
            for (auto& weight : head.part(HeadWeights::Part::score)) weight *= 40;
        }
        const auto aggregator = make_head_aggregator(heads, 1.3, "heads");
        std::vector<std::vector<BagPart>> parts;
        parts.reserve(bags.size());
        for (const auto& bag : bags) parts.push_back(aggregator->aggregate(bag, 1).parts);
        const auto together = aggregator->aggregate(joined(bags), 2);
        const auto united = aggregator->unite(parts);
        EXPECT_NEAR(united.logit, together.logit, 1e-6);
        ASSERT_EQ(united.head_logits.size(), 2U);
        for (std::size_t h = 0; h < 2; ++h) {
            EXPECT_NEAR(united.head_logits[h], together.head_logits[h], 1e-6);
            EXPECT_NEAR(united.parts[h].log_weight, together.parts[h].log_weight, 1e-5);
        }
        EXPECT_NEAR(united.probabilities[1], together.probabilities[1], 1e-6);
        EXPECT_TRUE(united.attention.empty());
        if (pooling == Pooling::attention) {
            const double plain = (parts[0][0].mean * 300 + parts[1][0].mean * 40 + parts[2][0].mean) / 341;
            EXPECT_GT(std::abs(plain - united.parts[0].mean), 1e-4) << "attention parts these from plain means";
        }
        // Bags that were united are bags like others.
        const auto first_two = aggregator->unite(std::vector{parts[0], parts[1]}).parts;
        EXPECT_NEAR(aggregator->unite(std::vector{first_two, parts[2]}).logit, united.logit, 1e-12);
        EXPECT_EQ(aggregator->unite(std::span(parts).subspan(1, 1)).logit, aggregator->aggregate(bags[1], 1).logit);
    }
}

TEST(Heads, UniteNoBagsOfOtherHeads) {
    const auto aggregator = make_head_aggregator({fresh_head({6, 4, 2, Pooling::attention}, 4)}, 1, "head");
    EXPECT_THROW(aggregator->unite({}), Error);
    EXPECT_THROW(aggregator->unite(std::vector<std::vector<BagPart>>{{{0, 1}, {0, 1}}}), Error);
    EXPECT_THROW(aggregator->unite(std::vector<std::vector<BagPart>>{{{0, 1}}, {{0, 1}, {0, 1}}}), Error);
}

TEST(Heads, WeighWithoutOverflowHoweverLargeTheirScoresAre) {
    const std::vector<std::vector<BagPart>> bags = {{{5000, 1}}, {{5000, 3}}, {{-5000, 100}}};
    const auto one = united(bags);
    EXPECT_NEAR(one[0].mean, 2, 1e-12);
    EXPECT_NEAR(one[0].log_weight, 5000 + std::log(2.0), 1e-9);
}

TEST(Heads, RefuseABagOfAnotherEncoderAndAnEmptyOne) {
    const auto aggregator = make_head_aggregator({fresh_head({6, 4, 2, Pooling::attention}, 4)}, 1, "head");
    EXPECT_THROW(aggregator->aggregate(made_bag(0, 4, 1, 5, 1), 1), Error);
    EXPECT_THROW(aggregator->aggregate(Bag{}, 1), Error);
}

}  // namespace
}  // namespace slidetype

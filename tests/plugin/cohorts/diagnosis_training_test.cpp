#include "plugin/cohorts/diagnosis_training.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "base/error.h"
#include "model/backends/aggregators.h"
#include "model/heads/head_aggregator.h"
#include "plugin/cohorts/cohort_evaluation.h"
#include "tests/plugin/cohorts/made_features.h"
#include "tests/support.h"

namespace slidetype {
namespace {

using ::testing::HasSubstr;

HeadOptions quick_heads() {
    HeadOptions options;
    options.epochs = 12;
    options.hidden = 16;
    options.attention = 8;
    options.learning_rate = 5e-3;
    options.tiles = 32;
    return options;
}

CohortBags bags_of(const testing::MadeStudy& study) {
    return read_cohort_bags(read_cohort(study.table, {.root = {}, .features = study.features}), std::nullopt, 1U << 30,
                            1);
}

ModelDirectory trained(const testing::MadeStudy& study, const std::filesystem::path& folder) {
    const auto bags = bags_of(study);
    const auto learned = learn_from_diagnoses(bags, {}, quick_heads());
    write_learned_model(learned, bags, folder, "made", "");
    return read_model_directory(folder);
}

TEST(LearningFromDiagnoses, TellsTheClassesOfSlidesThatNoHeadHasSeen) {
    const testing::TemporaryFolder folder;
    const auto study = testing::made_study(folder / "train", 60);
    const auto model = trained(study, folder / "model");
    EXPECT_TRUE(model.is_heads());
    EXPECT_EQ(model.config.slidetype->heads->heads, 5U);
    EXPECT_EQ(model.config.slidetype->heads->encoder.name, "made");

    const auto test = testing::made_study(folder / "test", 31);
    const auto called = call_cohort(bags_of(test), *open_aggregator(model), PatientCall::one_bag, 2);
    const auto figures = measure_calls(called.slides, called.patients, {});
    EXPECT_GT(figures.slides.metrics.auc.value, 0.95);
    EXPECT_THAT(read_file(folder / "model/out_of_fold.csv"), HasSubstr("slide0,p0,s0,LUAD,0."));
}

TEST(LearningFromDiagnoses, KeepsItsFoldsAsATableThatGivesThemAgain) {
    const testing::TemporaryFolder folder;
    const auto study = testing::made_study(folder / "study", 24);
    const auto bags = bags_of(study);
    const auto folds = make_cohort_folds(bags.cohort);
    const auto again = [&](const CohortFolds& given) {
        write_file(folder / "folds.csv", folds_csv(bags.cohort, given));
        return make_cohort_folds(read_cohort(folder / "folds.csv", {.root = {}, .features = study.features}));
    };
    EXPECT_EQ(again(folds).fold, folds.fold);
    EXPECT_EQ(again(folds).folds, folds.folds);
    CohortFolds parts;
    parts.folds = 1;
    for (std::size_t i = 0; i < 24; ++i) parts.fold.push_back(i < 6 ? 0 : i < 12 ? -1 : 1);
    EXPECT_EQ(again(parts).fold, parts.fold);
}

TEST(LearningFromDiagnoses, GivesTheSameModelFromFilesOfEveryProgram) {
    const testing::TemporaryFolder folder;
    const auto ours = trained(testing::made_study(folder / "ours", 24), folder / "model");
    for (const auto layout : {FeatureLayout::clam, FeatureLayout::trident, FeatureLayout::stamp}) {
        const std::string name(to_string(layout));
        const auto theirs =
            trained(testing::made_study(folder / name, 24, layout, FeatureNumbers::single), folder / (name + "-model"));
        EXPECT_EQ(theirs.sha256, ours.sha256) << name;
        EXPECT_EQ(theirs.weights, ours.weights) << name;
    }
}

TEST(LearningFromDiagnoses, LeavesOutSlidesWhoseFeaturesCannotBeReadAndSaysSo) {
    const testing::TemporaryFolder folder;
    const auto study = testing::made_study(folder / "study", 20);
    const auto cut = study.features / "slide3.h5";
    const auto bytes = read_file(cut);
    write_file(cut, bytes.substr(0, bytes.size() / 2));
    std::filesystem::remove(study.features / "slide4.h5");
    const auto bags = bags_of(study);
    EXPECT_EQ(bags.cohort.slides.size(), 18U);
    EXPECT_THAT(bags.cohort.problems, ::testing::Contains(HasSubstr("slide3.h5")));
    EXPECT_THAT(bags.cohort.problems, ::testing::Contains(HasSubstr("slide4")));
}

TEST(LearningFromDiagnoses, RefusesFeaturesOfTwoEncoders) {
    const testing::TemporaryFolder folder;
    const auto study = testing::made_study(folder / "study", 12);
    testing::write_made_features(study.features / "slide5.h5", 1, 6, FeatureLayout::slidetype, FeatureNumbers::half, 7);
    try {
        bags_of(study);
        FAIL() << "taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::bad_data);
        EXPECT_THAT(error.what(), HasSubstr("vectors of "));
    }
}

TEST(LearningFromDiagnoses, RefusesAnEncoderThatTheFeaturesAreNotOf) {
    const testing::TemporaryFolder folder;
    const auto study = testing::made_study(folder / "study", 12);
    const EncoderInfo other{
        .name = "other", .sha256 = "def", .patch_size_px = 256, .spacing_um_px = 0.5, .dimension = 6, .path = {}};
    const auto cohort = read_cohort(study.table, {.root = {}, .features = study.features});
    EXPECT_THROW(read_cohort_bags(cohort, other, 1U << 30, 1), Error);
}

TEST(LearningFromDiagnoses, JoinsTheSlidesOfAPatient) {
    const testing::TemporaryFolder folder;
    const auto study = testing::made_study(folder / "study", 24);
    const auto model = trained(study, folder / "model");
    const auto pair = testing::made_study(folder / "pair", 8);
    write_file(pair.table, "slide,label,patient\nslide0,LUAD,a\nslide2,LUAD,a\nslide1,LUSC,b\n");
    const auto heads = open_aggregator(model);
    const auto together = call_cohort(bags_of(pair), *heads, PatientCall::one_bag, 1);
    const auto apart = call_cohort(bags_of(pair), *heads, PatientCall::mean_of_slides, 1);
    ASSERT_EQ(together.patients.size(), 2U);
    EXPECT_EQ(together.slides[0].logit, apart.slides[0].logit);
    EXPECT_NE(together.patients[0].logit, apart.patients[0].logit);
    EXPECT_EQ(together.patients[1].logit, apart.patients[1].logit) << "a patient of one slide";
}

TEST(LearningFromDiagnoses, CallsSlidesAndPatientsByEachHeadAlone) {
    const testing::TemporaryFolder folder;
    const auto study = testing::made_study(folder / "study", 24);
    const auto model = trained(study, folder / "model");
    write_file(study.table, "slide,label,patient\nslide0,LUAD,a\nslide2,LUAD,a\nslide1,LUSC,b\n");
    const auto bags = bags_of(study);
    const auto heads = open_aggregator(model);
    for (const auto how : {PatientCall::one_bag, PatientCall::mean_of_slides}) {
        const auto called = call_cohort(bags, *heads, how, 2);
        ASSERT_EQ(called.heads.size(), 5U);
        std::array<double, 2> sum{};
        for (const auto& head : called.heads) {
            EXPECT_EQ(head.slides[1].name, called.slides[1].name);
            sum[0] += head.slides[1].logit, sum[1] += head.patients[0].logit;
        }
        EXPECT_NEAR(sum[0] / 5, called.slides[1].logit, 1e-9) << "all together are the mean of their logits";
        EXPECT_NEAR(sum[1] / 5, called.patients[0].logit, 1e-9);
    }
}

TEST(LearningFromDiagnoses, IsLookedAtByTheHeadThatHasNotLearnedFromTheSlide) {
    const testing::TemporaryFolder folder;
    const auto study = testing::made_study(folder / "study", 24);
    const auto bags = bags_of(study);
    auto learned = learn_from_diagnoses(bags, {}, quick_heads());
    learned.folds.fold[3] = -1;
    learned.folds.fold[4] = learned.folds.folds;
    const auto ends = ends_out_of_fold(learned, bags, 2);
    EXPECT_EQ(ends[3].lack, SlideEnds::Lack::look) << "for the test";
    EXPECT_EQ(ends[4].lack, SlideEnds::Lack::look) << "taught every head";
    const auto fold = static_cast<std::size_t>(learned.folds.fold[5]);
    const auto head = make_head_aggregator({learned.report.heads[fold]}, learned.temperature, "head");
    const auto said = head->aggregate(*bags.store->get(5), 1);
    const auto expected = attention_ends(5, *bags.store->get(5), said, *head);
    ASSERT_FALSE(ends[5].tiles.most.empty());
    EXPECT_EQ(ends[5].tiles.most.front().tile, expected.tiles.most.front().tile);
    EXPECT_EQ(ends[5].tiles.most.front().times_mean, expected.tiles.most.front().times_mean);
    const auto all = make_head_aggregator(learned.report.heads, 1, "all");
    const auto other = ends_of_cohort(
        bags, [&](std::size_t) { return all.get(); }, 1);
    EXPECT_NE(ends[5].tiles.most.front().times_mean, other[5].tiles.most.front().times_mean);
}

TEST(NamesDiagnoses, TellsTablesOfDiagnosesFromOthers) {
    const testing::TemporaryFolder folder;
    const auto is = [&](const std::string& header) {
        write_file(folder / "t.csv", header + "\n");
        return names_diagnoses(folder / "t.csv");
    };
    EXPECT_TRUE(is("slide,label,patient"));
    EXPECT_TRUE(is("case_id,slide_id,label"));
    EXPECT_FALSE(is("slide,annotations,label"));
    EXPECT_FALSE(is("slide,patient"));
    EXPECT_FALSE(is("file,class,group"));
    EXPECT_FALSE(names_diagnoses(folder.path()));
}

}  // namespace
}  // namespace slidetype

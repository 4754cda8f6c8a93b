#include "model/training.h"

#include <gtest/gtest.h>

#include <numeric>

#include "base/atomic_file.h"
#include "base/error.h"
#include "model/evaluation.h"
#include "tests/model/tile_pictures.h"
#include "tests/support.h"

namespace slidetype {
namespace {

#ifdef SLIDETYPE_HAVE_OPENCV

TrainOptions quick(int threads) {
    TrainOptions options;
    options.epochs = 1;
    options.batch = 32;  // two shards
    options.learning_rate = 4e-3;
    options.threads = threads;
    // Stripes across and upright differ only by a right angle.
    options.augmentation.right_angles = false;
    return options;
}

class Training : public ::testing::Test {
  protected:
    Training() {
        testing::write_striped_folders(folder.path(), 112, 24);
        dataset = read_dataset(folder.path());
        split = split_by_group(dataset, 0.25, 1);
    }
    testing::TemporaryFolder folder;
    Dataset dataset;
    Split split;
};

TEST_F(Training, GivesTheSameBitsForAnyNumberOfThreads) {
    const auto one = train_network(dataset, split, quick(1), {});
    const auto three = train_network(dataset, split, quick(3), {});
    EXPECT_EQ(one.weights, three.weights);
    EXPECT_EQ(one.best_epoch, three.best_epoch);
    auto other_seed = quick(1);
    other_seed.seed = 2;
    EXPECT_NE(train_network(dataset, split, other_seed, {}).weights, one.weights);
}

TEST_F(Training, LearnsStripesAndWritesAModelThatKnowsThem) {
    auto options = quick(2);
    options.epochs = 8;
    int epochs = 0;
    TrainCallbacks callbacks;
    callbacks.epoch_done = [&](const EpochReport& report) { EXPECT_EQ(report.epoch, ++epochs); };
    const auto fitted = fit_model(dataset, split, options, "stripes", callbacks);
    EXPECT_EQ(epochs, 8);
    EXPECT_GT(fitted.uncalibrated.accuracy.value, 0.9);

    write_model_directory(folder / "model", fitted.config, fitted.weights, StorageType::f16);
    const auto model = read_model_directory(folder / "model");
    EvaluationOptions evaluation;
    evaluation.threads = 2;
    const auto result = evaluate_model(model, dataset, split.validation, evaluation);
    EXPECT_EQ(result.metrics.n, split.validation.size());
    EXPECT_NEAR(result.metrics.accuracy.value, fitted.uncalibrated.accuracy.value, 0.06) << "half precision";
    evaluation.threads = 1;
    EXPECT_EQ(to_json(evaluate_model(model, dataset, split.validation, evaluation)), to_json(result));
}

TEST_F(Training, LeavesUnreadablePicturesOutAndNamesThem) {
    const auto& broken = dataset.tiles[split.train.front()].file;
    write_file(broken, read_file(broken).substr(0, 60));
    const auto report = train_network(dataset, split, quick(2), {});
    ASSERT_EQ(report.skipped.size(), 1U);
    EXPECT_NE(report.skipped[0].find(broken.string()), std::string::npos);
}

TEST_F(Training, StopsWhenAskedAndKeepsTheBestEpoch) {
    auto options = quick(1);
    options.epochs = 100;
    int done = 0;
    TrainCallbacks callbacks;
    callbacks.epoch_done = [&](const EpochReport&) { ++done; };
    callbacks.stop_requested = [&] { return done == 1; };
    const auto report = train_network(dataset, split, options, callbacks);
    EXPECT_TRUE(report.stopped_early);
    EXPECT_EQ(report.best_epoch, 1);
    EXPECT_FALSE(report.weights.empty());
}

TEST_F(Training, RefusesALossThatIsNoNumber) {
    auto options = quick(1);
    options.learning_rate = 1e30;
    EXPECT_THROW(train_network(dataset, split, options, {}), Error);
}

#else

TEST(Training, NeedsAPictureDecoder) {
    GTEST_SKIP() << "built without OpenCV";
}

#endif

}  // namespace
}  // namespace slidetype

#include "model/training/training.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/pictures/image_file.h"
#include "model/backends/backend.h"
#include "model/learning/evaluation.h"
#include "model/learning/familiarity_guard.h"
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
    options.turns = 1;
    options.averaging = 0.2;  // few steps
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

TEST_F(Training, GoesOnFromACheckpointBitForBit) {
    auto options = quick(2);
    options.epochs = 4;
    const auto whole = train_network(dataset, split, options, {});

    options.checkpoint = folder / "checkpoint.pt";
    TrainCallbacks callbacks;
    int done = 0, batches = 0;
    callbacks.epoch_done = [&](const EpochReport&) { ++done; };
    callbacks.stop_requested = [&] { return done == 2 && ++batches == 1; };  // within the third epoch
    EXPECT_TRUE(train_network(dataset, split, options, callbacks).stopped_early);

    options.resume = true;
    options.threads = 3;
    const auto rest = train_network(dataset, split, options, {});
    EXPECT_EQ(rest.resumed_after, 2);
    EXPECT_EQ(rest.weights, whole.weights);
    EXPECT_EQ(rest.best_epoch, whole.best_epoch);
    ASSERT_EQ(rest.epochs.size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(rest.epochs[i].train_loss, whole.epochs[i].train_loss);
        EXPECT_EQ(rest.epochs[i].validation.log_loss, whole.epochs[i].validation.log_loss);
    }
    ASSERT_EQ(rest.validation.size(), whole.validation.size());
    EXPECT_EQ(rest.validation.back().logit, whole.validation.back().logit);
}

TEST_F(Training, RefusesACheckpointOfAnotherTrainingAndADamagedOne) {
    auto options = quick(1);
    options.checkpoint = folder / "checkpoint.pt";
    train_network(dataset, split, options, {});
    options.resume = true;
    options.weight_decay *= 2;
    EXPECT_THROW(train_network(dataset, split, options, {}), Error);
    options.weight_decay /= 2;
    EXPECT_NO_THROW(train_network(dataset, split, options, {}));
    dataset.tiles[split.train.front()].gate_only = true;
    try {
        train_network(dataset, split, options, {});
        ADD_FAILURE() << "went on with a picture that teaches the gate alone";
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("other data or options"), std::string::npos) << error.what();
    }
    dataset.tiles[split.train.front()].gate_only = false;
    const auto bytes = read_file(options.checkpoint);
    write_file(options.checkpoint, bytes.substr(0, bytes.size() / 2));
    EXPECT_THROW(train_network(dataset, split, options, {}), Error);
}

TEST_F(Training, KeepsTheLastCheckpointWhereTheLossIsLost) {
    auto options = quick(1);
    options.epochs = 2;
    options.checkpoint = folder / "checkpoint.pt";
    options.learning_rate = 1e30;
    write_file(options.checkpoint, "the state of an earlier epoch");
    EXPECT_THROW(train_network(dataset, split, options, {}), Error);
    EXPECT_EQ(read_file(options.checkpoint), "the state of an earlier epoch");
}

TEST_F(Training, FailsWhereTheCheckpointCannotBeWritten) {
    auto options = quick(1);
    options.checkpoint = "/dev/full/checkpoint.pt";
    EXPECT_THROW(train_network(dataset, split, options, {}), Error);
}

TEST_F(Training, StopsWithoutProgress) {
    auto options = quick(1);
    options.epochs = 50;
    options.learning_rate = 1e-12;
    options.patience = 2;
    options.averaging = 1;
    // Weights that hardly move and running statistics that settle: no progress for long.
    const auto report = train_network(dataset, split, options, {});
    EXPECT_LT(report.epochs.size(), 50U);
    EXPECT_EQ(static_cast<int>(report.epochs.size()), report.best_epoch + 2);
}

class FineTuning : public Training {
  protected:
    FineTuning() {
        auto options = quick(2);
        options.epochs = 2;
        const auto fitted = fit_model(dataset, split, options, "base", {});
        write_model_directory(folder / "base", fitted.config, fitted.weights, StorageType::f32);
        base = read_model_directory(folder / "base");
    }
    ModelDirectory base;
};

TEST_F(FineTuning, StartsFromTheModelAndTakesATenthOfTheRate) {
    auto options = quick(1);
    options.learning_rate.reset();
    const double fresh = learning_rate(options);
    options.from = base;
    EXPECT_DOUBLE_EQ(learning_rate(options), fresh / 10);
    options.learning_rate = 1e-12;
    options.averaging = 1;
    const auto report = train_network(dataset, split, options, {});
    const auto& before = base.weights.at("conv3.weight").values;
    const auto& after = report.weights.at("conv3.weight").values;
    for (std::size_t i = 0; i < before.size(); i += 97) EXPECT_NEAR(before[i], after[i], 1e-6);
}

TEST_F(FineTuning, FrozenConvolutionsStayAndTheLastLayerLearns) {
    auto options = quick(2);
    options.from = base;
    options.freeze_features = true;
    options.learning_rate = 1e-2;
    const auto report = train_network(dataset, split, options, {});
    for (const auto& [name, tensor] : report.weights) {
        if (name.starts_with("conv")) {
            EXPECT_EQ(tensor, base.weights.at(name)) << name;
        } else {
            EXPECT_NE(tensor, base.weights.at(name)) << name;
        }
    }
}

TEST_F(FineTuning, AFewStepsAlreadyMoveTheAverage) {
    auto options = quick(1);
    options.from = base;
    options.freeze_features = true;
    options.epochs = 1;
    options.averaging = 1e-4;
    const auto report = train_network(dataset, split, options, {});
    options.averaging = 1;
    const auto plain = train_network(dataset, split, options, {});
    const auto& start = base.weights.at("dense1.weight").values;
    const auto& mean = report.weights.at("dense1.weight").values;
    const auto& end = plain.weights.at("dense1.weight").values;
    double moved = 0, mean_moved = 0;
    for (std::size_t i = 0; i < start.size(); ++i) {
        moved += std::abs(end[i] - start[i]), mean_moved += std::abs(mean[i] - start[i]);
    }
    EXPECT_GT(mean_moved, 0.2 * moved) << "the starting weights must not outweigh what was learnt";
}

TEST_F(FineTuning, RefusesAnotherArchitectureOrInputAndFreezingNothing) {
    auto options = quick(1);
    options.from = base;
    options.architecture = "seed";
    EXPECT_THROW(train_network(dataset, split, options, {}), Error);
    options.architecture = "compact";
    options.input = InputKind::grey_density;
    EXPECT_THROW(train_network(dataset, split, options, {}), Error);
    options = quick(1);
    options.freeze_features = true;
    EXPECT_THROW(train_network(dataset, split, options, {}), Error);
}

TEST_F(Training, LearnsAGateWhereThereAreBenignPictures) {
    testing::write_flat_pictures(folder / "benign", 112, 16);
    dataset = read_dataset(folder.path());
    split = split_by_group(dataset, 0.25, 1);
    auto options = quick(2);
    options.epochs = 6;
    auto fitted = fit_model(dataset, split, options, "gated", {});
    ASSERT_TRUE(fitted.config.slidetype->gate);
    ASSERT_TRUE(has_gate(fitted.weights));
    EXPECT_EQ(fitted.report.validation.size() + 4, fitted.report.gate_validation.size()) << "benign in the gate alone";

    const auto guard = fit_familiarity_guard(fitted.config, fitted.weights, dataset, split, 2);
    write_model_directory(folder / "model", fitted.config, fitted.weights, StorageType::f16, guard);
    const auto classifier = open_classifier(read_model_directory(folder / "model"));
    const auto flat = testing::flat_picture(112, 900), stripes = testing::striped_picture(112, 1, 901);
    auto tiles = flat.pixels;
    tiles.insert(tiles.end(), stripes.pixels.begin(), stripes.pixels.end());
    const auto noise = testing::noise_tiles(1, 112, 1);
    tiles.insert(tiles.end(), noise.begin(), noise.end());
    const auto scores = classifier->classify(tiles, 3);
    ASSERT_EQ(scores.tumour.size(), 3U);
    ASSERT_TRUE(fitted.gate);
    EXPECT_GT(fitted.gate->auc.value, 0.9);
    EXPECT_GT(scores.tumour[1], scores.tumour[0]);
    ASSERT_EQ(scores.strangeness.size(), 3U);
    EXPECT_GT(scores.strangeness[2], 1) << "noise is unlike anything that was trained on";
    EXPECT_GT(scores.strangeness[2], 2 * scores.strangeness[1]);

    options.gate = false;
    EXPECT_FALSE(has_gate(train_network(dataset, split, options, {}).weights));
}

/// Striped pictures teach LUAD and LUSC as ever; a table has what teaches the gate alone.
TEST_F(Training, TeachesTheGateAloneWithTumourWhoseSubtypeIsNotTold) {
    testing::write_flat_pictures(folder / "more" / "flat", 112, 12);
    std::filesystem::create_directories(folder / "more" / "other");
    std::string table = "file,class,group,teaches\n";
    for (int i = 0; i < 12; ++i) {
        const auto number = std::to_string(i);
        const auto png = encode_png(testing::striped_picture(112, i % 2, 500 + static_cast<unsigned>(i)));
        write_file(folder / "more" / "other" / (number + ".png"), std::string(png.begin(), png.end()));
        table += "other/" + number + ".png,tumour,slide" + std::to_string(i % 3) + ",\n";
    }
    for (const auto& entry : std::filesystem::directory_iterator(folder / "more" / "flat")) {
        table += "flat/" + entry.path().filename().string() + ",benign,slide9,gate\n";
    }
    write_file(folder / "more" / "tiles.csv", table);
    const std::vector<DataInput> inputs = {{folder / "LUAD" / "..", {}}, {folder / "more" / "tiles.csv", {}}};
    dataset = read_datasets(inputs);
    split = split_by_group(dataset, 0.25, 1);
    const auto fitted = fit_model(dataset, split, quick(2), "gated", {});
    ASSERT_TRUE(has_gate(fitted.weights)) << "the table has benign tissue";
    for (const auto& each : fitted.report.validation) EXPECT_FALSE(dataset.tiles[each.tile].gate_only);
    EXPECT_GT(fitted.report.gate_validation.size(), fitted.report.validation.size());

    // Labels of what teaches the gate alone say nothing of LUAD and LUSC: turned round, the same model comes out.
    auto other = dataset;
    for (auto& tile : other.tiles) {
        if (tile.gate_only && tile.label == 0) tile.label = 1;
    }
    EXPECT_EQ(train_network(other, split, quick(2), {}).weights, fitted.report.weights);
}

RgbImage turned(const RgbImage& picture, bool mirrored) {
    RgbImage out(picture.height, picture.width);
    for (int y = 0; y < picture.height; ++y) {
        for (int x = 0; x < picture.width; ++x) {
            const int column = picture.height - 1 - y, row = mirrored ? picture.width - 1 - x : x;
            std::copy_n(picture.at(x, y), 3, out.at(column, row));
        }
    }
    return out;
}

/// Largest change of P(LUSC) of a few tiles when they are turned by a right angle, and mirrored besides.
std::array<double, 2> change_by_turning(const FittedModel& fitted, const std::filesystem::path& folder) {
    write_model_directory(folder, fitted.config, fitted.weights, StorageType::f32);
    const auto classifier = open_classifier(read_model_directory(folder));
    std::array<double, 2> change{};
    for (unsigned seed = 0; seed < 3; ++seed) {
        const auto tile = testing::striped_picture(112, static_cast<int>(seed % 2), 700 + seed);
        const double p = classifier->classify(tile.pixels, 1).probabilities[1];
        for (std::size_t mirrored = 0; mirrored < 2; ++mirrored) {
            const double q = classifier->classify(turned(tile, mirrored == 1).pixels, 1).probabilities[1];
            change[mirrored] = std::max(change[mirrored], std::abs(p - q));
        }
    }
    return change;
}

TEST_F(Training, SymmetryMakesTheScoreIndependentOfTurns) {
    auto options = quick(2);
    options.symmetry = 8;
    auto change = change_by_turning(fit_model(dataset, split, options, "mirrored", {}), folder / "8");
    EXPECT_LT(change[0], 1e-4);
    EXPECT_LT(change[1], 1e-4);
    options.symmetry = 4;
    change = change_by_turning(fit_model(dataset, split, options, "turned", {}), folder / "4");
    EXPECT_LT(change[0], 1e-4);
    options.symmetry = 1;
    change = change_by_turning(fit_model(dataset, split, options, "plain", {}), folder / "1");
    EXPECT_GT(change[0], 1e-3);
    options.symmetry = 3;
    EXPECT_THROW(train_network(dataset, split, options, {}), Error);
    options.symmetry = 8;
    options.architecture = "seed";
    EXPECT_THROW(train_network(dataset, split, options, {}), Error);
}

TEST_F(Training, ShowsPicturesBeforeAndAfterTheirVariation) {
    const auto examples = augmented_examples(dataset, split, quick(1), 5);
    ASSERT_EQ(examples.size(), 5U);
    for (const auto& example : examples) {
        EXPECT_EQ(example.before.width, 112);
        EXPECT_EQ(example.after.height, 112);
        EXPECT_NE(example.before.pixels, example.after.pixels);
    }
    EXPECT_EQ(examples[0].before.pixels, read_image(dataset.tiles[split.train[0]].file).pixels);
}

#else

TEST(Training, NeedsAPictureDecoder) {
    GTEST_SKIP() << "built without OpenCV";
}

#endif

}  // namespace
}  // namespace slidetype

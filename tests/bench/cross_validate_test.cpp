// The program as its user meets it, on small striped and coloured pictures.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "base/pictures/image_file.h"
#include "bench/cross_validation/network.h"
#include "bench/cross_validation/unit_result.h"
#include "model/backends/self_test.h"
#include "model/network/model_directory.h"
#include "model/onednn/int8_calibration.h"
#include "tests/bench/coloured_pictures.h"
#include "tests/cli/program.h"
#include "tests/model/tile_pictures.h"
#include "tests/support.h"

namespace slidetype::bench {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

class CrossValidate : public ::testing::Test {
  protected:
    testing::TemporaryFolder folder;
    std::filesystem::path manifest = testing::write_coloured_pictures(folder / "pictures", 4, 3);
    std::filesystem::path results = folder / "results";

    testing::Finished run(std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), {"--data", manifest.string(), "--results", results.string(), "--work",
                                           (folder / "work").string()});
        return testing::run_program(SLIDETYPE_PROGRAM, arguments);
    }
};

TEST_F(CrossValidate, StoresOneFilePerUnitAndDoesNothingTwice) {
    const auto first = run({"baselines", "--schemes", "fold,cluster,random"});
    EXPECT_EQ(first.code, 0) << first.error;
    EXPECT_EQ(read_results({results}).size(), 3u * 5u);
    const auto file = results / "colour-forest.fold-0.json.gz";
    const auto stored = read_file(file);
    std::filesystem::remove(file);
    const auto again = run({"baselines", "--schemes", "fold"});
    EXPECT_THAT(again.out, HasSubstr("colour-neighbour, fold-0: stored already"));
    EXPECT_EQ(read_file(file), stored) << "the same unit gives the same bytes";
}

TEST_F(CrossValidate, TellsHowFarScoresMoveBetweenBackends) {
    auto model = testing::write_random_model(folder / "m", "compact", 3);
    const auto refused = run({"backends", "--unit", "fold-1", "some=" + (folder / "m").string()});
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.error, HasSubstr("was not calibrated"));
    store_int8(folder / "m", calibrate_int8(model, testing::noise_tiles(8, model.config.patch_size_px, 4)));
    const auto finished = run({"backends", "--unit", "fold-1", "some=" + (folder / "m").string()});
    ASSERT_EQ(finished.code, 0) << finished.error;
    const auto text = read_file(results / "backends.md");
    EXPECT_THAT(finished.out, HasSubstr(text));
    EXPECT_THAT(text,
                ContainsRegex("`some` \\| libtorch [^|]*\\| [0-9.]+ % \\| 0.0e\\+00 \\| 0.0e\\+00 \\| 0 of 12 \\|"));
    EXPECT_THAT(text, ContainsRegex("`some` \\| oneDNN [^|]*floats \\| [0-9.]+ % \\| [0-9.]+e-0[5-9] \\|"));
    EXPECT_THAT(text, ContainsRegex("`some` \\| oneDNN [^|]*integers \\| [0-9.]+ % \\| [1-9.]+e-0[2-5] \\|"));
}

TEST_F(CrossValidate, TrainsANetworkForAFoldAndScoresItUnderEveryShift) {
    const auto finished = run({"run", "--epochs", "1", "--unit", "fold-1", "--input", "unit", "--batch", "16"});
    ASSERT_EQ(finished.code, 0) << finished.error << finished.out;
    const auto result = read_result(results / "compact-unit.fold-1.json.gz");
    EXPECT_TRUE(result.is_network);
    EXPECT_EQ(result.input, "unit");
    EXPECT_EQ(result.epoch_choice, "last epoch");
    EXPECT_EQ(result.pictures.size(), 12u);
    EXPECT_EQ(result.logits.size(), 13u);
    EXPECT_EQ(result.gate_logits.size(), 18u) << "benign pictures measure the gate";
    EXPECT_GT(result.parameters, 100'000u);

    // The model stays in the work folder: without the result it is scored again, not trained again.
    const auto stored = read_file(results / "compact-unit.fold-1.json.gz");
    std::filesystem::remove(results / "compact-unit.fold-1.json.gz");
    const auto again = run({"run", "--epochs", "1", "--unit", "fold-1", "--input", "unit", "--batch", "16"});
    EXPECT_THAT(again.out, ::testing::Not(HasSubstr("epoch 1:")));
    EXPECT_EQ(read_result(results / "compact-unit.fold-1.json.gz").logits, result.logits);
}

TEST_F(CrossValidate, TeachesTheGateFromFurtherTilesWithTheFeaturesAtRest) {
    std::string table = "file,class,group,teaches\n";
    std::filesystem::create_directories(folder / "gate");
    for (int i = 0; i < 6; ++i) {
        const auto name = std::to_string(i) + ".png";
        RgbImage picture(112, 112);
        picture.pixels = testing::noise_tiles(1, 112, 50U + static_cast<unsigned>(i));
        const auto png = encode_png(picture);
        write_file(folder / "gate" / name, std::string(png.begin(), png.end()));
        table += name + (i < 3 ? ",tumour,slide a,gate\n" : ",benign,slide b,gate\n");
    }
    write_file(folder / "gate/tiles.csv", table);
    const auto finished = run({"run", "--epochs", "1", "--gate-epochs", "2", "--unit", "fold-1", "--batch", "16",
                               "--gate-tiles", (folder / "gate/tiles.csv").string()});
    ASSERT_EQ(finished.code, 0) << finished.error << finished.out;
    const auto work = folder / "work";
    const auto before = read_model_directory(work / "compact.fold-1.features");
    const auto after = read_model_directory(work / "compact.fold-1");
    EXPECT_EQ(after.weights.at("conv1.weight").values, before.weights.at("conv1.weight").values);
    EXPECT_NE(after.weights.at("gate.weight").values, before.weights.at("gate.weight").values);
    const auto result = read_result(results / "compact.fold-1.json.gz");
    EXPECT_EQ(result.gate_logits.size(), 18u) << "what is held out stays the same";
}

TEST_F(CrossValidate, ScoresAModelThatWasTrainedElsewhere) {
    testing::write_random_model(folder / "model", "compact", 3, 2.5);
    const auto finished = run({"score", (folder / "model").string(), "--unit", "cluster-aca0+scc0", "--label", "other",
                               "--epoch-choice", "last epoch"});
    ASSERT_EQ(finished.code, 0) << finished.error << finished.out;
    const auto result = read_result(results / "other.cluster-aca0+scc0.json.gz");
    EXPECT_EQ(result.logits.size(), 1u);
    EXPECT_TRUE(result.gate_logits.empty());
}

TEST_F(CrossValidate, WritesACardOfWhatIsStored) {
    ASSERT_EQ(run({"baselines"}).code, 0);
    testing::write_random_model(folder / "models/seedling", "compact", 3);
    write_speed(results, {"colour-forest", 12.4, "a processor"});
    const auto card = folder / "card.md";
    const auto finished = testing::run_program(SLIDETYPE_PROGRAM, {"card", "--results", results.string(), "--models",
                                                                   (folder / "models").string(), "-o", card.string()});
    ASSERT_EQ(finished.code, 0) << finished.error;
    const auto text = read_file(card);
    EXPECT_THAT(text, HasSubstr("| `colour-forest` | colours | not run (2 of 5 folds) |"));
    EXPECT_THAT(text, HasSubstr("on\na processor"));
    EXPECT_THAT(text, ::testing::Not(HasSubstr("{{")));
}

TEST_F(CrossValidate, NamesWhatIsWrong) {
    EXPECT_THAT(run({"baselines", "--unit", "fold-9"}).error, HasSubstr("names no unit"));
    EXPECT_THAT(run({"baselines", "--schemes", "jackknife"}).error, HasSubstr("jackknife"));
}

}  // namespace
}  // namespace slidetype::bench

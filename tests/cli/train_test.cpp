// `slidetype train` as a user runs it: from nothing, stopped and resumed, on top of a model, and from corrections that
// were drawn on a slide.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/atomic_file.h"
#include "model/network/installed_models.h"
#include "model/network/model_directory.h"
#include "tests/cli/program.h"
#include "tests/model/tile_pictures.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class TrainCommand : public ::testing::Test {
  protected:
    TrainCommand() { testing::write_striped_folders(folder / "tiles", 112, 24); }

    testing::Finished train(const std::string& output, std::vector<std::string> more, const fs::path& until = {}) {
        std::vector<std::string> arguments = {
            "train", (folder / "tiles").string(), "-o", (folder / output).string(), "--batch", "16", "-q", "--storage",
            "f32"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return testing::slidetype(arguments, until);
    }
    Weights weights(const std::string& output) { return read_model_directory(folder / output).weights; }

    testing::TemporaryFolder folder;
};

TEST_F(TrainCommand, WritesAModelThatIsCompleteAndVerifies) {
    const auto finished = train("model", {"--epochs", "2", "--averaging", "0.5"});
    ASSERT_EQ(finished.code, 0) << finished.error;
    EXPECT_THAT(finished.out, HasSubstr("have no group")) << "pictures without groups may be copies";
    const auto model = read_model_directory(folder / "model");
    EXPECT_TRUE(model.config.slidetype->familiarity);
    EXPECT_TRUE(fs::exists(folder / "model" / "torchscript_model.pt"));
    EXPECT_THAT(read_file(folder / "model" / "report.html"), HasSubstr("--averaging 0.5")) << "the exact command";
    EXPECT_FALSE(fs::exists(folder / "model" / "checkpoint.pt")) << "no longer needed";
    const auto verified = testing::slidetype({"models", "verify", (folder / "model").string()});
    EXPECT_EQ(verified.code, 0) << verified.error << verified.out;
}

TEST_F(TrainCommand, TrainsAsTheNotebookDidButForWhatIsSaidOtherwise) {
    const auto finished = train("model", {"--stain", "0.3", "--notebook", "--arch", "compact", "--epochs", "1"});
    ASSERT_EQ(finished.code, 0) << finished.error;
    const auto training = json::parse(read_model_directory(folder / "model").config.slidetype->training);
    EXPECT_EQ(training["augmentation"]["stain"], 0.3);
    EXPECT_EQ(training["augmentation"]["rotation_degrees"], 0);
    EXPECT_EQ(training["augmentation"]["zoom"], 0.2);
    EXPECT_EQ(training["batch"], 16);
    EXPECT_EQ(training["weight_decay"], 0);
}

TEST_F(TrainCommand, StopsOnSigintAndResumesBitForBit) {
    ASSERT_EQ(train("whole", {"--epochs", "6", "-t", "2"}).code, 0);
    // The checkpoint appears after the first epoch; the signal comes in the second or later.
    const auto stopped = train("resumed", {"--epochs", "6", "-t", "1"}, folder / "resumed" / "checkpoint.pt");
    ASSERT_EQ(stopped.code, 130) << stopped.error << stopped.out;
    EXPECT_THAT(stopped.out, HasSubstr("--resume"));
    EXPECT_NO_THROW(read_model_directory(folder / "resumed")) << "the best epoch so far is a model";
    const auto resumed = train("resumed", {"--epochs", "6", "-t", "2", "--resume"});
    ASSERT_EQ(resumed.code, 0) << resumed.error;
    EXPECT_THAT(resumed.out, HasSubstr("Went on from the checkpoint after epoch"));
    EXPECT_EQ(weights("resumed"), weights("whole"));
    const auto again = train("resumed", {"--epochs", "6", "-t", "2", "--resume"});
    EXPECT_EQ(again.code, 0);
    EXPECT_THAT(again.out, HasSubstr("nothing to resume"));
}

TEST_F(TrainCommand, ListsWhatItLeavesOutBeforeItTrains) {
    write_file(folder / "tiles" / "LUAD" / "cut short.png", "\x89PNG");
    fs::create_symlink(folder / "nowhere.png", folder / "tiles" / "LUSC" / "gone.png");
    const auto finished = train("model", {"--epochs", "1"});
    ASSERT_EQ(finished.code, 0) << finished.error;
    const auto listed = finished.out.find("Left out (2)");
    ASSERT_NE(listed, std::string::npos) << finished.out;
    EXPECT_LT(listed, finished.out.find("epoch   1"));
    EXPECT_THAT(finished.out, HasSubstr("gone.png: is a link to nothing"));
    EXPECT_THAT(finished.out, HasSubstr("cut short.png"));
    const auto training = json::parse(read_model_directory(folder / "model").config.slidetype->training);
    EXPECT_EQ(training["skipped_pictures"], 2);
}

/// data/train, data/validation and data/test, as Keras' flow_from_directory wants them.
class TrainOnParts : public ::testing::Test {
  protected:
    TrainOnParts() {
        testing::write_striped_folders(folder / "data" / "train", 112, 16);
        testing::write_striped_folders(folder / "data" / "validation", 112, 6);
        testing::write_striped_folders(folder / "data" / "test", 112, 4);
    }
    testing::Finished train(std::vector<std::string> more = {}) {
        std::vector<std::string> arguments = {
            "train", (folder / "data").string(), "-o", (folder / "model").string(), "--batch", "16", "--epochs", "1",
            "-q"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return testing::slidetype(arguments);
    }
    testing::TemporaryFolder folder;
};

TEST_F(TrainOnParts, KeepsThemApartAndEndsWithTheFigureOfTheTestPart) {
    const auto finished = train();
    ASSERT_EQ(finished.code, 0) << finished.error;
    for (const std::string text :
         {"divided into train 32 pictures, validation 12 pictures, test 8 pictures, which are kept apart",
          "as Keras numbers the class folders: 0 LUAD (LUAD), 1 LUSC (LUSC)",
          "32 pictures train, 12 validate; as the folders say", "8 test pictures take no part in training",
          "validation pictures look like copies of training pictures",
          "8 test pictures look like copies of training or validation pictures", "took no part in training"}) {
        EXPECT_THAT(finished.out, HasSubstr(text));
    }
    const auto page = read_file(folder / "model" / "report.html");
    EXPECT_THAT(page, HasSubstr("Confusion matrix of the test part"));
    EXPECT_THAT(page, HasSubstr("test: pictures"));

    // The figure at the end is what `evaluate` gives.
    const auto evaluated =
        testing::slidetype({"evaluate", (folder / "model").string(), (folder / "data").string(), "-q"});
    ASSERT_EQ(evaluated.code, 0) << evaluated.error;
    const auto row = [](const std::string& text, const std::string& name) {
        const auto at = text.find(name);
        return at == std::string::npos ? text : text.substr(at + name.size(), text.find('\n', at) - at - name.size());
    };
    const auto words = [](const std::string& text) {
        std::istringstream in(text);
        return std::vector<std::string>(std::istream_iterator<std::string>(in), {});
    };
    EXPECT_EQ(words(row(evaluated.out, "as they are")), words(row(finished.out, "took no part in training")));
}

TEST_F(TrainOnParts, DoesNotDivideThemAgain) {
    const auto refused = train({"--split", "random"});
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.error, HasSubstr("divided into folders train and validation already"));
    fs::remove_all(folder / "data" / "validation");
    const auto without = train();
    EXPECT_EQ(without.code, 1);
    EXPECT_THAT(without.error, HasSubstr("the part validation: holds no pictures"));
    const auto drawn = train({"--split", "group"});
    EXPECT_EQ(drawn.code, 0) << drawn.error;
    EXPECT_THAT(drawn.out, HasSubstr("there is no folder validation"));
    EXPECT_THAT(drawn.out, HasSubstr("26 pictures train, 6 validate"));
    EXPECT_THAT(drawn.out, HasSubstr("8 test pictures take no part"));
}

TEST_F(TrainCommand, GoesOnFromAModel) {
    ASSERT_EQ(train("base", {"--epochs", "1", "--good-for", "Stripes."}).code, 0);
    EXPECT_EQ(read_model_directory(folder / "base").config.slidetype->good_for, "Stripes.");
    const auto frozen = train("tuned", {"--epochs", "1", "--from", (folder / "base").string(), "--freeze"});
    ASSERT_EQ(frozen.code, 0) << frozen.error;
    EXPECT_EQ(weights("tuned").at("conv2.weight"), weights("base").at("conv2.weight"));
    EXPECT_NE(weights("tuned").at("dense1.weight"), weights("base").at("dense1.weight"));

    EXPECT_EQ(read_model_directory(folder / "tuned").config.slidetype->good_for, "") << "which may not be true of it";
    EXPECT_EQ(read_model_directory(folder / "tuned").familiarity.at("whitening"),
              read_model_directory(folder / "base").familiarity.at("whitening"));
    const auto all = train("all", {"--epochs", "1", "--from", (folder / "base").string(), "--no-freeze"});
    EXPECT_NE(weights("all").at("conv2.weight"), weights("base").at("conv2.weight"));
    EXPECT_THAT(all.out, HasSubstr("only these pictures will be familiar"));

    EXPECT_EQ(train("x", {"--freeze"}).code, 1) << "nothing to freeze";
    const auto wrong = train("x", {"--from", (folder / "base").string(), "--arch", "seed"});
    EXPECT_EQ(wrong.code, 1);
    EXPECT_THAT(wrong.error, HasSubstr("compact"));
}

TEST_F(TrainCommand, TellsWhatItCannotUse) {
    EXPECT_EQ(testing::slidetype({"train", (folder / "nowhere").string(), "-o", (folder / "m").string()}).code, 1);
    const auto unwritable = train("../../../../proc/model", {"--epochs", "1"});
    EXPECT_EQ(unwritable.code, 1);
    EXPECT_THAT(unwritable.error, HasSubstr("cannot be created"));
    const auto lost = train("lost", {"--epochs", "1", "--learning-rate", "1e30"});
    EXPECT_EQ(lost.code, 1);
    EXPECT_THAT(lost.error, HasSubstr("--learning-rate"));
    EXPECT_FALSE(fs::exists(folder / "lost" / "config.json"));
}

/// All corrections swap the classes of a mosaic of real tiles; a model that is trained on them as docs/retraining.md
/// says must swap too, and keep the gate and what was familiar.
TEST(Retraining, CorrectionsOnASlideChangeItsClasses) {
    SLIDETYPE_SHARED_OR_SKIP(tiles, "lc25000_lung_224_dev.tar");
    SLIDETYPE_SHARED_OR_SKIP(groups, "groups.csv");
    const testing::TemporaryFolder folder;
    ASSERT_EQ(testing::run_program("/bin/tar", {"-xf", tiles.string(), "-C", folder.path().string()}).code, 0);
    const auto slide = (folder / "slide.tiff").string();
    const auto made = testing::run_program(
        SLIDETYPE_MOSAIC, {"--layout",
                           "AAAAAASSSSSS/AAAAAASSSSSS/AAAAAASSSSSS/AAAAAASSSSSS/AAAAAASSSSSS/AAAAAASSSSSS/AAAAAASSSSSS/"
                           "AAAAAASSSSSS",
                           "--key", "A=LUAD", "--key", "S=LUSC", "--groups", groups.string(), "--fold", "4",
                           "--spacing", "0.5", "--tiles", "LUAD=" + (folder / "lung_aca").string(), "--tiles",
                           "LUSC=" + (folder / "lung_scc").string(), "-o", slide});
    ASSERT_EQ(made.code, 0) << made.error;

    auto annotations = json::parse(read_file(folder / "slide.geojson"));
    for (auto& feature : annotations["features"]) {
        auto& name = feature["properties"]["classification"]["name"];
        name = name == "LUAD" ? "LUSC" : "LUAD";
    }
    write_file(folder / "slide.geojson", annotations.dump());

    const auto areas = [&](const std::string& model, const std::string& out) {
        const auto run = testing::slidetype({"run", slide, "-o", (folder / out).string(), "-q", "--model", model,
                                             "--roi", (folder / "left.geojson").string()});
        EXPECT_EQ(run.code, 0) << run.error;
        return json::parse(read_file(folder / out / "slide" / "summary.json"))["areas_mm2"];
    };
    write_file(folder / "left.geojson",
               R"({"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":)"
               R"([[[0,0],[1536,0],[1536,2048],[0,2048],[0,0]]]}})");
    const auto before = areas("compact", "before");
    EXPECT_GT(before["LUAD"].get<double>(), 2 * before["LUSC"].get<double>());

    std::vector<std::string> arguments = {"train", slide, "-o", (folder / "corrected").string(), "--from", "compact"};
    // A sanitizer looks at how it is computed, and has seen that after some steps; what comes out takes 300.
    constexpr bool kSanitized = SLIDETYPE_SANITIZED;
    if (kSanitized) arguments.insert(arguments.end(), {"--epochs", "10"});
    const auto trained = testing::slidetype(arguments);
    ASSERT_EQ(trained.code, 0) << trained.error << trained.out;
    EXPECT_THAT(trained.out, HasSubstr("Only the last layer learns"));
    EXPECT_THAT(trained.out, HasSubstr("hardly calibrated"));
    EXPECT_THAT(trained.out, Not(HasSubstr("calibrated on other groups"))) << "there are none";
    const auto model = read_model_directory(folder / "corrected");
    const auto& ours = *model.config.slidetype;
    const auto compact = read_model_directory(find_model("compact"));
    EXPECT_EQ(ours.gate->threshold, compact.config.slidetype->gate->threshold);
    EXPECT_EQ(model.weights.at("gate.weight"), compact.weights.at("gate.weight"));
    EXPECT_EQ(ours.familiarity->threshold, compact.config.slidetype->familiarity->threshold);
    EXPECT_GT(ours.temperature, 0.3 * compact.config.slidetype->temperature) << "one slide says little of it";
    const auto after = areas((folder / "corrected").string(), "after");
    if (!kSanitized) {
        EXPECT_GT(after["LUSC"].get<double>(), 2 * after["LUAD"].get<double>());
    }
}

}  // namespace
}  // namespace slidetype

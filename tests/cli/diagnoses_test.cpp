// `train` and `evaluate` with slides and diagnoses, and `run` with what comes out, as a user runs them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "tests/cli/program.h"
#include "tests/plugin/cohorts/made_features.h"
#include "tests/support.h"

namespace slidetype {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::slidetype;

class Diagnoses : public ::testing::Test {
  protected:
    std::string path(const std::string& name) const { return (folder / name).string(); }

    /// The rate is high, for the heads have few steps.
    testing::Finished train(const testing::MadeStudy& study, std::vector<std::string> more = {}) {
        std::vector<std::string> arguments = {"train",
                                              study.table.string(),
                                              "-o",
                                              path("model"),
                                              "-q",
                                              "--features",
                                              study.features.string(),
                                              "--learning-rate",
                                              "3e-3",
                                              "--epochs",
                                              "10"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return slidetype(arguments);
    }
    /// A table of eight copies of sample slides, four of each class.
    std::string copied_samples() const {
        std::string table = "slide,label,patient\n";
        for (int i = 0; i < 4; ++i) {
            const auto keratin = path("a" + std::to_string(i) + ".tiff");
            const auto other = path("b" + std::to_string(i) + ".tiff");
            std::filesystem::copy_file(kSamples + "keratin.tiff", keratin);
            std::filesystem::copy_file(kSamples + "acinar.tiff", other);
            table += keratin + ",LUSC,a" + std::to_string(i) + "\n" + other + ",LUAD,b" + std::to_string(i) + "\n";
        }
        write_file(folder / "cohort.csv", table);
        return path("cohort.csv");
    }
    testing::Finished train_heads_of_samples(const std::string& table) const {
        return slidetype(
            {"train", table, "-o", path("model"), "-q", "--folds", "2", "--epochs", "12", "--learning-rate", "3e-3"});
    }

    const std::string kSamples = std::string(SLIDETYPE_SOURCE_DIR) + "/sample_slides/";
    testing::TemporaryFolder folder;
};

TEST_F(Diagnoses, TeachAModelWhoseCallsAreMeasuredAndCalibrated) {
    const auto study = testing::made_study(folder / "study", 60);
    const auto trained = train(study);
    ASSERT_EQ(trained.code, 0) << trained.out << trained.error;
    EXPECT_THAT(trained.out,
                HasSubstr("60 slides (30 LUAD, 30 LUSC) of 60 patients from 7 sites, 2400 tiles of 6 numbers"));
    EXPECT_THAT(trained.out, HasSubstr("patients     60   AUC "));
    EXPECT_THAT(read_file(folder / "model/report.html"), AllOf(HasSubstr("Learning"), HasSubstr("no site")));

    const auto test = testing::made_study(folder / "test", 44);
    const auto measured =
        slidetype({"evaluate", path("model"), test.table.string(), "--features", test.features.string(), "--json",
                   path("figures.json"), "--report", path("report.html"), "-q", "--recalibrate", "--error", "0.1"});
    ASSERT_EQ(measured.code, 0) << measured.error;
    const auto figures = json::parse(read_file(folder / "figures.json"));
    EXPECT_EQ(figures.at("patients").at("n"), 44);
    EXPECT_GT(figures.at("slides").at("auc").get<double>(), 0.95);
    EXPECT_EQ(figures.at("heads").size(), 5U);
    EXPECT_THAT(measured.out, HasSubstr("Each of the 5 heads alone"));
    EXPECT_THAT(figures.at("trials_note").get<std::string>(), HasSubstr("22 with LUAD and 22 with LUSC"));
    EXPECT_THAT(measured.out, HasSubstr("not measured; that needs 40 patients of each class"));
    EXPECT_THAT(read_file(folder / "report.html"),
                AllOf(HasSubstr("</html>"), HasSubstr("tiles of 44 slides, since their pixels are not at hand")));
    EXPECT_THAT(measured.out, HasSubstr("thresholds for 10 % of error"));
    const auto config = json::parse(read_file(folder / "model/config.json"));
    EXPECT_EQ(config.at("slidetype").at("heads").at("stated_error").at("LUAD").at("n"), 22);
}

TEST_F(Diagnoses, OfTooFewPatientsPromiseNoError) {
    const auto study = testing::made_study(folder / "study", 20);
    ASSERT_EQ(train(study).code, 0);
    const auto measured = slidetype({"evaluate", path("model"), study.table.string(), "--features",
                                     study.features.string(), "-q", "--recalibrate"});
    EXPECT_EQ(measured.code, 1);
    EXPECT_THAT(measured.error, HasSubstr("20"));
}

TEST_F(Diagnoses, OfEnoughPatientsTryWhatAStatedErrorComesTo) {
    const auto study = testing::made_study(folder / "study", 80);
    ASSERT_EQ(train(study).code, 0);
    EXPECT_THAT(read_file(folder / "model/report.html"), HasSubstr("over many random partings"));
    const auto measured = slidetype({"evaluate", path("model"), study.table.string(), "--features",
                                     study.features.string(), "-q", "--json", path("figures.json")});
    ASSERT_EQ(measured.code, 0) << measured.error;
    EXPECT_THAT(measured.out, AllOf(HasSubstr("stated  5 %"), HasSubstr("stated 20 %")));
    EXPECT_EQ(json::parse(read_file(folder / "figures.json")).at("trials").size(), 3U);
}

TEST_F(Diagnoses, WithoutAKnownEncoderRunNoSlide) {
    const auto study = testing::made_study(folder / "study", 12, FeatureLayout::clam, FeatureNumbers::single);
    ASSERT_EQ(train(study, {"--folds", "3"}).code, 0);
    const auto run = slidetype({"run", std::string(SLIDETYPE_SOURCE_DIR) + "/sample_slides/keratin.tiff", "-o",
                                path("results"), "-m", path("model"), "-q"});
    EXPECT_EQ(run.code, 1);
    EXPECT_THAT(run.error, HasSubstr("encoder"));
}

TEST_F(Diagnoses, OfOneClassAreRefused) {
    const auto study = testing::made_study(folder / "study", 6);
    write_file(study.table, "slide,label\nslide0,LUAD\nslide2,LUAD\n");
    const auto trained = train(study);
    EXPECT_EQ(trained.code, 1);
    EXPECT_THAT(trained.error, HasSubstr("LUSC"));
}

/// Slides, features, heads and back to slides: all in one command each, with the encoder that is shipped.
TEST_F(Diagnoses, OfSlidesGiveAModelThatRunsOnSlides) {
    const auto trained = train_heads_of_samples(copied_samples());
    ASSERT_EQ(trained.code, 0) << trained.out << trained.error;
    EXPECT_THAT(read_file(folder / "model/report.html"),
                AllOf(HasSubstr("Slides of LUAD: most attended tiles"), HasSubstr("data:image/jpeg;base64,")));
    const auto run = slidetype({"run", kSamples + "keratin.tiff", "-o", path("results"), "-m", path("model"), "-q"});
    ASSERT_EQ(run.code, 0) << run.error;
    const auto summary = json::parse(read_file(folder / "results/keratin/summary.json"));
    EXPECT_EQ(summary.at("call").at("label"), "LUSC") << summary.at("call").at("reason");
    EXPECT_EQ(summary.at("call").at("heads").at("count"), 2);
    EXPECT_THAT(read_file(folder / "results/keratin/tiles.csv"), HasSubstr("attention_percentile"));

    write_file(folder / "cases.csv", "slide,patient\na0.tiff,P\na1.tiff,P\n");
    const auto cases = slidetype({"run", path("cases.csv"), "-o", path("cases"), "-m", path("model")});
    ASSERT_EQ(cases.code, 0) << cases.error;
    EXPECT_THAT(read_file(folder / "cases/patients.csv"), HasSubstr("\nP,2,2,LUSC,"));
    EXPECT_THAT(cases.out, HasSubstr("heads agreeing"));
    EXPECT_THAT(cases.error, HasSubstr("has no tumour gate, no guard"));
    const auto shown = slidetype({"models", "show", path("model")});
    EXPECT_THAT(shown.out, HasSubstr("tumour gate   none"));
    EXPECT_THAT(shown.out, HasSubstr("does not know what it was made from"));
}

/// And on to a tile network, of which nobody has outlined anything.
TEST_F(Diagnoses, OfSlidesPickTilesThatTeachATileNetwork) {
    const auto table = copied_samples();
    ASSERT_EQ(train_heads_of_samples(table).code, 0);
    const auto trained = slidetype({"train", table, "-o", path("tiles"), "-q", "--tiles-from", path("model"), "--from",
                                    "compact", "--epochs", "1", "--attended", "50", "--picked", "12", "--no-guard"});
    ASSERT_EQ(trained.code, 0) << trained.out << trained.error;
    EXPECT_THAT(trained.out, AllOf(HasSubstr("Picked tiles: "), HasSubstr("no person has looked"),
                                   HasSubstr("in 4 groups"), Not(HasSubstr("no features yet"))));
    const auto picked = read_file(folder / "tiles/picked_tiles.csv");
    EXPECT_THAT(picked, AllOf(HasSubstr("a0.tiff,"), HasSubstr(",LUSC,"), HasSubstr(",LUAD,"), HasSubstr(",benign,")));
    EXPECT_THAT(read_file(folder / "tiles/report.html"), AllOf(HasSubstr("Picked tiles"), HasSubstr("a0, attention")));
    const auto config = json::parse(read_file(folder / "tiles/config.json"));
    EXPECT_EQ(config.at("architecture"), "compact");
    EXPECT_TRUE(config.at("slidetype").contains("gate"));
}

TEST_F(Diagnoses, PickNoTilesWithoutHeadsOrPixelsAndSayWhy) {
    const auto study = testing::made_study(folder / "study", 20);
    ASSERT_EQ(train(study).code, 0);
    const auto pick = [&](const std::string& data, const std::string& heads, std::vector<std::string> more = {}) {
        std::vector<std::string> arguments = {"train", data, "--tiles-from", heads, "-o", path("tiles"), "-q"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const auto finished = slidetype(arguments);
        EXPECT_NE(finished.code, 0) << finished.out;
        return finished.error;
    };
    EXPECT_THAT(pick(study.table.string(), "compact"), HasSubstr("no model of heads"));
    EXPECT_THAT(pick(study.table.string(), path("model"), {"--features", study.features.string()}),
                HasSubstr("only the features of this slide are there"));
    EXPECT_THAT(pick(study.features.string(), path("model")), HasSubstr("none of the data is a table"));
    EXPECT_THAT(pick(study.table.string(), path("nothing")), HasSubstr("nothing"));
    EXPECT_THAT(pick(path("gone.csv"), path("model")), HasSubstr("gone.csv: does not exist"));
    EXPECT_THAT(pick(study.table.string(), path("model"), {"--encoder", "compact"}), HasSubstr("--encoder"));
    const auto without = slidetype({"train", study.table.string(), "--from", "compact", "-o", path("tiles")});
    EXPECT_THAT(without.error, HasSubstr("--tiles-from HEADS"));
    EXPECT_FALSE(std::filesystem::exists(folder / "tiles/config.json"));
}

}  // namespace
}  // namespace slidetype

// The program as a user runs it: exit codes, messages, files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "model/network/installed_models.h"
#include "tests/cli/program.h"
#include "tests/model/tile_pictures.h"
#include "tests/plugin/gated_model.h"
#include "tests/plugin/tissue_slide.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;
using testing::slidetype;

const std::string kSampleSlides = SLIDETYPE_SOURCE_DIR "/sample_slides/";

TEST(Program, TellsItsVersionAndHowToUseIt) {
    const auto version = slidetype({"--version"});
    EXPECT_EQ(version.code, 0);
    EXPECT_THAT(version.out, ::testing::StartsWith("slidetype "));
    for (const std::string command : {"run", "info", "train", "evaluate", "models"}) {
        const auto help = slidetype({command, "--help"});
        EXPECT_EQ(help.code, 0) << command;
        EXPECT_THAT(help.out, HasSubstr("Example")) << command;
        EXPECT_THAT(help.out, HasSubstr("\n  slidetype " + command)) << "an example on a line of its own";
    }
}

TEST(Program, SaysInItsHelpWhatTheModelIsGoodFor) {
    const auto said = default_model_is_good_for();
    ASSERT_FALSE(said.empty());
    for (const std::vector<std::string>& command : {std::vector<std::string>{}, {"run"}}) {
        auto arguments = command;
        arguments.emplace_back("--help");
        auto help = slidetype(arguments).out;
        std::ranges::replace(help, '\n', ' ');
        EXPECT_THAT(help, HasSubstr(said));
    }
    EXPECT_THAT(slidetype({"models", "list"}).out, HasSubstr("false alarms"));
}

TEST(Program, EndsWithOneForWrongUse) {
    EXPECT_EQ(slidetype({}).code, 1);
    EXPECT_EQ(slidetype({"fly"}).code, 1);
    EXPECT_EQ(slidetype({"run", "a.svs"}).code, 1) << "no output folder";
    EXPECT_EQ(slidetype({"run", "a.svs", "-o", "x", "--min-tissue", "2"}).code, 1);
    const auto unset = slidetype({"run", kSampleSlides + "acinar.tiff", "-o", ""});
    EXPECT_EQ(unset.code, 1);
    EXPECT_THAT(unset.error, HasSubstr("--output: is empty. Is a variable of a script not set?"));
    const auto model = slidetype({"run", kSampleSlides + "acinar.tiff", "-o", "x", "--model", "no_such_model"});
    EXPECT_EQ(model.code, 1);
    EXPECT_THAT(model.error, HasSubstr("no_such_model"));
    EXPECT_THAT(model.error, HasSubstr("Installed are: compact"));
}

TEST(Run, WritesEveryResultOfASampleSlideTheSameForAnyNumberOfThreads) {
    const testing::TemporaryFolder folder;
    std::map<std::string, std::string> first;
    for (const std::string threads : {"1", "3"}) {
        const auto out = folder / ("out" + threads);
        const auto run = slidetype({"run", kSampleSlides + "mixed.tiff", "-o", out.string(), "-t", threads});
        EXPECT_EQ(run.code, 0) << run.error;
        EXPECT_THAT(run.out, HasSubstr("overlay.png"));
        EXPECT_THAT(run.out, HasSubstr("Research use only"));
        const auto contents = testing::contents_but_timings(out / "mixed");
        for (const std::string file :
             {"summary.json", "tiles.csv", "overlay.geojson", "tiles.geojson.gz", "heatmap.png", "overlay.png"}) {
            EXPECT_TRUE(contents.contains(file)) << file;
        }
        if (first.empty()) first = contents;
        EXPECT_TRUE(contents == first);
    }
}

TEST(Run, HasARowForEveryTileAndStatusesThatSumToTheGrid) {
    const testing::TemporaryFolder out;
    ASSERT_EQ(slidetype({"run", kSampleSlides + "acinar.tiff", "-o", out.path().string(), "-q"}).code, 0);
    const auto summary = json::parse(read_file(out / "acinar" / "summary.json"));
    std::size_t sum = 0;
    for (const auto& [status, count] : summary["tiles"].items()) sum += count.get<std::size_t>();
    EXPECT_EQ(sum, summary["grid"]["columns"].get<std::size_t>() * summary["grid"]["rows"].get<std::size_t>());
    const auto csv = read_file(out / "acinar" / "tiles.csv");
    EXPECT_EQ(static_cast<std::size_t>(std::count(csv.begin(), csv.end(), '\n')), sum + 1);
}

TEST(Run, TellsWhereTheTimeWentWhenAsked) {
    const testing::TemporaryFolder out;
    const auto run = slidetype({"run", kSampleSlides + "acinar.tiff", "-o", out.path().string(), "-q", "--timing"});
    ASSERT_EQ(run.code, 0) << run.error;
    for (const auto* text :
         {"open", "tissue", "read", "resample", "score", "write", "thread 1: busy", "the bottleneck is "}) {
        EXPECT_THAT(run.out, HasSubstr(text));
    }
    const auto timing = json::parse(read_file(out / "acinar" / "summary.json"))["timing_s"];
    EXPECT_THAT(run.out, HasSubstr("the bottleneck is " + timing["bottleneck"].get<std::string>()));
}

/// The shared libraries that the program loads, as the dynamic linker tells.
std::string libraries_of(const std::vector<std::string>& arguments) {
    ::setenv("LD_DEBUG", "files", 1);
    const auto run = slidetype(arguments);
    ::unsetenv("LD_DEBUG");
    EXPECT_EQ(run.code, 0);
    return run.error;
}

TEST(Program, LoadsWhatIsLargeOnlyWhenItIsNeeded) {
    const testing::TemporaryFolder out;
    const auto slide = kSampleSlides + "acinar.tiff";
    for (const auto& arguments : std::vector<std::vector<std::string>>{{"--help"}, {"info", slide}}) {
        const auto libraries = libraries_of(arguments);
        ASSERT_THAT(libraries, HasSubstr("libopenslide")) << "the linker tells what it loads";
        for (const auto* large : {"libtorch", "libc10", "libopencv_imgcodecs", "libgdal"}) {
            EXPECT_THAT(libraries, ::testing::Not(HasSubstr(large))) << arguments[0];
        }
    }
    const auto run = libraries_of({"run", slide, "-o", out.path().string(), "-q"});
    EXPECT_THAT(run, HasSubstr("libslidetype_pictures"));
    EXPECT_THAT(run, ::testing::Not(HasSubstr("libtorch")));
}

TEST(Run, LeavesBenignTilesOutOfTheVoteUnlessToldNotTo) {
    const testing::TemporaryFolder folder;
    testing::write_gated_model(folder / "model", {.gate_bias = -50});
    const std::vector<std::string> arguments = {"run", kSampleSlides + "acinar.tiff", "-o", (folder / "out").string(),
                                                "-m",  (folder / "model").string(),   "-q"};
    const auto summary = [&] { return json::parse(read_file(folder / "out" / "acinar" / "summary.json")); };
    const auto gated = slidetype(arguments);
    ASSERT_EQ(gated.code, 0) << gated.error;
    EXPECT_THAT(gated.out, HasSubstr("benign"));
    EXPECT_THAT(gated.out, HasSubstr("looks like tumour"));
    EXPECT_EQ(summary()["tiles"]["ok"], 0);
    EXPECT_EQ(summary()["call"]["label"], "insufficient");
    EXPECT_EQ(summary()["parameters"]["gate"], true);

    auto all_vote = arguments;
    all_vote.insert(all_vote.end(), {"--no-gate", "--no-guard"});
    const auto open = slidetype(all_vote);
    ASSERT_EQ(open.code, 0) << open.error;
    EXPECT_THAT(open.out, ::testing::Not(HasSubstr("benign")));
    EXPECT_EQ(summary()["tiles"]["benign"], 0);
    EXPECT_GT(summary()["tiles"]["ok"], 0);
    EXPECT_EQ(summary()["parameters"]["gate"], false);
    EXPECT_EQ(summary()["parameters"]["familiarity_guard"], false);
}

TEST(Run, EndsWithTwoOrThreeForFailedSlidesAndSuggestsASpacing) {
    const testing::TemporaryFolder folder;
    testing::write_tiff_slide(folder / "bare.tiff", testing::tissue_picture(600, 600));
    const auto alone = slidetype({"run", (folder / "bare.tiff").string(), "-o", (folder / "out").string()});
    EXPECT_EQ(alone.code, 3);
    EXPECT_THAT(alone.error, HasSubstr("--spacing 0.5"));
    const auto two = slidetype(
        {"run", (folder / "bare.tiff").string(), kSampleSlides + "acinar.tiff", "-o", (folder / "out").string()});
    EXPECT_EQ(two.code, 2);
    EXPECT_EQ(
        slidetype({"run", (folder / "bare.tiff").string(), "-o", (folder / "out").string(), "--spacing", "0.5"}).code,
        0);
    EXPECT_EQ(slidetype({"run", (folder / "absent.svs").string(), "-o", (folder / "out").string()}).code, 3);
}

TEST(Run, TakesARegionOfInterestForOneSlideOnly) {
    const testing::TemporaryFolder folder;
    const auto out = (folder / "out").string();
    // The truth of a sample slide is an annotation as a viewer exports it.
    const auto one =
        slidetype({"run", kSampleSlides + "acinar.tiff", "-o", out, "--roi", kSampleSlides + "acinar.geojson", "-q"});
    ASSERT_EQ(one.code, 0) << one.error;
    const auto tiles = json::parse(read_file(folder / "out" / "acinar" / "summary.json"))["tiles"];
    EXPECT_GT(tiles["ok"], 0);
    EXPECT_GT(tiles["outside_roi"], 0);
    const auto two = slidetype({"run", kSampleSlides + "acinar.tiff", kSampleSlides + "mixed.tiff", "-o", out, "--roi",
                                kSampleSlides + "acinar.geojson"});
    EXPECT_EQ(two.code, 1);
    EXPECT_THAT(two.error, HasSubstr("--roi"));
}

TEST(Run, EndsWithOneForAFolderWithoutSlides) {
    const testing::TemporaryFolder folder;
    write_file(folder / "a.txt", "x");
    const auto run = slidetype({"run", folder.path().string(), "-o", (folder / "out").string()});
    EXPECT_EQ(run.code, 1);
    EXPECT_THAT(run.error, HasSubstr("no slide"));
}

TEST(Run, StopsOnAnInterruptWithItsStateSaved) {
    const testing::TemporaryFolder folder;
    fs::create_directories(folder / "slides");
    for (int i = 0; i < 200; ++i)
        fs::create_symlink(kSampleSlides + "acinar.tiff", folder / "slides" / (std::to_string(i) + ".tiff"));
    const auto run = slidetype({"run", (folder / "slides").string(), "-o", (folder / "out").string(), "-q"},
                               folder / "out" / "0" / "summary.json");
    EXPECT_EQ(run.code, 130);
    const auto state = json::parse(read_file(folder / "out" / "run.json"));
    EXPECT_EQ(state["interrupted"], true);
    EXPECT_GT(state["counts"]["pending"].get<int>(), 0);
    // Whatever is marked done is whole, and nothing temporary is left.
    for (const auto& slide : state["slides"]) {
        if (slide["state"] != "done") continue;
        EXPECT_TRUE(fs::exists(folder / "out" / slide["name"].get<std::string>() / "summary.json"));
    }
    for (const auto& entry : fs::recursive_directory_iterator(folder / "out")) {
        EXPECT_EQ(entry.path().string().find(".tmp-"), std::string::npos) << entry.path();
    }
}

TEST(Info, ShowsTheSlideAndWhatRunWouldDo) {
    const auto info = slidetype({"info", kSampleSlides + "acinar.tiff"});
    EXPECT_EQ(info.code, 0) << info.error;
    EXPECT_THAT(info.out, HasSubstr("3072 x 2304"));
    EXPECT_THAT(info.out, HasSubstr("tiles/s"));
    EXPECT_THAT(info.out, HasSubstr("0.5000"));
}

TEST(Info, KeepsTheLabelAndFreeTextOfASlideToItself) {
    SLIDETYPE_SHARED_OR_SKIP(slide, "slides/aperio_CMU-1-Small-Region.svs");
    const auto info = slidetype({"info", slide.string(), "--no-plan"});
    EXPECT_EQ(info.code, 0);
    for (const std::string secret : {"ImageDescription", "Filename", "User", "Date", "comment"}) {
        EXPECT_THAT(info.out, ::testing::Not(HasSubstr(secret)));
    }
}

TEST(Models, ListsAndShowsTheShippedModel) {
    const auto list = slidetype({"models", "list"});
    EXPECT_EQ(list.code, 0);
    EXPECT_THAT(list.out, HasSubstr("compact (default)"));
    EXPECT_THAT(list.out, HasSubstr("verified"));
    const auto show = slidetype({"models", "show", "compact"});
    EXPECT_EQ(show.code, 0);
    EXPECT_THAT(show.out, HasSubstr("539489"));
}

TEST(TrainAndEvaluate, MakeAModelThatRunTakes) {
    const testing::TemporaryFolder folder;
    testing::write_striped_folders(folder / "data", 112, 12);
    const auto model = (folder / "model").string();
    const auto train = slidetype({"train", (folder / "data").string(), "-o", model, "--epochs", "1", "--batch", "16"});
    ASSERT_EQ(train.code, 0) << train.error;
    EXPECT_THAT(train.out, HasSubstr("have no group"));
    EXPECT_TRUE(fs::exists(folder / "model" / "torchscript_model.pt"));

    const auto evaluate =
        slidetype({"evaluate", model, (folder / "data").string(), "--shift", "--json", (folder / "e.json").string()});
    ASSERT_EQ(evaluate.code, 0) << evaluate.error;
    const auto figures = json::parse(read_file(folder / "e.json"));
    EXPECT_EQ(figures["n"], 24);
    for (const std::string key : {"accuracy", "auc", "ece", "brier"}) {
        EXPECT_TRUE(figures[key].is_number()) << key;
        EXPECT_EQ(figures[key + "_ci95"].size(), 2U) << key;
        EXPECT_TRUE(figures["shift"]["blur"][key].is_number()) << key;
    }
    EXPECT_EQ(
        slidetype({"run", kSampleSlides + "acinar.tiff", "-o", (folder / "out").string(), "-m", model, "-q"}).code, 0);
}

}  // namespace
}  // namespace slidetype

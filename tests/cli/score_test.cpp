// `slidetype score` as a user runs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "base/atomic_file.h"
#include "model/backends/self_test.h"
#include "plugin/pictures/scores_table.h"
#include "tests/cli/program.h"
#include "tests/model/tile_pictures.h"
#include "tests/plugin/gated_model.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class Score : public ::testing::Test {
  protected:
    Score() {
        testing::write_gated_model(folder / "model", {});
        testing::write_striped_folders(folder / "in", 112, 3);
    }
    std::string path(const std::string& name) const { return (folder / name).string(); }
    testing::Finished score(const std::string& input, std::vector<std::string> more = {},
                            const fs::path& interrupt_when = {}) {
        more.insert(more.begin(), {"score", path(input), "-o", path("out"), "-m", path("model")});
        return testing::slidetype(more, interrupt_when);
    }
    testing::TemporaryFolder folder;
};

TEST_F(Score, PrintsWhatCameOutAndWhatItAssumed) {
    const auto done = score("in");
    EXPECT_EQ(done.code, 0) << done.error;
    EXPECT_THAT(done.error, HasSubstr("6 pictures, model gated"));
    for (const std::string text :
         {"P(LUSC)", "LUAD", "Nothing says how large the field of 6 pictures is", "6 pictures in", "report.html"}) {
        EXPECT_THAT(done.out, HasSubstr(text));
    }
    EXPECT_THAT(score("in").out, HasSubstr("Nothing was left to do"));
    EXPECT_THAT(score("in", {"--field-um", "130"}).out, Not(HasSubstr("Nothing says")));
}

TEST_F(Score, SaysOnceAtTheEndWhichCasesTheModelDoesNotKnow) {
    const auto unchecked = score("in");
    EXPECT_THAT(unchecked.error, HasSubstr("does not know what it was made from, so pictures of another kind"));
    EXPECT_THAT(read_file(folder / "out/report.html"), HasSubstr("it was not checked"));
    store_domain(folder / "model", {.sha256 = "", .sources = 30}, testing::material_of());
    const auto unlike = score("in");
    EXPECT_THAT(unlike.error,
                HasSubstr("2 of 2 cases do not look like the pictures that the model was made from: LUAD, LUSC. No"));
    EXPECT_THAT(read_file(folder / "out/report.html"), HasSubstr("2 of 2 cases do not look like"));
    const auto cases = read_file(folder / "out/cases.csv");
    EXPECT_THAT(cases, ::testing::EndsWith(",no\n"));
    EXPECT_THAT(cases, HasSubstr("indeterminate,\"This case does not look like"));
    EXPECT_EQ(nlohmann::json::parse(read_file(folder / "out/summary.json"))["cases_unlike"], 2);
    EXPECT_THAT(score("in").out, HasSubstr("Nothing was left to do"));
    EXPECT_EQ(read_file(folder / "out/cases.csv"), cases) << "from what was kept";
    EXPECT_THAT(score("in", {"--no-guard"}).error, HasSubstr("supported by nothing"));
}

TEST_F(Score, TellsWithItsExitCodeHowManyWereScored) {
    fs::create_directories(folder / "bad");
    write_file(folder / "bad" / "line\nbreak.jpg", "no picture");
    const auto none = score("bad");
    EXPECT_EQ(none.code, 3);
    EXPECT_THAT(none.error, HasSubstr("line?break.jpg: is no picture"));
    fs::copy(folder / "in/LUAD/tile0.png", folder / "bad/good.png");
    EXPECT_EQ(score("bad", {"-q"}).code, 2);
    fs::create_directories(folder / "empty");
    const auto nothing = score("empty");
    EXPECT_EQ(nothing.code, 1);
    EXPECT_THAT(nothing.error, HasSubstr("holds no picture"));
    EXPECT_EQ(score("in", {"--spacing", "0.5", "--field-um", "100"}).code, 1);
}

TEST_F(Score, WritesALogForMachines) {
    ASSERT_EQ(score("in", {"--log-json", path("log"), "-q"}).code, 0);
    std::istringstream lines(read_file(folder / "log"));
    std::vector<json> events;
    for (std::string line; std::getline(lines, line);) events.push_back(json::parse(line));
    ASSERT_GE(events.size(), 2U);
    EXPECT_EQ(events.front()["event"], "run_begins");
    EXPECT_EQ(events.front()["pictures"], 6);
    EXPECT_EQ(events.back()["event"], "run_ends");
    EXPECT_EQ(events.back()["counts"]["ok"], 6);
    EXPECT_EQ(events.back()["exit_code"], 0);
}

TEST_F(Score, StopsWhenInterruptedAndGoesOnFromThere) {
    fs::create_directories(folder / "many");
    for (int i = 0; i < 600; ++i) {
        fs::create_symlink(folder / "in/LUSC/tile1.png", folder / "many" / (std::to_string(i) + ".png"));
    }
    const auto stopped = score("many", {"-t", "1"}, folder / "out/finished.jsonl");
    ASSERT_EQ(stopped.code, 130) << stopped.error;
    EXPECT_THAT(stopped.error, HasSubstr("The same command goes on from there"));
    EXPECT_FALSE(fs::exists(folder / "out/summary.json"));
    const auto rest = score("many", {"-q"});
    EXPECT_EQ(rest.code, 0) << rest.error;
    EXPECT_EQ(read_scores(folder / "out/scores.csv").rows.size(), 600U);
}

}  // namespace
}  // namespace slidetype

// `run` with many slides, as a user calls it, and `doctor`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/atomic_file.h"
#include "plugin/records/slide_lock.h"
#include "tests/cli/program.h"
#include "tests/plugin/tissue_slide.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::slidetype;

class RunBatch : public ::testing::Test {
  protected:
    RunBatch() {
        fs::create_directories(folder / "slides");
        for (const std::string name : {"a", "b"}) {
            testing::write_tissue_slide(folder / "slides" / (name + ".tiff"), 700, 600);
        }
    }
    testing::Finished run(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "run");
        arguments.insert(arguments.end(), {"-o", out});
        return slidetype(arguments);
    }
    json run_json() { return json::parse(read_file(fs::path(out) / "run.json")); }
    testing::TemporaryFolder folder;
    std::string out = (folder / "out").string(), slides = (folder / "slides").string();
};

TEST_F(RunBatch, DoesNothingTheSecondTimeAndSaysSo) {
    ASSERT_EQ(run({slides}).code, 0);
    const auto again = run({slides});
    EXPECT_EQ(again.code, 0);
    EXPECT_THAT(again.error, HasSubstr("[1/2] a.tiff: complete already, skipped"));
    EXPECT_THAT(again.error, HasSubstr("Nothing was left to do"));
    EXPECT_THAT(again.out, HasSubstr("before"));
    const auto other = run({slides, "--min-tissue", "0.3"});
    EXPECT_THAT(other.error, HasSubstr("[2/2] b.tiff: done again: its result is of other settings"));
    EXPECT_THAT(run({slides, "--min-tissue", "0.3", "--force"}).error, HasSubstr("done again: as was asked"));
}

TEST_F(RunBatch, SaysOnceAtTheEndWhichSlidesTheModelDoesNotKnow) {
    const auto refused = run({slides});
    EXPECT_THAT(refused.error,
                HasSubstr("2 of 2 slides do not look like the pictures that the model was made from: a.tiff,"));
    EXPECT_THAT(refused.error, HasSubstr("No subtype\ncall is made of these."));
    EXPECT_THAT(refused.error, HasSubstr("--from slidetype-compact"));
    const auto called = run({slides, "--no-guard"});
    EXPECT_THAT(called.error, HasSubstr("Calls that"));
}

TEST_F(RunBatch, TakesPatternsThatNoShellExpanded) {
    const auto pattern = run({slides + "/*.tiff", "-q"});
    EXPECT_EQ(pattern.code, 0) << pattern.error;
    EXPECT_EQ(run_json()["slides"].size(), 2U);
    const auto nothing = run({slides + "/*.svs"});
    EXPECT_EQ(nothing.code, 1);
    EXPECT_THAT(nothing.error, HasSubstr("matches no file"));
}

TEST_F(RunBatch, ReportsHowTheCallsAgreeWithTheLabelsOfAManifest) {
    write_file(folder / "list.csv",
               "slide,name,label,patient,mood\n"
               "slides/a.tiff,first case,luad,p1,good\n"
               "slides/b.tiff,,LUSC,p2,\n"
               "slides/absent.tiff,,LUSC,p3,\n");
    const auto manifest = run({(folder / "list.csv").string(), "--no-guard"});
    EXPECT_EQ(manifest.code, 2);
    EXPECT_THAT(manifest.error, HasSubstr("\"mood\""));
    EXPECT_THAT(manifest.error, HasSubstr("not_found (1): absent.tiff"));
    EXPECT_THAT(manifest.out, HasSubstr("Agreement with the labels of 3 slides"));
    EXPECT_TRUE(fs::exists(fs::path(out) / "first case" / "summary.json"));
    const auto page = read_file(fs::path(out) / "report.html");
    EXPECT_THAT(page, HasSubstr("Agreement with the labels"));
    EXPECT_THAT(page, HasSubstr("not scored"));
    EXPECT_THAT(read_file(fs::path(out) / "run.csv"), HasSubstr(",LUAD,p1,no\n"));

    write_file(folder / "list.csv", "slide,spacing\nslides/a.tiff,half\n");
    const auto wrong = run({(folder / "list.csv").string()});
    EXPECT_EQ(wrong.code, 1);
    EXPECT_THAT(wrong.error, HasSubstr("line 2: \"half\""));
}

TEST_F(RunBatch, SaysBeforehandWhatItWouldDoAndWritesNothing) {
    const auto dry = run({slides, "--dry-run"});
    EXPECT_EQ(dry.code, 0) << dry.error;
    EXPECT_THAT(dry.out, HasSubstr("2 slides to do, 0 complete already, 0 that would fail; nothing was written."));
    EXPECT_FALSE(fs::exists(out));
    ASSERT_EQ(run({slides, "--limit", "1"}).code, 0);
    EXPECT_EQ(run_json()["counts"]["pending"], 1);
    EXPECT_THAT(run({slides, "--dry-run"}).out, HasSubstr("1 slide to do, 1 complete already"));
}

TEST_F(RunBatch, WritesWhatHappensForMachines) {
    write_file(folder / "slides" / "c.svs", "no slide");
    const auto log = (folder / "log.jsonl").string();
    const auto run = this->run({slides + "/a.tiff", slides + "/c.svs", "--log-json", log});
    EXPECT_EQ(run.code, 2);
    std::vector<json> events;
    std::istringstream lines(read_file(log));
    for (std::string line; std::getline(lines, line);) events.push_back(json::parse(line));
    EXPECT_EQ(events.front()["event"], "run_begins");
    EXPECT_EQ(events.front()["slides"], 2);
    EXPECT_EQ(events.back()["event"], "run_ends");
    EXPECT_EQ(events.back()["exit_code"], 2);
    EXPECT_EQ(events.back()["counts"]["failed"], 1);
    std::vector<std::string> ends;
    for (const auto& event : events) {
        EXPECT_TRUE(event.contains("time") && event.contains("pid"));
        if (event["event"] == "slide_ends") ends.push_back(event["state"]);
    }
    EXPECT_THAT(ends, ::testing::ElementsAre("done", "failed"));
    EXPECT_EQ(this->run({slides, "--log-json", (folder / "absent" / "log").string()}).code, 1);
}

TEST_F(RunBatch, SaysBeforehandWhatWouldFailAndEndsAccordingly) {
    write_file(folder / "list.csv", "slide,roi\nslides/a.tiff,absent.geojson\nslides/b.tiff,NA\n");
    const auto some = run({(folder / "list.csv").string(), "--dry-run"});
    EXPECT_EQ(some.code, 2);
    EXPECT_THAT(some.error, HasSubstr("1 entry \"NA\" was read as empty (column roi)"));
    EXPECT_THAT(some.out, HasSubstr("1 slide to do, 0 complete already, 1 that would fail"));
    EXPECT_THAT(some.error, HasSubstr("1 slide would fail: Check --roi"));
    write_file(folder / "list.csv", "slide\nabsent.svs\nslides/absent.svs\n");
    const auto all = run({(folder / "list.csv").string(), "--dry-run"});
    EXPECT_EQ(all.code, 3);
    EXPECT_THAT(all.out, HasSubstr("failing: does not exist"));
}

TEST_F(RunBatch, NeverTellsToCopyASlideAgainBecauseOfItsRegion) {
    write_file(folder / "torn.geojson", "{\"type\":");
    write_file(folder / "list.csv", "slide,roi\nslides/a.tiff,torn.geojson\nslides/b.tiff,torn.geojson\n");
    const auto run = this->run({(folder / "list.csv").string()});
    EXPECT_EQ(run.code, 3);
    EXPECT_THAT(run.error, HasSubstr("(2): a.tiff, b.tiff\n    because of " + (folder / "torn.geojson").string()));
    EXPECT_THAT(run.error, Not(HasSubstr("Copy these files again")));
}

TEST_F(RunBatch, StopsAtTheFirstFailureIfAsked) {
    write_file(folder / "slides" / "0.svs", "no slide");
    const auto run = this->run({slides + "/0.svs", slides, "--fail-fast"});
    EXPECT_EQ(run.code, 2);
    EXPECT_THAT(run.error, HasSubstr("2 not begun"));
    EXPECT_THAT(run.error, HasSubstr("unsupported (1): 0.svs"));
}

TEST_F(RunBatch, KeepsToTheMemoryThatItMayTake) {
    const auto run = this->run({slides, "--memory", "10MB"});
    EXPECT_EQ(run.code, 3);
    EXPECT_THAT(run.error, HasSubstr("10 MB may be used"));
    EXPECT_THAT(run.error, HasSubstr("memory (2): a.tiff, b.tiff"));
    EXPECT_EQ(this->run({slides, "--memory", "2GB"}).code, 0);
}

TEST_F(RunBatch, RecordsWhatIsNamedLikeASlideAndIsNone) {
    write_file(folder / "slides" / "empty.svs", "");
    fs::create_symlink(folder / "gone.svs", folder / "slides" / "link.svs");
    const auto run = this->run({slides});
    EXPECT_EQ(run.code, 2);
    EXPECT_THAT(run.error, HasSubstr("unsupported (1): empty.svs"));
    EXPECT_THAT(run.error, HasSubstr("link.svs: is a link to"));
    EXPECT_EQ(run_json()["counts"]["failed"], 2);
}

TEST_F(RunBatch, WritesItsResultsWhereMessagesCannotBeWritten) {
    const std::string program = SLIDETYPE_PROGRAM;
    const auto full = testing::run_program(
        "/bin/sh", {"-c", program + " run '" + slides + "' -o '" + out + "' --timing >/dev/full 2>/dev/full"});
    EXPECT_EQ(full.code, 0);
    EXPECT_EQ(run_json()["counts"]["done"], 2);
    const auto closed =
        testing::run_program("/bin/sh", {"-c", program + " run '" + slides + "' -o '" + out + "' --force >&- 2>&-"});
    EXPECT_EQ(closed.code, 0);
    EXPECT_EQ(run_json()["counts"]["done"], 2);
    const auto lost = testing::run_program("/bin/sh", {"-c", program + " models list >/dev/full"});
    EXPECT_EQ(lost.code, 1) << "what was asked for is not there";
    EXPECT_THAT(lost.error, HasSubstr("standard output could not be written"));
}

TEST_F(RunBatch, APipeThatIsReadNoFurtherIsNoFault) {
    const std::string program = SLIDETYPE_PROGRAM;
    for (const std::string command : {"models list", "models verify compact", "doctor --json"}) {
        const auto unread = testing::run_program(
            "/bin/sh", {"-c", "{ sleep 0.3; " + program + " " + command + "; echo code $? >&2; } | true"});
        EXPECT_EQ(unread.error, "code 0\n") << command;
    }
}

TEST_F(RunBatch, SaysThatItIsNotFinishedWhereAnotherProcessIsAtWork) {
    ASSERT_EQ(run({slides, "--limit", "1"}).code, 0);
    std::string holder;
    const auto lock = SlideLock::acquire(fs::path(out) / "b", holder);
    ASSERT_TRUE(lock) << holder;
    const auto run = this->run({slides});
    EXPECT_EQ(run.code, 75) << "whether it will be done is seen later";
    EXPECT_THAT(run.error, HasSubstr("1 of 2 slides done (1 of them before), 1 being done by other processes"));
    EXPECT_THAT(run.error, HasSubstr("NOT FINISHED: other processes are still working on 1 slide."));
    EXPECT_THAT(run.error, Not(HasSubstr("Nothing was left to do")));
}

TEST_F(RunBatch, TellsWhatToDoWhereTheRegionOfInterestIsMissing) {
    const auto run = this->run({slides + "/a.tiff", "--roi", "absent.geojson"});
    EXPECT_EQ(run.code, 3);
    EXPECT_THAT(run.error, HasSubstr("absent.geojson: is to be the region of interest and does not exist"));
    EXPECT_THAT(run.error, HasSubstr("Check --roi"));
}

TEST(Doctor, FindsThatEverythingWorksHere) {
    const auto plain = slidetype({"doctor"});
    EXPECT_EQ(plain.code, 0) << plain.out;
    EXPECT_THAT(plain.out, HasSubstr("slidetype works here."));
    for (const std::string library : {"OpenSlide", "libtiff", "libjpeg-turbo", "zlib", "TBB", "HDF5", "oneDNN"})
        EXPECT_THAT(plain.out, ::testing::ContainsRegex(library + " [0-9]+\\.[0-9]+"));
    const auto report = json::parse(slidetype({"doctor", "--json"}).out);
    EXPECT_EQ(report["good"], true);
    EXPECT_EQ(report["findings"].back()["topic"], "self-test");
    EXPECT_THAT(report["findings"].back()["text"].get<std::string>(), HasSubstr("32 tiles"));
}

TEST(Doctor, EndsWithOneWhereAModelIsDamaged) {
    const testing::TemporaryFolder folder;
    fs::copy(fs::path(SLIDETYPE_BINARY_DIR) / "share" / "slidetype" / "models" / "compact", folder / "compact",
             fs::copy_options::recursive);
    auto weights = read_file(folder / "compact" / "weights.safetensors");
    weights[weights.size() / 2] = static_cast<char>(weights[weights.size() / 2] ^ 1);
    write_file(folder / "compact" / "weights.safetensors", weights);
    const auto doctor = testing::run_program(
        "/usr/bin/env", {"SLIDETYPE_MODELS=" + folder.path().string(), SLIDETYPE_PROGRAM, "doctor"});
    EXPECT_EQ(doctor.code, 1);
    EXPECT_THAT(doctor.out, HasSubstr("SHA-256"));
    EXPECT_THAT(doctor.out, HasSubstr("BAD"));
}

TEST_F(RunBatch, CallsPatientsWhereATableNamesThem) {
    testing::write_tissue_slide(folder / "slides/b.tiff", 1300, 900);
    write_file(folder / "slides.csv", "slide,case_id\nslides/a.tiff,case 1\nslides/b.tiff,case 1\n");
    const auto table = (folder / "slides.csv").string();
    const auto done = run({table, "--no-guard", "--no-gate"});
    EXPECT_EQ(done.code, 0) << done.error;
    EXPECT_THAT(done.out, HasSubstr("slides called"));
    EXPECT_THAT(done.out, HasSubstr("case 1  "));
    EXPECT_THAT(done.out, HasSubstr("2 of 2"));
    const auto csv = read_file(fs::path(out) / "patients.csv");
    EXPECT_THAT(csv, HasSubstr("\ncase 1,2,2,"));
    const auto again = run({table, "--no-guard", "--no-gate", "--patients", "mean-of-slides"});
    EXPECT_EQ(again.code, 0) << again.error;
    EXPECT_THAT(again.error, HasSubstr("Nothing was left to do"));
    EXPECT_NE(read_file(fs::path(out) / "patients.csv"), csv) << "the larger slide weighs as the smaller one";
    const auto nobody = run({slides, "--patients", "one-bag"});
    EXPECT_EQ(nobody.code, 1);
    EXPECT_THAT(nobody.error, HasSubstr("needs to know which slides are of one patient"));
    EXPECT_THAT(nobody.error, HasSubstr("columns slide,patient"));
    EXPECT_THAT(run({table, "--patients", "best"}).error, HasSubstr("one-bag"));
}

}  // namespace
}  // namespace slidetype

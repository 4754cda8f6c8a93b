// What a second run of the same batch does again, and what it leaves.
#include <thread>

#include "plugin/batch/batch_plan.h"
#include "plugin/batch/result_list.h"
#include "plugin/records/slide_lock.h"
#include "plugin/results/result_folder.h"
#include "tests/plugin/batch/batch_fixture.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using State = SlideRecord::State;

class BatchResumeTest : public testing::BatchFixture {
  protected:
    BatchResumeTest() {
        for (const auto* name : {"a.tiff", "b.tiff", "c.tiff"}) slides.emplace_back(draw(name));
    }
    /// Names of the slides that a run begins, each with why.
    std::vector<std::string> begun(const Engine& by, BatchCallbacks callbacks = {}) {
        std::vector<std::string> names;
        callbacks.slide_begins = [&](std::size_t, const SlideRecord& record, const std::string& why) {
            names.push_back(record.name + (why.empty() ? "" : ": " + why));
        };
        last = run_batch(by, slides, options, callbacks);
        return names;
    }
    std::vector<std::string> begun() { return begun(engine); }

    std::vector<BatchSlide> slides;
    BatchReport last;
};

TEST_F(BatchResumeTest, DoesNothingTheSecondTimeAndSaysSo) {
    EXPECT_THAT(begun(), ::testing::ElementsAre("a", "b", "c"));
    const auto before = fs::last_write_time(folder / "out" / "a" / "summary.json");
    EXPECT_THAT(begun(), ::testing::IsEmpty());
    EXPECT_EQ(last.skipped(), 3U);
    EXPECT_EQ(last.count(State::done), 3U);
    EXPECT_EQ(fs::last_write_time(folder / "out" / "a" / "summary.json"), before);
    EXPECT_FALSE(last.slides[0].call.empty()) << "what was found before is reported";
    EXPECT_EQ(run_json()["counts"]["done"], 3);
}

TEST_F(BatchResumeTest, DoesAgainWhatWasMadeOfAnotherSlide) {
    begun();
    draw("b.tiff", 800, 600);
    EXPECT_THAT(begun(), ::testing::ElementsAre("b: the slide has changed"));
    EXPECT_THAT(begun(), ::testing::IsEmpty());
    // Another time of change is another file, though nothing else tells.
    fs::last_write_time(folder / "c.tiff", fs::last_write_time(folder / "c.tiff") - std::chrono::hours(1));
    EXPECT_THAT(begun(), ::testing::ElementsAre("c: the slide has changed"));
}

TEST_F(BatchResumeTest, DoesAgainWhatWasMadeWithOtherSettingsOrAnotherModel) {
    begun();
    options.analyse.min_tissue = 0.2;
    EXPECT_THAT(begun(), ::testing::Each(::testing::HasSubstr("other settings")));
    slides[1].spacing_um_px = 0.45;
    EXPECT_THAT(begun(), ::testing::ElementsAre("b: its result is of other settings"));
    options.analyse.threads = 1;  // no setting that matters
    EXPECT_THAT(begun(), ::testing::IsEmpty());
    const Engine other(testing::write_random_model(folder / "other", "compact", 2));
    EXPECT_THAT(begun(other),
                ::testing::ElementsAre("a: its result is of another model", "b: its result is of another model",
                                       "c: its result is of another model"));
    // The same weights, called at another threshold.
    auto changed = testing::write_random_model(folder / "other", "compact", 2);
    changed.config.slidetype->call = CallThresholds{.min_area_mm2 = 2};
    EXPECT_EQ(begun(Engine(changed)).size(), 3U);
}

TEST_F(BatchResumeTest, DoesAgainWhatIsForcedIncompleteOrWasNotRecorded) {
    begun();
    fs::remove(folder / "out" / "a" / "heatmap.png");
    fs::resize_file(folder / "out" / "b" / "tiles.csv", 100);
    fs::remove(folder / "out" / "c" / "state.json");
    EXPECT_THAT(begun(), ::testing::ElementsAre("a: files of its result are missing",
                                                "b: files of its result are missing", "c"));
    options.force = true;
    EXPECT_THAT(begun(), ::testing::Each(::testing::HasSubstr("as was asked")));
}

TEST_F(BatchResumeTest, TheRegionCountsByWhatItHolds) {
    write_file(folder / "r.geojson", R"({"type":"Polygon","coordinates":[[[0,0],[500,0],[500,500],[0,500],[0,0]]]})");
    slides[0].region_of_interest = folder / "r.geojson";
    begun();
    EXPECT_THAT(begun(), ::testing::IsEmpty());
    write_file(folder / "r.geojson", R"({"type":"Polygon","coordinates":[[[0,0],[400,0],[400,500],[0,500],[0,0]]]})");
    EXPECT_THAT(begun(), ::testing::ElementsAre("a: its result is of other settings"));
}

TEST_F(BatchResumeTest, LeavesASlideToTheProcessThatHasIt) {
    fs::create_directories(folder / "out" / "b");
    write_file(folder / "out" / "b" / "source.txt", (folder / "b.tiff").string() + "\n");
    std::string holder;
    auto lock = SlideLock::acquire(folder / "out" / "b", holder);
    EXPECT_THAT(begun(), ::testing::ElementsAre("a", "c"));
    EXPECT_EQ(last.slides[1].state, State::locked);
    EXPECT_EQ(run_json()["counts"]["pending"], 1);
    lock.reset();
    EXPECT_THAT(begun(), ::testing::ElementsAre("b"));
}

TEST_F(BatchResumeTest, SeveralAtOnceShareTheWorkAndTheRecord) {
    for (int i = 0; i < 5; ++i) {
        slides.emplace_back(draw("more" + std::to_string(i) + ".tiff"));
    }
    std::vector<BatchReport> reports(3);
    {
        std::vector<std::jthread> threads;
        threads.reserve(reports.size());
        for (auto& report : reports) threads.emplace_back([&] { report = run_batch(engine, slides, options); });
    }
    std::size_t done = 0;
    for (const auto& report : reports) {
        done += report.count(State::done) - report.skipped();
        EXPECT_EQ(report.count(State::failed), 0U);
    }
    EXPECT_EQ(done, slides.size()) << "each by one";
    EXPECT_EQ(run_json()["counts"]["done"], slides.size());
    const auto csv = read_file(folder / "out" / "run.csv");
    EXPECT_EQ(static_cast<std::size_t>(std::count(csv.begin(), csv.end(), '\n')), slides.size() + 1);
    EXPECT_THAT(begun(), ::testing::IsEmpty());
}

TEST_F(BatchResumeTest, StopsWhereItIsTold) {
    options.limit = 1;
    EXPECT_THAT(begun(), ::testing::ElementsAre("a"));
    EXPECT_THAT(begun(), ::testing::ElementsAre("b")) << "complete ones do not count";
    EXPECT_EQ(last.count(State::pending), 1U);
    options.limit.reset();
    EXPECT_THAT(begun(), ::testing::ElementsAre("c"));
    fs::remove_all(folder / "out");
    write_file(folder / "a.tiff", "damaged");
    options.fail_fast = true;
    EXPECT_THAT(begun(), ::testing::IsEmpty());
    EXPECT_EQ(last.count(State::failed), 1U);
    EXPECT_EQ(last.count(State::pending), 2U);
    EXPECT_THAT(last.stopped, ::testing::HasSubstr("--fail-fast"));
    EXPECT_FALSE(fs::exists(folder / "out" / "b" / "state.json")) << "opened ahead and given back";
}

TEST_F(BatchResumeTest, KeepsAResultWhoseSlideIsAway) {
    begun();
    fs::rename(folder / "a.tiff", folder / "away");
    begun();
    EXPECT_EQ(last.slides[0].error_code, "not_found");
    EXPECT_TRUE(fs::exists(folder / "out" / "a" / "summary.json"));
    fs::rename(folder / "away", folder / "a.tiff");
    EXPECT_THAT(begun(), ::testing::ElementsAre("a"));
}

TEST_F(BatchResumeTest, FailsASlideThatIsChangedOrRemovedWhileItIsRead) {
    BatchCallbacks callbacks;
    callbacks.progress = [&](const AnalyseProgress& progress) {
        if (progress.stage == AnalyseStage::score) fs::remove(folder / "b.tiff");
    };
    begun(engine, callbacks);
    EXPECT_EQ(last.slides[0].state, State::done);
    EXPECT_EQ(last.slides[1].state, State::failed);
    EXPECT_FALSE(fs::exists(folder / "out" / "b" / "summary.json"));
    EXPECT_EQ(last.slides[2].state, State::done);
}

TEST_F(BatchResumeTest, FailsASlideThatNeedsTooMuchMemoryAndGoesOn) {
    // Coarser slides have fewer pixels to a tile, so their blocks take less.
    slides[0].spacing_um_px = slides[2].spacing_um_px = 2.2;
    options.analyse.memory_bytes = 145'000'000;
    begun();
    EXPECT_EQ(last.slides[1].error_code, "memory");
    EXPECT_THAT(last.slides[1].error, ::testing::HasSubstr("MB may be used"));
    EXPECT_EQ(last.count(State::done), 2U);
    const auto first = testing::contents_but_timings(folder / "out" / "a");
    options.force = true;
    options.analyse.memory_bytes.reset();
    begun();
    EXPECT_TRUE(testing::contents_but_timings(folder / "out" / "a") == first) << "fewer threads, the same bytes";
}

TEST_F(BatchResumeTest, StopsWhereResultsCannotBeWrittenAnyMore) {
    BatchCallbacks callbacks;
    callbacks.slide_ends = [&](std::size_t, const SlideRecord&) { fs::remove_all(folder / "out"); };
    EXPECT_LT(begun(engine, callbacks).size(), 3U);
    EXPECT_THAT(last.stopped, ::testing::HasSubstr("cannot be written"));
    EXPECT_FALSE(fs::exists(folder / "out")) << "what may be the place of a disk that was unplugged is not filled";
}

TEST_F(BatchResumeTest, TellsBeforehandWhatItWouldDo) {
    options.limit = 1;
    begun();
    options.limit.reset();
    write_file(folder / "c.tiff", "damaged");
    const auto files = testing::contents_but_timings(folder / "out" / "a");
    const auto plan = plan_batch(engine, slides, options, {}, {});
    EXPECT_EQ(plan.slides[0].standing, PlannedSlide::Standing::complete);
    EXPECT_EQ(plan.slides[1].standing, PlannedSlide::Standing::to_do);
    EXPECT_EQ(plan.slides[2].standing, PlannedSlide::Standing::failing);
    EXPECT_EQ(plan.sum().tiles, last.slides[0].tiles.at("ok")) << "a and b are alike";
    EXPECT_GT(plan.sum().seconds, 0);
    EXPECT_TRUE(testing::contents_but_timings(folder / "out" / "a") == files);
    EXPECT_FALSE(fs::exists(folder / "out" / "b" / "state.json"));
}

TEST_F(BatchResumeTest, TellsBeforehandWhichSlidesFailForWantOfTheirRegion) {
    slides[0].region_of_interest = folder / "NA";
    write_file(folder / "torn.geojson", R"({"type":"Polygon","coordinates":[[[0,0],)");
    slides[1].region_of_interest = folder / "torn.geojson";
    const auto plan = plan_batch(engine, slides, options, {}, {});
    EXPECT_EQ(plan.count(PlannedSlide::Standing::failing), 2U);
    EXPECT_THAT(plan.slides[0].why, ::testing::HasSubstr("NA: is to be the region of interest and does not exist"));
    EXPECT_FALSE(plan.slides[0].hint.empty());
    EXPECT_THAT(plan.slides[1].why, ::testing::HasSubstr("torn.geojson: is not JSON"));
    EXPECT_EQ(plan.slides[2].standing, PlannedSlide::Standing::to_do);
}

TEST_F(BatchResumeTest, RecordsTheFileThatAnErrorIsAbout) {
    write_file(folder / "torn.geojson", "{");
    slides[0].region_of_interest = folder / "torn.geojson";
    write_file(folder / "b.tiff", "damaged");
    begun();
    EXPECT_EQ(last.slides[0].error_file, folder / "torn.geojson");
    EXPECT_TRUE(last.slides[1].error_file.empty()) << "the slide itself";
    EXPECT_EQ(run_json()["slides"][0]["error"]["file"], (folder / "torn.geojson").string());
    EXPECT_FALSE(run_json()["slides"][1]["error"].contains("file"));
    EXPECT_EQ(read_record(folder / "out" / "a")->error_file, folder / "torn.geojson");
    // As earlier versions wrote it.
    auto older = nlohmann::json::parse(read_file(folder / "out" / "a" / "state.json"));
    older["error"].erase("file");
    write_file(folder / "out" / "a" / "state.json", older.dump());
    ASSERT_TRUE(read_record(folder / "out" / "a"));
    EXPECT_EQ(read_record(folder / "out" / "a")->error, last.slides[0].error);
}

TEST_F(BatchResumeTest, KeepsTheLabelsOfTheManifestWithTheResult) {
    slides[0].label = "LUAD", slides[0].patient = "p";
    begun();
    slides[1].label = "LUSC";
    EXPECT_THAT(begun(), ::testing::IsEmpty()) << "a label makes no other result";
    const auto listed = list_results(folder / "out");
    EXPECT_EQ(listed[0].label, "LUAD");
    EXPECT_EQ(listed[0].patient, "p");
    EXPECT_EQ(listed[1].label, "LUSC");
    EXPECT_EQ(run_json()["slides"][0]["label"], "LUAD");
}

TEST_F(BatchResumeTest, DoesInTheEndWhatAnEndedProcessHasLeft) {
    fs::create_directories(options.output);
    ResultFolders(options.output).claim(slides[0].path);
    std::string holder;
    auto lock = SlideLock::acquire(folder / "out" / "a", holder);
    BatchCallbacks callbacks;
    callbacks.slide_ends = [&](std::size_t, const SlideRecord& record) {
        if (record.name == "c") lock.reset();
    };
    EXPECT_THAT(begun(engine, callbacks), ::testing::ElementsAre("b", "c", "a"));
    EXPECT_EQ(last.count(State::done), 3U);
}

TEST_F(BatchResumeTest, StopsWhenAskedWhereEverySlideFails) {
    for (const auto& slide : slides) write_file(slide.path, "");
    std::atomic<bool> stop = false;
    BatchCallbacks callbacks;
    callbacks.slide_ends = [&](std::size_t, const SlideRecord&) { stop = true; };
    callbacks.stop_requested = [&] { return stop.load(); };
    begun(engine, callbacks);
    EXPECT_TRUE(last.interrupted);
    EXPECT_EQ(last.slides[0].state, State::failed);
    EXPECT_EQ(last.slides[2].state, State::pending);
}

TEST_F(BatchResumeTest, ForgetsAFolderThatCouldNotBeReadWhenItCan) {
    const auto shut = folder / "shut";
    slides = {slides[0], shut};
    begun();  // as long as it is not there
    EXPECT_EQ(run_json()["counts"]["failed"], 1);
    fs::create_directories(shut);
    slides.pop_back();
    begun();
    EXPECT_EQ(run_json()["slides"].size(), 1U);
    EXPECT_FALSE(fs::exists(folder / "out" / "shut"));
}

TEST_F(BatchResumeTest, LeavesNothingOfWhatWasKilledInTheMiddle) {
    begun();
    const auto expected = testing::contents_but_timings(folder / "out" / "a");
    // As a killed process leaves it; no process has this number.
    write_file(folder / "out" / "a" / ("tiles.csv.tmp-" + process_space() + "-999999999-4"), "half");
    fs::create_directories(folder / "out" / (".claim-" + process_space() + "-999999999-1"));
    // Of a container on a machine of the same name, where the number may be that of a process at work.
    const auto others = folder / "out" / (".claim-" + host_name() + "_00000000-999999999-1");
    fs::create_directories(others);
    fs::remove(folder / "out" / "a" / "summary.json");
    begun();
    EXPECT_TRUE(testing::contents_but_timings(folder / "out" / "a") == expected);
    EXPECT_TRUE(fs::exists(others));
    EXPECT_FALSE(fs::exists(folder / "out" / (".claim-" + process_space() + "-999999999-1")));
}

}  // namespace
}  // namespace slidetype

#include "plugin/batch/batch.h"

#include <atomic>

#include "plugin/batch/batch_report.h"
#include "plugin/batch/result_list.h"
#include "tests/plugin/batch/batch_fixture.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using State = SlideRecord::State;

class BatchTest : public testing::BatchFixture {
  protected:
    BatchTest() {
        draw("slides/b.tiff", 1100, 900);
        draw("slides/deep/a.tiff", 1100, 900);
        write_file(folder / "slides" / "notes.txt", "no slide");
    }
};

TEST_F(BatchTest, GoesOnAfterABadSlideAndRecordsWhy) {
    const std::vector<fs::path> slides = {folder / "slides" / "notes.txt", folder / "absent.svs",
                                          folder / "slides" / "b.tiff"};
    const auto report = run_batch(engine, slides, options);
    EXPECT_EQ(report.count(State::done), 1U);
    EXPECT_EQ(report.count(State::failed), 2U);
    EXPECT_EQ(report.slides[0].error_code, "unsupported") << "in the order of the arguments";
    // By name.
    const auto run = run_json();
    EXPECT_EQ(run["slides"][0]["error"]["code"], "not_found");
    EXPECT_THAT(run["slides"][0]["error"]["message"].get<std::string>(), ::testing::HasSubstr("absent.svs"));
    EXPECT_EQ(run["slides"][1]["state"], "done");
    EXPECT_EQ(run["slides"][2]["error"]["code"], "unsupported");
    EXPECT_EQ(run["counts"]["failed"], 2);
    EXPECT_EQ(run["model"]["sha256"], engine.model().sha256);
    const auto csv = read_file(folder / "out" / "run.csv");
    EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 4);
}

TEST_F(BatchTest, RecordsHowManyTilesDoNotVote) {
    const Engine gated(testing::write_gated_model(folder / "gated", {.gate_bias = -50}));
    const std::vector<fs::path> slides = {folder / "slides" / "b.tiff"};
    const auto report = run_batch(gated, slides, options);
    const auto run = run_json();
    EXPECT_GT(run["slides"][0]["tiles"]["benign"], 0);
    EXPECT_EQ(run["slides"][0]["tiles"]["ok"], 0);
    EXPECT_GT(run["slides"][0]["scored_mm2"], 0);
    EXPECT_EQ(run["slides"][0]["voting_mm2"], 0);
    const auto csv = read_file(folder / "out" / "run.csv");
    EXPECT_THAT(csv, ::testing::HasSubstr(",scored_mm2,voting_mm2,tiles_ok,tiles_benign,tiles_unfamiliar,"));
    EXPECT_THAT(csv, ::testing::HasSubstr(",0.0000,0," + std::to_string(report.slides[0].tiles.at("benign")) + ",0,"));
}

TEST_F(BatchTest, TellsWhereverItListsSlidesWhichAreUnknownToTheModel) {
    const std::vector<fs::path> slides = {folder / "slides" / "b.tiff"};
    auto model = testing::write_gated_model(folder / "gated", {});
    const auto known_in_run = [&] { return run_json()["slides"][0]["known_to_model"]; };
    run_batch(Engine(model), slides, options);
    EXPECT_TRUE(known_in_run().is_null()) << "nothing checked it";
    EXPECT_THAT(read_file(folder / "out" / "run.csv"), ::testing::EndsWith(",,\n"));
    EXPECT_FALSE(list_results(folder / "out").at(0).known);

    model.domain = testing::material_of();
    model.config.slidetype->good_for = "Black & blurred slides.";
    options.force = true;
    run_batch(Engine(model), slides, options);
    EXPECT_EQ(known_in_run(), false);
    EXPECT_THAT(read_file(folder / "out" / "run.csv"), ::testing::EndsWith(",no\n"));
    options.force = false;
    EXPECT_EQ(run_batch(Engine(model), slides, options).slides[0].known, false) << "as it is read back";
    const auto listed = list_results(folder / "out");
    EXPECT_EQ(listed.at(0).known, false);
    EXPECT_EQ(listed.at(0).good_for, "Black & blurred slides.");
    write_batch_report(listed, folder / "out");
    const auto page = read_file(folder / "out" / "report.html");
    EXPECT_THAT(page, ::testing::HasSubstr("1 of 1 slide does not look like the pictures that the model was made from. "
                                           "No subtype call is made of them"));
    EXPECT_THAT(page, ::testing::HasSubstr("Black &amp; blurred slides."));
    EXPECT_THAT(page, ::testing::HasSubstr("<span class=\"badge\" title=\"Only 0."));

    options.analyse.familiarity_guard = false;
    run_batch(Engine(model), slides, options);
    write_batch_report(list_results(folder / "out"), folder / "out");
    EXPECT_THAT(read_file(folder / "out" / "report.html"), ::testing::HasSubstr("are supported by nothing"));

    run_batch(engine, std::vector<fs::path>{folder / "slides" / "deep" / "a.tiff"}, options);
    write_batch_report(list_results(folder / "out"), folder / "out");
    EXPECT_THAT(read_file(folder / "out" / "report.html"), ::testing::HasSubstr("1 slide could not be checked"));
}

TEST_F(BatchTest, WritesEveryFileOfASlideAndTheSameBytesAgain) {
    const std::vector<fs::path> slides = {folder / "slides" / "b.tiff"};
    run_batch(engine, slides, options);
    const auto first = testing::contents_but_timings(folder / "out" / "b");
    for (const auto& exporter : exporters())
        EXPECT_TRUE(first.contains(std::string(exporter.file_name))) << exporter.file_name;
    options.force = true;
    run_batch(engine, slides, options);
    EXPECT_TRUE(testing::contents_but_timings(folder / "out" / "b") == first);
}

TEST_F(BatchTest, LeavesNoSummaryOfAnEarlierRunWhereThisOneFails) {
    const auto slide = folder / "slides" / "b.tiff";
    const std::vector<fs::path> slides = {slide};
    run_batch(engine, slides, options);
    ASSERT_TRUE(fs::exists(folder / "out" / "b" / "summary.json"));
    write_file(slide, "damaged");
    run_batch(engine, slides, options);
    EXPECT_FALSE(fs::exists(folder / "out" / "b" / "summary.json"));
}

TEST_F(BatchTest, StopsAfterTheSlideInHandAndSaysWhatIsPending) {
    const std::vector<fs::path> slides = {folder / "slides" / "b.tiff", folder / "slides" / "deep" / "a.tiff"};
    std::atomic<bool> stop = false;  // asked by the thread that opens slides ahead, too
    BatchCallbacks callbacks;
    callbacks.stop_requested = [&] { return stop.load(); };
    callbacks.slide_ends = [&](std::size_t, const SlideRecord&) { stop = true; };
    const auto report = run_batch(engine, slides, options, callbacks);
    EXPECT_TRUE(report.interrupted);
    EXPECT_EQ(report.count(State::done), 1U);
    EXPECT_EQ(report.count(State::pending), 1U) << "it was opened ahead, and given back";
    EXPECT_FALSE(fs::exists(folder / "out" / "a" / "state.json"));
    const auto run = run_json();
    EXPECT_EQ(run["interrupted"], true);
}

TEST_F(BatchTest, NamesTheOutputFolderThatCannotBeUsed) {
    write_file(folder / "file", "");
    options.output = folder / "file" / "out";
    const std::vector<fs::path> slides = {folder / "slides" / "b.tiff"};
    EXPECT_THROW(run_batch(engine, slides, options), Error);
}

}  // namespace
}  // namespace slidetype

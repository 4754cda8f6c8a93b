#include "plugin/batch/collect.h"

#include <algorithm>

#include "plugin/batch/result_list.h"
#include "plugin/batch/shard.h"
#include "plugin/records/slide_lock.h"
#include "tests/plugin/batch/batch_fixture.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using State = SlideRecord::State;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Without what differs from run to run: how long it took, and where it lies.
nlohmann::json comparable(const fs::path& run_json) {
    auto run = nlohmann::json::parse(read_file(run_json));
    run.erase("output");
    for (auto& slide : run["slides"]) slide.erase("seconds");
    return run;
}

class CollectTest : public testing::BatchFixture {
  protected:
    CollectTest() {
        for (const auto* name : {"a.tiff", "b.tiff", "c.tiff", "x/a.tiff", "d.tiff"}) slides.emplace_back(draw(name));
        write_file(folder / "e.svs", "no slide");
        slides.emplace_back(folder / "e.svs");
    }
    void run_shard(std::size_t index, std::size_t count, const fs::path& output) {
        const DividedList list(slides);
        BatchOptions of = options;
        const Shard shard{index, count, "a test"};
        of.output = output;
        of.part = ListPart{shard, list.identity(), slides, list.part(shard)};
        std::vector<BatchSlide> ours;
        for (const auto place : of.part->places) ours.push_back(slides[place]);
        last = run_batch(engine, ours, of);
    }
    CollectReport collected(std::vector<fs::path> outputs, bool with_list = false) {
        CollectOptions how;
        how.outputs = std::move(outputs);
        how.merged = how.outputs.size() == 1 ? how.outputs.front() : folder / "merged";
        how.results = results;
        if (with_list) how.list = slides;
        return collect(how);
    }
    std::vector<BatchSlide> slides;
    CollectedResults results = CollectedResults::link;
    BatchReport last;
};

TEST_F(CollectTest, MakesOfShardsWhatOneRunOfAllSlidesMakes) {
    options.output = folder / "one";
    run_batch(engine, slides, options);
    for (std::size_t i = 1; i <= 3; ++i) {
        run_shard(i, 3, folder / "shared");
        run_shard(i, 3, folder / ("own" + std::to_string(i)));
    }
    EXPECT_FALSE(fs::exists(folder / "shared" / "run.json")) << "a shard knows of itself alone";
    const auto shard = nlohmann::json::parse(read_file(folder / "shared" / "shards" / "2-of-3" / "run.json"));
    EXPECT_EQ(shard["shard"]["why"], "a test");
    EXPECT_EQ(shard["list"]["slides"], 6);
    const auto shared = collected({folder / "shared"});
    const auto merged = collected({folder / "own1", folder / "own2", folder / "own3"});
    for (const auto* report : {&shared, &merged}) {
        EXPECT_EQ(report->expected, 6U);
        EXPECT_EQ(report->slides, 6U);
        EXPECT_EQ(report->failed.count, 1U);
        EXPECT_THAT(report->missing_shards, IsEmpty());
        EXPECT_FALSE(report->complete()) << "one slide failed";
    }
    EXPECT_EQ(merged.copied, 0U);
    for (const auto* place : {"shared", "merged"}) {
        EXPECT_EQ(comparable(folder / place / "run.json"), comparable(folder / "one" / "run.json"));
        for (const auto& result : list_results(folder / "one")) {
            for (const auto* file : {"tiles.csv", "overlay.geojson", "source.txt"}) {
                if (!fs::exists(result.folder / file)) continue;
                EXPECT_EQ(read_file(folder / place / result.name / file), read_file(result.folder / file))
                    << result.name;
            }
        }
    }
    EXPECT_EQ(collected({folder / "own1", folder / "own2", folder / "own3"}).linked, 0U) << "there already";
}

TEST_F(CollectTest, NamesWhatIsMissing) {
    run_shard(1, 3, folder / "out");
    run_shard(3, 3, folder / "out");
    const auto without = collected({folder / "out"});
    EXPECT_THAT(without.missing_shards, ElementsAre("2/3"));
    EXPECT_EQ(without.expected, 6U);
    EXPECT_LT(without.slides, 6U);
    const auto with = collected({folder / "out"}, true);
    EXPECT_EQ(with.missing.count, 6 - with.slides);
    EXPECT_FALSE(with.complete());
    const auto json = nlohmann::json::parse(read_file(folder / "out" / "collect.json"));
    EXPECT_FALSE(json["complete"]);
    EXPECT_EQ(json["missing_shards"]["first"][0], "2/3");
    EXPECT_EQ(json["missing"]["count"], with.missing.count);
    // A shard that was killed has claimed its slides.
    const auto found = list_results(folder / "out");
    const auto scored = std::ranges::find(found, ListedResult::State::scored, &ListedResult::state);
    ASSERT_NE(scored, found.end());
    fs::remove(scored->folder / "state.json");
    EXPECT_THAT(collected({folder / "out"}).missing.names, ElementsAre(scored->name));
}

TEST_F(CollectTest, TakesOneOfEqualResultsAndNoneOfDifferentOnes) {
    slides.resize(2);
    run_shard(1, 1, folder / "1");
    options.output = folder / "2";
    run_batch(engine, std::span(slides).first(1), options);
    auto report = collected({folder / "1", folder / "2"});
    EXPECT_THAT(report.twice.names, ElementsAre(HasSubstr("a: ")));
    EXPECT_TRUE(report.complete());
    options.analyse.min_tissue = 0.1;
    run_batch(engine, std::span(slides).first(1), options);
    report = collected({folder / "1", folder / "2"});
    EXPECT_EQ(report.twice.count, 0U);
    EXPECT_THAT(report.differing.names,
                ElementsAre(::testing::AllOf(HasSubstr((folder / "1").string()), HasSubstr((folder / "2").string()),
                                             HasSubstr("other settings"))));
    EXPECT_FALSE(report.complete());
}

TEST_F(CollectTest, NoticesResultsOfAnotherModelAndOtherSettings) {
    slides.resize(2);
    options.output = folder / "1";
    run_batch(engine, std::span(slides).first(1), options);
    options.output = folder / "2";
    options.analyse.min_tissue = 0.1;
    run_batch(engine, std::span(slides).last(1), options);
    auto report = collected({folder / "1", folder / "2"});
    EXPECT_EQ(report.settings.size(), 2U);
    EXPECT_EQ(report.models.size(), 1U);
    EXPECT_FALSE(report.complete());
    const Engine other(testing::write_random_model(folder / "other", "compact", 2));
    options.analyse = {};
    run_batch(other, std::span(slides).last(1), options);
    report = collected({folder / "1", folder / "2"});
    EXPECT_EQ(report.models.size(), 2U);
    EXPECT_FALSE(report.complete());
}

TEST_F(CollectTest, LeavesResultsWhereTheyAreIfAskedAndSaysWhere) {
    slides.resize(2);
    options.output = folder / "1";
    run_batch(engine, slides, options);
    results = CollectedResults::leave;
    CollectOptions how;
    how.outputs = {folder / "1"}, how.merged = folder / "merged", how.results = results;
    const auto report = collect(how);
    EXPECT_EQ(report.linked + report.copied, 0U);
    EXPECT_FALSE(fs::exists(folder / "merged" / "a"));
    EXPECT_THAT(read_file(folder / "merged" / "collect.csv"), HasSubstr("a,done," + (folder / "1" / "a").string()));
    how.results = CollectedResults::copy;
    EXPECT_GT(collect(how).copied, 10U);
    EXPECT_TRUE(fs::exists(folder / "merged" / "a" / "summary.json"));
}

TEST_F(CollectTest, PutsNewerResultsInThePlaceOfWhatWasCollectedBefore) {
    slides.resize(2);
    options.output = folder / "1";
    run_batch(engine, slides, options);
    CollectOptions how;
    how.outputs = {folder / "1"}, how.merged = folder / "merged";
    collect(how);
    options.analyse.min_tissue = 0.1;
    run_batch(engine, slides, options);
    const auto report = collect(how);
    EXPECT_EQ(report.differing.count, 0U);
    EXPECT_TRUE(report.complete());
    EXPECT_EQ(read_file(folder / "merged" / "a" / "state.json"), read_file(folder / "1" / "a" / "state.json"));
}

TEST_F(CollectTest, RefusesFoldersWithoutResultsAndTakesFoldersOfFolders) {
    fs::create_directories(folder / "empty");
    CollectOptions how;
    how.outputs = {folder / "empty"}, how.merged = folder / "merged";
    EXPECT_THROW(collect(how), Error);
    slides.resize(1);
    options.output = folder / "all" / "1";
    run_batch(engine, slides, options);
    how.outputs = {folder / "all"};
    EXPECT_EQ(collect(how).slides, 1U);
}

TEST(CollectFormat, SaysOfASlideThatIsBeingWorkedOnThatItIsMissing) {
    const testing::TemporaryFolder folder;
    fs::create_directories(folder / "out" / "a");
    write_file(folder / "out" / "run.json", "{}");
    write_file(folder / "out" / "a" / "source.txt", "/slides/a.svs\n");
    write_file(folder / "out" / "a" / "state.json", "{\"format_version\": 1, \"state\": \"running\"}");
    CollectOptions how;
    how.outputs = {folder / "out"}, how.merged = folder / "out";
    const auto report = collect(how);
    EXPECT_THAT(report.missing.names, ElementsAre("a"));
    EXPECT_EQ(report.counts.at(static_cast<std::size_t>(State::running)), 1U);
}

}  // namespace
}  // namespace slidetype

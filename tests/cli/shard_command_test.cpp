// Shards, `collect`, staging and exit codes as a user, or a scheduler, meets them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "plugin/records/slide_lock.h"
#include "tests/cli/program.h"
#include "tests/plugin/tissue_slide.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::slidetype;

class ShardCommand : public ::testing::Test {
  protected:
    ShardCommand() {
        fs::create_directories(folder / "slides");
        for (const std::string name : {"a", "b", "c", "d"})
            testing::write_tissue_slide(folder / "slides" / (name + ".tiff"), 700, 600);
    }
    /// With variables of the environment.
    static testing::Finished with(std::vector<std::string> variables, const std::vector<std::string>& arguments) {
        variables.emplace_back(SLIDETYPE_PROGRAM);
        variables.insert(variables.end(), arguments.begin(), arguments.end());
        return testing::run_program("/usr/bin/env", variables);
    }
    static std::vector<std::string> slurm(int id, int count) {
        return {"SLURM_ARRAY_TASK_ID=" + std::to_string(id), "SLURM_ARRAY_TASK_COUNT=" + std::to_string(count),
                "SLURM_ARRAY_TASK_MIN=1", "SLURM_ARRAY_TASK_MAX=" + std::to_string(count), "SLURM_ARRAY_TASK_STEP=1"};
    }
    nlohmann::json json_of(const fs::path& file) const { return nlohmann::json::parse(read_file(folder / file)); }

    testing::TemporaryFolder folder;
    std::string out = (folder / "out").string(), slides = (folder / "slides").string();
};

TEST_F(ShardCommand, TakesThePartOfASlurmTaskSaysSoAndCollectMakesAWholeOfThem) {
    for (int task = 1; task <= 3; ++task) {
        const auto run = with(slurm(task, 3), {"run", slides, "-o", out, "-q"});
        ASSERT_EQ(run.code, 0) << run.error;
        EXPECT_THAT(run.error, HasSubstr("Shard " + std::to_string(task) + "/3 (SLURM_ARRAY_TASK_ID " +
                                         std::to_string(task) + " of 1-3):"));
    }
    EXPECT_EQ(json_of("out/shards/2-of-3/run.json")["shard"]["why"], "SLURM_ARRAY_TASK_ID 2 of 1-3");
    const auto collected = slidetype({"collect", out, "-q"});
    EXPECT_EQ(collected.code, 0) << collected.error;
    EXPECT_THAT(collected.out, HasSubstr("4 of 4 slides of the list done"));
    EXPECT_EQ(json_of("out/run.json")["counts"]["done"], 4);
    EXPECT_TRUE(json_of("out/collect.json")["complete"]);
    const auto again = slidetype({"run", slides, "-o", out, "-q"});
    EXPECT_THAT(again.error, HasSubstr("Nothing was left to do"));
}

TEST_F(ShardCommand, TakesAllSlidesWhereItIsAskedToAndASingleOneAlways) {
    const auto all = with(slurm(1, 2), {"run", slides, "-o", out, "-q", "--no-shard"});
    EXPECT_THAT(all.error, HasSubstr("4 of 4 slides done"));
    EXPECT_THAT(with(slurm(1, 2), {"run", slides, "-o", out, "-q", "--shard", "1/1"}).error,
                HasSubstr("4 of 4 slides done"));
    const auto one = with(slurm(2, 2), {"run", slides + "/a.tiff", "-o", out, "-q"});
    EXPECT_THAT(one.error, HasSubstr("1 of 1 slide done"));
    EXPECT_THAT(with({"JOB_COMPLETION_INDEX=0"}, {"run", slides, "-o", out}).error, HasSubstr("JOB_COMPLETION_COUNT"));
    EXPECT_EQ(slidetype({"run", slides, "-o", out, "--shard", "3/2"}).code, 1);
}

TEST_F(ShardCommand, CollectEndsWithTwoWhereSomethingIsMissingAndNamesIt) {
    ASSERT_EQ(slidetype({"run", slides, "-o", out, "-q", "--shard", "1/2"}).code, 0);
    const auto without = slidetype({"collect", out, "-q"});
    EXPECT_EQ(without.code, 2);
    EXPECT_THAT(without.error, HasSubstr("no record of shard 2/2"));
    const auto with_list = slidetype({"collect", out, "-q", "--list", slides});
    EXPECT_EQ(with_list.code, 2);
    EXPECT_THAT(with_list.error, HasSubstr("without a result:\n  "));
    EXPECT_EQ(slidetype({"collect", (folder / "slides").string()}).code, 1) << "no results there";
    EXPECT_EQ(slidetype({"collect", out, (folder / "slides").string()}).code, 1) << "no place is named";
}

TEST_F(ShardCommand, CollectCallsPatientsOfSlidesThatSeveralShardsDid) {
    const auto list = (folder / "list.csv").string();
    write_file(list, "slide,patient\nslides/a.tiff,p\nslides/b.tiff,p\nslides/c.tiff,p\nslides/d.tiff,q\n");
    const auto one = (folder / "one").string();
    ASSERT_EQ(slidetype({"run", list, "-o", one, "-q", "--min-tissue", "0.3"}).code, 0);
    for (const auto* shard : {"1/2", "2/2"}) {
        const auto own = (folder / ("own" + std::string(shard, 1))).string();
        ASSERT_EQ(slidetype({"run", list, "-o", own, "-q", "--min-tissue", "0.3", "--shard", shard}).code, 0);
    }
    const auto collected =
        slidetype({"collect", (folder / "own1").string(), (folder / "own2").string(), "-o", out, "-q"});
    EXPECT_EQ(collected.code, 0) << collected.error;
    EXPECT_EQ(read_file(fs::path(out) / "patients.csv"), read_file(fs::path(one) / "patients.csv"));
    EXPECT_EQ(json_of("out/run.json")["patients"], json_of("one/run.json")["patients"]);
}

TEST_F(ShardCommand, StagedSlidesGiveTheSameResultsAndLeaveNothing) {
    const auto staged = (folder / "staged").string(), disk = (folder / "disk").string();
    ASSERT_EQ(slidetype({"run", slides, "-o", out, "-q"}).code, 0);
    ASSERT_EQ(slidetype({"run", slides, "-o", staged, "-q", "--stage", disk}).code, 0);
    for (const auto* name : {"a", "d"}) {
        auto before = json_of(fs::path("out") / name / "summary.json");
        auto now = json_of(fs::path("staged") / name / "summary.json");
        before.erase("timing_s"), now.erase("timing_s");
        EXPECT_EQ(now, before);
        EXPECT_EQ(json_of(fs::path("staged") / name / "state.json")["fingerprint"],
                  json_of(fs::path("out") / name / "state.json")["fingerprint"]);
    }
    EXPECT_TRUE(fs::is_empty(disk));
    write_file(folder / "slides" / "torn.svs", "no slide");
    const auto torn = slidetype({"run", slides + "/torn.svs", "-o", staged, "-q", "--stage", disk});
    EXPECT_EQ(torn.code, 3);
    EXPECT_THAT(torn.error, Not(HasSubstr(disk)));
    EXPECT_TRUE(fs::is_empty(disk));
}

TEST_F(ShardCommand, FeaturesAreDividedAndStagedLikewise) {
    const auto one = (folder / "one").string(), disk = (folder / "disk").string();
    ASSERT_EQ(slidetype({"features", slides, "-o", one, "-q"}).code, 0);
    for (const auto* shard : {"1/2", "2/2"}) {
        const auto run = slidetype({"features", slides, "-o", out, "-q", "--shard", shard, "--stage", disk});
        EXPECT_EQ(run.code, 0) << run.error;
    }
    for (const auto* name : {"a.h5", "b.h5", "c.h5", "d.h5"})
        EXPECT_EQ(read_file(fs::path(out) / name), read_file(fs::path(one) / name)) << name;
    EXPECT_TRUE(fs::is_empty(disk));
    EXPECT_TRUE(fs::exists(fs::path(out) / "shards" / "2-of-2" / "features.csv"));
    EXPECT_EQ(slidetype({"collect", out, "-q"}).code, 0);
    EXPECT_EQ(read_file(fs::path(out) / "features.csv"), read_file(fs::path(one) / "features.csv"));
    const auto own1 = (folder / "own1").string(), own2 = (folder / "own2").string(), all = (folder / "all").string();
    ASSERT_EQ(slidetype({"features", slides, "-o", own1, "-q", "--shard", "1/2"}).code, 0);
    EXPECT_EQ(slidetype({"collect", own1, "-o", all, "-q"}).code, 2);
    ASSERT_EQ(slidetype({"features", slides, "-o", own2, "-q", "--shard", "2/2"}).code, 0);
    EXPECT_EQ(slidetype({"collect", own1, own2, "-o", all, "-q"}).code, 0);
    EXPECT_EQ(read_file(fs::path(all) / "c.h5"), read_file(fs::path(one) / "c.h5"));
    EXPECT_THAT(slidetype({"features", slides, "-o", all, "-q"}).error, HasSubstr("Nothing was left to do"));
}

TEST_F(ShardCommand, EndsWithSeventyFiveWhereAnotherTryCouldHelp) {
    ASSERT_EQ(slidetype({"run", slides, "-o", out, "-q"}).code, 0);
    fs::remove(fs::path(out) / "b" / "state.json");
    std::string holder;
    auto lock = SlideLock::acquire(fs::path(out) / "b", holder);
    ASSERT_TRUE(lock);
    EXPECT_EQ(slidetype({"run", slides, "-o", out, "-q"}).code, 75);
    lock.reset();
    write_file(folder / "slides" / "torn.svs", "no slide");
    EXPECT_EQ(slidetype({"run", slides, "-o", out, "-q"}).code, 2) << "the first ones are skipped; one will never work";
    EXPECT_THAT(slidetype({"run", "--help"}).out, HasSubstr("75 try again"));
}

}  // namespace
}  // namespace slidetype

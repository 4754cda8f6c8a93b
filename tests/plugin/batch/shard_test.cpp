#include "plugin/batch/shard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.h"
#include "base/random.h"

namespace slidetype {
namespace {

using ::testing::HasSubstr;

Environment variables(std::map<std::string, std::string> set) {
    return [set = std::move(set)](const std::string& name) {
        const auto found = set.find(name);
        return found == set.end() ? std::nullopt : std::optional(found->second);
    };
}

/// As Slurm sets them.
Environment slurm(const std::string& id, const std::string& count, const std::string& first, const std::string& last,
                  const std::string& step = "1") {
    return variables({{"SLURM_ARRAY_TASK_ID", id},
                      {"SLURM_ARRAY_TASK_COUNT", count},
                      {"SLURM_ARRAY_TASK_MIN", first},
                      {"SLURM_ARRAY_TASK_MAX", last},
                      {"SLURM_ARRAY_TASK_STEP", step}});
}

std::string shard_text(const Environment& environment) {
    const auto shard = scheduled_shard(environment);
    return shard ? shard->text() : "none";
}

std::string refusal(const Environment& environment) {
    try {
        return "taken for " + shard_text(environment);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::usage);
        return error.what();
    }
}

std::vector<BatchSlide> slides_in(const std::string& folder, std::size_t count) {
    std::vector<BatchSlide> slides;
    for (std::size_t i = 0; i < count; ++i) slides.emplace_back(folder + "/slide_" + std::to_string(i) + ".svs");
    return slides;
}

TEST(ParseShard, TakesAPartOfAWholeAndNothingElse) {
    EXPECT_EQ(parse_shard("3/8").folder_name(), "3-of-8");
    EXPECT_TRUE(parse_shard("1/1").is_all());
    for (const auto* wrong :
         {"0/8", "9/8", "3", "3/", "/8", "a/8", "3/8x", "-1/8", "3/0", " 3/8", "3/99999999999999999999"})
        EXPECT_THROW((void)parse_shard(wrong), Error) << wrong;
}

TEST(ScheduledShard, IsTheRankOfASlurmTaskWhereverTheArrayBegins) {
    EXPECT_EQ(shard_text(variables({})), "none");
    EXPECT_EQ(shard_text(slurm("1", "8", "1", "8")), "1/8");
    EXPECT_EQ(shard_text(slurm("0", "8", "0", "7")), "1/8");
    EXPECT_EQ(shard_text(slurm("7", "8", "0", "7")), "8/8");
    EXPECT_EQ(shard_text(slurm("30", "3", "10", "30", "10")), "3/3");
    EXPECT_EQ(shard_text(slurm("1", "1", "1", "1")), "1/1");
    EXPECT_THAT(scheduled_shard(slurm("30", "3", "10", "30", "10"))->why,
                HasSubstr("SLURM_ARRAY_TASK_ID 30 of 10-30:10"));
}

TEST(ScheduledShard, RefusesArraysOfWhichItCannotTellWhatTheyAreAPartOf) {
    EXPECT_THAT(refusal(slurm("7", "2", "3", "7")), HasSubstr("has gaps"));
    EXPECT_THAT(refusal(slurm("5", "1", "5", "5")), HasSubstr("the only task of its array"));
    EXPECT_THAT(refusal(slurm("x", "8", "1", "8")), HasSubstr("no number"));
    EXPECT_THAT(refusal(slurm("2", "8", "1", "8", "0")), HasSubstr("has gaps"));
    EXPECT_THAT(refusal(variables({{"SLURM_ARRAY_TASK_ID", "2"}})), HasSubstr("SLURM_ARRAY_TASK_COUNT: is not set"));
}

TEST(ScheduledShard, NeedsTheCountOfAKubernetesJob) {
    EXPECT_EQ(shard_text(variables({{"JOB_COMPLETION_INDEX", "0"}, {"JOB_COMPLETION_COUNT", "4"}})), "1/4");
    EXPECT_EQ(shard_text(variables({{"JOB_COMPLETION_INDEX", "3"}, {"JOB_COMPLETION_COUNT", "4"}})), "4/4");
    EXPECT_THAT(refusal(variables({{"JOB_COMPLETION_INDEX", "3"}})), HasSubstr("does not tell of how many"));
    EXPECT_THAT(refusal(variables({{"JOB_COMPLETION_INDEX", "4"}, {"JOB_COMPLETION_COUNT", "4"}})),
                HasSubstr("from 0"));
    EXPECT_THAT(refusal(variables({{"JOB_COMPLETION_INDEX", "0"},
                                   {"JOB_COMPLETION_COUNT", "4"},
                                   {"SLURM_ARRAY_TASK_ID", "1"},
                                   {"SLURM_ARRAY_TASK_COUNT", "2"},
                                   {"SLURM_ARRAY_TASK_MIN", "1"},
                                   {"SLURM_ARRAY_TASK_MAX", "2"}})),
                HasSubstr("both set"));
}

TEST(DividedList, PutsEachSlideIntoOnePart) {
    constexpr std::size_t kSlides = 10000;
    for (const std::size_t count : {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{64}}) {
        const auto slides = slides_in("/data", kSlides);
        const DividedList list(slides);
        std::vector<int> times(slides.size());
        for (std::size_t index = 1; index <= count; ++index) {
            const auto part = list.part({index, count, {}});
            for (const auto place : part) ++times[place];
            const double even = static_cast<double>(kSlides) / static_cast<double>(count);
            // Five standard deviations of a fair choice.
            EXPECT_NEAR(static_cast<double>(part.size()), even, 5 * std::sqrt(even) + 1) << index << "/" << count;
        }
        EXPECT_THAT(times, ::testing::Each(1));
    }
}

TEST(DividedList, HeedsNeitherTheOrderNorWhereSlidesAreMounted) {
    auto slides = slides_in("/mnt/a", 100);
    slides.emplace_back("/mnt/a/x/slide_7.svs");
    slides.emplace_back("/mnt/a/y/slide_7.svs");
    std::map<std::string, std::size_t> shards;
    const DividedList list(slides);
    for (std::size_t index = 1; index <= 5; ++index) {
        for (const auto place : list.part({index, 5, {}}))
            shards[slides[place].path.lexically_relative("/mnt/a").string()] = index;
    }
    std::vector<BatchSlide> elsewhere;
    elsewhere.reserve(slides.size());
    for (const auto& slide : slides) elsewhere.emplace_back("/other/disk" / slide.path.lexically_relative("/mnt"));
    std::ranges::reverse(elsewhere);
    const DividedList there(elsewhere);
    EXPECT_EQ(there.identity(), list.identity());
    for (std::size_t index = 1; index <= 5; ++index) {
        for (const auto place : there.part({index, 5, {}}))
            EXPECT_EQ(shards.at(elsewhere[place].path.lexically_relative("/other/disk/a").string()), index);
    }
    elsewhere.pop_back();
    EXPECT_NE(DividedList(elsewhere).identity(), list.identity());
}

TEST(DividedList, SpreadsSlidesOfOneName) {
    std::vector<BatchSlide> slides;
    slides.reserve(1000);
    for (int i = 0; i < 1000; ++i) slides.emplace_back("/data/" + std::to_string(i) + "/slide.svs");
    const DividedList list(slides);
    for (std::size_t index = 1; index <= 4; ++index)
        EXPECT_NEAR(static_cast<double>(list.part({index, 4, {}}).size()), 250, 70);
}

TEST(DividedList, GoesByTheNameOfAManifestAndOfAFolderWithASlashBehind) {
    std::vector<BatchSlide> named = {BatchSlide("/a/1.svs"), BatchSlide("/a/folder")};
    named[0].name = "case one";
    std::vector<BatchSlide> others = {BatchSlide("/b/2.svs"), BatchSlide("/b/folder/")};
    others[0].name = "case one";
    EXPECT_EQ(DividedList(named).identity(), DividedList(others).identity());
}

TEST(ForEachOfPart, GivesTheNamesThatARunOfTheWholeListGives) {
    std::vector<BatchSlide> slides;
    for (const auto* folder : {"x", "y", "z"}) {
        for (int i = 0; i < 5; ++i)
            slides.emplace_back("/data/" + std::string(folder) + "/" + std::to_string(i) + ".svs");
    }
    const DividedList list(slides);
    for (std::size_t index = 1; index <= 3; ++index) {
        const Shard shard{index, 3, {}};
        const ListPart part{shard, list.identity(), slides, list.part(shard)};
        std::vector<std::string> plain;
        ResultFolders folders("/nowhere");
        for_each_of_part(part, folders, [&](const BatchSlide& slide) { plain.push_back(slide.path.string()); });
        std::vector<std::string> expected;
        for (const auto place : part.places) expected.push_back(slides[place].path.string());
        EXPECT_EQ(plain, expected);
    }
}

}  // namespace
}  // namespace slidetype

#include "bench/cross_validation/unit_result.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/atomic_file.h"
#include "base/error.h"
#include "bench/cross_validation/gzip_text.h"
#include "bench/cross_validation/unit_lock.h"
#include "tests/bench/coloured_pictures.h"
#include "tests/support.h"

namespace slidetype::bench {
namespace {

UnitResult example(const std::string& label = "compact") {
    const auto dataset = testing::grouped_tiles(4, 2);
    UnitResult result;
    result.label = label;
    result.is_network = true;
    result.description = "compact, 112 px";
    result.input = "unit";
    result.parameters = 7;
    result.training = R"({"epochs":3})";
    result.epoch_choice = "last epoch";
    result.unit = {Scheme::fold, "1"};
    result.data_sha256 = fingerprint(dataset);
    const auto split = split_of(dataset, result.unit);
    result.pictures = pictures_of(dataset, tumour_only(dataset, split.test));
    for (std::size_t i = 0; i < result.pictures.size(); ++i) {
        result.logits[kPlain].push_back(std::sin(static_cast<double>(i)) * 5);
    }
    result.logits["blur"] = result.logits[kPlain];
    result.gate_pictures = pictures_of(dataset, split.test);
    result.gate_logits.assign(split.test.size(), -2.5);
    return result;
}

TEST(UnitResult, ComesBackAsItWasToAThousandth) {
    const testing::TemporaryFolder folder;
    const auto written = example();
    write_result(folder.path(), written);
    const auto read = read_result(folder / "compact.fold-1.json.gz");
    EXPECT_EQ(read.label, written.label);
    EXPECT_EQ(read.unit, written.unit);
    EXPECT_EQ(read.input, written.input);
    EXPECT_EQ(read.parameters, written.parameters);
    EXPECT_EQ(read.training, written.training);
    EXPECT_EQ(read.pictures.tile, written.pictures.tile);
    EXPECT_EQ(read.pictures.group, written.pictures.group);
    EXPECT_EQ(read.pictures.cluster, written.pictures.cluster);
    EXPECT_EQ(read.gate_logits, written.gate_logits);
    EXPECT_EQ(read.gate_pictures.label, written.gate_pictures.label);
    ASSERT_EQ(read.logits.size(), 2u);
    for (std::size_t i = 0; i < written.pictures.size(); ++i) {
        EXPECT_NEAR(read.logits.at("blur")[i], written.logits.at("blur")[i], 0.0005001);
    }
}

TEST(UnitResult, RoundingNeverChangesACall) {
    const testing::TemporaryFolder folder;
    auto result = example();
    result.logits[kPlain][0] = 1e-5;
    result.logits[kPlain][1] = -1e-5;
    write_result(folder.path(), result);
    const auto read = read_result(result_file(folder.path(), result.label, result.unit));
    EXPECT_GT(read.logits.at(kPlain)[0], 0);
    EXPECT_LT(read.logits.at(kPlain)[1], 0);
}

TEST(UnitResult, GroupsHaveTheSameNumberInEveryUnit) {
    const auto dataset = testing::grouped_tiles(4, 2);
    const auto all = pictures_of(dataset, split_of(dataset, {Scheme::fold, "0"}).train);
    const auto one = pictures_of(dataset, {all.tile[3]});
    EXPECT_EQ(one.group[0], all.group[3]);
}

TEST(UnitResult, ResultsOfDifferentDataAreNotPooled) {
    const testing::TemporaryFolder folder;
    write_result(folder.path(), example("a"));
    auto other = example("b");
    other.data_sha256 = "of other data";
    write_result(folder.path(), other);
    EXPECT_THROW(read_results({folder.path()}), Error);
}

TEST(UnitResult, TheSameUnitInTwoFoldersIsRefused) {
    const testing::TemporaryFolder one, two;
    write_result(one.path(), example());
    write_result(two.path(), example());
    EXPECT_EQ(read_results({one.path()}).size(), 1u);
    EXPECT_THROW(read_results({one.path(), two.path()}), Error);
}

TEST(UnitResult, DamagedFilesAreNamed) {
    const testing::TemporaryFolder folder;
    const auto file = folder / "x.fold-0.json.gz";
    const auto expect_refused = [&](const std::string& bytes) {
        write_file(file, bytes);
        try {
            read_result(file);
            FAIL() << "read a damaged file";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::bad_data);
            EXPECT_THAT(error.what(), ::testing::HasSubstr("x.fold-0"));
        }
    };
    expect_refused("no gzip");
    expect_refused(gzip("{\"label\": 3}"));
    write_result(folder.path(), example());
    const auto whole = read_file(folder / "compact.fold-1.json.gz");
    expect_refused(whole.substr(0, whole.size() / 2));
    auto text = gunzip(whole, "whole");
    text.insert(text.find("\"tile\":[") + 8, "1,");
    expect_refused(gzip(text));
}

TEST(UnitLock, IsHeldByOneAtATime) {
    const testing::TemporaryFolder folder;
    {
        const UnitLock first(folder / "unit.lock"), second(folder / "unit.lock");
        EXPECT_TRUE(first.held());
        EXPECT_FALSE(second.held());
    }
    EXPECT_TRUE(UnitLock(folder / "unit.lock").held());
}

}  // namespace
}  // namespace slidetype::bench

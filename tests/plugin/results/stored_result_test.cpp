#include "plugin/results/stored_result.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/atomic_file.h"
#include "plugin/results/exporter.h"
#include "tests/plugin/make_result.h"
#include "tests/support.h"
#include "tests/tiler/expect_error.h"

namespace slidetype {
namespace {

using testing::code_of;

class StoredResult : public ::testing::Test {
  protected:
    testing::TemporaryFolder folder;

    SlideResult stored(const SlideResult& result) {
        write_result_folder(result, folder / "out", {});
        return read_stored_result(folder / "out");
    }
};

TEST_F(StoredResult, TellsWhetherTheSlideIsKnown) {
    auto made = testing::make_result({});
    EXPECT_FALSE(stored(made).domain);
    EXPECT_TRUE(stored(made).call.supported);
    made.domain = {.known = false, .distance = 1.75, .tiles = 250, .witnesses = {Witness::sharpness, Witness::colour}};
    made.model.domain = {.file = "domain.safetensors", .sha256 = "b", .sources = 40};
    made.model.good_for = "drawings";
    made.call.supported = false;
    const auto read = stored(made);
    ASSERT_TRUE(read.domain && read.model.domain);
    EXPECT_FALSE(read.domain->known);
    EXPECT_EQ(read.domain->distance, 1.75);
    EXPECT_EQ(read.domain->tiles, 250U);
    EXPECT_EQ(read.domain->witnesses, made.domain->witnesses);
    EXPECT_EQ(read.model.domain->sources, 40U);
    EXPECT_EQ(read.model.good_for, "drawings");
    EXPECT_FALSE(read.call.supported);
}

void expect_same(float a, float b, const char* what, std::size_t tile) {
    if (std::isnan(b)) {
        EXPECT_TRUE(std::isnan(a)) << what << " of tile " << tile;
    } else {
        EXPECT_NEAR(a, b, 1e-6) << what << " of tile " << tile;
    }
}

TEST_F(StoredResult, IsTheResultThatWasWritten) {
    testing::ResultOptions options;
    options.gated = true;
    const auto made = testing::make_result(options);
    const auto read = stored(made);
    EXPECT_EQ(read.slide.name, made.slide.name);
    EXPECT_EQ(read.slide.source, made.slide.source);
    EXPECT_EQ(read.slide.width, made.slide.width);
    EXPECT_EQ(read.slide.bytes, made.slide.bytes);
    EXPECT_EQ(read.slide.spacing.x_um_px, made.slide.spacing.x_um_px);
    EXPECT_EQ(read.slide.spacing.source, made.slide.spacing.source);
    EXPECT_EQ(read.model.class_names, made.model.class_names);
    ASSERT_TRUE(read.model.gate && read.model.familiarity);
    EXPECT_EQ(read.model.gate->threshold, made.model.gate->threshold);
    EXPECT_EQ(read.call.label, made.call.label);
    EXPECT_EQ(read.call.reason, made.call.reason);
    EXPECT_NEAR(*read.call.prob_lusc, *made.call.prob_lusc, 1e-6);
    EXPECT_EQ(read.reasons, made.reasons);
    EXPECT_EQ(read.timing.score, made.timing.score);
    EXPECT_EQ(read.timing.thread_busy, made.timing.thread_busy);
    EXPECT_EQ(read_stored_times(folder / "out").resample, made.timing.resample);
    EXPECT_GT(read_stored_times(folder / "out").write, 0) << "what writing the folder took";
    EXPECT_EQ(read.set_aside.benign.count, made.set_aside.benign.count);
    EXPECT_NEAR(read.set_aside.unfamiliar.mm2, made.set_aside.unfamiliar.mm2, 1e-6);
    ASSERT_EQ(read.grid.tiles.size(), made.grid.tiles.size());
    for (std::size_t t = 0; t < made.grid.tiles.size(); ++t) {
        EXPECT_EQ(read.grid.tiles[t].rect, made.grid.tiles[t].rect);
        EXPECT_EQ(read.grid.tiles[t].status, made.grid.tiles[t].status);
        EXPECT_EQ(read.grid.tiles[t].column, made.grid.tiles[t].column);
        expect_same(read.probability(t, 1), made.probability(t, 1), "P(LUSC)", t);
        expect_same(read.tumour[t], made.tumour[t], "P(tumour)", t);
        expect_same(read.strangeness[t], made.strangeness[t], "strangeness", t);
    }
}

TEST_F(StoredResult, WritesTheSameFilesAgain) {
    const auto read = stored(testing::make_result());
    std::filesystem::create_directories(folder / "again");
    for (const auto& exporter : exporters()) {
        if (exporter.file_name.ends_with(".png")) continue;  // there is no thumbnail
        if (exporter.file_name.ends_with(".gz")) continue;   // six decimals rounded to four, not the number itself
        exporter.write(read, folder / "again", {});
        if (exporter.file_name == "summary.json") continue;  // nor the parameters
        EXPECT_EQ(read_file(folder / "again" / exporter.file_name), read_file(folder / "out" / exporter.file_name))
            << exporter.file_name;
    }
}

TEST_F(StoredResult, KeepsOtherClassesAndASlideWithoutTissue) {
    testing::ResultOptions options;
    options.classes = {"Tumor", "Stroma", "Other"};
    EXPECT_EQ(stored(testing::make_result(options)).call.label, CallLabel::none);
    options = {};
    options.tissue = false;
    const auto read = stored(testing::make_result(options));
    EXPECT_EQ(read.call.label, CallLabel::insufficient);
    EXPECT_FALSE(read.call.prob_lusc);
}

TEST_F(StoredResult, RefusesWhatIsIncompleteDamagedOrNewer) {
    EXPECT_EQ(code_of([&] { read_stored_result(folder / "nothing"); }), ErrorCode::not_found);
    write_result_folder(testing::make_result(), folder / "out", {});
    const auto summary = read_file(folder / "out/summary.json"), tiles = read_file(folder / "out/tiles.csv");
    const auto with = [&](const std::string& file, const std::string& content) {
        write_file(folder / "out" / file, content);
        const auto code = code_of([&] { read_stored_result(folder / "out"); });
        write_file(folder / "out/summary.json", summary);
        write_file(folder / "out/tiles.csv", tiles);
        return code;
    };
    const auto replaced = [](std::string text, const std::string& what, const std::string& by) {
        return text.replace(text.find(what), what.size(), by);
    };
    EXPECT_EQ(with("summary.json", "{"), ErrorCode::corrupt);
    EXPECT_EQ(with("summary.json", "{}"), ErrorCode::corrupt);
    EXPECT_EQ(with("summary.json", replaced(summary, "\"format_version\": 1", "\"format_version\": 9")),
              ErrorCode::unsupported);
    EXPECT_EQ(with("summary.json", replaced(summary, "\"columns\": 12", "\"columns\": 11")), ErrorCode::corrupt);
    EXPECT_EQ(with("tiles.csv", tiles.substr(0, tiles.size() / 2)), ErrorCode::corrupt);
    EXPECT_EQ(with("tiles.csv", replaced(tiles, "background", "somewhere")), ErrorCode::corrupt);
    EXPECT_EQ(with("tiles.csv", replaced(tiles, "prob_LUSC", "prob_other")), ErrorCode::corrupt);
    EXPECT_NO_THROW(read_stored_result(folder / "out"));
}

TEST_F(StoredResult, IsFoundByItsFolderAndByTheOneAbove) {
    for (const char* name : {"b", "a"}) write_result_folder(testing::make_result(), folder / "results" / name, {});
    std::filesystem::create_directories(folder / "results/unfinished");
    const std::vector<std::filesystem::path> both = {folder / "results/a", folder / "results/b"};
    EXPECT_EQ(stored_results(folder / "results"), both);
    EXPECT_EQ(stored_results(folder / "results/b"), std::vector{both[1]});
    EXPECT_TRUE(stored_results(folder / "absent").empty());
}

}  // namespace
}  // namespace slidetype

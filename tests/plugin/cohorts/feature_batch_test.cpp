#include "plugin/cohorts/feature_batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/half.h"
#include "plugin/analysis/slide_features.h"
#include "plugin/records/slide_lock.h"
#include "tests/model/tile_pictures.h"
#include "tests/plugin/tissue_slide.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class FeatureBatchTest : public ::testing::Test {
  protected:
    FeatureBatchTest() {
        testing::write_random_model(folder / "model", "compact", 41);
        encoder = open_encoder((folder / "model").string());
        options.output = folder / "out";
        slides = {draw("slides/a.tiff"), draw("slides/b.tiff")};
    }

    fs::path draw(const std::string& name, int width = 1100, int height = 900) const {
        const auto file = folder / name;
        fs::create_directories(file.parent_path());
        testing::write_tissue_slide(file, width, height);
        return file;
    }

    FeatureReport run() { return encode_slides(encoder, slides, options); }
    std::string csv() const { return read_file(options.output / "features.csv"); }

    /// The files of the output folder, without those on record.
    std::map<std::string, std::string> files() const {
        std::map<std::string, std::string> all;
        for (const auto& entry : fs::directory_iterator(options.output)) {
            if (entry.is_regular_file()) all[entry.path().filename()] = read_file(entry.path());
        }
        return all;
    }

    testing::TemporaryFolder folder;
    OpenEncoder encoder;
    FeatureOptions options;
    std::vector<BatchSlide> slides;
};

TEST_F(FeatureBatchTest, WritesWhatTheEncoderSaysOfEveryTile) {
    const auto report = run();
    ASSERT_EQ(report.count(FeatureRecord::State::done), 2U);
    EXPECT_EQ(report.slides[0].name, "a");
    const auto bag = read_bag(options.output / "a.h5");
    EXPECT_EQ(bag.dimension, encoder.info.dimension);
    EXPECT_EQ(bag.tiles, report.slides[0].tiles);
    EXPECT_EQ(bag.origin.slide, "a");
    EXPECT_EQ(bag.origin.encoder, encoder.info.name);
    EXPECT_EQ(bag.origin.encoder_sha256, encoder.info.sha256);
    EXPECT_EQ(bag.origin.patch_size_px, 112);
    ASSERT_EQ(bag.places.size(), bag.tiles);

    const auto plan = plan_slide_for(encoder.info, slides[0].path, {});
    const auto ok = std::ranges::count(plan.grid.tiles, TileStatus::ok, &Tile::status);
    ASSERT_EQ(bag.tiles, static_cast<std::size_t>(ok));
    ASSERT_GT(ok, 4);
    const TileReader reader(*plan.slide, plan.grid);
    for (std::size_t i = 0; i < bag.tiles; ++i) {
        const auto tile = std::ranges::find_if(plan.grid.tiles, [&](const Tile& each) {
            return static_cast<double>(each.rect.x) == bag.places[i].x &&
                   static_cast<double>(each.rect.y) == bag.places[i].y;
        });
        ASSERT_NE(tile, plan.grid.tiles.end());
        const auto index = static_cast<std::size_t>(tile - plan.grid.tiles.begin());
        const auto pixels = reader.read({{index}, tile->rect});
        const auto expected = encoder.encoder->encode(pixels.pixels, 1);
        for (std::size_t k = 0; k < bag.dimension; ++k) {
            EXPECT_EQ(bag.row(i)[k], to_half(expected[k])) << "tile " << i << ", number " << k;
        }
    }
}

TEST_F(FeatureBatchTest, WritesTheSameBytesForAnyNumberOfThreads) {
    options.analyse.threads = 1;
    run();
    const auto expected = files();
    EXPECT_EQ(expected.size(), 3U);
    options.output = folder / "again";
    options.analyse.threads = 5;
    run();
    EXPECT_TRUE(files() == expected);
}

TEST_F(FeatureBatchTest, SkipsWhatIsCompleteAndMakesAnewWhatIsStale) {
    run();
    EXPECT_EQ(run().skipped(), 2U);
    fs::remove(options.output / "b.h5");
    const auto again = run();
    EXPECT_EQ(again.skipped(), 1U);
    EXPECT_EQ(again.count(FeatureRecord::State::done), 2U);

    std::map<std::string, std::string> reasons;
    FeatureCallbacks callbacks;
    callbacks.slide_begins = [&](std::size_t, const FeatureRecord& record, const std::string& why) {
        reasons[record.name] = why;
    };
    testing::write_tissue_slide(slides[0].path, 900, 900);
    EXPECT_EQ(encode_slides(encoder, slides, options, callbacks).skipped(), 1U);
    EXPECT_EQ(reasons["a"], "the slide has changed");
    options.numbers = FeatureNumbers::single;
    EXPECT_EQ(encode_slides(encoder, slides, options, callbacks).skipped(), 0U);
    EXPECT_THAT(reasons["b"], HasSubstr("other settings"));
    testing::write_random_model(folder / "other", "compact", 42);
    auto other = open_encoder((folder / "other").string());
    EXPECT_EQ(encode_slides(other, slides, options, callbacks).skipped(), 0U);
    EXPECT_THAT(reasons["b"], HasSubstr("another encoder"));
    options.force = true;
    EXPECT_EQ(encode_slides(other, slides, options, callbacks).skipped(), 0U);
}

TEST_F(FeatureBatchTest, GoesOnAfterABadSlideAndSaysWhy) {
    write_file(folder / "slides" / "broken.svs", "no slide");
    slides.insert(slides.begin(), {folder / "slides" / "broken.svs", folder / "absent.svs"});
    slides.back().label = "LUAD", slides.back().patient = "p1";
    const auto report = run();
    EXPECT_EQ(report.count(FeatureRecord::State::done), 2U);
    EXPECT_EQ(report.count(FeatureRecord::State::failed), 2U);
    EXPECT_EQ(report.slides[0].error_code, "unsupported");
    EXPECT_EQ(report.slides[1].error_code, "not_found");
    EXPECT_FALSE(fs::exists(options.output / "broken.h5"));
    EXPECT_THAT(csv(), HasSubstr("slide,file,tiles,"));
    EXPECT_THAT(csv(), HasSubstr(",b.h5,"));
    EXPECT_THAT(csv(), HasSubstr(",LUAD,p1\n"));
    EXPECT_THAT(csv(), HasSubstr(",failed,"));
}

TEST_F(FeatureBatchTest, LeavesNoFileOfASlideThatIsBrokenNow) {
    run();
    ASSERT_TRUE(fs::exists(options.output / "a.h5"));
    write_file(slides[0].path, "damaged");
    EXPECT_EQ(run().count(FeatureRecord::State::failed), 1U);
    EXPECT_FALSE(fs::exists(options.output / "a.h5"));
    EXPECT_TRUE(fs::exists(options.output / "b.h5"));
}

TEST_F(FeatureBatchTest, GivesSlidesOfOneNameFilesOfTheirOwn) {
    slides = {draw("x/a.tiff"), draw("y/a.tiff", 900, 900)};
    const auto report = run();
    EXPECT_EQ(report.count(FeatureRecord::State::done), 2U);
    EXPECT_NE(report.slides[0].name, report.slides[1].name);
    std::ranges::reverse(slides);
    EXPECT_EQ(run().skipped(), 2U) << "each keeps its name";
}

TEST_F(FeatureBatchTest, NeverReplacesFilesThatAreNotItsOwn) {
    fs::create_directories(options.output);
    write_file(options.output / "a.h5", "features of somebody else");
    for (int i = 0; i < 2; ++i) {
        const auto report = run();
        EXPECT_EQ(report.slides[0].state, FeatureRecord::State::failed);
        EXPECT_THAT(report.slides[0].hint, HasSubstr("Move it"));
        EXPECT_EQ(report.slides[1].state, FeatureRecord::State::done);
        EXPECT_EQ(read_file(options.output / "a.h5"), "features of somebody else");
        EXPECT_THAT(csv(), HasSubstr("is there already"));
    }
}

TEST_F(FeatureBatchTest, LeavesASlideToTheProcessThatWorksOnIt) {
    run();
    std::string holder;
    const auto lock = SlideLock::acquire(options.output / kFeatureRecords / "a", holder);
    ASSERT_TRUE(lock);
    options.force = true;
    const auto report = run();
    EXPECT_EQ(report.slides[0].state, FeatureRecord::State::locked);
    EXPECT_EQ(report.slides[1].state, FeatureRecord::State::done);
    EXPECT_TRUE(fs::exists(options.output / "a.h5"));
}

TEST_F(FeatureBatchTest, DropsWhatItIsAskedToStop) {
    bool stop = false;
    FeatureCallbacks callbacks;
    callbacks.stop_requested = [&] { return stop; };
    callbacks.slide_begins = [&](std::size_t, const FeatureRecord&, const std::string&) { stop = true; };
    options.analyse.threads = 1;
    const auto report = encode_slides(encoder, std::span(slides).first(1), options, callbacks);
    EXPECT_TRUE(report.interrupted);
    EXPECT_EQ(report.slides[0].state, FeatureRecord::State::cancelled);
    EXPECT_EQ(files().size(), 1U) << "features.csv alone";
    EXPECT_EQ(run().count(FeatureRecord::State::done), 2U);
}

TEST_F(FeatureBatchTest, LeavesAFileOfNoRowsForASlideWithoutTissue) {
    testing::write_tissue_slide(folder / "slides" / "c.tiff", 1100, 900);
    slides = {folder / "slides" / "c.tiff"};
    options.analyse.min_tissue = 1;
    options.analyse.overlap = 0;
    write_file(folder / "nowhere.geojson",
               R"({"type": "Polygon", "coordinates": [[[0, 0], [5, 0], [5, 5], [0, 5], [0, 0]]]})");
    options.analyse.region_of_interest = folder / "nowhere.geojson";
    const auto report = run();
    ASSERT_EQ(report.slides[0].state, FeatureRecord::State::done) << report.slides[0].error;
    EXPECT_EQ(report.slides[0].tiles, 0U);
    EXPECT_THAT(report.slides[0].note, HasSubstr("no tissue"));
    EXPECT_TRUE(fs::exists(options.output / "c.h5"));
}

class EveryLayout : public FeatureBatchTest, public ::testing::WithParamInterface<FeatureLayout> {};

TEST_P(EveryLayout, ReadsBack) {
    const auto plain = run();
    const auto expected = read_bag(options.output / "a.h5");
    options.output = folder / "layout";
    options.layout = GetParam();
    options.numbers = FeatureNumbers::single;
    ASSERT_EQ(run().count(FeatureRecord::State::done), 2U);
    const auto bag = read_bag(options.output / "a.h5");
    EXPECT_EQ(bag.tiles, expected.tiles);
    EXPECT_EQ(bag.features, expected.features);
    ASSERT_EQ(bag.places.size(), expected.places.size());
    const double unit = bag.origin.unit == PlaceUnit::micrometres ? 0.5 : 1;
    for (std::size_t i = 0; i < bag.tiles; ++i) {
        EXPECT_NEAR(bag.places[i].x, expected.places[i].x * unit, 1e-2);
        EXPECT_NEAR(bag.places[i].y, expected.places[i].y * unit, 1e-2);
    }
}

INSTANTIATE_TEST_SUITE_P(FeatureBatch, EveryLayout,
                         ::testing::Values(FeatureLayout::slidetype, FeatureLayout::clam, FeatureLayout::trident,
                                           FeatureLayout::stamp),
                         [](const auto& info) { return std::string(to_string(info.param)); });

}  // namespace
}  // namespace slidetype

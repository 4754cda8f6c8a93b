#include "plugin/teaching/training_tiles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "base/atomic_file.h"
#include "base/error.h"
#include "model/data/manifest.h"
#include "model/pictures/image_file.h"
#include "plugin/teaching/training_areas.h"
#include "tests/plugin/tissue_slide.h"
#include "tests/support.h"
#include "tests/tiler/expect_error.h"
#include "tiler/tile_reader.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using testing::code_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string ring(const Rect& r) {
    const auto point = [](std::int64_t x, std::int64_t y) {
        return std::string("[") + std::to_string(x) + "," + std::to_string(y) + "]";
    };
    return std::string("[") + point(r.x, r.y) + "," + point(r.right(), r.y) + "," + point(r.right(), r.bottom()) + "," +
           point(r.x, r.bottom()) + "," + point(r.x, r.y) + "]";
}

/// A rectangle, with a hole if that is not empty.
std::string area(const std::string& properties, const Rect& outer, const Rect& hole = {}) {
    return std::string(R"({"type":"Feature","geometry":{"type":"Polygon","coordinates":[)") + ring(outer) +
           (hole.empty() ? std::string() : std::string(",") + ring(hole)) + R"(]},"properties":)" + properties + "}";
}

std::string of_class(const std::string& name) {
    return std::string(R"({"objectType":"annotation","classification":{"name":")") + name + R"(","color":[1,2,3]}})";
}

std::string collection(const std::vector<std::string>& features) {
    std::string text = R"({"type":"FeatureCollection","features":[)";
    for (std::size_t i = 0; i < features.size(); ++i) text += (i > 0 ? std::string(",") : std::string()) + features[i];
    return text + "]}";
}

const Rect kSquare = {0, 0, 100, 100};

TEST(TrainingAreas, TakeTheClassFromTheClassificationOrElseFromTheName) {
    const auto sorted = sort_annotations(
        collection({area(of_class("lung_aca"), kSquare), area(R"({"name":"LUSC"})", kSquare),
                    area(R"({"name":"LUSC","classification":null})", kSquare), area(of_class("benign"), kSquare),
                    area(of_class("Stroma"), kSquare), area(R"({"name":"LUAD","classification":"Stroma"})", kSquare),
                    area("{}", kSquare), area(of_class("Ignore*"), kSquare)}),
        "x.geojson");
    EXPECT_EQ(sorted.areas[0].size(), 1U);
    EXPECT_EQ(sorted.areas[1].size(), 2U);
    EXPECT_EQ(sorted.areas[2].size(), 1U);
    EXPECT_EQ(sorted.areas[TrainingAreas::kIgnore].size(), 1U);
    EXPECT_EQ(sorted.other_classes, (std::map<std::string, std::size_t>{{"", 1}, {"Stroma", 2}}));
}

TEST(TrainingAreas, AreNoTilesAndNoRegionsOfOursThatNobodyUnlocked) {
    const std::string region =
        R"({"name":"LUAD region","classification":{"name":"LUAD"},"measurements":{"area_mm2":1,"tiles":9}LOCK})";
    const auto with = [&](const std::string& lock) {
        return std::string(region).replace(region.find("LOCK"), 4, lock);
    };
    const auto sorted = sort_annotations(
        collection({area(R"({"objectType":"tile","classification":{"name":"LUSC"}})", kSquare),
                    area(R"({"classification":"LUSC","isLocked":true,"measurements":{"scored_tiles":9}})", kSquare),
                    area(with(R"(,"isLocked":true)"), kSquare), area(with(""), kSquare),
                    area(R"({"classification":"LUSC","isLocked":true})", kSquare)}),
        "x.geojson");
    EXPECT_EQ(sorted.no_annotation, 1U);
    EXPECT_EQ(sorted.own_regions, 2U);
    EXPECT_EQ(sorted.areas[0].size(), 1U) << "an unlocked region is somebody's judgement";
    EXPECT_EQ(sorted.areas[1].size(), 1U) << "people may lock what they drew";
}

TEST(TrainingAreas, AreReadFromEveryContainerAndMoved) {
    const auto one = area(of_class("LUAD"), kSquare);
    for (const auto& text : {one, std::string("[") + one + "]", collection({one})}) {
        const auto sorted = sort_annotations(text, "x", 1000, -5);
        ASSERT_EQ(sorted.areas[0].size(), 1U) << text;
        EXPECT_EQ(sorted.areas[0][0].outer[0].x, 1000);
        EXPECT_EQ(sorted.areas[0][0].outer[0].y, -5);
    }
    EXPECT_EQ(code_of([] { sort_annotations("{", "x"); }), ErrorCode::corrupt);
}

TEST(LabelOf, AsksForHalfTheTileAndAClearLead) {
    const auto sorted = sort_annotations(
        collection({area(of_class("LUAD"), {0, 0, 1000, 1000}, {400, 400, 200, 200}),
                    area(of_class("LUSC"), {800, 0, 1000, 1000}), area(of_class("Ignore*"), {0, 900, 100, 100})}),
        "x");
    const auto at = [&](const Rect& rect) { return label_of(sorted, rect, 0.5); };
    EXPECT_EQ(at({100, 100, 100, 100}).label, 0);
    EXPECT_EQ(at({-40, 100, 100, 100}).label, 0);
    EXPECT_EQ(at({-60, 100, 100, 100}).kind, TileLabel::Kind::outside);
    EXPECT_EQ(at({450, 450, 100, 100}).kind, TileLabel::Kind::outside) << "holes count as outside";
    EXPECT_EQ(at({850, 100, 100, 100}).kind, TileLabel::Kind::contested);
    EXPECT_EQ(at({740, 100, 100, 100}).label, 0);
    EXPECT_EQ(at({960, 100, 100, 100}).label, 1);
    EXPECT_EQ(at({0, 900, 100, 100}).kind, TileLabel::Kind::contested);
    EXPECT_EQ(at({-90, 900, 180, 100}).kind, TileLabel::Kind::contested);
}

class TrainingTilesTest : public ::testing::Test {
  protected:
    TrainingTilesTest() { testing::write_tissue_slide(folder / "a.tiff", 1536, 1280); }

    void annotate(const std::string& name, const std::vector<std::string>& features) const {
        write_file(folder / name, collection(features));
    }
    CutReport cut(const std::string& into = "tiles", int threads = 2) const {
        CutOptions options;
        options.patch_size_px = 64, options.spacing_um_px = 1, options.threads = threads;
        const auto found = find_annotated_slides(folder.path());
        auto report = cut_training_tiles(found.slides, folder / into, options);
        return report;
    }
    std::map<std::string, std::string> contents(const std::string& name) const {
        std::map<std::string, std::string> all;
        for (const auto& entry : fs::recursive_directory_iterator(folder / name)) {
            if (entry.is_regular_file()) {
                all[fs::relative(entry.path(), folder / name).string()] = read_file(entry.path());
            }
        }
        return all;
    }

    testing::TemporaryFolder folder;
};

TEST_F(TrainingTilesTest, AreWhatTheAnnotationsCoverAndWhatRunWouldScore) {
    annotate("a.geojson", {area(of_class("LUAD"), {512, 512, 256, 256}), area(of_class("LUSC"), {768, 512, 256, 256})});
    const auto report = cut();
    EXPECT_THAT(report.tiles, ElementsAre(4, 4, 0));
    const auto dataset = read_dataset(report.manifest);
    ASSERT_EQ(dataset.tiles.size(), 8U);
    EXPECT_TRUE(dataset.has_groups);
    for (const auto& tile : dataset.tiles) EXPECT_THAT(tile.group, HasSubstr("a.tiff"));
    EXPECT_TRUE(fs::exists(folder / "tiles/a/512_640_LUAD.png"));
    EXPECT_TRUE(fs::exists(folder / "tiles/a/896_512_LUSC.png"));

    const Slide slide(folder / "a.tiff");
    TissueMask everything;
    const auto grid = make_grid(slide, {0.5, 0.5, SpacingSource::user}, everything, nullptr, {64, 1, 0, 0});
    const auto tile = static_cast<std::size_t>(std::ranges::find(grid.tiles, Rect{896, 512, 128, 128}, &Tile::rect) -
                                               grid.tiles.begin());
    const auto pixels = TileReader(slide, grid).read({{tile}, grid.tiles[tile].rect});
    EXPECT_EQ(read_image(folder / "tiles/a/896_512_LUSC.png").pixels, pixels.pixels);
}

TEST_F(TrainingTilesTest, LeaveOutGlassAndContestedOnesAndCountThem) {
    annotate("a.geojson", {area(of_class("LUAD"), {512, 512, 512, 256}), area(of_class("LUSC"), {768, 512, 256, 256}),
                           area(of_class("LUSC"), {512, 768, 128, 128}), area(of_class("LUAD"), {0, 0, 128, 128}),
                           area(of_class("Tumor"), {512, 512, 128, 128})});
    const auto report = cut();
    EXPECT_THAT(report.tiles, ElementsAre(4, 1, 0));
    EXPECT_EQ(report.contested, 4U);
    EXPECT_EQ(report.glass, 1U);
    EXPECT_EQ(report.other_classes.at("Tumor"), 1U);
}

TEST_F(TrainingTilesTest, AreTheSameFilesForAnyNumberOfThreads) {
    annotate("a.geojson", {area(of_class("LUAD"), {300, 300, 500, 700}), area(of_class("LUSC"), {800, 300, 400, 700})});
    cut("one", 1);
    cut("three", 3);
    EXPECT_EQ(contents("one"), contents("three"));
    EXPECT_GT(contents("one").size(), 20U);
}

TEST_F(TrainingTilesTest, OfAnEarlierCutAreRemovedAndOtherFilesStay) {
    annotate("a.geojson", {area(of_class("LUAD"), {512, 512, 256, 256})});
    cut();
    write_file(folder / "tiles/a/notes.txt", "mine");
    annotate("a.geojson", {area(of_class("LUSC"), {512, 512, 256, 256})});
    cut();
    EXPECT_FALSE(fs::exists(folder / "tiles/a/512_512_LUAD.png"));
    EXPECT_TRUE(fs::exists(folder / "tiles/a/512_512_LUSC.png"));
    EXPECT_TRUE(fs::exists(folder / "tiles/a/notes.txt"));
}

TEST_F(TrainingTilesTest, AreNumberedByBandsAcrossTheLongerExtent) {
    annotate("a.geojson", {area(of_class("LUAD"), {256, 512, 1024, 256})});
    const auto report = cut();
    const auto manifest = read_manifest(report.manifest, {"x", "block"});
    std::map<int, std::pair<int, int>> extents;
    for (const auto& row : manifest.rows) {
        const int x = manifest.integer(row, "x");
        auto& [low, high] = extents.try_emplace(manifest.integer(row, "block"), x, x).first->second;
        low = std::min(low, x), high = std::max(high, x);
    }
    ASSERT_EQ(extents.size(), 5U);
    for (int block = 2; block <= 5; ++block) EXPECT_GE(extents[block].first, extents[block - 1].second) << block;
}

TEST_F(TrainingTilesTest, ComeFromTheSlidesThatWorkAndTheOthersAreNamed) {
    annotate("a.geojson", {area(of_class("LUAD"), {512, 512, 256, 256})});
    testing::write_tissue_slide(folder / "b.tiff", 600, 600);
    write_file(folder / "b.tiff.geojson", "{ broken");
    const auto report = cut();
    EXPECT_EQ(report.slides, 1U);
    ASSERT_EQ(report.problems.size(), 1U);
    EXPECT_THAT(report.problems[0], HasSubstr("b.tiff.geojson"));
    fs::remove(folder / "a.geojson");
    EXPECT_EQ(code_of([&] { cut(); }), ErrorCode::bad_data);
}

TEST_F(TrainingTilesTest, AnnotatedSlidesAreFoundByFileFolderAndManifest) {
    testing::write_tissue_slide(folder / "b.tiff", 600, 600);
    annotate("a.geojson", {});
    annotate("b.tiff.geojson", {});
    EXPECT_EQ(annotations_beside(folder / "a.tiff"), folder / "a.geojson");
    EXPECT_EQ(annotations_beside(folder / "b.tiff"), folder / "b.tiff.geojson");
    EXPECT_TRUE(is_annotated_slides(folder.path()));
    EXPECT_TRUE(is_annotated_slides(folder / "a.tiff"));
    EXPECT_FALSE(is_annotated_slides(folder / "a.geojson"));
    EXPECT_FALSE(is_annotated_slides(folder / "none"));
    EXPECT_EQ(find_annotated_slides(folder.path()).slides.size(), 2U);

    write_file(folder / "m.csv",
               "slide,annotations,patient,spacing,fold,split\na.tiff,,p1,0.25,3,train\nb.tiff,other.geojson,,,,\n"
               "c.tiff,,,,,\n");
    EXPECT_TRUE(is_annotated_slides(folder / "m.csv"));
    const auto found = find_annotated_slides(folder / "m.csv");
    ASSERT_EQ(found.slides.size(), 1U);
    EXPECT_EQ(found.slides[0].group, "p1");
    EXPECT_EQ(found.slides[0].spacing_um_px, 0.25);
    EXPECT_EQ(found.slides[0].fold, 3);
    EXPECT_EQ(found.slides[0].part, Part::train);
    ASSERT_EQ(found.problems.size(), 2U);
    EXPECT_THAT(found.problems[0], HasSubstr("other.geojson"));
    EXPECT_THAT(found.problems[1], HasSubstr("c.tiff"));

    fs::create_directories(folder / "LUAD");
    EXPECT_FALSE(is_annotated_slides(folder.path())) << "class folders come first";
}

}  // namespace
}  // namespace slidetype

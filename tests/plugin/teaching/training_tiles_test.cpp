#include "plugin/teaching/training_tiles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/pictures/image_file.h"
#include "model/data/manifest.h"
#include "tests/plugin/teaching/features.h"
#include "tests/plugin/tissue_slide.h"
#include "tests/support.h"
#include "tests/tiler/expect_error.h"
#include "tiler/tiles/tile_reader.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using testing::area;
using testing::code_of;
using testing::collection;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::of_class;
using ::testing::Pair;

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
    annotate("a.geojson", {area(of_class("LUAD"), {512, 512, 512, 256}), area(of_class("LUSC"), {768, 512, 416, 256}),
                           area(of_class("LUSC"), {512, 768, 128, 128}), area(of_class("LUAD"), {0, 0, 128, 128}),
                           area(of_class("Tumor"), {512, 512, 128, 128})});
    const auto report = cut();
    EXPECT_THAT(report.tiles, ElementsAre(3, 3, 0));
    EXPECT_EQ(report.contested, 4U);
    EXPECT_EQ(report.glass, 1U);
    EXPECT_EQ(report.other_classes.at("Tumor"), 1U);
    EXPECT_THAT(report.hidden, ElementsAre(Pair("Tumor", 1)));
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

TEST_F(TrainingTilesTest, SayWhyThereAreNone) {
    const auto error = [&](const std::vector<std::string>& features) {
        annotate("a.geojson", features);
        return testing::error_of([&] { cut(); });
    };
    const Rect tissue = {512, 512, 256, 256};
    const auto own = R"({"name":"LUAD region","classification":{"name":"LUAD"},"isLocked":true,)"
                     R"("measurements":{"area_mm2":1,"tiles":9}})";
    const auto tumor = error({area(of_class("Tumor"), tissue), area("{}", tissue), area("{}", tissue)});
    EXPECT_THAT(tumor.cause(),
                HasSubstr(R"(a.geojson: holds no area of class LUAD, LUSC or benign, but 2 without a class, )"
                          R"(1 of class "Tumor")"));
    EXPECT_THAT(tumor.hint(), HasSubstr("Give the areas the class"));
    const auto regions = error({area(own, tissue)});
    EXPECT_THAT(regions.cause(), HasSubstr("1 region of slidetype's own passed over"));
    EXPECT_THAT(regions.hint(), HasSubstr("Unlock"));
    const auto found = error({area(R"({"objectType":"detection","classification":"LUAD"})", tissue)});
    EXPECT_THAT(found.cause(), HasSubstr("1 detection passed over"));
    EXPECT_THAT(found.hint(), HasSubstr("no one's judgement"));
    EXPECT_THAT(error({area(of_class("LUAD"), {512, 512, 40, 40})}).cause(), HasSubstr("covers 50 % of a tile"));
    EXPECT_THAT(error({area(of_class("LUAD"), {0, 0, 128, 128})}).cause(), HasSubstr("1 tile that they cover show"));
    EXPECT_THAT(error({area(of_class("LUAD"), {-900, 0, 500, 500})}).cause(), HasSubstr("lie beside the slide"));
    EXPECT_THAT(error({area(of_class("LUAD"), tissue), area(of_class("Stroma"), {520, 520, 240, 240})}).cause(),
                HasSubstr("4 tiles are hidden by areas of class Stroma"));
}

TEST_F(TrainingTilesTest, AreNotCutOnceToldToStop) {
    annotate("a.geojson", {area(of_class("LUAD"), {512, 512, 256, 256})});
    const auto found = find_annotated_slides(folder.path());
    CutOptions options;
    options.patch_size_px = 64, options.spacing_um_px = 1;
    for (const auto last : {CutStage::open, CutStage::label, CutStage::write}) {
        bool stop = false;
        CutCallbacks callbacks;
        callbacks.stop_requested = [&] { return stop; };
        callbacks.progress = [&](std::size_t, CutStage stage, std::size_t, std::size_t) {
            stop = stop || stage == last;
        };
        const auto cut = [&] { cut_training_tiles(found.slides, folder / "tiles", options, callbacks); };
        if (last == CutStage::write)
            cut();  // there is one block
        else
            EXPECT_EQ(code_of(cut), ErrorCode::cancelled);
    }
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

#include "tests/tools/mosaic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <set>

#include "base/atomic_file.h"
#include "base/error.h"
#include "tests/support.h"
#include "tests/tools/opened_slide.h"

namespace slidetype::tools {
namespace {

using slidetype::testing::OpenedSlide;
using slidetype::testing::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// `count` PNG files of one colour in folder/name, as 0.png, 1.png …
std::filesystem::path plain_tiles(const TemporaryFolder& folder, const std::string& name, int count,
                                  const cv::Scalar& bgr) {
    const auto path = folder / name;
    std::filesystem::create_directories(path);
    for (int i = 0; i < count; ++i) {
        const cv::Mat picture(40, 40, CV_8UC3, bgr);
        cv::imwrite((path / std::to_string(i).append(".png")).string(), picture);
    }
    return path;
}

struct TwoClasses {
    TemporaryFolder folder;
    std::map<char, MosaicClass> classes{
        {'A', {"LUAD", files_in_folder(plain_tiles(folder, "a", 3, {200, 0, 0}))}},
        {'S', {"LUSC", files_in_folder(plain_tiles(folder, "s", 3, {0, 0, 200}))}},
    };
    Mosaic mosaic(const std::string& layout, MosaicOptions options = {}) const {
        return Mosaic(parse_layout(layout), classes, options);
    }
};

PyramidOptions half_micrometre() {
    PyramidOptions options;
    options.spacing_um_px = 0.5;
    options.quality = 95;
    return options;
}

ErrorCode code_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode::internal;
}

TEST(Layout, TakesSlashesOrLinesAndFillsShortRowsWithGlass) {
    EXPECT_THAT(parse_layout("AAS/A").rows, ElementsAre("AAS", "A.."));
    EXPECT_THAT(parse_layout("AAS\r\nA\n").rows, ElementsAre("AAS", "A.."));
    EXPECT_EQ(code_of([] { parse_layout(" / "); }), ErrorCode::usage);
}

TEST(Layout, RepeatMakesSquaresOfEachCell) {
    const Layout layout = repeat(parse_layout("A./.S"), 2);
    EXPECT_EQ(layout.columns, 4);
    EXPECT_THAT(layout.rows, ElementsAre("AA..", "AA..", "..SS", "..SS"));
}

TEST(Mosaic, ShowsEachPictureInItsRectangleAndGlassElsewhere) {
    const TwoClasses two;
    const Mosaic mosaic = two.mosaic("AS/.A", {.tile_px = 100});
    mosaic.write(two.folder / "m.tiff", half_micrometre());
    const OpenedSlide slide(two.folder / "m.tiff");
    EXPECT_EQ(slide.size(0), (Rect{0, 0, 200, 200}));
    const auto color_at = [&](std::int64_t x, std::int64_t y) {
        const RgbImage pixel = slide.read(0, {x, y, 1, 1});
        return std::vector<int>(pixel.pixels.begin(), pixel.pixels.end());
    };
    const auto near = [](int red, int green, int blue) {
        using ::testing::AllOf, ::testing::Ge, ::testing::Le;
        const auto about = [](int value) { return AllOf(Ge(value - 4), Le(value + 4)); };
        return ElementsAre(about(red), about(green), about(blue));
    };
    EXPECT_THAT(color_at(50, 50), near(0, 0, 200));
    EXPECT_THAT(color_at(150, 50), near(200, 0, 0));
    EXPECT_THAT(color_at(50, 150), near(243, 243, 243));
    EXPECT_THAT(color_at(150, 150), near(0, 0, 200));
}

TEST(Mosaic, AMarginOfGlassMovesEveryCell) {
    const TwoClasses two;
    const Mosaic mosaic = two.mosaic("AS", {.tile_px = 100, .margin_px = 30});
    EXPECT_EQ(mosaic.tiles()[1].rect, (Rect{130, 30, 100, 100}));
    mosaic.write(two.folder / "m.tiff", half_micrometre());
    const OpenedSlide slide(two.folder / "m.tiff");
    EXPECT_EQ(slide.size(0), (Rect{0, 0, 260, 160}));
    EXPECT_NEAR(slide.read(0, {10, 80, 1, 1}).pixels[0], 243, 4);
    EXPECT_NEAR(slide.read(0, {180, 80, 1, 1}).pixels[0], 200, 4);
    EXPECT_EQ(code_of([&] { two.mosaic("A", {.margin_px = -1}); }), ErrorCode::usage);
}

TEST(Mosaic, LooksTheSameWhateverTheTilesOfTheFile) {
    const TwoClasses two;
    const Mosaic mosaic = two.mosaic("ASA/.SA/AAS", {.tile_px = 100});
    auto small = half_micrometre(), large = half_micrometre();
    small.tile_px = 16;
    large.tile_px = 512;
    mosaic.write(two.folder / "small.tiff", small);
    mosaic.write(two.folder / "large.tiff", large);
    const RgbImage a = OpenedSlide(two.folder / "small.tiff").read(0),
                   b = OpenedSlide(two.folder / "large.tiff").read(0);
    for (int y = 50; y < 300; y += 100) {
        for (int x = 50; x < 300; x += 100) {
            for (int c = 0; c < 3; ++c) EXPECT_NEAR(a.at(x, y)[c], b.at(x, y)[c], 2);
        }
    }
}

TEST(Mosaic, JoinsNeighboursIntoOneRegionAndKeepsCornersApart) {
    const TwoClasses two;
    const auto truth = two.mosaic("AA./..A/SSS/S.S/SSS", {.tile_px = 10}).truth();
    ASSERT_THAT(truth, SizeIs(3));
    EXPECT_EQ(truth[0].class_name, "LUAD");
    EXPECT_EQ(truth[1].class_name, "LUAD");
    EXPECT_EQ(truth[2].class_name, "LUSC");
    EXPECT_THAT(truth[2].polygons.at(0).holes, SizeIs(1));
}

TEST(Mosaic, WritesTruthThatQuPathReads) {
    const TwoClasses two;
    two.mosaic("A.S", {.tile_px = 10}).write(two.folder / "m.tiff", half_micrometre());
    const auto truth = nlohmann::json::parse(read_file(two.folder / "m.geojson"));
    ASSERT_EQ(truth["features"].size(), 2U);
    const auto& feature = truth["features"][1];
    EXPECT_EQ(feature["properties"]["objectType"], "annotation");
    EXPECT_EQ(feature["properties"]["classification"]["name"], "LUSC");
    EXPECT_EQ(feature["properties"]["classification"]["color"].size(), 3U);
    EXPECT_EQ(feature["id"].get<std::string>().size(), 36U);
    const auto& ring = feature["geometry"]["coordinates"][0];
    EXPECT_EQ(ring.front(), ring.back());
    std::set<std::pair<int, int>> corners;
    for (const auto& point : ring) corners.insert({point[0].get<int>(), point[1].get<int>()});
    EXPECT_THAT(corners, ElementsAre(std::pair(20, 0), std::pair(20, 10), std::pair(30, 0), std::pair(30, 10)));
}

TEST(Mosaic, ListsEachSourceWithItsRectangle) {
    const TwoClasses two;
    const Mosaic mosaic = two.mosaic(".A", {.tile_px = 10});
    mosaic.write(two.folder / "m.tiff", half_micrometre());
    EXPECT_EQ(read_file(two.folder / "m.csv"), "column,row,x,y,width,height,class,file\n1,0,10,0,10,10,LUAD," +
                                                   mosaic.tiles().at(0).file.string() + "\n");
}

TEST(Mosaic, UsesEveryPictureBeforeOneComesAgain) {
    const TwoClasses two;
    const Mosaic mosaic = two.mosaic("AAAAAA");
    std::set<std::filesystem::path> first, second;
    for (std::size_t i = 0; i < 3; ++i) {
        first.insert(mosaic.tiles()[i].file);
        second.insert(mosaic.tiles()[i + 3].file);
    }
    EXPECT_THAT(first, SizeIs(3));
    EXPECT_EQ(first, second);
}

TEST(Mosaic, ChoosesByTheSeedAlone) {
    const TemporaryFolder folder;
    const std::map<char, MosaicClass> classes{{'A', {"LUAD", files_in_folder(plain_tiles(folder, "a", 20, {}))}}};
    const auto chosen = [&](std::uint64_t seed) {
        const Mosaic mosaic(parse_layout("AAAAAAAA"), classes, {.seed = seed});
        std::vector<std::filesystem::path> files;
        for (const auto& tile : mosaic.tiles()) {
            files.push_back(tile.file);
        }
        return files;
    };
    EXPECT_EQ(chosen(7), chosen(7));
    EXPECT_NE(chosen(7), chosen(8));
}

TEST(Mosaic, RefusesALetterWithoutAClass) {
    const TwoClasses two;
    EXPECT_EQ(code_of([&] { two.mosaic("AX"); }), ErrorCode::usage);
}

TEST(Mosaic, NamesThePictureThatCannotBeReadAndLeavesNoSlide) {
    const TwoClasses two;
    write_file(two.folder / "a/bad.png", "no picture");
    const std::map<char, MosaicClass> classes{{'A', {"LUAD", {two.folder / "a/bad.png"}}}};
    try {
        Mosaic(parse_layout("A"), classes, {}).write(two.folder / "m.tiff", half_micrometre());
        FAIL() << "an error was expected";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::corrupt);
        EXPECT_THAT(error.what(), HasSubstr("bad.png"));
    }
    EXPECT_FALSE(std::filesystem::exists(two.folder / "m.tiff"));
}

TEST(TileSources, TakeThePicturesOfOneFold) {
    const TemporaryFolder folder;
    const auto files = files_in_folder(plain_tiles(folder, "lung_aca", 3, {}));
    write_file(folder / "groups.csv",
               "file,class,group,fold\nlung_aca/0.png,a,g1,4\nlung_aca/1.png,a,g2,1\nlung_scc/2.png,s,g3,4\n");
    const auto folds = read_folds(folder / "groups.csv");
    EXPECT_THAT(files_of_fold(files, folds, "4"), ElementsAre(folder / "lung_aca/0.png"));
    EXPECT_EQ(code_of([&] { files_of_fold(files, folds, "9"); }), ErrorCode::bad_data);
}

TEST(TileSources, RefuseAGroupsFileWithoutFolds) {
    const TemporaryFolder folder;
    write_file(folder / "groups.csv", "file,class\na/b.png,a\n");
    EXPECT_EQ(code_of([&] { read_folds(folder / "groups.csv"); }), ErrorCode::bad_data);
}

TEST(TileSources, ReadAListRelativeToItsFolder) {
    const TemporaryFolder folder;
    write_file(folder / "list.txt", "x/1.png\n\n/abs/2.png\r\n");
    EXPECT_THAT(files_in_list(folder / "list.txt"), ElementsAre(folder / "x/1.png", "/abs/2.png"));
}

}  // namespace
}  // namespace slidetype::tools

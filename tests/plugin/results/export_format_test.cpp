#include "plugin/results/export_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tiffio.h>

#include <boost/property_tree/xml_parser.hpp>
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "base/atomic_file.h"
#include "dsa_validator.h"
#include "geojson_validator.h"
#include "plugin/analysis/engine.h"
#include "plugin/results/exporter.h"
#include "plugin/results/exporters/drawing.h"
#include "plugin/results/regions.h"
#include "plugin/results/stored_result.h"
#include "tests/model/tile_pictures.h"
#include "tests/plugin/make_result.h"
#include "tests/plugin/tissue_slide.h"
#include "tests/support.h"
#include "tests/tiler/expect_error.h"
#include "tiler/slides/slide.h"

namespace slidetype {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ExportFormats : public ::testing::Test {
  protected:
    testing::TemporaryFolder folder;
    SlideResult result = [] {
        testing::ResultOptions options;
        options.gated = true;
        return testing::make_result(options);
    }();

    std::filesystem::path written(const char* format, const std::string& file) {
        find_export_format(format).write(result, folder.path());
        return folder / file;
    }
    std::size_t scored() const {
        std::size_t count = 0;
        for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) count += result.top_class(t) ? 1 : 0;
        return count;
    }
};

/// Twice the area inside a ring.
double area_of(const std::vector<std::pair<double, double>>& ring) {
    double sum = 0;
    for (std::size_t k = 0; k < ring.size(); ++k) {
        const auto [x0, y0] = ring[k];
        const auto [x1, y1] = ring[(k + 1) % ring.size()];
        sum += x0 * y1 - x1 * y0;
    }
    return std::abs(sum);
}

TEST_F(ExportFormats, AsapHoldsTheAreaOfEveryClassInItsGroup) {
    result.model.class_names[0] = "LU<AD>";  // what XML must not swallow
    std::istringstream stream(read_file(written("asap", "TCGA-XX-0001.xml")));
    boost::property_tree::ptree tree;
    boost::property_tree::read_xml(stream, tree);
    std::map<std::string, double> areas;
    for (const auto& [key, annotation] : tree.get_child("ASAP_Annotations.Annotations")) {
        EXPECT_EQ(annotation.get<std::string>("<xmlattr>.Type"), "Polygon");
        std::vector<std::pair<double, double>> ring;
        for (const auto& [name, point] : annotation.get_child("Coordinates")) {
            EXPECT_EQ(point.get<std::size_t>("<xmlattr>.Order"), ring.size());
            ring.emplace_back(point.get<double>("<xmlattr>.X"), point.get<double>("<xmlattr>.Y"));
        }
        areas[annotation.get<std::string>("<xmlattr>.PartOfGroup")] += area_of(ring) / 2;
    }
    constexpr double kTile = testing::kTilePx * testing::kTilePx;
    std::map<std::string, double> expected;
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        if (const auto vote = result.voted_class(t)) expected[result.model.class_names[*vote]] += kTile;
    }
    for (const auto& [name, area] : expected) {
        const double holes = areas.contains(name + " hole") ? areas[name + " hole"] : 0;
        EXPECT_DOUBLE_EQ(areas[name] - holes, area) << name;
    }
    std::vector<std::string> groups;
    for (const auto& [key, group] : tree.get_child("ASAP_Annotations.AnnotationGroups")) {
        groups.push_back(group.get<std::string>("<xmlattr>.Name"));
    }
    for (const auto& [name, area] : areas) EXPECT_THAT(groups, ::testing::Contains(name));
}

TEST_F(ExportFormats, DsaHoldsARectangleForEveryVotingTileAndClosedPolylines) {
    const auto text = read_file(written("dsa", "TCGA-XX-0001.dsa.json"));
    EXPECT_THAT(testing::dsa_problems(text), ::testing::IsEmpty());
    const auto document = nlohmann::json::parse(text);
    ASSERT_EQ(document.size(), 2U);
    for (const auto& element : document[0]["elements"]) {
        EXPECT_EQ(element["type"], "polyline");
        EXPECT_EQ(element["closed"], true);
    }
    EXPECT_GT(document[0]["elements"].size(), 1U);

    const auto& rectangles = document[1]["elements"];
    std::set<std::string> colours;
    std::size_t seen = 0;
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        if (!result.voted_class(t)) continue;
        ASSERT_LT(seen, rectangles.size());
        const auto& element = rectangles[seen++];
        const auto& rect = result.grid.tiles[t].rect;
        EXPECT_EQ(element["type"], "rectangle");
        EXPECT_EQ(element["center"][0], static_cast<double>(rect.x) + static_cast<double>(rect.width) / 2);
        EXPECT_EQ(element["center"][1], static_cast<double>(rect.y) + static_cast<double>(rect.height) / 2);
        EXPECT_EQ(element["width"], rect.width);
        EXPECT_NEAR(element["user"]["prob_LUSC"], static_cast<double>(result.probability(t, 1)), 1e-4);
        const auto colour = element["fillColor"].get<std::string>();
        colours.insert(colour);
        const double p = static_cast<double>(result.probability(t, 1));
        const auto below = exporting::heat_color(p - 0.0125), above = exporting::heat_color(p + 0.0125);
        int red = 0, green = 0, blue = 0;
        ASSERT_EQ(std::sscanf(colour.c_str(), "rgba(%d, %d, %d, 0.5)", &red, &green, &blue), 3) << colour;
        const std::array<int, 3> rgb = {red, green, blue};
        for (std::size_t c = 0; c < 3; ++c) {  // in 41 steps, so at most half a step off; one for rounding
            EXPECT_GE(rgb[c], std::min(below[c], above[c]) - 1) << p;
            EXPECT_LE(rgb[c], std::max(below[c], above[c]) + 1) << p;
        }
    }
    EXPECT_EQ(seen, rectangles.size());
    EXPECT_LE(colours.size(), 41U);
    EXPECT_GT(colours.size(), 5U);
}

TEST_F(ExportFormats, DsaHoldsOtherClassesAndNoTilesAtAll) {
    testing::ResultOptions options;
    options.classes = {"Tumor", "Stro\"ma", "Other"};
    result = testing::make_result(options);
    auto text = read_file(written("dsa", "TCGA-XX-0001.dsa.json"));
    EXPECT_THAT(testing::dsa_problems(text), ::testing::IsEmpty());
    EXPECT_EQ(nlohmann::json::parse(text)[1]["elements"][0]["user"].size(), 3U);
    result.grid.tiles.clear();
    result.probabilities.clear();
    text = read_file(written("dsa", "TCGA-XX-0001.dsa.json"));
    EXPECT_THAT(testing::dsa_problems(text), ::testing::IsEmpty());
    EXPECT_EQ(nlohmann::json::parse(text)[1]["elements"].size(), 0U);
}

TEST_F(ExportFormats, WsinferHasALineForEveryScoredTile) {
    std::istringstream text(read_file(written("wsinfer", "model-outputs-csv/TCGA-XX-0001.csv")));
    std::string line;
    ASSERT_TRUE(std::getline(text, line));
    EXPECT_EQ(line, "minx,miny,width,height,prob_LUAD,prob_LUSC");
    std::size_t lines = 0;
    for (; std::getline(text, line); ++lines) EXPECT_THAT(line, HasSubstr(",512,512,0."));
    EXPECT_EQ(lines, scored());
    const auto objects = read_file(folder / "model-outputs-geojson/TCGA-XX-0001.geojson");
    EXPECT_THAT(testing::geojson_problems(objects), ::testing::IsEmpty());
    const auto features = nlohmann::json::parse(objects)["features"];
    EXPECT_EQ(features.size(), scored());
    EXPECT_EQ(features[0]["properties"]["measurements"].size(), 2U);
}

TEST_F(ExportFormats, TheHeatmapOpensAsASlideThatCoversTheOther) {
    const Slide heatmap(written("heatmap-tif", "TCGA-XX-0001.heatmap.tif"));
    // Tiles of 512 px: eight pixels of 64 each.
    EXPECT_EQ(heatmap.width(), result.slide.width / 64);
    EXPECT_EQ(heatmap.height(), result.slide.height / 64);
    const auto spacing = heatmap.spacing(0.25 * 64 / 4);
    EXPECT_DOUBLE_EQ(spacing.x_um_px, 4);
    std::size_t voting = 0;
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        if (!result.voted_class(t)) continue;
        ++voting;
        const auto& rect = result.grid.tiles[t].rect;
        const auto pixels = heatmap.read(0, {rect.x / 64, rect.y / 64, 8, 8});
        const auto color = exporting::heat_color(static_cast<double>(result.probability(t, 1)));
        for (const auto& [x, y] : {std::pair{0, 0}, {7, 0}, {0, 7}, {7, 7}}) {
            EXPECT_TRUE(std::equal(color.begin(), color.end(), pixels.at(x, y)))
                << "tile " << t << ": " << int{pixels.at(x, y)[0]} << " " << int{pixels.at(x, y)[1]} << " "
                << int{pixels.at(x, y)[2]};
        }
    }
    EXPECT_GT(voting, 10U);

    // And so does its lowest level, seen from far.
    testing::ResultOptions options;
    options.columns = 70, options.rows = 40;
    result = testing::make_result(options);
    const Slide pyramid(written("heatmap-tif", "TCGA-XX-0001.heatmap.tif"));
    ASSERT_EQ(pyramid.levels().size(), 3U);
    const auto small = pyramid.read(2, {0, 0, 140, 80});
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        if (!result.voted_class(t)) continue;
        const auto color = exporting::heat_color(static_cast<double>(result.probability(t, 1)));
        const auto& tile = result.grid.tiles[t];
        EXPECT_TRUE(std::equal(color.begin(), color.end(), small.at(2 * tile.column + 1, 2 * tile.row + 1)));
    }
}

using Tiff = std::unique_ptr<TIFF, decltype(&TIFFClose)>;

TEST_F(ExportFormats, ScoresAreNumbersAndHaveALevelForEveryHalf) {
    testing::ResultOptions options;
    options.columns = 70, options.rows = 40;
    result = testing::make_result(options);
    const Tiff tiff(TIFFOpen(written("scores-tif", "TCGA-XX-0001.scores.tif").c_str(), "r"), TIFFClose);
    ASSERT_TRUE(tiff);
    EXPECT_EQ(TIFFIsBigEndian(tiff.get()), 0);
    std::uint32_t width = 0;
    std::uint16_t bits = 0, format = 0;
    float x_resolution = 0;
    TIFFGetField(tiff.get(), TIFFTAG_IMAGEWIDTH, &width);
    TIFFGetField(tiff.get(), TIFFTAG_BITSPERSAMPLE, &bits);
    TIFFGetField(tiff.get(), TIFFTAG_SAMPLEFORMAT, &format);
    TIFFGetField(tiff.get(), TIFFTAG_XRESOLUTION, &x_resolution);
    EXPECT_EQ(width, 70U * 8);
    EXPECT_EQ(bits, 32);
    EXPECT_EQ(format, SAMPLEFORMAT_IEEEFP);
    EXPECT_NEAR(x_resolution, 1e4 / (0.25 * 64), 1e-2);
    EXPECT_EQ(TIFFNumberOfDirectories(tiff.get()), 3U);  // 560, 280, 140
    std::vector<float> tile(256 * 256);
    ASSERT_GT(TIFFReadEncodedTile(tiff.get(), 0, tile.data(), -1), 0);
    for (const int row : {0, 15, 31}) {
        for (const int column : {0, 9, 20, 31}) {
            const auto t = static_cast<std::size_t>(row * 70 + column);
            const float value = tile[static_cast<std::size_t>((row * 8 + 3) * 256 + column * 8 + 3)];
            if (result.voted_class(t)) {
                EXPECT_EQ(value, result.probability(t, 1));
            } else {
                EXPECT_TRUE(std::isnan(value));
            }
        }
    }
}

TEST_F(ExportFormats, AReportIsOnePageThatLoadsNothing) {
    result.slide.name = "<img src=x>";  // what must not become HTML
    result.slide.source = "/nowhere/slide.svs";
    const auto page = read_file(written("report", "<img src=x>.report.html"));
    EXPECT_THAT(page, HasSubstr("Outside the region of interest"));
    EXPECT_THAT(page, Not(HasSubstr("Could not be read"))) << "there are none";
    EXPECT_THAT(page, HasSubstr("&lt;img src=x&gt;"));
    EXPECT_THAT(page, ::testing::Not(HasSubstr("<img src=x>")));
    EXPECT_THAT(page, HasSubstr("default-src 'none'"));
    EXPECT_THAT(page, HasSubstr(result.model.sha256));
    EXPECT_THAT(page, HasSubstr("cannot be opened any more"));
    EXPECT_THAT(page, ::testing::Not(HasSubstr("/nowhere"))) << "where slides lie is nobody's business";
}

TEST_F(ExportFormats, AReportShowsTheOverviewAndTheTiles) {
    testing::write_tissue_slide(folder / "slide.tiff", 1800, 1400);
    const Engine engine(testing::write_random_model(folder / "model", "compact", 1));
    write_result_folder(engine.analyse(folder / "slide.tiff", {}), folder / "out", {});
    find_export_format("report").write(read_stored_result(folder / "out"), folder.path());
    const auto page = read_file(folder / "slide.report.html");
    EXPECT_THAT(page, HasSubstr("data:image/png;base64,"));
    EXPECT_THAT(page, HasSubstr("Most doubtful"));
    std::size_t tiles = 0;
    for (auto at = page.find("data:image/jpeg"); at != std::string::npos; at = page.find("data:image/jpeg", at + 1))
        ++tiles;
    EXPECT_EQ(tiles, 18U);
}

TEST_F(ExportFormats, GiveTheSameBytesAgainAndNameTheKnownOnes) {
    for (const auto& format : export_formats()) {
        testing::TemporaryFolder first, second;
        format.write(result, first.path());
        format.write(result, second.path());
        for (const auto& entry : std::filesystem::recursive_directory_iterator(first.path())) {
            if (!entry.is_regular_file()) continue;
            const auto name = std::filesystem::relative(entry.path(), first.path());
            EXPECT_EQ(read_file(entry.path()), read_file(second.path() / name)) << name;
        }
    }
    try {
        find_export_format("pdf");
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::usage);
        EXPECT_THAT(error.hint(), HasSubstr("asap"));
    }
    EXPECT_EQ(testing::code_of([&] { find_export_format("asap").write(result, folder / "absent"); }), ErrorCode::io);
}

}  // namespace
}  // namespace slidetype

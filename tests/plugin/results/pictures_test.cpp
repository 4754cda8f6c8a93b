#include <gtest/gtest.h>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <set>

#include "plugin/results/exporter.h"
#include "plugin/results/exporters/drawing.h"
#include "plugin/results/exporters/picture.h"
#include "tests/plugin/make_result.h"
#include "tests/support.h"

namespace slidetype::exporting {
namespace {

cv::Mat exported(const SlideResult& result, const std::string& name) {
    const testing::TemporaryFolder folder;
    for (const Exporter& exporter : exporters()) {
        if (exporter.file_name == name) exporter.write(result, folder.path(), {});
    }
    cv::Mat bgr = cv::imread((folder / name).string(), cv::IMREAD_COLOR), rgb;
    if (!bgr.empty()) cv::cvtColor(bgr, rgb, cv::COLOR_BGR2RGB);
    return rgb;
}

std::size_t pixels_of(const cv::Mat& rgb, Color color) {
    cv::Mat mask;
    cv::inRange(rgb, scalar(color), scalar(color), mask);
    return static_cast<std::size_t>(cv::countNonZero(mask));
}

/// True where nothing is drawn in the outermost `width` pixels.
bool has_white_margin(const cv::Mat& rgb, int width) {
    cv::Mat ink = cv::Mat::zeros(rgb.size(), CV_8U);
    cv::inRange(rgb, cv::Scalar::all(255), cv::Scalar::all(255), ink);
    ink(cv::Rect(width, width, rgb.cols - 2 * width, rgb.rows - 2 * width)).setTo(255);
    return cv::countNonZero(ink) == ink.rows * ink.cols;
}

std::vector<SlideResult> shapes() {
    std::vector<SlideResult> results;
    for (const auto& [columns, rows] : {std::pair{1, 1}, {6, 8}, {300, 200}, {160, 12}, {12, 160}}) {
        testing::ResultOptions options;
        options.columns = columns;
        options.rows = rows;
        results.push_back(testing::make_result(options));
    }
    results.back().slide.name = std::string(300, 'W');
    results.back().note = std::string(500, 'm') + " and many more words that do not fit into two lines";
    return results;
}

TEST(Pictures, TheColourBarRunsFromBlueOverGreyToVermilion) {
    EXPECT_EQ(heat_color(0), class_color("LUAD", 0));
    EXPECT_EQ(heat_color(1), class_color("LUSC", 1));
    const Color middle = heat_color(0.5);
    EXPECT_EQ(middle[0], middle[1]);
    EXPECT_EQ(middle[1], middle[2]);
    EXPECT_EQ(heat_color(-1), heat_color(0));
}

TEST(Pictures, ColoursOnEitherSideOfOneHalfDifferForColourBlindEyes) {
    // Blue against red survives every common deficiency: blue falls and red rises all along the scale's second half.
    for (int k = 0; k < 50; ++k) {
        const Color below = heat_color(k / 100.0), above = heat_color(1 - k / 100.0);
        EXPECT_GT(below[2], below[0]);
        EXPECT_LT(above[2], above[0]);
    }
}

TEST(Pictures, NothingIsDrawnIntoTheMarginWhateverTheShapeOfTheSlide) {
    for (const SlideResult& result : shapes()) {
        for (const char* name : {"heatmap.png", "overlay.png"}) {
            const cv::Mat rgb = exported(result, name);
            ASSERT_FALSE(rgb.empty());
            EXPECT_TRUE(has_white_margin(rgb, 10)) << name << " " << result.grid.columns << "x" << result.grid.rows;
            EXPECT_LE(std::max(rgb.cols, rgb.rows), 2000);
            EXPECT_GE(rgb.cols, 700);
        }
    }
}

TEST(Pictures, TheHeatmapHasOneSquareOfItsColourPerTile) {
    testing::ResultOptions options;
    options.low = options.high = 0.75;
    SlideResult result = testing::make_result(options);
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        if (!result.top_class(t)) continue;
        result.probabilities[2 * t] = 0.25F;
        result.probabilities[2 * t + 1] = 0.75F;
    }
    const std::size_t scored = result.status_counts()[0];
    const std::size_t edge = 64;
    const std::size_t found = pixels_of(exported(result, "heatmap.png"), heat_color(0.75));
    EXPECT_GE(found, scored * edge * edge);
    EXPECT_LE(found, scored * edge * edge + 100) << "but for a column of the colour bar";
}

TEST(Pictures, ReadErrorsAndUnscoredTissueLookDifferentFromAllElse) {
    testing::ResultOptions options;
    options.columns = 40;
    options.rows = 30;
    const SlideResult with = testing::make_result(options);
    options.read_errors = false;
    const SlideResult without = testing::make_result(options);
    const Color stripe = {70, 70, 70};
    EXPECT_GT(pixels_of(exported(with, "heatmap.png"), stripe), 1000U);
    EXPECT_LT(pixels_of(exported(without, "heatmap.png"), stripe), 100U);
    EXPECT_GT(pixels_of(exported(with, "heatmap.png"), kUnscoredTissue), 1000U);
}

TEST(Pictures, BenignAndUnfamiliarTilesHavePatternsOfTheirOwnAndNoneOfTheHeatmapsColours) {
    testing::ResultOptions options;
    options.columns = 40;
    options.rows = 30;
    options.gated = true;
    options.low = options.high = 1;
    const SlideResult with = testing::make_result(options);
    options.gated = false;
    const SlideResult without = testing::make_result(options);
    const auto edge = static_cast<std::size_t>(1200 / 40);
    const cv::Mat heatmap = exported(with, "heatmap.png"), plain = exported(without, "heatmap.png");
    const std::size_t benign = with.set_aside.benign.count * edge * edge;
    const std::size_t unfamiliar = with.set_aside.unfamiliar.count * edge * edge;
    // One pixel in eight of a benign tile is a dot, one in three of an unfamiliar one is line.
    EXPECT_NEAR(static_cast<double>(pixels_of(heatmap, kBenignPaper)), static_cast<double>(benign) * 7 / 8,
                static_cast<double>(benign) * 0.05);
    EXPECT_NEAR(static_cast<double>(pixels_of(heatmap, kUnfamiliarColor)), static_cast<double>(unfamiliar) / 3,
                static_cast<double>(unfamiliar) * 0.05);
    EXPECT_EQ(pixels_of(plain, kBenignPaper), 0U);
    EXPECT_LT(pixels_of(heatmap, class_color("LUSC", 1)) + (with.set_aside.benign.count * edge * edge) / 2,
              pixels_of(plain, class_color("LUSC", 1)));
    EXPECT_GT(pixels_of(exported(with, "overlay.png"), kBenignColor), 1000U);
    EXPECT_GT(pixels_of(exported(with, "overlay.png"), kUnfamiliarColor), 1000U);
    EXPECT_LT(pixels_of(exported(without, "overlay.png"), kBenignColor), 10U);
}

TEST(Pictures, OtherModelsShowTheirTopClassColours) {
    testing::ResultOptions options;
    options.classes = {"Tumor", "Stroma", "Necrosis"};
    const SlideResult result = testing::make_result(options);
    const cv::Mat rgb = exported(result, "heatmap.png");
    for (std::size_t c = 0; c < 3; ++c) {
        EXPECT_GT(pixels_of(rgb, class_color(options.classes[c], c)), 3000U) << options.classes[c];
    }
}

TEST(Pictures, TheOverlayWorksWithoutAThumbnail) {
    testing::ResultOptions options;
    options.thumbnail = false;
    EXPECT_FALSE(exported(testing::make_result(options), "overlay.png").empty());
}

TEST(Pictures, AGridWithoutTilesStillGivesAPicture) {
    SlideResult result = testing::make_result();
    result.grid = {};
    result.probabilities.clear();
    EXPECT_FALSE(exported(result, "heatmap.png").empty());
    EXPECT_FALSE(exported(result, "overlay.png").empty());
}

TEST(Drawing, TextIsNeverWiderThanItClaims) {
    const Font font{12, true};
    const std::string text = "Slide call: LUSC (P(LUSC) 0.87, 95 % 0.80-0.92) gjpqy";
    cv::Mat rgb(80, text_width(text, font) + 40, CV_8UC3, cv::Scalar::all(255));
    draw_text(rgb, text, 20, 45, font, {0, 0, 0});
    EXPECT_TRUE(has_white_margin(rgb, 16));
}

TEST(Drawing, ElidedTextFitsAndKeepsItsEnds) {
    const Font font{10, false};
    const std::string text = "a_rather_long_slide_name_with_an_end.svs";
    const std::string shorter = elided(text, font, 150);
    EXPECT_LE(text_width(shorter, font), 150);
    EXPECT_NE(shorter.find("..."), std::string::npos);
    EXPECT_EQ(shorter.substr(shorter.size() - 4), ".svs");
    EXPECT_EQ(elided(text, font, 10000), text);
}

TEST(Drawing, WrappedTextFitsAndLosesNothingWhereItHasRoom) {
    const Font font{9, false};
    const std::string text = "The 95 % interval of the mean P(LUSC), 0.41-0.63, contains one half.";
    const auto lines = wrapped(text, font, 200, 9);
    std::string joined;
    for (const std::string& line : lines) {
        EXPECT_LE(text_width(line, font), 200);
        joined += (joined.empty() ? "" : " ") + line;
    }
    EXPECT_EQ(joined, text);
    EXPECT_EQ(wrapped(text, font, 200, 2).size(), 2U);
    EXPECT_TRUE(wrapped("", font, 200, 2).empty());
}

}  // namespace
}  // namespace slidetype::exporting

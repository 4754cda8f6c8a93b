#include "plugin/teaching/training_areas.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "base/atomic_file.h"
#include "tests/annotations/cases.h"
#include "tests/plugin/teaching/features.h"
#include "tests/support.h"
#include "tests/tiler/expect_error.h"
#include "tiler/annotations/annotations.h"

namespace slidetype {
namespace {

using namespace ::slidetype::testing;
using ::testing::ElementsAre;

const Rect kSquare = {0, 0, 100, 100};

TrainingAreas sorted(const std::vector<std::string>& features) {
    return sort_annotations(parse_annotations(collection(features), "x.geojson"));
}

TileLabel label_at(const TrainingAreas& areas, const Rect& tile) {
    return label_row(areas, {&tile, 1}, 0.5).front();
}

class TaughtCases : public ::testing::TestWithParam<AnnotationCase> {};

TEST_P(TaughtCases, CountAsTheTableSays) {
    const TemporaryFolder folder;
    const auto file = folder / "drawn.dat";
    write_file(file, GetParam().bytes);
    if (GetParam().refused) {
        EXPECT_EQ(error_of([&] { read_training_areas(file); }).subject(), file.string());
        return;
    }
    const auto areas = read_training_areas(file);
    bool labelled = false;
    AnnotationCase::Counts others;
    for (const auto& [name, count] : GetParam().areas) {
        if (class_index(name) >= 0)
            labelled = true;
        else if (!is_ignore_class(name))
            others[name] = count;
    }
    EXPECT_EQ(!areas.boxes.empty(), labelled);
    EXPECT_EQ(areas.other_classes, others);
    EXPECT_EQ(counts_of(areas.passed_over), GetParam().passed_over);
}

INSTANTIATE_TEST_SUITE_P(Table, TaughtCases, ::testing::ValuesIn(annotation_cases()), case_name);

TEST(TrainingAreas, TakeTheClassFromTheClassificationOrElseFromTheName) {
    const auto areas = sorted({area(of_class("lung_aca"), {0, 0, 9, 9}), area(R"({"name":"LUSC"})", {10, 0, 9, 9}),
                               area(R"({"name":"LUSC","classification":null})", {20, 0, 9, 9}),
                               area(of_class("benign"), {30, 0, 9, 9}), area(of_class("Stroma"), {40, 0, 9, 9}),
                               area(R"({"name":"LUAD","classification":"Stroma"})", {50, 0, 9, 9}),
                               area("{}", {60, 0, 9, 9}), area(of_class("Ignore*"), {70, 0, 9, 9})});
    const std::vector<Rect> tiles = {{0, 0, 9, 9},  {10, 0, 9, 9}, {20, 0, 9, 9}, {30, 0, 9, 9},
                                     {40, 0, 9, 9}, {50, 0, 9, 9}, {60, 0, 9, 9}, {70, 0, 9, 9}};
    std::vector<int> labels;
    for (const auto& label : label_row(areas, tiles, 0.5)) labels.push_back(label.class_index);
    EXPECT_THAT(labels, ElementsAre(0, 1, 1, 2, -1, -1, -1, -1));
    EXPECT_EQ(areas.other_classes, (std::map<std::string, std::size_t>{{"", 1}, {"Stroma", 2}}));
    EXPECT_THAT(areas.classes, ElementsAre("LUAD", "LUSC", "benign", "Ignore*", "Stroma"));
}

TEST(TrainingAreas, MayHaveMoreClassesThanCanBeToldApart) {
    std::vector<std::string> features = {area(of_class("LUAD"), {0, 0, 1000, 1000})};
    for (int i = 0; i < 100; ++i) features.push_back(area(of_class("class " + std::to_string(i)), {10 * i, 0, 10, 10}));
    const auto areas = sorted(features);
    EXPECT_EQ(areas.other_classes.size(), 100U);
    EXPECT_EQ(areas.classes.size(), 64U);
    EXPECT_EQ(areas.classes.back(), "others");
    EXPECT_EQ(label_at(areas, {990, 0, 10, 10}).kind, TileLabel::Kind::hidden);
}

TEST(TileLabels, AskForHalfTheTileAndAClearLead) {
    const auto areas =
        sorted({area(of_class("LUAD"), {0, 0, 1000, 1000}, {400, 400, 200, 200}),
                area(of_class("LUSC"), {800, 0, 1000, 1000}), area(of_class("Ignore*"), {0, 1000, 100, 100})});
    const auto at = [&](const Rect& rect) { return label_at(areas, rect); };
    EXPECT_EQ(at({100, 100, 100, 100}).class_index, 0);
    EXPECT_EQ(at({-40, 100, 100, 100}).class_index, 0);
    EXPECT_EQ(at({-60, 100, 100, 100}).kind, TileLabel::Kind::outside);
    EXPECT_EQ(at({450, 450, 100, 100}).kind, TileLabel::Kind::outside) << "holes count as outside";
    EXPECT_EQ(at({850, 100, 100, 100}).kind, TileLabel::Kind::contested) << "areas of about the same size";
    EXPECT_EQ(at({740, 100, 100, 100}).class_index, 0);
    EXPECT_EQ(at({960, 100, 100, 100}).class_index, 1);
    EXPECT_EQ(at({0, 1000, 100, 100}).kind, TileLabel::Kind::ignored);
    EXPECT_EQ(at({0, 952, 100, 100}).kind, TileLabel::Kind::contested);
}

TEST(TileLabels, BelongToTheSmallestAreaThatHoldsThem) {
    const auto areas = sorted({area(of_class("Stroma"), {500, 0, 200, 200}), area(of_class("LUAD"), {0, 0, 1000, 1000}),
                               area(of_class("Ignore*"), {0, 500, 200, 200}),
                               area(of_class("benign"), {500, 500, 200, 200}), area("{}", {200, 0, 100, 100})});
    const auto hidden_by = [&](const Rect& tile) {
        const auto label = label_at(areas, tile);
        return label.kind == TileLabel::Kind::hidden ? areas.classes[static_cast<std::size_t>(label.class_index)] : "";
    };
    EXPECT_EQ(label_at(areas, {100, 100, 100, 100}).class_index, 0);
    EXPECT_EQ(hidden_by({550, 50, 100, 100}), "Stroma");
    EXPECT_EQ(hidden_by({50, 550, 100, 100}), "Ignore*");
    EXPECT_EQ(hidden_by({640, 50, 100, 100}), "Stroma") << "60 % of it";
    EXPECT_EQ(label_at(areas, {660, 50, 100, 100}).class_index, 0) << "40 % of it";
    EXPECT_EQ(label_at(areas, {550, 550, 100, 100}).class_index, 2) << "an area of benign within teaches benign";
    EXPECT_EQ(label_at(areas, {200, 0, 100, 100}).class_index, 0) << "what has no class says nothing";
}

/// The share of sample points inside a polygon, tried one by one against the edges that cross their row.
double share_of(const Polygon& polygon, const Rect& tile) {
    constexpr int kSamples = 64;
    int inside = 0;
    for (int row = 0; row < kSamples; ++row) {
        const double y = static_cast<double>(tile.y) + (row + 0.5) * static_cast<double>(tile.height) / kSamples;
        std::vector<double> crossings;
        for (std::size_t i = 0; i < polygon.outer.size(); ++i) {
            const auto &a = polygon.outer[i], &b = polygon.outer[(i + 1) % polygon.outer.size()];
            if ((a.y <= y) != (b.y <= y)) crossings.push_back(a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x));
        }
        for (int column = 0; column < kSamples; ++column) {
            const double x = static_cast<double>(tile.x) + (column + 0.5) * static_cast<double>(tile.width) / kSamples;
            inside += std::ranges::count_if(crossings, [&](double crossing) { return x >= crossing; }) % 2 == 1 ? 1 : 0;
        }
    }
    return static_cast<double>(inside) / (kSamples * kSamples);
}

TEST(TileLabels, OfARowAreThoseOfEachTileByItself) {
    Annotation drawn;
    drawn.class_name = "LUAD";
    drawn.polygons.resize(1);
    auto& polygon = drawn.polygons[0];
    for (int i = 0; i < 1000; ++i) {
        const double angle = 2 * std::numbers::pi * i / 1000, radius = 700 + 150 * std::sin(7 * angle) + (i % 3) * 20;
        polygon.outer.push_back({900 + radius * std::cos(angle), 900 + radius * std::sin(angle)});
    }
    const auto areas = sort_annotations({drawn});
    int labelled = 0;
    for (std::int64_t y = 0; y < 1800; y += 130) {
        std::vector<Rect> row;
        for (std::int64_t x = 0; x < 1800; x += 130) row.push_back({x, y, 130, 131});
        const auto labels = label_row(areas, row, 0.5);
        for (std::size_t t = 0; t < row.size(); ++t) {
            const bool expected = share_of(polygon, row[t]) >= 0.5;
            EXPECT_EQ(labels[t].kind == TileLabel::Kind::labelled, expected) << row[t].x << " " << row[t].y;
            labelled += expected ? 1 : 0;
        }
    }
    EXPECT_GT(labelled, 50);
}

}  // namespace
}  // namespace slidetype

#include "plugin/results/regions.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>

#include "tests/plugin/results/polygon_judge.h"

namespace slidetype {
namespace {

constexpr int kEdge = 10;

TileGrid grid_of(int columns, int rows, double overlap = 0, double edge = kEdge) {
    TileGrid grid;
    grid.columns = columns;
    grid.rows = rows;
    grid.tile_width = grid.tile_height = edge;
    grid.overlap = overlap;
    const double stride = edge * (1 - overlap);
    for (int row = 0; row < rows; ++row) {
        for (int column = 0; column < columns; ++column) {
            Tile tile;
            tile.column = column;
            tile.row = row;
            const auto left = std::llround(column * stride), top = std::llround(row * stride);
            tile.rect = {left, top, std::llround(column * stride + edge) - left,
                         std::llround(row * stride + edge) - top};
            grid.tiles.push_back(tile);
        }
    }
    return grid;
}

/// A picture of the classes: '#' belongs to the region.
std::vector<Polygon> merged(const std::vector<std::string>& picture) {
    const auto grid = grid_of(static_cast<int>(picture[0].size()), static_cast<int>(picture.size()));
    std::vector<int> classes;
    for (const auto& row : picture) {
        for (const char c : row) classes.push_back(c == '#' ? 1 : kNoClass);
    }
    return merge_cells(grid, classes, 1);
}

void expect_valid(const std::vector<Polygon>& polygons, double area) {
    const auto shape = testing::judge_polygons(polygons);
    EXPECT_TRUE(shape.valid) << shape.reason;
    EXPECT_NEAR(shape.area, area, 1e-6);
}

TEST(Regions, ASingleTileIsItsRectangleFromTheUpperLeftCornerDown) {
    const auto polygons = merged({"...", ".#.", "..."});
    ASSERT_EQ(polygons.size(), 1U);
    const Ring& ring = polygons[0].outer;
    ASSERT_EQ(ring.size(), 4U);
    EXPECT_EQ(ring[0].x, 10);
    EXPECT_EQ(ring[0].y, 10);
    EXPECT_EQ(ring[1].x, 10);
    EXPECT_EQ(ring[1].y, 20);
    EXPECT_EQ(ring[2].x, 20);
    EXPECT_EQ(ring[3].y, 10);
}

TEST(Regions, NeighboursMergeWithoutNeedlessVertices) {
    const auto polygons = merged({"####", "####"});
    ASSERT_EQ(polygons.size(), 1U);
    EXPECT_EQ(polygons[0].outer.size(), 4U);
    expect_valid(polygons, 800);
}

TEST(Regions, AnUnscoredTileInsideIsAHole) {
    const auto polygons = merged({"###", "#.#", "###"});
    ASSERT_EQ(polygons.size(), 1U);
    ASSERT_EQ(polygons[0].holes.size(), 1U);
    EXPECT_EQ(polygons[0].holes[0].size(), 4U);
    expect_valid(polygons, 800);
}

TEST(Regions, TilesThatMeetAtACornerAreTwoParts) {
    const auto polygons = merged({"#.", ".#"});
    EXPECT_EQ(polygons.size(), 2U);
    expect_valid(polygons, 200);
}

TEST(Regions, AHoleThatMeetsTheOutsideAtACornerDoesNotMakeARingThatTouchesItself) {
    const auto polygons = merged({"###", "#.#", "##."});
    ASSERT_EQ(polygons.size(), 1U);
    EXPECT_EQ(polygons[0].holes.size(), 1U);
    expect_valid(polygons, 700);
}

TEST(Regions, HolesThatMeetAtACornerAreTwoHoles) {
    const auto polygons = merged({"####", "#.##", "##.#", "####"});
    ASSERT_EQ(polygons.size(), 1U);
    EXPECT_EQ(polygons[0].holes.size(), 2U);
    expect_valid(polygons, 1400);
}

TEST(Regions, AnIslandInAHoleIsAPartOfItsOwn) {
    const auto polygons = merged({"#####", "#...#", "#.#.#", "#...#", "#####"});
    EXPECT_EQ(polygons.size(), 2U);
    expect_valid(polygons, 1700);
    // It touches nothing but the corners of its surroundings here.
    expect_valid(merged({"#####", "##.##", "#.#.#", "##.##", "#####"}), 2100);
}

TEST(Regions, NothingScoredIsNothing) {
    EXPECT_TRUE(merged({"...", "..."}).empty());
    EXPECT_TRUE(merge_cells(TileGrid{}, {}, 0).empty());
}

TEST(Regions, RandomPatternsAreValidAndKeepTheirArea) {
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
        const int columns = 1 + static_cast<int>(random() % 12), rows = 1 + static_cast<int>(random() % 12);
        const auto share = 20 + random() % 70;
        std::vector<std::string> picture(static_cast<std::size_t>(rows),
                                         std::string(static_cast<std::size_t>(columns), '.'));
        int count = 0;
        for (auto& row : picture) {
            for (char& c : row) {
                if (random() % 100 < share) c = '#', ++count;
            }
        }
        expect_valid(merged(picture), 100.0 * count);
        if (HasFailure()) {
            for (const auto& row : picture) std::puts(row.c_str());
            return;
        }
    }
}

std::vector<int> checkerboard(const TileGrid& grid) {
    std::vector<int> classes;
    for (const Tile& tile : grid.tiles) classes.push_back((tile.column + tile.row) % 2);
    return classes;
}

TEST(Regions, ACheckerboardIsValid) {
    const TileGrid grid = grid_of(80, 80);
    for (const int wanted : {0, 1}) expect_valid(merge_cells(grid, checkerboard(grid), wanted), 3'200 * 100.0);
}

TEST(Regions, ACheckerboardOfFiftyThousandTilesIsASquarePerTile) {
    const TileGrid grid = grid_of(250, 200);
    const auto polygons = merge_cells(grid, checkerboard(grid), 1);
    ASSERT_EQ(polygons.size(), 25'000U);
    for (const Polygon& polygon : polygons) {
        ASSERT_EQ(polygon.outer.size(), 4U);
        ASSERT_TRUE(polygon.holes.empty());
    }
}

TEST(Regions, ASieveOfFiftyThousandTilesIsValid) {
    const TileGrid grid = grid_of(250, 200);
    std::vector<int> classes;
    for (const Tile& tile : grid.tiles) classes.push_back(tile.column % 2 == 1 && tile.row % 2 == 1 ? 0 : 1);
    const auto polygons = merge_cells(grid, classes, 1);
    ASSERT_EQ(polygons.size(), 1U);
    EXPECT_GT(polygons[0].holes.size(), 12'000U);
    expect_valid(polygons, 37'500 * 100.0);
}

TEST(Regions, WithoutOverlapCellsAreTheTilesEvenWhenTheirSizesDiffer) {
    const TileGrid grid = grid_of(20, 20, 0, 10.4);
    const CellLines lines = cell_lines(grid);
    for (const Tile& tile : grid.tiles) EXPECT_EQ(lines.cell(tile.column, tile.row), tile.rect);
}

TEST(Regions, WithOverlapCellsAreTheMiddlesOfTilesAndPartitionThePlane) {
    for (const double overlap : {0.1, 0.25, 0.5, 0.75}) {
        const TileGrid grid = grid_of(12, 9, overlap, 100);
        const CellLines lines = cell_lines(grid);
        ASSERT_EQ(lines.x.size(), 13U);
        ASSERT_EQ(lines.y.size(), 10U);
        for (const Tile& tile : grid.tiles) {
            const Rect cell = lines.cell(tile.column, tile.row);
            EXPECT_NEAR(static_cast<double>(cell.width), 100 * (1 - overlap), 1.01);
            EXPECT_NEAR(static_cast<double>(cell.x) + static_cast<double>(cell.width) / 2,
                        static_cast<double>(tile.rect.x) + 50, 1.01);
            EXPECT_GE(cell.x, tile.rect.x);
            EXPECT_LE(cell.right(), tile.rect.right());
        }
    }
}

}  // namespace
}  // namespace slidetype

#include "tiler/polygon.h"

#include <gmock/gmock.h>

namespace slidetype {
namespace {

Ring square(double x, double y, double edge) {
    return {{x, y}, {x + edge, y}, {x + edge, y + edge}, {x, y + edge}};
}

TEST(Coverage, IsTheShareOfTheRectInsideThePolygons) {
    const std::vector<Polygon> ring = {{square(0, 0, 100), {square(25, 25, 50)}}};
    EXPECT_DOUBLE_EQ(coverage(ring, {0, 0, 100, 100}), 0.75);
    EXPECT_DOUBLE_EQ(coverage(ring, {30, 30, 40, 40}), 0);
    EXPECT_DOUBLE_EQ(coverage(ring, {0, 0, 20, 20}), 1);
    EXPECT_DOUBLE_EQ(coverage(ring, {-100, 0, 200, 25}), 0.5);
    EXPECT_DOUBLE_EQ(coverage(ring, {0, 0, 0, 10}), 0);
    EXPECT_DOUBLE_EQ(coverage({}, {0, 0, 10, 10}), 0);
    const std::vector<Polygon> triangle = {{{{0, 0}, {100, 0}, {0, 100}}, {}}};
    EXPECT_NEAR(coverage(triangle, {0, 0, 100, 100}), 0.5, 0.02);
}

TEST(Coverage, CountsOverlappingPolygonsOnce) {
    const std::vector<Polygon> two = {{square(0, 0, 60), {}}, {square(0, 0, 100), {}}};
    EXPECT_DOUBLE_EQ(coverage(two, {0, 0, 100, 100}), 1);
}

TEST(Spans, AreUnitedAndLeaveHolesOut) {
    const std::vector<Polygon> polygons = {{square(0, 0, 100), {square(25, 25, 50)}}, {square(90, 0, 30), {}}};
    EXPECT_THAT(spans_at(polygons, 10), ::testing::ElementsAre(::testing::Pair(0, 120)));
    EXPECT_THAT(spans_at(polygons, 50), ::testing::ElementsAre(::testing::Pair(0, 25), ::testing::Pair(75, 100)));
    EXPECT_TRUE(spans_at(polygons, 200).empty());
    EXPECT_EQ(spans_at(polygons, 0).size(), 1U) << "the upper edge belongs to the polygon";
    EXPECT_TRUE(spans_at(polygons, 100).empty()) << "the lower edge does not";
}

}  // namespace
}  // namespace slidetype

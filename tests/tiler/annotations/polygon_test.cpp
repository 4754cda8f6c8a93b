#include "tiler/annotations/polygon.h"

#include <gtest/gtest.h>

namespace slidetype {
namespace {

TEST(Polygons, HaveTheAreaOfTheirOuterRingLessTheHoles) {
    const Ring square = {{0, 0}, {10, 0}, {10, 10}, {0, 10}}, turned = {{2, 2}, {2, 4}, {4, 4}, {4, 2}, {2, 2}};
    EXPECT_DOUBLE_EQ(area_of({square, {}}), 100);
    EXPECT_DOUBLE_EQ(area_of({square, {turned}}), 96);
    EXPECT_DOUBLE_EQ(area_of({turned, {square}}), 0);
    EXPECT_DOUBLE_EQ(area_of({{{5, 5}, {5, 5}, {9, 9}}, {}}), 0);
    const double far = 1e11;
    EXPECT_DOUBLE_EQ(area_of({{{far, far}, {far + 10, far}, {far + 10, far + 10}}, {}}), 50);
}

TEST(Polygons, HaveABox) {
    const auto box = box_of({{{3, 1}, {7, 2}, {5, 9}}, {}});
    EXPECT_EQ(box.left, 3);
    EXPECT_EQ(box.top, 1);
    EXPECT_EQ(box.right, 7);
    EXPECT_EQ(box.bottom, 9);
}

}  // namespace
}  // namespace slidetype

#include "model/scoring/tile_transform.h"

#include <gtest/gtest.h>

#include "tests/model/tile_pictures.h"

namespace slidetype {
namespace {

std::vector<float> transformed(const std::vector<Transform>& transforms, const std::vector<std::uint8_t>& tile,
                               int patch) {
    const TileTransform transform(transforms, patch);
    std::vector<float> out(3 * static_cast<std::size_t>(transform.edge()) * static_cast<std::size_t>(transform.edge()));
    transform.apply(tile, out);
    return out;
}

const Transform kToUnit{};
const Transform kNormalize{Transform::Kind::normalize, 0, {0.5, 0.25, 0.125}, {0.5, 2, 4}};

TEST(TileTransform, NormalizesChannelByChannel) {
    const auto tile = testing::noise_tiles(1, 5, 3);
    const auto out = transformed({kToUnit, kNormalize}, tile, 5);
    ASSERT_EQ(out.size(), 75U);
    for (std::size_t pixel = 0; pixel < 25; ++pixel) {
        for (std::size_t channel = 0; channel < 3; ++channel) {
            const double value =
                (tile[3 * pixel + channel] / 255.0 - kNormalize.mean[channel]) / kNormalize.std[channel];
            EXPECT_NEAR(out[channel * 25 + pixel], value, 1e-6);
        }
    }
}

TEST(TileTransform, LeavesBytesAsTheyAreWithoutToTensor) {
    const auto tile = testing::noise_tiles(1, 4, 9);
    EXPECT_EQ(transformed({}, tile, 4)[16 + 5], static_cast<float>(tile[3 * 5 + 1]));
}

TEST(TileTransform, ResizesFirstWhereverThatStands) {
    const Transform resize{Transform::Kind::resize, 3, {}, {}};
    // Halves of 12 columns each: the middle of three columns is the mean of both.
    std::vector<std::uint8_t> tile;
    for (int i = 0; i < 24 * 24; ++i) tile.insert(tile.end(), 3, i % 24 < 12 ? 10 : 110);
    const auto before = transformed({resize, kToUnit, kNormalize}, tile, 24);
    ASSERT_EQ(before.size(), 27U);
    EXPECT_EQ(transformed({kToUnit, kNormalize, resize}, tile, 24), before);
    EXPECT_NEAR(before[1], (60 / 255.0 - 0.5) / 0.5, 1e-6);
    EXPECT_LT(before[0], before[1]);
}

}  // namespace
}  // namespace slidetype

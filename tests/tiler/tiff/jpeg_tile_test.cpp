#include "tiler/tiff/jpeg_tile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "tests/tiler/jpeg_encoder.h"
#include "tests/tiler/tiff_slide.h"

namespace slidetype {
namespace {

using namespace ::slidetype::testing;

constexpr int kEdge = 64;

JpegTileFormat format(int width = kEdge, int height = kEdge) {
    return {{}, true, width, height};
}

struct Decoded {
    bool ok = false;
    std::vector<std::uint8_t> rgb;
};

Decoded decode(std::span<const std::uint8_t> bytes, int shrink = 1, const JpegTileFormat& of = format()) {
    const auto stride = static_cast<std::size_t>(of.width / shrink) * 3;
    Decoded result{false, std::vector<std::uint8_t>(stride * static_cast<std::size_t>(of.height / shrink))};
    result.ok = decode_jpeg_tile(bytes, of, shrink, result.rgb.data(), stride);
    return result;
}

const std::vector<std::uint8_t>& picture() {
    static const auto pixels = tissue_like_picture(kEdge, kEdge).pixels;
    return pixels;
}

double mean_sample_difference(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(a[i] - b[i]);
    return sum / static_cast<double>(a.size());
}

TEST(ColoursOfJpeg, AreWhatItsMarkersAndItsChromaSay) {
    EXPECT_EQ(colours_of_jpeg(encode_jpeg(picture(), kEdge, kEdge, false), {}), JpegColours::ycbcr);
    const std::vector<std::uint8_t> none(100, 0xA5);
    EXPECT_EQ(colours_of_jpeg(none, {}), JpegColours::unknown);
    EXPECT_EQ(colours_of_jpeg({}, {}), JpegColours::unknown);
}

TEST(DecodeJpegTile, GivesThePictureBack) {
    const auto decoded = decode(encode_jpeg(picture(), kEdge, kEdge, false));
    ASSERT_TRUE(decoded.ok);
    EXPECT_LT(mean_sample_difference(decoded.rgb, picture()), 6);
}

TEST(DecodeJpegTile, ShrinkingIsCloseToAveraging) {
    const auto bytes = encode_jpeg(picture(), kEdge, kEdge, false);
    const auto full = decode(bytes).rgb;
    for (const int shrink : {2, 4, 8}) {
        const auto small = decode(bytes, shrink);
        ASSERT_TRUE(small.ok);
        std::vector<std::uint8_t> mean(small.rgb.size());
        const int edge = kEdge / shrink;
        for (int y = 0; y < edge; ++y) {
            for (int x = 0; x < edge; ++x) {
                for (int c = 0; c < 3; ++c) {
                    int sum = 0;
                    for (int i = 0; i < shrink * shrink; ++i)
                        sum += full[static_cast<std::size_t>(
                            ((y * shrink + i / shrink) * kEdge + x * shrink + i % shrink) * 3 + c)];
                    mean[static_cast<std::size_t>((y * edge + x) * 3 + c)] =
                        static_cast<std::uint8_t>(sum / (shrink * shrink));
                }
            }
        }
        EXPECT_LT(mean_sample_difference(small.rgb, mean), 2.5) << shrink;
    }
}

TEST(DecodeJpegTile, RefusesOtherSizesAndKinds) {
    const auto bytes = encode_jpeg(picture(), kEdge, kEdge, false);
    EXPECT_FALSE(decode(bytes, 1, format(kEdge, 32)).ok);
    EXPECT_FALSE(decode(bytes, 1, format(128, kEdge)).ok);
    EXPECT_FALSE(decode(encode_jpeg(picture(), kEdge, kEdge, true)).ok) << "progressive";
    EXPECT_FALSE(decode({}).ok);
}

TEST(DecodeJpegTile, ATilesTablesDoNotReachTheNext) {
    const auto bytes = encode_jpeg(picture(), kEdge, kEdge, false);
    ASSERT_TRUE(decode(bytes).ok);
    constexpr std::array<std::uint8_t, 2> kMarker{0xFF, 0xDB};
    auto without = bytes;  // its first quantisation table becomes a comment
    const auto found = std::search(without.begin(), without.end(), kMarker.begin(), kMarker.end());
    ASSERT_NE(found, without.end());
    found[1] = 0xFE;
    EXPECT_FALSE(decode(without).ok);
}

TEST(DecodeJpegTile, RefusesWhatIsCutAndSurvivesWhatIsDamaged) {
    const auto bytes = encode_jpeg(picture(), kEdge, kEdge, false);
    for (std::size_t keep = 0; keep < bytes.size() * 9 / 10; keep += 7)
        EXPECT_FALSE(decode(std::span(bytes).first(keep)).ok) << keep;
    std::mt19937 random(1);
    int refused = 0;
    for (int round = 0; round < 500; ++round) {
        auto damaged = bytes;
        for (int i = 0; i < 5; ++i) damaged[random() % damaged.size()] = static_cast<std::uint8_t>(random());
        refused += decode(damaged, 1 << random() % 4).ok ? 0 : 1;
    }
    EXPECT_GT(refused, 50);
}

}  // namespace
}  // namespace slidetype

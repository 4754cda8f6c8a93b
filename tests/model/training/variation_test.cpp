#include "model/training/variation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace slidetype {
namespace {

/// Purple spots on pink, so that every pixel differs from its neighbours and colours are those of tissue.
RgbImage spotted(int edge, std::uint64_t seed) {
    Random random(seed);
    RgbImage image(edge, edge);
    for (int y = 0; y < edge; ++y) {
        for (int x = 0; x < edge; ++x) {
            const double dark = 0.5 + 0.5 * std::sin(x * 0.37) * std::cos(y * 0.23) + 0.1 * random.normal();
            const auto level = [&](double pale, double deep) {
                return static_cast<std::uint8_t>(std::clamp(pale + dark * (deep - pale), 20.0, 240.0));
            };
            image.at(x, y)[0] = level(225, 90);
            image.at(x, y)[1] = level(160, 60);
            image.at(x, y)[2] = level(210, 140);
        }
    }
    return image;
}

double mean_change(const RgbImage& a, const RgbImage& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i) sum += std::abs(int{a.pixels[i]} - int{b.pixels[i]});
    return sum / static_cast<double>(a.pixels.size());
}

/// How far neighbours in a row differ.
double step_between_neighbours(const RgbImage& image) {
    double sum = 0;
    for (int y = 0; y < image.height; ++y) {
        for (int x = 1; x < image.width; ++x) sum += std::abs(int{image.at(x, y)[1]} - int{image.at(x - 1, y)[1]});
    }
    return sum;
}

RgbImage acquired_with(const Augmentation& how, std::uint64_t seed) {
    Random random(seed);
    return acquired(spotted(64, 1), 64, how, random);
}

TEST(Variation, LeavesThePictureAloneWhereNothingIsAskedFor) {
    Random random(1);
    const auto picture = spotted(64, 1);
    EXPECT_EQ(moved(picture, 64, no_variation(), random).pixels, picture.pixels);
    EXPECT_LE(mean_change(acquired(picture, 64, no_variation(), random), picture), 0.01);
}

TEST(Variation, IsTheSameForTheSameStreamOfChance) {
    const Augmentation usual;
    EXPECT_EQ(acquired_with(usual, 3).pixels, acquired_with(usual, 3).pixels);
    EXPECT_NE(acquired_with(usual, 3).pixels, acquired_with(usual, 4).pixels);
}

TEST(Variation, TurnsByRightAnglesWithoutLosingAPixel) {
    auto how = no_variation();
    how.right_angles = how.flip = true;
    const auto picture = spotted(32, 2);
    auto sorted = picture.pixels;
    std::ranges::sort(sorted);
    int unlike = 0;
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        Random random(seed);
        auto turned = moved(picture, 32, how, random).pixels;
        unlike += turned != picture.pixels ? 1 : 0;
        std::ranges::sort(turned);
        EXPECT_EQ(turned, sorted);
    }
    EXPECT_GE(unlike, 6);
}

TEST(Variation, StainVectorsChangeWhatWhiteBalanceCannot) {
    // Scaling channels leaves the ratio of two densities of one channel alone; mixing channels does not.
    const auto ratio = [](const RgbImage& image) {
        const auto density = [&](int x, int y) { return -std::log((image.at(x, y)[0] + 1.0) / 256); };
        double most = 0, least = 1e9;
        for (int y = 0; y < image.height; ++y) {
            for (int x = 0; x < image.width; ++x) {
                const double ratio = density(x, y) / (-std::log((image.at(x, y)[1] + 1.0) / 256));
                most = std::max(most, ratio);
                least = std::min(least, ratio);
            }
        }
        return most / least;
    };
    auto how = no_variation();
    how.stain_vectors = 0.15;
    double change = 0;
    const double before = ratio(spotted(64, 1));
    for (std::uint64_t seed = 0; seed < 8; ++seed) change += std::abs(ratio(acquired_with(how, seed)) / before - 1);
    EXPECT_GT(change / 8, 0.05);
}

TEST(Variation, BlursAndSharpens) {
    const double plain = step_between_neighbours(spotted(64, 1));
    auto blurring = no_variation(), sharpening = no_variation();
    blurring.blur_px = 1.5;
    sharpening.sharpening = 1;
    bool softer = false, harder = false;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        EXPECT_LE(step_between_neighbours(acquired_with(blurring, seed)), plain * 1.001);
        EXPECT_GE(step_between_neighbours(acquired_with(sharpening, seed)), plain * 0.999);
        softer = softer || step_between_neighbours(acquired_with(blurring, seed)) < 0.8 * plain;
        harder = harder || step_between_neighbours(acquired_with(sharpening, seed)) > 1.1 * plain;
    }
    EXPECT_TRUE(softer);
    EXPECT_TRUE(harder);
}

TEST(Variation, AddsNoiseAsStrongAsItSays) {
    auto how = no_variation();
    how.noise = 10;
    double strongest = 0;
    int noisy = 0;
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        const double difference = mean_change(acquired_with(how, seed), spotted(64, 1));
        noisy += difference > 0.1 ? 1 : 0;
        strongest = std::max(strongest, difference);
    }
    EXPECT_GE(noisy, 4);
    EXPECT_LE(noisy, 24);
    EXPECT_LE(strongest, 8.1);  // of a normal deviation of 10 the mean size is 8
    EXPECT_GE(strongest, 4);
}

TEST(Variation, JoinsTwoPicturesByTheShareThatIsAskedFor) {
    const RgbImage dark(50, 50, 10), pale(50, 50, 200);
    for (const double share : {0.0, 0.25, 0.6, 1.0}) {
        for (std::uint64_t seed = 0; seed < 5; ++seed) {
            Random random(seed);
            const auto both = joined(dark, pale, share, random);
            const auto count = std::ranges::count(both.pixels, 10);
            EXPECT_NEAR(static_cast<double>(count) / static_cast<double>(both.pixels.size()), share, 0.01);
        }
    }
}

TEST(Variation, GivesThePatchWhateverTheLevelItWasKeptAt) {
    auto how = no_variation();
    how.levels = 3;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        Random random(seed);
        const auto tile = acquired(spotted(96, 1), 48, how, random);
        EXPECT_EQ(tile.width, 48);
        EXPECT_EQ(tile.height, 48);
    }
}

}  // namespace
}  // namespace slidetype

#include "tiler/annotations/area_layers.h"

#include <gmock/gmock.h>

#include <cmath>
#include <numbers>
#include <string>

#include "tiler/annotations/region_of_interest.h"

namespace slidetype {
namespace {

Ring square(double x, double y, double edge) {
    return {{x, y}, {x + edge, y}, {x + edge, y + edge}, {x, y + edge}};
}

/// "0-10:a 10-20:b/ab", the classes as letters: those on top, and behind the stroke all that hold it where these
/// differ.
std::string line_of(const AreaLayers& layers, double y) {
    const auto letters = [](AreaLayers::Classes classes) {
        std::string text;
        for (int c = 0; c < 26; ++c) {
            if ((classes & AreaLayers::bit(c)) != 0) text += static_cast<char>('a' + c);
        }
        return text;
    };
    std::string text;
    layers.on_lines({&y, 1}, [&](std::size_t, std::span<const AreaLayers::Run> runs) {
        for (const auto& run : runs) {
            text += (text.empty() ? "" : " ") + std::to_string(std::lround(run.from)) + "-" +
                    std::to_string(std::lround(run.to)) + ":" + letters(run.top) +
                    (run.within == run.top ? "" : "/" + letters(run.within));
        }
    });
    return text;
}

TEST(AreaLayers, HaveTheSmallerAreaOnTopWhateverTheOrder) {
    const AreaLayers::Area large{{square(0, 0, 100), {}}, 0}, small{{square(40, 40, 20), {}}, 1};
    for (const auto& layers : {AreaLayers({large, small}), AreaLayers({small, large})}) {
        EXPECT_EQ(line_of(layers, 50), "0-40:a 40-60:b/ab 60-100:a");
        EXPECT_EQ(line_of(layers, 10), "0-100:a");
    }
}

TEST(AreaLayers, OfAboutTheSameSizeLieBesideOneAnother) {
    const AreaLayers layers({{{square(0, 0, 100), {}}, 0}, {{square(50, 0, 95), {}}, 1}});
    EXPECT_EQ(line_of(layers, 50), "0-50:a 50-100:ab 100-145:b");
}

TEST(AreaLayers, TakeEachPartOfAnAreaForItself) {
    // An island of `a` within a small area of `b`, and much of `a` elsewhere.
    const AreaLayers layers(
        {{{square(0, 0, 100), {}}, 0}, {{square(140, 40, 10), {}}, 0}, {{square(130, 30, 40), {}}, 1}});
    EXPECT_EQ(line_of(layers, 45), "0-100:a 130-140:b 140-150:a/ab 150-170:b");
}

TEST(AreaLayers, LeaveHolesOutAndJoinWhatTouches) {
    const AreaLayers layers({{{square(0, 0, 100), {square(25, 25, 50)}}, 0}, {{square(100, 0, 100), {}}, 0}});
    EXPECT_EQ(line_of(layers, 10), "0-200:a");
    EXPECT_EQ(line_of(layers, 50), "0-25:a 75-200:a");
    EXPECT_EQ(line_of(layers, 0), "0-200:a") << "the upper edge belongs to the area";
    EXPECT_EQ(line_of(layers, 100), "") << "the lower edge does not";
    EXPECT_EQ(line_of(layers, -1), "");
    EXPECT_TRUE(AreaLayers().empty());
}

TEST(AreaLayers, AreRightForOutlinesOfManyPoints) {
    Ring circle;
    constexpr int kPoints = 10'000;
    for (int i = 0; i < kPoints; ++i) {
        const double angle = 2 * std::numbers::pi * i / kPoints;
        circle.push_back({500 + 400 * std::cos(angle), 500 + 400 * std::sin(angle)});
    }
    const AreaLayers layers({{{circle, {}}, 0}});
    const std::vector<double> lines = {50, 100.5, 300, 500, 740, 899, 901};
    std::vector<std::size_t> met;
    layers.on_lines(lines, [&](std::size_t line, std::span<const AreaLayers::Run> runs) {
        met.push_back(line);
        ASSERT_EQ(runs.size(), 1U);
        const double half = std::sqrt(400 * 400 - (lines[line] - 500) * (lines[line] - 500));
        EXPECT_NEAR(runs[0].from, 500 - half, 1);
        EXPECT_NEAR(runs[0].to, 500 + half, 1);
    });
    EXPECT_THAT(met, ::testing::ElementsAre(1, 2, 3, 4, 5));
}

TEST(RegionOfInterest, IsTheUnionOfItsAreasLessWhatIsIgnored) {
    const RegionOfInterest region({{square(0, 0, 100), {square(25, 25, 50)}}, {square(90, 0, 30), {}}},
                                  {{square(5, 5, 10), {}}});
    using ::testing::ElementsAre;
    using ::testing::Pair;
    EXPECT_THAT(region.spans_at(20), ElementsAre(Pair(0, 120)));
    EXPECT_THAT(region.spans_at(50), ElementsAre(Pair(0, 25), Pair(75, 100)));
    EXPECT_THAT(region.spans_at(10), ElementsAre(Pair(0, 5), Pair(15, 120)));
    EXPECT_TRUE(region.spans_at(200).empty());
}

}  // namespace
}  // namespace slidetype

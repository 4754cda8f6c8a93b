#include "model/network/domain_check.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "model/network/domain_fit.h"

namespace slidetype {
namespace {

constexpr std::size_t kRed = 0, kSharp = kColourTraits, kStrange = kTraits - 1;

struct Material {
    TileTraits centre{};
    double between = 0.5, within = 0.3;
};

/// Tiles of sources of which each has a look of its own.
std::vector<MaterialTile> tiles_of(const Material& material, std::size_t sources, std::size_t each,
                                   std::uint64_t seed) {
    std::vector<MaterialTile> tiles;
    for (std::size_t source = 0; source < sources; ++source) {
        Random random(seed, source, 0);
        TileTraits own = material.centre;
        for (auto& value : own) value += material.between * random.normal();
        for (std::size_t i = 0; i < each; ++i) {
            MaterialTile tile;
            tile.traits = own;
            for (auto& value : tile.traits) value += material.within * random.normal();
            tile.source = source;
            tile.unseen = source % 3 == 0;
            tiles.push_back(tile);
        }
    }
    return tiles;
}

TileTraits mean_of(std::span<const MaterialTile> tiles) {
    TraitMean mean;
    for (const auto& tile : tiles) mean.add(tile.traits);
    return mean.mean();
}

Material moved(std::size_t trait, double by) {
    Material material;
    material.centre[trait] = by;
    return material;
}

std::size_t unknown_of(const KnownDomain& domain, const Material& material, std::size_t tiles) {
    std::size_t unknown = 0;
    for (std::uint64_t slide = 0; slide < 200; ++slide) {
        const auto shown = tiles_of(material, 1, tiles, 1000 + slide);
        unknown += judge_domain(domain, mean_of(shown), tiles).known ? 0 : 1;
    }
    return unknown;
}

TEST(DomainCheck, RefusesAboutOneInAHundredSlidesOfItsOwnMaterial) {
    const auto fit = fit_material(tiles_of({}, 200, 20, 1));
    EXPECT_EQ(fit.material.groups, 200U);
    EXPECT_LE(unknown_of({fit.material}, {}, 40), 6U);
    EXPECT_LE(unknown_of({fit.material}, {}, 1), 6U);
    EXPECT_TRUE(fit.unseen);
    EXPECT_EQ(fit.alarms.sources, 67U);  // every third
    EXPECT_LE(fit.alarms.source_alarms, 3U);
}

TEST(DomainCheck, NoticesAnotherMaterialAndSaysByWhatItDiffers) {
    const auto fit = fit_material(tiles_of({}, 200, 20, 1));
    for (const auto& [trait, witness] : {std::pair(kRed, Witness::colour), std::pair(kSharp, Witness::sharpness),
                                         std::pair(kStrange, Witness::structure)}) {
        const auto slide = tiles_of(moved(trait, 8), 1, 30, 5);
        const auto verdict = judge_domain({fit.material}, mean_of(slide), 30);
        EXPECT_FALSE(verdict.known) << trait;
        EXPECT_GT(verdict.distance, 1) << trait;
        ASSERT_FALSE(verdict.witnesses.empty()) << trait;
        EXPECT_EQ(verdict.witnesses.front(), witness);
    }
}

TEST(DomainCheck, TellsMoreFromManyTilesThanFromOne) {
    const auto material = fit_material(tiles_of({}, 200, 20, 1)).material;
    TileTraits mean{};
    mean[kRed] = 3;
    EXPECT_GT(domain_distance(material, mean, 100), domain_distance(material, mean, 1));
}

TEST(DomainCheck, KnowsMixturesOfItsSources) {
    const auto tiles = tiles_of({}, 200, 20, 1);
    const auto material = fit_material(tiles).material;
    EXPECT_TRUE(judge_domain({material}, mean_of(tiles), tiles.size()).known);
}

TEST(DomainCheck, KnowsASlideThatIsAllBordersOnceItHasSeenBorders) {
    auto tiles = tiles_of({}, 200, 20, 1);
    const auto alarms = fit_material(tiles).alarms;
    const auto all_borders = moved(kStrange, 4);  // nearer than another material would be, and still refused
    EXPECT_GT(unknown_of({fit_material(tiles).material}, all_borders, 40), 150U);
    auto across = tiles_of(all_borders, 200, 10, 9);
    for (auto& tile : across) tile.across = true, tile.label = 3;
    tiles.insert(tiles.end(), across.begin(), across.end());
    const auto fit = fit_material(tiles);
    EXPECT_LE(unknown_of({fit.material}, all_borders, 40), 6U);
    EXPECT_LE(unknown_of({fit.material}, {}, 40), 6U);
    EXPECT_GT(unknown_of({fit.material}, moved(kRed, 8), 40), 150U) << "what else differs is noticed as before";
    EXPECT_EQ(fit.material.groups, 200U);
    EXPECT_EQ(fit.alarms.sources, alarms.sources) << "borders are no sources of their own";
}

TEST(DomainCheck, KnowsEachOfSeveralMaterials) {
    const auto one = fit_material(tiles_of({}, 100, 10, 1)).material;
    const auto other = fit_material(tiles_of(moved(kRed, 20), 100, 10, 2)).material;
    TileTraits between{};
    between[kRed] = 10;
    EXPECT_TRUE(judge_domain({one, other}, one.mean, 30).known);
    EXPECT_TRUE(judge_domain({one, other}, other.mean, 30).known);
    EXPECT_FALSE(judge_domain({one, other}, between, 30).known);
}

TEST(DomainCheck, MakesNoNarrowDomainOfASingleSlide) {
    const auto slide = tiles_of({}, 1, 200, 1);
    const auto fit = fit_material(slide);
    EXPECT_EQ(fit.material.groups, 1U);
    EXPECT_EQ(fit.alarms.sources, 0U);  // none can be left out
    TileTraits next = mean_of(slide);
    for (auto& value : next) value += 0.3;  // as far as its own tiles vary
    EXPECT_TRUE(judge_domain({fit.material}, next, 200).known);
    for (auto& value : next) value += 5;
    EXPECT_FALSE(judge_domain({fit.material}, next, 200).known);
}

TEST(DomainCheck, TakesTheSpreadBetweenFewSlidesFromWhatWasKnownBefore) {
    Material wide;
    wide.between = 2;
    const auto before = fit_material(tiles_of(wide, 100, 10, 1)).material;
    const auto two = tiles_of(moved(kRed, 20), 2, 100, 2);
    const auto alone = fit_material(two).material, after = fit_material(two, &before.between).material;
    auto next = mean_of(two);
    for (auto& value : next) value += 2.5;
    EXPECT_GT(domain_distance(alone, next, 100), alone.limit);
    EXPECT_LT(domain_distance(after, next, 100), after.limit);
}

TEST(DomainCheck, IsTheSameAfterATripThroughTensors) {
    const auto material = fit_material(tiles_of({}, 30, 10, 1)).material;
    const auto back = domain_of(to_tensors({material, material}), "test");
    ASSERT_EQ(back.size(), 2U);
    EXPECT_EQ(back[1].groups, 30U);
    TileTraits mean{};
    mean[kRed] = 3;
    EXPECT_NEAR(domain_distance(back[1], mean, 5), domain_distance(material, mean, 5), 1e-4);
}

TEST(DomainCheck, RefusesTensorsThatCannotBe) {
    const auto good = to_tensors({fit_material(tiles_of({}, 30, 10, 1)).material});
    const auto refused = [&](auto change) {
        auto tensors = good;
        change(tensors);
        EXPECT_THROW(domain_of(tensors, "test"), Error);
    };
    refused([](Weights& t) { t.erase("within"); });
    refused([](Weights& t) { t["more"] = {}; });
    refused([](Weights& t) { t["mean"].shape = {}; });
    refused([](Weights& t) { t["mean"].shape = {0, 17}; });
    refused([](Weights& t) { t["between"].shape = {1, 17, 16}; });
    refused([](Weights& t) { t["limits"].values[0] = 0; });
    refused([](Weights& t) { t["limits"].values[2] = -1; });
    refused([](Weights& t) { t["groups"].values[0] = 0; });
    refused([](Weights& t) { t["within"].values[0] = -1; });
}

TEST(DomainCheck, StaysFiniteForATraitThatNeverVaried) {
    auto tiles = tiles_of({}, 30, 10, 1);
    for (auto& tile : tiles) tile.traits[kStrange] = 0;  // a model without a guard
    const auto material = fit_material(tiles).material;
    EXPECT_TRUE(judge_domain({material}, mean_of(tiles), 10).known);
}

/// A tile of stripes, `period` pixels wide.
std::vector<std::uint8_t> stripes(int edge, int period, std::array<std::uint8_t, 3> dark) {
    std::vector<std::uint8_t> rgb;
    for (int y = 0; y < edge; ++y) {
        for (int x = 0; x < edge; ++x) {
            for (const auto value : dark) rgb.push_back(x / period % 2 == 0 ? value : 230);
        }
    }
    return rgb;
}

TEST(TileTraits, TellColourFromSharpness) {
    const auto pink = tile_traits(stripes(112, 8, {200, 90, 150}), 112, 0.5F);
    const auto blue = tile_traits(stripes(112, 8, {90, 90, 200}), 112, 0.5F);
    const auto fine = tile_traits(stripes(112, 2, {200, 90, 150}), 112, 0.5F);
    EXPECT_GT(blue[kRed], pink[kRed] + 0.5);
    EXPECT_NEAR(fine[kRed], pink[kRed], 1e-3);
    EXPECT_GT(fine[kSharp + 1], pink[kSharp + 1] + 1);
    EXPECT_NEAR(pink[kStrange], std::log(0.5), 1e-6);
}

TEST(TileTraits, AreAboutTheSameAtTwiceThePixels) {
    const auto once = tile_traits(stripes(112, 8, {200, 90, 150}), 112, {});
    const auto twice = tile_traits(stripes(224, 16, {200, 90, 150}), 224, {});
    for (std::size_t k = 0; k < kTraits; ++k) EXPECT_NEAR(once[k], twice[k], 1e-3) << k;
}

TEST(TileTraits, AreFiniteForATileOfOneColourAndForATinyOne) {
    for (const auto& [edge, value] : {std::pair(112, 255), std::pair(112, 0), std::pair(4, 128)}) {
        const std::vector<std::uint8_t> rgb(static_cast<std::size_t>(edge * edge * 3),
                                            static_cast<std::uint8_t>(value));
        for (const double trait : tile_traits(rgb, edge, 0.0F)) EXPECT_TRUE(std::isfinite(trait));
    }
}

}  // namespace
}  // namespace slidetype

#include "model/data/near_duplicates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/atomic_file.h"
#include "base/pictures/image_file.h"
#include "base/random.h"
#include "tests/support.h"

namespace slidetype {
namespace {

#ifdef SLIDETYPE_HAVE_OPENCV
/// Nuclei on pink, of a tint of its own.
RgbImage tissue(int edge_px, unsigned seed) {
    Random random(seed, 7, 7);
    const double period = random.uniform(0.1, 0.4), tint = random.uniform(-40, 40);
    RgbImage picture(edge_px, edge_px);
    for (int y = 0; y < edge_px; ++y) {
        for (int x = 0; x < edge_px; ++x) {
            const bool nucleus = std::sin(x * period) * std::sin(y * period * 1.3) > 0.5;
            const int grain = static_cast<int>(random.below(30)) + static_cast<int>(tint);
            const int values[] = {nucleus ? 90 : 180, nucleus ? 60 : 120, nucleus ? 130 : 170};
            for (int c = 0; c < 3; ++c) {
                picture.at(x, y)[c] = static_cast<std::uint8_t>(std::clamp(values[c] + grain / (c + 1), 0, 255));
            }
        }
    }
    return picture;
}

/// Turned by a right angle and mirrored.
RgbImage transposed(const RgbImage& picture) {
    RgbImage out(picture.height, picture.width);
    for (int y = 0; y < picture.height; ++y) {
        for (int x = 0; x < picture.width; ++x) std::copy_n(picture.at(x, y), 3, out.at(y, x));
    }
    return out;
}

/// The middle, enlarged to the whole.
RgbImage zoomed(const RgbImage& picture, double factor) {
    const int edge = static_cast<int>(picture.width / factor), from = (picture.width - edge) / 2;
    RgbImage middle(edge, edge);
    for (int y = 0; y < edge; ++y) std::copy_n(picture.at(from, from + y), 3 * edge, middle.at(0, y));
    return resize_image(middle, picture.width, picture.height);
}

TEST(ColourSignature, StaysWhenAPictureIsTurnedAndMirroredAndNearlyWhenZoomed) {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        const auto picture = tissue(224, seed);
        const auto signature = colour_signature(picture);
        EXPECT_LT(distance(signature, colour_signature(transposed(picture))), 0.1) << "but for rounding";
        EXPECT_LT(distance(signature, colour_signature(zoomed(picture, 1.25))), 6) << seed;
        EXPECT_EQ(distance(signature, signature), 0);
    }
    EXPECT_GT(distance(colour_signature(tissue(224, 1)), colour_signature(tissue(224, 2))), kCopyDistance);
}
#endif

TEST(NearestBelow, FindsTheSameAsComparingAllPairs) {
    Random random(5);
    const auto make = [&] {
        ColourSignature signature;
        const auto base = static_cast<int>(random.below(12));
        for (std::size_t i = 0; i < ColourSignature::kChannels * ColourSignature::kQuantiles; ++i) {
            signature.quantiles.push_back(static_cast<std::int16_t>(base + static_cast<int>(random.below(4))));
            signature.sum += signature.quantiles.back();
        }
        return signature;
    };
    std::vector<ColourSignature> validation(60), train(200);
    std::ranges::generate(validation, make);
    std::ranges::generate(train, make);
    const double threshold = 1.15;
    const auto nearest = nearest_below(validation, train, threshold, 3);
    std::size_t found = 0;
    for (std::size_t v = 0; v < validation.size(); ++v) {
        std::vector<double> all;
        all.reserve(train.size());
        for (const auto& each : train) all.push_back(distance(validation[v], each));
        const auto best = static_cast<std::size_t>(std::ranges::min_element(all) - all.begin());
        ASSERT_EQ(nearest[v].has_value(), all[best] < threshold) << v;
        if (!nearest[v]) continue;
        ++found;
        EXPECT_EQ(nearest[v]->first, best);
        EXPECT_DOUBLE_EQ(nearest[v]->second, all[best]);
    }
    EXPECT_GT(found, 5U);
    EXPECT_LT(found, 60U);
}

TEST(NearDuplicates, SayWhichPicturesAreCopies) {
    NearDuplicates found;
    found.pairs.resize(1602), found.compared = 1787;
    EXPECT_EQ(found.text(), "1 602 of 1 787 validation pictures look like copies of training pictures");
    EXPECT_EQ(found.text("test pictures", "pictures in train"),
              "1 602 of 1 787 test pictures look like copies of pictures in train");
}

#ifdef SLIDETYPE_HAVE_OPENCV
TEST(NearDuplicates, AreLookedForInEachSearchOnItsOwn) {
    const testing::TemporaryFolder folder;
    Dataset dataset;
    const auto add = [&](const std::string& name, const RgbImage& picture) {
        const auto png = encode_png(picture);
        write_file(folder / name, std::string(png.begin(), png.end()));
        dataset.tiles.emplace_back().file = folder / name;
    };
    add("0_train.png", tissue(128, 1));
    add("1_train.png", tissue(128, 2));
    add("2_validation.png", tissue(128, 3));
    add("3_test.png", transposed(tissue(128, 3)));
    add("4_test.png", tissue(128, 2));
    dataset.tiles.emplace_back().file = folder / "absent.png";
    const std::vector<std::size_t> train = {0, 1}, validation = {2}, test = {3, 4, 5}, seen = {0, 1, 2};
    const std::vector<CopySearch> searches = {{validation, train}, {test, seen}};
    std::size_t last = 0, all = 0;
    const auto found = find_near_duplicates(dataset, searches, 2, [&](std::size_t done, std::size_t total) {
        EXPECT_GE(done, last);
        last = done, all = total;
    });
    ASSERT_EQ(found.size(), 2U);
    EXPECT_TRUE(found[0].pairs.empty());
    EXPECT_EQ(found[0].compared, 1U);
    EXPECT_EQ(found[1].compared, 2U) << "what cannot be read is passed over";
    ASSERT_EQ(found[1].pairs.size(), 2U);
    EXPECT_EQ(found[1].pairs[0].picture, 3U);
    EXPECT_EQ(found[1].pairs[0].copy, 2U);
    EXPECT_EQ(found[1].pairs[1].copy, 1U);
    EXPECT_TRUE(found[1].many());
    EXPECT_LE(last, all);
}
#endif

/// What the header says of the threshold, on pictures whose sources are known.
TEST(NearDuplicates, AreFoundInARandomSplitAndNotInAGroupDisjointOne) {
    SLIDETYPE_SHARED_OR_SKIP(groups, "groups.csv");
    const char* root = std::getenv("SLIDETYPE_LC25000");
    if (root == nullptr) GTEST_SKIP() << "set SLIDETYPE_LC25000 to the folder that groups.csv names files in";
    auto dataset = read_dataset(groups, root);
    const auto by_fold = find_near_duplicates(dataset, split_by_fold(dataset, 3), 2);
    EXPECT_LT(by_fold.pairs.size() * 100, by_fold.compared * 2);
    const auto random_split = split_at_random(dataset, 0.2, 1);
    const auto random = find_near_duplicates(dataset, random_split, 2);
    EXPECT_GT(random.pairs.size() * 100, random.compared * 90);
    const auto same = std::ranges::count_if(random.pairs, [&](const NearDuplicate& pair) {
        return dataset.tiles[pair.picture].group == dataset.tiles[pair.copy].group;
    });
    EXPECT_GT(static_cast<std::size_t>(same) * 100, random.pairs.size() * 99);
}

}  // namespace
}  // namespace slidetype

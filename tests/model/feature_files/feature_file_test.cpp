#include "model/bags/feature_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/half.h"
#include "tests/model/feature_files/made_hdf5.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using testing::counted_numbers;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<float> counted_floats(std::size_t rows, std::size_t width) {
    const auto numbers = counted_numbers(rows, width);
    return {numbers.begin(), numbers.end()};
}

std::vector<TilePlace> counted_places(std::size_t rows) {
    std::vector<TilePlace> places;
    for (std::size_t i = 0; i < rows; ++i) {
        places.push_back({static_cast<double>(i * 512), static_cast<double>(100'000 - i)});
    }
    return places;
}

BagOrigin full_origin() {
    BagOrigin origin;
    origin.slide = "TCGA-05-4244-01Z";
    origin.encoder = "compact";
    origin.encoder_sha256 = std::string(64, 'a');
    origin.tile_level0_px = 512;
    origin.tile_um = 128;
    origin.patch_size_px = 256;
    origin.spacing_um_px = 0.5;
    origin.level0_spacing_um_px = 0.25;
    origin.overlap_px = 0;
    origin.unit = PlaceUnit::level0_px;
    return origin;
}

/// Written in pieces of seven tiles.
void write_features(const fs::path& file, FeatureLayout layout, FeatureNumbers numbers, std::size_t tiles,
                    std::size_t dimension, const BagOrigin& origin = full_origin()) {
    const auto features = counted_floats(tiles, dimension);
    const auto places = counted_places(tiles);
    const auto writer = open_feature_writer(file, layout, numbers, dimension, origin);
    for (std::size_t first = 0; first < tiles; first += 7) {
        const auto count = std::min<std::size_t>(7, tiles - first);
        writer->append(std::span(features).subspan(first * dimension, count * dimension),
                       std::span(places).subspan(first, count));
    }
    writer->finish();
}

void expect_counted(const Bag& bag, std::size_t tiles, std::size_t dimension) {
    ASSERT_EQ(bag.tiles, tiles);
    ASSERT_EQ(bag.dimension, dimension);
    const auto features = counted_floats(tiles, dimension);
    ASSERT_EQ(bag.features.size(), features.size());
    for (std::size_t i = 0; i < features.size(); ++i) ASSERT_EQ(from_half(bag.features[i]), features[i]) << i;
}

std::string cause_of(const fs::path& file) {
    try {
        (void)read_bag(file);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::bad_data) << error.what();
        EXPECT_EQ(error.subject(), file.string());
        return error.cause();
    }
    return "nothing";
}

TEST(FeatureFile, KeepsEverythingInItsOwnLayout) {
    const testing::TemporaryFolder folder;
    for (const auto numbers : {FeatureNumbers::half, FeatureNumbers::single}) {
        write_features(folder / "a.h5", FeatureLayout::slidetype, numbers, 300, 96);
        const auto bag = read_bag(folder / "a.h5");
        expect_counted(bag, 300, 96);
        EXPECT_EQ(bag.places, counted_places(300));
        EXPECT_EQ(bag.origin, full_origin());
        const auto head = read_bag_head(folder / "a.h5");
        EXPECT_EQ(head.tiles, 300U);
        EXPECT_EQ(head.dimension, 96U);
        EXPECT_EQ(head.origin, full_origin());
        EXPECT_THAT(head.features, IsEmpty());
        EXPECT_THAT(head.places, IsEmpty());
    }
}

TEST(FeatureFile, SaysNothingOfWhatItWasNotTold) {
    const testing::TemporaryFolder folder;
    BagOrigin origin;
    origin.unit = PlaceUnit::level0_px;
    for (const auto layout : {FeatureLayout::slidetype, FeatureLayout::clam, FeatureLayout::trident}) {
        write_features(folder / "a.h5", layout, FeatureNumbers::half, 3, 5, origin);
        EXPECT_EQ(read_bag(folder / "a.h5").origin, origin) << to_string(layout);
    }
}

TEST(FeatureFile, KeepsFeaturesAndPlacesInClamsLayout) {
    const testing::TemporaryFolder folder;
    write_features(folder / "a.h5", FeatureLayout::clam, FeatureNumbers::half, 40, 33);
    const auto bag = read_bag(folder / "a.h5");
    expect_counted(bag, 40, 33);
    EXPECT_EQ(bag.places, counted_places(40));
    BagOrigin origin;
    origin.unit = PlaceUnit::level0_px;
    EXPECT_EQ(bag.origin, origin);
}

TEST(FeatureFile, KeepsAllButTheEncodersHashInTridentsLayout) {
    const testing::TemporaryFolder folder;
    write_features(folder / "a.h5", FeatureLayout::trident, FeatureNumbers::half, 40, 33);
    const auto bag = read_bag(folder / "a.h5");
    expect_counted(bag, 40, 33);
    EXPECT_EQ(bag.places, counted_places(40));
    auto origin = full_origin();
    origin.encoder_sha256.clear();
    EXPECT_EQ(bag.origin, origin);
}

TEST(FeatureFile, PlacesAreMicrometresInStampsLayout) {
    const testing::TemporaryFolder folder;
    write_features(folder / "a.h5", FeatureLayout::stamp, FeatureNumbers::half, 40, 33);
    const auto bag = read_bag(folder / "a.h5");
    expect_counted(bag, 40, 33);
    EXPECT_EQ(bag.origin.unit, PlaceUnit::micrometres);
    EXPECT_EQ(bag.places[3], (TilePlace{3 * 128, (100'000 - 3) * 0.25}));
    EXPECT_EQ(bag.origin.encoder, "compact");
    EXPECT_EQ(bag.origin.tile_um, 128);
    EXPECT_EQ(bag.origin.patch_size_px, 256);
    EXPECT_EQ(bag.origin.spacing_um_px, 0.5);
    EXPECT_EQ(bag.origin.level0_spacing_um_px, std::nullopt);
}

TEST(FeatureFile, StampsLayoutNeedsTheSizeOfAPixel) {
    const testing::TemporaryFolder folder;
    auto origin = full_origin();
    origin.level0_spacing_um_px.reset();
    try {
        (void)open_feature_writer(folder / "a.h5", FeatureLayout::stamp, FeatureNumbers::half, 8, origin);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::usage);
    }
    EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(FeatureFile, HalvesAndFloatsOfTheSameNumbersAreTheSameBag) {
    const testing::TemporaryFolder folder;
    const std::vector<float> odd = {0.1F, -3.14159F, 1e-6F, 65000.F, 0, -0.F};
    const std::vector<TilePlace> places = {{0, 0}, {256, 0}};
    std::vector<std::vector<std::uint16_t>> found;
    for (const auto layout :
         {FeatureLayout::slidetype, FeatureLayout::clam, FeatureLayout::trident, FeatureLayout::stamp}) {
        for (const auto numbers : {FeatureNumbers::half, FeatureNumbers::single}) {
            const auto writer = open_feature_writer(folder / "a.h5", layout, numbers, 3, full_origin());
            writer->append(odd, places);
            writer->finish();
            found.push_back(read_bag(folder / "a.h5").features);
            EXPECT_EQ(found.back(), found.front()) << to_string(layout);
        }
    }
    EXPECT_EQ(found.front()[0], to_half(0.1F));
}

TEST(FeatureFile, TheSameFeaturesGiveTheSameBytes) {
    const testing::TemporaryFolder folder;
    for (const auto layout :
         {FeatureLayout::slidetype, FeatureLayout::clam, FeatureLayout::trident, FeatureLayout::stamp}) {
        write_features(folder / "a.h5", layout, FeatureNumbers::half, 50, 20);
        write_features(folder / "b.h5", layout, FeatureNumbers::half, 50, 20);
        EXPECT_EQ(read_file(folder / "a.h5"), read_file(folder / "b.h5")) << to_string(layout);
    }
}

TEST(FeatureFile, HasItsNameOnceItIsWholeAndNotBefore) {
    const testing::TemporaryFolder folder;
    write_file(folder / "a.h5", "older");
    {
        const auto writer =
            open_feature_writer(folder / "a.h5", FeatureLayout::slidetype, FeatureNumbers::half, 2, full_origin());
        writer->append(std::vector<float>{1, 2}, std::vector<TilePlace>{{0, 0}});
        EXPECT_EQ(read_file(folder / "a.h5"), "older");
    }
    EXPECT_EQ(read_file(folder / "a.h5"), "older");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
}

TEST(FeatureFile, ASlideWithoutTilesGivesAnEmptyBag) {
    const testing::TemporaryFolder folder;
    for (const auto layout :
         {FeatureLayout::slidetype, FeatureLayout::clam, FeatureLayout::trident, FeatureLayout::stamp}) {
        write_features(folder / "a.h5", layout, FeatureNumbers::half, 0, 20);
        EXPECT_EQ(read_bag_head(folder / "a.h5").tiles, 0U);
        EXPECT_EQ(read_bag_head(folder / "a.h5").dimension, 20U);
        EXPECT_THAT(cause_of(folder / "a.h5"), HasSubstr("the bag is empty"));
    }
}

TEST(FeatureFile, AnEncodersNumbersThatCannotBeKeptAreRefusedByTile) {
    const testing::TemporaryFolder folder;
    const auto cause = [&](FeatureLayout layout, FeatureNumbers numbers, float odd) -> std::string {
        const auto writer = open_feature_writer(folder / "a.h5", layout, numbers, 2, full_origin());
        writer->append(std::vector<float>{1, 2, 3, 4}, std::vector<TilePlace>{{0, 0}, {1, 0}});
        try {
            writer->append(std::vector<float>{5, 6, 7, odd}, std::vector<TilePlace>{{2, 0}, {3, 0}});
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::bad_model);
            return error.cause();
        }
        return "nothing";
    };
    constexpr auto kNan = std::numeric_limits<float>::quiet_NaN(), kInfinite = std::numeric_limits<float>::infinity();
    for (const auto numbers : {FeatureNumbers::half, FeatureNumbers::single}) {
        EXPECT_THAT(cause(FeatureLayout::slidetype, numbers, kNan), HasSubstr("tile 3"));
        EXPECT_THAT(cause(FeatureLayout::clam, numbers, -kInfinite), HasSubstr("infinite"));
        EXPECT_THAT(cause(FeatureLayout::stamp, numbers, 70'000), HasSubstr("70000, beyond 65504"));
    }
    EXPECT_EQ(cause(FeatureLayout::clam, FeatureNumbers::single, 70'000), "nothing");
    EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(FeatureFile, AFolderThatIsNotThereCannotBeWrittenTo) {
    const testing::TemporaryFolder folder;
    try {
        (void)open_feature_writer(folder / "none/a.h5", FeatureLayout::clam, FeatureNumbers::half, 2, full_origin());
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::io);
        EXPECT_EQ(error.subject(), (folder / "none/a.h5").string());
    }
}

TEST(FeatureFile, SeveralCanBeWrittenAndReadInTurns) {
    const testing::TemporaryFolder folder;
    write_features(folder / "read.h5", FeatureLayout::trident, FeatureNumbers::half, 30, 8);
    const auto one = open_feature_writer(folder / "1.h5", FeatureLayout::slidetype, FeatureNumbers::half, 2, {});
    const auto two = open_feature_writer(folder / "2.h5", FeatureLayout::clam, FeatureNumbers::half, 2, {});
    const std::vector<TilePlace> places = {{0, 0}};
    one->append(std::vector<float>{1, 2}, places);
    two->append(std::vector<float>{3, 4}, places);
    expect_counted(read_bag(folder / "read.h5"), 30, 8);
    one->append(std::vector<float>{5, 6}, places);
    one->finish();
    two->finish();
    EXPECT_EQ(read_bag(folder / "1.h5").tiles, 2U);
    EXPECT_EQ(from_half(read_bag(folder / "2.h5").features[1]), 4);
}

TEST(FeatureFile, LayoutsAreFoundByName) {
    for (const auto& name : feature_layout_names()) EXPECT_EQ(to_string(find_feature_layout(name)), name);
    EXPECT_EQ(find_feature_layout("stamp"), FeatureLayout::stamp);
    try {
        (void)find_feature_layout("csv");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::usage);
        EXPECT_THAT(error.hint(), HasSubstr("slidetype, clam, trident, stamp"));
    }
}

TEST(FeatureFile, IsKnownByItsName) {
    for (const char* name : {"a.h5", "a.HDF5", "b/a.svs.pt"}) EXPECT_TRUE(is_named_like_features(name)) << name;
    for (const char* name : {"a.svs", "h5", "a.h5.tmp", ""}) EXPECT_FALSE(is_named_like_features(name)) << name;
}

}  // namespace
}  // namespace slidetype

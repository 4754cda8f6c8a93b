// HDF5 files of other programs, and files that are wrong in every way that was thought of.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <limits>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/half.h"
#include "model/bags/feature_file.h"
#include "tests/model/feature_files/made_hdf5.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using testing::counted_numbers;
using ::testing::HasSubstr;
using testing::MadeDataset;
using testing::MadeHdf5;
using testing::write_made_hdf5;
using Type = MadeDataset::Type;
using Storage = MadeDataset::Storage;

constexpr int kDeflate = 1, kShuffle = 2, kFletcher = 3, kLzf = 32000, kUnknownFilter = 32015;

/// Five tiles of four numbers as CLAM writes them.
MadeHdf5 clam_file() {
    MadeDataset features{"features", {5, 4}, counted_numbers(5, 4)}, coords{"coords", {5, 2}, counted_numbers(5, 2)};
    for (auto& place : coords.numbers) place *= 8;
    coords.type = Type::int32;
    return {{features, coords}};
}

class ForeignFeatures : public ::testing::Test {
  protected:
    fs::path file() const { return folder_ / "a.h5"; }

    Bag read(const MadeHdf5& content) const {
        write_made_hdf5(file(), content);
        return read_bag(file());
    }
    void expect_counted(const MadeHdf5& content) const {
        const auto bag = read(content);
        ASSERT_EQ(bag.tiles, 5U);
        ASSERT_EQ(bag.dimension, 4U);
        const auto numbers = counted_numbers(5, 4);
        for (std::size_t i = 0; i < numbers.size(); ++i) EXPECT_EQ(from_half(bag.features[i]), numbers[i]);
    }
    std::string cause() const {
        try {
            (void)read_bag(file());
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::bad_data) << error.what();
            return error.cause();
        }
        return "nothing";
    }
    std::string cause(const MadeHdf5& content) const {
        write_made_hdf5(file(), content);
        return cause();
    }

    testing::TemporaryFolder folder_;
};

TEST_F(ForeignFeatures, OfEveryKindOfFloatAreRead) {
    for (const auto type : {Type::half, Type::single, Type::big_single, Type::twice}) {
        auto content = clam_file();
        content.datasets[0].type = type;
        expect_counted(content);
    }
}

TEST_F(ForeignFeatures, AreReadHoweverTheyArePacked) {
    const std::vector<std::vector<int>> all_filters = {{}, {kDeflate}, {kShuffle, kDeflate}, {kFletcher}};
    for (const auto& filters : all_filters) {
        for (const std::uint64_t rows : {1U, 2U, 5U, 64U}) {
            auto content = clam_file();
            content.datasets[0].chunk = {rows, 4};
            content.datasets[0].filters = filters;
            content.datasets[0].growing = true;
            content.datasets[1].chunk = {1024, 2};
            content.datasets[1].growing = true;
            expect_counted(content);
        }
    }
}

TEST_F(ForeignFeatures, MayHaveALeadingAxisOfOne) {
    auto content = clam_file();
    content.datasets[0].shape = {1, 5, 4};
    content.datasets[0].chunk = {1, 2, 3};
    expect_counted(content);
    content.datasets[1].shape = {1, 5, 2};
    expect_counted(content);
}

TEST_F(ForeignFeatures, MayHaveNoPlaces) {
    auto content = clam_file();
    content.datasets.pop_back();
    expect_counted(content);
    EXPECT_TRUE(read_bag(file()).places.empty());
    EXPECT_EQ(read_bag(file()).origin.unit, PlaceUnit::unknown);
}

TEST_F(ForeignFeatures, AreReadInPiecesAsWell) {
    auto content = clam_file();
    const std::uint64_t rows = 20'000, width = 100;
    content.datasets = {{"features", {rows, width}, counted_numbers(rows, width)}};
    content.datasets[0].chunk = {7000, 64};
    content.datasets[0].filters = {kDeflate};
    const auto bag = read(content);
    const auto numbers = counted_numbers(rows, width);
    ASSERT_EQ(bag.features.size(), numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) ASSERT_EQ(from_half(bag.features[i]), numbers[i]) << i;
}

TEST_F(ForeignFeatures, OfTileEmbedsAreReadWithPlacesOfAnUnknownUnit) {
    auto content = clam_file();
    content.datasets[0].name = "tile_embeds";
    content.datasets[1].type = Type::single;
    expect_counted(content);
    EXPECT_EQ(read_bag(file()).places.size(), 5U);
    EXPECT_EQ(read_bag(file()).origin, BagOrigin());
}

TEST_F(ForeignFeatures, OfTridentSayWhatTheyKnow) {
    auto content = clam_file();
    content.attributes = {{"features", "encoder", "uni_v1"},
                          {"features", "name", "slide-7"},
                          {"coords", "patch_size", 512.0},
                          {"coords", "patch_size_level0", 1024.0},
                          {"coords", "level0_magnification", 40.0},
                          {"coords", "target_magnification", 20.0},
                          {"coords", "overlap", "None"},
                          {"coords", "savetodir", "/home/somebody"}};
    const auto origin = read(content).origin;
    EXPECT_EQ(origin.slide, "slide-7");
    EXPECT_EQ(origin.encoder, "uni_v1");
    EXPECT_EQ(origin.tile_level0_px, 1024);
    EXPECT_EQ(origin.patch_size_px, 512);
    EXPECT_EQ(origin.spacing_um_px, 0.5);
    EXPECT_EQ(origin.level0_spacing_um_px, 0.25);
    EXPECT_EQ(origin.tile_um, 256);
    EXPECT_EQ(origin.overlap_px, std::nullopt);
    EXPECT_EQ(origin.unit, PlaceUnit::level0_px);
}

TEST_F(ForeignFeatures, AttributesBeyondReasonAreNotSaid) {
    auto content = clam_file();
    content.attributes = {{"features", "encoder", std::string(5000, 'x')},
                          {"features", "name", std::string("tab\there")},
                          {"coords", "patch_size", 1e300},
                          {"coords", "patch_size_level0", std::numeric_limits<double>::quiet_NaN()},
                          {"coords", "level0_magnification", std::vector<double>{1, 2}},
                          {"coords", "target_magnification", 0.0},
                          {"coords", "overlap", -3.0}};
    BagOrigin nothing;
    nothing.unit = PlaceUnit::level0_px;
    EXPECT_EQ(read(content).origin, nothing);
}

TEST_F(ForeignFeatures, OfStampsVersionsAreToldApart) {
    auto content = clam_file();
    content.datasets[0].name = "feats";
    content.datasets[0].type = Type::half;
    content.datasets[1].type = Type::single;
    expect_counted(content);
    EXPECT_EQ(read_bag(file()).origin.unit, PlaceUnit::unknown);
    content.attributes = {{"", "unit", "um", true}, {"", "tile_size", 256.0}, {"", "extractor", "ctranspath"}};
    auto origin = read(content).origin;
    EXPECT_EQ(origin.unit, PlaceUnit::micrometres);
    EXPECT_EQ(origin.tile_um, 256);
    EXPECT_EQ(origin.encoder, "ctranspath");
    content.attributes = {{"", "unit", "um"}, {"", "tile_size_um", 256.0}, {"", "tile_size_px", 224.0}};
    origin = read(content).origin;
    EXPECT_EQ(origin.tile_um, 256);
    EXPECT_EQ(origin.patch_size_px, 224);
    EXPECT_EQ(origin.spacing_um_px, 256.0 / 224);
}

TEST_F(ForeignFeatures, WithoutTilesAreAnEmptyBag) {
    auto content = clam_file();
    content.datasets[0].shape = {0, 4};
    content.datasets[1].shape = {0, 2};
    content.datasets[0].numbers = content.datasets[1].numbers = {};
    EXPECT_THAT(cause(content), HasSubstr("the bag is empty"));
    content.datasets[0].shape = {5, 0};
    EXPECT_THAT(cause(content), HasSubstr("rows of 0 numbers"));
}

TEST_F(ForeignFeatures, ThatAreNotFiniteOrTooLargeAreRefusedByRow) {
    for (const auto type : {Type::half, Type::single, Type::twice}) {
        auto content = clam_file();
        content.datasets[0].type = type;
        content.datasets[0].numbers[14] = std::numeric_limits<double>::quiet_NaN();
        EXPECT_THAT(cause(content), HasSubstr("row 3 of its features (the first is row 0) holds a number that is not"));
        content.datasets[0].numbers[14] = -std::numeric_limits<double>::infinity();
        EXPECT_THAT(cause(content), HasSubstr("row 3 of its features (the first is row 0) holds an infinite number"));
        if (type == Type::half) continue;
        content.datasets[0].numbers[14] = 65'519;  // still rounds to the largest half
        EXPECT_EQ(cause(content), "nothing");
        content.datasets[0].numbers[14] = -65'520;
        EXPECT_THAT(cause(content), HasSubstr("row 3 of its features (the first is row 0) holds -65520, beyond 65504"));
    }
    auto content = clam_file();
    content.datasets[1].type = Type::single;
    content.datasets[1].numbers[7] = std::numeric_limits<double>::infinity();
    EXPECT_THAT(cause(content), HasSubstr("row 3 of its places"));
}

TEST_F(ForeignFeatures, OfOtherShapesAreRefused) {
    auto content = clam_file();
    content.datasets[0].shape = {20};
    EXPECT_THAT(cause(content), HasSubstr("features has shape (20)"));
    content.datasets[0].shape = {5, 2, 2};
    EXPECT_THAT(cause(content), HasSubstr("features has shape (5, 2, 2)"));
    content.datasets[0].shape = {4, 5};
    EXPECT_THAT(cause(content), HasSubstr("features of 4 tiles, but places of 5"));
    content = clam_file();
    content.datasets[1].shape = {2, 5};
    EXPECT_THAT(cause(content), HasSubstr("coords has rows of 5 numbers, not 2"));
    content = clam_file();
    content.datasets[0].shape = {1, 100'000};
    content.datasets[0].numbers = {1};
    EXPECT_THAT(cause(content), HasSubstr("rows of 100000 numbers"));
}

TEST_F(ForeignFeatures, OfOtherTypesAreRefused) {
    for (const auto type : {Type::brain, Type::long_double}) {
        auto content = clam_file();
        content.datasets[0].type = type;
        EXPECT_THAT(cause(content), HasSubstr("features holds no numbers of a kind that is read here"));
    }
    auto content = clam_file();
    content.datasets[0].type = Type::int32;
    EXPECT_THAT(cause(content), HasSubstr("features holds whole numbers"));
}

TEST_F(ForeignFeatures, PackedByOthersAreRefusedWithTheWayOut) {
    auto content = clam_file();
    content.datasets[0].chunk = {5, 4};
    content.datasets[0].filters = {kLzf};
    EXPECT_THAT(cause(content), HasSubstr("lzf"));
    content.datasets[0].filters = {kUnknownFilter};
    EXPECT_THAT(cause(content), HasSubstr("filter 32015"));
}

TEST_F(ForeignFeatures, ThatLieElsewhereAreNotFollowed) {
    write_made_hdf5(folder_ / "other.h5", clam_file());
    write_file(folder_ / "secret.bin", std::string(80, 'x'));
    auto content = clam_file();
    content.datasets[0].storage = Storage::external;
    content.datasets[0].external = folder_ / "secret.bin";
    EXPECT_THAT(cause(content), HasSubstr("features lies in other files"));
    content.datasets[0].storage = Storage::virtual_set;
    content.datasets[0].external = folder_ / "other.h5";
    EXPECT_THAT(cause(content), HasSubstr("features lies in other files"));
    content = clam_file();
    content.datasets.erase(content.datasets.begin());
    content.external_links = {{"features", (folder_ / "other.h5").string()}};
    EXPECT_THAT(cause(content), HasSubstr("no features"));
    content.external_links = {};
    content.soft_links = {{"features", "coords"}};
    EXPECT_THAT(cause(content), HasSubstr("no features"));
}

TEST_F(ForeignFeatures, ThatWereNeverWrittenTakeNoMemory) {
    auto content = clam_file();
    content.datasets.pop_back();
    content.datasets[0].storage = Storage::never_written;
    content.datasets[0].shape = {1'000'000'000, 4096};
    content.datasets[0].chunk = {1024, 4096};
    EXPECT_THAT(cause(content), HasSubstr("fewer bytes in the file than its shape (1000000000, 4096) needs"));
    content.datasets[0].filters = {kDeflate};
    EXPECT_THAT(cause(content), HasSubstr("fewer bytes in the file"));
    content.datasets[0].shape = {10, 4096};
    content.datasets[0].growing = true;
    content.datasets[0].chunk = {1'000'000, 1024};
    EXPECT_THAT(cause(content), HasSubstr("chunks that are too large"));
}

TEST_F(ForeignFeatures, PlacesWithoutFeaturesAreToldFromFeatures) {
    auto content = clam_file();
    content.datasets.erase(content.datasets.begin());
    EXPECT_THAT(cause(content), HasSubstr("holds the places of tiles, but no features"));
    content.datasets[0].name = "something";
    EXPECT_THAT(cause(content), HasSubstr("is a HDF5 file, but holds no features that are known here"));
}

TEST_F(ForeignFeatures, CutShortAnywhereAreRefused) {
    auto content = clam_file();
    content.datasets[0].chunk = {2, 4};
    content.datasets[0].filters = {kFletcher};
    write_made_hdf5(file(), content);
    const auto whole = read_file(file());
    for (const double part : {0.0, 0.1, 0.5, 0.9, 0.999}) {
        write_file(file(), whole.substr(0, static_cast<std::size_t>(static_cast<double>(whole.size()) * part)));
        EXPECT_NE(cause(), "nothing") << part;
    }
    const auto features = read_file(file());
    write_file(file(), "slide,label\n");
    EXPECT_NE(cause(), "nothing");
}

TEST_F(ForeignFeatures, DamagedOnesAreFoundByTheirChecksum) {
    auto content = clam_file();
    content.datasets[0].chunk = {5, 4};
    content.datasets[0].filters = {kFletcher};
    write_made_hdf5(file(), content);
    auto bytes = read_file(file());
    const float first = -100;
    const auto place = bytes.find(std::string(reinterpret_cast<const char*>(&first), sizeof first));
    ASSERT_NE(place, std::string::npos);
    bytes[place] = static_cast<char>(bytes[place] ^ 1);
    write_file(file(), bytes);
    EXPECT_THAT(cause(), HasSubstr("features cannot be read: the file is damaged"));
}

TEST_F(ForeignFeatures, ThatAreNoFileAreSaidToBeNone) {
    const auto code_of = [](const fs::path& path) {
        try {
            (void)read_bag(path);
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode::internal;
    };
    EXPECT_EQ(code_of(folder_ / "none.h5"), ErrorCode::not_found);
    EXPECT_EQ(code_of(folder_.path()), ErrorCode::io);
}

}  // namespace
}  // namespace slidetype

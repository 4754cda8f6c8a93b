// Files that Python wrote, and ours as Python sees them: what is tested elsewhere was written by ourselves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>

#include "base/error.h"
#include "base/half.h"
#include "model/bags/feature_file.h"
#include "tests/model/feature_files/made_hdf5.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;

constexpr std::size_t kTiles = 300, kWidth = 96;
constexpr const char* kScript = SLIDETYPE_SOURCE_DIR "/tests/model/feature_files/features_by_python.py";

struct PythonRun {
    int code = -1;
    std::string said;
};

PythonRun run_python(const std::string& arguments) {
    const auto command = std::string("/usr/bin/python3 '") + kScript + "' " + arguments + " 2>&1";
    std::FILE* pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) return {};
    PythonRun run;
    std::array<char, 4096> piece{};
    for (std::size_t got = 1; got > 0;) {
        got = std::fread(piece.data(), 1, piece.size(), pipe);
        run.said.append(piece.data(), got);
    }
    const int status = ::pclose(pipe);
    run.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return run;
}

constexpr int kModulesMissing = 77, kNoPython = 127;

/// Python takes seconds to load torch, so all files are written at once.
class PythonFeatures : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        folder_ = std::make_unique<testing::TemporaryFolder>();
        written_ = run_python("write '" + folder_->path().string() + "'");
    }
    static void TearDownTestSuite() { folder_.reset(); }
    void SetUp() override {
        if (written_.code == kModulesMissing || written_.code == kNoPython)
            GTEST_SKIP() << "cannot run here: " << written_.said;
        ASSERT_EQ(written_.code, 0) << written_.said;
    }
    Bag read(const std::string& name, float factor = 1) const {
        SCOPED_TRACE(name);
        auto bag = read_bag(*folder_ / name);
        const auto numbers = testing::counted_numbers(kTiles, kWidth);
        EXPECT_EQ(bag.tiles, kTiles);
        EXPECT_EQ(bag.dimension, kWidth);
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < std::min(numbers.size(), bag.features.size()); ++i) {
            wrong += from_half(bag.features[i]) == static_cast<float>(numbers[i]) * factor ? 0U : 1U;
        }
        EXPECT_EQ(wrong, 0U);
        EXPECT_EQ(bag.features.size(), numbers.size());
        const auto head = read_bag_head(*folder_ / name);
        EXPECT_EQ(head.tiles, kTiles);
        EXPECT_EQ(head.dimension, kWidth);
        return bag;
    }
    void expect_places(const Bag& bag, double scale = 1) const {
        ASSERT_EQ(bag.places.size(), kTiles);
        EXPECT_EQ(bag.places[17], (TilePlace{17 * 512 * scale, (100'000 - 17) * scale}));
    }
    std::string cause(const std::string& name) const {
        try {
            (void)read_bag(*folder_ / name);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::bad_data) << error.what();
            return error.cause();
        }
        return "nothing";
    }

    static inline std::unique_ptr<testing::TemporaryFolder> folder_;
    static inline PythonRun written_;
};

TEST_F(PythonFeatures, OfHdf5AreReadAsTheyWereWritten) {
    const auto clam = read("clam.h5");
    expect_places(clam);
    EXPECT_EQ(clam.origin.unit, PlaceUnit::level0_px);
    for (const char* name : {"trident.h5", "trident-gzip.h5"}) {
        const auto trident = read(name);
        expect_places(trident);
        EXPECT_EQ(trident.features, clam.features);
        EXPECT_EQ(trident.origin.slide, "slide-7");
        EXPECT_EQ(trident.origin.encoder, "uni_v1");
        EXPECT_EQ(trident.origin.tile_level0_px, 512);
        EXPECT_EQ(trident.origin.tile_um, 128);
        EXPECT_EQ(trident.origin.patch_size_px, 256);
        EXPECT_EQ(trident.origin.level0_spacing_um_px, 0.25);
        EXPECT_EQ(trident.origin.overlap_px, 0);
    }
    const auto stamp = read("stamp.h5");
    expect_places(stamp, 0.25);
    EXPECT_EQ(stamp.origin.unit, PlaceUnit::micrometres);
    EXPECT_EQ(stamp.origin.encoder, "ctranspath");
    EXPECT_EQ(stamp.origin.tile_um, 128);
    expect_places(read("embeds.h5"));
    EXPECT_THAT(cause("trident-lzf.h5"), HasSubstr("features is packed with lzf"));
}

TEST_F(PythonFeatures, OfTorchAreReadAsTheyWereWritten) {
    for (const char* name : {"float32.pt", "float16.pt", "float64.pt", "axis.pt", "slice.pt", "parameter.pt"}) {
        const auto bag = read(name);
        EXPECT_TRUE(bag.places.empty());
        EXPECT_EQ(bag.origin, BagOrigin());
    }
    expect_places(read("dict.pt"));
    expect_places(read("indexed.pt"));
    // bfloat16 has eight bits of a number: of ours those are exact that are up to 256 once they are times 8.
    const auto brain = read_bag(*folder_ / "bfloat16.pt");
    const auto numbers = testing::counted_numbers(kTiles, kWidth);
    ASSERT_EQ(brain.features.size(), numbers.size());
    for (std::size_t i = 544; i < 1056; ++i) EXPECT_EQ(from_half(brain.features[i]), numbers[i] * 8);
}

TEST_F(PythonFeatures, ThatAreNoneAreRefusedAndNothingInThemIsRun) {
    // Python 3.13 keeps the class in pathlib._local.
    EXPECT_THAT(cause("bad-code.pt"),
                ContainsRegex("holds code: it asks for pathlib[a-z_.]*\\.PurePosixPath to be called. Nothing"));
    EXPECT_THAT(cause("bad-numpy.pt"), HasSubstr("numpy"));
    EXPECT_THAT(cause("bad-list.pt"), HasSubstr("no tensors"));
    EXPECT_THAT(cause("bad-dict.pt"), HasSubstr("a dict without features"));
    EXPECT_THAT(cause("bad-axes.pt"), HasSubstr("a tensor of shape (96)"));
    EXPECT_THAT(cause("bad-whole.pt"), HasSubstr("whole numbers"));
    EXPECT_THAT(cause("bad-transposed.pt"), HasSubstr("rows do not lie one after another"));
    EXPECT_THAT(cause("bad-old.pt"), HasSubstr("PyTorch before 1.6"));
    EXPECT_THAT(cause("bad-nan.pt"), HasSubstr("row 17 of its features"));
    EXPECT_THAT(cause("bad-empty.pt"), HasSubstr("the bag is empty"));
    EXPECT_THAT(cause("bad-network.pt"), HasSubstr("a network (TorchScript)"));
    EXPECT_EQ(read_bag_head(*folder_ / "bad-empty.pt").tiles, 0U);
    try {
        (void)read_bag(*folder_ / "bad-index.pt");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.subject(), (*folder_ / "bad-index.index.npz").string());
        EXPECT_THAT(error.cause(), HasSubstr("features of 300 tiles, but places of 299"));
    }
}

TEST_F(PythonFeatures, OfOursAreWhatPythonExpects) {
    BagOrigin origin;
    origin.slide = "slide-1";
    origin.encoder = "compact";
    origin.tile_level0_px = 512;
    origin.tile_um = 128;
    origin.patch_size_px = 256;
    origin.spacing_um_px = 0.5;
    origin.level0_spacing_um_px = 0.25;
    origin.overlap_px = 0;
    origin.unit = PlaceUnit::level0_px;
    const auto numbers = testing::counted_numbers(kTiles, kWidth);
    const std::vector<float> features(numbers.begin(), numbers.end());
    std::vector<TilePlace> places;
    for (std::size_t i = 0; i < kTiles; ++i) {
        places.push_back({static_cast<double>(512 * i), static_cast<double>(100'000 - i)});
    }
    for (const auto& name : feature_layout_names()) {
        const auto file = *folder_ / ((name == "slidetype" ? "own" : name) + ".h5");
        const auto writer = open_feature_writer(file, find_feature_layout(name), FeatureNumbers::half, kWidth, origin);
        writer->append(std::span(features).first(13 * kWidth), std::span(places).first(13));
        writer->append(std::span(features).subspan(13 * kWidth), std::span(places).subspan(13));
        writer->finish();
    }
    const auto run = run_python("check '" + folder_->path().string() + "'");
    EXPECT_EQ(run.code, 0) << run.said;
}

}  // namespace
}  // namespace slidetype

// Encoders in ONNX files, which are written here field by field and computed in plain C++. Skipped where ONNX Runtime
// is not there; scripts/fetch_onnxruntime.sh fetches it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cmath>
#include <thread>

#include "base/atomic_file.h"
#include "base/error.h"
#include "model/backends/encoders.h"
#include "model/backends/library_versions.h"
#include "tests/model/onnxruntime/onnx_files.h"
#include "tests/model/tile_pictures.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using testing::DrawnOnnx;
using ::testing::HasSubstr;

const std::vector<double> kOnnxMean = {0.485, 0.456, 0.406}, kOnnxDeviation = {0.229, 0.224, 0.225};

class OnnxEncoder : public ::testing::Test {
  protected:
    void SetUp() override {
        try {
            (void)onnxruntime_version();
        } catch (const Error& error) {
            GTEST_SKIP() << "ONNX Runtime is not there (scripts/fetch_onnxruntime.sh fetches it): " << error.what();
        }
    }

    fs::path written(const std::string& onnx, const std::string& more = {}) const {
        write_file(folder / "net.onnx", onnx);
        write_file(
            folder / "encoder.json",
            R"({"name": "drawn", "file": "net.onnx", "patch_size_pixels": 32, "spacing_um_px": 0.5, "dimension": 1024,
                       "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225])" +
                more + "}");
        return folder.path();
    }

    fs::path written(DrawnOnnx drawn, const std::string& more = {}) const {
        drawn.draw();
        return written(drawn.file(), more);
    }

    Error error_of(const fs::path& encoder, Backend backend = Backend::automatic) const {
        try {
            (void)open_encoder(encoder.string(), backend);
        } catch (const Error& error) {
            return error;
        }
        return {ErrorCode::internal, "", "nothing was thrown"};
    }

    /// For tiles of noise; the features must be those of plain C++.
    void expect_features(DrawnOnnx drawn, double tolerance) const {
        drawn.draw();
        const auto open = open_encoder(written(drawn.file()).string());
        constexpr std::size_t kCount = 19;  // several batches, the last not full
        const auto tiles = testing::noise_tiles(kCount, drawn.edge, 6);
        const auto seen = open.encoder->encode(tiles, kCount);
        ASSERT_EQ(seen.size(), kCount * drawn.dimension);
        double largest = 0;
        for (std::size_t tile = 0; tile < kCount; ++tile) {
            const auto expected = drawn.features(
                tiles.data() + tile * static_cast<std::size_t>(3 * drawn.edge * drawn.edge), kOnnxMean, kOnnxDeviation);
            for (std::size_t i = 0; i < drawn.dimension; ++i) {
                ASSERT_NEAR(seen[tile * drawn.dimension + i], expected[i], tolerance)
                    << "tile " << tile << ", number " << i;
                largest = std::max(largest, std::abs(expected[i]));
            }
        }
        EXPECT_GT(largest, 1);  // else nothing was compared
    }

    testing::TemporaryFolder folder;
};

TEST_F(OnnxEncoder, GivesTheVectorsThatItsLayersSay) {
    expect_features({}, 1e-4);
}

TEST_F(OnnxEncoder, MayTakeAFixedBatch) {
    DrawnOnnx drawn;
    drawn.batch = 1;
    expect_features(drawn, 1e-4);
    drawn.batch = 5;
    expect_features(drawn, 1e-4);
    drawn.batch = 99;
    EXPECT_THAT(error_of(written(drawn)).what(), HasSubstr("takes 99 tiles at once"));
}

TEST_F(OnnxEncoder, MayTakeAndGiveHalves) {
    DrawnOnnx drawn;
    drawn.halves = true;
    expect_features(drawn, 0.02);
}

TEST_F(OnnxEncoder, MayNameItsInputAsItLikes) {
    DrawnOnnx drawn;
    drawn.input = "Kacheln für den Encoder\x1b[31m...";
    expect_features(drawn, 1e-4);
}

TEST_F(OnnxEncoder, MayGivePooledMaps) {
    DrawnOnnx drawn;
    drawn.pooled_maps = true;
    expect_features(drawn, 1e-4);
}

TEST_F(OnnxEncoder, GivesTheSameBitsFromManyThreads) {
    const auto open = open_encoder(written(DrawnOnnx{}).string());
    const auto tiles = testing::noise_tiles(16, 32, 8);
    const auto expected = open.encoder->encode(tiles, 16);
    std::vector<std::vector<float>> seen(4);
    std::vector<std::thread> threads;
    threads.reserve(seen.size());
    for (auto& mine : seen) {
        threads.emplace_back([&] {
            for (int i = 0; i < 5; ++i) mine = open.encoder->encode(tiles, 16);
        });
    }
    for (auto& thread : threads) thread.join();
    for (const auto& mine : seen) EXPECT_EQ(mine, expected);
}

TEST_F(OnnxEncoder, SaysWhatItIs) {
    const auto by_folder = open_encoder(written(DrawnOnnx{}).string());
    EXPECT_EQ(by_folder.info.name, "drawn");
    EXPECT_EQ(by_folder.info.dimension, 1024U);
    EXPECT_THAT(by_folder.encoder->description(), HasSubstr(onnxruntime_version()));
    EXPECT_TRUE(is_same_encoder(open_encoder((folder / "net.onnx").string()).info, by_folder.info));
    const auto other = error_of(folder / "net.onnx", Backend::torch);
    EXPECT_EQ(other.code(), ErrorCode::unsupported);
    EXPECT_THAT(other.hint(), HasSubstr("--backend"));
}

TEST_F(OnnxEncoder, IsRefusedWhereItGivesSomethingElse) {
    DrawnOnnx drawn;
    drawn.dimension = 768;
    EXPECT_THAT(error_of(written(drawn)).what(), HasSubstr("gives [1, 768] for 1 tile, not [1, 1024]"));
    drawn = {};
    drawn.infinite = true;
    EXPECT_THAT(error_of(written(drawn)).what(), HasSubstr("no finite number"));
    drawn = {};
    drawn.two_outputs = true;
    EXPECT_THAT(error_of(written(drawn)).what(), HasSubstr("gives 2 outputs (flat, features)"));
    drawn = {};
    drawn.less_mean = true;
    EXPECT_THAT(error_of(written(drawn)).what(), HasSubstr("together with another tile"));
}

TEST_F(OnnxEncoder, IsRefusedWhereItTakesSomethingElse) {
    DrawnOnnx drawn;
    drawn.edge = 48;
    const auto size = error_of(written(drawn));
    EXPECT_EQ(size.code(), ErrorCode::bad_model);
    EXPECT_THAT(size.what(), HasSubstr("takes [N, 3, 48, 48], not [N, 3, 32, 32]"));
    EXPECT_THAT(size.hint(), HasSubstr("resize"));
    EXPECT_EQ(open_encoder(written(drawn, R"(, "resize": 48)").string()).info.dimension, 1024U);
    // Its layers do not fit to such an input either: ONNX Runtime itself says so.
    drawn = {};
    drawn.flat_input = true;
    EXPECT_EQ(error_of(written(drawn)).code(), ErrorCode::bad_model);
}

TEST_F(OnnxEncoder, IsRefusedWhereItsFileIsDamaged) {
    DrawnOnnx drawn;
    drawn.draw();
    const auto whole = drawn.file();
    for (const std::size_t size : {whole.size() - 5, whole.size() / 2, std::size_t{20}}) {
        EXPECT_EQ(error_of(written(whole.substr(0, size))).code(), ErrorCode::bad_model) << size;
    }
    const auto half = error_of(written(whole.substr(0, whole.size() / 2)));
    EXPECT_THAT(half.what(), AllOf(HasSubstr("net.onnx"), HasSubstr("damaged")));
    EXPECT_THAT(error_of(written(std::string())).what(), HasSubstr("is no ONNX file"));
    EXPECT_THAT(error_of(written(std::string("ORTM, which is another format"))).what(), HasSubstr("is no ONNX file"));
}

TEST_F(OnnxEncoder, HasNoOperatorsOfOthers) {
    DrawnOnnx drawn;
    drawn.dense_operator = "Unheard";
    const auto error = error_of(written(drawn));
    EXPECT_EQ(error.code(), ErrorCode::bad_model);
    EXPECT_THAT(error.what(), HasSubstr("Unheard"));
    EXPECT_THAT(error.hint(), HasSubstr("opset"));
}

TEST_F(OnnxEncoder, ReadsNoOtherFile) {
    DrawnOnnx drawn;
    drawn.dense_elsewhere = "weights.bin";
    write_file(folder / "weights.bin", std::string(1024 * DrawnOnnx::kFilters * sizeof(float), '\1'));
    EXPECT_THAT(error_of(written(drawn)).what(), HasSubstr("in other files"));
}

/// PyTorch's own exporter, and libtorch on the same network.
TEST_F(OnnxEncoder, GivesWhatTheTorchScriptFileOfTheSameNetworkGives) {
    const auto command = "/usr/bin/python3 '" SLIDETYPE_SOURCE_DIR "/tests/model/onnxruntime/exported_by_torch.py' '" +
                         folder.path().string() + "' >'" + (folder / "log").string() + "' 2>&1";
    const int status = std::system(command.c_str());
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    constexpr int kModulesMissing = 77, kNoPython = 127;
    if (code == kModulesMissing || code == kNoPython) GTEST_SKIP() << "cannot run here: " << read_file(folder / "log");
    ASSERT_EQ(code, 0) << read_file(folder / "log");
    const auto onnx = open_encoder((folder / "onnx").string()), script = open_encoder((folder / "script").string());
    constexpr std::size_t kCount = 11;
    const auto tiles = testing::noise_tiles(kCount, onnx.info.patch_size_px, 12);
    const auto seen = onnx.encoder->encode(tiles, kCount), expected = script.encoder->encode(tiles, kCount);
    ASSERT_EQ(seen.size(), kCount * 1024);
    ASSERT_EQ(seen.size(), expected.size());
    float largest = 0;
    for (std::size_t i = 0; i < seen.size(); ++i) {
        ASSERT_NEAR(seen[i], expected[i], 1e-4);
        largest = std::max(largest, std::abs(expected[i]));
    }
    EXPECT_GT(largest, 0.1F);
}

}  // namespace
}  // namespace slidetype

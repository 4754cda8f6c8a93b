#include "model/backends/encoders.h"

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>

#include "base/atomic_file.h"
#include "base/error.h"
#include "tests/model/tile_pictures.h"
#include "tests/model/torch/script_reference.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

Error error_of_opening(const std::string& encoder, Backend backend = Backend::automatic) {
    try {
        (void)open_encoder(encoder, backend);
    } catch (const Error& error) {
        return error;
    }
    return {ErrorCode::internal, "", "nothing was thrown"};
}

TEST(Encoders, GiveTheFeaturesOfANetworkOfOurs) {
    const testing::TemporaryFolder folder;
    const auto model = testing::write_random_model(folder / "m", "compact", 31);
    const auto open = open_encoder((folder / "m").string());
    EXPECT_EQ(open.info.name, model.config.name);
    EXPECT_EQ(open.info.sha256, model.sha256);
    EXPECT_EQ(open.info.dimension, feature_count(find_architecture("compact")));
    EXPECT_EQ(open.info.patch_size_px, 112);
    const auto tiles = testing::noise_tiles(11, 112, 4);
    const auto features = open.encoder->encode(tiles, 11);
    ASSERT_EQ(features.size(), 11 * open.info.dimension);

    // What is said of the tiles is linear in the features.
    const auto scores = open_classifier(model)->classify(tiles, 11);
    const auto& head = model.weights.at("dense1.weight").values;
    for (std::size_t tile = 0; tile < 11; ++tile) {
        double logit = model.weights.at("dense1.bias").values.front();
        for (std::size_t i = 0; i < head.size(); ++i) {
            logit += double{head[i]} * features[tile * open.info.dimension + i];
        }
        EXPECT_NEAR(scores.probabilities[2 * tile + 1], 1 / (1 + std::exp(-logit)), 1e-6);
    }
}

TEST(Encoders, GiveNearlyTheSameFeaturesWithLibtorch) {
    const testing::TemporaryFolder folder;
    testing::write_random_model(folder / "m", "compact", 32);
    const auto quick = open_encoder((folder / "m").string()),
               plain = open_encoder((folder / "m").string(), Backend::torch);
    EXPECT_NE(quick.digest, plain.digest);
    EXPECT_TRUE(is_same_encoder(quick.info, plain.info));
    const auto tiles = testing::noise_tiles(9, 112, 5);
    const auto seen = quick.encoder->encode(tiles, 9), expected = plain.encoder->encode(tiles, 9);
    ASSERT_EQ(seen.size(), expected.size());
    for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_NEAR(seen[i], expected[i], 1e-4 * (1 + std::abs(expected[i])));
}

TEST(Encoders, OpenInstalledModelsByTheirName) {
    const auto open = open_encoder("compact");
    EXPECT_EQ(open.info.dimension, feature_count(find_architecture("compact")));
    const auto missing = error_of_opening("no_such_encoder");
    EXPECT_EQ(missing.code(), ErrorCode::not_found);
    EXPECT_THAT(missing.hint(), HasSubstr("encoder.json"));
}

/// Encoders of others, made and run by libtorch.
class ScriptedEncoder : public ::testing::Test {
  protected:
    static constexpr std::int64_t kFilters = 24, kDimension = 1024;
    static constexpr int kEdge = 32;
    static constexpr std::array<float, 3> kMean = {0.485F, 0.456F, 0.406F}, kDeviation = {0.229F, 0.224F, 0.225F};
    static constexpr const char* kRows =
        "    x = torch.relu(torch.conv2d(x, self.filters, None, [2, 2], [3, 3]))\n"
        "    return torch.linear(torch.mean(x, [2, 3]), self.dense)\n";

    template <typename Function>
    static Function* function(const char* name) {
        static void* const module = ::dlopen(SLIDETYPE_SCRIPT_REFERENCE, RTLD_NOW | RTLD_LOCAL);
        if (module == nullptr) throw std::runtime_error(::dlerror());
        return reinterpret_cast<Function*>(::dlsym(module, name));
    }

    fs::path made(const std::string& body, const std::string& dimension = "1024") const {
        fs::create_directories(folder / "e");
        const auto file = folder / "e" / "net.pt";
        function<decltype(slidetype_save_script)>("slidetype_save_script")(
            file.c_str(), ("def forward(self, x):\n" + body).c_str(), kFilters, kDimension);
        write_file(
            folder / "e" / "encoder.json",
            R"({"name": "drawn", "file": "net.pt", "patch_size_pixels": 32, "spacing_um_px": 0.5, "dimension": )" +
                dimension + R"(, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]})");
        return folder / "e";
    }

    testing::TemporaryFolder folder;
};

TEST_F(ScriptedEncoder, GivesTheVectorsThatLibtorchGives) {
    const auto made_folder = made(kRows);
    const auto open = open_encoder(made_folder.string());
    EXPECT_EQ(open.info.name, "drawn");
    ASSERT_EQ(open.info.dimension, 1024U);
    constexpr std::size_t kCount = 19;  // several passes, the last not full
    const auto tiles = testing::noise_tiles(kCount, kEdge, 6);
    std::vector<float> expected(kCount * kDimension);
    function<decltype(slidetype_run_script)>("slidetype_run_script")(
        (made_folder / "net.pt").c_str(), tiles.data(), kCount, kEdge, kMean.data(), kDeviation.data(), expected.data(),
        static_cast<std::int64_t>(expected.size()));
    const auto seen = open.encoder->encode(tiles, kCount);
    ASSERT_EQ(seen.size(), expected.size());
    double largest = 0;
    for (std::size_t i = 0; i < seen.size(); ++i) {
        EXPECT_NEAR(seen[i], expected[i], 1e-4);
        largest = std::max(largest, std::abs(double{seen[i]}));
    }
    EXPECT_GT(largest, 0.1);  // else nothing was compared
}

TEST_F(ScriptedEncoder, IsFoundByItsFileToo) {
    const auto made_folder = made(kRows);
    EXPECT_EQ(open_encoder((made_folder / "net.pt").string()).info.name, "drawn");
    fs::rename(made_folder / "encoder.json", made_folder / "net.json");
    EXPECT_EQ(open_encoder((made_folder / "net.pt").string()).info.name, "drawn");
    fs::remove(made_folder / "net.json");
    const auto error = error_of_opening((made_folder / "net.pt").string());
    EXPECT_EQ(error.code(), ErrorCode::not_found);
    EXPECT_THAT(error.hint(), HasSubstr("spacing_um_px"));
}

TEST_F(ScriptedEncoder, MayGivePooledMaps) {
    const auto made_folder = made(
        "    x = torch.relu(torch.conv2d(x, self.filters, None, [2, 2], [3, 3]))\n"
        "    x = torch.linear(torch.mean(x, [2, 3]), self.dense)\n"
        "    return torch.reshape(x, [-1, 1024, 1, 1])\n");
    EXPECT_EQ(open_encoder(made_folder.string()).encoder->encode(testing::noise_tiles(3, kEdge, 7), 3).size(), 3072U);
}

TEST_F(ScriptedEncoder, IsRefusedWithItsShapeWhereThatIsNotWhatWasSaid) {
    EXPECT_THAT(error_of_opening(made(kRows, "768").string()).what(), HasSubstr("gives [1, 1024] for 1 tile,"));
    const auto maps = error_of_opening(made("    return torch.conv2d(x, self.filters)\n").string());
    EXPECT_THAT(maps.what(), HasSubstr("gives [1, 24, 26, 26]"));
    EXPECT_EQ(maps.code(), ErrorCode::bad_model);
    EXPECT_THAT(error_of_opening(made("    return (x, x)\n").string()).what(), HasSubstr("gives a Tuple"));
    const auto infinite =
        made("    return torch.linear(torch.mean(torch.conv2d(x, self.filters), [2, 3]), self.dense) / 0.0\n");
    EXPECT_THAT(error_of_opening(infinite.string()).what(), HasSubstr("no finite number"));
}

TEST_F(ScriptedEncoder, IsRefusedWhereATileDependsOnTheOthers) {
    const auto normalised = made(
        "    x = torch.linear(torch.mean(torch.conv2d(x, self.filters), [2, 3]), self.dense)\n"
        "    return x - torch.mean(x, [0], True)\n");
    EXPECT_THAT(error_of_opening(normalised.string()).what(), HasSubstr("together with another tile"));
}

TEST_F(ScriptedEncoder, IsAnotherOneWithOtherSettings) {
    const auto made_folder = made(kRows);
    const auto before = open_encoder(made_folder.string()).info;
    EXPECT_EQ(open_encoder(made_folder.string()).info.sha256, before.sha256);
    const auto config = made_folder / "encoder.json";
    auto text = read_file(config);
    text.replace(text.find("0.485"), 5, "0.585");
    write_file(config, text);
    EXPECT_NE(open_encoder(made_folder.string()).info.sha256, before.sha256);
    try {
        (void)open_encoder(made_folder.string(), Backend::automatic, &before);
        FAIL() << "taken for the one that was expected";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::bad_model);
        EXPECT_THAT(error.what(), HasSubstr("another encoder than the \"drawn\""));
    }
}

TEST_F(ScriptedEncoder, NeedsLibtorch) {
    EXPECT_EQ(error_of_opening(made(kRows).string(), Backend::onednn).code(), ErrorCode::unsupported);
}

TEST_F(ScriptedEncoder, HasAFileOfItsOwn) {
    const auto made_folder = made(kRows);
    write_file(made_folder / "other.pt", read_file(made_folder / "net.pt"));
    EXPECT_THAT(error_of_opening((made_folder / "other.pt").string()).what(), HasSubstr("is of net.pt"));
    fs::remove(made_folder / "net.pt");
    EXPECT_EQ(error_of_opening(made_folder.string()).code(), ErrorCode::not_found);
}

}  // namespace
}  // namespace slidetype

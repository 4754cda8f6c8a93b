#include "model/scoring/classifier.h"
#include "model/backends/backend.h"
#include "model/exchange/wsinfer_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "base/atomic_file.h"
#include "base/error.h"
#include "tests/model/tile_pictures.h"
#include "tests/support.h"

namespace slidetype {
namespace {

std::vector<float> scores(Classifier& classifier, std::span<const std::uint8_t> tiles, std::size_t count,
                          std::size_t classes = 2) {
    auto out = classifier.classify(tiles, count).probabilities;
    EXPECT_EQ(out.size(), count * classes);
    return out;
}

class EveryArchitecture : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryArchitecture, GivesProbabilitiesThatSumToOne) {
    const testing::TemporaryFolder folder;
    const auto model = testing::write_random_model(folder / "m", GetParam(), 3);
    const auto classifier = open_classifier(model);
    const auto p = scores(*classifier, testing::noise_tiles(5, model.config.patch_size_px, 1), 5);
    for (std::size_t i = 0; i < 5; ++i) {
        EXPECT_GE(p[2 * i], 0);
        EXPECT_NEAR(p[2 * i] + p[2 * i + 1], 1, 1e-6);
    }
}

TEST_P(EveryArchitecture, GivesTheSameScoreFromTheTorchScriptExport) {
    const testing::TemporaryFolder folder;
    const auto model = testing::write_random_model(folder / "m", GetParam(), 4, 1.7);
    const auto tiles = testing::noise_tiles(3, model.config.patch_size_px, 2);
    const auto ours = scores(*open_classifier(model), tiles, 3);

    // As another program would see it: config.json without our key, beside the TorchScript file.
    auto config = model.config;
    config.slidetype.reset();
    std::filesystem::create_directories(folder / "export");
    write_file(folder / "export" / "config.json", format_config(config));
    export_torchscript(model, folder / "export" / "torchscript_model.pt");
    const auto foreign = read_model_directory(folder / "export");
    ASSERT_TRUE(foreign.is_torchscript());
    const auto theirs = scores(*open_classifier(foreign), tiles, 3);
    for (std::size_t i = 0; i < ours.size(); ++i) EXPECT_NEAR(ours[i], theirs[i], 2e-5);
}

TEST_P(EveryArchitecture, GivesTheSameBitsFromManyThreads) {
    const testing::TemporaryFolder folder;
    const auto model = testing::write_random_model(folder / "m", GetParam(), 5);
    const auto classifier = open_classifier(model);
    const auto tiles = testing::noise_tiles(2, model.config.patch_size_px, 3);
    const auto expected = scores(*classifier, tiles, 2);
    std::vector<std::vector<float>> seen(3);
    {
        std::vector<std::jthread> threads;
        threads.reserve(seen.size());
        for (auto& each : seen) threads.emplace_back([&] { each = scores(*classifier, tiles, 2); });
    }
    for (const auto& each : seen) EXPECT_EQ(each, expected);
}

/// As `torch`, but on the GPU, where there is one; else it says that there is none.
TEST_P(EveryArchitecture, GivesNearlyTheSameOnAGpu) {
    const testing::TemporaryFolder folder;
    const auto model = testing::write_random_model(folder / "m", GetParam(), 14);
    std::unique_ptr<Classifier> on_gpu;
    try {
        on_gpu = open_classifier(model, Backend::cuda);
    } catch (const Error& error) {
        ASSERT_EQ(error.code(), ErrorCode::unsupported);
        EXPECT_THAT(error.hint(), ::testing::HasSubstr("libtorch"));
        GTEST_SKIP() << "no GPU: " << error.what();
    }
    EXPECT_THAT(on_gpu->description(), ::testing::HasSubstr("half precision"));
    const std::size_t count = 37;  // more than a pass, and not a multiple of it
    const auto tiles = testing::noise_tiles(count, model.config.patch_size_px, 8);
    const auto expected = scores(*open_classifier(model, Backend::torch), tiles, count);
    const auto whole = scores(*on_gpu, tiles, count);
    for (std::size_t i = 0; i < whole.size(); ++i) EXPECT_NEAR(whole[i], expected[i], 0.01);

    const std::size_t bytes = tiles.size() / count;
    for (std::size_t i = 0; i < count; i += 9) {
        const auto alone = scores(*on_gpu, std::span(tiles).subspan(i * bytes, bytes), 1);
        EXPECT_EQ(alone[1], whole[2 * i + 1]) << "tile " << i << " depends on its batch";
    }
}

INSTANTIATE_TEST_SUITE_P(Classifier, EveryArchitecture, ::testing::Values("seed", "compact"));

TEST(Classifier, TemperatureDividesTheLogit) {
    const testing::TemporaryFolder folder;
    const auto sharp = testing::write_random_model(folder / "sharp", "compact", 6, 1);
    const auto soft = testing::write_random_model(folder / "soft", "compact", 6, 2);
    const auto tiles = testing::noise_tiles(1, 112, 4);
    const auto logit = [](float p) { return std::log(p / (1 - p)); };
    const auto hard_logit = logit(scores(*open_classifier(sharp), tiles, 1)[1]);
    EXPECT_NEAR(logit(scores(*open_classifier(soft), tiles, 1)[1]), hard_logit / 2, std::abs(hard_logit) * 1e-3 + 1e-4);
}

TEST(Classifier, IgnoresTheWhiteBalanceWhereTheInputIsStandardised) {
    const testing::TemporaryFolder folder;
    const auto model = testing::write_random_model(folder / "m", "compact", 7);
    auto picture = testing::striped_picture(112, 0, 1);
    for (auto& byte : picture.pixels) byte = static_cast<std::uint8_t>(byte / 2 * 2);
    auto dimmed = picture;
    // (v + 1) / 2 - 1/2: half the light in every channel, up to rounding.
    for (auto& byte : dimmed.pixels) byte = static_cast<std::uint8_t>(byte / 2);
    const auto classifier = open_classifier(model);
    EXPECT_NEAR(scores(*classifier, picture.pixels, 1)[1], scores(*classifier, dimmed.pixels, 1)[1], 0.02);
}

TEST(Classifier, RefusesBatchesOfTheWrongSize) {
    const testing::TemporaryFolder folder;
    const auto classifier = open_classifier(testing::write_random_model(folder / "m", "compact", 8));
    std::vector<float> out(2);
    EXPECT_THROW(classifier->classify(testing::noise_tiles(1, 100, 1), 1), Error);
}

/// A model as others make them: a TorchScript file with a config.json of the given patch size and transforms.
ModelDirectory foreign_model(const std::filesystem::path& folder, const ModelDirectory& ours, int patch_size_px,
                             std::vector<Transform> transform) {
    auto config = ours.config;
    config.slidetype.reset();
    config.patch_size_px = patch_size_px;
    config.transform = std::move(transform);
    std::filesystem::create_directories(folder);
    write_file(folder / "config.json", format_config(config));
    export_torchscript(ours, folder / "torchscript_model.pt");
    return read_model_directory(folder);
}

TEST(ForeignModel, NormalizesAsItsConfigSays) {
    const testing::TemporaryFolder folder;
    const auto ours = testing::write_random_model(folder / "m", "seed", 10);
    // (x - 0) / 0.5 doubles what ToTensor gives, so half the grey levels give the same input.
    const Transform to_tensor, doubled{Transform::Kind::normalize, 0, {0, 0, 0}, {0.5, 0.5, 0.5}};
    const auto model = foreign_model(folder / "f", ours, 256, {to_tensor, doubled});
    auto tiles = testing::noise_tiles(1, 256, 5);
    for (auto& byte : tiles) byte = static_cast<std::uint8_t>(byte / 2 * 2);
    const auto expected = scores(*open_classifier(ours), tiles, 1);
    for (auto& byte : tiles) byte = static_cast<std::uint8_t>(byte / 2);
    const auto seen = scores(*open_classifier(model), tiles, 1);
    EXPECT_NEAR(seen[0], expected[0], 1e-4);
}

TEST(ForeignModel, ResizesAsItsConfigSays) {
    const testing::TemporaryFolder folder;
    const auto ours = testing::write_random_model(folder / "m", "compact", 11);
    const Transform resize{Transform::Kind::resize, 112, {}, {}}, to_tensor;
    const auto model = foreign_model(folder / "f", ours, 224, {resize, to_tensor});
    // A picture of wide waves: how exactly it is halved hardly matters, that it is halved does.
    const auto waves = [](int edge) {
        std::vector<std::uint8_t> tile;
        for (int y = 0; y < edge; ++y) {
            for (int x = 0; x < edge; ++x) {
                for (int c = 0; c < 3; ++c) {
                    const double u = (x + 0.5) / edge, v = (y + 0.5) / edge;
                    tile.push_back(static_cast<std::uint8_t>(128 + 100 * std::sin(6.28 * (2 * u + (c + 1) * v))));
                }
            }
        }
        return tile;
    };
    const auto expected = scores(*open_classifier(ours), waves(112), 1);
    EXPECT_NEAR(scores(*open_classifier(model), waves(224), 1)[0], expected[0], 0.02);
    const auto unresized = foreign_model(folder / "u", ours, 224, {to_tensor});
    EXPECT_GT(std::abs(scores(*open_classifier(unresized), waves(224), 1)[0] - expected[0]), 0.02);
}

TEST(ForeignModel, GivesTheSameBitsEveryTimeAndFromManyThreads) {
    const testing::TemporaryFolder folder;
    const auto ours = testing::write_random_model(folder / "m", "compact", 13);
    const auto classifier = open_classifier(foreign_model(folder / "f", ours, 112, {Transform{}}));
    const auto tiles = testing::noise_tiles(8, 112, 7);
    const auto expected = scores(*classifier, tiles, 8);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(scores(*classifier, tiles, 8), expected);
    std::vector<std::vector<float>> seen(3);
    {
        std::vector<std::jthread> threads;
        threads.reserve(seen.size());
        for (auto& each : seen) threads.emplace_back([&] { each = scores(*classifier, tiles, 8); });
    }
    for (const auto& each : seen) EXPECT_EQ(each, expected);
}

TEST(ForeignModel, IsRefusedWhereItsOutputDoesNotFitItsClasses) {
    const testing::TemporaryFolder folder;
    const auto ours = testing::write_random_model(folder / "m", "compact", 12);
    auto model = foreign_model(folder / "f", ours, 112, {Transform{}});
    model.config.class_names = {"a", "b", "c"};
    EXPECT_THROW(open_classifier(model), Error);
}

TEST(Classifier, RefusesATorchScriptFileThatIsNone) {
    const testing::TemporaryFolder folder;
    auto config = testing::write_random_model(folder / "m", "compact", 9).config;
    config.slidetype.reset();
    std::filesystem::create_directories(folder / "broken");
    write_file(folder / "broken" / "config.json", format_config(config));
    write_file(folder / "broken" / "torchscript_model.pt", "not a model");
    try {
        open_classifier(read_model_directory(folder / "broken"));
        FAIL() << "accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::bad_model);
        EXPECT_THAT(error.what(), ::testing::HasSubstr("torchscript_model.pt"));
    }
}

}  // namespace
}  // namespace slidetype

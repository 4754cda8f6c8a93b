#include "model/classifier.h"

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
    std::vector<float> out(count * classes);
    classifier.classify(tiles, count, out);
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
    EXPECT_THROW(classifier->classify(testing::noise_tiles(1, 100, 1), 1, out), Error);
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

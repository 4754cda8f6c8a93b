#include "model/exchange/wsinfer_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>

#include "base/atomic_file.h"
#include "base/error.h"
#include "model/backends/backend.h"
#include "model/backends/self_test_tiles.h"
#include "tests/model/tile_pictures.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct Network {
    std::string architecture;
    InputKind input;

    friend void PrintTo(const Network& network, std::ostream* out) {
        *out << network.architecture << ", " << to_string(network.input);
    }
};

class EveryExport : public ::testing::TestWithParam<Network> {};

/// Noise, a blank tile, a black one, and drawings of tissue.
std::vector<std::uint8_t> varied_tiles(int patch_px, std::size_t& count) {
    const auto bytes = static_cast<std::size_t>(patch_px * patch_px * 3);
    auto tiles = testing::noise_tiles(2, patch_px, 31);
    tiles.insert(tiles.end(), bytes, 255);
    tiles.insert(tiles.end(), bytes, 0);
    const auto drawn = self_test_tiles(patch_px);
    tiles.insert(tiles.end(), drawn.begin(), drawn.end());
    count = tiles.size() / bytes;
    return tiles;
}

TEST_P(EveryExport, ScoresAsOursWhenLoadedAsSomebodyElsesModel) {
    const testing::TemporaryFolder folder;
    auto model = testing::write_random_model(folder / "m", GetParam().architecture, 30, 1.7);
    model.config.slidetype->input = GetParam().input;
    export_for_wsinfer(model, folder / "out");
    const auto foreign = read_model_directory(folder / "out");
    ASSERT_TRUE(foreign.is_torchscript());

    std::size_t count = 0;
    const auto tiles = varied_tiles(model.config.patch_size_px, count);
    const auto ours = open_classifier(model)->classify(tiles, count).probabilities;
    const auto theirs = open_classifier(foreign)->classify(tiles, count).probabilities;
    ASSERT_EQ(ours.size(), theirs.size());
    for (std::size_t i = 0; i < ours.size(); ++i) EXPECT_NEAR(ours[i], theirs[i], 1e-5) << "tile " << i / 2;
    EXPECT_GT(*std::ranges::max_element(ours) - *std::ranges::min_element(ours), 1e-3) << "nothing to compare";
}

INSTANTIATE_TEST_SUITE_P(WsinferExport, EveryExport,
                         ::testing::Values(Network{"seed", InputKind::unit},
                                           Network{"compact", InputKind::standardised_density},
                                           Network{"compact", InputKind::grey_density}));

/// The rules of https://github.com/SBU-BMI/wsinfer-zoo/blob/main/wsinfer_zoo/schemas/model-config.schema.json
TEST(WsinferExport, WritesAConfigurationByWsinfersSchema) {
    const testing::TemporaryFolder folder;
    export_for_wsinfer(testing::write_random_model(folder / "m", "compact", 32), folder / "out");
    const auto root = json::parse(read_file(folder / "out" / "config.json"));
    EXPECT_EQ(root["spec_version"], "1.0");
    EXPECT_TRUE(root["architecture"].is_string());
    EXPECT_TRUE(root["num_classes"].is_number_integer());
    EXPECT_TRUE(root["patch_size_pixels"].is_number_integer());
    EXPECT_TRUE(root["spacing_um_px"].is_number());
    EXPECT_EQ(root["class_names"].size(), root["num_classes"].get<std::size_t>());
    ASSERT_TRUE(root["transform"].is_array());
    const std::set<std::string> known = {"Resize", "ToTensor", "Normalize"};
    for (const auto& transform : root["transform"]) {
        EXPECT_TRUE(known.contains(transform["name"].get<std::string>()));
        for (const auto& [key, value] : transform.items()) EXPECT_TRUE(key == "name" || key == "arguments") << key;
    }
    EXPECT_FALSE(root.contains("slidetype"));
}

TEST(WsinferExport, ReplacesAnExportButNoModelOfOurs) {
    const testing::TemporaryFolder folder;
    const auto model = testing::write_random_model(folder / "m", "compact", 33);
    export_for_wsinfer(model, folder / "out");
    export_for_wsinfer(model, folder / "out");
    EXPECT_THROW(export_for_wsinfer(model, folder / "m"), Error);
    EXPECT_FALSE(read_model_directory(folder / "m").is_torchscript());
    EXPECT_THROW(export_for_wsinfer(read_model_directory(folder / "out"), folder / "again"), Error);
}

}  // namespace
}  // namespace slidetype

#include "model/network/model_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "base/error.h"
#include "model/network/installed_models.h"
#include "tests/model/tile_pictures.h"
#include "tests/support.h"

namespace slidetype {
namespace {

const std::string kForeign = R"({
  "spec_version": "1.0", "architecture": "resnet34", "num_classes": 3, "class_names": ["a", "b", "c"],
  "patch_size_pixels": 350, "spacing_um_px": 0.25,
  "transform": [{"name": "Resize", "arguments": {"size": 224}}, {"name": "ToTensor"},
                {"name": "Normalize", "arguments": {"mean": [0.7, 0.5, 0.6], "std": [0.2, 0.3, 0.2]}}],
  "something": {"unknown": true}})";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

TEST(ModelConfig, ReadsAForeignWsinferConfig) {
    const auto config = parse_config(kForeign, "config.json");
    EXPECT_EQ(config.class_names.size(), 3U);
    EXPECT_EQ(config.patch_size_px, 350);
    EXPECT_EQ(config.spacing_um_px, 0.25);
    ASSERT_EQ(config.transform.size(), 3U);
    EXPECT_EQ(config.transform[0].size, 224);
    EXPECT_EQ(config.transform[2].std[1], 0.3);
    EXPECT_FALSE(config.slidetype);
}

TEST(ModelConfig, ReadsWhatItWrites) {
    auto config = parse_config(kForeign, "config.json");
    config.slidetype.emplace();
    config.slidetype->weights_sha256 = "abc";
    config.slidetype->temperature = 1.25;
    config.slidetype->training = R"({"epochs":12})";
    const auto text = format_config(config);
    const auto back = parse_config(text, "config.json");
    EXPECT_EQ(format_config(back), text);
    EXPECT_EQ(back.slidetype->temperature, 1.25);
}

TEST(ModelConfig, KeepsTheThresholdsOfTheCallAndFillsInThoseThatAreNotNamed) {
    auto config = parse_config(kForeign, "config.json");
    config.slidetype.emplace().call = CallThresholds{0.5, 0.1, 0.75, 0.3};
    const auto text = format_config(config);
    const auto back = parse_config(text, "config.json").slidetype->call;
    ASSERT_TRUE(back);
    EXPECT_EQ(back->min_area_mm2, 0.5);
    EXPECT_EQ(back->min_tumour_share, 0.1);
    EXPECT_EQ(back->mixed_region_mm2, 0.75);
    EXPECT_EQ(back->mixed_share, 0.3);
    const auto partly = parse_config(replaced(text, "\"min_area_mm2\": 0.5,", ""), "config.json").slidetype->call;
    EXPECT_EQ(partly->min_area_mm2, CallThresholds{}.min_area_mm2);
    EXPECT_EQ(partly->mixed_share, 0.3);
    EXPECT_THROW(parse_config(replaced(text, "\"mixed_share\": 0.3", "\"mixed_share\": 1.3"), "config.json"), Error);
}

TEST(ModelConfig, KeepsTheCalibrationOfTheVoteAndRefusesOneThatTurnsIt) {
    auto config = parse_config(kForeign, "config.json");
    config.slidetype.emplace().call.emplace().vote = VoteCalibration{-4.5, 11.25, 3};
    config.slidetype->call->mixed_certainty = 0.875;
    const auto text = format_config(config);
    const auto back = parse_config(text, "config.json").slidetype->call;
    ASSERT_TRUE(back && back->vote);
    EXPECT_EQ(back->vote->intercept, -4.5);
    EXPECT_EQ(back->vote->slope, 11.25);
    EXPECT_EQ(back->vote->border, 3);
    EXPECT_EQ(back->mixed_certainty, 0.875);
    EXPECT_THROW(parse_config(replaced(text, "\"slope\": 11.25", "\"slope\": -1"), "config.json"), Error);
    EXPECT_THROW(parse_config(replaced(text, "\"slope\": 11.25", "\"tilt\": 1"), "config.json"), Error);
    config.slidetype->call->vote.reset();
    EXPECT_FALSE(parse_config(format_config(config), "config.json").slidetype->call->vote);
}

TEST(ModelConfig, KeepsTheStepsOfTheIntegersAndRefusesThoseThatAreNone) {
    auto config = parse_config(kForeign, "config.json");
    config.slidetype.emplace().int8 = Int8Config{{{"conv2", 0.25}, {"dense1", 0.5}}, 29, -0.75, 0.125, 0.375};
    config.slidetype->gate.emplace();
    const auto text = format_config(config);
    const auto back = parse_config(text, "config.json").slidetype->int8;
    ASSERT_TRUE(back);
    EXPECT_EQ(back->steps, config.slidetype->int8->steps);
    EXPECT_EQ(back->zero, 29);
    EXPECT_EQ(back->logit_shift, -0.75);
    EXPECT_EQ(back->gate_logit_shift, 0.125);
    EXPECT_EQ(back->drawn_difference, 0.375);
    for (const auto* zero : {"-1", "256", "1.5", "null", "\"29\""}) {
        EXPECT_THROW(parse_config(replaced(text, "\"zero\": 29", "\"zero\": " + std::string(zero)), "config.json"),
                     Error)
            << zero;
    }
    EXPECT_THROW(parse_config(replaced(text, "-0.75", "\"much\""), "config.json"), Error);
    for (const auto* step : {"0", "-1", "1e20", "null", "\"0.25\"", "[]"}) {
        EXPECT_THROW(parse_config(replaced(text, "0.25", step), "config.json"), Error) << step;
    }
    for (const auto* whole : {R"("int8": {}, )", R"("int8": {"steps": {}}, )", R"("int8": {"steps": [1]}, )"}) {
        auto bare = config;
        bare.slidetype->int8.reset();
        const auto with = replaced(format_config(bare), "\"weights_file\"", whole + std::string("\"weights_file\""));
        EXPECT_THROW(parse_config(with, "config.json"), Error) << whole;
    }
}

TEST(ModelConfig, RefusesWhatMakesNoSense) {
    const std::vector<std::pair<std::string, std::string>> breakages = {{"\"1.0\"", "\"2.0\""},
                                                                        {"\"num_classes\": 3", "\"num_classes\": 2"},
                                                                        {"\"b\"", "\"a\""},
                                                                        {"350", "0"},
                                                                        {"350", "12.5"},
                                                                        {"350", "1e9"},
                                                                        {"0.25", "\"fine\""},
                                                                        {"0.25", "-1"},
                                                                        {"\"Resize\"", "\"Crop\""},
                                                                        {"[0.2, 0.3, 0.2]", "[0.2, 0, 0.2]"},
                                                                        {"[0.2, 0.3, 0.2]", "[0.2]"},
                                                                        {"\"class_names\"", "\"classes\""},
                                                                        {"\"transform\"", "\"changes\""},
                                                                        {"{\n", "{{"}};
    for (const auto& [from, to] : breakages) {
        EXPECT_THROW(parse_config(replaced(kForeign, from, to), "config.json"), Error) << from << " -> " << to;
    }
    EXPECT_THROW(parse_config(std::string(100'000, '['), "config.json"), Error);
    EXPECT_THROW(parse_config("", "config.json"), Error);
}

TEST(ModelConfig, RefusesWeightsOutsideTheModelDirectory) {
    for (const std::string name : {"../weights.safetensors", "/etc/passwd", "", ".hidden"}) {
        const auto text =
            replaced(kForeign, "\"something\": {\"unknown\": true}",
                     R"("slidetype": {"weights_file": ")" + name + R"(", "weights_sha256": "x", "temperature": 1})");
        EXPECT_THROW(parse_config(text, "config.json"), Error) << name;
    }
}

TEST(ModelDirectory, ReadsWhatItWrites) {
    const testing::TemporaryFolder folder;
    const auto model = testing::write_random_model(folder / "m", "compact", 1, 1.5);
    EXPECT_EQ(model.config.slidetype->temperature, 1.5);
    EXPECT_EQ(model.sha256, model.config.slidetype->weights_sha256);
    EXPECT_EQ(model.weights.size(), tensors_of(find_architecture("compact")).size());
}

TEST(ModelDirectory, RefusesWeightsThatWereChanged) {
    const testing::TemporaryFolder folder;
    testing::write_random_model(folder / "m", "compact", 1);
    auto bytes = read_file(folder / "m" / "weights.safetensors");
    bytes[bytes.size() - 3] ^= 1;
    write_file(folder / "m" / "weights.safetensors", bytes);
    try {
        read_model_directory(folder / "m");
        FAIL() << "accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::bad_model);
        EXPECT_THAT(error.what(), ::testing::HasSubstr("SHA-256"));
    }
}

TEST(ModelDirectory, RefusesIntegersForLayersThatCannotHaveThem) {
    const testing::TemporaryFolder folder;
    const auto model = testing::write_random_model(folder / "m", "compact", 1);
    for (const auto* layer : {"conv0", "conv7", "dense1", "gate"}) {
        auto config = model.config;
        config.slidetype->int8 = Int8Config{{{layer, 0.1}}};
        write_file(folder / "m" / "config.json", format_config(config));
        EXPECT_THROW(read_model_directory(folder / "m"), Error) << layer;
    }
    auto config = model.config;
    config.slidetype->int8 = Int8Config{{{"conv1", 0.1}, {"conv2", 0.1}}, 29};
    write_file(folder / "m" / "config.json", format_config(config));
    EXPECT_TRUE(read_model_directory(folder / "m").config.slidetype->int8);
}

TEST(ModelDirectory, DropsTheStepsOfOtherWeights) {
    const testing::TemporaryFolder folder;
    auto model = testing::write_random_model(folder / "m", "compact", 1);
    model.config.slidetype->int8 = Int8Config{{{"conv2", 0.1}}};
    write_model_directory(folder / "m", model.config, model.weights, StorageType::f32);
    EXPECT_FALSE(read_model_directory(folder / "m").config.slidetype->int8);
}

TEST(ModelDirectory, RefusesAFolderWithoutAModel) {
    const testing::TemporaryFolder folder;
    EXPECT_THROW(read_model_directory(folder.path()), Error);
    write_file(folder / "config.json", kForeign);
    EXPECT_THROW(read_model_directory(folder.path()), Error);
}

TEST(ShippedModels, AreWholeAndSmallEnoughForTheRepository) {
    const auto shipped = std::filesystem::path(SLIDETYPE_SOURCE_DIR) / "model/pretrained";
    ASSERT_TRUE(std::filesystem::exists(shipped / kDefaultModel / "config.json"));
    for (const auto& entry : std::filesystem::directory_iterator(shipped)) {
        const auto model = read_model_directory(entry.path());
        EXPECT_LT(std::filesystem::file_size(model.path / model.config.slidetype->weights_file), 32U << 20);
        EXPECT_TRUE(std::filesystem::exists(model.path / "README.md")) << "a model card is missing";
    }
}

}  // namespace
}  // namespace slidetype

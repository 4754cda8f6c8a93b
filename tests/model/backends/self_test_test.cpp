#include "model/backends/self_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/sha256.h"
#include "model/backends/self_test_tiles.h"
#include "model/onednn/int8_calibration.h"
#include "model/scoring/classifier.h"
#include "tests/model/tile_pictures.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A model with a stored self-test.
fs::path tested_model(const testing::TemporaryFolder& folder) {
    testing::write_random_model(folder / "m", "compact", 21, 1.3);
    attach_self_test(folder / "m");
    return folder / "m";
}

template <class Change>
void change_config(const fs::path& model, Change change) {
    auto root = ordered_json::parse(read_file(model / "config.json"));
    change(root);
    write_file(model / "config.json", root.dump());
}

TEST(SelfTest, IsStoredAnewWithTheStepsOfTheIntegers) {
    const testing::TemporaryFolder folder;
    const auto model = tested_model(folder);
    change_config(model, [](ordered_json& root) { root["from_somebody_else"] = 1; });
    auto tiles = self_test_tiles(112);
    const auto noise = testing::noise_tiles(8, 112, 24);
    tiles.insert(tiles.end(), noise.begin(), noise.end());
    const auto int8 = calibrate_int8(read_model_directory(model), tiles);
    store_int8(model, int8);
    EXPECT_TRUE(verify_model(model).good());
    EXPECT_EQ(read_model_directory(model).config.slidetype->int8->steps, int8.steps);
    EXPECT_TRUE(ordered_json::parse(read_file(model / "config.json")).contains("from_somebody_else"));
}

TEST(SelfTest, FindsStepsOfIntegersThatDoNotFitTheModel) {
    const testing::TemporaryFolder folder;
    const auto model = tested_model(folder);
    store_int8(model, {{{"conv2", 1e-4}, {"conv3", 1e-4}}});  // cuts off nearly everything
    const auto check = verify_model(model);
    EXPECT_TRUE(check.problems.empty());
    EXPECT_FALSE(check.good());
    const auto& integers = *std::ranges::find(check.backends, "onednn-int8", &BackendCheck::backend);
    EXPECT_EQ(integers.result, CheckResult::bad);
    EXPECT_THAT(integers.advice, HasSubstr("models calibrate"));
}

TEST(SelfTestTiles, AreTheSameOnEveryMachine) {
    const auto digest = [](const std::vector<std::uint8_t>& tiles) {
        return sha256_hex({reinterpret_cast<const char*>(tiles.data()), tiles.size()});
    };
    // Where this fails because the drawing was changed, kSelfTestDrawing needs a new number: scores are stored for it.
    EXPECT_EQ(kSelfTestDrawing, 1);
    EXPECT_EQ(digest(self_test_tiles(112)), "c0705714434e7b0dda7de9422e94e2254cc3053ee35257f1f9149965fccf2dc6");
    EXPECT_EQ(digest(self_test_tiles(256)), "482695c1c44f31ae187cf7629efbef43308611dd967f50f85ac98acc620744f0");
}

TEST(SelfTestTiles, DifferFromEachOtherAndHaveTheColoursOfTissue) {
    const auto tiles = self_test_tiles(64);
    constexpr std::size_t kBytes = std::size_t{64} * 64 * 3;
    ASSERT_EQ(tiles.size(), kSelfTestTiles * kBytes);
    for (std::size_t i = 0; i < kSelfTestTiles; ++i) {
        std::array<double, 3> mean{};
        for (std::size_t k = 0; k < kBytes; ++k) mean[k % 3] += tiles[i * kBytes + k] / (64.0 * 64);
        EXPECT_GT(mean[0], mean[1]) << "no pink in tile " << i;
        EXPECT_GT(mean[2], mean[1]) << "no pink in tile " << i;
        for (std::size_t j = 0; j < i; ++j) {
            EXPECT_FALSE(std::equal(tiles.begin() + static_cast<std::ptrdiff_t>(i * kBytes),
                                    tiles.begin() + static_cast<std::ptrdiff_t>((i + 1) * kBytes),
                                    tiles.begin() + static_cast<std::ptrdiff_t>(j * kBytes)));
        }
    }
}

TEST(SelfTest, FindsAModelGoodThatNobodyTouched) {
    const testing::TemporaryFolder folder;
    const auto model = tested_model(folder);
    const auto check = verify_model(model);
    EXPECT_TRUE(check.good()) << check.problems.front();
    for (const auto result : {check.config, check.weights, check.shapes, check.scores}) {
        EXPECT_EQ(result, CheckResult::good);
    }
    EXPECT_LT(check.largest_difference, 1e-6);
    const auto stored = read_model_directory(model).config.slidetype->self_test;
    ASSERT_TRUE(stored);
    EXPECT_EQ(stored->scores.size(), kSelfTestTiles);
    // Attaching again changes nothing: the scores depend on the model alone.
    const auto before = read_file(model / "config.json");
    attach_self_test(model);
    EXPECT_EQ(read_file(model / "config.json"), before);
}

TEST(SelfTest, KeepsWhatItDoesNotKnowInTheConfiguration) {
    const testing::TemporaryFolder folder;
    testing::write_random_model(folder / "m", "compact", 22);
    change_config(folder / "m", [](ordered_json& root) { root["licence"] = "CC0"; });
    attach_self_test(folder / "m");
    EXPECT_THAT(read_file(folder / "m" / "config.json"), HasSubstr("\"licence\": \"CC0\""));
    EXPECT_TRUE(verify_model(folder / "m").good());
}

TEST(SelfTest, DoesNotMindAnotherIndentation) {
    const testing::TemporaryFolder folder;
    const auto model = tested_model(folder);
    change_config(model, [](ordered_json&) {});
    EXPECT_TRUE(verify_model(model).good());
}

TEST(SelfTest, SaysNothingOfModelsThatHaveNone) {
    const testing::TemporaryFolder folder;
    testing::write_random_model(folder / "m", "compact", 23);
    const auto check = verify_model(folder / "m");
    EXPECT_TRUE(check.good());
    EXPECT_EQ(check.scores, CheckResult::absent);
    EXPECT_EQ(check.weights, CheckResult::good);
}

TEST(SelfTest, TellsChangedWeights) {
    const testing::TemporaryFolder folder;
    const auto model = tested_model(folder);
    auto bytes = read_file(model / "weights.safetensors");
    bytes[bytes.size() - 2] = static_cast<char>(bytes[bytes.size() - 2] ^ 1);
    write_file(model / "weights.safetensors", bytes);
    const auto check = verify_model(model);
    EXPECT_EQ(check.config, CheckResult::good);
    EXPECT_EQ(check.weights, CheckResult::bad);
    EXPECT_THAT(check.problems, ElementsAre(HasSubstr("weights.safetensors does not have the SHA-256")));
}

TEST(SelfTest, TellsAChangedConfigurationByItsChecksumAndByItsScores) {
    const testing::TemporaryFolder folder;
    const auto model = tested_model(folder);
    change_config(model, [](ordered_json& root) { root["class_names"] = {"LUSC", "LUAD"}; });
    auto check = verify_model(model);
    EXPECT_EQ(check.config, CheckResult::bad);
    EXPECT_EQ(check.scores, CheckResult::good) << "names are not scores";
    EXPECT_THAT(check.problems, ElementsAre(HasSubstr("config.json was changed")));

    change_config(model, [](ordered_json& root) { root["slidetype"]["temperature"] = 40; });
    check = verify_model(model);
    EXPECT_EQ(check.config, CheckResult::bad);
    EXPECT_EQ(check.weights, CheckResult::good);
    EXPECT_EQ(check.scores, CheckResult::bad);
    EXPECT_THAT(check.problems, ElementsAre(HasSubstr("config.json was changed"), HasSubstr("with that change")));
}

TEST(SelfTest, TellsChangedScores) {
    const testing::TemporaryFolder folder;
    const auto model = tested_model(folder);
    change_config(model, [](ordered_json& root) { root["slidetype"]["self_test"]["scores"][1] = 0.5; });
    const auto check = verify_model(model);
    EXPECT_EQ(check.config, CheckResult::good);
    EXPECT_EQ(check.weights, CheckResult::good);
    EXPECT_EQ(check.scores, CheckResult::bad);
    EXPECT_THAT(check.problems, ElementsAre(HasSubstr("the stored scores of the self-test were changed")));
}

TEST(SelfTest, TellsAMachineThatComputesOtherScores) {
    const testing::TemporaryFolder folder;
    const auto model = tested_model(folder);
    // As if the scores had been stored by a network that computes differently: checksums are right, numbers are not.
    change_config(model, [](ordered_json& root) {
        auto& test = root["slidetype"]["self_test"];
        test["scores"][0] = test["scores"][0].get<double>() + 0.01;
        test.erase("sha256");
        test["sha256"] = sha256_hex(nlohmann::json::parse(test.dump()).dump());
    });
    const auto check = verify_model(model);
    EXPECT_THAT(check.problems, ElementsAre(HasSubstr("no file was changed")));
    EXPECT_NEAR(check.largest_difference, 0.01, 1e-6);
}

/// What is known of a material of which every trait is 0, more or less.
KnownDomain some_domain() {
    KnownMaterial material;
    for (std::size_t k = 0; k < kTraits; ++k) material.between[k * kTraits + k] = 1;
    material.limit = 2;
    material.witness_limits = {2, 2, 2};
    material.groups = 30;
    return {material};
}

TEST(SelfTest, IsStoredAnewWithWhatIsKnownOfTheMaterial) {
    const testing::TemporaryFolder folder;
    const auto model = tested_model(folder);
    change_config(model, [](ordered_json& root) { root["ours_alone"] = 1; });
    for (int twice = 0; twice < 2; ++twice) {
        store_domain(model, {.sha256 = "", .sources = 30, .tried = 10, .alarms = 1, .unseen = true}, some_domain());
        const auto read = read_model_directory(model);
        ASSERT_TRUE(read.config.slidetype->domain);
        EXPECT_EQ(read.config.slidetype->domain->sources, 30U);
        EXPECT_EQ(read.config.slidetype->domain->alarms, 1U);
        EXPECT_TRUE(read.config.slidetype->domain->unseen);
        ASSERT_EQ(read.domain.size(), 1U);
        EXPECT_EQ(read.domain[0].limit, 2);
        EXPECT_TRUE(verify_model(model).good());
    }
    EXPECT_NE(read_file(model / "config.json").find("ours_alone"), std::string::npos);

    auto bytes = read_file(model / "domain.safetensors");
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    write_file(model / "domain.safetensors", bytes);
    EXPECT_FALSE(verify_model(model).good());
    EXPECT_THROW(read_model_directory(model), Error);
}

TEST(SelfTest, IsStoredAnewWithWhatTheModelIsGoodFor) {
    const testing::TemporaryFolder folder;
    const auto model = tested_model(folder);
    change_config(model, [](ordered_json& root) { root["ours_alone"] = 1; });
    store_good_for(model, "Drawn \"tiles\" alone; µ.");
    EXPECT_EQ(read_model_directory(model).config.slidetype->good_for, "Drawn \"tiles\" alone; µ.");
    EXPECT_TRUE(verify_model(model).good());
    EXPECT_THROW(store_good_for(model, "two\nlines"), Error);
    EXPECT_THROW(store_good_for(model, "\xff"), Error);
    EXPECT_THROW(store_good_for(model, std::string(kLongestGoodFor + 1, 'a')), Error);
    store_good_for(model, "");
    const auto text = read_file(model / "config.json");
    EXPECT_EQ(text.find("good_for"), std::string::npos);
    EXPECT_NE(text.find("ours_alone"), std::string::npos);
    EXPECT_TRUE(verify_model(model).good());
}

TEST(SelfTest, ReportsWhatCannotBeReadAtAll) {
    const testing::TemporaryFolder folder;
    const auto model = tested_model(folder);
    write_file(model / "config.json", "{");
    auto check = verify_model(model);
    EXPECT_EQ(check.config, CheckResult::bad);
    EXPECT_EQ(check.weights, CheckResult::not_checked);
    EXPECT_FALSE(verify_model(folder / "nothing").good());

    testing::write_random_model(model, "compact", 24);
    change_config(model, [](ordered_json& root) { root["architecture"] = "seed", root["patch_size_pixels"] = 256; });
    check = verify_model(model);
    EXPECT_EQ(check.weights, CheckResult::good);
    EXPECT_EQ(check.shapes, CheckResult::bad);
    EXPECT_EQ(check.scores, CheckResult::not_checked);
}

}  // namespace
}  // namespace slidetype

#include "model/onednn/onednn_encoder.h"
#include "model/backends/backend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <thread>

#include "base/error.h"
#include "base/random.h"
#include "model/backends/library_versions.h"
#include "model/backends/self_test_tiles.h"
#include "model/onednn/descriptor.h"
#include "model/onednn/equalise.h"
#include "model/onednn/input.h"
#include "model/onednn/int8_calibration.h"
#include "model/onednn/network.h"
#include "tests/model/tile_pictures.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;

/// A model with everything that a network of ours can have: random weights, a gate, and a guard around its features.
ModelDirectory whole_model(const fs::path& folder, const std::string& architecture) {
    auto model = testing::write_random_model(folder, architecture, 21, 1.3);
    const auto count = static_cast<std::int64_t>(feature_count(find_architecture(architecture)));
    Random random(22);
    const auto draw = [&random](std::int64_t n, double reach) {
        std::vector<float> values(static_cast<std::size_t>(n));
        for (auto& value : values) value = static_cast<float>(random.uniform(-reach, reach));
        return values;
    };
    model.weights["gate.weight"] = {{1, count}, draw(count, 0.1)};
    model.weights["gate.bias"] = {{1}, {0.1F}};
    model.familiarity["means"] = {{2, count}, draw(2 * count, 0.5)};
    model.familiarity["whitening"] = {{count, count}, draw(count * count, 0.3)};
    auto& ours = *model.config.slidetype;
    ours.gate = GateConfig{1.2, 0.4};
    ours.familiarity = FamiliarityConfig{.sha256 = "", .threshold = 0.7};
    write_model_directory(folder, model.config, model.weights, StorageType::f32, model.familiarity);
    return read_model_directory(folder);
}

ModelDirectory shipped_model() {
    return read_model_directory(fs::path(SLIDETYPE_SOURCE_DIR) / "model/pretrained/compact");
}

/// The tiles of the self-test and noise: 4 + `noise`.
std::vector<std::uint8_t> drawn_and_noise(int edge_px, std::size_t noise) {
    auto tiles = self_test_tiles(edge_px);
    const auto more = testing::noise_tiles(noise, edge_px, 23);
    tiles.insert(tiles.end(), more.begin(), more.end());
    return tiles;
}

void expect_agreement(const TileScores& seen, const TileScores& expected, double probability, double strangeness) {
    ASSERT_EQ(seen.probabilities.size(), expected.probabilities.size());
    ASSERT_EQ(seen.tumour.size(), expected.tumour.size());
    ASSERT_EQ(seen.strangeness.size(), expected.strangeness.size());
    for (std::size_t i = 0; i < seen.probabilities.size(); ++i) {
        EXPECT_NEAR(seen.probabilities[i], expected.probabilities[i], probability) << "tile " << i / 2;
    }
    for (std::size_t i = 0; i < seen.tumour.size(); ++i) {
        EXPECT_NEAR(seen.tumour[i], expected.tumour[i], probability) << "tile " << i;
    }
    for (std::size_t i = 0; i < seen.strangeness.size(); ++i) {
        EXPECT_NEAR(seen.strangeness[i] / expected.strangeness[i], 1, strangeness) << "tile " << i;
    }
}

void expect_same_bits(const TileScores& seen, const TileScores& expected) {
    EXPECT_EQ(seen.probabilities, expected.probabilities);
    EXPECT_EQ(seen.tumour, expected.tumour);
    EXPECT_EQ(seen.strangeness, expected.strangeness);
}

TileScores in_batches_of(Classifier& classifier, std::span<const std::uint8_t> tiles, std::size_t count,
                         std::size_t batch) {
    const std::size_t bytes = tiles.size() / count;
    TileScores all;
    for (std::size_t begin = 0; begin < count; begin += batch) {
        const auto now = std::min(batch, count - begin);
        const auto scores = classifier.classify(tiles.subspan(begin * bytes, now * bytes), now);
        const auto add = [](std::vector<float>& to, const std::vector<float>& from) {
            to.insert(to.end(), from.begin(), from.end());
        };
        add(all.probabilities, scores.probabilities);
        add(all.tumour, scores.tumour);
        add(all.strangeness, scores.strangeness);
    }
    return all;
}

void calibrate(ModelDirectory& model) {
    model.config.slidetype->int8 = calibrate_int8(model, drawn_and_noise(model.config.patch_size_px, 8));
}

class OnednnArchitecture : public ::testing::TestWithParam<std::string> {
  protected:
    testing::TemporaryFolder folder_;
};

TEST_P(OnednnArchitecture, AgreesWithLibtorch) {
    const auto model = whole_model(folder_ / "m", GetParam());
    const auto tiles = drawn_and_noise(model.config.patch_size_px, 5);
    expect_agreement(open_classifier(model, Backend::onednn)->classify(tiles, 9),
                     open_classifier(model, Backend::torch)->classify(tiles, 9), 1e-4, 1e-3);
}

TEST_P(OnednnArchitecture, AgreesWithLibtorchForEveryInput) {
    auto model = testing::write_random_model(folder_ / "m", GetParam(), 24);
    const auto tiles = drawn_and_noise(model.config.patch_size_px, 2);
    for (const auto& input : input_kind_names()) {
        SCOPED_TRACE(input);
        model.config.slidetype->input = find_input_kind(input);
        // The stains' directions come from quantiles, so a pixel may be rounded to another byte.
        const double tolerance = input == "macenko" ? 2e-3 : 1e-4;
        expect_agreement(open_classifier(model, Backend::onednn)->classify(tiles, 6),
                         open_classifier(model, Backend::torch)->classify(tiles, 6), tolerance, 0);
    }
}

TEST_P(OnednnArchitecture, GivesTheSameBitsHoweverTilesAreBatched) {
    auto model = whole_model(folder_ / "m", GetParam());
    calibrate(model);
    const auto tiles = drawn_and_noise(model.config.patch_size_px, 13);
    for (const auto backend : {Backend::onednn, Backend::onednn_int8}) {
        SCOPED_TRACE(to_string(backend));
        const auto classifier = open_classifier(model, backend);
        const auto expected = classifier->classify(tiles, 17);
        for (const std::size_t batch : {1U, 3U, 8U}) {
            expect_same_bits(in_batches_of(*classifier, tiles, 17, batch), expected);
        }
    }
}

TEST_P(OnednnArchitecture, GivesTheSameBitsFromManyThreads) {
    auto model = whole_model(folder_ / "m", GetParam());
    calibrate(model);
    const auto tiles = drawn_and_noise(model.config.patch_size_px, 5);
    for (const auto backend : {Backend::onednn, Backend::onednn_int8}) {
        SCOPED_TRACE(to_string(backend));
        const auto classifier = open_classifier(model, backend);
        const auto expected = open_classifier(model, backend)->classify(tiles, 9);
        for (const std::size_t count : {1U, 2U, 7U}) {
            std::vector<TileScores> seen(count);
            {
                std::vector<std::jthread> threads;
                threads.reserve(count);
                for (auto& each : seen) threads.emplace_back([&] { each = classifier->classify(tiles, 9); });
            }
            for (const auto& each : seen) expect_same_bits(each, expected);
        }
    }
}

TEST_P(OnednnArchitecture, RunsNoReferenceCode) {
    auto model = testing::write_random_model(folder_ / "m", GetParam(), 25);
    calibrate(model);
    for (const bool int8 : {false, true}) {
        const auto implementations = onednn_implementations(model, int8);
        EXPECT_GT(implementations.size(), 6U);
        for (const auto& each : implementations) {
            std::cout << (int8 ? "int8  " : "f32   ") << each << "\n";
            EXPECT_THAT(each, ::testing::Not(::testing::HasSubstr("ref")));
            EXPECT_THAT(each, ::testing::Not(::testing::HasSubstr("simple")));
        }
    }
}

TEST_P(OnednnArchitecture, UsesWinogradsFilteringForFloats) {
    const auto implementations =
        onednn_implementations(testing::write_random_model(folder_ / "m", GetParam(), 25), false);
    // oneDNN 2 has its own, for AVX-512 alone; beside 3 ours is taken, with whatever vectors there are.
    if (kHasWinograd && implementations.front().find("avx512_core") == std::string::npos)
        GTEST_SKIP() << "oneDNN " << onednn_version() << " has it for AVX-512 alone: " << implementations.front();
    for (const auto& each : implementations) {
        if (!each.starts_with("conv") || each.starts_with("conv1") || each.find("input") != std::string::npos) continue;
        EXPECT_THAT(each, ::testing::HasSubstr("wino_4x3"));
    }
}

TEST_P(OnednnArchitecture, StaysCloseToTheFloatsWithIntegers) {
    auto model = whole_model(folder_ / "m", GetParam());
    calibrate(model);
    const auto tiles = drawn_and_noise(model.config.patch_size_px, 5);
    expect_agreement(open_classifier(model, Backend::onednn_int8)->classify(tiles, 9),
                     open_classifier(model, Backend::onednn)->classify(tiles, 9), 0.05, 0.1);
}

/// Before VNNI two products were added in 16 bits, and neighbouring weights of one sign would be the first to overflow.
TEST_P(OnednnArchitecture, HoldsLargeSumsOfProcessorsWithoutVnni) {
    if (dnnl::set_max_cpu_isa(dnnl::cpu_isa::avx2) != dnnl::status::success) {
        GTEST_SKIP() << "oneDNN was used in this process before";
    }
    auto model = testing::write_random_model(folder_ / "m", GetParam(), 28);
    for (auto& [name, tensor] : model.weights) {
        if (!name.ends_with(".weight")) continue;
        const auto each = static_cast<float>(tensor.values.size()) / static_cast<float>(tensor.shape.front());
        std::ranges::fill(tensor.values, 1 / each);  // all channels alike, so that the largest bytes meet
    }
    calibrate(model);
    const auto& architecture = find_architecture(GetParam());
    const auto weights = equalise_channels(fold_batch_norm(model.weights, architecture), architecture);
    const OnednnNetwork floats(architecture, input_of(model.config), weights, nullptr);
    const OnednnNetwork integers(architecture, input_of(model.config), weights, &*model.config.slidetype->int8);
    const auto tiles = drawn_and_noise(model.config.patch_size_px, 4);
    const auto one = floats.make_workspace(), other = integers.make_workspace();
    const auto expected = floats.features(tiles, *one), seen = integers.features(tiles, *other);
    ASSERT_GT(std::ranges::max(expected), 0);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        ASSERT_NEAR(seen[i], expected[i], 0.02 * std::ranges::max(expected)) << i;
    }
}

INSTANTIATE_TEST_SUITE_P(Onednn, OnednnArchitecture, ::testing::Values("seed", "compact"));

TEST(OnednnClassifier, AgreesWithLibtorchOnTheShippedModel) {
    const auto model = shipped_model();
    const auto tiles = drawn_and_noise(model.config.patch_size_px, 13);
    expect_agreement(open_classifier(model, Backend::onednn)->classify(tiles, 17),
                     open_classifier(model, Backend::torch)->classify(tiles, 17), 1e-4, 1e-3);
}

TEST(OnednnClassifier, SaysWhatItIs) {
    auto model = shipped_model();
    EXPECT_THAT(open_classifier(model)->description(), ::testing::MatchesRegex("oneDNN .*32-bit floats"));
    EXPECT_THAT(open_classifier(model, Backend::torch)->description(), ::testing::StartsWith("libtorch"));
    calibrate(model);
    EXPECT_THAT(open_classifier(model, Backend::onednn_int8)->description(),
                ::testing::MatchesRegex("oneDNN .*8-bit integers"));
}

TEST(OnednnClassifier, RefusesIntegersWhereTheModelWasNotCalibrated) {
    const testing::TemporaryFolder folder;
    const auto model = testing::write_random_model(folder / "m", "compact", 26);
    try {
        open_classifier(model, Backend::onednn_int8);
        FAIL() << "opened";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::usage);
        EXPECT_THAT(error.hint(), ::testing::HasSubstr("models calibrate"));
    }
}

TEST(OnednnClassifier, RefusesBatchesOfTheWrongSize) {
    const auto classifier = open_classifier(shipped_model(), Backend::onednn);
    EXPECT_THROW(classifier->classify(testing::noise_tiles(1, 100, 1), 1), Error);
}

TEST(OnednnClassifier, ScoresNoTilesToNothing) {
    EXPECT_TRUE(open_classifier(shipped_model(), Backend::onednn)->classify({}, 0).probabilities.empty());
}

TEST(OnednnClassifier, NamesEveryBackend) {
    for (const auto& name : backend_names()) EXPECT_EQ(to_string(find_backend(name)), name);
    EXPECT_THROW(find_backend("abacus"), Error);
}

TEST(PreparedTile, HoldsTheSameValuesInBytes) {
    constexpr int kEdge = 20, kMargin = 3, kOuter = kEdge + 2 * kMargin;
    const auto tile = testing::noise_tiles(1, kEdge, 29);
    for (const auto& name : input_kind_names()) {
        SCOPED_TRACE(name);
        const auto kind = find_input_kind(name);
        std::vector<float> floats(3 * kEdge * kEdge);
        prepare_tile(tile, kEdge, kind, {1, 3 * kEdge, 3}, floats.data());
        for (const ByteCode code : {ByteCode{0.02F, 90}, ByteCode{1.0F / 255, 0}}) {  // the second is exact for bytes
            std::vector<std::uint8_t> bytes(3 * kOuter * kOuter, 17);
            prepare_tile(tile, kEdge, kind, code, kMargin, bytes.data());
            for (int y = 0; y < kOuter; ++y) {
                for (int i = 0; i < 3 * kOuter; ++i) {
                    const int row = y - kMargin, at = i - 3 * kMargin;
                    const bool inside = row >= 0 && row < kEdge && at >= 0 && at < 3 * kEdge;
                    const float value = inside ? floats[static_cast<std::size_t>(row * 3 * kEdge + at)] : 0;
                    const float expected = std::nearbyint(value / code.step) + static_cast<float>(code.zero);
                    ASSERT_EQ(bytes[static_cast<std::size_t>(y * 3 * kOuter + i)], std::clamp(expected, 0.0F, 255.0F));
                }
            }
        }
    }
}

TEST(Equalisation, LeavesTheFeaturesAsTheyAre) {
    const auto model = shipped_model();
    const auto& architecture = find_architecture(model.config.architecture);
    const auto folded = fold_batch_norm(model.weights, architecture);
    const auto equalised = equalise_channels(folded, architecture);
    EXPECT_NE(equalised.at("conv2.weight"), folded.at("conv2.weight"));
    const auto tiles = drawn_and_noise(model.config.patch_size_px, 4);
    const OnednnNetwork before(architecture, input_of(model.config), folded, nullptr);
    const OnednnNetwork after(architecture, input_of(model.config), equalised, nullptr);
    const auto workspace = before.make_workspace(), other = after.make_workspace();
    const auto expected = before.features(tiles, *workspace), seen = after.features(tiles, *other);
    ASSERT_EQ(seen.size(), 8 * feature_count(architecture));
    for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_NEAR(seen[i], expected[i], 1e-4);
}

TEST(Int8Calibration, NeedsAFewTiles) {
    EXPECT_THROW(calibrate_int8(shipped_model(), testing::noise_tiles(7, 112, 1)), Error);
}

TEST(Int8Calibration, NamesEveryLayerThatCanBeComputedWithIntegers) {
    const testing::TemporaryFolder folder;
    for (const auto& architecture : architecture_names()) {
        auto model = testing::write_random_model(folder / architecture, architecture, 27);
        calibrate(model);
        auto layers = weighted_layers(find_architecture(architecture));
        layers.pop_back();
        std::vector<std::string> seen;
        for (const auto& [layer, step] : model.config.slidetype->int8->steps) seen.push_back(layer);
        EXPECT_EQ(seen, layers);
    }
}

}  // namespace
}  // namespace slidetype

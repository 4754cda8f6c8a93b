#include "model/backends/backend_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/backends/encoders.h"
#include "model/backends/self_test.h"
#include "model/backends/self_test_tiles.h"
#include "model/onednn/int8_calibration.h"
#include "tests/model/heads_model.h"
#include "tests/model/onednn/garbled_onednn.h"
#include "tests/model/tile_pictures.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

fs::path shipped(const std::string& name) {
    return fs::path(SLIDETYPE_SOURCE_DIR) / "model/pretrained" / name;
}

std::vector<std::string> names_of(const std::vector<BackendCheck>& checks) {
    std::vector<std::string> names;
    names.reserve(checks.size());
    for (const auto& check : checks) names.push_back(check.backend);
    return names;
}

const BackendCheck& of_backend(const std::vector<BackendCheck>& checks, Backend backend) {
    return *std::ranges::find(checks, to_string(backend), &BackendCheck::backend);
}

class EveryBackend : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryBackend, IsRightOnTheShippedModels) {
    const auto check = verify_model(shipped(GetParam()));
    EXPECT_THAT(names_of(check.backends), ::testing::IsSupersetOf({"onednn", "torch", "onednn-int8"}));
    for (const auto& each : check.backends) {
        std::cout << each.backend << " " << each.difference << " from the " << each.against << "\n";
        EXPECT_EQ(each.result, CheckResult::good) << each.backend << " " << each.problem;
        // Far from the limit: what is a little worse on another processor is still right.
        EXPECT_LT(each.difference, each.tolerance / 3) << each.backend;
    }
    EXPECT_EQ(of_backend(check.backends, Backend::onednn).against, "stored scores");
    EXPECT_EQ(of_backend(check.backends, Backend::onednn_int8).against, "features of onednn");
}

TEST_P(EveryBackend, ShowsIntegersWhoseWeightsAreGarbled) {
    const testing::GarbledWeights garbled;
    const auto check = verify_model(shipped(GetParam()));
    EXPECT_TRUE(check.problems.empty()) << "the files are as they were";
    EXPECT_FALSE(check.good());
    EXPECT_EQ(of_backend(check.backends, Backend::onednn).result, CheckResult::good);
    const auto& integers = of_backend(check.backends, Backend::onednn_int8);
    EXPECT_EQ(integers.result, CheckResult::bad);
    EXPECT_THAT(integers.problem, HasSubstr("differs from the features of onednn"));
    EXPECT_THAT(integers.advice, HasSubstr("--backend onednn"));
    std::cout << integers.difference << "\n";
    EXPECT_GT(integers.difference, 2 * integers.tolerance);
}

TEST_P(EveryBackend, IsTriedWhenARunStarts) {
    const auto model = read_model_directory(shipped(GetParam()));
    for (const auto backend : {Backend::automatic, Backend::onednn, Backend::torch, Backend::onednn_int8}) {
        EXPECT_NO_THROW(require_right_backend(model, backend, open_model(model, backend))) << to_string(backend);
    }
    const testing::GarbledWeights garbled;
    EXPECT_NO_THROW(require_right_backend(model, Backend::onednn, open_model(model, Backend::onednn)));
    try {
        require_right_backend(model, Backend::onednn_int8, open_model(model, Backend::onednn_int8));
        FAIL() << "went on";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::bad_model);
        EXPECT_THAT(error.what(), HasSubstr("the backend onednn-int8 computes other scores"));
        EXPECT_THAT(error.hint(), HasSubstr("--backend onednn"));
    }
    EXPECT_THROW(open_encoder(model.path.string(), Backend::onednn_int8), Error) << "features would be wrong, too";
    EXPECT_NO_THROW(open_encoder(model.path.string(), Backend::onednn));
}

/// Tiles of the kind that calibration wants.
std::vector<std::uint8_t> calibration_tiles() {
    auto tiles = self_test_tiles(112);
    const auto noise = testing::noise_tiles(8, 112, 24);
    tiles.insert(tiles.end(), noise.begin(), noise.end());
    return tiles;
}

TEST(BackendCheck, TriesTheEncoderOfHeads) {
    const testing::TemporaryFolder folder;
    testing::write_heads_model(folder / "heads");
    const auto encoder = folder / "heads" / kEncoderFolder;
    store_int8(encoder, calibrate_int8(read_model_directory(encoder), calibration_tiles()));
    attach_self_test(folder / "heads");
    const auto right = verify_model(folder / "heads");
    EXPECT_TRUE(right.good());
    EXPECT_THAT(names_of(right.backends), ::testing::IsSupersetOf({"onednn", "torch", "onednn-int8"}));
    const testing::GarbledWeights garbled;
    const auto wrong = verify_model(folder / "heads");
    EXPECT_EQ(of_backend(wrong.backends, Backend::onednn).result, CheckResult::good);
    EXPECT_EQ(of_backend(wrong.backends, Backend::onednn_int8).result, CheckResult::bad);
}

INSTANTIATE_TEST_SUITE_P(Shipped, EveryBackend, ::testing::Values("compact", "seed"));

TEST(ProductCheck, ShowsProductsThatAreWrong) {
    EXPECT_EQ(check_products(), "");
    const testing::GarbledProducts garbled;
    EXPECT_THAT(check_products(), HasSubstr("come out wrong"));
}

TEST(BackendCheck, LetsFilesPassThatWereChangedSinceTheScoresWereStored) {
    const testing::TemporaryFolder folder;
    testing::write_random_model(folder / "m", "compact", 21);
    attach_self_test(folder / "m");
    auto model = read_model_directory(folder / "m");
    model.config.slidetype->temperature = 40;
    EXPECT_THROW(require_right_backend(model, Backend::onednn, open_model(model, Backend::onednn)), Error)
        << "as if another temperature were applied than the files say";
    write_model_directory(folder / "m", model.config, model.weights, StorageType::f32, model.familiarity);
    EXPECT_NO_THROW(require_right_backend(model, Backend::onednn, open_model(model, Backend::onednn)));
}

TEST(BackendCheck, HoldsBackendsToOneAnotherWhereNoScoresAreStored) {
    const testing::TemporaryFolder folder;
    const auto model = testing::write_random_model(folder / "m", "compact", 22);
    const auto checks = check_backends(model, true);
    EXPECT_EQ(of_backend(checks, Backend::onednn).result, CheckResult::absent);
    EXPECT_EQ(of_backend(checks, Backend::torch).result, CheckResult::good);
    EXPECT_EQ(of_backend(checks, Backend::torch).against, "scores of onednn");
}

}  // namespace
}  // namespace slidetype

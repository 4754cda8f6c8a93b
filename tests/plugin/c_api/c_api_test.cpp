// The C API through the shared library alone: nothing of C++ is linked in beside it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <slidetype.h>

#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <vector>

#include "model/network/model_directory.h"
#include "tests/plugin/gated_model.h"
#include "tests/plugin/tissue_slide.h"
#include "tests/support.h"

namespace slidetype {
namespace {

using ::testing::HasSubstr;

class CApi : public ::testing::Test {
  protected:
    CApi() {
        testing::write_gated_model(folder / "model");
        testing::write_tissue_slide(folder / "slide.tiff", 1800, 1400);
        EXPECT_EQ(slidetype_model_open((folder / "model").c_str(), &model), SLIDETYPE_OK) << slidetype_last_error();
        slidetype_options_init(&options, sizeof options);
        options.threads = 2;
    }
    ~CApi() override {
        slidetype_result_free(result);
        slidetype_model_close(model);
    }
    slidetype_status analyse() { return slidetype_analyse(model, (folder / "slide.tiff").c_str(), &options, &result); }

    testing::TemporaryFolder folder;
    slidetype_model* model = nullptr;
    slidetype_result* result = nullptr;
    slidetype_options options{};
};

TEST_F(CApi, TellsByWhichThresholdsTheCallWasMadeAndTakesOthers) {
    options.min_area_mm2 = 1000;
    options.mixed_share = 0.3;
    ASSERT_EQ(analyse(), SLIDETYPE_OK) << slidetype_last_error();
    slidetype_thresholds used{};
    ASSERT_EQ(slidetype_result_thresholds(result, &used, sizeof used), SLIDETYPE_OK);
    EXPECT_EQ(used.min_area_mm2, 1000);
    EXPECT_EQ(used.mixed_share, 0.3);
    EXPECT_EQ(used.min_tumour_share, CallThresholds{}.min_tumour_share);
    slidetype_call call{};
    ASSERT_EQ(slidetype_result_call(result, &call, sizeof call), SLIDETYPE_OK);
    EXPECT_EQ(call.label, SLIDETYPE_CALL_INSUFFICIENT);
    EXPECT_LE(call.tumour_mm2, call.voting_mm2);
    EXPECT_EQ(call.vote_mean, call.prob_lusc) << "nothing is calibrated";
    EXPECT_GE(call.border_share, 0);

    options.mixed_share = 1.5;
    slidetype_result* none = nullptr;
    EXPECT_EQ(slidetype_analyse(model, (folder / "slide.tiff").c_str(), &options, &none), SLIDETYPE_USAGE);
    EXPECT_THAT(slidetype_last_error(), HasSubstr("mixed_share"));
}

TEST_F(CApi, ServesCallersOfAnOlderHeader) {
    // As it was before the thresholds were added.
    slidetype_options_init(&options, offsetof(slidetype_options, min_area_mm2));
    options.min_area_mm2 = 1e9;  // beyond what such a caller has
    ASSERT_EQ(analyse(), SLIDETYPE_OK) << slidetype_last_error();
    slidetype_call call{};
    call.coherent_luad_mm2 = -5;
    ASSERT_EQ(slidetype_result_call(result, &call, offsetof(slidetype_call, coherent_luad_mm2)), SLIDETYPE_OK);
    EXPECT_GT(call.tissue_mm2, 0);
    EXPECT_EQ(call.coherent_luad_mm2, -5);
    slidetype_thresholds used{};
    ASSERT_EQ(slidetype_result_thresholds(result, &used, sizeof used), SLIDETYPE_OK);
    EXPECT_EQ(used.min_area_mm2, CallThresholds{}.min_area_mm2);
}

TEST_F(CApi, TellsTheCallAndEveryTile) {
    EXPECT_EQ(slidetype_api_version(), SLIDETYPE_API_VERSION);
    ASSERT_EQ(slidetype_model_class_count(model), 2U);
    EXPECT_STREQ(slidetype_model_class_name(model, 1), "LUSC");
    EXPECT_EQ(slidetype_model_class_name(model, 2), nullptr);
    ASSERT_EQ(analyse(), SLIDETYPE_OK) << slidetype_last_error();

    slidetype_call call;
    ASSERT_EQ(slidetype_result_call(result, &call, sizeof call), SLIDETYPE_OK);
    EXPECT_GT(call.tissue_mm2, 0.1);
    EXPECT_NE(std::string(slidetype_result_reason(result)), "");

    EXPECT_NEAR(slidetype_result_class_area(result, 0) + slidetype_result_class_area(result, 1), call.voting_mm2, 1e-9);
    EXPECT_TRUE(std::isnan(slidetype_result_class_area(result, 2)));
    EXPECT_NEAR(call.voting_mm2 + call.benign_mm2 + call.unfamiliar_mm2, call.scored_mm2, 1e-9);

    const auto tiles = slidetype_result_tile_count(result);
    EXPECT_EQ(tiles, 48U);
    const float* probabilities = slidetype_result_probabilities(result);
    std::size_t voting = 0;
    double sum = 0;
    for (std::size_t t = 0; t < tiles; ++t) {
        slidetype_tile tile;
        ASSERT_EQ(slidetype_result_tile(result, t, &tile, sizeof tile), SLIDETYPE_OK);
        EXPECT_EQ(tile.column, static_cast<int>(t % 8));
        const bool scored = tile.status != SLIDETYPE_TILE_BACKGROUND;
        EXPECT_EQ(std::isnan(probabilities[2 * t]), !scored);
        EXPECT_EQ(std::isnan(tile.prob_tumour), !scored);
        if (tile.status != SLIDETYPE_TILE_OK) continue;
        ++voting;
        sum += static_cast<double>(probabilities[2 * t + 1]);
        EXPECT_NEAR(probabilities[2 * t] + probabilities[2 * t + 1], 1, 1e-5);
    }
    ASSERT_GT(voting, 10U);
    EXPECT_NEAR(call.prob_lusc, sum / static_cast<double>(voting), 1e-6);

    double x_um_px = 0, y_um_px = 0;
    slidetype_result_spacing(result, &x_um_px, &y_um_px);
    EXPECT_NEAR(x_um_px, 0.5, 1e-3);
    std::int64_t x = 7;
    slidetype_result_offset(result, &x, nullptr);
    EXPECT_EQ(x, 0);
}

TEST_F(CApi, WritesTheFilesOfARun) {
    ASSERT_EQ(analyse(), SLIDETYPE_OK);
    ASSERT_EQ(slidetype_result_export(result, (folder / "out/deep").c_str()), SLIDETYPE_OK) << slidetype_last_error();
    for (const char* name : {"summary.json", "tiles.csv", "overlay.geojson", "tiles.geojson.gz", "overlay.png"}) {
        EXPECT_TRUE(std::filesystem::exists(folder / "out/deep" / name)) << name;
    }
    EXPECT_EQ(slidetype_result_export(result, (folder / "model/config.json").c_str()), SLIDETYPE_IO);
    EXPECT_THAT(slidetype_last_error(), HasSubstr("config.json"));
}

TEST_F(CApi, ReportsProgressInOrderAndStopsWhenAsked) {
    std::vector<std::uint64_t> seen;
    options.user = &seen;
    options.progress = [](void* user, slidetype_stage stage, std::uint64_t done, std::uint64_t total) {
        if (stage == SLIDETYPE_STAGE_SCORE) static_cast<std::vector<std::uint64_t>*>(user)->push_back(done);
        EXPECT_LE(done, total);
    };
    ASSERT_EQ(analyse(), SLIDETYPE_OK);
    EXPECT_GT(seen.size(), 1U);
    EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));

    slidetype_result_free(result);
    std::atomic<int> asked = 0;
    options.progress = nullptr;
    options.user = &asked;
    options.cancelled = [](void* user) { return ++*static_cast<std::atomic<int>*>(user) > 3 ? 1 : 0; };
    EXPECT_EQ(analyse(), SLIDETYPE_CANCELLED);
    EXPECT_EQ(result, nullptr);
}

TEST_F(CApi, SaysWhatIsWrongAndNeverThrows) {
    slidetype_model* none = nullptr;
    EXPECT_EQ(slidetype_model_open("/nowhere", &none), SLIDETYPE_NOT_FOUND);
    EXPECT_EQ(none, nullptr);
    EXPECT_THAT(slidetype_last_error(), HasSubstr("/nowhere"));
    EXPECT_EQ(slidetype_model_open("compact", nullptr), SLIDETYPE_USAGE);
    EXPECT_EQ(slidetype_analyse(model, nullptr, nullptr, &result), SLIDETYPE_USAGE);
    EXPECT_EQ(slidetype_analyse(nullptr, "x", nullptr, &result), SLIDETYPE_USAGE);
    EXPECT_EQ(slidetype_analyse(model, (folder / "absent.svs").c_str(), nullptr, &result), SLIDETYPE_NOT_FOUND);
    EXPECT_EQ(result, nullptr);
    EXPECT_STREQ(slidetype_status_name(SLIDETYPE_NOT_FOUND), "not_found");
    options.min_tissue = 2;
    EXPECT_EQ(analyse(), SLIDETYPE_USAGE);
    EXPECT_THAT(slidetype_last_error(), HasSubstr("min_tissue"));
    slidetype_options empty{};
    EXPECT_EQ(slidetype_analyse(model, (folder / "slide.tiff").c_str(), &empty, &result), SLIDETYPE_USAGE);
    EXPECT_THAT(slidetype_last_error(), HasSubstr("slidetype_options_init"));
    ASSERT_EQ(slidetype_analyse(model, (folder / "slide.tiff").c_str(), nullptr, &result), SLIDETYPE_OK);
    slidetype_tile tile;
    EXPECT_EQ(slidetype_result_tile(result, 48, &tile, sizeof tile), SLIDETYPE_USAGE);
    EXPECT_EQ(slidetype_result_call(result, nullptr, 8), SLIDETYPE_USAGE);
    slidetype_model_close(nullptr);
    slidetype_result_free(nullptr);
}

TEST_F(CApi, FillsNoMoreThanAnOlderCallerHasRoomFor) {
    ASSERT_EQ(analyse(), SLIDETYPE_OK);
    slidetype_call call;
    call.tissue_mm2 = -5;
    ASSERT_EQ(slidetype_result_call(result, &call, offsetof(slidetype_call, tissue_mm2)), SLIDETYPE_OK);
    EXPECT_EQ(call.tissue_mm2, -5);
    EXPECT_GT(call.scored_mm2, 0);
}

}  // namespace
}  // namespace slidetype

// Pictures through the C API, in memory and in files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <slidetype.h>

#include <cmath>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "base/atomic_file.h"
#include "base/pictures/image_file.h"
#include "model/backends/backend.h"
#include "model/network/model_directory.h"
#include "tests/model/tile_pictures.h"
#include "tests/plugin/gated_model.h"
#include "tests/support.h"

namespace slidetype {
namespace {

using ::testing::HasSubstr;

class PictureCApi : public ::testing::Test {
  protected:
    PictureCApi() {
        testing::write_gated_model(folder / "model");
        EXPECT_EQ(slidetype_model_open((folder / "model").c_str(), &model), SLIDETYPE_OK) << slidetype_last_error();
        slidetype_picture_options_init(&options, sizeof options);
        const auto png = encode_png(picture);
        write_file(folder / "field.png", std::string(png.begin(), png.end()));
    }
    ~PictureCApi() override {
        slidetype_picture_result_free(result);
        slidetype_model_close(model);
    }
    slidetype_status score_memory(const RgbImage& image) {
        slidetype_picture_result_free(result);
        return slidetype_score_rgb(model, image.pixels.data(), image.width, image.height,
                                   3 * static_cast<std::size_t>(image.width), &options, &result);
    }
    slidetype_status score_file(const std::string& name) {
        slidetype_picture_result_free(result);
        return slidetype_score_picture(model, (folder / name).c_str(), &options, &result);
    }
    slidetype_picture_score score() const {
        slidetype_picture_score out{};
        EXPECT_EQ(slidetype_picture_result_score(result, &out, sizeof out), SLIDETYPE_OK);
        return out;
    }
    std::vector<double> probabilities() const {
        const double* values = slidetype_picture_result_probabilities(result);
        return {values, values + slidetype_model_class_count(model)};
    }

    testing::TemporaryFolder folder;
    RgbImage picture = testing::striped_picture(150, 1, 7);
    slidetype_model* model = nullptr;
    slidetype_picture_result* result = nullptr;
    slidetype_picture_options options{};
};

TEST_F(PictureCApi, GivesTheSameBitsFromMemoryAndFromAFileAsEvaluateComputes) {
    ASSERT_EQ(score_memory(picture), SLIDETYPE_OK) << slidetype_last_error();
    const auto from_memory = probabilities();
    const auto strangeness = score().strangeness;
    ASSERT_EQ(score_file("field.png"), SLIDETYPE_OK) << slidetype_last_error();
    EXPECT_EQ(probabilities(), from_memory);
    EXPECT_EQ(score().width, 150);
    EXPECT_EQ(score().is_cut, 0);
    EXPECT_EQ(score().tiles, 1U);
    EXPECT_EQ(score().scale, SLIDETYPE_SCALE_ASSUMED);
    EXPECT_STREQ(slidetype_scale_source_name(score().scale), "assumed");

    const auto directory = read_model_directory(folder / "model");
    const auto patch = directory.config.patch_size_px;
    const auto scores = open_classifier(directory)->classify(resize_image(picture, patch, patch).pixels, 1);
    for (std::size_t c = 0; c < from_memory.size(); ++c) {
        EXPECT_EQ(from_memory[c], static_cast<double>(scores.probabilities[c]));
    }
    ASSERT_FALSE(scores.strangeness.empty());
    EXPECT_EQ(strangeness, static_cast<double>(scores.strangeness.front()));
    EXPECT_EQ(score().prob_tumour, static_cast<double>(scores.tumour.front()));

    slidetype_picture_tile tile{};
    std::vector<float> of_tile(from_memory.size());
    ASSERT_EQ(slidetype_picture_result_tile(result, 0, &tile, sizeof tile, of_tile.data()), SLIDETYPE_OK);
    EXPECT_EQ(tile.width, 150);
    EXPECT_EQ(of_tile, scores.probabilities);
    EXPECT_EQ(slidetype_picture_result_tile(result, 1, &tile, sizeof tile, nullptr), SLIDETYPE_USAGE);
}

TEST_F(PictureCApi, TakesRowsThatAreFurtherApartThanTheyAreLong) {
    ASSERT_EQ(score_memory(picture), SLIDETYPE_OK) << slidetype_last_error();
    const auto packed = probabilities();
    const std::size_t stride = 3 * 150 + 62;
    // The last row has no padding behind it: nothing may be read there.
    std::vector<std::uint8_t> padded(stride * 149 + 3 * 150, 77);
    for (int y = 0; y < 150; ++y) {
        std::memcpy(padded.data() + static_cast<std::size_t>(y) * stride, picture.at(0, y), 3 * 150);
    }
    slidetype_picture_result_free(result);
    ASSERT_EQ(slidetype_score_rgb(model, padded.data(), 150, 150, stride, nullptr, &result), SLIDETYPE_OK);
    EXPECT_EQ(probabilities(), packed);
}

TEST_F(PictureCApi, CutsALargePictureAndTellsOfEachTile) {
    const auto large = testing::striped_picture(600, 0, 3);
    options.spacing_um_px = 1;
    options.min_tissue = 0;
    options.use_gate = options.use_guard = 0;
    ASSERT_EQ(score_memory(large), SLIDETYPE_OK) << slidetype_last_error();
    const auto whole = score();
    EXPECT_EQ(whole.is_cut, 1);
    EXPECT_EQ(whole.scale, SLIDETYPE_SCALE_SPACING);
    EXPECT_EQ(whole.spacing_um_px, 1);
    ASSERT_GT(whole.tiles, 4U);
    std::vector<double> sum(2);
    std::size_t voting = 0;
    for (std::size_t t = 0; t < whole.tiles; ++t) {
        slidetype_picture_tile tile{};
        float values[2] = {};
        ASSERT_EQ(slidetype_picture_result_tile(result, t, &tile, sizeof tile, values), SLIDETYPE_OK);
        EXPECT_LE(tile.x + tile.width, 600);
        EXPECT_EQ(std::isnan(values[0]), tile.status == SLIDETYPE_TILE_BACKGROUND);
        if (tile.status != SLIDETYPE_TILE_OK) continue;
        ++voting;
        for (std::size_t c = 0; c < 2; ++c) sum[c] += static_cast<double>(values[c]);
    }
    EXPECT_EQ(voting, whole.voting_tiles);
    ASSERT_GT(voting, 0U);
    EXPECT_NEAR(probabilities()[1], sum[1] / static_cast<double>(voting), 1e-6);
}

TEST_F(PictureCApi, HasThePictureVoteWhereGateAndGuardAreOff) {
    options.use_gate = options.use_guard = 0;
    ASSERT_EQ(score_memory(picture), SLIDETYPE_OK) << slidetype_last_error();
    const auto p = probabilities();
    EXPECT_EQ(score().status, SLIDETYPE_TILE_OK);
    EXPECT_EQ(score().voted_class, p[1] > p[0] ? 1 : 0);
    EXPECT_STREQ(slidetype_picture_result_reason(result), "");
}

TEST_F(PictureCApi, SaysWhatIsWrongAndLeavesNoResult) {
    const auto* bytes = picture.pixels.data();
    EXPECT_EQ(slidetype_score_rgb(nullptr, bytes, 150, 150, 450, nullptr, &result), SLIDETYPE_USAGE);
    EXPECT_EQ(slidetype_score_rgb(model, nullptr, 150, 150, 450, nullptr, &result), SLIDETYPE_USAGE);
    EXPECT_EQ(slidetype_score_rgb(model, bytes, 0, 150, 450, nullptr, &result), SLIDETYPE_USAGE);
    EXPECT_EQ(slidetype_score_rgb(model, bytes, 150, -1, 450, nullptr, &result), SLIDETYPE_USAGE);
    EXPECT_EQ(slidetype_score_rgb(model, bytes, 150, 150, 449, nullptr, &result), SLIDETYPE_USAGE);
    EXPECT_THAT(slidetype_last_error(), HasSubstr("stride"));
    EXPECT_EQ(slidetype_score_rgb(model, bytes, 150, 150, 450, nullptr, nullptr), SLIDETYPE_USAGE);
    EXPECT_EQ(score_memory(testing::striped_picture(16, 0, 1)), SLIDETYPE_BAD_DATA);
    EXPECT_THAT(slidetype_last_error(), HasSubstr("too small"));
    EXPECT_EQ(result, nullptr);
    EXPECT_EQ(score_file("absent.png"), SLIDETYPE_NOT_FOUND);
    EXPECT_THAT(slidetype_last_error(), HasSubstr("absent.png"));
    write_file(folder / "cut.png", read_file(folder / "field.png").substr(0, 300));
    EXPECT_EQ(score_file("cut.png"), SLIDETYPE_BAD_DATA);
    EXPECT_THAT(slidetype_last_error(), HasSubstr("cut.png"));
    const auto small = encode_png(testing::striped_picture(16, 0, 1));
    write_file(folder / "small.png", std::string(small.begin(), small.end()));
    EXPECT_EQ(score_file("small.png"), SLIDETYPE_BAD_DATA);
    EXPECT_THAT(slidetype_last_error(), HasSubstr("small.png: is too small"));
    options.field_um = -1;
    EXPECT_EQ(score_memory(picture), SLIDETYPE_USAGE);
    EXPECT_THAT(slidetype_last_error(), HasSubstr("field_um"));
    options = {};
    EXPECT_EQ(score_memory(picture), SLIDETYPE_USAGE);
    EXPECT_THAT(slidetype_last_error(), HasSubstr("slidetype_picture_options_init"));
    EXPECT_EQ(slidetype_picture_result_score(nullptr, nullptr, 8), SLIDETYPE_USAGE);
    EXPECT_STREQ(slidetype_scale_source_name(SLIDETYPE_SCALE_FILE), "file");
    slidetype_picture_result_free(nullptr);
}

TEST_F(PictureCApi, ServesCallersOfAnOlderHeader) {
    slidetype_picture_options_init(&options, offsetof(slidetype_picture_options, use_gate));
    options.use_gate = 0;  // beyond what such a caller has
    ASSERT_EQ(score_memory(picture), SLIDETYPE_OK) << slidetype_last_error();
    slidetype_picture_score some{};
    some.width = -5;
    ASSERT_EQ(slidetype_picture_result_score(result, &some, offsetof(slidetype_picture_score, width)), SLIDETYPE_OK);
    EXPECT_EQ(some.width, -5);
}

TEST_F(PictureCApi, ScoresOnAnyNumberOfThreadsWithOneModel) {
    ASSERT_EQ(score_file("field.png"), SLIDETYPE_OK);
    const auto alone = probabilities();
    std::vector<std::vector<double>> of_threads(4);
    std::vector<std::thread> threads;
    threads.reserve(of_threads.size());
    for (auto& mine : of_threads) {
        threads.emplace_back([&] {
            for (int i = 0; i < 3; ++i) {
                slidetype_picture_result* own = nullptr;
                if (slidetype_score_picture(model, (folder / "field.png").c_str(), nullptr, &own) != SLIDETYPE_OK)
                    return;
                const double* values = slidetype_picture_result_probabilities(own);
                mine.assign(values, values + 2);
                slidetype_picture_result_free(own);
            }
        });
    }
    for (auto& thread : threads) thread.join();
    for (const auto& mine : of_threads) EXPECT_EQ(mine, alone);
}

}  // namespace
}  // namespace slidetype

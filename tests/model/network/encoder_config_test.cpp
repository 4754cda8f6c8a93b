#include "model/network/encoder_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace slidetype {
namespace {

using ::testing::HasSubstr;

/// With `more` before the closing brace.
std::string json_of(const std::string& more) {
    return R"({"name": "uni", "patch_size_pixels": 224, "spacing_um_px": 0.5, "dimension": 1024)" + more + "}";
}

std::string refusal_of(const std::string& json) {
    try {
        (void)parse_encoder_config(json, "encoder.json");
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::bad_model);
        return error.what();
    }
    return "accepted";
}

TEST(EncoderConfig, TakesPlainKeysInTheOrderInWhichTheyAreDone) {
    const auto config = parse_encoder_config(
        json_of(R"(, "resize": 256, "mean": [0.1, 0.2, 0.3], "std": [0.4, 0.5, 0.6], "file": "uni.pt")"), "e");
    EXPECT_EQ(config.name, "uni");
    EXPECT_EQ(config.file, "uni.pt");
    EXPECT_EQ(config.patch_size_px, 224);
    EXPECT_EQ(config.spacing_um_px, 0.5);
    EXPECT_EQ(config.dimension, 1024U);
    ASSERT_EQ(config.transform.size(), 3U);
    EXPECT_EQ(config.transform[0].kind, Transform::Kind::resize);
    EXPECT_EQ(config.transform[0].size, 256);
    EXPECT_EQ(config.transform[1].kind, Transform::Kind::to_tensor);
    EXPECT_EQ(config.transform[2].kind, Transform::Kind::normalize);
    EXPECT_EQ(config.transform[2].std, (std::vector<double>{0.4, 0.5, 0.6}));
    EXPECT_EQ(parse_encoder_config(json_of(""), "e").transform.size(), 1U);
}

TEST(EncoderConfig, TakesTheListOfAModel) {
    const auto config = parse_encoder_config(
        json_of(
            R"(, "transform": [{"name": "ToTensor"}, {"name": "Normalize", "arguments": {"mean": [0, 0, 0], "std": [1, 1, 1]}}])"),
        "e");
    ASSERT_EQ(config.transform.size(), 2U);
    EXPECT_EQ(config.transform[1].kind, Transform::Kind::normalize);
}

TEST(EncoderConfig, RefusesWhatCannotBe) {
    EXPECT_THAT(refusal_of("[]"), HasSubstr("no JSON object"));
    EXPECT_THAT(refusal_of("{"), HasSubstr("no valid JSON"));
    EXPECT_THAT(refusal_of(R"({"name": "uni"})"), HasSubstr("patch_size_pixels is missing"));
    EXPECT_THAT(refusal_of(json_of(R"(, "resize": 0)")), HasSubstr("resize is out of range"));
    EXPECT_THAT(refusal_of(json_of(R"(, "mean": [0, 0, 0])")), HasSubstr("std is missing"));
    EXPECT_THAT(refusal_of(json_of(R"(, "mean": [0, 0, 0], "std": [1, 0, 1])")), HasSubstr("not positive"));
    EXPECT_THAT(refusal_of(json_of(R"(, "resize": 224, "transform": [])")), HasSubstr("both given"));
    EXPECT_THAT(refusal_of(json_of(R"(, "file": "../uni.pt")")), HasSubstr("plain file name"));
    EXPECT_THAT(refusal_of(R"({"name": "a", "patch_size_pixels": 224, "spacing_um_px": 0.5, "dimension": 0})"),
                HasSubstr("dimension is out of range"));
    EXPECT_THAT(refusal_of(R"({"name": "a", "patch_size_pixels": 224, "spacing_um_px": 500, "dimension": 8})"),
                HasSubstr("not plausible"));
    EXPECT_THAT(refusal_of(R"({"name": "", "patch_size_pixels": 224, "spacing_um_px": 0.5, "dimension": 8})"),
                HasSubstr("not a line of text"));
}

TEST(EncoderConfig, TellsEncodersApartByWhatTheyCompute) {
    const EncoderInfo one{"uni", "aa", 224, 0.5, 1024, "/a"};
    auto other = one;
    other.name = "another name", other.path = "/b";
    EXPECT_TRUE(is_same_encoder(one, other));
    other.sha256 = "bb";
    EXPECT_FALSE(is_same_encoder(one, other));
    other = one, other.spacing_um_px = 0.25;
    EXPECT_FALSE(is_same_encoder(one, other));
}

}  // namespace
}  // namespace slidetype

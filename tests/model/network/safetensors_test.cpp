#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "base/error.h"
#include "model/network/weights.h"

namespace slidetype {
namespace {

std::string file_of(const std::string& header, const std::string& data) {
    const std::uint64_t size = header.size();
    return std::string(reinterpret_cast<const char*>(&size), sizeof size) + header + data;
}

/// Expects a refusal whose message holds `part`.
void expect_refused(const std::string& bytes, const std::string& part) {
    try {
        parse_safetensors(bytes, "weights.safetensors");
        FAIL() << "accepted, expected: " << part;
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::bad_model);
        EXPECT_THAT(error.what(), ::testing::HasSubstr("weights.safetensors"));
        EXPECT_THAT(error.what(), ::testing::HasSubstr(part));
    }
}

std::string entry(const std::string& dtype, const std::string& shape, const std::string& offsets) {
    return R"({"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
}

const Weights kTwo = {{"a", {{2, 2}, {1, -2, 0.5F, 1024}}}, {"b", {{1}, {0.25F}}}};

TEST(Safetensors, ReadsWhatItWrites) {
    EXPECT_EQ(parse_safetensors(format_safetensors(kTwo, StorageType::f32), "x"), kTwo);
    EXPECT_EQ(parse_safetensors(format_safetensors(kTwo, StorageType::f16), "x"), kTwo);
}

TEST(Safetensors, AlignsTheDataAndGivesEqualBytesForEqualWeights) {
    const auto bytes = format_safetensors(kTwo, StorageType::f32);
    std::uint64_t header = 0;
    std::memcpy(&header, bytes.data(), 8);
    EXPECT_EQ(header % 8, 0U);
    EXPECT_EQ(bytes.size(), 8 + header + 5 * 4);
    EXPECT_EQ(bytes, format_safetensors(Weights(kTwo), StorageType::f32));
}

TEST(Safetensors, ReadsBfloat16) {
    const auto weights = parse_safetensors(
        file_of("{\"a\":" + entry("BF16", "[2]", "[0,4]") + "}", std::string("\x80\x3f\x00\xc0", 4)), "x");
    EXPECT_EQ(weights.at("a").values, (std::vector<float>{1, -2}));
}

TEST(Safetensors, IgnoresMetadata) {
    const auto header = R"({"__metadata__":{"format":"pt"},"a":)" + entry("F32", "[1]", "[0,4]") + "}";
    EXPECT_EQ(parse_safetensors(file_of(header, std::string(4, '\0')), "x").size(), 1U);
}

TEST(Safetensors, RefusesEveryTruncation) {
    const auto bytes = format_safetensors(kTwo, StorageType::f32);
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        EXPECT_THROW(parse_safetensors(std::string_view(bytes).substr(0, length), "x"), Error) << length;
    }
}

TEST(Safetensors, RefusesHostileHeaders) {
    expect_refused(std::string(8, '\xff'), "header is larger");
    expect_refused(file_of("[1,2]", ""), "no JSON object");
    expect_refused(file_of("{\"a\":", ""), "header");
    expect_refused(file_of("{\"a\":" + std::string(100'000, '['), ""), "nested");
    expect_refused(file_of("{\"a\":1}", ""), "lacks");
    expect_refused(file_of("{\"a\":" + entry("F64", "[1]", "[0,8]") + "}", std::string(8, 'x')), "F64");
}

TEST(Safetensors, RefusesImpossibleSizes) {
    const auto refused = [](const std::string& shape, const std::string& offsets, const std::string& part) {
        expect_refused(file_of("{\"a\":" + entry("F32", shape, offsets) + "}", std::string(8, '\0')), part);
    };
    refused("[2]", "[0,12]", "outside");
    refused("[2]", "[4,0]", "outside");
    refused("[3]", "[0,8]", "disagree");
    refused("[-2]", "[0,8]", "shape");
    refused("[1.5]", "[0,8]", "shape");
    refused("[4294967296, 4294967296]", "[0,8]", "too large");
    refused("[1,1,1,1,1,1,1,1,2]", "[0,8]", "shape");
    refused("[2]", "[0]", "offsets");
    refused("[1]", "[0,4]", "no tensor");
}

TEST(Safetensors, RefusesOverlapsAndGaps) {
    const auto two = [](const std::string& first, const std::string& second) {
        return file_of("{\"a\":" + entry("F32", "[1]", first) + ",\"b\":" + entry("F32", "[1]", second) + "}",
                       std::string(12, '\0'));
    };
    expect_refused(two("[0,4]", "[2,6]"), "overlaps");
    expect_refused(two("[0,4]", "[0,4]"), "overlaps");
    expect_refused(two("[0,4]", "[8,12]"), "gap");
}

TEST(Safetensors, RefusesNumbersThatAreNotFinite) {
    expect_refused(file_of("{\"a\":" + entry("F32", "[1]", "[0,4]") + "}", std::string("\x00\x00\x80\x7f", 4)),
                   "finite");
    EXPECT_THROW(format_safetensors({{"a", {{1}, {1e6F}}}}, StorageType::f16), Error);
}

}  // namespace
}  // namespace slidetype

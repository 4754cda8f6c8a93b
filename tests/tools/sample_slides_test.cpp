// The committed sample slides are what the committed generator draws.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "tests/support.h"
#include "tests/tools/opened_slide.h"

namespace slidetype {
namespace {

using testing::OpenedSlide;
using testing::TemporaryFolder;

const std::filesystem::path kCommitted = std::filesystem::path(SLIDETYPE_SOURCE_DIR) / "sample_slides";
constexpr const char* kNames[] = {"acinar", "keratin", "mixed"};

double mean_difference(const RgbImage& a, const RgbImage& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i) sum += std::abs(a.pixels[i] - b.pixels[i]);
    return sum / static_cast<double>(a.pixels.size());
}

/// Byte for byte with the libraries that the slides were made with. Another libjpeg may round differently, and another
/// mathematics library may move an outline by a sixteenth of a pixel: then the pictures must be the same to the eye.
void expect_same_slide(const std::filesystem::path& a, const std::filesystem::path& b) {
    if (read_file(a) == read_file(b)) return;
    const OpenedSlide first(a), second(b);
    ASSERT_EQ(first.levels(), second.levels());
    ASSERT_EQ(first.size(0), second.size(0));
    EXPECT_LT(mean_difference(first.read(0), second.read(0)), 1.0) << a << " differs from what the generator draws";
}

TEST(SampleSlides, AreWhatTheGeneratorDraws) {
    const TemporaryFolder folder;
    const std::string command =
        std::string("'") + SLIDETYPE_PAINT_SLIDES + "' '" + folder.path().string() + "' > /dev/null";
    ASSERT_EQ(std::system(command.c_str()), 0);
    for (const std::string name : kNames) {
        expect_same_slide(kCommitted / (name + ".tiff"), folder / (name + ".tiff"));
        EXPECT_EQ(nlohmann::json::parse(read_file(kCommitted / (name + ".geojson"))),
                  nlohmann::json::parse(read_file(folder / (name + ".geojson"))));
    }
}

TEST(SampleSlides, OpenWithThreeLevelsAtHalfAMicrometre) {
    for (const std::string name : kNames) {
        const OpenedSlide slide(kCommitted / (name + ".tiff"));
        EXPECT_EQ(slide.levels(), 3);
        EXPECT_EQ(slide.property("tiff.ResolutionUnit"), "centimeter");
        EXPECT_DOUBLE_EQ(1e4 / std::stod(slide.property("tiff.XResolution")), 0.5);
    }
}

TEST(SampleSlides, StayBelowThreeMegabytesTogether) {
    std::uintmax_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(kCommitted)) bytes += entry.file_size();
    EXPECT_LT(bytes, 3'000'000U);
}

TEST(SampleSlides, HaveGroundTruthOfTheirClassesOnTissue) {
    const std::map<std::string, std::vector<std::string>> expected{
        {"acinar", {"LUAD"}}, {"keratin", {"LUSC"}}, {"mixed", {"LUAD", "LUSC"}}};
    for (const auto& [name, classes] : expected) {
        const OpenedSlide slide(kCommitted / (name + ".tiff"));
        const RgbImage small = slide.read(2);
        const auto truth = nlohmann::json::parse(read_file(kCommitted / (name + ".geojson")));
        std::vector<std::string> found;
        for (const auto& feature : truth["features"]) {
            found.push_back(feature["properties"]["classification"]["name"]);
            for (const auto& point : feature["geometry"]["coordinates"][0]) {
                const std::uint8_t* pixel = small.at(point[0].get<int>() / 16, point[1].get<int>() / 16);
                EXPECT_LT(pixel[1], 220) << name << ": the outline leaves the tissue at " << point;
            }
        }
        EXPECT_EQ(found, classes) << name;
    }
}

}  // namespace
}  // namespace slidetype

// Photographs in place of slides, as a user names them: what works, and each bad one with its own line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/pictures/image_file.h"
#include "tests/base/pictures/made_pictures.h"
#include "tests/cli/program.h"
#include "tests/plugin/tissue_slide.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::slidetype::testing::jpeg;
using ::slidetype::testing::png;
using ::slidetype::testing::ramp_grey;
using ::slidetype::testing::ramp_rgb;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::slidetype;

class RunPictures : public ::testing::Test {
  protected:
    RunPictures() { fs::create_directories(folder / "photos"); }
    std::string photo(const std::string& name, const std::string& content) const {
        write_file(folder / "photos" / name, content);
        return (folder / "photos" / name).string();
    }
    /// A section on glass, as a JPEG file.
    std::string section(const std::string& name) const {
        const auto file = encode_jpeg(testing::tissue_picture(900, 700), 95).value();
        return photo(name, {file.begin(), file.end()});
    }
    testing::Finished run(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "run");
        arguments.insert(arguments.end(), {"-o", out, "--no-guard", "--no-gate"});
        return slidetype(arguments);
    }
    json summary(const std::string& name) const {
        return json::parse(read_file(fs::path(out) / name / "summary.json"));
    }
    testing::TemporaryFolder folder;
    std::string out = (folder / "out").string(), photos = (folder / "photos").string();
};

TEST_F(RunPictures, APhotographIsScoredAsASlideOfOneLevel) {
    const auto named = section("section.jpg");
    const auto done = run({named, "--spacing", "0.5"});
    ASSERT_EQ(done.code, 0) << done.error;
    const auto result = summary("section");
    EXPECT_EQ(result["slide"]["vendor"], "picture");
    EXPECT_EQ(result["spacing_source"], "user");
    EXPECT_GT(result["tiles"]["ok"], 0);
    EXPECT_TRUE(fs::exists(fs::path(out) / "section" / "tiles.geojson.gz"));
    const auto info = slidetype({"info", named, "--spacing", "0.5"});
    EXPECT_EQ(info.code, 0) << info.error;
    EXPECT_THAT(info.out, AllOf(HasSubstr("picture"), HasSubstr("900 x 700"), HasSubstr("run would score")));
}

TEST_F(RunPictures, ResultsAreTheSameForAnyNumberOfThreadsAndLittleMemory) {
    const auto named = section("section.jpg");
    ASSERT_EQ(run({named, "--spacing", "0.5", "-t", "1"}).code, 0);
    const auto one = testing::contents_but_timings(fs::path(out) / "section");
    ASSERT_EQ(run({named, "--spacing", "0.5", "-t", "4", "--force"}).code, 0);
    EXPECT_EQ(testing::contents_but_timings(fs::path(out) / "section"), one);
    ASSERT_EQ(run({named, "--spacing", "0.5", "--memory", "500MB", "--force"}).code, 0);
    EXPECT_EQ(testing::contents_but_timings(fs::path(out) / "section"), one);
}

TEST_F(RunPictures, WithoutAPixelSizeItIsSaidHowToGiveOne) {
    const auto done = run({section("section.jpg")});
    EXPECT_EQ(done.code, 3);
    EXPECT_THAT(done.error, HasSubstr("--spacing: the width of what the picture shows in µm"));
}

TEST_F(RunPictures, BelowFoldersTheyAreLeftOutUnlessAskedForAndThatIsSaid) {
    testing::write_tissue_slide(folder / "photos" / "slide.tiff", 700, 600);
    section("section.jpg");
    const auto slides = run({photos});
    EXPECT_EQ(slides.code, 0) << slides.error;
    EXPECT_THAT(slides.error, HasSubstr("1 other file below the folders is no slide and is left out (1 picture: "
                                        "--pictures takes them for slides)"));
    EXPECT_FALSE(fs::exists(fs::path(out) / "section"));
    const auto both = run({photos, "--pictures", "--spacing", "0.5"});
    EXPECT_EQ(both.code, 0) << both.error;
    EXPECT_TRUE(fs::exists(fs::path(out) / "section" / "summary.json"));
}

TEST_F(RunPictures, EachBadOneHasItsOwnLineAndTheOthersGoOn) {
    struct Bad {
        std::string name, content, words;
    };
    testing::PngLook plain{.colour_type = 2};
    const auto whole = png(plain, ramp_rgb);
    const auto photo = jpeg({}, ramp_rgb);
    auto huge = whole;
    huge.replace(16, 8, testing::bytes({0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60}));
    auto untold = jpeg({.samples = 4}, [](int x, int y) { return std::vector<int>{x, y, 9, 200}; });
    untold.replace(untold.find("Adobe"), 5, "Adobo");
    const std::vector<Bad> bad = {{"cut.png", whole.substr(0, whole.size() / 2), "cut short"},
                                  {"cut.jpg", photo.substr(0, photo.size() - 20), "cut short"},
                                  {"empty.jpg", "", "is empty"},
                                  {"letter.jpg", "Dear colleague,", "no picture"},
                                  {"untold.jpg", untold, "CMYK"},
                                  {"grey.png", png({.colour_type = 0}, ramp_grey), "grey picture"},
                                  {"huge.png", huge, "60000 x 60000 pixels"},
                                  {"new\nline.jpg", photo.substr(0, photo.size() - 20), "cut short"}};
    std::vector<std::string> arguments = {section("section.jpg"), "--spacing", "0.5", "--log-json",
                                          (folder / "log").string()};
    for (const auto& each : bad) arguments.push_back(this->photo(each.name, each.content));
    const auto done = run(arguments);
    EXPECT_EQ(done.code, 2);
    EXPECT_TRUE(fs::exists(fs::path(out) / "section" / "summary.json"));
    const auto slides = json::parse(read_file(fs::path(out) / "run.json"))["slides"];
    for (const auto& each : bad) {
        SCOPED_TRACE(each.name);
        const auto found = std::ranges::find_if(
            slides, [&](const json& slide) { return slide["source"].get<std::string>().ends_with("/" + each.name); });
        ASSERT_NE(found, slides.end());
        EXPECT_EQ((*found)["state"], "failed");
        EXPECT_THAT((*found)["error"]["message"].get<std::string>(), HasSubstr(each.words));
        const auto info = slidetype({"info", photos + "/" + each.name, "--spacing", "0.5"});
        EXPECT_EQ(info.code, 1);
        EXPECT_THAT(info.error, HasSubstr(each.words));
        EXPECT_THAT(info.error, Not(HasSubstr("new\nline")));
    }
}

TEST_F(RunPictures, WhatIsOddButReadableIsScoredAndNoted) {
    const auto picture = testing::tissue_picture(700, 600);
    const auto pixel = [&](int x, int y) {
        const auto* at = picture.at(x, y);
        return std::vector<int>{at[0], at[1], at[2]};
    };
    const auto with_alpha = [&](int x, int y) {
        auto samples = pixel(x, y);
        samples.push_back(x < 50 ? 0 : 255);
        return samples;
    };
    const auto inks = [&](int x, int y) {
        auto samples = pixel(x, y);
        samples.push_back(255);
        return samples;
    };
    testing::PngLook moving{.width = 700, .height = 600, .colour_type = 2};
    moving.chunks = {{"acTL", testing::bytes({0, 0, 0, 5, 0, 0, 0, 0})}};
    const std::vector<std::array<std::string, 3>> odd = {
        {"deep.png", png({.width = 700, .height = 600, .colour_type = 2, .bits = 16}, pixel), "16 bits per sample"},
        {"clear.png", png({.width = 700, .height = 600}, with_alpha), "white glass"},
        {"moving.png", png(moving, pixel), "5 frames"},
        {"turned.jpg", jpeg({.width = 700, .height = 600, .exif = testing::exif(6)}, pixel), "turned upright"},
        {"inks.jpg", jpeg({.width = 700, .height = 600, .samples = 4}, inks), "CMYK"}};
    std::vector<std::string> arguments = {"--spacing", "0.5"};
    for (const auto& [name, content, words] : odd) arguments.push_back(photo(name, content));
    const auto done = run(arguments);
    ASSERT_EQ(done.code, 0) << done.error;
    for (const auto& [name, content, words] : odd) {
        SCOPED_TRACE(name);
        const auto result = summary(fs::path(name).stem().string());
        EXPECT_THAT(result["note"].get<std::string>(), HasSubstr(words));
        EXPECT_GT(result["tiles"]["ok"], 0);
    }
    EXPECT_EQ(summary("turned")["slide"]["width"], 600);
}

TEST_F(RunPictures, OnePixelHasNothingToScore) {
    testing::PngLook tiny{.width = 1, .height = 1, .colour_type = 2};
    const auto done = run({photo("tiny.png", png(tiny, ramp_rgb)), "--spacing", "0.5"});
    EXPECT_EQ(done.code, 0) << done.error;
    EXPECT_EQ(summary("tiny")["call"]["label"], "insufficient");
}

}  // namespace
}  // namespace slidetype

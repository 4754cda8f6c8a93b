#include "plugin/viewer/annotation_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/error.h"
#include "plugin/teaching/training_areas.h"
#include "tests/plugin/results/geojson_validator.h"
#include "tests/support.h"

namespace slidetype::viewer {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr const char* kDrawn = R"({"type":"FeatureCollection","features":[
 {"type":"Feature","id":"3d9d1c1e-6a55-5a3e-9a55-0a8a7f7a1b11",
  "geometry":{"type":"Polygon","coordinates":[[[1100,2100],[1100,2200],[1200.126,2200],[1100,2100]]]},
  "properties":{"objectType":"annotation","classification":{"name":"LUSC","color":[213,94,0]}}}]})";

class AnnotationFileTest : public ::testing::Test {
  protected:
    std::string stored() const { return read_file(file.file()); }
    testing::TemporaryFolder folder;
    AnnotationFile file{folder / "slide", {}, Rect{1000, 2000, 0, 0}};
};

TEST_F(AnnotationFileTest, WhatWasDrawnIsStoredWithoutTheOffsetAndGivenBackWithIt) {
    EXPECT_EQ(json::parse(file.read())["features"].size(), 0u);
    EXPECT_EQ(file.write(kDrawn), 1u);
    const auto saved = json::parse(stored());
    EXPECT_EQ(saved["features"][0]["geometry"]["coordinates"],
              json::parse("[[[100,100],[100,200],[200.13,200],[100,100]]]"));
    const auto read = json::parse(file.read());
    EXPECT_EQ(read["features"][0]["geometry"]["coordinates"][0][2], json::parse("[1200.13,2200]"));
    EXPECT_EQ(read["features"][0]["id"], "3d9d1c1e-6a55-5a3e-9a55-0a8a7f7a1b11");
    EXPECT_EQ(file.count(), 1u);
}

TEST_F(AnnotationFileTest, WhatIsStoredIsWhatQuPathAndTrainingRead) {
    file.write(kDrawn);
    EXPECT_THAT(testing::geojson_problems(stored()), ::testing::IsEmpty());
    const auto areas = read_training_areas(file.file(), 1000, 2000);
    ASSERT_EQ(areas.boxes.size(), 1u);
    EXPECT_EQ(areas.boxes[0].left, 1100);
}

TEST_F(AnnotationFileTest, WhatQuPathWouldStumbleOverIsMended) {
    file.write(R"({"type":"FeatureCollection","features":[
        {"type":"Feature","id":"not a uuid","geometry":{"type":"Polygon","coordinates":[[[0,0],[0,9],[9,9],[0,0]]]},
         "properties":{"name":null,"classification":{"name":"LUAD"}}},
        {"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,0],[0,5],[5,5],[0,0]]]},"properties":null},
        {"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,0],[0,6],[6,6],[0,0]]]},
         "properties":{"classification":null}}]})");
    // Its own objects have ids of version 5; what a person drew must not look like them.
    EXPECT_THAT(testing::geojson_problems(stored()), ::testing::Each(HasSubstr("id is no version-5 UUID")));
    const auto features = json::parse(stored())["features"];
    EXPECT_EQ(features[0]["properties"]["classification"]["color"].size(), 3u);
    EXPECT_EQ(features[1]["properties"]["objectType"], "annotation");
    EXPECT_NE(features[0]["id"], features[1]["id"]);
    EXPECT_EQ(features[0]["id"].get<std::string>()[14], '8');
}

TEST_F(AnnotationFileTest, NoClassIsTakenAwayBySavingInWhateverWayItIsWritten) {
    const auto saved = [&](const std::string& classification) {
        const auto beside = folder / "slide.geojson";
        write_file(beside, R"([{"type":"Feature","id":"3d9d1c1e-6a55-4a3e-9a55-0a8a7f7a1b11",
            "geometry":{"type":"Polygon","coordinates":[[[0,0],[0,9],[9,9],[0,0]]]},"properties":{"classification":)" +
                               classification + "}}]");
        std::filesystem::remove_all(folder / "slide");
        const AnnotationFile both(folder / "slide", beside, {});
        both.write(both.read());
        return json::parse(stored())["features"][0]["properties"].value("classification", json());
    };
    for (const auto* luad :
         {R"("LUAD")", R"({"name":"LUAD"})", R"(["LUAD"])", R"({"names":["LUAD"]})", R"("{\"name\": \"LUAD\"}")",
          R"("{'name': 'LUAD'}")", R"({"name":"LUAD","colorRGB":-3670016})"}) {
        const auto classification = saved(luad);
        EXPECT_EQ(classification["name"], "LUAD") << luad;
        EXPECT_EQ(classification["color"].size(), 3u) << luad << ": QuPath needs a colour";
    }
    for (const auto* unknown : {"7", R"({"label":"LUAD"})", "[1]"}) EXPECT_EQ(saved(unknown), json::parse(unknown));
}

TEST_F(AnnotationFileTest, ADetectionOfAnOldQuPathStaysOne) {
    const auto beside = folder / "slide.geojson";
    write_file(beside, R"([{"type":"Feature","id":"PathDetectionObject","geometry":{"type":"Point","coordinates":[1,2]},
                            "properties":{"measurements":[{"name":"Area","value":NaN}]}},
                           {"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},
                            "properties":{"object_type":"detection"}}])");
    const AnnotationFile both(folder / "slide", beside, {});
    both.write(both.read());
    const auto saved = json::parse(stored());
    for (const auto& feature : saved["features"]) {
        EXPECT_EQ(feature["properties"]["objectType"], "detection");
        EXPECT_FALSE(feature["properties"].contains("object_type"));
    }
    EXPECT_EQ(both.count(), 0u) << "of annotations";
}

TEST_F(AnnotationFileTest, WhatHasNoShapeStaysInAFormThatQuPathReads) {
    const auto beside = folder / "slide.geojson";
    write_file(beside, R"([{"type":"Feature","geometry":{},"properties":{"objectType":"root"}},
                           {"type":"Feature","geometry":{},"properties":{"name":"a"}},
                           {"type":"Feature","geometry":null,"properties":{"name":"b"}}])");
    const AnnotationFile both(folder / "slide", beside, {});
    EXPECT_EQ(both.write(both.read()), 2u) << "all but the object for the image itself";
    const auto saved = json::parse(stored());
    for (const auto& feature : saved["features"]) EXPECT_EQ(feature["geometry"], json::object());
}

TEST_F(AnnotationFileTest, PropertiesThatSlidetypeDoesNotKnowAreKept) {
    file.write(R"({"type":"FeatureCollection","features":[{"type":"Feature","id":"3d9d1c1e-6a55-5a3e-9a55-0a8a7f7a1b11",
        "geometry":{"type":"Polygon","coordinates":[[[0,0],[0,9],[9,9],[0,0]]]},
        "properties":{"objectType":"annotation","isLocked":true,"metadata":{"who":"me"},"measurements":{"area":3}}}]})");
    const auto properties = json::parse(stored())["features"][0]["properties"];
    EXPECT_EQ(properties["isLocked"], true);
    EXPECT_EQ(properties["metadata"]["who"], "me");
    EXPECT_EQ(properties["measurements"]["area"], 3);
}

TEST_F(AnnotationFileTest, RefusesWhatIsNoGeoJsonAndLeavesTheOldFile) {
    file.write(kDrawn);
    const auto before = stored();
    for (
        const auto* bad :
        {"", "{}", "[]", "{\"type\":\"FeatureCollection\"}", R"({"type":"FeatureCollection","features":[3]})",
         R"({"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Polygon"}}]})",
         R"({"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Polygon","coordinates":"x"}}]})",
         R"({"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[1]]]}}]})",
         R"({"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[["a","b"]]]}}]})",
         R"({"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[[[[[[[[1,2]]]]]]]]]]}}]})",
         "\xff\xfe"}) {
        EXPECT_THROW(file.write(bad), Error) << bad;
    }
    EXPECT_EQ(stored(), before);
}

TEST_F(AnnotationFileTest, TheTagChangesWithTheContent) {
    const auto empty = file.etag();
    file.write(kDrawn);
    const auto drawn = file.etag();
    EXPECT_NE(empty, drawn);
    EXPECT_EQ(drawn, file.etag());
    file.write(R"({"type":"FeatureCollection","features":[]})");
    EXPECT_NE(file.etag(), drawn);
}

TEST_F(AnnotationFileTest, AnnotationsBesideTheSlideAreShownUntilThereAreOwnOnesAndNeverWritten) {
    const auto beside = folder / "slide.geojson";
    // As QuPath exports: a bare array, a string for a class, coordinates that lack the offset.
    write_file(beside, R"([{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,0],[0,9],[9,9],[0,0]]]},
                            "properties":{"classification":"LUAD"}}])");
    const AnnotationFile both(folder / "slide", beside, Rect{1000, 2000, 0, 0});
    const auto shown = json::parse(both.read());
    EXPECT_EQ(shown["type"], "FeatureCollection");
    EXPECT_EQ(shown["features"][0]["geometry"]["coordinates"][0][1], json::parse("[1000,2009]"));
    const auto before = read_file(beside);
    both.write(kDrawn);
    EXPECT_EQ(read_file(beside), before);
    EXPECT_EQ(json::parse(both.read())["features"][0]["properties"]["classification"]["name"], "LUSC");
}

TEST_F(AnnotationFileTest, ADamagedFileIsNamedWithWhatToDo) {
    std::filesystem::create_directories(folder / "slide");
    write_file(file.file(), "{\"type\":");
    EXPECT_FALSE(file.count());
    try {
        file.read();
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::corrupt);
        EXPECT_THAT(error.what(), HasSubstr("annotations.geojson"));
    }
}

}  // namespace
}  // namespace slidetype::viewer

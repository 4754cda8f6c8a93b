#include "tiler/annotations/annotation_features.h"

#include <gmock/gmock.h>

#include "tests/tiler/expect_error.h"

namespace slidetype {
namespace {

using namespace ::slidetype::testing;
using ::testing::HasSubstr;

/// The properties that one feature with these comes to have.
FeatureJson properties_of(const std::string& properties) {
    const auto features =
        annotation_features(R"({"type":"Feature","geometry":null,"properties":)" + properties + "}", "x");
    return features.size() == 1 ? features[0]["properties"] : FeatureJson();
}

FeatureJson classification(const std::string& given) {
    const auto properties = properties_of(R"({"classification":)" + given + "}");
    return properties.contains("classification") ? properties["classification"] : FeatureJson();
}

FeatureJson json(const std::string& text) {
    return FeatureJson::parse(text);
}

std::string features_cause(const std::string& text) {
    return error_of([&] { annotation_features(text, "x.geojson"); }).cause();
}

TEST(AnnotationFeatures, HaveTheClassAsAnObjectWithItsColour) {
    EXPECT_EQ(classification(R"("LUAD")"), json(R"({"name":"LUAD"})"));
    EXPECT_EQ(classification(R"({"name":" LUAD ","color":[0,114,178],"x":1})"),
              json(R"({"name":"LUAD","color":[0,114,178],"x":1})"));
    EXPECT_EQ(classification(R"({"name":"A","colorRGB":-3670016})"), json(R"({"name":"A","color":[200,0,0]})"));
    EXPECT_EQ(classification(R"({"name":"A","color":[1,2,3,255]})"), json(R"({"name":"A","color":[1,2,3]})"));
    EXPECT_EQ(classification(R"({"name":"A","color":"#c80001"})"), json(R"({"name":"A","color":[200,0,1]})"));
    EXPECT_EQ(classification(R"({"name":"A","color":-3670016})"), json(R"({"name":"A","color":[200,0,0]})"));
    EXPECT_EQ(classification(R"({"name":"A","color":null})"), json(R"({"name":"A"})"));
    EXPECT_EQ(classification(R"({"color":[1,2,3],"names":["A","B"]})"), json(R"({"color":[1,2,3],"name":"A: B"})"));
    EXPECT_EQ(classification(R"(["A","B"])"), json(R"({"name":"A: B"})"));
    EXPECT_EQ(classification(R"("{\"name\": \"A\", \"color\": [1, 2, 3]}")"), json(R"({"name":"A","color":[1,2,3]})"));
    EXPECT_EQ(classification(R"("{'name': 'A (2)', 'color': (1, 2, 3), 'x': None}")"),
              json(R"x({"name":"A (2)","color":[1,2,3],"x":null})x"));
    for (const auto* none : {"null", "{}", R"("")", R"("  ")", R"({"name":""})", R"({"name":null,"color":[1,2,3]})"})
        EXPECT_TRUE(classification(none).is_null()) << none;
}

TEST(AnnotationFeatures, KeepWhatIsNotUnderstood) {
    for (const auto* odd : {"7", R"({"name":7})", R"({"label":"A"})", R"([7])"})
        EXPECT_EQ(classification(odd), json(odd)) << odd;
    EXPECT_EQ(classification(R"("[LUAD")"), json(R"({"name":"[LUAD"})"));
    EXPECT_EQ(classification(R"("{}{}{}{}{}{}{}{}{}")"), json(R"({"name":"{}{}{}{}{}{}{}{}{}"})"));
    const auto features = annotation_features(
        R"({"type":"Feature","id":7,"geometry":{"type":"Odd"},"x":1,"properties":{"y":[2],"measurements":[3]}})", "x");
    EXPECT_EQ(features[0], json(R"({"type":"Feature","id":7,"geometry":{"type":"Odd"},"x":1,
        "properties":{"y":[2],"measurements":[3],"objectType":"annotation"}})"));
    EXPECT_EQ(properties_of(R"({"childObjects":[1],"objectType":"heatmap"})"),
              json(R"({"childObjects":[1],"objectType":"annotation"})"));
}

TEST(AnnotationFeatures, KeepAnIdThatTellsTheObjectFromOthers) {
    const auto id = [](const std::string& given) {
        const auto features = annotation_features(R"({"type":"Feature","geometry":null,"id":)" + given + "}", "x");
        return features[0].contains("id") ? features[0]["id"] : FeatureJson();
    };
    EXPECT_EQ(id(R"("3d9d1c1e-6a55-4a3e-9a55-0a8a7f7a1b11")"), "3d9d1c1e-6a55-4a3e-9a55-0a8a7f7a1b11");
    EXPECT_EQ(id(R"("tile_0_0")"), "tile_0_0");
    for (const auto* none : {R"("PathDetectionObject")", R"("TMACoreObject")", R"("")", "null"})
        EXPECT_TRUE(id(none).is_null()) << none;
}

TEST(AnnotationFeatures, HaveOneKindWhereverItWasWritten) {
    EXPECT_EQ(properties_of(R"({"object_type":"detection","objectType":"annotation"})"),
              json(R"({"objectType":"detection"})"));
    EXPECT_EQ(properties_of(R"({"type":"tmaCore"})"), json(R"({"objectType":"tmaCore"})"));
    EXPECT_EQ(properties_of(R"({"type":"of its own"})"), json(R"({"type":"of its own","objectType":"annotation"})"));
    EXPECT_EQ(properties_of(R"({"objectType":"PathTileObject"})"), json(R"({"objectType":"tile"})"));
    EXPECT_EQ(properties_of(R"({"objectType":"Tile"})"), json(R"({"objectType":"tile"})"));
}

TEST(AnnotationFeatures, HaveNamedMeasurementsAndARealLock) {
    EXPECT_EQ(properties_of(R"({"measurements":[{"name":"a","value":1.5},{"name":"b"}],"isLocked":"true"})"),
              json(R"({"measurements":{"a":1.5,"b":null},"isLocked":true,"objectType":"annotation"})"));
}

TEST(AnnotationFeatures, AreOneFlatListWithChildrenBehindTheirParents) {
    const auto features =
        annotation_features(R"([{"type":"Feature","geometry":{},"properties":{"name":"a","childObjects":[
        {"type":"Feature","geometry":null,"properties":{"name":"b","children":[{"type":"Feature","properties":{"name":"c"}}]}},
        {"type":"Feature","geometry":null,"properties":{"name":"d"}}]}},{"type":"Point","coordinates":[1,2]}])",
                            "x");
    std::string names;
    for (const auto& feature : features) {
        names += name_of(feature) + "|";
        EXPECT_FALSE(feature["properties"].contains("childObjects"));
        EXPECT_TRUE(feature.contains("geometry"));
    }
    EXPECT_EQ(names, "a|b|c|d||");
    EXPECT_TRUE(features[0]["geometry"].is_null()) << "an empty object is no shape";
}

TEST(AnnotationFeatures, SayWhatIsWrongWithAFile) {
    EXPECT_THAT(features_cause(" \n"), HasSubstr("empty"));
    EXPECT_THAT(features_cause(R"({"type":"Feature")"), HasSubstr("ends too soon"));
    EXPECT_THAT(features_cause(R"([}])"), HasSubstr("line 1, column 2"));
    EXPECT_THAT(features_cause(R"({"type":"Topology"})"), HasSubstr("`Topology`"));
    EXPECT_THAT(features_cause(std::string(1000, '[')), HasSubstr("64 levels"));
}

}  // namespace
}  // namespace slidetype

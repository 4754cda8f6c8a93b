#include "tiler/annotations/annotations.h"

#include <gmock/gmock.h>

#include "tests/tiler/expect_error.h"

namespace slidetype {
namespace {

using namespace ::slidetype::testing;

const std::string kSquare = R"({"type":"Polygon","coordinates":[[[0,0],[0,10],[10,10],[10,0],[0,0]]]})";

/// The texts one after the other.
std::string joined(std::initializer_list<std::string_view> parts) {
    std::string text;
    for (const auto part : parts) text += part;
    return text;
}

std::string feature(const std::string& properties, const std::string& geometry = kSquare) {
    return joined({R"({"type":"Feature","geometry":)", geometry, R"(,"properties":)", properties, "}"});
}

std::string class_of(const std::string& properties) {
    const auto annotations = parse_annotations(feature(properties), "x.geojson");
    return annotations.size() == 1 ? annotations[0].class_name : "(not one annotation)";
}

ErrorCode code_for(const std::string& text) {
    return code_of([&] { parse_annotations(text, "x.geojson"); });
}

TEST(Annotations, AreFoundInEveryContainer) {
    const auto one = feature("{}");
    for (const auto& text :
         {joined({R"({"type":"FeatureCollection","features":[)", one, "]}"}), joined({"[", one, "]"}), one, kSquare})
        EXPECT_EQ(parse_annotations(text, "x").size(), 1U) << text;
    EXPECT_TRUE(parse_annotations(R"({"type":"FeatureCollection","features":[]})", "x").empty());
    EXPECT_TRUE(parse_annotations("[]", "x").empty());
}

TEST(Annotations, TheClassMayBeWrittenInAllOfQuPathsWays) {
    EXPECT_EQ(class_of(R"({"classification":{"name":"Tumor","color":[200,0,0]}})"), "Tumor");
    EXPECT_EQ(class_of(R"({"classification":{"name":"Tumor","colorRGB":-3670016}})"), "Tumor");
    EXPECT_EQ(class_of(R"({"classification":"Tumor"})"), "Tumor");
    EXPECT_EQ(class_of(R"({"classification":{"names":["Tumor","Positive"],"color":[1,2,3]}})"), "Tumor: Positive");
    EXPECT_EQ(class_of(R"({"classification":null})"), "");
    EXPECT_EQ(class_of(R"({"classification":{"name":7}})"), "");
    EXPECT_EQ(class_of(R"({"objectType":"annotation"})"), "");
    EXPECT_EQ(class_of("null"), "");
}

TEST(Annotations, RepeatedKeysAreTolerated) {
    EXPECT_EQ(class_of(R"({"metadata":{"a":"1"},"classification":{"name":"A"},"metadata":{"a":"2"},
                           "isEllipse":true,"classification":{"name":"B"}})"),
              "B");
}

TEST(Annotations, MultiPolygonsKeepTheirHolesAndTheOffsetIsAdded) {
    const std::string geometry = R"({"type":"MultiPolygon","coordinates":[
        [[[0,0],[100,0],[100,100],[0,100],[0,0]],[[40,40],[60,40],[60,60],[40,60],[40,40]]],
        [[[200,0,5],[210,0,5],[210,10,5],[200,0,5]]]]})";
    const auto annotations = parse_annotations(feature("{}", geometry), "x", 1000, -5);
    ASSERT_EQ(annotations.size(), 1U);
    ASSERT_EQ(annotations[0].polygons.size(), 2U);
    EXPECT_EQ(annotations[0].polygons[0].holes.size(), 1U);
    EXPECT_DOUBLE_EQ(annotations[0].polygons[0].holes[0][0].x, 1040);
    EXPECT_DOUBLE_EQ(annotations[0].polygons[0].holes[0][0].y, 35);
    EXPECT_DOUBLE_EQ(annotations[0].polygons[1].outer[0].x, 1200);
}

TEST(Annotations, TellWhatOfThemIsNoArea) {
    const std::string point = R"({"type":"Point","coordinates":[1,2]})";
    const std::string line = R"({"type":"LineString","coordinates":[[1,2],[3,4]]})";
    const std::string thin = R"({"type":"Polygon","coordinates":[[[1,2],[3,4]]]})";
    const std::string mixed = joined({R"({"type":"GeometryCollection","geometries":[)", point, ",", kSquare, "]}"});
    const auto text = joined({"[", feature("{}", point), ",", feature("{}", line), ",", feature("{}", "null"), ",",
                              feature("{}", thin), ",", feature("{}", mixed), "]"});
    const auto all = parse_annotations(text, "x");
    ASSERT_EQ(all.size(), 5U);
    EXPECT_EQ(all[0].points, 1U);
    EXPECT_EQ(all[1].lines, 1U);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_TRUE(all[i].polygons.empty()) << i;
    EXPECT_EQ(all[4].polygons.size(), 1U);
    EXPECT_EQ(all[4].points, 1U);
}

TEST(Annotations, CarryNameKindAndLock) {
    const auto all =
        parse_annotations(joined({"[", feature(R"({"name":"mine","isLocked":true,"classification":"LUAD"})"), ",",
                                  feature(R"({"objectType":"cell"})", R"({"type":"Nonsense"})"), "]"}),
                          "x");
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].name, "mine");
    EXPECT_TRUE(all[0].locked);
    EXPECT_FALSE(all[0].is_own);
    EXPECT_EQ(all[1].kind, ObjectKind::cell) << "whose shape is not looked at";
}

TEST(Annotations, WhatIsNotGeoJsonIsCorruptAndNamesTheSource) {
    for (const auto* text :
         {"",
          "{",
          "7",
          "null",
          "{}",
          R"({"type":7})",
          R"({"type":"Topology"})",
          R"({"type":"FeatureCollection"})",
          R"({"type":"FeatureCollection","features":{}})",
          "[7]",
          R"([{"type":"Polygon"}])",
          R"({"type":"Polygon","coordinates":7})",
          R"({"type":"Polygon","coordinates":[7]})",
          R"({"type":"Polygon","coordinates":[[7]]})",
          R"({"type":"Polygon","coordinates":[[[1]]]})",
          R"({"type":"Polygon","coordinates":[[["1","2"]]]})",
          R"({"type":"Polygon","coordinates":[[[null,2]]]})",
          R"({"type":"Polygon","coordinates":[[[1e999,2]]]})",
          R"({"type":"Polygon","coordinates":[[[1.7e308,-1.7e308],[-1.7e308,1.7e308],[0,1.7e308]]]})",
          R"({"type":"Polygon","coordinates":[[[2e12,2],[0,0],[1,1]]]})",
          R"({"type":"Polygon","coordinates":[[[NaN,2]]]})",
          R"({"type":"Feature","geometry":[]})",
          "[] trailing"})
        EXPECT_EQ(code_for(text), ErrorCode::corrupt) << text;
    EXPECT_THAT(error_of([] { parse_annotations("{", "roi.geojson"); }).what(), ::testing::HasSubstr("roi.geojson"));
}

TEST(Annotations, HostileNestingIsRefusedEarly) {
    EXPECT_EQ(code_for(std::string(1'000'000, '[')), ErrorCode::corrupt);
    std::string nested = kSquare;
    for (int i = 0; i < 40; ++i) nested = joined({R"({"type":"GeometryCollection","geometries":[)", nested, "]}"});
    EXPECT_EQ(code_for(nested), ErrorCode::corrupt);
}

}  // namespace
}  // namespace slidetype

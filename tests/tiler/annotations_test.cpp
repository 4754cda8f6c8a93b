#include "tiler/annotations.h"

#include <gmock/gmock.h>
#include <zlib.h>

#include <fstream>

#include "tests/support.h"
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

Ring square(double x, double y, double edge) {
    return {{x, y}, {x + edge, y}, {x + edge, y + edge}, {x, y + edge}};
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

TEST(Annotations, WhatIsNoAreaIsLeftOutAndCounted) {
    const std::string point = R"({"type":"Point","coordinates":[1,2]})";
    const std::string line = R"({"type":"LineString","coordinates":[[1,2],[3,4]]})";
    const std::string thin = R"({"type":"Polygon","coordinates":[[[1,2],[3,4]]]})";
    const std::string mixed = joined({R"({"type":"GeometryCollection","geometries":[)", point, ",", kSquare, "]}"});
    std::size_t ignored = 99;
    const auto text = joined({"[", feature("{}", point), ",", feature("{}", line), ",", feature("{}", "null"), ",",
                              feature("{}", thin), ",", feature("{}", mixed), "]"});
    EXPECT_EQ(parse_annotations(text, "x", 0, 0, &ignored).size(), 1U);
    EXPECT_EQ(ignored, 5U);
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
          R"([{"type":"Polygon","coordinates":[]}])",
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

void write_gzip(const std::filesystem::path& path, std::initializer_list<std::string> members) {
    std::filesystem::remove(path);
    for (const auto& member : members) {
        gzFile file = gzopen(path.c_str(), "ab");
        gzwrite(file, member.data(), static_cast<unsigned>(member.size()));
        gzclose(file);
    }
}

TEST(Annotations, AreReadFromPlainAndCompressedFilesOfSeveralMembers) {
    const TemporaryFolder folder;
    std::ofstream(folder / "a.geojson") << kSquare;
    EXPECT_EQ(read_annotations(folder / "a.geojson").size(), 1U);
    write_gzip(folder / "a.geojson.gz", {kSquare.substr(0, 20), kSquare.substr(20)});
    EXPECT_EQ(read_annotations(folder / "a.geojson.gz").size(), 1U);
    EXPECT_EQ(code_of([&] { read_annotations(folder / "absent.geojson"); }), ErrorCode::not_found);
    EXPECT_EQ(code_of([&] { read_annotations(folder / "absent.geojson.gz"); }), ErrorCode::not_found);
}

TEST(Annotations, ADamagedArchiveIsCorrupt) {
    const TemporaryFolder folder;
    const auto path = folder / "a.geojson.gz";
    write_gzip(path, {kSquare});
    std::filesystem::resize_file(path, std::filesystem::file_size(path) - 12);
    EXPECT_EQ(code_of([&] { read_annotations(path); }), ErrorCode::corrupt);
}

TEST(Coverage, IsTheShareOfTheRectInsideThePolygons) {
    const std::vector<Polygon> ring = {{square(0, 0, 100), {square(25, 25, 50)}}};
    EXPECT_DOUBLE_EQ(coverage(ring, {0, 0, 100, 100}), 0.75);
    EXPECT_DOUBLE_EQ(coverage(ring, {30, 30, 40, 40}), 0);
    EXPECT_DOUBLE_EQ(coverage(ring, {0, 0, 20, 20}), 1);
    EXPECT_DOUBLE_EQ(coverage(ring, {-100, 0, 200, 25}), 0.5);
    EXPECT_DOUBLE_EQ(coverage(ring, {0, 0, 0, 10}), 0);
    EXPECT_DOUBLE_EQ(coverage({}, {0, 0, 10, 10}), 0);
    const std::vector<Polygon> triangle = {{{{0, 0}, {100, 0}, {0, 100}}, {}}};
    EXPECT_NEAR(coverage(triangle, {0, 0, 100, 100}), 0.5, 0.02);
}

TEST(Coverage, CountsOverlappingPolygonsOnce) {
    const std::vector<Polygon> two = {{square(0, 0, 60), {}}, {square(0, 0, 100), {}}};
    EXPECT_DOUBLE_EQ(coverage(two, {0, 0, 100, 100}), 1);
}

TEST(Spans, AreUnitedAndLeaveHolesOut) {
    const std::vector<Polygon> polygons = {{square(0, 0, 100), {square(25, 25, 50)}}, {square(90, 0, 30), {}}};
    EXPECT_THAT(spans_at(polygons, 10), ::testing::ElementsAre(::testing::Pair(0, 120)));
    EXPECT_THAT(spans_at(polygons, 50), ::testing::ElementsAre(::testing::Pair(0, 25), ::testing::Pair(75, 100)));
    EXPECT_TRUE(spans_at(polygons, 200).empty());
    EXPECT_EQ(spans_at(polygons, 0).size(), 1U) << "the upper edge belongs to the polygon";
    EXPECT_TRUE(spans_at(polygons, 100).empty()) << "the lower edge does not";
}

}  // namespace
}  // namespace slidetype

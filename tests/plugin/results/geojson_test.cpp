#include "plugin/results/geojson.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "geojson_validator.h"

namespace slidetype {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string written(const std::vector<Feature>& features) {
    std::ostringstream out;
    GeoJsonWriter writer(out);
    for (const Feature& feature : features) writer.add(feature);
    writer.finish();
    return out.str();
}

Feature square(ObjectType type) {
    Feature feature;
    feature.id = "f88de84f-d50e-5dff-9584-c70658360c5f";
    feature.type = type;
    feature.polygons = {rectangle({0, 0, 8, 8}, {})};
    return feature;
}

TEST(GeoJson, ATileHasTheBytesThatQuPathItselfWrites) {
    Feature tile;
    tile.id = "f88de84f-d50e-5dff-9584-c70658360c5f";
    tile.polygons = {rectangle({0, 1024, 512, 512}, {})};
    tile.class_name = "LUSC";
    tile.color = {214, 39, 40};
    tile.measurements = {{"prob_LUAD", 0.0868}, {"prob_LUSC", 0.9132}};
    EXPECT_EQ(
        written({tile}),
        R"({"type":"FeatureCollection","features":[{"type":"Feature","id":"f88de84f-d50e-5dff-9584-c70658360c5f",)"
        R"("geometry":{"type":"Polygon","coordinates":[[[0, 1024],[0, 1536],[512, 1536],[512, 1024],[0, 1024]]]},)"
        R"("properties":{"objectType":"tile","classification":{"name":"LUSC","color":[214, 39, 40]},)"
        R"("measurements":{"prob_LUAD":0.0868,"prob_LUSC":0.9132}}}]})");
}

TEST(GeoJson, AnAnnotationHasItsMembersInQuPathsOrder) {
    Feature feature = square(ObjectType::annotation);
    feature.name = "Slide call: LUSC";
    feature.class_name = "LUSC";
    feature.color = {213, 94, 0};
    feature.locked = true;
    feature.measurements = {{"slide_prob", 0.875}};
    feature.metadata = {{"model", "m1"}, {"version", "2"}};
    EXPECT_THAT(written({feature}),
                HasSubstr(R"("properties":{"objectType":"annotation","name":"Slide call: LUSC",)"
                          R"("classification":{"name":"LUSC","color":[213, 94, 0]},"isLocked":true,)"
                          R"("measurements":{"slide_prob":0.875},"metadata":{"model":"m1","version":"2"}}})"));
    EXPECT_THAT(testing::geojson_problems(written({feature})), IsEmpty());
}

TEST(GeoJson, AnEmptyCollectionIsADocument) {
    EXPECT_EQ(written({}), R"({"type":"FeatureCollection","features":[]})");
}

TEST(GeoJson, TheOffsetIsSubtracted) {
    const Polygon polygon = rectangle({1000, 2000, 10, 20}, {300, 500, 0, 0});
    EXPECT_EQ(polygon.outer.front().x, 700);
    EXPECT_EQ(polygon.outer.front().y, 1500);
    EXPECT_EQ(moved(rectangle({1000, 2000, 10, 20}, {}), {300, 500, 0, 0}).outer[2].x, polygon.outer[2].x);
}

TEST(GeoJson, OnePartIsAPolygonAndSeveralAreAMultiPolygon) {
    Feature feature = square(ObjectType::annotation);
    EXPECT_THAT(written({feature}), HasSubstr(R"("type":"Polygon")"));
    feature.polygons.push_back(rectangle({20, 20, 8, 8}, {}));
    EXPECT_THAT(written({feature}), HasSubstr(R"("type":"MultiPolygon","coordinates":[[[[0, 0],)"));
    EXPECT_THAT(testing::geojson_problems(written({feature})), IsEmpty());
}

TEST(GeoJson, HolesAreWrittenAfterTheirShellAndOpenRingsAreClosed) {
    Feature feature = square(ObjectType::annotation);
    feature.polygons[0].holes = {{{2, 2}, {4, 2}, {4, 4}}, {{5, 5}, {6, 5}, {6, 6}, {5, 5}}};
    const std::string text = written({feature});
    EXPECT_THAT(text, HasSubstr("[0, 0]],[[2, 2],[4, 2],[4, 4],[2, 2]],[[5, 5],[6, 5],[6, 6],[5, 5]]]"));
    EXPECT_THAT(testing::geojson_problems(text), IsEmpty());
}

TEST(GeoJson, NumbersAreShortAndNeverExponents) {
    EXPECT_EQ(short_number(256, 2), "256");
    EXPECT_EQ(short_number(-3.0, 2), "-3");
    EXPECT_EQ(short_number(0.125, 2), "0.12");
    EXPECT_EQ(short_number(0.5, 4), "0.5");
    EXPECT_EQ(short_number(-0.001, 2), "0");
    EXPECT_EQ(short_number(-0.0, 2), "0");
    EXPECT_EQ(short_number(99.99999, 4), "100");
    EXPECT_EQ(short_number(0.00001234, 4), "0");
    EXPECT_EQ(short_number(1e20 + 0.5, 2), "100000000000000000000");
    EXPECT_EQ(short_number(180000.25, 2), "180000.25");
}

TEST(GeoJson, MeasurementsThatAreNotFiniteAreLeftOut) {
    Feature feature = square(ObjectType::tile);
    feature.measurements = {
        {"a", std::numeric_limits<double>::quiet_NaN()}, {"b", 0.25}, {"c", std::numeric_limits<double>::infinity()}};
    EXPECT_THAT(written({feature}), HasSubstr(R"("measurements":{"b":0.25})"));
    feature.measurements = {{"a", std::numeric_limits<double>::quiet_NaN()}};
    EXPECT_THAT(written({feature}), Not(HasSubstr("measurements")));
}

TEST(GeoJson, HostileTextSurvivesAsText) {
    Feature feature = square(ObjectType::annotation);
    feature.name = "a\"b\\c\nd\x01 <script> \xff\xfe ü";
    feature.metadata = {{"k\"", "v\t"}};
    const std::string text = written({feature});
    EXPECT_THAT(testing::geojson_problems(text), IsEmpty());
    const auto properties = nlohmann::json::parse(text)["features"][0]["properties"];
    EXPECT_EQ(properties["name"], "a\"b\\c\nd\x01 <script> \uFFFD\uFFFD ü");
    EXPECT_EQ(properties["metadata"]["k\""], "v\t");
    EXPECT_EQ(text.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace slidetype

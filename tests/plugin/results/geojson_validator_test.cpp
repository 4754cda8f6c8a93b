#include "geojson_validator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slidetype::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kId = "f88de84f-d50e-5dff-9584-c70658360c5f";
const std::string kSquarePolygon = R"({"type":"Polygon","coordinates":[[[0, 0],[0, 8],[8, 8],[8, 0],[0, 0]]]})";
const std::string kProperties =
    R"({"objectType":"tile","classification":{"name":"LUSC","color":[213, 94, 0]},"measurements":{"p":0.5}})";

std::string feature(const std::string& geometry, const std::string& properties, const std::string& id = kId) {
    return R"({"type":"Feature","id":")" + id + R"(","geometry":)" + geometry + R"(,"properties":)" + properties + "}";
}

std::string collection(const std::string& features) {
    return R"({"type":"FeatureCollection","features":[)" + features + "]}";
}

std::string with_geometry(const std::string& type, const std::string& coordinates) {
    return collection(feature(R"({"type":")" + type + R"(","coordinates":)" + coordinates + "}", kProperties));
}

std::string with_properties(const std::string& properties) {
    return collection(feature(kSquarePolygon, properties));
}

void expect_problem(const std::string& text, const std::string& problem) {
    EXPECT_THAT(geojson_problems(text), Contains(HasSubstr(problem))) << text;
}

TEST(GeoJsonValidator, AcceptsAGoodDocument) {
    EXPECT_THAT(geojson_problems(collection(feature(kSquarePolygon, kProperties))), IsEmpty());
    EXPECT_THAT(geojson_problems(collection("")), IsEmpty());
}

TEST(GeoJsonValidator, AcceptsHolesAndPartsThatTouchAtCorners) {
    EXPECT_THAT(
        geojson_problems(with_geometry("Polygon", "[[[0,0],[0,9],[9,9],[9,0],[0,0]],[[0,0],[3,1],[1,3],[0,0]]]")),
        IsEmpty());
    EXPECT_THAT(geojson_problems(with_geometry(
                    "MultiPolygon", "[[[[0,0],[0,1],[1,1],[1,0],[0,0]]],[[[1,1],[1,2],[2,2],[2,1],[1,1]]]]")),
                IsEmpty());
}

TEST(GeoJsonValidator, RejectsWhatIsNotOneDocument) {
    const std::string good = collection(feature(kSquarePolygon, kProperties));
    expect_problem(good + good, "no JSON");
    expect_problem(good + "x", "no JSON");
    expect_problem(good.substr(0, good.size() - 1), "no JSON");
    expect_problem("", "no JSON");
    expect_problem("[]", "no object");
    expect_problem(R"({"type":"FeatureCollection","features":[],"generator":"x"})", "lost: generator");
    expect_problem(R"({"type":"FeatureCollection","type":"FeatureCollection","features":[]})", "repeated member");
}

TEST(GeoJsonValidator, RejectsBadIds) {
    expect_problem(collection(feature(kSquarePolygon, kProperties, "tile_0_0")), "UUID");
    expect_problem(collection(feature(kSquarePolygon, kProperties, "f88de84f-d50e-4dff-9584-c70658360c5f")), "UUID");
    expect_problem(collection(feature(kSquarePolygon, kProperties) + "," + feature(kSquarePolygon, kProperties)),
                   "used twice");
}

TEST(GeoJsonValidator, RejectsBadProperties) {
    expect_problem(with_properties(R"({"objectType":"Tile"})"), "objectType");
    expect_problem(with_properties(R"({"name":"x"})"), "lacks objectType");
    expect_problem(with_properties(R"({"objectType":"tile","prob_LUSC":0.5})"), "lost: prob_LUSC");
    expect_problem(with_properties(R"({"objectType":"tile","name":null})"), "name");
    expect_problem(with_properties(R"({"objectType":"tile","metadata":{"a":"b"}})"), "metadata on a tile");
    expect_problem(with_properties(R"({"objectType":"annotation","metadata":{"a":1}})"), "metadata is no text");
    expect_problem(with_properties(R"({"objectType":"tile","measurements":{"p":null}})"), "measurement");
    expect_problem(with_properties(R"({"objectType":"tile","measurements":{"p":"NaN"}})"), "measurement");
    expect_problem(with_properties(R"({"objectType":"tile","measurements":{"p":1e39}})"), "measurement");
    expect_problem(with_properties(R"({"objectType":"tile","measurements":{"p":NaN}})"), "no JSON");
}

TEST(GeoJsonValidator, RejectsBadClasses) {
    const auto with_class = [](const std::string& json) {
        return with_properties(R"({"objectType":"tile","classification":)" + json + "}");
    };
    expect_problem(with_class(R"({"name":"LUSC"})"), "lacks color");
    expect_problem(with_class(R"({"name":"LUSC","color":"#ff0000"})"), "[r, g, b]");
    expect_problem(with_class(R"({"name":"LUSC","color":[1,2]})"), "[r, g, b]");
    expect_problem(with_class(R"({"name":"LUSC","color":[1,2,256]})"), "0 to 255");
    expect_problem(with_class(R"({"name":"a:b","color":[1,2,3]})"), "colon");
    expect_problem(with_class(R"({"name":"a\nb","color":[1,2,3]})"), "line break");
    expect_problem(with_class(R"({"name":" ","color":[1,2,3]})"), "blank");
    expect_problem(with_class("null"), "no object");
}

TEST(GeoJsonValidator, RejectsBadShapes) {
    expect_problem(with_geometry("Polygon", "[[[0,0],[0,8],[8,8],[8,0]]]"), "not closed");
    expect_problem(with_geometry("Polygon", "[[[0,0],[8,8],[8,0],[0,8],[0,0]]]"), "not valid");
    expect_problem(with_geometry("Polygon", "[[0,0],[0,8],[8,8],[0,0]]"), "point");
    expect_problem(with_geometry("Polygon", "[]"), "without rings");
    expect_problem(with_geometry("Polygon", "[[[0,0],[0,8],[8,8.125],[0,0]]]"), "two decimals");
    expect_problem(with_geometry("MultiPolygon", "[[[[0,0],[0,8],[8,8],[8,0],[0,0]]]]"), "fewer than two");
    expect_problem(with_geometry("GeometryCollection", "[]"), "neither Polygon");
    expect_problem(collection(feature("null", kProperties)), "no object");
}

TEST(GeoJsonValidator, RejectsPartsThatOverlapOrShareAnEdge) {
    const std::string first = "[[[0,0],[0,8],[8,8],[8,0],[0,0]]]";
    for (const std::string second : {"[[[8,0],[8,8],[16,8],[16,0],[8,0]]]", "[[[8,2],[8,6],[16,6],[16,2],[8,2]]]",
                                     "[[[4,4],[4,12],[12,12],[12,4],[4,4]]]"}) {
        expect_problem(with_geometry("MultiPolygon", "[" + first + "," + second + "]"), "not valid");
    }
}

TEST(GeoJsonValidator, RejectsAHoleOutsideItsShellAndARingThatTouchesItself) {
    expect_problem(with_geometry("Polygon", "[[[0,0],[0,4],[4,4],[4,0],[0,0]],[[8,8],[9,8],[9,9],[8,8]]]"),
                   "not valid");
    expect_problem(with_geometry("Polygon", "[[[0,0],[0,2],[2,2],[2,4],[4,4],[4,2],[2,2],[2,0],[0,0]]]"), "not valid");
}

}  // namespace
}  // namespace slidetype::testing

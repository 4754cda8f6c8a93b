#include "dsa_validator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slidetype::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kRectangle = R"({"type":"rectangle","center":[1, 2.5, 0],"width":2,"height":3})";
const std::string kHeatmap = R"({"type":"heatmap","points":[[1, 2, 0, 0.5],[3, 2, 0, 0.5]]})";

std::string annotation(const std::string& elements) {
    return R"([{"name":"n","elements":[)" + elements + "]}]";
}
/// A rectangle with more members.
std::string with(const std::string& members) {
    return annotation(kRectangle.substr(0, kRectangle.size() - 1) + "," + members + "}");
}
void expect_dsa_problem(const std::string& text, const std::string& problem) {
    EXPECT_THAT(dsa_problems(text), Contains(HasSubstr(problem))) << text;
}

TEST(DsaValidator, AcceptsWhatThePageDraws) {
    EXPECT_THAT(dsa_problems(annotation(kRectangle)), IsEmpty());
    EXPECT_THAT(dsa_problems(annotation(kHeatmap)), IsEmpty());
    EXPECT_THAT(dsa_problems(R"({"name":"n","elements":[]})"), IsEmpty());
    EXPECT_THAT(dsa_problems(with(R"x("fillColor":"rgba(1, 2, 3, 0.5)","lineWidth":1,"user":{"p":1})x")), IsEmpty());
}

TEST(DsaValidator, RefusesWhatThePageDoesNotDraw) {
    expect_dsa_problem(annotation(kRectangle + "," + kHeatmap), "beside shapes");
    expect_dsa_problem(annotation(R"({"type":"arrow","points":[[1, 2, 0],[3, 2, 0]]})"), "draws no arrow");
    const std::string grid = R"({"type":"griddata","values":[1, 2],"gridWidth":2,"interpretation":)";
    EXPECT_THAT(dsa_problems(annotation(grid + R"("contour"})")), IsEmpty());
    expect_dsa_problem(annotation(grid + R"("choropleth"})"), "as choropleth");
    expect_dsa_problem(with(R"("lineWidth":0)"), "lineWidth of 0");
}

TEST(DsaValidator, RefusesWhatTheSchemaDoes) {
    expect_dsa_problem("{", "no JSON");
    expect_dsa_problem(R"([{"elements":[]}])", "no name");
    expect_dsa_problem(R"([{"name":"n","crs":1}])", "member crs");
    expect_dsa_problem(annotation(R"({"type":"rectangle","center":[1, 2, 0],"width":2})"), "no height");
    expect_dsa_problem(with(R"("stroke":1)"), "member stroke");
    expect_dsa_problem(with(R"("fillColor":"red")"), "no colour");
    expect_dsa_problem(with(R"("label":"LUSC")"), "label");
    expect_dsa_problem(annotation(R"({"type":"point","center":[1, 2]})"), "no point");
    expect_dsa_problem(annotation(R"({"type":"polyline","points":[[1, 2, 0]]})"), "no points");
    expect_dsa_problem(annotation(R"({"type":"heatmap","points":[[1, 2, 0],[1, 2, 0]]})"), "no points");
}

}  // namespace
}  // namespace slidetype::testing

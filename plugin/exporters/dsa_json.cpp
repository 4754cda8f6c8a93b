// NAME.dsa.json for the Digital Slide Archive and HistomicsUI, by the annotation schema of large_image: a grid of P for
// the last class where there are two, one closed polyline for each part of a region. Level-0 pixels, always with z = 0.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "plugin/export_format.h"
#include "plugin/exporters/labels.h"
#include "plugin/regions.h"
#include "plugin/text.h"

namespace slidetype::exporting {
namespace {

using Json = nlohmann::ordered_json;

std::string rgba(const Color& color, double opacity) {
    return fmt::format("rgba({}, {}, {}, {})", color[0], color[1], color[2], opacity);
}

Json points_of(const Ring& ring) {
    Json points = Json::array();
    for (const auto& point : ring) points.push_back({point.x, point.y, 0});
    return points;
}

Json polyline(const Polygon& polygon, const CallClass& shown) {
    Json element = {{"type", "polyline"},  {"points", points_of(polygon.outer)},
                    {"closed", true},      {"label", {{"value", shown.name}}},
                    {"group", shown.name}, {"lineColor", rgba(shown.color, 1)},
                    {"lineWidth", 2},      {"fillColor", rgba(shown.color, 0.25)}};
    if (!polygon.holes.empty()) {
        element["holes"] = Json::array();
        for (const auto& hole : polygon.holes) element["holes"].push_back(points_of(hole));
    }
    return element;
}

/// One value per tile of the grid at its centre. The schema knows no missing value: what does not vote is -1, below the
/// range, and transparent.
Json grid_of(const SlideResult& result, std::size_t column, const CallClass& low, const CallClass& high) {
    const auto lines = cell_lines(result.grid);
    const double dx = result.grid.tile_width * (1 - result.grid.overlap);
    const double dy = result.grid.tile_height * (1 - result.grid.overlap);
    Json values = Json::array();
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        const double p = result.voted_class(t) ? static_cast<double>(result.probability(t, column)) : -1;
        values.push_back(std::round(p * 1e4) / 1e4);
    }
    const Color middle = {200, 200, 200};
    return {{"type", "griddata"},
            {"interpretation", "choropleth"},
            {"label", {{"value", "P(" + high.name + ")"}}},
            {"group", "P(" + high.name + ")"},
            {"gridWidth", result.grid.columns},
            {"origin", {result.grid.tile_width / 2, result.grid.tile_height / 2, 0}},
            {"dx", dx},
            {"dy", dy},
            {"normalizeRange", false},
            {"minColor", "rgba(0, 0, 0, 0)"},
            {"rangeValues", {0, 0.5, 1}},
            {"colorRange", {rgba(low.color, 0.5), rgba(middle, 0.5), rgba(high.color, 0.5)}},
            {"values", std::move(values)}};
}

}  // namespace

void dsa_json(const SlideResult& result, const std::filesystem::path& folder) {
    Json elements = Json::array();
    const auto classes = tile_classes(result);
    if (result.classes() == 2 && !result.grid.tiles.empty()) {
        const auto column = lusc_column(result.model.class_names).value_or(1);
        elements.push_back(grid_of(result, column, classes[1 - column], classes[column]));
    }
    const auto shown = shown_classes(result);
    for (std::size_t c = 0; c < classes.size(); ++c) {
        for (const auto& polygon : merge_cells(result.grid, shown, static_cast<int>(c))) {
            elements.push_back(polyline(polygon, classes[c]));
        }
    }
    const Json document = {{"name", "slidetype " + result.model.name},
                           {"description", call_title(result) + ". " + result.call.reason + " Research use only."},
                           {"attributes",
                            {{"call", to_string(result.call.label)},
                             {"model_sha256", result.model.sha256},
                             {"version", "slidetype " + result.version}}},
                           {"elements", std::move(elements)}};
    write_file(folder / (result.slide.name + ".dsa.json"),
               document.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace slidetype::exporting

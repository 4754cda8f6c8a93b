// NAME.dsa.json for the Digital Slide Archive and HistomicsUI, by the annotation schema of large_image: a list of two
// annotations, "regions" (a closed polyline for each part) and "tiles" (a rectangle for each voting tile in the colour
// of its probabilities). Level-0 pixels, always with z = 0.
//
// What decides this shape is what their page draws, which is less than the schema allows:
// - of "griddata" it draws "heatmap" and "contour", never "choropleth";
// - a "heatmap" adds up overlapping blurred spots, so that it shows how densely tiles lie more than what they score,
// and
//   two doubtful tiles side by side look like a sure one; rectangles show each tile's own probability;
// - an annotation with any shape in it has its heatmaps left out, so shapes and others must be annotations of their
// own;
// - a lineWidth of 0 is taken for none given, so a rectangle without a border needs a transparent one;
// - colours are grouped, and the page keeps 100 of them at hand, so there are few.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "plugin/results/export_format.h"
#include "plugin/results/exporters/drawing.h"
#include "plugin/results/exporters/labels.h"
#include "plugin/results/regions.h"
#include "plugin/results/text.h"

namespace slidetype::exporting {
namespace {

using Json = nlohmann::ordered_json;

/// Probabilities are coloured in this many steps.
constexpr int kColourSteps = 40;

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

Json region_elements(const SlideResult& result) {
    Json elements = Json::array();
    const auto classes = tile_classes(result);
    const auto shown = shown_classes(result);
    for (std::size_t c = 0; c < classes.size(); ++c) {
        for (const auto& polygon : merge_cells(result.grid, shown, static_cast<int>(c))) {
            elements.push_back(polyline(polygon, classes[c]));
        }
    }
    return elements;
}

/// The heatmap's colour where the classes are LUAD and LUSC, else the top class's.
Color step_color(const SlideResult& result, std::size_t tile, std::size_t top) {
    if (const auto lusc = lusc_column(result.model.class_names)) {
        const auto p = static_cast<double>(result.probability(tile, *lusc));
        return heat_color(std::round(p * kColourSteps) / kColourSteps);
    }
    return class_color(result.model.class_names[top], top);
}

Json rectangle(const SlideResult& result, std::size_t tile, std::size_t top, const Rect& cell) {
    const auto color = step_color(result, tile, top);
    const auto& names = result.model.class_names;
    Json scores = Json::object();
    for (std::size_t c = 0; c < names.size(); ++c) {
        scores["prob_" + valid_utf8(names[c])] =
            std::round(static_cast<double>(result.probability(tile, c)) * 1e4) / 1e4;
    }
    const auto width = static_cast<double>(cell.width), height = static_cast<double>(cell.height);
    return {{"type", "rectangle"},
            {"center", {static_cast<double>(cell.x) + width / 2, static_cast<double>(cell.y) + height / 2, 0}},
            {"width", width},
            {"height", height},
            {"rotation", 0},
            {"group", valid_utf8(names[top])},
            {"fillColor", rgba(color, 0.5)},
            {"lineColor", rgba(color, 0)},
            {"lineWidth", 1},
            {"user", std::move(scores)}};
}

/// One for each tile that votes. Cells, not tiles: with overlap, tiles would lie over each other.
Json tile_elements(const SlideResult& result) {
    Json elements = Json::array();
    const auto lines = cell_lines(result.grid);
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        const auto vote = result.voted_class(t);
        if (!vote) continue;
        const auto& tile = result.grid.tiles[t];
        elements.push_back(rectangle(result, t, *vote, lines.cell(tile.column, tile.row)));
    }
    return elements;
}

Json annotation(const SlideResult& result, const std::string& what, Json elements) {
    return {{"name", valid_utf8("slidetype " + result.model.name + ": " + what)},
            {"description", call_title(result) + ". " + result.call.reason + " Research use only."},
            {"attributes",
             {{"call", to_string(result.call.label)},
              {"model_sha256", result.model.sha256},
              {"version", "slidetype " + result.version}}},
            {"elements", std::move(elements)}};
}

}  // namespace

void dsa_json(const SlideResult& result, const std::filesystem::path& folder) {
    const auto lusc = lusc_column(result.model.class_names);
    const Json document = {annotation(result, "regions", region_elements(result)),
                           annotation(result, lusc ? "P(LUSC) of tiles" : "classes of tiles", tile_elements(result))};
    write_file(folder / (result.slide.name + ".dsa.json"),
               document.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace slidetype::exporting

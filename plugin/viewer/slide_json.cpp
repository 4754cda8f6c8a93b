#include "plugin/viewer/slide_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "plugin/analysis/engine.h"
#include "plugin/results/exporters/labels.h"
#include "plugin/results/geojson.h"
#include "plugin/results/regions.h"
#include "plugin/results/text.h"

namespace slidetype::viewer {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json maybe(const std::optional<double>& value) {
    return value ? Json(*value) : Json();
}

Json maybe(const std::string& text) {
    return text.empty() ? Json() : Json(text);
}

std::string state_of(const ViewedSlide& slide, bool running) {
    if (running) return "running";
    static constexpr std::array<const char*, 3> names = {"scored", "unscored", "failed"};
    return names.at(static_cast<std::size_t>(slide.state));
}

std::string whole_error(const ViewedSlide& slide) {
    return slide.hint.empty() ? slide.error : slide.error + " " + slide.hint;
}

Json line_json(const ViewedSlide& slide, const SlideExtras& extras) {
    const bool interval = slide.ci_low && slide.ci_high;
    return {{"id", slide.id},
            {"name", slide.name},
            {"patient", maybe(slide.patient)},
            {"state", state_of(slide, extras.running)},
            {"call", maybe(slide.call)},
            {"prob_LUSC", maybe(slide.prob_lusc)},
            {"ci95", interval ? Json::array({*slide.ci_low, *slide.ci_high}) : Json()},
            {"reason", maybe(slide.reason)},
            {"known", slide.known ? Json(*slide.known) : Json()},
            {"supported", slide.supported},
            {"error", maybe(whole_error(slide))},
            {"scored_mm2", maybe(slide.scored_mm2)},
            {"voting_mm2", maybe(slide.voting_mm2)},
            {"has_pixels", extras.has_pixels},
            {"annotations", extras.annotations ? Json(*extras.annotations) : Json()}};
}

/// What the slides of a patient say together.
Json patient_json(const PatientLine& patient) {
    const auto& ci95 = patient.ci95;
    return {{"patient", patient.name},
            {"slides", patient.slides},
            {"slides_called", patient.called},
            {"call", maybe(patient.call)},
            {"prob_LUSC", maybe(patient.prob_lusc)},
            {"ci95", ci95 ? Json::array({(*ci95)[0], (*ci95)[1]}) : Json()},
            {"supported", patient.supported},
            {"scored_mm2", maybe(patient.scored_mm2)},
            {"reason", maybe(patient.reason)}};
}

Json classes_json(const std::vector<std::string>& names) {
    const auto labels = class_labels(names);
    Json classes = Json::array();
    for (std::size_t c = 0; c < names.size(); ++c) {
        classes.push_back({{"name", names[c]}, {"label", labels[c]}, {"color", class_color(names[c], c)}});
    }
    return classes;
}

/// What a pathologist may say of an area, for `train`: its classes, benign tissue for the gate, and what is to be left
/// out (by QuPath's name and colour).
Json annotation_classes() {
    return Json::array({{{"name", "LUAD"}, {"color", class_color("LUAD", 0)}},
                        {{"name", "LUSC"}, {"color", class_color("LUSC", 1)}},
                        {{"name", "Benign"}, {"color", Color{134, 166, 128}}},
                        {{"name", "Ignore*"}, {"color", Color{180, 180, 180}}}});
}

void add_geometry(Json& json, const DeepZoom* pixels, const Json& summary) {
    if (pixels != nullptr) {
        json["width"] = pixels->slide().width();
        json["height"] = pixels->slide().height();
        json["max_level"] = pixels->max_level();
    } else if (summary.is_object()) {
        json["width"] = summary["slide"].value("width", 0);
        json["height"] = summary["slide"].value("height", 0);
        const auto edge = std::max(json["width"].get<double>(), json["height"].get<double>());
        json["max_level"] = edge > 1 ? static_cast<int>(std::ceil(std::log2(edge))) : 0;
    }
}

/// The spacing of the run; without one the one that it would have, if any is known.
Json spacing_json(const DeepZoom* pixels, const std::optional<double>& wanted_um_px, const Json& summary) {
    if (summary.is_object()) return summary.value("spacing_um_px", Json());
    if (pixels == nullptr) return nullptr;
    try {
        const auto spacing = pixels->slide().spacing(wanted_um_px);
        return Json::array({spacing.x_um_px, spacing.y_um_px});
    } catch (const std::exception&) {
        return nullptr;
    }
}

/// Columns of numbers, written by hand: a large slide has a million of them.
class Columns {
  public:
    void add(Tile const& tile, std::size_t index) {
        integer(index_, static_cast<std::int64_t>(index));
        integer(x_, tile.rect.x);
        integer(y_, tile.rect.y);
        integer(width_, tile.rect.width);
        integer(height_, tile.rect.height);
        integer(status_, static_cast<int>(tile.status));
        number(tissue_, tile.tissue_fraction);
    }
    static void number(std::string& column, float value) {
        separate(column);
        if (std::isfinite(value)) {
            column += short_number(static_cast<double>(value), 4);
        } else {
            column += "null";
        }
    }
    std::string text() const {
        return fmt::format(R"("index":[{}],"x":[{}],"y":[{}],"width":[{}],"height":[{}],"status":[{}],"tissue":[{}])",
                           index_, x_, y_, width_, height_, status_, tissue_);
    }

  private:
    static void separate(std::string& column) {
        if (!column.empty()) column += ',';
    }
    static void integer(std::string& column, std::int64_t value) {
        separate(column);
        column += std::to_string(value);
    }
    std::string index_, x_, y_, width_, height_, status_, tissue_;
};

bool is_shown(const Tile& tile) {
    return tile.status != TileStatus::background && tile.status != TileStatus::outside_roi;
}

std::string tiles_text(const TileGrid& grid, std::size_t classes, const std::vector<float>& probabilities,
                       const std::vector<float>& tumour, const std::vector<float>& strangeness,
                       const std::vector<float>& attention) {
    Columns columns;
    std::vector<std::string> prob(classes);
    std::string tumour_column, strangeness_column, attention_column;
    for (std::size_t t = 0; t < grid.tiles.size(); ++t) {
        if (!is_shown(grid.tiles[t])) continue;
        columns.add(grid.tiles[t], t);
        for (std::size_t c = 0; c < classes; ++c) Columns::number(prob[c], probabilities[t * classes + c]);
        if (!tumour.empty()) Columns::number(tumour_column, tumour[t]);
        if (!strangeness.empty()) Columns::number(strangeness_column, strangeness[t]);
        if (!attention.empty()) Columns::number(attention_column, attention[t]);
    }
    std::string all_prob;
    for (const auto& column : prob) all_prob += (all_prob.empty() ? "[" : ",[") + column + "]";
    Json statuses = Json::array();
    for (int s = 0; s < kTileStatusCount; ++s) statuses.push_back(to_string(static_cast<TileStatus>(s)));
    const Json lattice = {{"columns", grid.columns},
                          {"rows", grid.rows},
                          {"tile_width_px", grid.tile_width},
                          {"tile_height_px", grid.tile_height},
                          {"overlap", grid.overlap}};
    const auto optional = [](bool present, const std::string& column) {
        return present ? "[" + column + "]" : std::string("null");
    };
    return fmt::format(R"({{"grid":{},"statuses":{},{},"prob":[{}],"tumour":{},"strangeness":{},"attention":{}}})",
                       lattice.dump(), statuses.dump(), columns.text(), all_prob,
                       optional(!tumour.empty(), tumour_column), optional(!strangeness.empty(), strangeness_column),
                       optional(!attention.empty(), attention_column));
}

Json ring_json(const Ring& ring) {
    Json points = Json::array();
    for (const Point& point : ring) points.push_back({point.x, point.y});
    if (!ring.empty()) points.push_back({ring.front().x, ring.front().y});
    return points;
}

Json geometry_json(const std::vector<Polygon>& polygons) {
    Json parts = Json::array();
    for (const auto& polygon : polygons) {
        Json rings = Json::array({ring_json(polygon.outer)});
        for (const auto& hole : polygon.holes) rings.push_back(ring_json(hole));
        parts.push_back(std::move(rings));
    }
    return {{"type", "MultiPolygon"}, {"coordinates", std::move(parts)}};
}

}  // namespace

std::string batch_json(const std::string& title, const std::vector<ViewedSlide>& slides,
                       const std::vector<SlideExtras>& extras, const std::vector<PatientLine>& patients) {
    Json lines = Json::array();
    for (std::size_t i = 0; i < slides.size(); ++i) lines.push_back(line_json(slides[i], extras[i]));
    std::set<std::string> sayings;
    for (const auto& slide : slides) {
        if (!slide.good_for.empty()) sayings.insert(slide.good_for);
    }
    Json called = Json::array();
    for (const auto& patient : patients) {
        if (std::ranges::find(slides, patient.name, &ViewedSlide::patient) != slides.end())
            called.push_back(patient_json(patient));
    }
    return dump({{"version", version()},
                 {"source", title},
                 {"good_for", sayings},
                 {"patients", std::move(called)},
                 {"slides", std::move(lines)}});
}

std::string slide_json(const ViewedSlide& slide, const SlideFacts& facts) {
    const Json summary = facts.summary.empty() ? Json() : Json::parse(facts.summary);
    auto class_names = facts.class_names;
    if (class_names.empty() && summary.is_object()) class_names = summary.at("model").at("class_names");
    if (class_names.empty()) class_names = {"LUAD", "LUSC"};
    const auto lusc = lusc_column(class_names);
    const auto* pixels = facts.pixels.get();
    Json json = {{"id", slide.id},
                 {"name", slide.name},
                 {"state", state_of(slide, facts.extras.running)},
                 {"width", 0},
                 {"height", 0},
                 {"max_level", 0},
                 {"tile_size", DeepZoom::kTileSize},
                 {"spacing_um_px", spacing_json(pixels, facts.spacing_um_px, summary)},
                 {"has_pixels", pixels != nullptr},
                 {"pixels_error", maybe(facts.pixels_error)},
                 {"summary", summary},
                 {"classes", classes_json(class_names)},
                 {"lusc_column", lusc ? Json(*lusc) : Json()},
                 {"annotation_classes", annotation_classes()},
                 {"annotation_offset_px", {facts.annotation_offset.x, facts.annotation_offset.y}},
                 {"annotations_note", maybe(facts.annotations_note)},
                 {"can_run", facts.can_run},
                 {"error", maybe(whole_error(slide))}};
    add_geometry(json, pixels, summary);
    return dump(json);
}

std::string tiles_json(const SlideResult& result) {
    return tiles_text(result.grid, result.classes(), result.probabilities, result.tumour, result.strangeness,
                      result.attention_percentile);
}

std::string tiles_json(const PartialScores& partial) {
    return tiles_text(partial.grid, partial.class_names.size(), partial.probabilities, partial.tumour,
                      partial.strangeness, {});
}

std::string regions_json(const SlideResult& result) {
    const auto classes = exporting::shown_classes(result);
    const auto shown = exporting::tile_classes(result);
    Json features = Json::array();
    for (std::size_t c = 0; c < shown.size(); ++c) {
        const auto polygons = merge_cells(result.grid, classes, static_cast<int>(c));
        if (polygons.empty()) continue;
        const double area = c < result.class_areas_mm2.size() ? result.class_areas_mm2[c]
                            : c == result.classes()           ? result.set_aside.benign.mm2
                                                              : result.set_aside.unfamiliar.mm2;
        features.push_back({{"type", "Feature"},
                            {"geometry", geometry_json(polygons)},
                            {"properties", {{"class", shown[c].name}, {"color", shown[c].color}, {"area_mm2", area}}}});
    }
    return dump({{"type", "FeatureCollection"}, {"features", std::move(features)}});
}

std::string progress_json(const JobProgress& progress) {
    static constexpr std::array<const char*, 3> stages = {"open", "tissue", "score"};
    const Json error = progress.error.empty() ? Json() : Json{{"message", progress.error}, {"hint", progress.hint}};
    return dump({{"state", to_string(progress.state)},
                 {"stage", stages.at(static_cast<std::size_t>(progress.at.stage))},
                 {"done", progress.at.done},
                 {"total", progress.at.total},
                 {"error", error}});
}

}  // namespace slidetype::viewer

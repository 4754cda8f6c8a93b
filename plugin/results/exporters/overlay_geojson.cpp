// overlay.geojson: the slide call as a locked annotation around all that was scored, then for each class that has any
// tile one locked annotation with the merged outline of its tiles; benign and unfamiliar tissue likewise, so that what
// was left out of the call can be checked.
#include <fmt/format.h>

#include <algorithm>

#include "base/atomic_file.h"
#include "base/words.h"
#include "plugin/results/exporter.h"
#include "plugin/results/exporters/labels.h"
#include "plugin/results/geojson.h"
#include "plugin/results/regions.h"
#include "plugin/results/uuid.h"

namespace slidetype::exporting {
namespace {

using Metadata = std::vector<std::pair<std::string, std::string>>;

std::string offset_text(const Rect& offset) {
    if (offset.x == 0 && offset.y == 0) return "level-0 pixels of the whole slide, nothing subtracted";
    return fmt::format("level-0 pixels minus ({}, {})", offset.x, offset.y);
}

Metadata call_metadata(const SlideResult& result) {
    Metadata metadata;
    std::string description = result.call.reason;
    if (!result.note.empty()) description += (description.empty() ? "" : " ") + sentence(result.note);
    // QuPath shows the text under this name as the annotation's description.
    metadata.emplace_back("ANNOTATION_DESCRIPTION",
                          description + (description.empty() ? "" : " ") + "Research use only.");
    metadata.emplace_back("slide", result.slide.name);
    metadata.emplace_back("call", std::string(to_string(result.call.label)));
    metadata.emplace_back("reason", result.call.reason);
    metadata.emplace_back("model", result.model.name);
    metadata.emplace_back("model_sha256", result.model.sha256);
    metadata.emplace_back("version", "slidetype " + result.version);
    metadata.emplace_back("coordinates", offset_text(result.slide.offset));
    return metadata;
}

/// The part of the slide that viewers show: what they crop to where that is known, else all of it.
Rect shown_area(const SlideIdentity& slide) {
    if (!slide.offset.empty()) return slide.offset;
    return {0, 0, std::max<std::int64_t>(slide.width, 1), std::max<std::int64_t>(slide.height, 1)};
}

Feature call_feature(const SlideResult& result, const ObjectIds& ids) {
    const Rect bounds = scored_bounds(result);
    const CallClass call = call_class(result);
    Feature feature;
    feature.id = ids("call", 0);
    feature.type = ObjectType::annotation;
    feature.polygons = {rectangle(bounds.empty() ? shown_area(result.slide) : bounds, result.slide.offset)};
    feature.name = call_title(result);
    feature.class_name = call.name;
    feature.color = call.color;
    feature.locked = true;
    if (result.call.prob_lusc) feature.measurements.emplace_back("prob_LUSC", *result.call.prob_lusc);
    if (result.call.ci95) {
        feature.measurements.emplace_back("ci95_low", (*result.call.ci95)[0]);
        feature.measurements.emplace_back("ci95_high", (*result.call.ci95)[1]);
    }
    feature.measurements.emplace_back("scored_tiles", static_cast<double>(scored_tiles(result)));
    feature.measurements.emplace_back("scored_area_mm2", result.call.scored_area_mm2);
    feature.measurements.emplace_back("tissue_area_mm2", result.tissue_area_mm2);
    if (!result.tumour.empty()) feature.measurements.emplace_back("benign_area_mm2", result.set_aside.benign.mm2);
    if (!result.strangeness.empty())
        feature.measurements.emplace_back("unfamiliar_area_mm2", result.set_aside.unfamiliar.mm2);
    feature.metadata = call_metadata(result);
    return feature;
}

/// Tissue area of a class of tiles; nothing where it is not known.
std::optional<double> class_area_mm2(const SlideResult& result, std::size_t c) {
    if (c == result.classes()) return result.set_aside.benign.mm2;
    if (c == result.classes() + 1) return result.set_aside.unfamiliar.mm2;
    if (c < result.class_areas_mm2.size()) return result.class_areas_mm2[c];
    return std::nullopt;
}

Feature region_feature(const SlideResult& result, const ObjectIds& ids, const std::vector<int>& classes, std::size_t c,
                       const CallClass& shown) {
    Feature feature;
    feature.id = ids("region", c);
    feature.type = ObjectType::annotation;
    for (Polygon& polygon : merge_cells(result.grid, classes, static_cast<int>(c))) {
        feature.polygons.push_back(moved(std::move(polygon), result.slide.offset));
    }
    feature.name = shown.name + " region";
    feature.class_name = shown.name;
    feature.color = shown.color;
    feature.locked = true;
    if (const auto area = class_area_mm2(result, c)) feature.measurements.emplace_back("area_mm2", *area);
    feature.measurements.emplace_back(
        "tiles", static_cast<double>(std::count(classes.begin(), classes.end(), static_cast<int>(c))));
    return feature;
}

}  // namespace

void overlay_geojson(const SlideResult& result, const std::filesystem::path& folder, const ExportOptions&) {
    const auto classes = shown_classes(result);
    const ObjectIds ids(result.slide);
    AtomicFile file(folder / "overlay.geojson");
    GeoJsonWriter writer(file.stream());
    writer.add(call_feature(result, ids));
    const auto shown = tile_classes(result);
    for (std::size_t c = 0; c < shown.size(); ++c) {
        if (std::find(classes.begin(), classes.end(), static_cast<int>(c)) == classes.end()) continue;
        writer.add(region_feature(result, ids, classes, c, shown[c]));
    }
    writer.finish();
    file.commit();
}

}  // namespace slidetype::exporting

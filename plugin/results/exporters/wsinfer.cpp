// The tables and objects of one slide as WSInfer 0.5 and newer lays them out in a results folder:
//
//     model-outputs-csv/NAME.csv          minx,miny,width,height,prob_<class>… of every scored tile
//     model-outputs-geojson/NAME.geojson  the same as objects of type "tile" for QuPath
//
// Level-0 pixels without any offset, as there. Tiles that do not vote are in both: WSInfer knows no such thing. Its
// masks/ and patches/ are not written: they hold its own tissue outline and how far it had come.
#include <fmt/format.h>

#include "base/atomic_file.h"
#include "plugin/results/export_format.h"
#include "plugin/results/exporters/labels.h"
#include "plugin/results/geojson.h"
#include "plugin/results/text.h"
#include "plugin/results/uuid.h"

namespace slidetype::exporting {
namespace {

std::filesystem::path created(const std::filesystem::path& folder) {
    create_folders(folder);
    return folder;
}

void write_table(const SlideResult& result, const std::filesystem::path& path) {
    AtomicFile file(path);
    auto& out = file.stream();
    out << "minx,miny,width,height";
    for (const auto& name : class_labels(result.model.class_names)) out << ',' << csv_field("prob_" + name);
    out << '\n';
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        if (!result.top_class(t)) continue;
        const auto& rect = result.grid.tiles[t].rect;
        out << fmt::format("{},{},{},{}", rect.x, rect.y, rect.width, rect.height);
        for (std::size_t c = 0; c < result.classes(); ++c) out << fmt::format(",{:.6f}", result.probability(t, c));
        out << '\n';
    }
    file.commit();
}

/// With our classes and colours, which WSInfer's objects lack, so that they show without choosing a measurement.
void write_objects(const SlideResult& result, const std::filesystem::path& path) {
    AtomicFile file(path);
    GeoJsonWriter writer(file.stream());
    const ObjectIds ids(result.slide);
    const auto classes = tile_classes(result);
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        const auto top = result.top_class(t);
        if (!top) continue;
        Feature feature;
        feature.id = ids("tile", t);
        feature.type = ObjectType::tile;
        feature.polygons = {rectangle(result.grid.tiles[t].rect, {})};
        feature.class_name = classes[*top].name;
        feature.color = classes[*top].color;
        feature.locked = true;
        for (std::size_t c = 0; c < result.classes(); ++c) {
            feature.measurements.emplace_back("prob_" + classes[c].name, static_cast<double>(result.probability(t, c)));
        }
        writer.add(feature);
    }
    writer.finish();
    file.commit();
}

}  // namespace

void wsinfer(const SlideResult& result, const std::filesystem::path& folder) {
    write_table(result, created(folder / "model-outputs-csv") / (result.slide.name + ".csv"));
    write_objects(result, created(folder / "model-outputs-geojson") / (result.slide.name + ".geojson"));
}

}  // namespace slidetype::exporting

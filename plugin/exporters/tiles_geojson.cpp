// tiles.geojson.gz, and tiles.geojson where it is asked for: one object of type "tile" per scored tile.
#include "base/atomic_file.h"
#include "plugin/exporter.h"
#include "plugin/geojson.h"
#include "plugin/gzip.h"
#include "plugin/text.h"
#include "plugin/uuid.h"

namespace slidetype::exporting {
namespace {

void write_tiles(const SlideResult& result, std::ostream& out) {
    const auto labels = class_labels(result.model.class_names);
    const ObjectIds ids(result.slide);
    Feature feature;
    feature.type = ObjectType::tile;
    for (const std::string& label : labels) feature.measurements.emplace_back("prob_" + label, 0.0);
    GeoJsonWriter writer(out);
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        const auto top = result.top_class(t);
        if (!top) continue;
        feature.id = ids("tile", t);
        feature.polygons = {rectangle(result.grid.tiles[t].rect, result.slide.offset)};
        feature.class_name = labels[*top];
        feature.color = class_color(result.model.class_names[*top], *top);
        for (std::size_t c = 0; c < labels.size(); ++c) {
            feature.measurements[c].second = static_cast<double>(result.probability(t, c));
        }
        writer.add(feature);
    }
    writer.finish();
}

}  // namespace

void tiles_geojson(const SlideResult& result, const std::filesystem::path& folder, const ExportOptions& options) {
    AtomicFile packed(folder / "tiles.geojson.gz");
    GzipStream gzip(packed.stream());
    write_tiles(result, gzip);
    gzip.finish();
    packed.commit();

    const auto plain_path = folder / "tiles.geojson";
    if (!options.plain_tiles_geojson) {
        // One of an earlier run would contradict the new one.
        std::error_code ignored;
        std::filesystem::remove(plain_path, ignored);
        return;
    }
    AtomicFile plain(plain_path);
    write_tiles(result, plain.stream());
    plain.commit();
}

}  // namespace slidetype::exporting

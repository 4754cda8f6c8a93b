// tiles.geojson.gz, and tiles.geojson where it is asked for: one object of type "tile" per scored tile.
// Viewers colour tiles by a measurement and leave those blank that lack it, so tiles that do not vote have no class
// probabilities here: a map of prob_LUSC shows the tumour alone. tiles.csv has them all.
#include "base/atomic_file.h"
#include "plugin/exporter.h"
#include "plugin/exporters/labels.h"
#include "plugin/geojson.h"
#include "plugin/gzip.h"
#include "plugin/uuid.h"

namespace slidetype::exporting {
namespace {

void write_tiles(const SlideResult& result, std::ostream& out) {
    const auto classes = tile_classes(result);
    const ObjectIds ids(result.slide);
    Feature feature;
    feature.type = ObjectType::tile;
    GeoJsonWriter writer(out);
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        const auto shown = tile_class(result, t);
        if (!shown) continue;
        feature.id = ids("tile", t);
        feature.polygons = {rectangle(result.grid.tiles[t].rect, result.slide.offset)};
        feature.class_name = classes[*shown].name;
        feature.color = classes[*shown].color;
        feature.measurements.clear();
        for (std::size_t c = 0; c < result.classes() && *shown < result.classes(); ++c) {
            feature.measurements.emplace_back("prob_" + classes[c].name, static_cast<double>(result.probability(t, c)));
        }
        if (!result.tumour.empty()) feature.measurements.emplace_back("prob_tumour", double{result.tumour[t]});
        if (!result.strangeness.empty())
            feature.measurements.emplace_back("strangeness", double{result.strangeness[t]});
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

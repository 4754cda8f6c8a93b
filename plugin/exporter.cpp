#include "plugin/exporter.h"

namespace slidetype {
namespace exporting {

using Write = void(const SlideResult& result, const std::filesystem::path& folder, const ExportOptions& options);
/// Each is the one function of exporters/NAME.cpp.
Write tiles_csv, tiles_geojson, overlay_geojson, heatmap_png, overlay_png, summary_json;

}  // namespace exporting

std::span<const Exporter> exporters() {
    static constexpr Exporter kTable[] = {
        {"tiles.csv", "one line per grid tile: place, status, tissue and probabilities", exporting::tiles_csv},
        {"tiles.geojson.gz", "every scored tile, for QuPath and other viewers", exporting::tiles_geojson},
        {"overlay.geojson", "the slide call and merged regions per class, small", exporting::overlay_geojson},
        {"heatmap.png", "the probabilities as a picture with its scales", exporting::heatmap_png},
        {"overlay.png", "the slide's thumbnail with the heatmap over it", exporting::overlay_png},
        {"summary.json", "the call with its evidence, areas, settings and timings", exporting::summary_json},
    };
    return kTable;
}

}  // namespace slidetype

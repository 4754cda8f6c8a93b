#include "plugin/results/exporter.h"

#include <tbb/parallel_for_each.h>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/stopwatch.h"

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

void write_result_folder(const SlideResult& result, const std::filesystem::path& folder, const ExportOptions& options) {
    create_folders(folder);
    std::error_code error;
    std::filesystem::remove(folder / "summary.json", error);
    if (error) {
        throw Error(ErrorCode::io, folder.string(), "cannot be written to: " + error.message(),
                    "Choose an output folder that you may write to.");
    }
    const auto begin = Clock::now();
    const auto before_summary = exporters().first(exporters().size() - 1);
    tbb::parallel_for_each(before_summary.begin(), before_summary.end(),
                           [&](const Exporter& exporter) { exporter.write(result, folder, options); });
    auto timed = options;
    timed.seconds_write = seconds_since(begin);
    exporters().back().write(result, folder, timed);
}

}  // namespace slidetype

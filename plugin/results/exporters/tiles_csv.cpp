// tiles.csv: a line per tile of the grid in raster order, fields as RFC 4180 quotes them, lines ended by "\n".
// x, y, width, height are level-0 pixels of the file itself, without any offset. Tiles that do not vote keep all that
// the model said of them here, so that nothing is lost.
#include <fmt/format.h>

#include <iterator>

#include "base/atomic_file.h"
#include "plugin/results/exporter.h"
#include "plugin/results/text.h"

namespace slidetype::exporting {
namespace {

void append_number(std::string& out, bool known, float value) {
    out += ',';
    if (known) fmt::format_to(std::back_inserter(out), "{:.6f}", value);
}

void append_row(std::string& out, const SlideResult& result, std::size_t t) {
    const Tile& tile = result.grid.tiles[t];
    fmt::format_to(std::back_inserter(out), "{},{},{},{},{},{},{:.4f}", t, tile.rect.x, tile.rect.y, tile.rect.width,
                   tile.rect.height, to_string(tile.status), tile.tissue_fraction);
    const bool scored = result.top_class(t).has_value();
    for (std::size_t c = 0; c < result.classes(); ++c) append_number(out, scored, result.probability(t, c));
    if (!result.tumour.empty()) append_number(out, scored, result.tumour[t]);
    if (!result.strangeness.empty()) append_number(out, scored, result.strangeness[t]);
    if (!result.attention_percentile.empty()) append_number(out, scored, result.attention_percentile[t]);
    out += ',';
    if (const auto reason = result.reasons.find(t); reason != result.reasons.end()) out += csv_field(reason->second);
    out += '\n';
}

}  // namespace

void tiles_csv(const SlideResult& result, const std::filesystem::path& folder, const ExportOptions&) {
    AtomicFile file(folder / "tiles.csv");
    std::string line = "index,x,y,width,height,status,tissue_fraction";
    for (const std::string& name : class_labels(result.model.class_names))
        line.append(",").append(csv_field("prob_" + name));
    if (!result.tumour.empty()) line += ",prob_tumour";
    if (!result.strangeness.empty()) line += ",strangeness";
    if (!result.attention_percentile.empty()) line += ",attention_percentile";
    line += ",reason\n";
    file.stream() << line;
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        line.clear();
        append_row(line, result, t);
        file.stream() << line;
    }
    file.commit();
}

}  // namespace slidetype::exporting

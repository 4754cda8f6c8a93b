#include "bench/cohort/attention.h"

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "bench/cohort/truth_cells.h"
#include "model/data/manifest.h"
#include "model/metrics/metrics.h"

namespace slidetype::bench {
namespace {

namespace fs = std::filesystem;

constexpr double kMostDisagreeing = 1.0 / 3;

/// Whether a tile shows tumour; nothing where that cannot be said.
std::optional<bool> shows_tumour(const std::vector<TruthCell>& cells, const CellBox& tile) {
    const auto at_centre = std::ranges::find_if(cells, [&](const TruthCell& cell) {
        return cell.box.holds(tile.x + tile.width / 2, tile.y + tile.height / 2);
    });
    if (at_centre == cells.end()) return std::nullopt;
    double disagreeing = 0;
    for (const auto& cell : cells) {
        if (cell.is_tumour() != at_centre->is_tumour()) disagreeing += cell.box.shared_with(tile);
    }
    if (disagreeing > kMostDisagreeing * tile.width * tile.height) return std::nullopt;
    return at_centre->is_tumour();
}

}  // namespace

AttentionFigures measure_attention(const fs::path& truth_csv, const fs::path& tiles_csv, const std::string& column) {
    const auto cells = read_truth(truth_csv);
    const auto table = read_own_table(tiles_csv, {"x", "y", "width", "height", column});
    AttentionFigures figures;
    figures.slide = truth_csv.stem().string();
    std::vector<Scored> scored;
    for (const auto& row : table.rows) {
        const auto number = table.number(row, column);
        if (!number) continue;
        const auto tumour = shows_tumour(cells, read_box(table, row));
        if (!tumour) {
            ++figures.left_out;
            continue;
        }
        ++(*tumour ? figures.tumour : figures.benign);
        scored.push_back({.logit = static_cast<float>(*number), .label = *tumour ? 1 : 0, .group = 0, .tile = 0});
    }
    figures.auc = measure(scored, 1, 0).auc.value;
    return figures;
}

std::vector<AttentionFigures> measure_attention_of_all(const fs::path& truth, const fs::path& results,
                                                       const std::string& column) {
    std::vector<AttentionFigures> all;
    for (const auto& entry : fs::directory_iterator(truth)) {
        const auto tiles = results / entry.path().stem() / "tiles.csv";
        if (entry.path().extension() != ".csv" || !fs::exists(tiles)) continue;
        all.push_back(measure_attention(entry.path(), tiles, column));
    }
    if (all.empty()) {
        throw Error(ErrorCode::bad_data, results.string(), "has no NAME/tiles.csv of a NAME.csv in " + truth.string());
    }
    std::ranges::sort(all, {}, &AttentionFigures::slide);
    return all;
}

}  // namespace slidetype::bench

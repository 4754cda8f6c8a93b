#include "plugin/analysis/tumour_around.h"

#include <cmath>
#include <cstddef>
#include <utility>

namespace slidetype {

std::vector<float> tumour_around(const TileGrid& grid, std::span<const float> tumour) {
    std::vector<float> around(grid.tiles.size(), 1.0F);
    if (tumour.empty()) return around;
    for (std::size_t t = 0; t < around.size(); ++t) {
        double sum = 0, count = 0;
        for (const auto& [dx, dy] : {std::pair{1, 0}, {-1, 0}, {0, 1}, {0, -1}}) {
            const int column = grid.tiles[t].column + dx, row = grid.tiles[t].row + dy;
            if (column < 0 || row < 0 || column >= grid.columns || row >= grid.rows) continue;
            // Tiles lie in raster order.
            const float other = tumour[static_cast<std::size_t>(row) * static_cast<std::size_t>(grid.columns) +
                                       static_cast<std::size_t>(column)];
            if (std::isnan(other)) continue;
            sum += static_cast<double>(other);
            count += 1;
        }
        if (count > 0) around[t] = static_cast<float>(sum / count);
    }
    return around;
}

}  // namespace slidetype

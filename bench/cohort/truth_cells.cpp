#include "bench/cohort/truth_cells.h"

#include <algorithm>
#include <array>

#include "model/data/dataset.h"

namespace slidetype::bench {

double CellBox::shared_with(const CellBox& other) const {
    const double across = std::min(x + width, other.x + other.width) - std::max(x, other.x);
    const double down = std::min(y + height, other.y + other.height) - std::max(y, other.y);
    return across > 0 && down > 0 ? across * down : 0;
}

bool TruthCell::is_tumour() const {
    return label != kBenignLabel;
}

CellBox read_box(const Manifest& table, const std::vector<std::string>& row) {
    const auto read = [&](const char* column) { return table.number(row, column).value_or(0); };
    return {read("x"), read("y"), read("width"), read("height")};
}

std::vector<TruthCell> read_truth(const std::filesystem::path& file) {
    const auto table = read_own_table(file, {"x", "y", "width", "height", "class"});
    std::vector<TruthCell> cells;
    for (const auto& row : table.rows) cells.push_back({read_box(table, row), class_index(table.at(row, "class"))});
    return cells;
}

std::optional<int> label_of_most(const std::vector<TruthCell>& cells, const CellBox& tile) {
    std::array<double, kBenignLabel + 1> areas{};
    double covered = 0;
    for (const auto& cell : cells) {
        if (cell.label < 0 || cell.label > kBenignLabel) continue;
        const double area = cell.box.shared_with(tile);
        areas.at(static_cast<std::size_t>(cell.label)) += area;
        covered += area;
    }
    if (covered < tile.width * tile.height / 2) return std::nullopt;
    return static_cast<int>(std::ranges::max_element(areas) - areas.begin());
}

}  // namespace slidetype::bench

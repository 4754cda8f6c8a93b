// Outlines are walked along the lines of the grid rather than made by uniting squares: it is exact, it is linear, and a
// checkerboard of 50 000 tiles is no worse than a disc.
//
// Cells that share an edge make a part (4-connected). A walker goes round each part with the part at the left hand
// (picture coordinates, y down: down the left side, along the bottom to the right, up, and back along the top), and at
// every corner takes the right turn if the cell there is of the same part, else goes straight, else turns left. Taking
// the right turn first means that where two cells of a part meet only at a corner the walk crosses over, so a ring
// passes each corner once: what the part encloses becomes a hole that touches the ring at that corner, which is valid,
// instead of a ring that touches itself, which is not.
#include "plugin/results/regions.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace slidetype {
namespace {

/// Cell edges on the border of one axis, with overlap: half-way between the centres of neighbouring tiles.
std::vector<std::int64_t> lines_between(const std::vector<std::pair<std::int64_t, std::int64_t>>& spans, double stride,
                                        bool overlapping) {
    std::vector<std::int64_t> lines;
    for (std::size_t k = 0; k < spans.size(); ++k) {
        const auto [begin, end] = spans[k];
        const double half_margin = (static_cast<double>(end - begin) - stride) / 2;
        if (!overlapping) {
            lines.push_back(begin);
        } else if (k == 0) {
            lines.push_back(begin + std::llround(half_margin));
        } else {
            lines.push_back((spans[k - 1].first + spans[k - 1].second + begin + end) / 4);
        }
        if (k + 1 == spans.size()) lines.push_back(overlapping ? end - std::llround(half_margin) : end);
    }
    return lines;
}

struct Step {
    int dx, dy;
};
/// Directions of walking along the left, bottom, right and top side of a cell.
constexpr Step kAlong[4] = {{0, 1}, {1, 0}, {0, -1}, {-1, 0}};
/// From a cell to its neighbour beyond that side.
constexpr Step kBeyond[4] = {{-1, 0}, {0, 1}, {1, 0}, {0, -1}};
/// From a cell to the corner where the walk along that side ends.
constexpr Step kCorner[4] = {{0, 1}, {1, 1}, {1, 0}, {0, 0}};

class Tracer {
  public:
    Tracer(const TileGrid& grid, std::span<const int> classes, int wanted)
        : columns_(grid.columns),
          rows_(grid.rows),
          lines_(cell_lines(grid)),
          part_(grid.tiles.size(), 0),
          walked_(grid.tiles.size(), 0) {
        for (std::size_t t = 0; t < part_.size(); ++t) {
            if (classes[t] == wanted) part_[t] = kUnlabelled;
        }
    }

    std::vector<Polygon> polygons() {
        std::vector<Polygon> found;
        for (std::size_t t = 0; t < part_.size(); ++t) {
            if (part_[t] == kUnlabelled) found.push_back(trace_part(t, static_cast<int>(found.size()) + 1));
        }
        return found;
    }

  private:
    static constexpr int kUnlabelled = -1;

    std::size_t index(int column, int row) const {
        return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(column);
    }
    int part_at(int column, int row) const {
        const bool inside = column >= 0 && column < columns_ && row >= 0 && row < rows_;
        return inside ? part_[index(column, row)] : 0;
    }

    /// Labels the part of cell `first` and gives its cells in raster order.
    std::vector<std::size_t> flood(std::size_t first, int label) {
        std::vector<std::size_t> cells{first};
        part_[first] = label;
        for (std::size_t k = 0; k < cells.size(); ++k) {
            const int column = static_cast<int>(cells[k] % static_cast<std::size_t>(columns_));
            const int row = static_cast<int>(cells[k] / static_cast<std::size_t>(columns_));
            for (const Step& step : kBeyond) {
                if (part_at(column + step.dx, row + step.dy) != kUnlabelled) continue;
                const std::size_t neighbour = index(column + step.dx, row + step.dy);
                part_[neighbour] = label;
                cells.push_back(neighbour);
            }
        }
        std::sort(cells.begin(), cells.end());
        return cells;
    }

    Polygon trace_part(std::size_t first, int label) {
        Polygon polygon;
        for (const std::size_t cell : flood(first, label)) {
            const int column = static_cast<int>(cell % static_cast<std::size_t>(columns_));
            const int row = static_cast<int>(cell / static_cast<std::size_t>(columns_));
            for (int side = 0; side < 4; ++side) {
                const Step& step = kBeyond[side];
                if (part_at(column + step.dx, row + step.dy) == label || (walked_[cell] >> side & 1) != 0) continue;
                // The first cell is the upmost and of these the leftmost, so its left side is on the outer ring.
                Ring ring = walk(column, row, side, label);
                if (polygon.outer.empty()) {
                    polygon.outer = std::move(ring);
                } else {
                    polygon.holes.push_back(std::move(ring));
                }
            }
        }
        return polygon;
    }

    /// One ring from a side of a cell back to it. Only corners where it turns become vertices.
    Ring walk(int column, int row, int side, int label) {
        Ring ring;
        while ((walked_[index(column, row)] >> side & 1) == 0) {
            walked_[index(column, row)] |= static_cast<std::uint8_t>(1 << side);
            const Point corner{static_cast<double>(lines_.x[static_cast<std::size_t>(column + kCorner[side].dx)]),
                               static_cast<double>(lines_.y[static_cast<std::size_t>(row + kCorner[side].dy)])};
            const Step ahead = kAlong[side], out = kBeyond[side];
            if (part_at(column + ahead.dx + out.dx, row + ahead.dy + out.dy) == label) {
                column += ahead.dx + out.dx;
                row += ahead.dy + out.dy;
                side = (side + 3) % 4;
                ring.push_back(corner);
            } else if (part_at(column + ahead.dx, row + ahead.dy) == label) {
                column += ahead.dx;
                row += ahead.dy;
            } else {
                side = (side + 1) % 4;
                ring.push_back(corner);
            }
        }
        // The walk ends where it began, so that its last vertex is the first cell's upper left corner.
        std::rotate(ring.begin(), ring.end() - 1, ring.end());
        return ring;
    }

    int columns_, rows_;
    CellLines lines_;
    std::vector<int> part_;             ///< 0: of no interest
    std::vector<std::uint8_t> walked_;  ///< a bit per side
};

}  // namespace

Rect CellLines::cell(int column, int row) const {
    const auto c = static_cast<std::size_t>(column), r = static_cast<std::size_t>(row);
    return {x[c], y[r], x[c + 1] - x[c], y[r + 1] - y[r]};
}

CellLines cell_lines(const TileGrid& grid) {
    if (grid.tiles.empty()) return {};
    std::vector<std::pair<std::int64_t, std::int64_t>> columns, rows;
    for (int c = 0; c < grid.columns; ++c) {
        const Rect& rect = grid.tiles[static_cast<std::size_t>(c)].rect;
        columns.emplace_back(rect.x, rect.right());
    }
    for (int r = 0; r < grid.rows; ++r) {
        const Rect& rect = grid.tiles[static_cast<std::size_t>(r) * static_cast<std::size_t>(grid.columns)].rect;
        rows.emplace_back(rect.y, rect.bottom());
    }
    const bool overlapping = grid.overlap > 0;
    return {lines_between(columns, grid.tile_width * (1 - grid.overlap), overlapping),
            lines_between(rows, grid.tile_height * (1 - grid.overlap), overlapping)};
}

std::vector<Polygon> merge_cells(const TileGrid& grid, std::span<const int> classes, int wanted) {
    return Tracer(grid, classes, wanted).polygons();
}

}  // namespace slidetype

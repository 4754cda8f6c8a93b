#include "bench/call_validation/field_layout.h"

#include <algorithm>
#include <numeric>

namespace slidetype::bench {
namespace {

struct Point {
    double x = 0, y = 0;
};

std::size_t nearest(const std::vector<Point>& points, const Point& to) {
    const auto distance = [&](const Point& p) { return (p.x - to.x) * (p.x - to.x) + (p.y - to.y) * (p.y - to.y); };
    const auto found = std::ranges::min_element(points, {}, distance);
    return static_cast<std::size_t>(found - points.begin());
}

/// Gives classes to fields in this order, each until its share is full.
void give_kinds(FieldLayout& layout, const std::vector<std::size_t>& order, const Shares& shares) {
    std::vector<double> sizes(layout.kinds.size());
    for (const auto field : layout.field_of_cell) sizes[field] += 1 / static_cast<double>(layout.field_of_cell.size());
    std::size_t kind = 0;
    double filled = 0, full_at = shares.front().second;
    for (std::size_t k = 0; k < order.size(); ++k) {
        // The middle of the field decides, so that what is too much for one class and for the next evens out.
        const bool last_chance = order.size() - k < shares.size() - kind;
        if (kind + 1 < shares.size() && filled > 0 && (filled + sizes[order[k]] / 2 > full_at || last_chance)) {
            full_at += shares[++kind].second;
        }
        layout.kinds[order[k]] = shares[kind].first;
        filled += sizes[order[k]];
    }
}

}  // namespace

std::size_t FieldLayout::cells_of(char kind) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(field_of_cell, [&](std::size_t field) { return kinds[field] == kind; }));
}

FieldLayout lay_out_fields(int columns, int rows, std::size_t fields, Arrangement arrangement, const Shares& shares,
                           Random& random) {
    FieldLayout layout;
    layout.columns = columns;
    layout.rows = rows;
    const auto cells = static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows);
    std::vector<Point> points;
    if (arrangement == Arrangement::single) fields = cells;
    for (std::size_t k = 0; k < fields; ++k) {
        auto& point = points.emplace_back();
        point.x = random.uniform(0, columns);
        point.y = random.uniform(0, rows);
    }
    layout.kinds.resize(fields);
    for (std::size_t cell = 0; cell < cells; ++cell) {
        const auto column = cell % static_cast<std::size_t>(columns), row = cell / static_cast<std::size_t>(columns);
        const Point center{static_cast<double>(column) + 0.5, static_cast<double>(row) + 0.5};
        layout.field_of_cell.push_back(arrangement == Arrangement::single ? cell : nearest(points, center));
    }
    std::vector<std::size_t> order(fields);
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (arrangement == Arrangement::blocks) {
        std::ranges::sort(order, {}, [&](std::size_t field) { return points[field].x; });
    } else {
        random.shuffle(order);
    }
    give_kinds(layout, order, shares);
    return layout;
}

}  // namespace slidetype::bench

#include "tiler/polygon.h"

#include <algorithm>
#include <cmath>

namespace slidetype {
namespace {

/// An edge of a ring, lower end first.
struct Edge {
    Point from, to;
};

void add_edges(const Ring& ring, double top, double bottom, std::vector<Edge>& edges) {
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const Point &a = ring[i], &b = ring[(i + 1) % ring.size()];
        const auto& [low, high] = a.y < b.y ? std::pair(a, b) : std::pair(b, a);
        if (low.y != high.y && low.y <= bottom && high.y > top) edges.push_back({low, high});
    }
}

/// The edges of one polygon that a horizontal line between `top` and `bottom` may cross.
std::vector<Edge> edges_between(const Polygon& polygon, double top, double bottom) {
    std::vector<Edge> edges;
    add_edges(polygon.outer, top, bottom, edges);
    for (const auto& hole : polygon.holes) add_edges(hole, top, bottom, edges);
    return edges;
}

using Spans = std::vector<std::pair<double, double>>;

/// Each edge owns its lower end and not its upper one, so a line through a corner crosses once.
void add_spans(const std::vector<Edge>& edges, double y, Spans& spans) {
    std::vector<double> crossings;
    for (const auto& [from, to] : edges) {
        if (from.y <= y && y < to.y) crossings.push_back(from.x + (y - from.y) / (to.y - from.y) * (to.x - from.x));
    }
    std::sort(crossings.begin(), crossings.end());
    for (std::size_t i = 0; i + 1 < crossings.size(); i += 2) spans.emplace_back(crossings[i], crossings[i + 1]);
}

Spans united(Spans spans) {
    std::sort(spans.begin(), spans.end());
    Spans result;
    for (const auto& span : spans) {
        if (!result.empty() && span.first <= result.back().second)
            result.back().second = std::max(result.back().second, span.second);
        else
            result.push_back(span);
    }
    return result;
}

}  // namespace

Spans spans_at(const std::vector<Polygon>& polygons, double y) {
    Spans spans;
    for (const auto& polygon : polygons) add_spans(edges_between(polygon, y, y), y, spans);
    return united(std::move(spans));
}

double coverage(const std::vector<Polygon>& polygons, const Rect& rect) {
    constexpr int samples = 64;
    if (rect.empty()) return 0;
    const auto top = static_cast<double>(rect.y), bottom = static_cast<double>(rect.bottom());
    std::vector<std::vector<Edge>> edges;
    for (const auto& polygon : polygons) {
        auto some = edges_between(polygon, top, bottom);
        if (!some.empty()) edges.push_back(std::move(some));
    }
    const double step_x = static_cast<double>(rect.width) / samples,
                 step_y = static_cast<double>(rect.height) / samples;
    // How many of the sample points at x + (i + 1/2) · step lie before a place.
    const auto before = [&](double x) {
        const double index = std::ceil((x - static_cast<double>(rect.x)) / step_x - 0.5);
        return static_cast<int>(std::clamp(index, 0.0, double{samples}));
    };
    int inside = 0;
    for (int row = 0; row < samples; ++row) {
        Spans spans;
        for (const auto& some : edges) add_spans(some, top + (row + 0.5) * step_y, spans);
        for (const auto& [from, to] : united(std::move(spans))) inside += before(to) - before(from);
    }
    return static_cast<double>(inside) / (samples * samples);
}

}  // namespace slidetype

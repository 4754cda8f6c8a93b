#include "tiler/annotations/area_layers.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>

namespace slidetype {
namespace {

constexpr std::size_t kChunkEdges = 64;

}  // namespace

AreaLayers::AreaLayers(const std::vector<Area>& areas) {
    std::vector<double> sizes(areas.size());
    std::ranges::transform(areas, sizes.begin(), [](const Area& area) { return area_of(area.polygon); });
    std::vector<std::size_t> order(areas.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return sizes[i]; });
    for (const auto i : order) {
        add_layer(areas[i]);
        layers_.back().size = sizes[i];
    }
}

void AreaLayers::add_layer(const Area& area) {
    Layer layer;
    layer.classes = bit(area.class_index);
    layer.begin = chunks_.size();
    add_edges(area.polygon.outer);
    for (const auto& hole : area.polygon.holes) add_edges(hole);
    layer.end = chunks_.size();
    layer.top = std::numeric_limits<double>::infinity(), layer.bottom = -layer.top;
    for (auto c = layer.begin; c < layer.end; ++c) {
        layer.top = std::min(layer.top, chunks_[c].top), layer.bottom = std::max(layer.bottom, chunks_[c].bottom);
    }
    layers_.push_back(layer);
}

void AreaLayers::add_edges(const Ring& ring) {
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const Point &a = ring[i], &b = ring[(i + 1) % ring.size()];
        if (i % kChunkEdges == 0) chunks_.push_back({edges_.size(), edges_.size(), a.y, a.y});
        auto& chunk = chunks_.back();
        // A level edge is crossed by no level line.
        if (a.y == b.y) continue;
        edges_.push_back(a.y < b.y ? Edge{a, b} : Edge{b, a});
        chunk.end = edges_.size();
        chunk.top = std::min({chunk.top, a.y, b.y}), chunk.bottom = std::max({chunk.bottom, a.y, b.y});
    }
}

void AreaLayers::cross(const Layer& layer, std::uint32_t rank, std::span<const double> lines,
                       std::vector<std::vector<Crossing>>& crossings) const {
    for (auto c = layer.begin; c < layer.end; ++c) {
        const auto& chunk = chunks_[c];
        if (chunk.bottom <= lines.front() || chunk.top > lines.back()) continue;
        for (auto e = chunk.begin; e < chunk.end; ++e) {
            const auto& [from, to] = edges_[e];
            // Each edge owns its lower end and not its upper one, so a line through a corner crosses once.
            auto line = std::ranges::lower_bound(lines, from.y);
            for (; line != lines.end() && *line < to.y; ++line) {
                const double x = from.x + (*line - from.y) / (to.y - from.y) * (to.x - from.x);
                crossings[static_cast<std::size_t>(line - lines.begin())].push_back({x, rank});
            }
        }
    }
}

AreaLayers::Run AreaLayers::run_of(double from, double to, std::span<const std::uint32_t> inside) const {
    Run run{from, to, 0, 0};
    const double smallest = layers_[inside.front()].size;
    for (const auto rank : inside) {
        const auto& layer = layers_[rank];
        run.within |= layer.classes;
        if (layer.size * kSameSize <= smallest) run.top |= layer.classes;
    }
    return run;
}

void AreaLayers::find_runs(std::vector<Crossing>& crossings, std::vector<std::uint32_t>& inside,
                           std::vector<Run>& runs) const {
    runs.clear(), inside.clear();
    std::ranges::sort(crossings, {}, [](const Crossing& one) { return std::tuple(one.x, one.rank); });
    double last = 0;
    for (const auto& [x, rank] : crossings) {
        if (!inside.empty() && x > last) {
            const auto run = run_of(last, x, inside);
            const bool goes_on = !runs.empty() && runs.back().to == run.from && runs.back().top == run.top &&
                                 runs.back().within == run.within;
            if (goes_on)
                runs.back().to = run.to;
            else
                runs.push_back(run);
        }
        last = x;
        const auto place = std::ranges::lower_bound(inside, rank);
        if (place != inside.end() && *place == rank)
            inside.erase(place);
        else
            inside.insert(place, rank);
    }
}

void AreaLayers::on_lines(std::span<const double> lines,
                          const std::function<void(std::size_t, std::span<const Run>)>& use) const {
    if (lines.empty()) return;
    std::vector<std::vector<Crossing>> crossings(lines.size());
    for (std::size_t rank = 0; rank < layers_.size(); ++rank) {
        const auto& layer = layers_[rank];
        if (layer.bottom <= lines.front() || layer.top > lines.back()) continue;
        cross(layer, static_cast<std::uint32_t>(rank), lines, crossings);
    }
    std::vector<std::uint32_t> inside;
    std::vector<Run> runs;
    for (std::size_t line = 0; line < lines.size(); ++line) {
        find_runs(crossings[line], inside, runs);
        if (!runs.empty()) use(line, runs);
    }
}

}  // namespace slidetype

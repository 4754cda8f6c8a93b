#include "tiler/annotations/region_of_interest.h"

#include <cstddef>
#include <span>

namespace slidetype {
namespace {

constexpr int kCounts = 0, kIgnored = 1;

std::vector<AreaLayers::Area> layers_of(const std::vector<Polygon>& areas, const std::vector<Polygon>& ignored) {
    std::vector<AreaLayers::Area> all;
    all.reserve(areas.size() + ignored.size());
    for (const auto& polygon : areas) all.push_back({polygon, kCounts});
    for (const auto& polygon : ignored) all.push_back({polygon, kIgnored});
    return all;
}

}  // namespace

RegionOfInterest::RegionOfInterest(const std::vector<Polygon>& areas, const std::vector<Polygon>& ignored)
    : layers_(layers_of(areas, ignored)) {}

std::vector<std::pair<double, double>> RegionOfInterest::spans_at(double y) const {
    std::vector<std::pair<double, double>> spans;
    layers_.on_lines({&y, 1}, [&](std::size_t, std::span<const AreaLayers::Run> runs) {
        for (const auto& run : runs) {
            if (run.within != AreaLayers::bit(kCounts)) continue;
            if (!spans.empty() && spans.back().second == run.from)
                spans.back().second = run.to;
            else
                spans.emplace_back(run.from, run.to);
        }
    });
    return spans;
}

}  // namespace slidetype

#include "plugin/teaching/training_areas.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace slidetype {
namespace {

bool touches(const Polygon& polygon, const Rect& rect) {
    const auto [left, right] = std::ranges::minmax(polygon.outer, {}, &Point::x);
    const auto [top, bottom] = std::ranges::minmax(polygon.outer, {}, &Point::y);
    return left.x < static_cast<double>(rect.right()) && right.x > static_cast<double>(rect.x) &&
           top.y < static_cast<double>(rect.bottom()) && bottom.y > static_cast<double>(rect.y);
}

}  // namespace

TrainingAreas sort_annotations(std::vector<Annotation> annotations) {
    auto drawn = drawn_by_a_person(std::move(annotations));
    TrainingAreas sorted;
    sorted.passed_over = drawn.passed_over;
    const auto take = [&](std::vector<Polygon>& polygons, std::size_t label) {
        std::ranges::move(polygons, std::back_inserter(sorted.areas[label]));
    };
    for (auto& area : drawn.areas) {
        // People who draw without a class list write the class into the name.
        const auto& name = area.class_name.empty() && class_index(area.name) >= 0 ? area.name : area.class_name;
        const int label = class_index(name);
        if (label < 0) {
            ++sorted.other_classes[name];
        } else {
            take(area.polygons, static_cast<std::size_t>(label));
        }
    }
    for (auto& area : drawn.ignored) take(area.polygons, TrainingAreas::kIgnore);
    return sorted;
}

TrainingAreas read_training_areas(const std::filesystem::path& file, double offset_x, double offset_y) {
    return sort_annotations(read_annotations(file, offset_x, offset_y));
}

TileLabel label_of(const TrainingAreas& areas, const Rect& rect, double min_coverage) {
    std::array<double, TrainingAreas::kLabels> shares{};
    for (std::size_t label = 0; label < shares.size(); ++label) {
        std::vector<Polygon> near;
        std::ranges::copy_if(areas.areas[label], std::back_inserter(near),
                             [&](const Polygon& polygon) { return touches(polygon, rect); });
        if (!near.empty()) shares[label] = coverage(near, rect);
    }
    const auto best = static_cast<std::size_t>(std::ranges::max_element(shares) - shares.begin());
    if (shares[best] < min_coverage) return {TileLabel::Kind::outside, -1};
    for (std::size_t label = 0; label < shares.size(); ++label) {
        if (label != best && shares[best] - shares[label] < kClearLead) return {TileLabel::Kind::contested, -1};
    }
    if (best == TrainingAreas::kIgnore) return {TileLabel::Kind::ignored, -1};
    return {TileLabel::Kind::labelled, static_cast<int>(best)};
}

}  // namespace slidetype

#include "plugin/teaching/training_areas.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <utility>

#include "tiler/annotations/annotations.h"

namespace slidetype {
namespace {

constexpr int kSamples = 64;  ///< per axis of a tile

/// People who draw without a class list write the class into the name.
const std::string& said_class(const Annotation& area) {
    return area.class_name.empty() && class_index(area.name) >= 0 ? area.name : area.class_name;
}

/// The index of a class that is none of ours; it is added where it is new.
int other_index(std::vector<std::string>& classes, const std::string& name) {
    const auto found = std::ranges::find(classes, name);
    if (found != classes.end()) return static_cast<int>(found - classes.begin());
    if (classes.size() == AreaLayers::kMostClasses) {
        classes.back() = "others";
        return AreaLayers::kMostClasses - 1;
    }
    classes.push_back(name);
    return static_cast<int>(classes.size()) - 1;
}

/// How many sample points of each class lie in each tile of a row.
class RowCounts {
  public:
    RowCounts(std::span<const Rect> tiles, std::size_t classes)
        : tiles_(tiles), classes_(classes), top_(tiles.size() * classes), within_(tiles.size() * classes) {}

    void add(const AreaLayers::Run& run) {
        auto t = static_cast<std::size_t>(
            std::ranges::partition_point(
                tiles_, [&](const Rect& tile) { return static_cast<double>(tile.right()) <= run.from; }) -
            tiles_.begin());
        for (; t < tiles_.size() && static_cast<double>(tiles_[t].x) < run.to; ++t) {
            const auto points = before(tiles_[t], run.to) - before(tiles_[t], run.from);
            add(top_, t, said_of(run.top), points);
            add(within_, t, run.within, points);
        }
    }

    /// Of a tile's points, those that areas of the class lie on top of; those that any of its areas holds.
    double top(std::size_t tile, int class_index) const { return share(top_, tile, class_index); }
    double within(std::size_t tile, int class_index) const { return share(within_, tile, class_index); }

  private:
    /// How many of the sample points of a line, at x + (i + 1/2) · step, lie before a place.
    static std::uint32_t before(const Rect& tile, double x) {
        const double step = static_cast<double>(tile.width) / kSamples;
        const double index = std::ceil((x - static_cast<double>(tile.x)) / step - 0.5);
        return static_cast<std::uint32_t>(std::clamp(index, 0.0, double{kSamples}));
    }
    /// Where an area of another class is about as large as one of a label, it is not clear that the label is right.
    static AreaLayers::Classes said_of(AreaLayers::Classes top) {
        constexpr auto kOurs = AreaLayers::bit(TrainingAreas::kIgnore + 1) - 1;
        return (top & ~kOurs) != 0 ? top & ~kOurs : top;
    }
    void add(std::vector<std::uint32_t>& counts, std::size_t tile, AreaLayers::Classes classes, std::uint32_t points) {
        for (; classes != 0; classes &= classes - 1) {
            counts[tile * classes_ + static_cast<std::size_t>(std::countr_zero(classes))] += points;
        }
    }
    double share(const std::vector<std::uint32_t>& counts, std::size_t tile, int class_index) const {
        return static_cast<double>(counts[tile * classes_ + static_cast<std::size_t>(class_index)]) /
               (kSamples * kSamples);
    }

    std::span<const Rect> tiles_;
    std::size_t classes_;
    std::vector<std::uint32_t> top_, within_;
};

/// The class but `label` that lies on top of most of the tile.
int hiding_class(const RowCounts& counts, std::size_t tile, int label, int classes) {
    int most = -1;
    for (int c = 0; c < classes; ++c) {
        if (c != label && (most < 0 || counts.top(tile, c) > counts.top(tile, most))) most = c;
    }
    return most;
}

TileLabel label_of(const RowCounts& counts, std::size_t tile, double min_coverage, int classes) {
    using Kind = TileLabel::Kind;
    int best = 0, covering = 0;
    for (int c = 1; c <= TrainingAreas::kIgnore; ++c) {
        if (counts.top(tile, c) > counts.top(tile, best)) best = c;
        if (c < TrainingAreas::kLabels && counts.within(tile, c) > counts.within(tile, covering)) covering = c;
    }
    const bool enough = counts.top(tile, best) >= min_coverage;
    for (int c = 0; enough && c <= TrainingAreas::kIgnore; ++c) {
        if (c != best && counts.top(tile, best) - counts.top(tile, c) < kClearLead) return {Kind::contested, -1};
    }
    if (enough && best < TrainingAreas::kLabels) return {Kind::labelled, best};
    if (counts.within(tile, covering) >= min_coverage)
        return {Kind::hidden, hiding_class(counts, tile, covering, classes)};
    return {enough ? Kind::ignored : Kind::outside, -1};
}

}  // namespace

TrainingAreas sort_annotations(std::vector<Annotation> annotations) {
    auto drawn = drawn_by_a_person(std::move(annotations));
    TrainingAreas sorted;
    sorted.passed_over = drawn.passed_over;
    sorted.classes = {"LUAD", "LUSC", "benign", "Ignore*"};
    std::vector<AreaLayers::Area> areas;
    const auto take = [&](Annotation& area, int index) {
        for (auto& polygon : area.polygons) {
            if (index < TrainingAreas::kLabels) sorted.boxes.push_back(box_of(polygon));
            areas.push_back({std::move(polygon), index});
        }
    };
    for (auto& area : drawn.areas) {
        const auto& name = said_class(area);
        const int label = class_index(name);
        if (label < 0) ++sorted.other_classes[name];
        if (!name.empty()) take(area, label >= 0 ? label : other_index(sorted.classes, name));
    }
    for (auto& area : drawn.ignored) take(area, TrainingAreas::kIgnore);
    sorted.layers = AreaLayers(areas);
    return sorted;
}

TrainingAreas read_training_areas(const std::filesystem::path& file, double offset_x, double offset_y,
                                  const std::function<bool()>& stop_requested) {
    return sort_annotations(read_annotations(file, offset_x, offset_y, stop_requested));
}

std::vector<TileLabel> label_row(const TrainingAreas& areas, std::span<const Rect> tiles, double min_coverage) {
    std::vector<TileLabel> labels(tiles.size());
    if (tiles.empty()) return labels;
    std::array<double, kSamples> lines{};
    const double step = static_cast<double>(tiles.front().height) / kSamples;
    for (int i = 0; i < kSamples; ++i) {
        lines[static_cast<std::size_t>(i)] = static_cast<double>(tiles.front().y) + (i + 0.5) * step;
    }
    RowCounts counts(tiles, areas.classes.size());
    areas.layers.on_lines(lines, [&](std::size_t, std::span<const AreaLayers::Run> runs) {
        for (const auto& run : runs) counts.add(run);
    });
    const int classes = static_cast<int>(areas.classes.size());
    for (std::size_t t = 0; t < tiles.size(); ++t) labels[t] = label_of(counts, t, min_coverage, classes);
    return labels;
}

}  // namespace slidetype

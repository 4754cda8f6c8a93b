#include "tiler/annotations/drawn_areas.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/words.h"

namespace slidetype {
namespace {

/// Where what `annotation` is gets counted; nothing where it is an area of a person.
void pass_over(const Annotation& annotation, PassedOver& counts) {
    switch (annotation.kind) {
        case ObjectKind::tile:
            ++counts.tiles;
            return;
        case ObjectKind::detection:
            ++counts.detections;
            return;
        case ObjectKind::cell:
            ++counts.cells;
            return;
        case ObjectKind::tma_core:
            ++counts.tma_cores;
            return;
        case ObjectKind::root:
            return;
        case ObjectKind::annotation:
            break;
    }
    if (annotation.is_own) {
        ++counts.own_regions;
        return;
    }
    counts.lines += annotation.lines;
    counts.points += annotation.points;
    if (annotation.polygons.empty() && annotation.lines + annotation.points == 0) ++counts.shapeless;
}

/// "a, b and c"
std::string listed(const std::vector<std::string>& parts) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) text += i + 1 == parts.size() ? " and " : ", ";
        text += parts[i];
    }
    return text;
}

}  // namespace

std::size_t PassedOver::sum() const {
    return tiles + detections + cells + tma_cores + own_regions + lines + points + shapeless;
}

PassedOver& PassedOver::operator+=(const PassedOver& other) {
    tiles += other.tiles, detections += other.detections, cells += other.cells, tma_cores += other.tma_cores;
    own_regions += other.own_regions, lines += other.lines, points += other.points, shapeless += other.shapeless;
    return *this;
}

DrawnAreas drawn_by_a_person(std::vector<Annotation> annotations) {
    DrawnAreas drawn;
    for (auto& annotation : annotations) {
        pass_over(annotation, drawn.passed_over);
        const bool counts = annotation.kind == ObjectKind::annotation && !annotation.is_own;
        if (!counts || annotation.polygons.empty()) continue;
        (is_ignore_class(annotation.class_name) ? drawn.ignored : drawn.areas).push_back(std::move(annotation));
    }
    return drawn;
}

bool is_ignore_class(std::string_view class_name) {
    if (class_name.ends_with('*')) class_name.remove_suffix(1);
    return in_lower_case(class_name) == "ignore";
}

std::string to_text(const PassedOver& passed_over) {
    const auto own = passed_over.own_regions;
    const std::array<std::pair<std::size_t, std::string_view>, 7> kinds = {{{passed_over.tiles, "tile"},
                                                                            {passed_over.detections, "detection"},
                                                                            {passed_over.cells, "cell"},
                                                                            {passed_over.tma_cores, "TMA core"},
                                                                            {own, ""},
                                                                            {passed_over.lines, "line"},
                                                                            {passed_over.points, "point"}}};
    std::vector<std::string> parts;
    for (const auto& [count, thing] : kinds) {
        if (count == 0) continue;
        parts.push_back(thing.empty() ? counted(own, "region") + " of slidetype's own" : counted(count, thing));
    }
    if (passed_over.shapeless > 0) parts.push_back(counted(passed_over.shapeless, "object") + " without a shape");
    return listed(parts);
}

std::string to_text(const DrawnAreas& drawn) {
    auto text = counted(drawn.areas.size(), "area");
    if (!drawn.ignored.empty()) text += ", " + counted(drawn.ignored.size(), "area") + " of class Ignore* cut out";
    if (drawn.passed_over.sum() > 0) text += "; " + to_text(drawn.passed_over) + " passed over";
    return text;
}

}  // namespace slidetype

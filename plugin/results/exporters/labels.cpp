#include "plugin/results/exporters/labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "plugin/results/regions.h"
#include "plugin/results/text.h"

namespace slidetype::exporting {
namespace {

constexpr Color kMixedColor = {204, 121, 167};  // reddish purple of Okabe and Ito
constexpr Color kNoCallColor = {110, 110, 110};

/// Class indices by falling area; classes without any are left out.
std::vector<std::size_t> classes_by_area(const SlideResult& result) {
    const auto& areas = result.class_areas_mm2;
    std::vector<std::size_t> order(std::min(areas.size(), result.classes()));
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::erase_if(order, [&](std::size_t c) { return !(areas[c] > 0); });
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return areas[a] > areas[b]; });
    return order;
}

std::string largest_classes(const SlideResult& result) {
    const auto order = classes_by_area(result);
    if (order.empty()) return scored_tiles(result) > 0 ? "No tile votes" : "No tile was scored";
    const auto labels = class_labels(result.model.class_names);
    std::string text = "Largest classes: ";
    for (std::size_t k = 0; k < std::min<std::size_t>(order.size(), 3); ++k) {
        text += fmt::format("{}{} {:.1f} mm²", k == 0 ? "" : ", ", labels[order[k]], result.class_areas_mm2[order[k]]);
    }
    return text;
}

}  // namespace

std::string call_title(const SlideResult& result) {
    const SlideCall& call = result.call;
    if (call.label == CallLabel::none) return largest_classes(result);
    std::string text = "Slide call: ";
    text += to_string(call.label);
    if (!call.supported) text += ", unsupported";
    if (result.domain && !result.domain->known && call.label == CallLabel::indeterminate && call.supported)
        return text + ", the slide is unlike what the model was made from";
    // A probability that speaks for a small part of the tissue would mislead beside the name.
    if (call.mostly_unfamiliar()) return text + ", most of the tissue is unfamiliar to the model";
    if (!call.prob_lusc)
        return text + (result.set_aside.benign.count > 0 ? ", nothing looks like tumour" : ", no tile was scored");
    text += " (P(LUSC) " + probability_text(*call.prob_lusc);
    if (call.ci95) {
        text += fmt::format(", 95 % {}-{}", probability_text((*call.ci95)[0]), probability_text((*call.ci95)[1]));
    }
    return text + ")";
}

CallClass call_class(const SlideResult& result) {
    const std::string label(to_string(result.call.label));
    switch (result.call.label) {
        case CallLabel::luad:
        case CallLabel::lusc:
            return {label, class_color(label, 0)};
        case CallLabel::mixed:
            return {label, kMixedColor};
        case CallLabel::indeterminate:
        case CallLabel::insufficient:
            return {label, kNoCallColor};
        case CallLabel::none:
            break;
    }
    const auto order = classes_by_area(result);
    if (order.empty()) return {"insufficient", kNoCallColor};
    const std::size_t c = order.front();
    return {class_labels(result.model.class_names)[c], class_color(result.model.class_names[c], c)};
}

std::vector<CallClass> tile_classes(const SlideResult& result) {
    std::vector<CallClass> classes;
    const auto labels = class_labels(result.model.class_names);
    classes.reserve(labels.size() + 2);
    for (std::size_t c = 0; c < labels.size(); ++c) {
        classes.push_back({labels[c], class_color(result.model.class_names[c], c)});
    }
    classes.push_back({"Benign", kBenignColor});
    classes.push_back({"Unfamiliar", kUnfamiliarColor});
    return classes;
}

std::optional<std::size_t> tile_class(const SlideResult& result, std::size_t tile) {
    switch (result.grid.tiles[tile].status) {
        case TileStatus::benign:
            return result.classes();
        case TileStatus::unfamiliar:
            return result.classes() + 1;
        default:
            return result.voted_class(tile);
    }
}

std::vector<int> shown_classes(const SlideResult& result) {
    std::vector<int> classes(result.grid.tiles.size(), kNoClass);
    for (std::size_t t = 0; t < classes.size(); ++t) {
        if (const auto shown = tile_class(result, t)) classes[t] = static_cast<int>(*shown);
    }
    return classes;
}

std::size_t scored_tiles(const SlideResult& result) {
    std::size_t count = 0;
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) count += result.top_class(t).has_value() ? 1 : 0;
    return count;
}

Rect scored_bounds(const SlideResult& result) {
    Rect bounds;
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        if (!result.top_class(t)) continue;
        const Rect& rect = result.grid.tiles[t].rect;
        if (bounds.empty()) bounds = rect;
        const auto left = std::min(bounds.x, rect.x), top = std::min(bounds.y, rect.y);
        const auto right = std::max(bounds.right(), rect.right()), bottom = std::max(bounds.bottom(), rect.bottom());
        bounds = {left, top, right - left, bottom - top};
    }
    return bounds;
}

}  // namespace slidetype::exporting

#include "plugin/teaching/no_tiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/words.h"

namespace slidetype {
namespace {

bool lies_beside(const Box& box, const SlideSize& slide) {
    return box.right <= 0 || box.bottom <= 0 || box.left >= static_cast<double>(slide.width) ||
           box.top >= static_cast<double>(slide.height);
}

/// "1 of class "Tumor", 2 without a class"
std::string others_text(const TrainingAreas& areas) {
    std::string text;
    const auto add = [&](const std::string& what) { text += (text.empty() ? "" : ", ") + what; };
    for (const auto& [name, count] : areas.other_classes) {
        add(name.empty() ? fmt::format("{} without a class", count) : fmt::format("{} of class \"{}\"", count, name));
    }
    return text;
}

std::string tiles_text(const TileCounts& counts) {
    std::vector<std::string> parts;
    if (counts.glass > 0) parts.push_back(counted(counts.glass, "tile") + " that they cover show hardly any tissue");
    if (counts.contested > 0) parts.push_back(counted(counts.contested, "tile") + " are contested by two classes");
    for (const auto& [name, count] : counts.hidden) {
        parts.push_back(counted(count, "tile") + " are hidden by areas of class " + name);
    }
    std::string text;
    for (const auto& part : parts) text += (text.empty() ? "" : "; ") + part;
    return text;
}

}  // namespace

std::string why_no_tiles(const TrainingAreas& areas, const TileCounts& counts, const SlideSize& slide,
                         const CutOptions& options) {
    const auto passed_over =
        areas.passed_over.sum() > 0 ? "; " + to_text(areas.passed_over) + " passed over" : std::string();
    if (areas.boxes.empty()) {
        const auto others = others_text(areas);
        return "holds no area of class LUAD, LUSC or benign" + (others.empty() ? "" : ", but " + others) + passed_over;
    }
    if (std::ranges::all_of(areas.boxes, [&](const Box& box) { return lies_beside(box, slide); })) {
        return fmt::format("its areas of LUAD, LUSC and benign lie beside the slide, which has {} x {} pixels{}",
                           slide.width, slide.height, passed_over);
    }
    const auto tiles = tiles_text(counts);
    if (!tiles.empty()) return "its areas of LUAD, LUSC and benign give no tile: " + tiles + passed_over;
    return fmt::format("no area of LUAD, LUSC or benign covers {:.0f} % of a tile, which is {:.2g} mm wide{}",
                       100 * options.min_coverage, options.patch_size_px * options.spacing_um_px / 1000, passed_over);
}

std::string hint_without_tiles(const CutReport& report) {
    const auto& passed_over = report.passed_over;
    if (!report.other_classes.empty()) {
        return "Give the areas the class LUAD, LUSC or benign in QuPath, and export them again: no other class says "
               "which it is.";
    }
    if (passed_over.own_regions > 0) {
        return "What slidetype drew teaches nothing as long as it is locked. Unlock the regions that are right, or "
               "draw "
               "areas, and export them again.";
    }
    if (passed_over.sum() > 0) {
        return "Draw areas (annotations) of the classes LUAD, LUSC or benign: what a program found is no one's "
               "judgement, and lines and points cover no tile.";
    }
    return "Annotate areas of at least half a tile in QuPath with the classes LUAD, LUSC or benign, and export them as "
           "GeoJSON beside the slide.";
}

}  // namespace slidetype

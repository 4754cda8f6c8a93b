#include "plugin/analysis/slide_region.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <vector>

#include "base/error.h"
#include "base/words.h"
#include "tiler/annotations/drawn_areas.h"

namespace slidetype {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& cause, const std::string& hint) {
    throw Error(ErrorCode::bad_data, file.string(), cause, hint);
}

[[noreturn]] void refuse_nothing_drawn(const std::filesystem::path& file, const DrawnAreas& drawn) {
    const auto& passed_over = drawn.passed_over;
    std::vector<std::string> found;
    if (!drawn.ignored.empty()) found.push_back(counted(drawn.ignored.size(), "area") + " of class Ignore*");
    if (passed_over.sum() > 0) found.push_back(to_text(passed_over));
    std::string only;
    for (const auto& text : found) only += (only.empty() ? ", only " : " and ") + text;
    const bool own = passed_over.own_regions > 0 && passed_over.own_regions == passed_over.sum();
    refuse(file, "holds no area that a person drew" + only + ", so there is no region of interest",
           own ? "What slidetype drew does not count as long as it is locked: unlock the region that is meant, or draw "
                 "an area, and export it as GeoJSON."
               : "Draw an area (an annotation) in the viewer and export it as GeoJSON.");
}

bool is_on_slide(const Box& box, const SlideExtent& slide) {
    return box.right > 0 && box.bottom > 0 && box.left < static_cast<double>(slide.width) &&
           box.top < static_cast<double>(slide.height);
}

Box united(const std::vector<Polygon>& polygons) {
    Box all = box_of(polygons.front());
    for (const auto& polygon : polygons) {
        const auto box = box_of(polygon);
        all = {std::min(all.left, box.left), std::min(all.top, box.top), std::max(all.right, box.right),
               std::max(all.bottom, box.bottom)};
    }
    return all;
}

[[noreturn]] void refuse_beside_slide(const std::filesystem::path& file, const std::vector<Polygon>& polygons,
                                      const Rect& offset, const SlideExtent& slide) {
    const auto box = united(polygons);
    std::string hint = "Were they drawn on another slide? ";
    hint += offset.x == 0 && offset.y == 0
                ? "Coordinates are to be pixels of the full resolution."
                : fmt::format(
                      "To their coordinates this slide's offset ({}, {}) was added, as QuPath wants it; with "
                      "--keep-offset it is not.",
                      offset.x, offset.y);
    refuse(file,
           fmt::format("its areas lie beside the slide: they reach from ({:.0f}, {:.0f}) to ({:.0f}, {:.0f}), and the "
                       "slide has {} x {} pixels",
                       box.left, box.top, box.right, box.bottom, slide.width, slide.height),
           hint);
}

std::vector<Polygon> polygons_of(std::vector<Annotation>& areas) {
    std::vector<Polygon> polygons;
    for (auto& area : areas) std::ranges::move(area.polygons, std::back_inserter(polygons));
    return polygons;
}

}  // namespace

SlideRegion read_region(const std::filesystem::path& file, const Rect& offset, const SlideExtent& slide,
                        const std::function<bool()>& stop_requested) {
    auto drawn = drawn_by_a_person(
        read_annotations(file, static_cast<double>(offset.x), static_cast<double>(offset.y), stop_requested));
    if (drawn.areas.empty()) refuse_nothing_drawn(file, drawn);
    auto text = to_text(drawn);
    const auto count = drawn.areas.size();
    auto areas = polygons_of(drawn.areas);
    if (std::ranges::all_of(areas, [](const Polygon& polygon) { return area_of(polygon) == 0; })) {
        refuse(file, counted(count, "area") + " without any extent, so there is no region of interest",
               "Draw around what is to be scored, and export it as GeoJSON again.");
    }
    const auto beside = [&](const Polygon& polygon) { return !is_on_slide(box_of(polygon), slide); };
    if (std::ranges::all_of(areas, beside)) refuse_beside_slide(file, areas, offset, slide);
    if (const auto lost = std::ranges::count_if(areas, beside); lost > 0) {
        text += fmt::format("; {} of {} lies beside the slide", lost, counted(areas.size(), "outline"));
    }
    return {RegionOfInterest(areas, polygons_of(drawn.ignored)), std::move(text)};
}

std::string describe(const SlideRegion& region, const TileGrid& grid) {
    const auto is = [](TileStatus status) { return [status](const Tile& tile) { return tile.status == status; }; };
    std::string text = "Region of interest: " + region.text;
    if (std::ranges::all_of(grid.tiles, is(TileStatus::outside_roi))) {
        text += fmt::format("; it holds the centre of no tile, since tiles are about {:.0f} pixels wide",
                            std::round(grid.tile_width));
    } else if (std::ranges::none_of(grid.tiles, is(TileStatus::ok))) {
        text += "; there is too little tissue in it";
    }
    return text;
}

}  // namespace slidetype

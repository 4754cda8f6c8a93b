// Any bytes as a file of annotations, compressed or not: refused with an Error, or read into areas of which every
// question has a sane answer.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/text_encoding.h"
#include "tiler/annotations/annotation_features.h"
#include "tiler/annotations/area_layers.h"
#include "tiler/annotations/drawn_areas.h"
#include "tiler/annotations/geojson_text.h"
#include "tiler/annotations/region_of_interest.h"

namespace {

using slidetype::AreaLayers;

void require(bool sane) {
    if (!sane) std::abort();
}

/// What was brought into one form is in that form.
void check_form(const std::string& text) {
    for (const auto& feature : slidetype::annotation_features(text, "fuzz")) {
        require(feature["geometry"].is_null() || (feature["geometry"].is_object() && !feature["geometry"].empty()));
        require(feature["properties"].is_object() && feature["properties"]["objectType"].is_string());
        (void)slidetype::is_own(feature);
    }
}

void ask(const std::vector<slidetype::Polygon>& areas, const std::vector<slidetype::Polygon>& ignored) {
    const std::vector<double> lines = {0, 50.5, 51};
    std::vector<AreaLayers::Area> all;
    all.reserve(areas.size());
    for (const auto& polygon : areas) all.push_back({polygon, static_cast<int>(all.size() % AreaLayers::kMostClasses)});
    AreaLayers(all).on_lines(lines, [](std::size_t line, std::span<const AreaLayers::Run> runs) {
        require(line < 3);
        double last = -INFINITY;
        for (const auto& run : runs) {
            require(run.from < run.to && run.from >= last && run.top != 0 && (run.top & ~run.within) == 0);
            last = run.to;
        }
    });
    double last = -INFINITY;
    for (const auto& [from, to] : slidetype::RegionOfInterest(areas, ignored).spans_at(50.5)) {
        require(from < to && from > last);
        last = to;
    }
}

void collect(const std::vector<slidetype::Annotation>& from, std::vector<slidetype::Polygon>& to) {
    for (const auto& annotation : from) {
        require(!annotation.polygons.empty() && !annotation.is_own);
        to.insert(to.end(), annotation.polygons.begin(), annotation.polygons.end());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const auto text = slidetype::geojson_text({reinterpret_cast<const char*>(data), size}, "fuzz");
        require(slidetype::is_utf8(text));
        check_form(text);
        const auto drawn = slidetype::drawn_by_a_person(slidetype::parse_annotations(text, "fuzz", 3, -4));
        std::vector<slidetype::Polygon> areas, ignored;
        collect(drawn.areas, areas), collect(drawn.ignored, ignored);
        ask(areas, ignored);
        (void)slidetype::to_text(drawn);
    } catch (const slidetype::Error&) {
    }
    return 0;
}

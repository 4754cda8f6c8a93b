// Any text as GeoJSON annotations: refused with an Error, or read into polygons of which every question has a sane
// answer.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "tiler/annotations.h"

namespace {

void ask(const std::vector<slidetype::Polygon>& polygons) {
    for (const auto& rect : {slidetype::Rect{0, 0, 100, 100}, slidetype::Rect{-50, 7, 1'000'000, 3}}) {
        const double share = slidetype::coverage(polygons, rect);
        if (!(share >= 0 && share <= 1)) std::abort();
    }
    for (const double y : {0.0, 50.5}) {
        double last = -INFINITY;
        for (const auto& [from, to] : slidetype::spans_at(polygons, y)) {
            if (!(from <= to) || !(from >= last)) std::abort();
            last = to;
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const auto annotations =
            slidetype::parse_annotations({reinterpret_cast<const char*>(data), size}, "fuzz", 3, -4);
        for (const auto& annotation : annotations) {
            if (annotation.polygons.empty()) std::abort();
            ask(annotation.polygons);
        }
    } catch (const slidetype::Error&) {
    }
    return 0;
}

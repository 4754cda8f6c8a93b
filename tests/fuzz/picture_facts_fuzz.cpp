// Any bytes as a picture file: what its head says must be possible, whatever it is.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "base/pictures/picture_facts.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace slidetype;
    try {
        const auto facts = look_at_picture({reinterpret_cast<const char*>(data), size}, "fuzz");
        if (!facts) return 0;
        if (facts->width < 1 || facts->height < 1 || facts->pixels() < 1) std::abort();
        if (facts->orientation < 1 || facts->orientation > 8 || facts->frames < 1) std::abort();
        for (const auto& each : facts->resolutions) {
            if (!(each.x > 0 || each.y > 0) || each.unit_um < 0) std::abort();
        }
    } catch (const Error&) {
    }
    return 0;
}

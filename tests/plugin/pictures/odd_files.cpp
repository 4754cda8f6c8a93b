#include "tests/plugin/pictures/odd_files.h"

#include <zlib.h>

#include <cstdint>

#include "tests/base/pictures/made_pictures.h"

namespace slidetype::testing {
namespace {

std::string from_high_byte(std::uint32_t value, int bytes) {
    std::string out;
    for (int i = bytes; i-- > 0;) out += static_cast<char>(value >> (8 * i) & 255U);
    return out;
}

std::string png_part(const std::string& name, const std::string& data) {
    const auto body = name + data;
    const auto sum = ::crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
    return from_high_byte(static_cast<std::uint32_t>(data.size()), 4) + body +
           from_high_byte(static_cast<std::uint32_t>(sum), 4);
}

}  // namespace

std::string png_that_claims(unsigned width, unsigned height) {
    return "\x89PNG\r\n\x1a\n" +
           png_part("IHDR", from_high_byte(width, 4) + from_high_byte(height, 4) + bytes({8, 2, 0, 0, 0})) +
           png_part("IDAT", bytes({0x78, 0x9C, 3, 0, 0, 0, 0, 1})) + png_part("IEND", "");
}

std::string animated_gif() {
    const auto frame = bytes({0x21, 0xF9, 4, 0, 10, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0});
    return "GIF89a" + bytes({1, 0, 1, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 0}) + frame + frame + bytes({0x3B});
}

std::string jpeg_of_untold_inks() {
    auto frame = bytes({0xFF, 0xC0, 0, 20, 8, 0, 64, 0, 64, 4});
    for (int ink = 1; ink <= 4; ++ink) frame += bytes({ink, 0x11, 0});
    return bytes({0xFF, 0xD8}) + frame + bytes({0xFF, 0xD9});
}

}  // namespace slidetype::testing

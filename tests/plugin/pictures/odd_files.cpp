#include "tests/plugin/pictures/odd_files.h"

#include <zlib.h>

#include <cstdint>

namespace slidetype::testing {
namespace {

std::string big_endian(std::uint32_t value, int bytes) {
    std::string out;
    for (int i = bytes; i-- > 0;) out += static_cast<char>(value >> (8 * i) & 255U);
    return out;
}

std::string chunk(const std::string& name, const std::string& data) {
    const auto body = name + data;
    const auto sum = ::crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
    return big_endian(static_cast<std::uint32_t>(data.size()), 4) + body +
           big_endian(static_cast<std::uint32_t>(sum), 4);
}

std::string bytes(std::initializer_list<int> values) {
    std::string out;
    for (const int value : values) out += static_cast<char>(value);
    return out;
}

}  // namespace

std::string png_that_claims(unsigned width, unsigned height) {
    return "\x89PNG\r\n\x1a\n" + chunk("IHDR", big_endian(width, 4) + big_endian(height, 4) + bytes({8, 2, 0, 0, 0})) +
           chunk("IDAT", bytes({0x78, 0x9C, 3, 0, 0, 0, 0, 1})) + chunk("IEND", "");
}

std::string png_that_says(const std::string& png, unsigned pixels_per_metre) {
    constexpr std::size_t kHead = 8 + 25;  // up to the end of IHDR
    const auto density = big_endian(pixels_per_metre, 4);
    return png.substr(0, kHead) + chunk("pHYs", density + density + bytes({1})) + png.substr(kHead);
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

std::string turned_jpeg(const std::string& jpeg, int orientation) {
    // One entry (274, a short) in a directory of one, little-endian.
    const auto tiff =
        "II" + bytes({42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0});
    const auto exif = "Exif" + bytes({0, 0}) + tiff;
    return jpeg.substr(0, 2) + bytes({0xFF, 0xE1}) + big_endian(static_cast<std::uint32_t>(exif.size() + 2), 2) + exif +
           jpeg.substr(2);
}

}  // namespace slidetype::testing

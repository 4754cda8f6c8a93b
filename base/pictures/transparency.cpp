// Where transparency stands in PNG (https://www.w3.org/TR/png-3/, sections 11.2.1, 11.3.1.1, 11.3.3.7) and BMP files.
#include "base/pictures/transparency.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace slidetype {
namespace {

constexpr std::string_view kPng = "\x89PNG\r\n\x1a\n";
constexpr std::size_t kIhdr = 16;  // of its data

unsigned byte_at(std::string_view bytes, std::size_t at) {
    return at < bytes.size() ? static_cast<std::uint8_t>(bytes[at]) : 0U;
}

std::uint32_t big_endian(std::string_view bytes, std::size_t at, int count) {
    std::uint32_t value = 0;
    for (int i = 0; i < count; ++i) value = value << 8 | byte_at(bytes, at + static_cast<std::size_t>(i));
    return value;
}

/// The data of a PNG chunk that comes before the pixels; empty where there is none.
std::string_view chunk_before_pixels(std::string_view png, std::string_view name) {
    if (!png.starts_with(kPng)) return {};
    for (std::size_t at = kPng.size(); at + 12 <= png.size();) {
        const std::size_t length = big_endian(png, at, 4);
        const auto kind = png.substr(at + 4, 4);
        if (length > png.size() - at - 12 || kind == "IDAT") break;
        if (kind == name) return png.substr(at + 8, length);
        at += 12 + length;
    }
    return {};
}

template <typename Sample>
void fill_from_grey(const cv::Mat& grey, Sample key, cv::Mat& bgra) {
    constexpr Sample most = static_cast<Sample>(-1);
    for (int y = 0; y < grey.rows; ++y) {
        const auto* from = grey.ptr<Sample>(y);
        auto* to = bgra.ptr<Sample>(y);
        for (int x = 0; x < grey.cols; ++x, to += 4) {
            std::fill_n(to, 3, from[x]);
            to[3] = from[x] == key ? Sample{0} : most;
        }
    }
}

template <typename Sample>
bool is_padding(const cv::Mat& bgra) {
    for (int y = 0; y < bgra.rows; ++y) {
        const auto* row = bgra.ptr<Sample>(y);
        for (int x = 0; x < bgra.cols; ++x) {
            if (row[4 * x + 3] != 0) return false;
        }
    }
    return true;
}

template <typename Sample>
std::uint8_t to_eight_bits(std::uint32_t value, bool rounds) {
    if constexpr (sizeof(Sample) == 1) return static_cast<std::uint8_t>(value);
    return static_cast<std::uint8_t>(rounds ? (value + 128) / 257 : value >> 8);
}

template <typename Sample>
DecodedPicture blend(const cv::Mat& bgra, AlphaKind kind) {
    constexpr std::uint32_t most = static_cast<Sample>(-1);
    const bool opaque = kind.zero_is_padding && is_padding<Sample>(bgra);
    DecodedPicture out{RgbImage(bgra.cols, bgra.rows), 1};
    double sum = 0;
    for (int y = 0; y < bgra.rows; ++y) {
        const auto* from = bgra.ptr<Sample>(y);
        auto* to = out.image.at(0, y);
        for (int x = 0; x < bgra.cols; ++x, from += 4, to += 3) {
            const std::uint32_t alpha = opaque ? most : from[3];
            for (int c = 0; c < 3; ++c) {
                const std::uint32_t colour = from[2 - c];
                const auto shown = kind.associated
                                       ? std::min(colour, alpha)
                                       : static_cast<std::uint32_t>((std::uint64_t{colour} * alpha + most / 2) / most);
                to[c] = to_eight_bits<Sample>(shown + most - alpha, kind.rounds);
            }
            sum += alpha;
        }
    }
    out.opaque_share = sum / (static_cast<double>(most) * bgra.rows * bgra.cols);
    return out;
}

}  // namespace

Transparency transparency_of(std::string_view bytes) {
    if (bytes.starts_with("II") || bytes.starts_with("MM")) return Transparency::tiff;
    if (bytes.starts_with("BM")) return byte_at(bytes, 28) == 32 ? Transparency::bmp : Transparency::none;
    if (bytes.size() > 12 && bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP") return Transparency::channel;
    if (!bytes.starts_with(kPng)) return Transparency::none;
    const auto colour_type = byte_at(bytes, kIhdr + 9);
    if (colour_type == 4 || colour_type == 6) return Transparency::channel;
    if (chunk_before_pixels(bytes, "tRNS").empty()) return Transparency::none;
    return colour_type == 0 ? Transparency::grey_key : Transparency::channel;
}

DecodedPicture over_white(const cv::Mat& bgra, AlphaKind kind) {
    return bgra.depth() == CV_16U ? blend<std::uint16_t>(bgra, kind) : blend<std::uint8_t>(bgra, kind);
}

cv::Mat with_grey_key(const cv::Mat& grey, std::string_view png) {
    const auto bits = byte_at(png, kIhdr + 8);
    auto key = big_endian(chunk_before_pixels(png, "tRNS"), 0, 2);
    if (bits < 8) key = key * 255 / ((1U << bits) - 1);  // as the grey levels are spread
    cv::Mat bgra(grey.rows, grey.cols, CV_MAKETYPE(grey.depth(), 4));
    if (grey.depth() == CV_16U) {
        fill_from_grey(grey, static_cast<std::uint16_t>(key), bgra);
    } else {
        fill_from_grey(grey, static_cast<std::uint8_t>(key), bgra);
    }
    return bgra;
}

void turn_upright(cv::Mat& picture, int orientation) {
    if (orientation < 2 || orientation > 8) return;
    if (orientation >= 5) cv::transpose(picture, picture);
    // Of each: 0 turns it upside down, 1 mirrors it, -1 does both.
    constexpr std::array<int, 9> flips = {2, 2, 1, -1, 0, 2, 1, -1, 0};
    const int flip = flips.at(static_cast<std::size_t>(orientation));
    if (flip != 2) cv::flip(picture, picture, flip);
}

}  // namespace slidetype

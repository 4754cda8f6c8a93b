#include "tests/base/pictures/made_pictures.h"

#include <zlib.h>

#include <map>

namespace slidetype::testing {
namespace {

std::string number(std::uint32_t value, int count, bool big_endian = false) {
    std::string out;
    for (int i = 0; i < count; ++i) {
        const int shift = 8 * (big_endian ? count - 1 - i : i);
        out += static_cast<char>(value >> shift & 255U);
    }
    return out;
}

std::string sample(int value, int bits, bool big_endian) {
    const auto spread = static_cast<std::uint32_t>(value) * (bits == 8 ? 1U : bits == 16 ? 257U : 16843009U);
    return number(spread, bits / 8, big_endian);
}

std::string chunk(const std::string& name, const std::string& data) {
    const auto body = name + data;
    const auto sum = ::crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
    return number(static_cast<std::uint32_t>(data.size()), 4, true) + body +
           number(static_cast<std::uint32_t>(sum), 4, true);
}

std::string deflated(const std::string& data) {
    uLongf size = ::compressBound(static_cast<uLong>(data.size()));
    std::string out(size, '\0');
    ::compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(data.data()),
               static_cast<uLong>(data.size()));
    out.resize(size);
    return out;
}

/// A piece of one plane (or of all samples, plane -1), filled up beyond the picture as tiles are.
std::string piece(const TiffLook& look, const Samples& samples, int x0, int y0, int width, int height, int plane) {
    std::string out;
    for (int y = y0; y < y0 + height; ++y) {
        for (int x = x0; x < x0 + width; ++x) {
            const bool inside = x < look.width && y < look.height;
            const auto pixel = inside ? samples(x, y) : std::vector<int>(static_cast<std::size_t>(look.samples), 77);
            for (int s = 0; s < look.samples; ++s) {
                if (plane < 0 || s == plane) out += sample(pixel.at(static_cast<std::size_t>(s)), look.bits, false);
            }
        }
    }
    return out;
}

std::vector<std::string> pieces(const TiffLook& look, const Samples& samples) {
    std::vector<std::string> out;
    const int width = look.tile > 0 ? look.tile : look.width, height = look.tile > 0 ? look.tile : look.height / 2;
    for (int plane = look.planar ? 0 : -1; plane < (look.planar ? look.samples : 0); ++plane) {
        for (int y = 0; y < look.height; y += height) {
            for (int x = 0; x < look.width; x += width) out.push_back(piece(look, samples, x, y, width, height, plane));
        }
    }
    return out;
}

using Tags = std::map<int, std::pair<int, std::vector<std::uint32_t>>>;  // number → type (3 short, 4 long), values

std::string directory(const Tags& tags, std::size_t at) {
    std::string entries, beyond;
    const std::size_t after = at + 2 + 12 * tags.size() + 4;
    for (const auto& [tag, entry] : tags) {
        const auto& [type, values] = entry;
        std::string data;
        for (const auto value : values) data += number(value, type == 3 ? 2 : 4);
        entries += number(static_cast<std::uint32_t>(tag), 2) + number(static_cast<std::uint32_t>(type), 2) +
                   number(static_cast<std::uint32_t>(values.size()), 4);
        if (data.size() <= 4) {
            data.resize(4, '\0');
            entries += data;
        } else {
            entries += number(static_cast<std::uint32_t>(after + beyond.size()), 4);
            beyond += data;
        }
    }
    return number(static_cast<std::uint32_t>(tags.size()), 2) + entries + number(0, 4) + beyond;
}

std::uint32_t whole(int value) {
    return static_cast<std::uint32_t>(value);
}

}  // namespace

std::string png(const PngLook& look, const Samples& samples) {
    std::string rows;
    for (int y = 0; y < look.height; ++y) {
        rows += '\0';  // no filter
        for (int x = 0; x < look.width; ++x) {
            for (const int value : samples(x, y)) rows += sample(value, look.bits, true);
        }
    }
    std::string file = "\x89PNG\r\n\x1a\n";
    file += chunk("IHDR", number(whole(look.width), 4, true) + number(whole(look.height), 4, true) +
                              bytes({look.bits, look.colour_type, 0, 0, 0}));
    for (const auto& [name, data] : look.chunks) file += chunk(name, data);
    return file + chunk("IDAT", deflated(rows)) + chunk("IEND", "");
}

std::string tiff(const TiffLook& look, const Samples& samples) {
    Tags tags = {{256, {4, {whole(look.width)}}},
                 {257, {4, {whole(look.height)}}},
                 {258, {3, std::vector<std::uint32_t>(static_cast<std::size_t>(look.samples), whole(look.bits))}},
                 {259, {3, {1}}},
                 {262, {3, {whole(look.photometric)}}},
                 {274, {3, {whole(look.orientation)}}},
                 {277, {3, {whole(look.samples)}}},
                 {284, {3, {look.planar ? 2U : 1U}}}};
    if (!look.extra.empty()) tags[338] = {3, {look.extra.begin(), look.extra.end()}};
    std::string pixels;
    std::vector<std::uint32_t> offsets, sizes;
    for (const auto& each : pieces(look, samples)) {
        offsets.push_back(static_cast<std::uint32_t>(8 + pixels.size()));
        sizes.push_back(static_cast<std::uint32_t>(each.size()));
        pixels += each;
    }
    const bool tiled = look.tile > 0;
    if (tiled) tags[322] = tags[323] = {4, {whole(look.tile)}};
    if (!tiled) tags[278] = {4, {whole(look.height / 2)}};
    tags[tiled ? 324 : 273] = {4, offsets};
    tags[tiled ? 325 : 279] = {4, sizes};
    const std::size_t at = 8 + pixels.size();
    return "II*" + std::string(1, '\0') + number(static_cast<std::uint32_t>(at), 4) + pixels + directory(tags, at);
}

std::string bmp(bool says_alpha, const Samples& bgra) {
    constexpr int width = 64, height = 48;
    std::string pixels;
    for (int y = height; y-- > 0;) {
        for (int x = 0; x < width; ++x) {
            for (const int value : bgra(x, y)) pixels += static_cast<char>(value);
        }
    }
    std::string header = number(says_alpha ? 108 : 40, 4) + number(width, 4) + number(height, 4) + number(1, 2) +
                         number(32, 2) + number(says_alpha ? 3 : 0, 4) +
                         number(static_cast<std::uint32_t>(pixels.size()), 4) + std::string(16, '\0');
    if (says_alpha) {
        header += number(0xFF0000, 4) + number(0xFF00, 4) + number(0xFF, 4) + number(0xFF000000, 4) + "BGRs" +
                  std::string(48, '\0');
    }
    const auto offset = static_cast<std::uint32_t>(14 + header.size());
    return "BM" + number(offset + static_cast<std::uint32_t>(pixels.size()), 4) + number(0, 4) + number(offset, 4) +
           header + pixels;
}

std::string bytes(const std::vector<int>& values) {
    std::string out;
    for (const int value : values) out += static_cast<char>(value);
    return out;
}

}  // namespace slidetype::testing

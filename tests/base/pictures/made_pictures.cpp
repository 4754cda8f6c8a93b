#include "tests/base/pictures/made_pictures.h"

#include <cstdio>
// jpeglib.h needs size_t and FILE from above.
#include <jpeglib.h>
#include <zlib.h>

#include <cstdlib>
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

using Tags = std::map<int, std::pair<int, std::vector<std::uint32_t>>>;  // number → type (2 text, 3 short, 4 long, 5
                                                                         // ratio), values

/// At `at` of the file; `next` is where the next one stands, 0 for none.
std::string directory(const Tags& tags, std::size_t at, std::size_t next = 0) {
    std::string entries, beyond;
    const std::size_t after = at + 2 + 12 * tags.size() + 4;
    for (const auto& [tag, entry] : tags) {
        const auto& [type, values] = entry;
        std::string data;
        for (const auto value : values) data += number(value, type == 2 ? 1 : type == 3 ? 2 : 4);
        entries += number(static_cast<std::uint32_t>(tag), 2) + number(static_cast<std::uint32_t>(type), 2) +
                   number(static_cast<std::uint32_t>(values.size() / (type == 5 ? 2 : 1)), 4);
        if (data.size() <= 4) {
            data.resize(4, '\0');
            entries += data;
        } else {
            entries += number(static_cast<std::uint32_t>(after + beyond.size()), 4);
            beyond += data;
        }
    }
    return number(static_cast<std::uint32_t>(tags.size()), 2) + entries + number(static_cast<std::uint32_t>(next), 4) +
           beyond;
}

std::uint32_t whole(int value) {
    return static_cast<std::uint32_t>(value);
}

struct Pass {
    int x, y, step_x, step_y;
};
/// Of Adam7.
const std::vector<Pass> kPasses = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                                   {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};

std::string png_row(const std::vector<int>& values, int bits) {
    std::string out;
    if (bits >= 8) {
        for (const int value : values) out += sample(value, bits, true);
        return out;
    }
    const auto in_byte = static_cast<std::size_t>(8 / bits);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i % in_byte == 0) out += '\0';
        const int shift = 8 - bits * static_cast<int>(i % in_byte + 1);
        out.back() = static_cast<char>(static_cast<unsigned char>(out.back()) | values[i] << shift);
    }
    return out;
}

std::vector<std::uint32_t> letters(const std::string& text) {
    std::vector<std::uint32_t> out;
    for (const char letter : text) out.push_back(static_cast<unsigned char>(letter));
    out.push_back(0);
    return out;
}

void tell_resolution(Tags& tags, int pixels_per_cm) {
    if (pixels_per_cm <= 0) return;
    tags[282] = tags[283] = {5, {whole(pixels_per_cm), 1}};
    tags[296] = {3, {3}};
}

/// Of 256 entries, first all reds, in 16 bits.
std::vector<std::uint32_t> colour_map() {
    std::vector<std::uint32_t> map;
    for (std::size_t c = 0; c < 3; ++c) {
        for (int i = 0; i < 256; ++i) map.push_back(whole(tiff_palette(i).at(c) * 257));
    }
    return map;
}

}  // namespace

std::vector<int> ramp_rgb(int x, int y) {
    return {x % 256, y % 256, x * y % 256};
}
std::vector<int> ramp_rgba(int x, int y) {
    return {x % 256, y % 256, x * y % 256, x < 16 ? 0 : 4 * x % 256};
}
std::vector<int> ramp_grey(int x, int y) {
    return {(3 * x + y) % 256};
}
std::vector<int> ramp_grey_alpha(int x, int y) {
    return {(3 * x + y) % 256, 4 * y % 256};
}
std::vector<int> ramp_inks(int x, int y) {
    return {255 - x % 256, 255 - y % 256, x * y % 256, 255 - x % 256};
}

std::vector<int> tiff_palette(int index) {
    return {255 - index, index, index / 2};
}

std::string exif(int orientation, int pixels_per_cm) {
    Tags tags = {{274, {3, {whole(orientation)}}}};
    tell_resolution(tags, pixels_per_cm);
    return "II*" + std::string(1, '\0') + number(8, 4) + directory(tags, 8);
}

std::string png(const PngLook& look, const Samples& samples) {
    std::string rows;
    for (const auto& pass : look.interlaced ? kPasses : std::vector<Pass>{{0, 0, 1, 1}}) {
        for (int y = pass.y; y < look.height && pass.x < look.width; y += pass.step_y) {
            std::vector<int> row;
            for (int x = pass.x; x < look.width; x += pass.step_x) {
                for (const int value : samples(x, y)) row.push_back(value);
            }
            rows += '\0' + png_row(row, look.bits);  // no filter
        }
    }
    std::string file = "\x89PNG\r\n\x1a\n";
    file += chunk("IHDR", number(whole(look.width), 4, true) + number(whole(look.height), 4, true) +
                              bytes({look.bits, look.colour_type, 0, 0, look.interlaced ? 1 : 0}));
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
    if (look.photometric == 3) tags[320] = {3, colour_map()};
    if (!look.description.empty()) tags[270] = {2, letters(look.description)};
    tell_resolution(tags, look.pixels_per_cm);
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
    std::string file = "II*" + std::string(1, '\0') + number(static_cast<std::uint32_t>(at), 4) + pixels;
    for (int page = 1; page <= look.pages; ++page) {
        const auto next = file.size() + directory(tags, file.size()).size();
        file += directory(tags, file.size(), page < look.pages ? next : 0);
    }
    return file;
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

std::string bmp(const BmpLook& look, const Samples& samples) {
    std::string pixels, palette;
    for (int row = 0; row < look.height; ++row) {
        const int y = look.from_top ? row : look.height - 1 - row;
        for (int x = 0; x < look.width; ++x) {
            for (const int value : samples(x, y)) pixels += static_cast<char>(value);
        }
        while (pixels.size() % 4 != 0) pixels += '\0';
    }
    for (int i = 0; look.palette && i < 256; ++i) palette += bytes({255 - i, 255 - i, 255 - i, 0});
    const auto offset = static_cast<std::uint32_t>(54 + palette.size());
    const int height = look.from_top ? -look.height : look.height;
    return "BM" + number(offset + static_cast<std::uint32_t>(pixels.size()), 4) + number(0, 4) + number(offset, 4) +
           number(40, 4) + number(whole(look.width), 4) + number(whole(height), 4) + number(1, 2) +
           number(look.palette ? 8 : 24, 2) + number(0, 4) + number(static_cast<std::uint32_t>(pixels.size()), 4) +
           number(whole(look.pixels_per_m), 4) + number(whole(look.pixels_per_m), 4) + number(0, 4) + number(0, 4) +
           palette + pixels;
}

std::string jpeg(const JpegLook& look, const Samples& samples) {
    jpeg_compress_struct info{};
    jpeg_error_mgr errors{};
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    unsigned char* memory = nullptr;
    unsigned long size = 0;
    jpeg_mem_dest(&info, &memory, &size);
    info.image_width = whole(look.width);
    info.image_height = whole(look.height);
    info.input_components = look.samples;
    info.in_color_space = look.samples == 1 ? JCS_GRAYSCALE : look.samples == 3 ? JCS_RGB : JCS_CMYK;
    jpeg_set_defaults(&info);
    if (look.progressive) jpeg_simple_progression(&info);
    if (look.pixels_per_inch > 0) {
        info.density_unit = 1;
        info.X_density = info.Y_density = static_cast<UINT16>(look.pixels_per_inch);
    }
    jpeg_start_compress(&info, TRUE);
    if (!look.exif.empty()) {
        const auto data = std::string("Exif\0\0", 6) + look.exif;
        jpeg_write_marker(&info, JPEG_APP0 + 1, reinterpret_cast<const JOCTET*>(data.data()),
                          static_cast<unsigned>(data.size()));
    }
    for (int y = 0; y < look.height; ++y) {
        std::vector<std::uint8_t> row;
        for (int x = 0; x < look.width; ++x) {
            for (const int value : samples(x, y)) row.push_back(static_cast<std::uint8_t>(value));
        }
        JSAMPROW from = row.data();
        jpeg_write_scanlines(&info, &from, 1);
    }
    jpeg_finish_compress(&info);
    std::string out(memory, memory + size);
    jpeg_destroy_compress(&info);
    std::free(memory);
    return out;
}

std::string webp_with_exif(const std::string& webp, int width, int height, bool alpha, const std::string& exif) {
    constexpr int kHasExif = 0x08, kHasAlpha = 0x10;
    std::string body = "VP8X" + number(10, 4) + number(whole(kHasExif | (alpha ? kHasAlpha : 0)), 4) +
                       number(whole(width - 1), 3) + number(whole(height - 1), 3) + webp.substr(12) + "EXIF" +
                       number(static_cast<std::uint32_t>(exif.size()), 4) + exif;
    if (exif.size() % 2 != 0) body += '\0';
    return "RIFF" + number(static_cast<std::uint32_t>(body.size() + 4), 4) + "WEBP" + body;
}

std::string bytes(const std::vector<int>& values) {
    std::string out;
    for (const int value : values) out += static_cast<char>(value);
    return out;
}

}  // namespace slidetype::testing

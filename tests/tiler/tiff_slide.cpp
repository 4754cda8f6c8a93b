#include "tests/tiler/tiff_slide.h"

#include <tiffio.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <memory>
#include <random>
#include <stdexcept>

namespace slidetype::testing {
namespace {

using Tiff = std::unique_ptr<TIFF, decltype(&TIFFClose)>;

/// Half the size, each pixel the mean of four.
RgbImage halved(const RgbImage& image) {
    RgbImage half(image.width / 2, image.height / 2);
    for (int y = 0; y < half.height; ++y) {
        for (int x = 0; x < half.width; ++x) {
            for (int c = 0; c < 3; ++c) {
                const int sum = image.at(2 * x, 2 * y)[c] + image.at(2 * x + 1, 2 * y)[c] +
                                image.at(2 * x, 2 * y + 1)[c] + image.at(2 * x + 1, 2 * y + 1)[c];
                half.at(x, y)[c] = static_cast<std::uint8_t>((sum + 2) / 4);
            }
        }
    }
    return half;
}

void set_tags(TIFF* tiff, const RgbImage& image, const TiffSlide& slide, int level) {
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, (image.width + slide.pad_to - 1) / slide.pad_to * slide.pad_to);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, (image.height + slide.pad_to - 1) / slide.pad_to * slide.pad_to);
    TIFFSetField(tiff, TIFFTAG_TILEWIDTH, slide.tile);
    TIFFSetField(tiff, TIFFTAG_TILELENGTH, slide.tile);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 3);
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 8);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, slide.planar ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
    const std::vector<std::uint8_t> profile(slide.icc_bytes);
    if (slide.icc_bytes > 0) TIFFSetField(tiff, TIFFTAG_ICCPROFILE, slide.icc_bytes, profile.data());
    if (slide.codec == TiffSlide::Codec::jpeg) {
        TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_JPEG);
        TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, slide.rgb ? PHOTOMETRIC_RGB : PHOTOMETRIC_YCBCR);
        if (!slide.rgb) {
            TIFFSetField(tiff, TIFFTAG_YCBCRSUBSAMPLING, slide.chroma_x, slide.chroma_y);
            TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
        }
        TIFFSetField(tiff, TIFFTAG_JPEGQUALITY, slide.quality);
        if (!slide.shared_tables || slide.encode) TIFFSetField(tiff, TIFFTAG_JPEGTABLESMODE, 0);
    } else {
        TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE);
        TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
    }
    if (slide.um_px_x && slide.um_px_y) {
        TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_CENTIMETER);
        TIFFSetField(tiff, TIFFTAG_XRESOLUTION, 10000 / *slide.um_px_x);
        TIFFSetField(tiff, TIFFTAG_YRESOLUTION, 10000 / *slide.um_px_y);
    }
    if (!slide.description.empty()) TIFFSetField(tiff, TIFFTAG_IMAGEDESCRIPTION, slide.description.c_str());
    if (!slide.software.empty()) TIFFSetField(tiff, TIFFTAG_SOFTWARE, slide.software.c_str());
    if (level > 0) TIFFSetField(tiff, TIFFTAG_SUBFILETYPE, FILETYPE_REDUCEDIMAGE);
}

bool listed(const std::vector<TiffTile>& tiles, int level, int column, int row) {
    return std::any_of(tiles.begin(), tiles.end(), [&](const TiffTile& tile) {
        return tile.level == level && tile.column == column && tile.row == row;
    });
}

/// The file's tile at (column, row), its overhang filled by repeating the last pixels.
std::vector<std::uint8_t> tile_pixels(const RgbImage& image, int edge, int column, int row) {
    std::vector<std::uint8_t> pixels;
    pixels.reserve(static_cast<std::size_t>(edge) * static_cast<std::size_t>(edge) * 3);
    const int within = std::min(edge, image.width - column * edge);
    for (int y = row * edge; y < (row + 1) * edge; ++y) {
        const auto* begin = image.at(column * edge, std::min(y, image.height - 1));
        const auto* end = begin + static_cast<std::ptrdiff_t>(within) * 3;
        pixels.insert(pixels.end(), begin, end);
        for (int x = within; x < edge; ++x) pixels.insert(pixels.end(), end - 3, end);
    }
    return pixels;
}

void write_planes(TIFF* tiff, const std::vector<std::uint8_t>& rgb, int edge, int column, int row) {
    std::vector<std::uint8_t> plane(rgb.size() / 3);
    for (std::uint16_t c = 0; c < 3; ++c) {
        for (std::size_t i = 0; i < plane.size(); ++i) plane[i] = rgb[3 * i + c];
        TIFFWriteTile(tiff, plane.data(), static_cast<std::uint32_t>(column * edge),
                      static_cast<std::uint32_t>(row * edge), 0, c);
    }
}

void write_tiles(TIFF* tiff, const RgbImage& image, const TiffSlide& slide, int level) {
    for (int row = 0; row * slide.tile < image.height; ++row) {
        for (int column = 0; column * slide.tile < image.width; ++column) {
            const auto index = TIFFComputeTile(tiff, static_cast<std::uint32_t>(column * slide.tile),
                                               static_cast<std::uint32_t>(row * slide.tile), 0, 0);
            if (listed(slide.missing, level, column, row)) continue;
            if (listed(slide.corrupt, level, column, row)) {
                std::string garbage(500, '\xA5');
                TIFFWriteRawTile(tiff, index, garbage.data(), static_cast<tmsize_t>(garbage.size()));
                continue;
            }
            auto pixels = tile_pixels(image, slide.tile, column, row);
            if (slide.planar) {
                write_planes(tiff, pixels, slide.tile, column, row);
                continue;
            }
            if (slide.encode) {
                auto bytes = slide.encode(pixels, slide.tile);
                TIFFWriteRawTile(tiff, index, bytes.data(), static_cast<tmsize_t>(bytes.size()));
                continue;
            }
            if (TIFFWriteEncodedTile(tiff, index, pixels.data(), static_cast<tmsize_t>(pixels.size())) < 0)
                throw std::runtime_error("cannot write a test tile");
        }
    }
}

}  // namespace

void write_tiff_slide(const std::filesystem::path& path, const RgbImage& picture, const TiffSlide& slide) {
    const std::string mode = std::string("w") + (slide.big ? "8" : "") + (slide.big_endian ? "b" : "");
    const Tiff tiff(TIFFOpen(path.c_str(), mode.c_str()), &TIFFClose);
    if (!tiff) throw std::runtime_error("cannot write " + path.string());
    RgbImage image = picture;
    for (int level = 0; level < slide.levels; ++level) {
        if (level > 0) image = halved(image);
        set_tags(tiff.get(), image, slide, level);
        write_tiles(tiff.get(), image, slide, level);
        TIFFWriteDirectory(tiff.get());
    }
}

void set_tag(const std::filesystem::path& path, std::uint16_t tag, std::uint32_t value) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    const auto number = [&](std::uint32_t at, int bytes) {
        std::array<unsigned char, 4> raw{};
        file.seekg(at).read(reinterpret_cast<char*>(raw.data()), bytes);
        return static_cast<std::uint32_t>(raw[0] | raw[1] << 8 | raw[2] << 16) | std::uint32_t{raw[3]} << 24;
    };
    for (auto directory = number(4, 4); directory != 0;) {
        const auto entries = number(directory, 2);
        for (std::uint32_t i = 0; i < entries; ++i) {
            const auto entry = directory + 2 + 12 * i;
            if (number(entry, 2) != tag) continue;
            const int bytes = number(entry + 2, 2) == TIFF_SHORT ? 2 : 4;
            const auto count = number(entry + 4, 4);
            const auto first = count * static_cast<std::uint32_t>(bytes) > 4 ? number(entry + 8, 4) : entry + 8;
            for (std::uint32_t k = 0; k < count; ++k) {
                file.seekp(first + k * static_cast<std::uint32_t>(bytes));
                for (int b = 0; b < bytes; ++b) file.put(static_cast<char>(value >> (8 * b) & 255U));
            }
        }
        directory = number(directory + 2 + 12 * entries, 4);
    }
    if (!file) throw std::runtime_error("cannot change " + path.string());
}

void write_plain_tiff(const std::filesystem::path& path) {
    constexpr std::uint32_t kEdge = 64;
    const Tiff tiff(TIFFOpen(path.c_str(), "w"), &TIFFClose);
    if (!tiff) throw std::runtime_error("cannot write " + path.string());
    TIFFSetField(tiff.get(), TIFFTAG_IMAGEWIDTH, kEdge);
    TIFFSetField(tiff.get(), TIFFTAG_IMAGELENGTH, kEdge);
    TIFFSetField(tiff.get(), TIFFTAG_ROWSPERSTRIP, 8);
    TIFFSetField(tiff.get(), TIFFTAG_BITSPERSAMPLE, 8);
    TIFFSetField(tiff.get(), TIFFTAG_SAMPLESPERPIXEL, 1);
    TIFFSetField(tiff.get(), TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
    std::array<std::uint8_t, kEdge> line{};
    for (std::uint32_t y = 0; y < kEdge; ++y) TIFFWriteScanline(tiff.get(), line.data(), y, 0);
}

std::string philips_description(int levels, double um_px) {
    std::string text =
        R"(<?xml version="1.0" encoding="UTF-8" ?><DataObject ObjectType="DPUfsImport">)"
        R"(<Attribute Name="PIM_DP_SCANNED_IMAGES" PMSVR="IDataObjectArray"><Array><DataObject ObjectType="DPScannedImage">)"
        R"(<Attribute Name="PIM_DP_IMAGE_TYPE" PMSVR="IString">WSI</Attribute>)"
        R"(<Attribute Name="PIIM_PIXEL_DATA_REPRESENTATION_SEQUENCE" PMSVR="IDataObjectArray"><Array>)";
    for (int level = 0; level < levels; ++level) {
        const auto mm = std::to_string(um_px / 1000 * (1 << level));
        text += R"(<DataObject ObjectType="PixelDataRepresentation"><Attribute Name="DICOM_PIXEL_SPACING">")" + mm +
                "\" \"" + mm + R"("</Attribute></DataObject>)";
    }
    return text + "</Array></Attribute></DataObject></Array></Attribute></DataObject>";
}

std::string leica_description(int width, int height, int x, int y) {
    const auto pair = [](const std::string& a, int first, const std::string& b, int second) {
        return " " + a + "=\"" + std::to_string(first) + "\" " + b + "=\"" + std::to_string(second) + "\"";
    };
    const auto nm = [](int px) { return 500 * px; };
    // OpenSlide compares each of these texts without a look at whether it is there.
    return R"(<?xml version="1.0"?><scn xmlns="http://www.leica-microsystems.com/scn/2010/10/01"><collection name="c")" +
           pair("sizeX", nm(52000), "sizeY", nm(52000)) +
           R"(><barcode>0</barcode><image name="main"><creationDate>2020</creationDate><device model="m" version="1"/>)" +
           "<pixels" + pair("sizeX", width, "sizeY", height) + "><dimension" + pair("sizeX", width, "sizeY", height) +
           R"( r="0" ifd="0"/><dimension)" + pair("sizeX", width / 2, "sizeY", height / 2) +
           R"( r="1" ifd="1"/></pixels><view)" + pair("sizeX", nm(width), "sizeY", nm(height)) +
           pair("offsetX", nm(x), "offsetY", nm(y)) +
           "/><scanSettings><objectiveSettings><objective>20</objective></objectiveSettings><illuminationSettings>"
           "<numericalAperture>0.4</numericalAperture><illuminationSource>brightfield</illuminationSource>"
           "</illuminationSettings></scanSettings></image></collection></scn>";
}

TileBytes bytes_of_tile(const std::filesystem::path& path, const TiffTile& tile) {
    const Tiff tiff(TIFFOpen(path.c_str(), "r"), &TIFFClose);
    std::uint32_t edge = 0;
    if (!tiff || TIFFSetDirectory(tiff.get(), static_cast<tdir_t>(tile.level)) == 0 ||
        TIFFGetField(tiff.get(), TIFFTAG_TILEWIDTH, &edge) == 0)
        throw std::runtime_error("cannot find a test tile in " + path.string());
    const auto index = TIFFComputeTile(tiff.get(), static_cast<std::uint32_t>(tile.column) * edge,
                                       static_cast<std::uint32_t>(tile.row) * edge, 0, 0);
    return {TIFFGetStrileOffset(tiff.get(), index), TIFFGetStrileByteCount(tiff.get(), index)};
}

RgbImage tissue_like_picture(int width, int height) {
    return paint_picture(width, height, [](int x, int y) {
        const double wave = std::sin(x * 0.11) + std::sin(y * 0.07 + x * 0.013) + std::sin((x + 2 * y) * 0.029);
        const int cell = (x / 19 * 7 + y / 23 * 13) % 11, texture = (x * 31 + y * 17) % 13;
        const bool nucleus = (x % 19 - 9) * (x % 19 - 9) + (y % 23 - 11) * (y % 23 - 11) < 20 + 4 * cell;
        const auto shade = [&](double base, double depth) {
            return std::clamp(static_cast<int>(base + depth * wave - (nucleus ? 60 : 0) + texture), 0, 255);
        };
        return std::array<int, 3>{shade(200, 14), shade(140, 24), shade(185, 16)};
    });
}

RgbImage noise_picture(int width, int height, unsigned seed) {
    std::mt19937 random(seed);
    RgbImage picture(width, height);
    for (auto& value : picture.pixels) value = static_cast<std::uint8_t>(random() & 255U);
    return picture;
}

}  // namespace slidetype::testing

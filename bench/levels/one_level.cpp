#include "bench/levels/one_level.h"

#include <memory>
#include <span>
#include <vector>

#include "base/error.h"
#include "tiler/tiff/tiff_writer.h"

namespace slidetype::bench {
namespace {

namespace fs = std::filesystem;

struct CloseTiff {
    void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};
using OpenTiff = std::unique_ptr<TIFF, CloseTiff>;

template <class Value>
void copy_tag(TIFF* from, TiffWriter& to, std::uint32_t tag) {
    Value value{};
    if (TIFFGetField(from, tag, &value) == 1) to.set(tag, value);
}

void copy_tags(TIFF* from, TiffWriter& to) {
    for (const std::uint32_t tag : {TIFFTAG_IMAGEWIDTH, TIFFTAG_IMAGELENGTH, TIFFTAG_TILEWIDTH, TIFFTAG_TILELENGTH})
        copy_tag<std::uint32_t>(from, to, tag);
    for (const std::uint32_t tag : {TIFFTAG_BITSPERSAMPLE, TIFFTAG_SAMPLESPERPIXEL, TIFFTAG_PLANARCONFIG,
                                    TIFFTAG_COMPRESSION, TIFFTAG_PHOTOMETRIC, TIFFTAG_RESOLUTIONUNIT})
        copy_tag<std::uint16_t>(from, to, tag);
    for (const std::uint32_t tag : {TIFFTAG_XRESOLUTION, TIFFTAG_YRESOLUTION}) copy_tag<float>(from, to, tag);
    copy_tag<const char*>(from, to, TIFFTAG_IMAGEDESCRIPTION);
    std::uint16_t across = 0, down = 0;
    if (TIFFGetField(from, TIFFTAG_YCBCRSUBSAMPLING, &across, &down) == 1)
        to.set(TIFFTAG_YCBCRSUBSAMPLING, static_cast<int>(across), static_cast<int>(down));
    std::uint32_t bytes = 0;
    const void* tables = nullptr;
    if (TIFFGetField(from, TIFFTAG_JPEGTABLES, &bytes, &tables) == 1) to.set(TIFFTAG_JPEGTABLES, bytes, tables);
}

std::uint32_t number(TIFF* from, std::uint32_t tag) {
    std::uint32_t value = 0;
    TIFFGetField(from, tag, &value);
    return value;
}

}  // namespace

void write_one_level(const fs::path& slide, const fs::path& file) {
    const OpenTiff from(TIFFOpen(slide.c_str(), "r"));
    if (!from || TIFFIsTiled(from.get()) == 0)
        throw Error(ErrorCode::unsupported, slide.string(), "is no TIFF whose finest picture comes first, in tiles");
    TiffWriter to(file, true);
    copy_tags(from.get(), to);
    const auto width = number(from.get(), TIFFTAG_IMAGEWIDTH), height = number(from.get(), TIFFTAG_IMAGELENGTH);
    const auto across = number(from.get(), TIFFTAG_TILEWIDTH), down = number(from.get(), TIFFTAG_TILELENGTH);
    std::vector<std::uint8_t> bytes;
    for (std::uint32_t y = 0; y < height; y += down) {
        for (std::uint32_t x = 0; x < width; x += across) {
            const auto tile = TIFFComputeTile(from.get(), x, y, 0, 0);
            bytes.resize(static_cast<std::size_t>(TIFFGetStrileByteCount(from.get(), tile)));
            if (bytes.empty()) continue;  // a tile that is not in the file
            if (TIFFReadRawTile(from.get(), tile, bytes.data(), static_cast<tmsize_t>(bytes.size())) < 0)
                throw Error(ErrorCode::io, slide.string(), "cannot be read");
            to.write_raw_tile(bytes, static_cast<int>(x), static_cast<int>(y));
        }
    }
    to.finish_directory();
    to.commit();
}

}  // namespace slidetype::bench

#include "tiler/tiff/tiff_picture.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>
#include <vector>

#include "tiler/tiff/tiff_file.h"

namespace slidetype {
namespace {

constexpr int kAperioJpeg2000[] = {33003, 33005};
constexpr std::int64_t kMostFileTilePixels = std::int64_t{1} << 24;  // 4096 × 4096; decoded anew for each part read

template <class Number>
Number defaulted(TIFF* tiff, std::uint32_t tag, Number otherwise) {
    Number value{};
    return TIFFGetFieldDefaulted(tiff, tag, &value) == 1 ? value : otherwise;
}

TiffPicture picture_of(TIFF* tiff) {
    TiffPicture picture;
    picture.width = tiff_field<std::uint32_t>(tiff, TIFFTAG_IMAGEWIDTH).value_or(0);
    picture.height = tiff_field<std::uint32_t>(tiff, TIFFTAG_IMAGELENGTH).value_or(0);
    if (TIFFIsTiled(tiff) != 0) {
        picture.tile_width = tiff_field<std::uint32_t>(tiff, TIFFTAG_TILEWIDTH).value_or(0);
        picture.tile_height = tiff_field<std::uint32_t>(tiff, TIFFTAG_TILELENGTH).value_or(0);
    }
    picture.compression = defaulted<std::uint16_t>(tiff, TIFFTAG_COMPRESSION, COMPRESSION_NONE);
    picture.samples = defaulted<std::uint16_t>(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
    picture.bits = defaulted<std::uint16_t>(tiff, TIFFTAG_BITSPERSAMPLE, 1);
    picture.sample_format = defaulted<std::uint16_t>(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
    picture.planar = defaulted<std::uint16_t>(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) == PLANARCONFIG_SEPARATE;
    picture.photometric = tiff_field<std::uint16_t>(tiff, TIFFTAG_PHOTOMETRIC)
                              .value_or(picture.samples < 3 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB);
    std::uint32_t size = 0;
    const void* profile = nullptr;
    if (TIFFGetField(tiff, TIFFTAG_ICCPROFILE, &size, &profile) == 1) picture.icc_bytes = size;
    return picture;
}

bool same_kind(const TiffPicture& a, const TiffPicture& b) {
    const auto kind = [](const TiffPicture& p) {
        return std::tuple(p.width, p.height, p.tile_width, p.tile_height, p.samples, p.bits, p.photometric);
    };
    return kind(a) == kind(b);
}

std::string codec_name(int compression) {
    constexpr std::array<std::pair<int, const char*>, 12> names = {{{6, "JPEG of the old kind"},
                                                                    {22610, "JPEG XR"},
                                                                    {33003, "JPEG 2000 in Aperio's way"},
                                                                    {33005, "JPEG 2000 in Aperio's way"},
                                                                    {34712, "JPEG 2000"},
                                                                    {34887, "LERC"},
                                                                    {34892, "lossy JPEG of DNG"},
                                                                    {34925, "LZMA"},
                                                                    {34934, "JPEG XR"},
                                                                    {50000, "Zstandard"},
                                                                    {50001, "WebP"},
                                                                    {50002, "JPEG XL"}}};
    for (const auto& [number, name] : names) {
        if (number == compression) return std::string(name) + " (compression " + std::to_string(number) + ")";
    }
    return "a codec that is unknown here (compression " + std::to_string(compression) + ")";
}

constexpr const char* kHowToConvert =
    "Write it again in colour, 8 bits per sample, tiled: `vips tiffsave in.tif out.tif --tile --pyramid --compression "
    "jpeg`.";

std::optional<Refusal> why_without_colour(const TiffPicture& picture) {
    const bool grey = picture.photometric == PHOTOMETRIC_MINISBLACK || picture.photometric == PHOTOMETRIC_MINISWHITE ||
                      (picture.samples < 3 && picture.photometric != PHOTOMETRIC_PALETTE);
    if (!grey) return std::nullopt;
    if (picture.bits == 1) return Refusal{"is a picture in black and white, without colour", "Export it in colour."};
    if (picture.of_this_size > 1) {
        return Refusal{
            "holds " + std::to_string(picture.of_this_size) +
                " grey pictures of one size, as OME-TIFF stores colours or stains in planes of their own, and "
                "no picture in colour",
            "Write red, green and blue into one picture: `raw2ometiff --rgb`, or export it as RGB."};
    }
    return Refusal{"is a grey picture: its pixels have no colour, and a stain is told by its colour",
                   "Export the slide in colour (RGB, 8 bits per sample)."};
}

}  // namespace

bool TiffPicture::is_cmyk() const {
    return photometric == PHOTOMETRIC_SEPARATED;
}

std::optional<TiffPicture> finest_picture(const ReadOnlyFile& file, std::int64_t width, std::int64_t height) {
    const TiffHandle tiff = open_tiff(file);
    if (!tiff) return std::nullopt;
    std::vector<TiffPicture> pictures;
    do {
        if (pictures.size() == std::size_t{kMostTiffDirectories}) break;
        pictures.push_back(picture_of(tiff.get()));
    } while (TIFFReadDirectory(tiff.get()) == 1);
    const auto rank = [&](const TiffPicture& p) {
        return std::tuple(p.width == width && p.height == height, p.tile_width > 0, p.width * p.height);
    };
    const TiffPicture* finest = &pictures.front();
    for (const auto& picture : pictures) {
        if (rank(picture) > rank(*finest)) finest = &picture;
    }
    TiffPicture found = *finest;
    found.of_this_size = 0;
    for (const auto& picture : pictures) found.of_this_size += same_kind(picture, found) ? 1 : 0;
    return found;
}

std::optional<Refusal> why_unsupported(const TiffPicture& picture, bool aperio) {
    const bool jpeg_2000_of_aperio =
        picture.compression == kAperioJpeg2000[0] || picture.compression == kAperioJpeg2000[1];
    const bool known = picture.compression >= 0 && picture.compression <= UINT16_MAX &&
                       TIFFIsCODECConfigured(static_cast<std::uint16_t>(picture.compression)) != 0;
    if (!known && !(jpeg_2000_of_aperio && aperio))
        return Refusal{"is compressed with " + codec_name(picture.compression) + ", which cannot be decoded here",
                       kHowToConvert};
    if (auto colourless = why_without_colour(picture)) return colourless;
    if (picture.bits != 8)
        return Refusal{"has " + std::to_string(picture.bits) + " bits per sample, and 8 can be read", kHowToConvert};
    if (picture.sample_format != SAMPLEFORMAT_UINT && picture.sample_format != SAMPLEFORMAT_VOID)
        return Refusal{"has samples that are no whole numbers of 0 to 255", kHowToConvert};
    if (picture.photometric != PHOTOMETRIC_RGB && picture.photometric != PHOTOMETRIC_PALETTE &&
        picture.photometric != PHOTOMETRIC_YCBCR && picture.photometric != PHOTOMETRIC_CIELAB &&
        picture.photometric != PHOTOMETRIC_SEPARATED)
        return Refusal{"has colours of a kind that cannot be read (PhotometricInterpretation " +
                           std::to_string(picture.photometric) + ")",
                       kHowToConvert};
    if (picture.tile_width > kMostFileTilePixels / std::max<std::int64_t>(picture.tile_height, 1))
        return Refusal{
            "is stored in tiles of " + std::to_string(picture.tile_width) + " × " +
                std::to_string(picture.tile_height) + " pixels, and to see a part of one it must be decoded as a whole",
            "Write it with tiles of 256 or 512 pixels: `vips tiffsave in.tif out.tif --tile --tile-width 512 "
            "--tile-height 512 --pyramid --compression jpeg`."};
    return std::nullopt;
}

}  // namespace slidetype

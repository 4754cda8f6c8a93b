#include "base/pictures/transparent_tiff.h"

#include <tiffio.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "base/pictures/transparency.h"

namespace slidetype {
namespace {

constexpr std::uint32_t kMaxEdge = 1U << 15;
constexpr std::uint64_t kMaxPixels = std::uint64_t{1} << 28;

/// A file in memory as libtiff reads one.
struct Memory {
    std::string_view bytes;
    std::uint64_t at = 0;
};

tmsize_t read_memory(thandle_t handle, void* to, tmsize_t size) {
    auto& memory = *static_cast<Memory*>(handle);
    if (memory.at >= memory.bytes.size()) return 0;
    const auto count = std::min<std::uint64_t>(static_cast<std::uint64_t>(size), memory.bytes.size() - memory.at);
    std::memcpy(to, memory.bytes.data() + memory.at, count);
    memory.at += count;
    return static_cast<tmsize_t>(count);
}
tmsize_t write_nothing(thandle_t, void*, tmsize_t) {
    return 0;
}
toff_t seek_memory(thandle_t handle, toff_t offset, int whence) {
    auto& memory = *static_cast<Memory*>(handle);
    const std::uint64_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? memory.at : memory.bytes.size();
    return memory.at = from + offset;
}
int close_memory(thandle_t) {
    return 0;
}
toff_t size_of_memory(thandle_t handle) {
    return static_cast<Memory*>(handle)->bytes.size();
}

using Tiff = std::unique_ptr<TIFF, decltype(&TIFFClose)>;

/// What matters of the first directory.
struct Layout {
    std::uint32_t width = 0, height = 0;
    std::uint16_t bits = 1, samples = 1, photometric = 0, planar = PLANARCONFIG_CONTIG, orientation = 1;
    AlphaKind alpha;
    bool tiled = false;
    std::uint32_t piece_width = 0, piece_height = 0;  ///< of a tile or strip
    int planes() const { return planar == PLANARCONFIG_SEPARATE ? samples : 1; }
    int samples_in_plane() const { return planar == PLANARCONFIG_SEPARATE ? 1 : samples; }
};

std::vector<std::uint16_t> extra_samples(TIFF* tiff) {
    std::uint16_t count = 0, *kinds = nullptr;
    if (TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds) != 1) return {};
    return {kinds, kinds + count};
}

bool is_alpha(std::uint16_t kind) {
    return kind == EXTRASAMPLE_ASSOCALPHA || kind == EXTRASAMPLE_UNASSALPHA;
}

void read_pieces(TIFF* tiff, Layout& layout) {
    layout.tiled = TIFFIsTiled(tiff) != 0;
    if (layout.tiled) {
        TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &layout.piece_width);
        TIFFGetField(tiff, TIFFTAG_TILELENGTH, &layout.piece_height);
    } else {
        layout.piece_width = layout.width;
        TIFFGetFieldDefaulted(tiff, TIFFTAG_ROWSPERSTRIP, &layout.piece_height);
        layout.piece_height = std::min(layout.piece_height, layout.height);
    }
}

/// Of a picture with one sample beyond its colours, of a kind that can be read here.
std::optional<Layout> layout_of(TIFF* tiff, const std::vector<std::uint16_t>& extra) {
    Layout layout;
    std::uint16_t format = SAMPLEFORMAT_UINT;
    TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &layout.width);
    TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &layout.height);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &layout.bits);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &layout.samples);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &format);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &layout.planar);
    TIFFGetFieldDefaulted(tiff, TIFFTAG_ORIENTATION, &layout.orientation);
    if (TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &layout.photometric) != 1) return std::nullopt;
    read_pieces(tiff, layout);
    const bool rgb = layout.photometric == PHOTOMETRIC_RGB;
    const bool known = (rgb || layout.photometric == PHOTOMETRIC_MINISBLACK) && layout.samples == (rgb ? 4 : 2) &&
                       format == SAMPLEFORMAT_UINT && (layout.bits == 8 || layout.bits == 16);
    const auto sensible = [](std::uint64_t width, std::uint64_t height) {
        return width > 0 && height > 0 && width <= kMaxEdge && height <= kMaxEdge && width * height <= kMaxPixels;
    };
    if (!known || !sensible(layout.width, layout.height) || !sensible(layout.piece_width, layout.piece_height))
        return std::nullopt;
    const bool told = extra.size() == 1 && is_alpha(extra[0]);
    if (!told && !rgb) return std::nullopt;
    layout.alpha = {told && extra[0] == EXTRASAMPLE_ASSOCALPHA, !told, true};
    return layout;
}

/// One piece of one plane, as many samples a pixel as a plane has; a shorter last strip is filled up with 0.
bool read_piece(TIFF* tiff, const Layout& layout, std::uint32_t x, std::uint32_t y, int plane,
                std::vector<std::uint8_t>& piece) {
    const auto sample = static_cast<std::uint16_t>(plane);
    const auto size = static_cast<tmsize_t>(piece.size());
    if (layout.tiled)
        return TIFFReadEncodedTile(tiff, TIFFComputeTile(tiff, x, y, 0, sample), piece.data(), size) == size;
    const auto rows = std::min(layout.piece_height, layout.height - y);
    const auto wanted = size / static_cast<tmsize_t>(layout.piece_height) * static_cast<tmsize_t>(rows);
    return TIFFReadEncodedStrip(tiff, TIFFComputeStrip(tiff, y, sample), piece.data(), wanted) == wanted;
}

/// Puts a piece where it belongs in BGRA.
template <typename Sample>
void place(const Layout& layout, std::uint32_t x0, std::uint32_t y0, int plane, const std::vector<std::uint8_t>& piece,
           cv::Mat& bgra) {
    const auto* samples = reinterpret_cast<const Sample*>(piece.data());
    const bool grey = layout.photometric != PHOTOMETRIC_RGB;
    const auto each = static_cast<std::uint32_t>(layout.samples_in_plane());
    for (std::uint32_t y = y0; y < std::min(y0 + layout.piece_height, layout.height); ++y) {
        auto* row = bgra.ptr<Sample>(static_cast<int>(y));
        const auto* from = samples + std::size_t{y - y0} * layout.piece_width * each;
        for (std::uint32_t x = x0; x < std::min(x0 + layout.piece_width, layout.width); ++x, from += each) {
            auto* to = row + std::size_t{4} * x;
            for (std::uint32_t s = 0; s < each; ++s) {
                const auto sample = s + static_cast<std::uint32_t>(plane);
                if (sample + 1 == layout.samples) {
                    to[3] = from[s];
                } else if (grey) {
                    std::fill_n(to, 3, from[s]);
                } else {
                    to[2 - sample] = from[s];
                }
            }
        }
    }
}

std::optional<cv::Mat> read_bgra(TIFF* tiff, const Layout& layout) {
    const int bytes = layout.bits / 8;
    // What libtiff decodes a piece to must be what is taken of it, or the file is an odd one.
    const std::size_t size = std::size_t{layout.piece_width} * layout.piece_height *
                             static_cast<std::size_t>(layout.samples_in_plane() * bytes);
    if (static_cast<tmsize_t>(size) != (layout.tiled ? TIFFTileSize(tiff) : TIFFStripSize(tiff))) return std::nullopt;
    std::vector<std::uint8_t> piece(size);
    cv::Mat bgra(static_cast<int>(layout.height), static_cast<int>(layout.width),
                 CV_MAKETYPE(bytes == 1 ? CV_8U : CV_16U, 4), cv::Scalar::all(0));
    for (int plane = 0; plane < layout.planes(); ++plane) {
        for (std::uint32_t y = 0; y < layout.height; y += layout.piece_height) {
            for (std::uint32_t x = 0; x < layout.width; x += layout.piece_width) {
                if (!read_piece(tiff, layout, x, y, plane, piece)) return std::nullopt;
                if (bytes == 1) {
                    place<std::uint8_t>(layout, x, y, plane, piece, bgra);
                } else {
                    place<std::uint16_t>(layout, x, y, plane, piece, bgra);
                }
            }
        }
    }
    return bgra;
}

}  // namespace

std::optional<DecodedPicture> decode_transparent_tiff(std::string_view bytes) {
    Memory memory{bytes};
    const Tiff tiff(TIFFClientOpen("picture", "rm", &memory, read_memory, write_nothing, seek_memory, close_memory,
                                   size_of_memory, nullptr, nullptr),
                    TIFFClose);
    if (tiff == nullptr) return std::nullopt;
    const auto extra = extra_samples(tiff.get());
    const auto layout = layout_of(tiff.get(), extra);
    if (!layout) return std::ranges::any_of(extra, is_alpha) ? std::optional(DecodedPicture{}) : std::nullopt;
    auto bgra = read_bgra(tiff.get(), *layout);
    if (!bgra) return std::nullopt;
    turn_upright(*bgra, layout->orientation);
    return over_white(*bgra, layout->alpha);
}

}  // namespace slidetype

// A file tile that lies wholly within what is asked for is decoded straight into the result. Of one that lies across
// the border, the whole is decoded beside it, its part copied, and the pixels are kept for the neighbour.
#include "tiler/slides/jpeg_tiff.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "tiler/slides/level_rect.h"
#include "tiler/slides/missing_tiles.h"
#include "tiler/tiff/jpeg_colours.h"

namespace slidetype {
namespace {

constexpr std::size_t kTilesToAsk = 3;  // of their colours

/// Where Aperio left out a tile OpenSlide draws it, and those of coarser levels that hold it, from the level before.
bool finer_misses_tiles(std::span<const TiledDirectory> directories, const TiledDirectory& of) {
    return std::any_of(directories.begin(), directories.end(), [&](const TiledDirectory& other) {
        return other.width > of.width && (other.tiles.empty() || other.has_missing_tiles);
    });
}

/// The tiles that hold most bytes, fullest first, at most `count`.
std::vector<std::size_t> fullest_indices(const TiledDirectory& directory, std::size_t count) {
    const auto& tiles = directory.tiles;
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        if (tiles[i].bytes != 0 && tiles[i].bytes != kTooManyBytes) order.push_back(i);
    }
    count = std::min(count, order.size());
    std::partial_sort(
        order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(),
        [&](std::size_t a, std::size_t b) { return std::pair(tiles[b].bytes, a) < std::pair(tiles[a].bytes, b); });
    order.resize(count);
    return order;
}

}  // namespace

/// What one call of `read` asks for.
struct JpegTiff::Request {
    const Level& level;
    int index;
    Rect rect, visible;  ///< visible: the part within the level
    int shrink;
    RgbImage& out;
    Believe whom;
    std::vector<std::uint8_t> bytes;  ///< of the file tile at hand, kept to be used again

    std::uint8_t* at(std::int64_t x, std::int64_t y) const {
        return out.at(static_cast<int>((x - rect.x) / shrink), static_cast<int>((y - rect.y) / shrink));
    }
    std::size_t out_stride() const { return static_cast<std::size_t>(out.width) * 3; }
    std::int64_t shrunk(std::int64_t length) const { return (length + shrink - 1) / shrink; }
};

JpegTiff::JpegTiff(ReadOnlyFile file, Colour background)
    : file_(std::move(file)), background_(background), cache_(kFileTileCacheBytes) {}

std::unique_ptr<JpegTiff> JpegTiff::open(const std::filesystem::path& path, std::string_view vendor,
                                         std::span<const LevelShape> levels, Colour background) {
    auto file = ReadOnlyFile::open(path);
    if (!file || !has_known_directories(vendor)) return nullptr;
    const auto directories = tiled_directories(*file);
    return open(std::move(*file), directories, vendor, levels, background);
}

std::unique_ptr<JpegTiff> JpegTiff::open(ReadOnlyFile file, std::span<const TiledDirectory> directories,
                                         std::string_view vendor, std::span<const LevelShape> levels,
                                         Colour background) {
    const auto of_levels = directories_of_levels(directories, vendor, levels);
    const MissingTiles missing(placed_directories(directories, vendor, levels, {}), levels);
    std::unique_ptr<JpegTiff> tiff(new JpegTiff(std::move(file), background));
    bool any = false;
    for (std::size_t i = 0; i < levels.size(); ++i) {
        const auto* directory = of_levels[i];
        const bool served = directory != nullptr && directory->jpeg_rgb &&
                            (vendor != "aperio" || !finer_misses_tiles(directories, *directory));
        const bool jpeg = directory != nullptr && directory->jpeg_rgb;
        tiff->colours_.push_back(jpeg ? tiff->compare_colours(*directory) : TaggedColours::right);
        tiff->levels_.push_back(served ? std::optional(Level{levels[i].width, levels[i].height, *directory})
                                       : std::nullopt);
        if (!served) continue;
        any = true;
        const int level = static_cast<int>(i);
        const Rect whole{0, 0, levels[i].width, levels[i].height};
        tiff->levels_[i]->missing_is_background =
            vendor == "philips" || (vendor == "generic-tiff" && missing.are_background(level, whole));
        tiff->levels_[i]->colours = tiff->colours_[i];
    }
    return any ? std::move(tiff) : nullptr;
}

/// The fullest tiles must all say the same, and other than the tag.
TaggedColours JpegTiff::compare_colours(const TiledDirectory& directory) const {
    std::vector<std::vector<std::uint8_t>> fullest;
    for (const auto index : fullest_indices(directory, kTilesToAsk)) {
        fullest.push_back(bytes_of(directory.tiles[index]));
        if (fullest.back().empty()) return TaggedColours::right;
    }
    const JpegTileFormat as_tagged{directory.tables, directory.ycbcr, directory.tile_width, directory.tile_height};
    if (!contradict_tag(fullest, as_tagged, [&] { return bytes_of_emptiest(directory); })) return TaggedColours::right;
    return directory.ycbcr ? TaggedColours::rgb_called_ycbcr : TaggedColours::ycbcr_called_rgb;
}

/// Empty where they cannot be read.
std::vector<std::uint8_t> JpegTiff::bytes_of(const FileTile& tile) const {
    std::vector<std::uint8_t> bytes(tile.bytes);
    if (!file_.read(tile.offset, bytes)) bytes.clear();
    return bytes;
}

std::vector<std::uint8_t> JpegTiff::bytes_of_emptiest(const TiledDirectory& directory) const {
    const FileTile* emptiest = nullptr;
    for (const auto& tile : directory.tiles) {
        if (tile.bytes != 0 && tile.bytes != kTooManyBytes && (emptiest == nullptr || tile.bytes < emptiest->bytes))
            emptiest = &tile;
    }
    return emptiest == nullptr ? std::vector<std::uint8_t>() : bytes_of(*emptiest);
}

std::vector<Rect> JpegTiff::read(int level, const Rect& rect, int shrink, RgbImage& out, Believe whom) const {
    const auto& from = *levels_[static_cast<std::size_t>(level)];
    Request request{from, level, rect, common(rect, {0, 0, from.width, from.height}), shrink, out, whom, {}};
    std::vector<Rect> undecoded;
    if (request.visible.empty()) return undecoded;
    const auto width = from.directory.tile_width, height = from.directory.tile_height;
    for (auto row = request.visible.y / height; row * height < request.visible.bottom(); ++row) {
        for (auto column = request.visible.x / width; column * width < request.visible.right(); ++column) {
            if (!read_tile(request, column, row))
                undecoded.push_back(common(request.visible, from.tile_rect(column, row)));
        }
    }
    return undecoded;
}

/// Fills the part of the tile within level and request; false where the tile cannot be decoded.
bool JpegTiff::read_tile(Request& request, std::int64_t column, std::int64_t row) const {
    const auto index = static_cast<std::size_t>(row * request.level.directory.columns + column);
    const FileTile tile = request.level.directory.tiles[index];
    if (tile.bytes == 0) return request.level.missing_is_background;
    if (tile.bytes == kTooManyBytes) return false;

    const Rect whole = request.level.tile_rect(column, row), area = common(request.visible, whole);
    if (area == whole) return decode(request, tile, request.at(area.x, area.y), request.out_stride());

    const FileTileCache::Key key{request.index, request.shrink, index};
    const bool as_usual = request.whom == Believe::stream;
    auto pixels = as_usual ? cache_.find(key) : nullptr;
    const auto stride = static_cast<std::size_t>(whole.width / request.shrink) * 3;
    if (!pixels) {
        std::vector<std::uint8_t> fresh(stride * static_cast<std::size_t>(whole.height / request.shrink));
        if (!decode(request, tile, fresh.data(), stride)) return false;
        pixels = std::make_shared<const std::vector<std::uint8_t>>(std::move(fresh));
        const bool neighbour_needs_it = area != common(whole, {0, 0, request.level.width, request.level.height});
        if (neighbour_needs_it && as_usual) cache_.keep(key, pixels);
    }
    const auto left = static_cast<std::size_t>((area.x - whole.x) / request.shrink);
    const auto top = static_cast<std::size_t>((area.y - whole.y) / request.shrink);
    const std::uint8_t* source = pixels->data() + top * stride + left * 3;
    for (std::int64_t y = 0; y < request.shrunk(area.height); ++y, source += stride)
        std::memcpy(request.at(area.x, area.y + y * request.shrink), source,
                    static_cast<std::size_t>(request.shrunk(area.width)) * 3);
    blend_edges(request, area);
    return true;
}

bool JpegTiff::decode(Request& request, const FileTile& tile, std::uint8_t* rgb, std::size_t stride) const {
    request.bytes.resize(tile.bytes);
    return file_.read(tile.offset, request.bytes) &&
           decode_jpeg_tile(request.bytes, request.level.format(request.whom), request.shrink, rgb, stride);
}

/// A shrunk pixel that the level's right or lower edge cuts is part picture, part background.
void JpegTiff::blend_edges(Request& request, const Rect& area) const {
    const auto inside_x = area.right() == request.level.width ? request.level.width % request.shrink : 0;
    const auto inside_y = area.bottom() == request.level.height ? request.level.height % request.shrink : 0;
    const auto blend = [&](std::uint8_t* rgb, std::int64_t inside) {
        for (std::size_t c = 0; c < 3; ++c)
            rgb[c] = static_cast<std::uint8_t>(
                (rgb[c] * inside + background_[c] * (request.shrink - inside) + request.shrink / 2) / request.shrink);
    };
    if (inside_x != 0) {
        for (std::int64_t y = 0; y < request.shrunk(area.height); ++y)
            blend(request.at(area.right() - inside_x, area.y + y * request.shrink), inside_x);
    }
    if (inside_y != 0) {
        for (std::int64_t x = 0; x < request.shrunk(area.width); ++x)
            blend(request.at(area.x + x * request.shrink, area.bottom() - inside_y), inside_y);
    }
}

std::vector<Rect> JpegTiff::fullest_tiles(int level, std::size_t count) const {
    const auto& from = *levels_[static_cast<std::size_t>(level)];
    std::vector<Rect> rects;
    for (const auto i : fullest_indices(from.directory, count)) {
        const auto index = static_cast<std::int64_t>(i);
        const Rect rect = common(from.tile_rect(index % from.directory.columns, index / from.directory.columns),
                                 {0, 0, from.width, from.height});
        if (!rect.empty()) rects.push_back(rect);
    }
    return rects;
}

}  // namespace slidetype

#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/raster.h"
#include "base/read_only_file.h"
#include "tiler/tiff/file_tile_cache.h"
#include "tiler/tiff/jpeg_tile.h"
#include "tiler/tiff/level_directories.h"

namespace slidetype {

/// Whether what a TIFF's tag says of a level's colours is what its JPEG tiles hold.
enum class TaggedColours { right, ycbcr_called_rgb, rgb_called_ycbcr };

/// The quick way to the pixels of tiled TIFFs whose tiles are JPEGs: bytes from the file straight into libjpeg. Which
/// directory is which level is OpenSlide's to say; a level is served only where exactly one directory can be meant, and
/// what a tile holds beyond doubt. All else is left to the caller. Safe to call from several threads.
class JpegTiff {
  public:
    using Colour = std::array<std::uint8_t, 3>;

    /// Nothing where the file has no level to be served. `vendor` is OpenSlide's; Aperio's, Philips' and generic TIFFs
    /// are served. `background` shows where tiles are absent and beyond the level.
    static std::unique_ptr<JpegTiff> open(const std::filesystem::path& path, std::string_view vendor,
                                          std::span<const LevelShape> levels, Colour background);
    /// The same of a file whose directories are known.
    static std::unique_ptr<JpegTiff> open(ReadOnlyFile file, std::span<const TiledDirectory> directories,
                                          std::string_view vendor, std::span<const LevelShape> levels,
                                          Colour background);

    bool serves(int level) const { return levels_[static_cast<std::size_t>(level)].has_value(); }

    /// What the fullest tiles of a level say of its colours, whether it is served or not.
    TaggedColours colours(int level) const { return colours_[static_cast<std::size_t>(level)]; }

    /// Whose word on the colours to take.
    enum class Believe { stream, tag };

    /// Fills `out` with `rect` (pixels of a level that is served) shrunk by 1, 2, 4 or 8. The rect's corners are
    /// multiples of `shrink` and `out` has its size divided by that; what lies beyond the level is left as it is.
    /// The parts that could not be decoded are returned, each the part of one file tile within rect and level; the
    /// caller must fill them.
    std::vector<Rect> read(int level, const Rect& rect, int shrink, RgbImage& out,
                           Believe whom = Believe::stream) const;

    /// The file tiles that hold most bytes, at most `count`, as rectangles within the level: the best to compare.
    std::vector<Rect> fullest_tiles(int level, std::size_t count) const;

  private:
    struct Level {
        std::int64_t width = 0, height = 0;  ///< as OpenSlide has them
        TiledDirectory directory;
        bool missing_is_background = false;  ///< else the caller knows what is meant
        TaggedColours colours = TaggedColours::right;
        JpegTileFormat format(Believe whom) const {
            const bool overruled = whom == Believe::stream && colours != TaggedColours::right;
            return {directory.tables, directory.ycbcr != overruled, directory.tile_width, directory.tile_height};
        }
        Rect tile_rect(std::int64_t column, std::int64_t row) const {
            return {column * directory.tile_width, row * directory.tile_height, directory.tile_width,
                    directory.tile_height};
        }
    };
    struct Request;

    JpegTiff(ReadOnlyFile file, Colour background);
    TaggedColours compare_colours(const TiledDirectory& directory) const;
    std::vector<std::uint8_t> bytes_of(const FileTile& tile) const;
    std::vector<std::uint8_t> bytes_of_emptiest(const TiledDirectory& directory) const;
    bool read_tile(Request& request, std::int64_t column, std::int64_t row) const;
    bool decode(Request& request, const FileTile& tile, std::uint8_t* rgb, std::size_t stride) const;
    void blend_edges(Request& request, const Rect& area) const;

    ReadOnlyFile file_;
    const Colour background_;
    std::vector<std::optional<Level>> levels_;
    std::vector<TaggedColours> colours_;  ///< per level
    mutable FileTileCache cache_;
};

}  // namespace slidetype

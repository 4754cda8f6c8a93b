#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sample_slides/pyramid_tiff.h"
#include "tests/tools/tile_sources.h"
#include "tiler/annotations/annotations.h"

namespace slidetype::tools {

/// A grid of letters, one per cell; '.' is glass.
struct Layout {
    int columns = 0;
    std::vector<std::string> rows;  ///< all of `columns` letters
};

/// Rows are separated by '/' or by line ends; short rows are filled up with glass. Throws Error(usage) for an empty
/// layout.
Layout parse_layout(std::string_view text);

/// Every cell becomes times × times cells of the same letter.
Layout repeat(const Layout& layout, int times);

struct MosaicOptions {
    int tile_px = 256;         ///< edge of a cell on the slide
    std::uint64_t seed = 1;    ///< which picture goes where
    std::uint8_t glass = 243;  ///< grey value of cells without a picture
    int margin_px = 0;         ///< glass around all cells, so that they need not lie on a model's grid
};

struct MosaicClass {
    std::string name;  ///< class in the ground truth
    TileFiles files;
};

/// One cell that shows a picture.
struct MosaicTile {
    int column = 0, row = 0;
    Rect rect;  ///< level-0 pixels
    std::string class_name;
    std::filesystem::path file;
};

/// A slide put together from pictures, with the truth about each. Immutable once planned.
class Mosaic {
  public:
    /// Gives each cell a picture of its class: all pictures of a class are used once, in shuffled order, before any is
    /// used again. Throws Error(usage) for a letter without a class, a class without files, or options out of range.
    Mosaic(Layout layout, const std::map<char, MosaicClass>& classes, MosaicOptions options);

    int width() const { return layout_.columns * options_.tile_px + 2 * options_.margin_px; }
    int height() const { return static_cast<int>(layout_.rows.size()) * options_.tile_px + 2 * options_.margin_px; }
    /// In raster order.
    const std::vector<MosaicTile>& tiles() const { return tiles_; }

    /// One annotation per connected region of a class (cells that touch at a corner alone are not connected).
    std::vector<Annotation> truth() const;

    /// Writes the slide, `.geojson` (truth) and `.csv` (column, row, x, y, width, height, class, file) beside it, the
    /// slide last. Pictures are read as they are needed and one row of cells is held at a time. Throws
    /// Error(not_found | corrupt) for a picture that cannot be read, Error(io).
    void write(const std::filesystem::path& slide, const PyramidOptions& pyramid) const;

  private:
    Layout layout_;
    MosaicOptions options_;
    std::vector<MosaicTile> tiles_;
};

}  // namespace slidetype::tools

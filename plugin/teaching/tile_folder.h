#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "model/data/dataset.h"
#include "plugin/results/result_folder.h"
#include "tiler/slides/slide.h"
#include "tiler/tiles/tile_grid.h"
#include "tiler/tiles/tile_reader.h"

namespace slidetype {

/// What is being done with a slide: it is opened and read what it teaches, its tiles are labelled, or written.
enum class CutStage { open, label, write };

struct CutCallbacks {
    /// Called by one thread at a time; `slide` counts from 0. Of the stage `open` nothing can be counted.
    std::function<void(std::size_t slide, CutStage stage, std::size_t done, std::size_t total)> progress;
    std::function<bool()> stop_requested;
};

/// What is said of all tiles of a slide in the table of tiles.
struct TeachingSlide {
    std::filesystem::path slide;
    std::string group;  ///< patient, or the slide itself where none is given
    int fold = -1;
    Part part = Part::none;
};

/// A tile of a grid that is to become a picture.
struct TeachingTile {
    std::size_t tile = 0;  ///< grid index
    int label = 0;         ///< LUAD, LUSC or benign: see label_name()
};

/// What became of tiles that were to be written.
struct WrittenTiles {
    std::filesystem::path manifest;      ///< CSV that read_dataset() takes: file,class,group,slide,x,y,block,fold,split
    std::size_t slides = 0;              ///< slides that gave at least one tile
    std::array<std::size_t, 3> tiles{};  ///< written, per label
    std::size_t unreadable = 0;          ///< the slide could not be read there; listed in `problems`
    std::vector<std::string> problems;   ///< slides and tiles that failed, with the reason
};

/// A folder of tiles that teach: `<slide>/<x>_<y>_<class>.png` (x, y: level-0 pixels) and `manifest.csv`, which is
/// written last. One object belongs to one thread; tiles are written by several.
class TileFolder {
  public:
    /// Removes the tiles that an older manifest there lists. Keeps references to `callbacks`. Throws Error(io).
    TileFolder(std::filesystem::path folder, int threads, const CutCallbacks& callbacks);

    /// Writes tiles of the grid, ascending by their index; `blocks` holds these and no others. `index`: which slide,
    /// for the callbacks. `block` of the manifest parts the tiles of each slide and class into five bands of equal
    /// number across the longer extent. Gives each tile's file below the folder, empty for one that could not be read.
    /// Throws Error(cancelled) when asked to stop, Error(io).
    std::vector<std::string> write(const TeachingSlide& source, std::size_t index, const Slide& slide,
                                   const TileGrid& grid, std::span<const TileBlock> blocks,
                                   std::span<const TeachingTile> tiles);

    /// Writes the manifest.
    const WrittenTiles& finish();

    const std::filesystem::path& path() const { return folder_; }
    WrittenTiles& written() { return written_; }

    void progress(std::size_t index, CutStage stage, std::size_t done, std::size_t total) const;
    void stop_if_asked(const std::filesystem::path& slide) const;

  private:
    std::vector<std::string> write_pictures(const TeachingSlide& source, std::size_t index, const TileReader& reader,
                                            const TileGrid& grid, std::span<const TileBlock> blocks,
                                            std::span<const TeachingTile> tiles);

    std::filesystem::path folder_;
    int threads_;
    const CutCallbacks& callbacks_;
    ResultFolders names_;
    WrittenTiles written_;
    std::vector<std::string> rows_;
};

}  // namespace slidetype

#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/raster.h"
#include "base/read_only_file.h"
#include "tiler/dicom/dicom_object.h"
#include "tiler/dicom/frame_decoder.h"
#include "tiler/dicom/frame_index.h"

namespace slidetype {

/// One picture of a pyramid, in tiles, which are the frames of a DICOM object or of several (a concatenation). Of
/// several optical paths the first is taken, of several focal planes the middle one. Immutable: threads may share it.
class DicomImage {
  public:
    /// `parts`: one object or more, of one picture, all of role `level` and readable. Throws Error(unsupported |
    /// corrupt | not_found | io).
    explicit DicomImage(std::vector<DicomObject> parts);

    std::int64_t width() const { return width_; }  ///< pixels
    std::int64_t height() const { return height_; }
    int tile_width() const { return format_.width; }
    int tile_height() const { return format_.height; }
    const FrameFormat& format() const { return format_; }
    const DicomInstance& instance() const { return parts_.front().object.instance; }
    const std::vector<std::string>& notes() const { return notes_; }  ///< as Slide::notes

    enum class Tile { decoded, background };
    /// The pixels of a tile that lies in the picture, all of it, shrunk by what shrinks_itself() takes. `background`
    /// where it is not in the file. Throws Error(corrupt) where it is damaged, or in a file that is not there.
    Tile read_tile(std::int64_t column, std::int64_t row, int shrink, std::vector<std::uint8_t>& rgb) const;

  private:
    struct Part {
        DicomObject object;
        ReadOnlyFile file;
        FrameIndex index;
        std::uint64_t first_frame = 0;
    };
    static Part open_part(DicomObject object);
    void place_parts();
    void place_frames_in_order();
    void place_frames_where_they_say();
    void note_missing_tiles();
    void look_at_colours();
    std::vector<std::pair<std::uint64_t, std::uint64_t>> frames_by_size() const;
    const Part* part_of(std::uint64_t frame) const;
    std::uint64_t frame_of_tile(std::uint64_t tile) const;
    std::vector<std::uint8_t> bytes_of(std::uint64_t frame) const;
    std::string name() const { return parts_.front().object.path.string(); }

    std::vector<Part> parts_;  ///< by first frame
    std::int64_t width_ = 0, height_ = 0;
    std::uint64_t columns_ = 0, rows_ = 0;  ///< of tiles
    FrameFormat format_;
    bool lacks_parts_ = false;
    bool in_order_ = true;          ///< frames are the tiles row by row from `first_tile_` on; else `placed_` tells
    std::uint64_t first_tile_ = 0;  ///< the frame of the first tile
    std::uint64_t claimed_ = 0;     ///< frames that all parts together claim
    std::vector<std::pair<std::uint64_t, std::uint64_t>> placed_;  ///< tile and its frame, by tile
    std::vector<std::string> notes_;
};

}  // namespace slidetype

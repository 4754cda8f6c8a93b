#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tiler/slides/slide_pixels.h"
#include "tiler/slides/slide_source.h"
#include "tiler/tiff/tiled_directories.h"

namespace slidetype {

/// A slide of a format that OpenSlide knows. OpenSlide is the authority for what it is; see SlidePixels for how its
/// pixels are read.
class OpenSlideSource : public SlideSource {
  public:
    /// Throws as Slide's constructor.
    OpenSlideSource(std::filesystem::path path, PixelPath way);

    RgbImage read(int level, const Rect& rect, int shrink) override { return pixels_->read(level, rect, shrink); }
    bool shrinks_while_decoding(int level) override { return pixels_->shrinks_quickly(level); }

  private:
    void load_properties(_openslide* handle);
    std::vector<OpenSlideLevel> load_levels(_openslide* handle);
    void look_at_picture();
    void prepare_pixels(SlideHandle handle, std::vector<OpenSlideLevel> shapes, PixelPath way);
    void note_missing(MissingTiles::Count count, const TiledDirectory* finest);
    void note_colours(const JpegTiff& quick, std::vector<OpenSlideLevel>& shapes);
    std::optional<std::string> property(std::string_view name) const;

    std::filesystem::path path_;
    std::vector<Rect> regions_;  ///< openslide.region[i]: areas that were scanned
    std::unique_ptr<SlidePixels> pixels_;
};

}  // namespace slidetype

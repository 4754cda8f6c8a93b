#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/raster.h"
#include "tiler/dicom/dicom_slide.h"
#include "tiler/slides/slide.h"

namespace slidetype {

/// What is known of a slide when it is opened. See Slide for what each means.
struct SlideFacts {
    std::string vendor, quickhash;
    std::map<std::string, std::string> properties;  ///< those that may be shown
    std::vector<SpacingFinding> spacings;
    std::vector<SlideLevel> levels;
    std::vector<double> mean_downsamples;  ///< per level, of both axes, as the source has them
    std::vector<bool> trusted;             ///< per level; false for one to be passed over by Slide::best_level
    std::vector<std::string> notes;
    std::uint32_t icc_bytes = 0;
    DicomReferences references{};  ///< of DICOM; not to be shown or written
    std::string spacing_hint{};    ///< how to give a pixel size, where there is more to say than for every slide
};

/// The seam at which kinds of files differ: what a slide's facts and its pixels come from. OpenSlideSource is one,
/// PictureSource and DicomSource the others. Safe to call from several threads.
class SlideSource {
  public:
    SlideSource() = default;
    virtual ~SlideSource() = default;
    SlideSource(const SlideSource&) = delete;
    SlideSource& operator=(const SlideSource&) = delete;

    const SlideFacts& facts() const { return facts_; }
    /// As Slide::read_shrunk, for a level and a rect that make sense.
    virtual RgbImage read(int level, const Rect& rect, int shrink) = 0;
    /// As Slide::shrinks_while_decoding, for a level that is there.
    virtual bool shrinks_while_decoding(int level) = 0;
    /// As Slide::bytes_held.
    virtual std::uint64_t bytes_held() const { return 0; }

  protected:
    SlideFacts facts_;
};

}  // namespace slidetype

#pragma once

#include <filesystem>

#include "tiler/dicom/dicom_slide.h"
#include "tiler/slides/slide_source.h"

namespace slidetype {

/// A whole-slide image of DICOM, given as its folder or as any of its files. OpenSlide 4 reads some of them, too; they
/// are read here whatever version is there, so that results do not depend on it.
class DicomSource : public SlideSource {
  public:
    /// Throws as DicomSlide.
    explicit DicomSource(const std::filesystem::path& path);

    RgbImage read(int level, const Rect& rect, int shrink) override { return slide_.read(level, rect, shrink); }
    bool shrinks_while_decoding(int level) override { return slide_.shrinks_itself(level, 2); }

  private:
    DicomSlide slide_;
};

}  // namespace slidetype

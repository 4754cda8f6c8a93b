#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/raster.h"
#include "tiler/dicom/dicom_image.h"
#include "tiler/spacing/spacing.h"
#include "tiler/tiff/file_tile_cache.h"

namespace slidetype {

/// UIDs by which annotations of DICOM name what they were drawn on. They are for nobody else: with access to an archive
/// they lead to the patient, so they are neither shown nor written.
struct DicomReferences {
    std::string series_uid, frame_of_reference_uid;
    std::vector<std::string> instance_uids;  ///< per level
};

/// A whole-slide image of DICOM: its pictures as levels, finest first, and their pixels. Nothing of it is read but what
/// tells of the pixels, and of patients nothing. Safe to call from several threads.
class DicomSlide {
  public:
    /// `path`: as dicom_slide_at(). Throws as that and as DicomImage.
    explicit DicomSlide(const std::filesystem::path& path);

    const std::vector<DicomImage>& levels() const { return levels_; }
    const std::vector<std::string>& notes() const { return notes_; }  ///< as Slide::notes
    const std::vector<SpacingFinding>& spacings() const { return spacings_; }
    const std::map<std::string, std::string>& properties() const { return properties_; }  ///< that may be shown
    const DicomReferences& references() const { return references_; }
    std::uint32_t icc_bytes() const { return levels_.front().instance().icc_bytes; }

    /// As Slide::read_shrunk, for a level and a rect that make sense; white where there is nothing.
    RgbImage read(int level, const Rect& rect, int shrink) const;
    /// Whether `shrink` costs less than reading all pixels.
    bool shrinks_itself(int level, int shrink) const;

  private:
    void read_tile(int level, std::int64_t column, std::int64_t row, int shrink, const Rect& rect, RgbImage& out) const;
    FileTileCache::Pixels shrunk_tile(int level, std::int64_t column, std::int64_t row, int shrink) const;
    RgbImage read_averaged(int level, const Rect& rect, int shrink) const;
    void note_what_is_odd();
    void name_references();

    std::vector<DicomImage> levels_;
    std::vector<std::string> notes_;
    std::vector<SpacingFinding> spacings_;
    std::map<std::string, std::string> properties_;
    DicomReferences references_;
    mutable FileTileCache cache_{kFileTileCacheBytes};
};

}  // namespace slidetype

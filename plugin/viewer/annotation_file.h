#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/raster.h"
#include "plugin/teaching/annotated_slides.h"

namespace slidetype::viewer {

/// Of annotations, as text: what is larger is neither shown nor saved.
constexpr std::size_t kMostAnnotationBytes = std::size_t{256} << 20;

/// What a pathologist drew on one slide, in GeoJSON that QuPath and `slidetype train` read. It lies in the slide's
/// result folder as annotations.geojson. Coordinates in the file lack the slide's offset, as QuPath wants it; those
/// that this class takes and gives are level-0 pixels. Thread-safe as far as the file system is.
class AnnotationFile {
  public:
    static constexpr const char* kName = kViewerAnnotations;

    /// `folder` may not exist yet. `beside` is where annotations from elsewhere may lie (see annotations_beside): they
    /// are shown as long as the folder has none of its own, and never written to.
    AnnotationFile(std::filesystem::path folder, std::filesystem::path beside, Rect offset);

    /// A FeatureCollection of features in one form (see tiler/annotations/annotation_features.h), whoever wrote them;
    /// empty where nothing is drawn. Throws Error(corrupt | io).
    std::string read() const;
    /// A tag of what read() gives, quoted; it changes with the content.
    std::string etag() const;

    /// Number of annotations that a person drew; nothing where the file cannot be read.
    std::optional<std::size_t> count() const;

    /// What is wrong with the stored file, if anything; saving would lose what it holds.
    std::optional<std::string> unreadable() const;

    /// Checks and stores what a page sent, atomically; creates the folder. Returns the number of features. What is in
    /// them stays, understood or not; what QuPath would stumble over is mended (ids, colours of classes).
    /// Throws Error(bad_data) for what is no FeatureCollection of finite coordinates, Error(io).
    std::size_t write(std::string_view geojson) const;

    std::filesystem::path file() const { return folder_ / kName; }

  private:
    std::filesystem::path place() const;  ///< of what is shown; empty where there is nothing
    std::string stored() const;

    std::filesystem::path folder_, beside_;
    Rect offset_;
};

}  // namespace slidetype::viewer

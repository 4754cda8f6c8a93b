#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace slidetype {

/// What files of annotations lie beside a slide.
struct AnnotationsBeside {
    std::filesystem::path file;                 ///< that which is the slide's; empty where none is
    std::vector<std::filesystem::path> passed;  ///< others under its names, which are older
    /// Where none is the slide's: files of the folder whose names begin like it,
    std::vector<std::filesystem::path> near;
    /// or a file of its short name, and the slides beside it that have the same one.
    std::filesystem::path shared;
    std::vector<std::filesystem::path> sharers;
};

/// Looks for the annotations of `dir/name.svs` under that name or the short one, `name`, with the endings .geojson,
/// .geojson.gz, .json, .json.gz and .zip, in any case. (".ome.tiff" counts as one ending, as in QuPath.) The short name
/// counts only where no other slide of the folder has it. Of several the one that was changed last is taken. Files that
/// end with .json or .zip are looked into, since others are called so, too. Reads each folder once; not thread-safe.
class AnnotationFinder {
  public:
    AnnotationsBeside beside(const std::filesystem::path& slide);

  private:
    const std::vector<std::filesystem::path>& files_of(const std::filesystem::path& folder);

    std::map<std::filesystem::path, std::vector<std::filesystem::path>> folders_;
};

/// AnnotationFinder for one slide: the file, or an empty path.
std::filesystem::path annotations_beside(const std::filesystem::path& slide);

/// Why a slide has no annotations, and what may be meant: "has no annotations beside it (a.tiff.geojson or
/// a.geojson)…".
std::string no_annotations_text(const std::filesystem::path& slide, const AnnotationsBeside& beside);

/// "a.geojson is taken for the annotations of a.tiff; a.tiff.geojson, which is older, is not". Empty where one fits.
std::string choice_text(const std::filesystem::path& slide, const AnnotationsBeside& beside);

}  // namespace slidetype

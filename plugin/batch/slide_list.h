#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace slidetype {

/// What becomes of pictures (photographs, as JPEG, PNG, BMP, WebP or TIFF) that lie below a folder. Those that are
/// named, by a path, a pattern or a table, are always taken.
enum class PicturesBelowFolders { left_out, taken };

/// The slides that paths stand for.
struct FoundSlides {
    std::vector<std::filesystem::path> slides;  ///< in the order of the paths, those of a folder or pattern by name
    /// Below folders, by name: what may be a slide but cannot be read as one. Files that are named like slides or may
    /// not be read, links that lead nowhere, folders that may not be read.
    std::vector<std::filesystem::path> suspects;
    std::vector<std::filesystem::path> ignored;  ///< other files below folders, pictures that are left out included
    std::size_t pictures_left_out = 0;           ///< how many of them are pictures
    std::vector<std::string> problems;           ///< in words: folders of the system that cannot be read
};

/// A file stands for itself (whatever it is, and even if absent, so that a wrong one is reported), a folder for the
/// slides below it (the files of a DICOM slide are one: their folder, where no other slide lies in it, else a file), a
/// pattern with *, ? or […] that is no file's name for what it matches. Links to folders are followed, each folder once
/// however links lead to it; folders with results of ours are passed over. No slide is listed twice. Throws
/// Error(not_found) for a pattern that matches nothing.
FoundSlides find_slides(std::span<const std::filesystem::path> paths,
                        PicturesBelowFolders pictures = PicturesBelowFolders::left_out);

/// One slide of a batch, with what a manifest says of it.
struct BatchSlide {
    std::filesystem::path path;
    std::string name;                          ///< that its result folder shall have; empty: the file's
    std::optional<double> spacing_um_px;       ///< of level 0; absent: that of the run
    std::filesystem::path region_of_interest;  ///< GeoJSON; empty: that of the run
    /// The true class: "LUAD" or "LUSC" where it is one of their names, else as it was given; empty: not known.
    std::string label;
    std::string patient;  ///< slides of one patient get one call and are not independent; empty: not known

    BatchSlide() = default;
    BatchSlide(std::filesystem::path slide) : path(std::move(slide)) {}  // NOLINT: a path is a slide
};

/// The slides that a user's arguments stand for: what find_slides() takes, and tables (*.csv, *.tsv, *.txt). Suspects
/// are listed as slides, at their place by name, so that each fails with a reason.
struct SlideList {
    std::vector<BatchSlide> slides;
    std::vector<std::filesystem::path> ignored;
    std::size_t pictures_left_out = 0;
    std::vector<std::string> problems;  ///< also what was read in tables as something else than it says
};

/// Throws what find_slides() and read_batch_manifest() throw.
SlideList list_slides(std::span<const std::filesystem::path> arguments,
                      PicturesBelowFolders pictures = PicturesBelowFolders::left_out);

/// A table with the columns `slide[,name][,spacing][,roi][,label][,patient]`; see read_manifest(). Paths are relative
/// to it. Empty fields are absent. The column of the patient may have a name of other systems (see
/// find_patient_column); without it, or where the field is empty, the patient of a TCGA barcode is taken that the
/// file's name begins with, and else there is none. To `notes` is added what was read as something else than it says,
/// and which columns are not known. Throws Error(bad_data) naming file and line for values that cannot be meant and for
/// slides that are listed twice under one name, Error(not_found | io).
std::vector<BatchSlide> read_batch_manifest(const std::filesystem::path& file, std::vector<std::string>& notes);

}  // namespace slidetype

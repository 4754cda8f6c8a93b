#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace slidetype {

/// Whether a name ends like that of a feature file: .h5, .hdf5 or .pt, in any case.
bool has_feature_ending(const std::filesystem::path& file);

/// The name of a file without its folder, and without the ending of a slide or of a feature file: other dots are part
/// of it (TCGA-05-4244-01Z-00-DX1.d4ff32cd…).
std::string slide_name_of(const std::filesystem::path& file);

/// Finds the feature files of slides by their names alone: in a folder, in its sub-folders `h5_files` and `pt_files`
/// (CLAM), and in `features_…` (TRIDENT). Immutable, so any number of threads may use one object.
class FeatureFolder {
  public:
    /// Throws Error(not_found | io).
    explicit FeatureFolder(const std::filesystem::path& folder);

    /// The feature file of a slide, given as a table names it: a file or a bare name, with or without an ending. A TCGA
    /// barcode also stands for the same with the GDC's identifier behind it, and the other way round. A .pt beside an
    /// HDF5 file of the same name is not looked at, since CLAM writes both, and places are in the latter alone. Empty
    /// where there is none. Throws Error(bad_data) listing them where there are several.
    std::filesystem::path find(const std::filesystem::path& slide) const;

  private:
    std::vector<std::filesystem::path> of_barcode(const std::string& name) const;

    std::filesystem::path folder_;
    std::map<std::string, std::vector<std::filesystem::path>> files_;  ///< by name without ending
};

}  // namespace slidetype

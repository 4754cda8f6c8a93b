#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace slidetype {

/// The file of a result folder that holds the full path of its slide.
inline constexpr const char* kSourceFile = "source.txt";

/// Gives each slide of an output folder a folder of its own. The folder is named after the file without its extension;
/// where that name is taken by another slide, in this run or an earlier one, six digits of a hash of the full path are
/// added, so a slide gets the same name however often and in whatever company it is run. Characters that are awkward in
/// file names are replaced.
class ResultFolders {
  public:
    explicit ResultFolders(std::filesystem::path output) : output_(std::move(output)) {}

    /// The folder's name for this slide; creates the folder and its source.txt. Throws Error(io).
    std::string claim(const std::filesystem::path& slide);

  private:
    bool is_free(const std::string& name, const std::string& source) const;

    std::filesystem::path output_;
    std::set<std::string> taken_;
};

/// A folder that some slide has claimed.
struct ClaimedFolder {
    std::filesystem::path folder;
    std::string source;  ///< the slide's full path
};

/// Those directly below `output`, by name; those whose source.txt cannot be read are left out. Nothing where `output`
/// does not exist.
std::vector<ClaimedFolder> claimed_folders(const std::filesystem::path& output);

}  // namespace slidetype

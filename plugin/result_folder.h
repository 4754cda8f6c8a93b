#pragma once

#include <filesystem>
#include <set>
#include <string>

namespace slidetype {

/// Gives each slide of an output folder a folder of its own. The folder is named after the file without its extension;
/// where that name is taken by another slide, in this run or an earlier one, six digits of a hash of the full path are
/// added, so a slide gets the same name however often and in whatever company it is run. Characters that are awkward in
/// file names are replaced. The file `source.txt` in the folder holds the slide's full path.
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

}  // namespace slidetype

#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace slidetype {

/// The file of a result folder that holds the full path of its slide.
inline constexpr const char* kSourceFile = "source.txt";

/// The name that the slide's folder has where no other slide has it. `wanted`: in place of the file's.
std::string plain_folder_name(const std::filesystem::path& slide, const std::string& wanted = {});

/// The name where another one has that: with six digits of a hash of the full path behind it.
std::string suffixed_folder_name(const std::string& plain, const std::string& source);

/// Gives each slide of an output folder a folder of its own. The folder is named after the file without its extension
/// (a slide that is a folder: after that); where that name is taken by another slide, in this run or an earlier one,
/// six digits of a hash of the full path are added, so a slide gets the same name however often and in whatever company
/// it is run. Characters that are awkward in file names are replaced. Processes that share the output folder may claim
/// at once; one object belongs to one thread.
class ResultFolders {
  public:
    explicit ResultFolders(std::filesystem::path output) : output_(std::move(output)) {}

    /// The folder's name for this slide; the folder appears with its source.txt in one step. `wanted`: the name in
    /// place of the file's. Throws Error(io).
    std::string claim(const std::filesystem::path& slide, const std::string& wanted = {});

    /// That plain name is another process's to claim, for this slide, unless one claimed it here before.
    void leave_to(const std::filesystem::path& slide, const std::string& wanted = {});

  private:
    bool try_claim(const std::string& name, const std::string& source);

    std::filesystem::path output_;
    std::map<std::string, std::string> taken_;  ///< name → full path of its slide
};

/// Removes what a process that was killed left in the middle of writing into a folder: temporary files, and folders
/// that were to be claimed, of processes of this machine and container that have ended, or that are older than a day.
void remove_leftovers(const std::filesystem::path& folder);

/// Removes the files of a result, the mark of completeness first. What people put beside them stays. Errors are
/// ignored.
void remove_result(const std::filesystem::path& folder);

/// A folder that some slide has claimed.
struct ClaimedFolder {
    std::filesystem::path folder;
    std::string source;  ///< the slide's full path
};

/// Those directly below `output`, by name; those whose source.txt cannot be read are left out. Nothing where `output`
/// does not exist.
std::vector<ClaimedFolder> claimed_folders(const std::filesystem::path& output);

}  // namespace slidetype

#pragma once

#include <filesystem>
#include <string>

namespace slidetype {

/// The system's folder for temporary files: TMPDIR, else /tmp. Throws Error(io) naming it where it is none.
std::filesystem::path temporary_folder();

/// A folder of its own among the system's temporary ones, removed with all that is in it.
class ScratchFolder {
  public:
    /// `purpose` becomes part of its name. Throws Error(io).
    explicit ScratchFolder(const std::string& purpose);
    ~ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace slidetype

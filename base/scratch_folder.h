#pragma once

#include <filesystem>
#include <string>

namespace slidetype {

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

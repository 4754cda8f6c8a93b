#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace slidetype {

/// Room on the disk for a file that a library writes. HDF5 does not bear a full disk: what it cannot write it keeps,
/// with the file open, until the program ends. So the room is taken first, and that fails before the library is asked.
/// On file systems that cannot reserve, nothing is. One object belongs to one thread.
class ReservedRoom {
  public:
    /// The file must be there. Errors name `subject`.
    ReservedRoom(const std::filesystem::path& file, std::string subject);
    ~ReservedRoom();
    ReservedRoom(const ReservedRoom&) = delete;
    ReservedRoom& operator=(const ReservedRoom&) = delete;

    /// Takes room for a file of that many bytes. Its size stays as it is. Throws Error(io) where there is none.
    void reserve(std::uint64_t bytes);
    /// Gives back what was not used.
    void trim();

  private:
    std::string subject_;
    int descriptor_;
    std::uint64_t reserved_ = 0;
};

}  // namespace slidetype

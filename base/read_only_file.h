#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>

namespace slidetype {

/// A regular file that is open for reading at any place. Threads may share one.
class ReadOnlyFile {
  public:
    /// Nothing where the file cannot be opened or is no regular file.
    static std::optional<ReadOnlyFile> open(const std::filesystem::path& path);
    ~ReadOnlyFile();
    ReadOnlyFile(ReadOnlyFile&& other) noexcept;
    ReadOnlyFile& operator=(ReadOnlyFile&& other) noexcept;

    std::uint64_t size() const { return size_; }  ///< bytes, when it was opened
    /// Fills `to` with the bytes from `offset` on; false where the file ends before or cannot be read.
    bool read(std::uint64_t offset, std::span<std::uint8_t> to) const;
    /// Another descriptor of the same open file, which the caller closes; -1 where there is none.
    int duplicate() const;

  private:
    ReadOnlyFile(int descriptor, std::uint64_t size) : descriptor_(descriptor), size_(size) {}
    int descriptor_ = -1;
    std::uint64_t size_ = 0;
};

}  // namespace slidetype

#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"

namespace slidetype {

/// A zip archive on the disk, read-only. It is not trusted: sizes are bounded before anything is unpacked, and
/// checksums are verified. All errors are Error of the code that it was opened with, and name the archive. One object
/// belongs to one thread.
class ZipArchive {
  public:
    /// A member that is read in pieces; must not outlive its archive.
    class Member {
      public:
        std::uint64_t size() const { return size_; }
        /// Fills `bytes` with what follows. Throws where less is left, or the member is damaged.
        void read(std::span<std::byte> bytes);
        void skip(std::uint64_t bytes);
        /// Reads on to the end, which verifies the checksum.
        void finish();

      private:
        friend class ZipArchive;
        struct Library;
        Member(const ZipArchive& archive, std::string name, std::uint64_t size, std::shared_ptr<Library> library);

        const ZipArchive* archive_;
        std::string name_;
        std::uint64_t size_, done_ = 0;
        std::shared_ptr<Library> library_;
    };

    /// Throws where the file is no zip archive, or is damaged or cut short.
    ZipArchive(const std::filesystem::path& file, ErrorCode code);
    ~ZipArchive();
    ZipArchive(const ZipArchive&) = delete;
    ZipArchive& operator=(const ZipArchive&) = delete;

    /// Of all members, in the order of the archive, of which more than a hundred thousand are refused.
    std::vector<std::string> names() const;
    /// Nothing where there is none of that name. Throws where it is encrypted, or packed in a way that libzip lacks.
    std::optional<Member> open(const std::string& name) const;
    /// The whole member; nothing where there is none. Throws, too, where it has more than `limit` bytes.
    std::optional<std::string> read(const std::string& name, std::uint64_t limit) const;

    [[noreturn]] void fail(const std::string& cause, const std::string& hint = {}) const;

  private:
    struct Library;

    std::string source_;
    ErrorCode code_;
    std::unique_ptr<Library> library_;
};

}  // namespace slidetype

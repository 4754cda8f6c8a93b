#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/read_only_file.h"

namespace slidetype {

/// A part of a file, or of one in memory, read at any place. Threads may share one, as they may what it is a part of,
/// which outlives it.
struct FilePart {
    const ReadOnlyFile* file = nullptr;  ///< null: `memory` is the file
    std::string_view memory{};
    std::uint64_t begin = 0, size = 0;  ///< in the file, bytes

    /// False where the part ends before.
    bool read(std::uint64_t at, std::span<std::uint8_t> to) const;
    FilePart part(std::uint64_t at, std::uint64_t length) const { return {file, memory, begin + at, length}; }
};

/// What one directory of a TIFF file says, or of EXIF, which is made the same way: numbers and text by their tags.
class TagDirectory {
  public:
    /// A whole number or ratio, of at most sixteen values; empty where the tag is not there or of another kind.
    std::vector<double> numbers(int tag) const;
    /// The first of them.
    double number(int tag, double otherwise) const;
    /// Text, without what follows its end; empty where there is none.
    std::string text(int tag) const;

  private:
    friend class TagDirectories;
    std::map<int, std::vector<double>> numbers_;
    std::map<int, std::string> texts_;
};

/// The directories of a TIFF file (BigTIFF too) or an EXIF block, from its head. Nothing that stands in it is believed
/// beyond the bytes that are there.
class TagDirectories {
  public:
    /// Nothing where `part` does not begin like one, or its first directory is cut.
    static std::optional<TagDirectories> open(FilePart part);

    const TagDirectory& first() const { return directories_.front(); }
    /// Those that can be followed, the first included, up to a thousand; the later ones with NewSubfileType alone.
    const std::vector<TagDirectory>& all() const { return directories_; }

  private:
    explicit TagDirectories(FilePart part) : part_(part) {}
    std::optional<std::uint64_t> number(std::uint64_t at, std::size_t bytes) const;
    std::optional<std::uint64_t> read_directory(std::uint64_t at);
    void read_entry(std::uint64_t at, TagDirectory& directory);

    FilePart part_;
    bool little_ = true, big_ = false;  ///< Intel's order of bytes; BigTIFF
    std::vector<TagDirectory> directories_;
};

}  // namespace slidetype

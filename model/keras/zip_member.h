#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace slidetype {

/// The bytes of a member of a zip archive, nothing where the archive has none of that name. The archive is not trusted:
/// members of more than `limit` bytes are refused before they are unpacked, and the checksum is verified.
/// Throws Error(bad_model).
std::optional<std::string> read_zip_member(const std::filesystem::path& archive, const std::string& name,
                                           std::uint64_t limit);

}  // namespace slidetype

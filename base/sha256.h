#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace slidetype {

/// SHA-256 of `data` as 64 lower-case hexadecimal digits (FIPS 180-4).
/// Ours, and not a library's, because `model` must build where libtorch is all there is; tested with NIST's vectors.
std::string sha256_hex(std::string_view data);

/// The same of a file, which is read in pieces, since encoders have gigabytes. Throws Error(not_found | io).
std::string sha256_hex_of_file(const std::filesystem::path& file);

}  // namespace slidetype

#pragma once

#include <string>
#include <string_view>

namespace slidetype {

/// SHA-256 of `data` as 64 lower-case hexadecimal digits (FIPS 180-4).
/// Ours, and not a library's, because `model` must build where libtorch is all there is; tested with NIST's vectors.
std::string sha256_hex(std::string_view data);

}  // namespace slidetype

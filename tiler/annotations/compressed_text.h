#pragma once

#include <cstddef>
#include <string>

namespace slidetype {

/// What compressed `bytes` hold, by how they begin: gzip (of any number of members) or a zip archive with one GeoJSON
/// file; others come back as they are. Archives are not trusted: checksums and lengths must agree. `source` is for
/// messages. Throws Error(corrupt) for what is damaged or unpacks to more than `limit` bytes, Error(unsupported) for
/// archives without one clear member, with a password, or of a method other than deflate. Thread-safe.
std::string unpacked(std::string bytes, const std::string& source, std::size_t limit);

}  // namespace slidetype

#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace slidetype {

/// A file of annotations holds no more text than this: 1 GiB.
inline constexpr std::size_t kMostGeojsonText = std::size_t{1} << 30;

/// The text of a GeoJSON file, ready to be parsed: unpacked where it is gzip or a zip archive of one GeoJSON file
/// (told by its first bytes, never by its name), in UTF-8 without a byte-order mark (UTF-16 and Windows-1252 are
/// converted), with null in place of numbers that JSON cannot write (see with_json_numbers).
/// Throws Error(not_found | io), and what geojson_text() throws.
std::string read_geojson_text(const std::filesystem::path& file);

/// The same from the bytes of a file, or of an upload; `source` is for messages. Throws Error(corrupt) for what is
/// damaged or holds more than kMostGeojsonText, Error(unsupported) for archives in which it is not clear what is meant.
std::string geojson_text(std::string bytes, const std::string& source);

/// QuPath up to 0.4 and Python write the bare words NaN, Infinity and -Infinity, which are no JSON. Outside of strings
/// they become null, and so do C's nan and inf.
std::string with_json_numbers(std::string text);

}  // namespace slidetype

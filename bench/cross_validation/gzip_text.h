#pragma once

#include <string>
#include <string_view>

namespace slidetype::bench {

/// Text to gzip and back, in memory. Equal text gives equal bytes: the header names no file and no time. (The plugin's
/// stream would bring OpenSlide with it, and cross-validation runs where there are no slides.)
std::string gzip(std::string_view text);

/// Throws Error(bad_data) naming `source` where it is not one whole gzip file.
std::string gunzip(std::string_view packed, const std::string& source);

}  // namespace slidetype::bench

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace slidetype {

/// `text` with every byte that is not valid UTF-8 replaced by U+FFFD. Slide names and error messages come from outside.
std::string valid_utf8(std::string_view text);

/// `text` in printable ASCII, for fonts that have nothing else: µ, ², dashes and the like by their nearest, control
/// characters as blanks, every other character as one '?'.
std::string ascii(std::string_view text);

/// `text` as one CSV field: valid UTF-8, quoted as RFC 4180 says where it must be.
std::string csv_field(std::string_view text);

/// The class names as viewers can take them: valid UTF-8, one line, no ':' (QuPath splits names there), not blank, and
/// no two alike. Harmless names stay as they are.
std::vector<std::string> class_labels(const std::vector<std::string>& class_names);

}  // namespace slidetype

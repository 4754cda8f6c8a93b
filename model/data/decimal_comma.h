#pragma once

#include <string>
#include <string_view>

namespace slidetype {

/// Whether a number is written as "0,5" in a table with this separator. Not "1,000", which may be a thousand; but where
/// semicolons separate, a comma is the decimal sign whatever follows.
bool is_decimal_comma(std::string_view text, char separator);
/// "0.5" for "0,5".
std::string with_point(std::string text);

}  // namespace slidetype

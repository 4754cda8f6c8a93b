#pragma once

#include <string>

namespace slidetype {

/// A number with so many digits after the point, whatever the locale; "–" for what is no number.
std::string fixed(double value, int digits);
/// "95.1 %"
std::string percent(double share, int digits = 1);

}  // namespace slidetype

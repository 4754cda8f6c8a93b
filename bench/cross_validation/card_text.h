#pragma once

#include <string>
#include <vector>

#include "model/metrics/metrics.h"

namespace slidetype::bench {

/// What stands in a cell that nothing has been measured for.
inline constexpr const char* kNotRun = "not run";

/// "95.7 %".
std::string percent(double share);
/// "95.7 % (93.1 to 97.4)".
std::string percent(const Estimate& share);
/// "0.0213 (0.0150 to 0.0301)" with `digits` decimals.
std::string number(const Estimate& value, int digits);
/// "+1.3 points".
std::string points(double share);
/// "14 839 105".
std::string grouped(std::size_t count);

/// A Markdown table; the first column is text, the others are numbers.
std::string table(const std::vector<std::string>& head, const std::vector<std::vector<std::string>>& rows);

}  // namespace slidetype::bench

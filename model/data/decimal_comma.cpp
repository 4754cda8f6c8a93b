#include "model/data/decimal_comma.h"

#include <algorithm>

namespace slidetype {

bool is_decimal_comma(std::string_view text, char separator) {
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    const auto comma = text.find(',');
    const auto is_digits = [](std::string_view part) {
        return !part.empty() && std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
    };
    if (comma == std::string_view::npos || !is_digits(text.substr(0, comma)) || !is_digits(text.substr(comma + 1))) {
        return false;
    }
    const bool may_be_thousands = comma <= 3 && text.front() != '0' && text.size() - comma == 4;
    return separator == ';' || !may_be_thousands;
}

std::string with_point(std::string text) {
    std::ranges::replace(text, ',', '.');
    return text;
}

}  // namespace slidetype

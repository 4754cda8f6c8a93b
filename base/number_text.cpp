#include "base/number_text.h"

#include <array>
#include <charconv>
#include <cmath>

namespace slidetype {

std::string fixed(double value, int digits) {
    if (!std::isfinite(value)) return "–";
    std::array<char, 400> buffer{};
    const auto [end, error] =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, digits);
    std::string text(buffer.data(), error == std::errc{} ? end : buffer.data());
    if (text.starts_with('-') && text.find_first_not_of("-0.") == std::string::npos) text.erase(0, 1);
    return text;
}

std::string percent(double share, int digits) {
    return std::isfinite(share) ? fixed(100 * share, digits) + " %" : "–";
}

}  // namespace slidetype

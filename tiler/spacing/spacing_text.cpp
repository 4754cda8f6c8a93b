#include "tiler/spacing/spacing_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <system_error>
#include <utility>

#include "base/words.h"
#include "tiler/spacing/spacing.h"

namespace slidetype {
namespace {

std::string_view unquoted(std::string_view text) {
    return trimmed(text, " \t\r\n\"'");
}

/// Numbers and what is written in their place, such as "nan": nothing that could be a name or a date.
bool may_show(std::string_view text) {
    constexpr std::size_t longest = 24;
    constexpr std::string_view allowed = "0123456789.,+-eExX";
    return text.size() <= longest && text.find_first_not_of(allowed) == std::string_view::npos;
}

}  // namespace

NumberText number_text(const std::optional<std::string>& text, bool of_objective) {
    using Kind = NumberText::Kind;
    if (!text) return {};
    std::string number(unquoted(*text));
    NumberText out{Kind::unknown, 0, may_show(number) ? number : ""};
    if (number.empty()) return out;
    if (of_objective && (number.back() == 'x' || number.back() == 'X'))
        number = unquoted(number.substr(0, number.size() - 1));
    if (number.find('.') == std::string::npos && std::ranges::count(number, ',') == 1)
        std::ranges::replace(number, ',', '.');
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), out.value);
    if (error != std::errc{} || end != number.data() + number.size() || std::isinf(out.value)) {
        out.kind = Kind::unreadable;
    } else if (out.value != 0 && !std::isnan(out.value)) {
        out.kind = Kind::value;
    }
    return out;
}

std::optional<double> um_of_unit(std::string_view unit) {
    // The sign for micro as UTF-8 (micro and Greek mu), Latin-1, XML's and Java's way to write it.
    static constexpr std::array<std::string_view, 8> micro = {"\xC2\xB5", "\xCE\xBC", "\xB5",    "&#181;",
                                                              "&#xB5;",   "&#956;",   "\\u00B5", "\\u00b5"};
    unit = unquoted(unit);
    for (const auto sign : micro) {
        if (unit.starts_with(sign) && unit.substr(sign.size()) == "m") return 1;
    }
    static constexpr std::array<std::pair<std::string_view, double>, 18> known = {{{"um", 1},
                                                                                   {"micron", 1},
                                                                                   {"microns", 1},
                                                                                   {"micrometer", 1},
                                                                                   {"micrometers", 1},
                                                                                   {"micrometre", 1},
                                                                                   {"micrometres", 1},
                                                                                   {"nm", 1e-3},
                                                                                   {"mm", 1e3},
                                                                                   {"millimeter", 1e3},
                                                                                   {"cm", 1e4},
                                                                                   {"centimeter", 1e4},
                                                                                   {"dm", 1e5},
                                                                                   {"m", 1e6},
                                                                                   {"meter", 1e6},
                                                                                   {"in", kUmPerInch},
                                                                                   {"inch", kUmPerInch},
                                                                                   {"inches", kUmPerInch}}};
    const auto found = std::ranges::find(known, unit, &std::pair<std::string_view, double>::first);
    return found == known.end() ? std::nullopt : std::optional(found->second);
}

std::string digits(double value) {
    char text[32];
    const auto [end, error] = std::to_chars(text, text + sizeof text, value, std::chars_format::general, 6);
    return error == std::errc{} ? std::string(text, end) : std::string("?");
}

std::string fault_of_size(double x_um_px, double y_um_px) {
    const auto plausible = [](double um_px) { return um_px >= kMinSpacingUmPx && um_px <= kMaxSpacingUmPx; };
    if (plausible(x_um_px) && plausible(y_um_px)) return {};
    const auto size = x_um_px == y_um_px ? digits(x_um_px) : digits(x_um_px) + " x " + digits(y_um_px);
    return size + " um per pixel is not between " + digits(kMinSpacingUmPx) + " and " + digits(kMaxSpacingUmPx);
}

}  // namespace slidetype

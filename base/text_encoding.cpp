#include "base/text_encoding.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace slidetype {
namespace {

constexpr char32_t kReplacement = 0xfffd;

std::uint8_t byte(std::string_view text, std::size_t at) {
    return static_cast<std::uint8_t>(text[at]);
}

void append(std::string& out, char32_t c) {
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xc0 | (c >> 6));
        out += static_cast<char>(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xe0 | (c >> 12));
        out += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
        out += static_cast<char>(0x80 | (c & 0x3f));
    } else {
        out += static_cast<char>(0xf0 | (c >> 18));
        out += static_cast<char>(0x80 | ((c >> 12) & 0x3f));
        out += static_cast<char>(0x80 | ((c >> 6) & 0x3f));
        out += static_cast<char>(0x80 | (c & 0x3f));
    }
}

/// How many bytes the UTF-8 character at `at` has; 0 where there is none. RFC 3629: no overlong forms, no surrogates.
std::size_t length_at(std::string_view text, std::size_t at) {
    const auto first = byte(text, at);
    if (first < 0x80) return 1;
    const std::size_t length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (length == 0 || at + length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(text, at + i) & 0xc0) != 0x80) return 0;
    }
    const auto second = byte(text, at + 1);
    const bool wrong = (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
                       (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
    return wrong ? 0 : length;
}

/// Where the first byte stands that is no UTF-8; the end where there is none.
std::size_t end_of_utf8(std::string_view text, std::size_t at = 0) {
    while (at < text.size()) {
        const auto length = length_at(text, at);
        if (length == 0) return at;
        at += length;
    }
    return at;
}

/// Microsoft's table of 0x80 … 0x9f; the five that it leaves out are control characters, as in Latin-1.
char32_t of_windows_1252(std::uint8_t c) {
    static constexpr std::array<char16_t, 32> kTable = {0x20ac, 0x81,   0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
                                                        0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d,   0x017d, 0x8f,
                                                        0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                                        0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d,   0x017e, 0x0178};
    return c >= 0x80 && c < 0xa0 ? char32_t{kTable[c - 0x80U]} : char32_t{c};
}

bool has_utf16_mark(std::string_view bytes) {
    return bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff");
}

std::string mended(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 16);
    for (std::size_t at = 0; at < text.size();) {
        const auto end = end_of_utf8(text, at);
        out.append(text.substr(at, end - at));
        at = end;
        if (at < text.size()) append(out, of_windows_1252(byte(text, at++)));
    }
    return out;
}

std::string from_utf16(std::string_view bytes, bool big_endian) {
    const auto unit = [&](std::size_t at) -> char32_t {
        const char32_t a = byte(bytes, at), b = byte(bytes, at + 1);
        return big_endian ? (a << 8 | b) : (b << 8 | a);
    };
    std::string out;
    out.reserve(bytes.size() / 2);
    for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
        const auto high = unit(at);
        if (high < 0xd800 || high > 0xdfff) {
            append(out, high);
            continue;
        }
        const auto low = high < 0xdc00 && at + 3 < bytes.size() ? unit(at + 2) : 0;
        const bool pair = low >= 0xdc00 && low <= 0xdfff;
        append(out, pair ? 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00) : kReplacement);
        if (pair) at += 2;
    }
    if (bytes.size() % 2 != 0) append(out, kReplacement);
    return out;
}

}  // namespace

bool is_utf16(std::string_view bytes) {
    // No text begins with a zero; one of two bytes that is zero is half a character.
    return has_utf16_mark(bytes) || (bytes.size() >= 2 && (bytes[0] == '\0') != (bytes[1] == '\0'));
}

bool is_utf8(std::string_view text) {
    return end_of_utf8(text) == text.size();
}

std::string utf8_text(std::string bytes) {
    if (bytes.starts_with("\xef\xbb\xbf")) {
        bytes.erase(0, 3);
    } else if (has_utf16_mark(bytes)) {
        return from_utf16(std::string_view(bytes).substr(2), bytes[0] == '\xfe');
    } else if (is_utf16(bytes)) {
        return from_utf16(bytes, bytes[0] == '\0');
    }
    if (is_utf8(bytes)) return bytes;
    return mended(bytes);
}

}  // namespace slidetype

#include "model/data/csv_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/error.h"

namespace slidetype {
namespace {

constexpr std::string_view kSaveAs = "Save it as \"CSV UTF-8\" from the program that made it.";

/// In UTF-8. The long ones are U+00A0, U+1680, U+2000 … U+200D, U+202F, U+205F, U+2060, U+3000 and U+FEFF.
constexpr std::string_view kBlanks[] = {
    " ",      "\t",     "\r",     "\n",     "\v",     "\f",     "\u00a0", "\u1680", "\u2000",
    "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009",
    "\u200a", "\u200b", "\u200c", "\u200d", "\u202f", "\u205f", "\u2060", "\u3000", "\ufeff",
};

/// A text as records, character by character.
class CsvParser {
  public:
    CsvParser(std::string_view text, char separator, CsvStyle style, std::size_t first_line)
        : text_(text), separator_(separator), lenient_(style == CsvStyle::lenient), line_(first_line) {}

    std::vector<CsvRecord> parse(const std::string& source, std::size_t most) {
        record_.line = line_;
        while (at_ < text_.size() && records_.size() < most) {
            const char c = text_[at_++];
            if (quoted_) {
                in_quotes(c);
            } else if (c == '"' && opens_a_quote()) {
                field_.clear();
                quoted_ = was_quoted_ = true;
                quote_line_ = line_;
            } else if (c == separator_) {
                end_field();
            } else if (c == '\n' || c == '\r') {
                end_line(c);
            } else {
                field_ += c;
            }
        }
        if (quoted_) {
            throw Error(ErrorCode::bad_data, source,
                        "line " + std::to_string(quote_line_) + ": a quoted field is not closed");
        }
        if (records_.size() < most) end_record();
        return std::move(records_);
    }

  private:
    /// At the field's start; spreadsheets put none, people put blanks before it.
    bool opens_a_quote() const {
        return !was_quoted_ && (field_.empty() || (lenient_ && trimmed_blanks(field_).empty()));
    }

    void in_quotes(char c) {
        if (c == '"' && at_ < text_.size() && text_[at_] == '"') {
            field_ += text_[at_++];
        } else if (c == '"') {
            quoted_ = false;
            kept_ = field_.size();
        } else {
            field_ += c;
            // CR and LF together are one.
            if (c == '\n' || (c == '\r' && (at_ >= text_.size() || text_[at_] != '\n'))) ++line_;
        }
    }

    /// CR CR LF, which some transfers make of CR LF, is one end, too.
    void end_line(char c) {
        const auto follows = [&](std::string_view what) { return text_.substr(at_).starts_with(what); };
        if (c == '\r') at_ += follows("\n") ? 1U : follows("\r\n") ? 2U : 0U;
        end_record();
        record_.line = ++line_;
    }

    void end_field() {
        if (lenient_) {
            // What stands in the quotes is meant; blanks behind them are not.
            if (was_quoted_) {
                const auto rest = trimmed_blanks(std::string_view(field_).substr(kept_));
                field_ = field_.substr(0, kept_) + std::string(rest);
            } else {
                field_ = std::string(trimmed_blanks(field_));
            }
        }
        record_.fields.push_back(std::move(field_));
        field_.clear();
        was_quoted_ = false;
        kept_ = 0;
    }

    void end_record() {
        const bool nothing = record_.fields.empty() && field_.empty() && !was_quoted_;
        if (!nothing) {
            end_field();
            const auto is_blank = [](const std::string& field) { return trimmed_blanks(field).empty(); };
            if (!lenient_ || !std::ranges::all_of(record_.fields, is_blank)) records_.push_back(std::move(record_));
        }
        record_ = {};
    }

    std::string_view text_;
    char separator_;
    bool lenient_;
    std::size_t at_ = 0, line_, quote_line_ = 1;
    std::vector<CsvRecord> records_;
    CsvRecord record_;
    std::string field_;
    bool quoted_ = false, was_quoted_ = false;
    std::size_t kept_ = 0;  ///< bytes of the field that stood in quotes
};

void append_utf8(std::string& out, std::uint32_t point) {
    const auto continued = [](std::uint32_t bits) { return static_cast<char>(0x80U | (bits & 0x3FU)); };
    if (point < 0x80) {
        out += static_cast<char>(point);
    } else if (point < 0x800) {
        out += static_cast<char>(0xC0U | point >> 6U);
        out += continued(point);
    } else if (point < 0x10000) {
        out += static_cast<char>(0xE0U | point >> 12U);
        out += continued(point >> 6U);
        out += continued(point);
    } else {
        out += static_cast<char>(0xF0U | point >> 18U);
        out += continued(point >> 12U);
        out += continued(point >> 6U);
        out += continued(point);
    }
}

std::string from_utf16(std::string_view bytes, bool big_endian, const std::string& source) {
    const auto refuse = [&] {
        throw Error(ErrorCode::bad_data, source, "is UTF-16 that is cut short or damaged", std::string(kSaveAs));
    };
    if (bytes.size() % 2 != 0) refuse();
    const auto unit = [&](std::size_t i) {
        const auto first = static_cast<unsigned char>(bytes[i]), second = static_cast<unsigned char>(bytes[i + 1]);
        return static_cast<std::uint32_t>(big_endian ? first << 8 | second : second << 8 | first);
    };
    std::string out;
    out.reserve(bytes.size() / 2);
    for (std::size_t i = 0; i < bytes.size(); i += 2) {
        std::uint32_t point = unit(i);
        if (point >= 0xD800 && point < 0xE000) {
            const std::uint32_t low = i + 4 <= bytes.size() && point < 0xDC00 ? unit(i + 2) : 0;
            if (low < 0xDC00 || low >= 0xE000) refuse();
            point = 0x10000 + ((point - 0xD800) << 10U) + (low - 0xDC00);
            i += 2;
        }
        append_utf8(out, point);
    }
    return out;
}

/// Of files that are given in place of a CSV, by what they begin with.
void refuse_other_files(std::string_view bytes, const std::string& source) {
    static constexpr std::pair<std::string_view, std::string_view> kKnown[] = {
        {"PK\x03\x04", "is a workbook (or another zip file), no CSV"},
        {"\xD0\xCF\x11\xE0", "is a workbook of an old Excel, no CSV"},
        {"\x1F\x8B", "is compressed, no CSV"},
        {"%PDF", "is a PDF, no CSV"}};
    for (const auto& [begin, what] : kKnown) {
        if (bytes.starts_with(begin)) throw Error(ErrorCode::bad_data, source, std::string(what), std::string(kSaveAs));
    }
}

/// Letters of two bytes, one of which is zero, as Windows writes them without a mark.
bool is_bare_utf16(std::string_view bytes, std::size_t zero) {
    if (bytes.size() < 4) return false;
    return bytes[zero] == 0 && bytes[zero + 2] == 0 && bytes[1 - zero] != 0 && bytes[3 - zero] != 0;
}

/// Length of the UTF-8 character that begins here; 0 where there is none.
std::size_t utf8_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const std::size_t length = byte(0) < 0x80 ? 1 : byte(0) < 0xC2 ? 0 : byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
    if (length == 0 || byte(0) > 0xF4 || length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) return 0;
    }
    // Too long for what they hold, surrogates, and beyond the last character.
    if (byte(0) == 0xE0 && byte(1) < 0xA0) return 0;
    if (byte(0) == 0xED && byte(1) > 0x9F) return 0;
    if (byte(0) == 0xF0 && byte(1) < 0x90) return 0;
    if (byte(0) == 0xF4 && byte(1) > 0x8F) return 0;
    return length;
}

}  // namespace

std::vector<CsvRecord> parse_csv(std::string_view text, char separator, CsvStyle style, const std::string& source,
                                 std::size_t first_line, std::size_t most) {
    return CsvParser(text, separator, style, first_line).parse(source, most);
}

std::string readable_text(std::string bytes, const std::string& source) {
    const std::string_view view = bytes;
    if (view.starts_with("\xEF\xBB\xBF")) {
        bytes.erase(0, 3);
    } else if (view.starts_with("\xFF\xFE")) {
        bytes = from_utf16(view.substr(2), false, source);
    } else if (view.starts_with("\xFE\xFF")) {
        bytes = from_utf16(view.substr(2), true, source);
    } else if (is_bare_utf16(view, 1)) {
        bytes = from_utf16(view, false, source);
    } else if (is_bare_utf16(view, 0)) {
        bytes = from_utf16(view, true, source);
    } else {
        refuse_other_files(view, source);
    }
    if (bytes.find('\0') != std::string::npos) {
        throw Error(ErrorCode::bad_data, source, "holds zero bytes, so it is no text", std::string(kSaveAs));
    }
    return bytes;
}

std::string_view trimmed_blanks(std::string_view text) {
    for (bool again = true; again;) {
        again = false;
        for (const auto blank : kBlanks) {
            while (text.starts_with(blank)) text.remove_prefix(blank.size()), again = true;
            while (text.ends_with(blank)) text.remove_suffix(blank.size()), again = true;
        }
    }
    return text;
}

bool is_valid_utf8(std::string_view text) {
    while (!text.empty()) {
        const auto length = utf8_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string from_windows_1252(std::string_view bytes) {
    // 0x80 … 0x9F; all others are Latin-1. Five are not defined and stay what they are in Latin-1.
    static constexpr std::array<std::uint16_t, 32> kOwn = {
        0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        append_utf8(out, byte >= 0x80 && byte < 0xA0 ? kOwn[byte - 0x80U] : byte);
    }
    return out;
}

}  // namespace slidetype

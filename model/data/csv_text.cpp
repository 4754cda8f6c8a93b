#include "model/data/csv_text.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/text_encoding.h"

namespace slidetype {
namespace {

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

/// What a file is that is given in place of a CSV, by what it begins with; empty where that tells nothing.
std::string_view other_kind(std::string_view bytes) {
    static constexpr std::pair<std::string_view, std::string_view> kKnown[] = {
        {"PK\x03\x04", "a workbook (or another zip file)"},
        {"\xD0\xCF\x11\xE0", "a workbook of an old Excel"},
        {"\x1F\x8B", "compressed"},
        {"%PDF", "a PDF"}};
    for (const auto& [begin, what] : kKnown) {
        if (bytes.starts_with(begin)) return what;
    }
    return {};
}

}  // namespace

std::vector<CsvRecord> parse_csv(std::string_view text, char separator, CsvStyle style, const std::string& source,
                                 std::size_t first_line, std::size_t most) {
    return CsvParser(text, separator, style, first_line).parse(source, most);
}

std::string readable_text(std::string bytes, const std::string& source) {
    const auto refuse = [&](const std::string& cause) {
        throw Error(ErrorCode::bad_data, source, cause, "Save it as \"CSV UTF-8\" from the program that made it.");
    };
    if (is_utf16(bytes)) {
        if (bytes.size() % 2 != 0) refuse("is UTF-16 that is cut short");
        bytes = utf8_text(std::move(bytes));
    } else if (bytes.starts_with("\xEF\xBB\xBF")) {
        bytes.erase(0, 3);
    } else if (const auto what = other_kind(bytes); !what.empty()) {
        refuse("is " + std::string(what) + ", no CSV");
    }
    if (bytes.find('\0') != std::string::npos) refuse("holds zero bytes, so it is no text");
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

}  // namespace slidetype

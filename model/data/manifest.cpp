#include "model/data/manifest.h"

#include <charconv>
#include <cmath>

#include "base/atomic_file.h"
#include "base/error.h"

namespace slidetype {
namespace {

constexpr std::uintmax_t kMaxManifestBytes = std::uintmax_t{512} << 20;

struct Record {
    std::vector<std::string> fields;
    std::size_t line = 1;  ///< on which it begins
};

/// Splits the text into records. A quote opens a quoted field only at the field's start.
std::vector<Record> parse_csv(const std::string& text, const std::string& source) {
    std::vector<Record> records;
    std::vector<std::string> record;
    std::string field;
    std::size_t line = 1, first_line = 1, quote_line = 1;
    bool quoted = false, was_quoted = false;
    const auto end_field = [&] {
        record.push_back(std::move(field));
        field.clear();
        was_quoted = false;
    };
    const auto end_record = [&] {
        const bool blank = record.empty() && field.empty() && !was_quoted;
        if (!blank) {
            end_field();
            records.push_back({std::move(record), first_line});
        }
        record.clear();
        first_line = line;
    };
    const bool has_mark = text.starts_with("\xEF\xBB\xBF");
    for (std::size_t i = has_mark ? 3 : 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\n') ++line;
        if (quoted) {
            if (c != '"') {
                field += c;
            } else if (i + 1 < text.size() && text[i + 1] == '"') {
                field += '"', ++i;
            } else {
                quoted = false;
            }
        } else if (c == '"' && field.empty() && !was_quoted) {
            quoted = was_quoted = true;
            quote_line = line;
        } else if (c == ',') {
            end_field();
        } else if (c == '\n') {
            end_record();
        } else if (c != '\r') {
            field += c;
        }
    }
    if (quoted) {
        throw Error(ErrorCode::bad_data, source,
                    "line " + std::to_string(quote_line) + ": a quoted field is not closed");
    }
    end_record();
    return records;
}

/// Spreadsheets and people write "File" and " class".
std::string column_name(std::string text) {
    const auto begin = text.find_first_not_of(" \t"), end = text.find_last_not_of(" \t");
    text = begin == std::string::npos ? std::string() : text.substr(begin, end - begin + 1);
    for (auto& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    return text;
}

}  // namespace

std::string Manifest::place(const std::vector<std::string>& row) const {
    return "line " + std::to_string(lines[static_cast<std::size_t>(&row - rows.data())]);
}

std::optional<double> Manifest::number(const std::vector<std::string>& row, const std::string& column) const {
    if (!has(column) || at(row, column).empty()) return std::nullopt;
    const auto& text = at(row, column);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
        throw Error(ErrorCode::bad_data, source,
                    place(row) + ": \"" + text + "\" in column " + column + " is no number");
    }
    return value;
}

int Manifest::integer(const std::vector<std::string>& row, const std::string& column) const {
    const auto& text = at(row, column);
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        throw Error(ErrorCode::bad_data, source,
                    place(row) + ": \"" + text + "\" in column " + column + " is no whole number");
    }
    return value;
}

Manifest read_manifest(const std::filesystem::path& file, const std::vector<std::string>& required_columns) {
    Manifest manifest;
    manifest.source = file.string();
    auto records = parse_csv(read_file(file, kMaxManifestBytes), manifest.source);
    if (records.empty()) throw Error(ErrorCode::bad_data, manifest.source, "is empty");
    const auto header = std::move(records.front().fields);
    records.erase(records.begin());
    for (std::size_t i = 0; i < header.size(); ++i) {
        const auto name = column_name(header[i]);
        if (!manifest.columns.emplace(name, i).second && !name.empty()) {
            throw Error(ErrorCode::bad_data, manifest.source, "names the column \"" + name + "\" twice");
        }
    }
    for (const auto& column : required_columns) {
        if (!manifest.has(column)) {
            const bool other_separator = header.size() == 1 && header[0].find_first_of(";\t") != std::string::npos;
            throw Error(ErrorCode::bad_data, manifest.source, "has no column \"" + column + "\"",
                        other_separator ? "Separate the fields by commas, not by semicolons or tabs."
                                        : "The first line names the columns, for instance: file,class,group,fold");
        }
    }
    manifest.rows.reserve(records.size());
    manifest.lines.reserve(records.size());
    for (auto& record : records) {
        if (record.fields.size() != header.size()) {
            throw Error(ErrorCode::bad_data, manifest.source,
                        "line " + std::to_string(record.line) + " has " + std::to_string(record.fields.size()) +
                            " fields, the header has " + std::to_string(header.size()));
        }
        manifest.rows.push_back(std::move(record.fields));
        manifest.lines.push_back(record.line);
    }
    return manifest;
}

}  // namespace slidetype

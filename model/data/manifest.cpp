#include "model/data/manifest.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <span>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/words.h"
#include "model/data/csv_text.h"
#include "model/data/decimal_comma.h"

namespace slidetype {
namespace {

/// The whole of a text as a number; nothing where it is none.
std::optional<double> parsed_number(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
    return value;
}

/// What a number that is none may be meant for.
std::string number_hint(const std::string& text) {
    if (is_decimal_comma(text, ';')) return "Write the decimal comma as a point: " + with_point(text);
    if (!text.empty() && text.front() >= '0' && text.front() <= '9') return "Write the number alone, such as 0.5";
    return "Leave the field empty where the number is not known.";
}

}  // namespace

std::string Manifest::place(const std::vector<std::string>& row) const {
    return "line " + std::to_string(lines[static_cast<std::size_t>(&row - rows.data())]);
}

std::optional<double> Manifest::number(const std::vector<std::string>& row, const std::string& column) const {
    if (!has(column) || at(row, column).empty()) return std::nullopt;
    const auto& text = at(row, column);
    if (const auto value = parsed_number(text)) return value;
    throw Error(ErrorCode::bad_data, source,
                place(row) + ": " + in_quotes(text) + " in column " + column + " is no number", number_hint(text));
}

int Manifest::integer(const std::vector<std::string>& row, const std::string& column) const {
    const auto& text = at(row, column);
    const auto value = parsed_number(text);
    if (value && std::trunc(*value) == *value && std::abs(*value) <= std::numeric_limits<int>::max()) {
        return static_cast<int>(*value);
    }
    throw Error(ErrorCode::bad_data, source,
                place(row) + ": " + in_quotes(text) + " in column " + column + " is no whole number",
                value ? std::string() : number_hint(text));
}

Manifest read_own_table(const std::filesystem::path& file, const std::vector<std::string>& required) {
    Manifest manifest;
    manifest.source = file.string();
    auto records = parse_csv(read_file(file, kLargestTable), ',', CsvStyle::rfc4180, manifest.source);
    const auto refuse = [&](const std::string& cause) { throw Error(ErrorCode::bad_data, manifest.source, cause); };
    if (records.empty()) refuse("is empty");
    const auto header = std::move(records.front().fields);
    for (std::size_t i = 0; i < header.size(); ++i) {
        if (!manifest.columns.emplace(in_lower_case(header[i]), i).second) refuse("names a column twice: " + header[i]);
    }
    for (const auto& column : required) {
        if (!manifest.has(column)) refuse("has no column " + in_quotes(column));
    }
    manifest.rows.reserve(records.size() - 1);
    manifest.lines.reserve(records.size() - 1);
    for (auto& record : std::span(records).subspan(1)) {
        if (record.fields.size() != header.size()) {
            refuse("line " + std::to_string(record.line) + " has " + counted(record.fields.size(), "field") +
                   ", the header has " + std::to_string(header.size()));
        }
        manifest.rows.push_back(std::move(record.fields));
        manifest.lines.push_back(record.line);
    }
    return manifest;
}

bool is_named_like_table(const std::filesystem::path& file) {
    static constexpr std::string_view kEndings[] = {".csv", ".tsv", ".txt"};
    return std::ranges::count(kEndings, in_lower_case(file.extension().string())) > 0;
}

}  // namespace slidetype

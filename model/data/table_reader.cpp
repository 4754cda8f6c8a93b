// A table of people: which separator it has, what its fields mean, and what is told of that.
#include <algorithm>
#include <limits>
#include <map>
#include <span>
#include <utility>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/text_encoding.h"
#include "base/words.h"
#include "model/data/csv_text.h"
#include "model/data/decimal_comma.h"
#include "model/data/manifest.h"

namespace slidetype {
namespace {

constexpr std::string_view kFileColumns[] = {"slide", "file", "roi", "annotations", "slide_id", "filename", "wsi"};
/// Here a word such as "NA" may be a name.
constexpr std::string_view kNameColumns[] = {"slide", "file", "slide_id", "filename", "wsi"};
constexpr std::string_view kNumberColumns[] = {"spacing", "fold"};
/// What R, Python, databases and people write for "nothing", in lower case.
constexpr std::string_view kNothing[] = {"na", "n/a", "#n/a", "nan", "null", "none", "<na>", "-"};
constexpr std::size_t kMostNamed = 10;

bool is_among(std::string_view name, std::span<const std::string_view> names) {
    return std::ranges::find(names, name) != names.end();
}

bool is_nothing(std::string_view text) {
    return text.size() <= 4 && is_among(in_lower_case(text), kNothing);
}

std::string joined(std::span<const std::string> names, std::string_view between = ", ") {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? std::string() : std::string(between)) + name;
    return text;
}

/// Excel's `="007"`, which keeps it from reading numbers.
void take_formula_off(std::string& text) {
    const std::string_view view = text;
    if (view.size() >= 3 && view.starts_with("=\"") && view.ends_with('"')) text = text.substr(2, text.size() - 3);
}

/// The name of a column as it is written, for messages.
std::string shown(const std::string& name) {
    return std::string(trimmed_blanks(utf8_text(name)));
}

/// Spreadsheets and people write "File" and " class".
std::string column_name(const std::string& text) {
    return in_lower_case(shown(text));
}

/// How often something was met, in which columns, and the first of it.
struct Tally {
    std::size_t sum = 0;
    std::string example;
    std::vector<std::string> columns;

    void add(const std::string& text, const std::string& column) {
        if (sum++ == 0) example = text;
        if (std::ranges::find(columns, column) == columns.end()) columns.push_back(column);
    }
    /// "(columns spacing, roi)"
    std::string where() const { return (columns.size() == 1 ? "(column " : "(columns ") + joined(columns) + ")"; }
};

/// A line before the header that names the separator, as Excel wants it: `sep=;`.
std::optional<char> declared_separator(std::string_view& text) {
    const auto end = text.find_first_of("\r\n");
    auto line = text.substr(0, end);
    while (line.starts_with(' ') || line.starts_with('"')) line.remove_prefix(1);
    while (line.ends_with('"')) line.remove_suffix(1);
    if (line.size() != 5 || in_lower_case(line.substr(0, 4)) != "sep=") return std::nullopt;
    const char separator = line[4];
    text.remove_prefix(std::min(end, text.size()));
    text.remove_prefix(text.starts_with("\r\n") ? 2 : text.empty() ? 0 : 1);
    return separator;
}

/// Reads the records of a table of people, and makes a Manifest of them.
class LenientReader {
  public:
    LenientReader(const std::filesystem::path& file, const std::vector<std::string>& required,
                  const std::vector<std::string>& optional)
        : required_(required), optional_(optional) {
        manifest_.source = file.string();
        text_ = readable_text(read_file(file, kLargestTable), manifest_.source);
    }

    Manifest read() {
        auto records = parse(std::numeric_limits<std::size_t>::max());
        read_header(records.front().fields);
        require_columns(records.front().fields);
        for (auto& record : std::span(records).subspan(1)) add(std::move(record));
        write_notes();
        return std::move(manifest_);
    }

    std::vector<std::string> header() {
        std::vector<std::string> names;
        const auto records = parse(1);
        for (const auto& name : records.front().fields) names.push_back(column_name(name));
        return names;
    }

  private:
    std::vector<CsvRecord> parse(std::size_t most) {
        std::string_view text = text_;
        const auto declared = declared_separator(text);
        const std::size_t first_line = declared ? 2 : 1;
        separator_ = declared ? *declared : separator_of(text);
        auto records = parse_csv(text, separator_, CsvStyle::lenient, manifest_.source, first_line, most);
        if (records.empty()) throw Error(ErrorCode::bad_data, manifest_.source, "is empty");
        return records;
    }

    /// Empty where the text has none by this separator.
    std::vector<std::string> first_record(std::string_view text, char separator) const {
        try {
            auto records = parse_csv(text, separator, CsvStyle::lenient, manifest_.source, 1, 1);
            return records.empty() ? std::vector<std::string>() : std::move(records.front().fields);
        } catch (const Error&) {
            return {};  // another may be meant; if not, reading it tells
        }
    }

    /// The one by which the header has most of the columns that are wanted, and then most columns.
    char separator_of(std::string_view text) const {
        char best = ',';
        std::pair<std::size_t, std::size_t> most{};
        for (const char separator : {',', ';', '\t'}) {
            const auto header = first_record(text, separator);
            std::size_t wanted = 0;
            for (const auto& field : header) {
                const auto name = column_name(field);
                wanted += std::ranges::count(required_, name) > 0 || std::ranges::count(optional_, name) > 0 ? 1 : 0;
            }
            if (const auto now = std::pair(wanted, header.size()); now > most) {
                most = now;
                best = separator;
            }
        }
        return best;
    }

    void read_header(const std::vector<std::string>& header) {
        for (std::size_t i = 0; i < header.size(); ++i) {
            const auto name = column_name(header[i]);
            const auto [known, is_new] = manifest_.columns.emplace(name, i);
            if (!is_new && !name.empty()) {
                throw Error(ErrorCode::bad_data, manifest_.source,
                            "names the column " + in_quotes(name) + " twice, as columns " +
                                std::to_string(known->second + 1) + " and " + std::to_string(i + 1),
                            "Rename or remove one of them: which of them is meant cannot be told.");
            }
            names_.push_back(name);
            const bool is_wanted = std::ranges::count(required_, name) > 0 || std::ranges::count(optional_, name) > 0;
            wanted_.push_back(is_wanted);
            if (!is_wanted && !name.empty()) manifest_.unknown.push_back(shown(header[i]));
        }
    }

    void require_columns(const std::vector<std::string>& header) const {
        for (const auto& column : required_) {
            if (manifest_.has(column)) continue;
            std::vector<std::string> found;
            for (const auto& name : std::span(header).first(std::min(header.size(), kMostNamed))) {
                found.push_back(in_quotes(shown(name)));
            }
            if (found.size() < header.size()) found.emplace_back("…");
            auto example = joined(required_, ",");
            for (const auto& name : optional_) example += "[," + name + "]";
            throw Error(ErrorCode::bad_data, manifest_.source,
                        "has no column " + in_quotes(column) + "; its first line has " + joined(found),
                        "The first line names the columns: " + example);
        }
    }

    void add(CsvRecord record) {
        auto& fields = record.fields;
        while (fields.size() > names_.size() && trimmed_blanks(fields.back()).empty()) fields.pop_back();
        if (fields.size() != names_.size()) {
            throw Error(ErrorCode::bad_data, manifest_.source,
                        "line " + std::to_string(record.line) + " has " + counted(fields.size(), "field") +
                            ", the header has " + std::to_string(names_.size()),
                        fields.size() > names_.size() ? "Put names and numbers with the separator in them in quotes."
                                                      : "Fields that are empty need their separators, too.");
        }
        for (std::size_t i = 0; i < fields.size(); ++i) fields[i] = meant(std::move(fields[i]), i);
        manifest_.rows.push_back(std::move(fields));
        manifest_.lines.push_back(record.line);
    }

    /// What is meant by a field.
    std::string meant(std::string text, std::size_t column) {
        take_formula_off(text);
        const auto& name = names_[column];
        // A name of a file may have blanks at its ends where it stands in quotes, and any bytes.
        if (!is_among(name, kFileColumns)) {
            if (!is_utf8(text)) {
                text = utf8_text(text);
                if (wanted_[column]) other_bytes_.add(text, name);
            }
            text = std::string(trimmed_blanks(text));
        }
        const std::string word(trimmed_blanks(text));
        if (word.empty()) return word;
        if (!is_among(name, kNameColumns) && is_nothing(word)) {
            if (wanted_[column]) {
                nothing_.add(word, name);
                ++words_.try_emplace(in_lower_case(word), word, 0).first->second.second;
            }
            return {};
        }
        if (separator_ != ',' && is_among(name, kNumberColumns) && is_decimal_comma(text, separator_)) {
            if (wanted_[column]) decimal_commas_.add(text, name);
            return with_point(std::move(text));
        }
        return text;
    }

    void write_notes() {
        const auto add = [&](const std::string& what) { manifest_.notes.push_back(manifest_.source + ": " + what); };
        if (nothing_.sum > 0) {
            std::vector<std::string> words;
            for (const auto& [key, word] : words_) {
                words.push_back(counted(word.second, "entry") + " " + in_quotes(word.first));
            }
            add(joined(words, " and ") + (nothing_.sum == 1 ? " was" : " were") + " read as empty " + nothing_.where());
        }
        if (const auto n = decimal_commas_.sum; n > 0) {
            add(counted(n, "number") + (n == 1 ? " was" : " were") + " read with a decimal comma, " +
                in_quotes(decimal_commas_.example) + " as " + with_point(decimal_commas_.example) + " " +
                decimal_commas_.where());
        }
        if (const auto n = other_bytes_.sum; n > 0) {
            add(counted(n, "entry") + (n == 1 ? " is not in UTF-8 and was" : " are not in UTF-8 and were") +
                " read as Windows-1252, " + in_quotes(other_bytes_.example) + " " + other_bytes_.where());
        }
    }

    const std::vector<std::string>&required_, &optional_;
    std::string text_;
    char separator_ = ',';
    std::vector<std::string> names_;
    std::vector<bool> wanted_;
    Tally nothing_, decimal_commas_, other_bytes_;
    std::map<std::string, std::pair<std::string, std::size_t>> words_;  ///< for "nothing": how first written, how often
    Manifest manifest_;
};

}  // namespace

Manifest read_manifest(const std::filesystem::path& file, const std::vector<std::string>& required,
                       const std::vector<std::string>& optional) {
    return LenientReader(file, required, optional).read();
}

std::vector<std::string> read_header(const std::filesystem::path& file) {
    const std::vector<std::string> none;
    return LenientReader(file, none, none).header();
}

}  // namespace slidetype

#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace slidetype {

/// No table is larger, in bytes.
inline constexpr std::uintmax_t kLargestTable = std::uintmax_t{512} << 20;

/// A table with a header line, read whole.
struct Manifest {
    std::string source;
    std::map<std::string, std::size_t> columns;  ///< name in lower case, without blanks around it → index
    std::vector<std::vector<std::string>> rows;  ///< every row has as many fields as the header
    std::vector<std::size_t> lines;              ///< of the file, from 1, on which each row begins
    /// What was read as something else than it says, and how often: 'list.csv: 3 entries "NA" were read as empty …'.
    std::vector<std::string> notes;
    std::vector<std::string> unknown;  ///< columns that were neither required nor optional, as they are written

    bool has(const std::string& column) const { return columns.contains(column); }
    const std::string& at(const std::vector<std::string>& row, const std::string& column) const {
        return row[columns.at(column)];
    }
    /// "line 17" of the file, where the row begins; `row` is one of `rows`.
    std::string place(const std::vector<std::string>& row) const;
    /// Throws Error(bad_data) naming file, line, column and value where it is no whole number ("1.0" is one). `row` is
    /// one of `rows`.
    int integer(const std::vector<std::string>& row, const std::string& column) const;
    /// The same for a finite number; nothing where the field is empty or the column absent.
    std::optional<double> number(const std::vector<std::string>& row, const std::string& column) const;
};

/// Reads a table of a person or of a program of theirs, in whichever way it was saved; docs/formats.md has the rules.
/// - Separated by commas, semicolons or tabs, as the header (or a line `sep=;` before it) shows; UTF-8 or UTF-16; lines
///   end with LF, CRLF or CR; fields may be quoted.
/// - Fields are without blanks around them. Rows with nothing in them are none; empty fields beyond the header's are
///   dropped.
/// - NA, N/A, NaN, NULL, None and "-" are empty, in any case, but for the columns `slide` and `file`, or
///   what CLAM, STAMP and TRIDENT call these.
/// - A decimal comma in `spacing` and `fold` is read where commas do not separate.
/// - Bytes that are not UTF-8 are taken for Windows-1252, but for the columns of files (see TableFiles).
/// Everything but the first two is counted in `notes`, for columns that are named here; `optional` names those that are
/// read where they are there. Throws Error(not_found | io), Error(bad_data) where a required column is missing, a
/// column is named twice, a row has too few or many fields, or the file is no text.
Manifest read_manifest(const std::filesystem::path& file, const std::vector<std::string>& required,
                       const std::vector<std::string>& optional = {});

/// The names of its columns, as in Manifest::columns, whatever the rows hold. Throws as read_manifest() does.
std::vector<std::string> read_header(const std::filesystem::path& file);

/// Reads a table that slidetype has written: RFC 4180 with commas, every field as it stands. Throws as read_manifest().
Manifest read_own_table(const std::filesystem::path& file, const std::vector<std::string>& required);

/// Whether a file is named like a table: .csv, .tsv, .txt, in any case.
bool is_named_like_table(const std::filesystem::path& file);

}  // namespace slidetype

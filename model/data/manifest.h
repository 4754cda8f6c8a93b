#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace slidetype {

/// A CSV file with a header line, read whole (RFC 4180: quoted fields, doubled quotes, line breaks in quotes).
struct Manifest {
    std::string source;
    std::map<std::string, std::size_t> columns;  ///< name in lower case, without blanks around it → index
    std::vector<std::vector<std::string>> rows;  ///< every row has as many fields as the header
    std::vector<std::size_t> lines;              ///< of the file, from 1, on which each row begins

    bool has(const std::string& column) const { return columns.contains(column); }
    const std::string& at(const std::vector<std::string>& row, const std::string& column) const {
        return row[columns.at(column)];
    }
    /// "line 17" of the file, where the row begins; `row` is one of `rows`.
    std::string place(const std::vector<std::string>& row) const;
    /// Throws Error(bad_data) naming file, line, column and value where it is no whole number. `row` is one of
    /// `rows`.
    int integer(const std::vector<std::string>& row, const std::string& column) const;
    /// The same for a finite number; nothing where the field is empty or the column absent.
    std::optional<double> number(const std::vector<std::string>& row, const std::string& column) const;
};

/// Throws Error(not_found | io), Error(bad_data) where a required column is missing, a column is named twice or a row
/// has too few or many fields.
Manifest read_manifest(const std::filesystem::path& file, const std::vector<std::string>& required_columns);

}  // namespace slidetype

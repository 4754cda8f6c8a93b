#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "model/data/manifest.h"

namespace slidetype {

/// Finds the files that the rows of a table name, and counts those that are named as another system writes it: with
/// backslashes, in Windows-1252, or with blanks around it in quotes. `table` must outlive it. One object belongs to one
/// thread.
class TableFiles {
  public:
    /// Relative names are below `folder`.
    TableFiles(const Manifest& table, std::filesystem::path folder) : table_(table), folder_(std::move(folder)) {}

    /// The file of a row; empty where the field is, or the column absent. A name is taken as it stands where something
    /// lies there. Else `/` is tried in place of backslashes, UTF-8 in place of Windows-1252, and without the blanks
    /// around it, and taken where something lies there. Where nothing does, the name stays as it stands.
    std::filesystem::path find(const std::vector<std::string>& row, const std::string& column);

    /// How many names were read so, or could not be, each with an example.
    std::vector<std::string> notes() const;

  private:
    struct Count {
        std::size_t files = 0;
        std::string example;
        void add(const std::string& name) {
            if (files++ == 0) example = name;
        }
    };
    const Manifest& table_;
    std::filesystem::path folder_;
    Count backslashes_, lost_backslashes_, other_bytes_, lost_other_bytes_, blanks_;
};

}  // namespace slidetype

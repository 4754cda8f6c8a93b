#pragma once

#include <string>
#include <vector>

namespace slidetype {

/// A table for people: columns as wide as they must be, numbers to the right, a line under the header.
class Table {
  public:
    explicit Table(std::vector<std::string> header) : rows_{std::move(header)} {}
    /// `row` has as many cells as the header; control characters in cells are shown as '?'.
    void add(std::vector<std::string> row);
    std::string text() const;

  private:
    std::vector<std::vector<std::string>> rows_;
};

/// `text` safe to print on a terminal: control characters become '?'. File names are outside input.
std::string printable(const std::string& text);

}  // namespace slidetype

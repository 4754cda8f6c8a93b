#include "cli/table.h"

#include <algorithm>
#include <utility>

namespace slidetype {
namespace {

/// Columns that a UTF-8 text takes, counting one per character.
std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool is_number(const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789.,%+-– ") == std::string::npos;
}

}  // namespace

std::string printable(const std::string& text) {
    std::string out = text;
    for (auto& c : out) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    }
    return out;
}

void Table::add(std::vector<std::string> row) {
    for (auto& cell : row) cell = printable(cell);
    row.resize(rows_.front().size());
    rows_.push_back(std::move(row));
}

std::string Table::text() const {
    std::vector<std::size_t> widths(rows_.front().size(), 0);
    for (const auto& row : rows_) {
        for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width(row[c]));
    }
    std::string out;
    for (std::size_t r = 0; r < rows_.size(); ++r) {
        std::string line;
        for (std::size_t c = 0; c < widths.size(); ++c) {
            const std::string gap(widths[c] - width(rows_[r][c]), ' ');
            const bool right = rows_.size() > 1 && is_number(rows_[std::max<std::size_t>(r, 1)][c]);
            line += (c > 0 ? "  " : "") + (right ? gap + rows_[r][c] : rows_[r][c] + gap);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + "\n";
        if (r > 0) continue;
        for (std::size_t c = 0; c < widths.size(); ++c) out += (c > 0 ? "  " : "") + std::string(widths[c], '-');
        out += "\n";
    }
    return out;
}

}  // namespace slidetype

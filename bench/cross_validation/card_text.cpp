#include "bench/cross_validation/card_text.h"

#include <fmt/format.h>

#include <cmath>

namespace slidetype::bench {
namespace {

std::string line_of(const std::vector<std::string>& cells) {
    std::string line = "|";
    for (const auto& cell : cells) line += fmt::format(" {} |", cell);
    return line + "\n";
}

}  // namespace

std::string percent(double share) {
    return fmt::format("{:.1f} %", 100 * share);
}

std::string percent(const Estimate& share) {
    return fmt::format("{} ({:.1f} to {:.1f})", percent(share.value), 100 * share.ci95[0], 100 * share.ci95[1]);
}

std::string number(const Estimate& value, int digits) {
    return fmt::format("{:.{}f} ({:.{}f} to {:.{}f})", value.value, digits, value.ci95[0], digits, value.ci95[1],
                       digits);
}

std::string points(double share) {
    const double rounded = std::round(share * 1000) / 10;
    return fmt::format("{:+.1f} points", rounded == 0 ? 0.0 : rounded);
}

std::string grouped(std::size_t count) {
    std::string digits = std::to_string(count);
    for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ' ');
    return digits;
}

std::string table(const std::vector<std::string>& head, const std::vector<std::vector<std::string>>& rows) {
    std::string out = line_of(head) + "|---|";
    for (std::size_t column = 1; column < head.size(); ++column) out += "---:|";
    out += "\n";
    for (const auto& row : rows) out += line_of(row);
    return out;
}

}  // namespace slidetype::bench

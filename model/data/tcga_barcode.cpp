#include "model/data/tcga_barcode.h"

#include <algorithm>

namespace slidetype {
namespace {

/// x stands for a letter or digit.
constexpr std::string_view kBarcodeShape = "TCGA-xx-xxxx";
constexpr std::size_t kSiteAt = 5, kSiteLength = 2;

char in_upper_case(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

bool is_letter_or_digit(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

std::optional<TcgaBarcode> tcga_barcode(std::string_view name) {
    std::string head(name.substr(0, kBarcodeShape.size()));
    std::ranges::transform(head, head.begin(), in_upper_case);
    const auto fits = [](char c, char shape) { return shape == 'x' ? is_letter_or_digit(c) : c == shape; };
    if (!std::ranges::equal(head, kBarcodeShape, fits)) return std::nullopt;
    if (name.size() > head.size() && is_letter_or_digit(in_upper_case(name[head.size()]))) return std::nullopt;
    return TcgaBarcode{head, head.substr(kSiteAt, kSiteLength)};
}

}  // namespace slidetype

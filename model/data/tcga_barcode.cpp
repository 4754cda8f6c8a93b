#include "model/data/tcga_barcode.h"

#include <algorithm>

namespace slidetype {
namespace {

/// x stands for a letter or digit, 0 for a digit.
constexpr std::string_view kPatientShape = "TCGA-xx-xxxx", kSampleShape = "-00", kPortionShape = "x-0x-";
constexpr std::size_t kSiteAt = 5, kSiteLength = 2;

std::string in_upper_case(std::string_view text) {
    std::string upper(text);
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return upper;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter_or_digit(char c) {
    return (c >= 'A' && c <= 'Z') || is_digit(c);
}

bool begins_like(std::string_view text, std::string_view shape) {
    const auto fits = [](char c, char like) {
        return like == 'x' ? is_letter_or_digit(c) : like == '0' ? is_digit(c) : c == like;
    };
    return std::ranges::equal(text.substr(0, shape.size()), shape, fits);
}

/// What stands behind the patient: -01Z-00-DX1.
void read_sample(std::string_view rest, TcgaBarcode& barcode) {
    if (!begins_like(rest, kSampleShape)) return;
    barcode.sample_type = 10 * (rest[1] - '0') + (rest[2] - '0');
    if (!begins_like(rest.substr(kSampleShape.size()), kPortionShape)) return;
    const auto kind_and_more = rest.substr(kSampleShape.size() + kPortionShape.size());
    const std::string_view kind(kind_and_more.begin(), std::ranges::find_if_not(kind_and_more, is_letter_or_digit));
    if (kind.size() < 2) return;
    barcode.slide = barcode.patient + std::string(rest.begin(), kind.end());
    barcode.is_frozen = kind.starts_with("TS") || kind.starts_with("MS") || kind.starts_with("BS");
}

}  // namespace

std::optional<TcgaBarcode> tcga_barcode(std::string_view name) {
    const auto upper = in_upper_case(name);
    const auto head = upper.substr(0, kPatientShape.size());
    if (!begins_like(head, kPatientShape)) return std::nullopt;
    if (upper.size() > head.size() && is_letter_or_digit(upper[head.size()])) return std::nullopt;
    TcgaBarcode barcode;
    barcode.patient = head;
    barcode.site = head.substr(kSiteAt, kSiteLength);
    read_sample(std::string_view(upper).substr(head.size()), barcode);
    return barcode;
}

}  // namespace slidetype

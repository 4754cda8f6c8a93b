// After https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html: "\x93NUMPY", version, length of the
// header (2 bytes, from version 2 on 4), the header as a Python dict, and the numbers.
#include "model/feature_files/npy_table.h"

#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>

#include "base/error.h"

namespace slidetype {
namespace {

constexpr std::string_view kNpyMagic = "\x93NUMPY";

[[noreturn]] void refuse_npy(const std::string& source, const std::string& cause) {
    throw Error(ErrorCode::bad_data, source, cause);
}

/// What follows a key of the header, without blanks; empty where it has none of that name.
std::string_view header_value(std::string_view header, std::string_view key) {
    const auto found = header.find("'" + std::string(key) + "':");
    if (found == std::string_view::npos) return {};
    header.remove_prefix(found + key.size() + 3);
    const auto begin = header.find_first_not_of(' ');
    return begin == std::string_view::npos ? std::string_view() : header.substr(begin);
}

/// A number and what follows it: "12, 2)" gives 12 and leaves ", 2)".
std::optional<std::size_t> leading_number(std::string_view& text) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

template <class Number>
void copy_numbers(std::string_view bytes, std::vector<double>& numbers) {
    numbers.resize(bytes.size() / sizeof(Number));
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        Number number{};
        std::memcpy(&number, bytes.data() + i * sizeof(Number), sizeof(Number));
        numbers[i] = static_cast<double>(number);
    }
}

std::size_t number_size(std::string_view type) {
    if (type == "'<i8'" || type == "'<f8'") return sizeof(double);
    if (type == "'<i4'" || type == "'<f4'") return sizeof(float);
    return 0;
}

}  // namespace

NpyTable read_npy(std::string_view bytes, const std::string& source) {
    constexpr std::size_t kBegin = 8, kTypeText = 5;
    const bool long_header = bytes.size() > kBegin && bytes[6] != 1;
    const std::size_t head = kBegin + (long_header ? 4 : 2);
    if (!bytes.starts_with(kNpyMagic) || bytes.size() < head) refuse_npy(source, "is no array of numpy");
    std::size_t length = 0;
    for (std::size_t i = head; i-- > kBegin;) length = length * 256 + static_cast<unsigned char>(bytes[i]);
    if (length > bytes.size() - head) refuse_npy(source, "is cut short");
    const auto header = bytes.substr(head, length), numbers = bytes.substr(head + length);

    const auto type = header_value(header, "descr").substr(0, kTypeText);
    const auto size = number_size(type);
    if (size == 0 || !header_value(header, "fortran_order").starts_with("False")) {
        refuse_npy(source, "is an array of numpy of a kind that is not read here");
    }
    auto shape = header_value(header, "shape");
    NpyTable table;
    const auto expect = [&](std::string_view text) {
        if (!shape.starts_with(text)) refuse_npy(source, "is no table of two axes");
        shape.remove_prefix(text.size());
    };
    expect("(");
    const auto rows = leading_number(shape);
    expect(", ");
    const auto width = leading_number(shape);
    expect(")");
    if (!rows || !width) refuse_npy(source, "is no table of two axes");
    const auto count = numbers.size() / size;
    if (*width > count || (*width > 0 && *rows > count / *width)) refuse_npy(source, "is cut short");
    table.rows = *rows;
    table.width = *width;
    const auto used = numbers.substr(0, *rows * *width * size);
    if (type == "'<i8'") copy_numbers<std::int64_t>(used, table.numbers);
    if (type == "'<i4'") copy_numbers<std::int32_t>(used, table.numbers);
    if (type == "'<f8'") copy_numbers<double>(used, table.numbers);
    if (type == "'<f4'") copy_numbers<float>(used, table.numbers);
    return table;
}

}  // namespace slidetype

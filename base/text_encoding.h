#pragma once

#include <string>
#include <string_view>

namespace slidetype {

/// The bytes of a text file of unknown origin as UTF-8: UTF-16 (with its byte-order mark, or plainly so without) is
/// converted, a byte-order mark taken off. Bytes that are no UTF-8 are read as Windows-1252, which older programs on
/// Windows write and which has a character for almost every byte, so nothing is lost. Thread-safe.
std::string utf8_text(std::string bytes);

/// Whether utf8_text() takes the bytes for UTF-16: with its mark, or with a zero in one of the first two bytes, as
/// Windows writes it without.
bool is_utf16(std::string_view bytes);

/// Whether `text` is valid UTF-8 throughout.
bool is_utf8(std::string_view text);

}  // namespace slidetype

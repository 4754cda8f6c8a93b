#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace slidetype {

/// "1 slide", "0 slides", "2 entries": a number with what is counted, which is given in the singular.
std::string counted(std::size_t n, std::string_view thing);

/// `text` without these characters around it.
std::string_view trimmed(std::string_view text, std::string_view blanks = " \t\r\n");

/// `text` between double quotes.
std::string in_quotes(std::string_view text);

/// ASCII letters in lower case, all else as it is.
std::string in_lower_case(std::string_view text);

/// `text` as a sentence: with a capital letter (ASCII) and a full stop. Empty stays empty.
std::string sentence(std::string_view text);

/// Adds `more` to `text` as a sentence, with a blank before it where there is text already; nothing where it is empty.
void add_sentence(std::string& text, std::string_view more);

/// `text` in lines of at most `width` bytes, broken at blanks; a longer word stands alone. Without a line break at the
/// end.
std::string wrapped(std::string_view text, std::size_t width);

}  // namespace slidetype

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace slidetype {

/// "1 slide", "0 slides", "2 entries": a number with what is counted, which is given in the singular.
std::string counted(std::size_t n, std::string_view thing);

/// `text` as a sentence: with a capital letter (ASCII) and a full stop. Empty stays empty.
std::string sentence(std::string_view text);

}  // namespace slidetype

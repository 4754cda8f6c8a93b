#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <string_view>
#include <utility>

namespace slidetype {

/// Writes to standard output or standard error. A disk that is full or a pipe that nobody reads any more loses the text
/// and nothing else: what is worked on goes on. For standard output ::ferror tells of it in the end.
void print_text(std::FILE* to, std::string_view text);

template <typename... Arguments>
void print(std::FILE* to, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    print_text(to, fmt::format(format, std::forward<Arguments>(arguments)...));
}

template <typename... Arguments>
void print(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    print_text(stdout, fmt::format(format, std::forward<Arguments>(arguments)...));
}

}  // namespace slidetype

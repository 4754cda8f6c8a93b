#include "base/words.h"

#include <algorithm>

namespace slidetype {
namespace {

std::string plural(std::string_view thing) {
    constexpr std::string_view kVowels = "aeiou";
    const bool is_y = thing.size() > 1 && thing.ends_with('y') && kVowels.find(thing[thing.size() - 2]) == kVowels.npos;
    if (is_y) return std::string(thing.substr(0, thing.size() - 1)) + "ies";
    return std::string(thing) + (thing.ends_with('s') || thing.ends_with('x') ? "es" : "s");
}

}  // namespace

std::string counted(std::size_t n, std::string_view thing) {
    return std::to_string(n) + " " + (n == 1 ? std::string(thing) : plural(thing));
}

std::string_view trimmed(std::string_view text, std::string_view blanks) {
    const auto begin = text.find_first_not_of(blanks);
    return begin == std::string_view::npos ? std::string_view{}
                                           : text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

std::string in_quotes(std::string_view text) {
    return '"' + std::string(text) + '"';
}

std::string in_lower_case(std::string_view text) {
    std::string out(text);
    for (auto& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    return out;
}

std::string sentence(std::string_view text) {
    std::string out(text);
    if (out.empty()) return out;
    if (out.front() >= 'a' && out.front() <= 'z') out.front() = static_cast<char>(out.front() - 'a' + 'A');
    if (out.back() != '.' && out.back() != '!' && out.back() != '?') out += '.';
    return out;
}

void add_sentence(std::string& text, std::string_view more) {
    if (more.empty()) return;
    text += (text.empty() ? "" : " ") + sentence(more);
}

std::string wrapped(std::string_view text, std::size_t width) {
    std::string out;
    std::size_t column = 0;
    while (!text.empty()) {
        const auto word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(text.size(), word.size() + 1));
        if (column > 0) {
            const bool fits = column + 1 + word.size() <= width;
            out += fits ? ' ' : '\n';
            column = fits ? column + 1 : 0;
        }
        out += word;
        column += word.size();
    }
    return out;
}

}  // namespace slidetype

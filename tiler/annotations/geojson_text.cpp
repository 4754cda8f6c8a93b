#include "tiler/annotations/geojson_text.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/text_encoding.h"
#include "tiler/annotations/compressed_text.h"

namespace slidetype {
namespace {

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_no_number(std::string_view word) {
    static constexpr std::array<std::string_view, 7> kWords = {"NaN", "Infinity", "nan",     "inf",
                                                               "NAN", "INF",      "infinity"};
    return std::ranges::find(kWords, word) != kWords.end();
}

/// Where the string ends whose opening quote is at `at`: behind its closing one.
std::size_t end_of_string(std::string_view text, std::size_t at) {
    for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\') ++at;
    }
    return std::min(at + 1, text.size());
}

/// The next of these words outside of strings from `at` on, with its sign: [first, second). The end where there is
/// none.
std::pair<std::size_t, std::size_t> next_word(std::string_view text, std::size_t at) {
    while (at < text.size()) {
        if (text[at] == '"') {
            at = end_of_string(text, at);
        } else if (is_letter(text[at])) {
            auto end = at;
            while (end < text.size() && is_letter(text[end])) ++end;
            if (is_no_number(text.substr(at, end - at))) {
                const bool sign = at > 0 && (text[at - 1] == '-' || text[at - 1] == '+');
                return {sign ? at - 1 : at, end};
            }
            at = end;
        } else {
            ++at;
        }
    }
    return {text.size(), text.size()};
}

}  // namespace

std::string with_json_numbers(std::string text) {
    auto [from, to] = next_word(text, 0);
    if (from == text.size()) return text;
    std::string out;
    out.reserve(text.size() + text.size() / 16);
    std::size_t done = 0;
    while (from < text.size()) {
        out.append(text, done, from - done).append("null");
        done = to;
        std::tie(from, to) = next_word(text, to);
    }
    return out.append(text, done);
}

std::string geojson_text(std::string bytes, const std::string& source) {
    auto text = with_json_numbers(utf8_text(unpacked(std::move(bytes), source, kMostGeojsonText)));
    if (text.size() > kMostGeojsonText) throw Error(ErrorCode::corrupt, source, "holds more than 1 GiB of text");
    return text;
}

std::string read_geojson_text(const std::filesystem::path& file) {
    if (!std::filesystem::exists(file)) throw Error(ErrorCode::not_found, file.string(), "does not exist");
    return geojson_text(read_file(file, kMostGeojsonText), file.string());
}

}  // namespace slidetype

#include "plugin/results/text.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/words.h"

namespace slidetype {
namespace {

constexpr std::pair<std::string_view, std::string_view> kNearest[] = {
    {"µ", "u"},      {"μ", "u"}, {"²", "2"}, {"–", "-"},  {"—", "-"},  {"×", "x"},   {"…", "..."},
    {"\u00a0", " "}, {"‘", "'"}, {"’", "'"}, {"“", "\""}, {"”", "\""}, {"±", "+/-"},
};

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

std::string valid_utf8(std::string_view text) {
    using nlohmann::json;
    // The JSON library replaces what is invalid when it writes, so writing and reading back leaves valid text.
    return json::parse(json(text).dump(-1, ' ', false, json::error_handler_t::replace)).get<std::string>();
}

std::string ascii(std::string_view text) {
    const std::string valid = valid_utf8(text);
    std::string out;
    for (std::size_t i = 0; i < valid.size();) {
        const std::string_view rest = std::string_view(valid).substr(i);
        const auto near = std::find_if(std::begin(kNearest), std::end(kNearest),
                                       [&](const auto& pair) { return rest.starts_with(pair.first); });
        if (near != std::end(kNearest)) {
            out += near->second;
            i += near->first.size();
            continue;
        }
        const char c = valid[i++];
        const bool is_ascii = static_cast<unsigned char>(c) < 0x80;
        out += !is_ascii ? '?' : is_control(c) ? ' ' : c;
        // One '?' for a whole character: skip its continuation bytes.
        while (!is_ascii && i < valid.size() && (static_cast<unsigned char>(valid[i]) & 0xc0) == 0x80) ++i;
    }
    return out;
}

std::string csv_field(std::string_view text) {
    const std::string valid = valid_utf8(text);
    // Readers of tables may take blanks at the ends away where there are no quotes.
    const bool plain =
        valid.find_first_of(",\"\r\n") == std::string::npos && !valid.starts_with(' ') && !valid.ends_with(' ');
    if (plain) return valid;
    std::string quoted = "\"";
    for (const char c : valid) quoted.append(c == '"' ? 2 : 1, c);
    return quoted + '"';
}

std::vector<std::string> class_labels(const std::vector<std::string>& class_names) {
    std::vector<std::string> labels;
    for (const std::string& name : class_names) {
        std::string base = valid_utf8(name);
        for (char& c : base) {
            if (is_control(c)) c = ' ';
            if (c == ':') c = '_';
        }
        base = std::string(trimmed(base, " "));
        if (base.empty()) base = "class " + std::to_string(labels.size());
        std::string label = base;
        for (int k = 2; std::find(labels.begin(), labels.end(), label) != labels.end(); ++k) {
            label = base + " " + std::to_string(k);
        }
        labels.push_back(std::move(label));
    }
    return labels;
}

}  // namespace slidetype

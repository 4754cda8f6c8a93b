#include "model/report/html.h"

#include <algorithm>
#include <array>

#include "base/pictures/image_file.h"
#include "model/report/style.h"

namespace slidetype {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// Length of the well-formed UTF-8 sequence at the start of `text`, 0 where there is none (Unicode 15, table 3-7).
std::size_t utf8_length(std::string_view text) {
    const auto at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const auto continues = [&](std::size_t i) { return (at(i) & 0xC0U) == 0x80U; };
    const unsigned first = at(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        if (first == 0xE0 && at(1) < 0xA0) return 0;
        if (first == 0xED && at(1) > 0x9F) return 0;
        return continues(1) && continues(2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        if (first == 0xF0 && at(1) < 0x90) return 0;
        if (first == 0xF4 && at(1) > 0x8F) return 0;
        return continues(1) && continues(2) && continues(3) ? 4 : 0;
    }
    return 0;
}

std::string_view entity(char c) {
    switch (c) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        case '\'':
            return "&#39;";
        default:
            return {};
    }
}

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
}

bool looks_like_number(std::string_view text) {
    return text.find_first_of("0123456789") != std::string_view::npos &&
           text.find_first_not_of("0123456789.,+-%() \xE2\x80\x93") == std::string_view::npos;
}

}  // namespace

std::string escape_html(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto length = utf8_length(text);
        if (length == 0 || is_control(text.front())) {
            out += kReplacement;
        } else if (const auto replaced = entity(text.front()); !replaced.empty()) {
            out += replaced;
        } else {
            out += text.substr(0, length);
        }
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out;
}

std::string base64(std::span<const std::uint8_t> bytes) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const auto left = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t three = 0;
        for (std::size_t k = 0; k < 3; ++k) three = three << 8 | (k < left ? bytes[i + k] : 0U);
        for (std::size_t k = 0; k < 4; ++k) out += k <= left ? digits[three >> (18 - 6 * k) & 63U] : '=';
    }
    return out;
}

std::optional<std::string> picture_data_uri(const RgbImage& picture) {
    if (picture.empty()) return std::nullopt;
    const auto file = encode_jpeg(picture, 88);
    return file ? std::optional("data:image/jpeg;base64," + base64(*file)) : std::nullopt;
}

std::string html_picture(const RgbImage& picture, std::string_view alternative) {
    const auto address = picture_data_uri(picture);
    if (!address) return {};
    return "<img src=\"" + *address + "\" width=\"" + std::to_string(picture.width) + "\" height=\"" +
           std::to_string(picture.height) + "\" alt=\"" + escape_html(alternative) + "\">";
}

std::string html_page(std::string_view title, std::string_view body) {
    std::string page = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>)";
    page += escape_html(title);
    page += "</title>\n<style>\n";
    page += report_style();
    page += "</style>\n</head>\n<body>\n<main>\n";
    page += body;
    page += "</main>\n</body>\n</html>\n";
    return page;
}

std::string html_section(std::string_view heading, std::string_view body) {
    return "<section>\n<h2>" + escape_html(heading) + "</h2>\n" + std::string(body) + "</section>\n";
}

std::string html_card(std::string_view name, std::string_view value, std::string_view below, bool wide) {
    return std::string("<div class=\"card") + (wide ? " wide" : "") + "\"><span>" + escape_html(name) + "</span><b>" +
           escape_html(value) + "</b><span>" + escape_html(below) + "</span></div>\n";
}

std::string html_note(std::string_view text) {
    return "<p class=\"note\">" + escape_html(text) + "</p>\n";
}

std::string html_figure(std::string_view content, std::string_view caption) {
    return "<figure>\n" + std::string(content) + "<figcaption>" + escape_html(caption) + "</figcaption>\n</figure>\n";
}

std::string to_html(const HtmlTable& table) {
    std::string out = "<div class=\"scroll\"><table>\n";
    if (!table.caption.empty()) out += "<caption>" + escape_html(table.caption) + "</caption>\n";
    const auto cell = [&](std::size_t column, const std::string& text, bool heads_column) {
        const bool number = column > 0 && std::ranges::any_of(table.rows, [&](const auto& row) {
                                return column < row.size() && looks_like_number(row[column]);
                            });
        const std::string kind = heads_column || column == 0 ? "th" : "td";
        const std::string scope = heads_column ? " scope=\"col\"" : column == 0 ? " scope=\"row\"" : "";
        out += "<" + kind + scope + (number ? " class=\"number\">" : ">") + escape_html(text) + "</" + kind + ">";
    };
    out += "<thead><tr>";
    for (std::size_t c = 0; c < table.header.size(); ++c) cell(c, table.header[c], true);
    out += "</tr></thead>\n<tbody>\n";
    for (const auto& row : table.rows) {
        out += "<tr>";
        for (std::size_t c = 0; c < row.size(); ++c) cell(c, row[c], false);
        out += "</tr>\n";
    }
    return out + "</tbody>\n</table></div>\n";
}

std::string html_facts(std::span<const std::pair<std::string, std::string>> facts) {
    std::string out = "<dl class=\"facts\">\n";
    for (const auto& [name, value] : facts) {
        out += "<dt>" + escape_html(name) + "</dt><dd>" + escape_html(value) + "</dd>\n";
    }
    return out + "</dl>\n";
}

}  // namespace slidetype

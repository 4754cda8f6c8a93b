#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/number_text.h"
#include "base/raster.h"

namespace slidetype {

/// `text` for HTML and SVG, as content or as a quoted attribute: < > & " ' become entities; control characters and
/// bytes that are no UTF-8 become U+FFFD. File names are outside input.
std::string escape_html(std::string_view text);

/// RFC 4648 with padding.
std::string base64(std::span<const std::uint8_t> bytes);

/// The picture as a JPEG in a data: address; nothing where slidetype was built without OpenCV.
std::optional<std::string> picture_data_uri(const RgbImage& picture);
/// <img> of the picture, which is within the page; `alternative` is plain text. Empty where there is no
/// picture_data_uri().
std::string html_picture(const RgbImage& picture, std::string_view alternative);

/// A whole page, ready to be written: needs no other file, runs no script and may load nothing. Light or dark as the
/// reader's system is, light on paper. `title` is plain text, `body` is HTML.
std::string html_page(std::string_view title, std::string_view body);

/// <section> with a heading (plain text) over `body` (HTML).
std::string html_section(std::string_view heading, std::string_view body);
/// A figure that matters, large, between its name and a remark, all plain text; for a <div class="cards">. `wide` takes
/// the room of two.
std::string html_card(std::string_view name, std::string_view value, std::string_view below, bool wide = false);
/// <p class="note"> around plain text.
std::string html_note(std::string_view text);
/// <figure> around a picture or chart (HTML), with a caption in plain text.
std::string html_figure(std::string_view content, std::string_view caption);

/// A table of plain text; cells that look like numbers stand right.
struct HtmlTable {
    std::string caption;
    std::vector<std::string> header;
    std::vector<std::vector<std::string>> rows;  ///< the first cell of a row is its heading
};
std::string to_html(const HtmlTable& table);
/// Names and values, both plain text.
std::string html_facts(std::span<const std::pair<std::string, std::string>> facts);

}  // namespace slidetype

#include "plugin/pictures/contact_sheet.h"

#include <algorithm>

#include "base/error.h"
#include "base/parallel.h"
#include "base/pictures/image_file.h"
#include "base/words.h"
#include "model/report/html.h"
#include "plugin/analysis/slide_call.h"

namespace slidetype {
namespace {

constexpr int kThumbnailPx = 160;

RgbImage thumbnail(const RgbImage& picture) {
    const double scale = std::min(1.0, double(kThumbnailPx) / std::max(picture.width, picture.height));
    const auto edge = [scale](int length) { return std::max(1, static_cast<int>(length * scale)); };
    return resize_image(picture, edge(picture.width), edge(picture.height));
}

std::string picture_html(const ScoreRow& row, const std::filesystem::path& root) {
    try {
        const auto uri = picture_data_uri(thumbnail(read_image(root / row.file)));
        if (uri) return "<img loading=\"lazy\" alt=\"" + escape_html(row.file) + "\" src=\"" + *uri + "\">";
    } catch (const std::exception&) {
        // Its line says what is known of it.
    }
    return html_note("no picture");
}

std::string colour_of(const ScoreRow& row) {
    if (row.status == TileStatus::benign) return "benign";
    const auto name = in_lower_case(row.class_name);
    return name == "luad" || name == "lusc" ? name : "neutral";
}

/// With a place to break after each folder.
std::string name_html(const std::string& file) {
    std::string out;
    for (const char c : escape_html(file)) out.append(1, c).append(c == '/' ? "<wbr>" : "");
    return out;
}

std::string line_of(const ScoreRow& row, const std::vector<std::string>& class_names) {
    std::string text;
    if (row.status == TileStatus::ok) {
        const auto p = *std::ranges::max_element(row.probabilities);
        text = "<b>" + escape_html("P(" + row.class_name + ") " + probability_text(p)) + "</b>";
    } else if (row.status == TileStatus::benign && row.tumour) {
        text = "<b>" + escape_html("P(tumour) " + fixed(*row.tumour, 3)) + "</b>";
    } else if (row.status == TileStatus::unfamiliar && row.strangeness) {
        text = "<b>" + escape_html("strangeness " + fixed(*row.strangeness, 2)) + "</b>";
    } else if (!class_names.empty()) {
        text = "<b>" + escape_html(std::string(to_string(row.status))) + "</b>";
    }
    return text + name_html(row.file);
}

}  // namespace

std::vector<const ScoreRow*> spread(std::span<const ScoreRow* const> rows, std::size_t most) {
    if (rows.size() <= most) return {rows.begin(), rows.end()};
    std::vector<const ScoreRow*> out;
    for (std::size_t i = 0; i < most; ++i) out.push_back(rows[most == 1 ? 0 : i * (rows.size() - 1) / (most - 1)]);
    return out;
}

std::vector<std::string> contact_sheets_html(std::span<const ContactSheet> sheets,
                                             const std::vector<std::string>& class_names,
                                             const std::filesystem::path& root, int threads) {
    std::vector<const ScoreRow*> all;
    for (const auto& sheet : sheets) all.insert(all.end(), sheet.rows.begin(), sheet.rows.end());
    std::vector<std::string> figures(all.size());
    parallel_for(threads, all.size(), [&](std::size_t i) {
        figures[i] = "<figure class=\"" + colour_of(*all[i]) + "\">" + picture_html(*all[i], root) + "<figcaption>" +
                     line_of(*all[i], class_names) + "</figcaption></figure>\n";
    });
    std::vector<std::string> out;
    std::size_t at = 0;
    for (const auto& sheet : sheets) {
        std::string html = "<h3>" + escape_html(sheet.heading) + "</h3>\n";
        if (!sheet.note.empty()) html += html_note(sheet.note);
        html += "<div class=\"sheet\">\n";
        for (std::size_t i = 0; i < sheet.rows.size(); ++i) html += figures[at++];
        out.push_back(html + "</div>\n");
    }
    return out;
}

}  // namespace slidetype

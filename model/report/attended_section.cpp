#include "model/report/attended_section.h"

#include "base/words.h"
#include "model/data/dataset.h"
#include "model/report/html.h"

namespace slidetype {
namespace {

/// "23 ×", "0.4 ×", "0.003 ×": two digits that count.
std::string times_text(double times) {
    constexpr double kWhole = 9.95, kTenths = 0.1, kThousandths = 0.001;
    if (times >= kWhole) return fixed(times, 0) + " ×";
    if (times >= kTenths) return fixed(times, 1) + " ×";
    return times >= kThousandths ? fixed(times, 3) + " ×" : "< 0.001 ×";
}

std::string attended_figure(const AttendedPicture& tile, const std::string& css) {
    const auto times = times_text(tile.times_mean);
    const auto place = "at " + fixed(tile.x, 0) + ", " + fixed(tile.y, 0);
    const auto picture =
        tile.pixels.empty() ? html_note(tile.why_not) : html_picture(tile.pixels, tile.slide + " " + place);
    return "<figure class=\"" + css + "\">" + picture + "<figcaption><b>" + escape_html(times) +
           " the mean</b>percentile " + fixed(tile.percentile, 1) + "<br>P(LUSC) = " + fixed(tile.probability, 3) +
           "<br>" + escape_html(tile.slide) + "<br>" + place + "</figcaption></figure>\n";
}

std::string attended_sheet(const std::string& heading, const std::vector<AttendedPicture>& tiles,
                           const std::string& css) {
    if (tiles.empty()) return {};
    std::string out = "<h3>" + escape_html(heading) + "</h3>\n<div class=\"sheet\">\n";
    for (const auto& tile : tiles) out += attended_figure(tile, css);
    return out + "</div>\n";
}

}  // namespace

std::string attended_section(const AttendedPage& page) {
    std::string body, sheets;
    for (int label = 0; label < 2; ++label) {
        const auto& [most, least] = page.classes[static_cast<std::size_t>(label)];
        const std::string css = label == 0 ? "luad" : "lusc";
        const auto slides = "Slides of " + std::string(label_name(label));
        sheets += attended_sheet(slides + ": most attended tiles", most, css);
        sheets += attended_sheet(slides + ": least attended tiles", least, css);
    }
    if (!sheets.empty()) {
        body += html_note(page.whose +
                          " In bold is a tile's attention, in means of the tiles of its slide, below it its percentile "
                          "among them; P(LUSC) is what is said of the tile alone. Places are level-0 pixels. Two tiles "
                          "of a patient at most. "
                          "Attention tells what went into the call, not that the call, or what was looked at, is "
                          "right.");
    }
    for (const auto& note : page.notes) body += html_note(note);
    return html_section("Results: most and least attended tiles", body + sheets);
}

}  // namespace slidetype

// The sections that show pictures.
#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/pictures/image_file.h"
#include "base/words.h"
#include "model/report/html.h"
#include "model/report/sections.h"

namespace slidetype {
namespace {

constexpr int kThumbnailPx = 168;

/// Folder and name as HTML: enough to find a picture by, without where the data lies on this machine.
std::string short_name(const LabelledTile& tile) {
    return escape_html(tile.file.parent_path().filename().string()) + "/<wbr>" +
           escape_html(tile.file.filename().string());
}

std::string css_of(int label) {
    constexpr const char* names[] = {"luad", "lusc", "benign"};
    return names[static_cast<std::size_t>(std::clamp(label, 0, kBenignLabel))];
}

RgbImage thumbnail(const RgbImage& picture) {
    const int longest = std::max(picture.width, picture.height);
    if (longest <= kThumbnailPx) return picture;
    const auto scaled = [&](int edge) { return std::max(1, edge * kThumbnailPx / longest); };
    return resize_image(picture, scaled(picture.width), scaled(picture.height));
}

std::string file_element(const std::filesystem::path& file, const std::string& alternative) {
    try {
        return html_picture(thumbnail(read_image(file)), alternative);
    } catch (const Error& error) {
        return html_note(error.cause());
    }
}

double p_truth(const Scored& each, double temperature) {
    const double p = calibrated(each.logit, temperature);
    return each.label == 1 ? p : 1 - p;
}

/// Least probability of the truth first; copies of one source look alike, so three of a group are enough.
std::vector<Scored> most_wrong(const Dataset& dataset, std::span<const Scored> scored, double temperature,
                               std::size_t shown) {
    constexpr int kPerGroup = 3;
    std::vector<Scored> order(scored.begin(), scored.end());
    std::ranges::stable_sort(order, {}, [&](const Scored& each) { return p_truth(each, temperature); });
    std::map<std::size_t, int> taken;
    std::vector<Scored> out;
    for (const auto& each : order) {
        if (out.size() == shown || p_truth(each, temperature) > 0.5) break;
        if (!dataset.has_groups || ++taken[each.group] <= kPerGroup) out.push_back(each);
    }
    return out;
}

}  // namespace

std::string wrong_pictures_section(const Dataset& dataset, std::span<const Scored> scored, double temperature,
                                   std::size_t shown) {
    constexpr auto kHeading = "Most wrong pictures";
    const auto wrong = std::ranges::count_if(scored, [&](const Scored& s) { return p_truth(s, temperature) <= 0.5; });
    const auto worst = most_wrong(dataset, scored, temperature, shown);
    if (worst.empty()) return html_section(kHeading, html_note("Every picture was called rightly."));
    std::string body =
        html_note("The least probability of the true class first" +
                  std::string(dataset.has_groups ? ", three of a group at most" : "") + "; " +
                  std::to_string(worst.size()) + " of the " + counted(static_cast<std::size_t>(wrong), "picture") +
                  " that were called wrongly. The bar above a picture has the colour of its true class: "
                  "blue LUAD, orange LUSC.");
    body += "<div class=\"sheet\">\n";
    for (const auto& each : worst) {
        const auto& tile = dataset.tiles.at(each.tile);
        const std::string truth(label_name(each.label)), call(label_name(1 - each.label));
        const auto says = truth + ", called " + call;
        body += "<figure class=\"" + css_of(each.label) + "\">" + file_element(tile.file, says) + "<figcaption><b>" +
                says + "</b>P(" + call + ") = " + fixed(1 - p_truth(each, temperature), 3) + "<br>" + short_name(tile) +
                (dataset.has_groups ? "<br>group " + escape_html(short_group(tile.group)) : std::string()) +
                "</figcaption></figure>\n";
    }
    return html_section(kHeading, body + "</div>\n");
}

std::string picked_section(std::span<const PickedPicture> picked) {
    if (picked.empty()) return {};
    std::string body = html_note(
        "Some of the tiles that heads picked by their attention, with what each teaches. If tumour and benign tissue "
        "are "
        "mixed up here, train the heads anew, or pick fewer (--attended, --unattended). All are listed in "
        "picked_tiles.csv.");
    body += "<div class=\"sheet\">\n";
    for (const auto& [file, label, caption] : picked) {
        const std::string name(label_name(label));
        body += "<figure class=\"" + css_of(label) + "\">" + file_element(file, name) + "<figcaption><b>" + name +
                "</b>" + escape_html(caption) + "</figcaption></figure>\n";
    }
    return html_section("Picked tiles", body + "</div>\n");
}

std::string examples_section(const Dataset& dataset, std::span<const AugmentedExample> examples) {
    if (examples.empty()) return {};
    std::string body = html_note(
        "Left the picture as the network would see it, right one of the variations that it learns from. If tissue "
        "cannot be told on the right, the variation is too strong.");
    body += "<div class=\"sheet twins\">\n";
    for (const auto& [index, before, after] : examples) {
        const auto& tile = dataset.tiles.at(index);
        body += "<figure class=\"" + css_of(tile.label) + "\"><div>" + html_picture(before, "before") +
                html_picture(after, "after") + "</div><figcaption><b>" + teaching_name(tile.label, tile.gate_only) +
                "</b>" + short_name(tile) + "</figcaption></figure>\n";
    }
    return html_section("Training pictures before and after augmentation", body + "</div>\n");
}

}  // namespace slidetype

// NAME.report.html: one slide on one page that needs no other file: the overview, the call with its evidence, the
// spread of the scores, the tiles that are most typical and most doubtful, and how all this was made. The slide is
// opened again for the tiles; where it is gone, the page says so and has all the rest.
#include "model/report/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/atomic_file.h"
#include "base/error.h"
#include "model/report/svg_chart.h"
#include "plugin/analysis/domain_rule.h"
#include "plugin/results/export_format.h"
#include "plugin/results/exporters/labels.h"
#include "tiler/slides/slide.h"
#include "tiler/tiles/tile_reader.h"

namespace slidetype::exporting {
namespace {

using Facts = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t kShownTiles = 6;  ///< of each kind
constexpr std::size_t kSteps = 20;      ///< of the histogram
constexpr std::uintmax_t kLargestOverview = std::uintmax_t{64} << 20;

std::string area(double mm2) {
    return fixed(mm2, 2) + " mm²";
}

std::string cards(const SlideResult& result) {
    const auto& call = result.call;
    std::string out = "<div class=\"cards\">\n";
    out += html_card("Call", std::string(to_string(call.label)), "research use only", true);
    if (call.prob_lusc) {
        const auto interval =
            call.ci95 ? "95 %: " + probability_text((*call.ci95)[0]) + "–" + probability_text((*call.ci95)[1])
                      : std::string("no interval");
        out += html_card("P(LUSC)", probability_text(*call.prob_lusc), interval);
    }
    out += html_card("Voting tissue", area(call.voting_area_mm2), "of " + area(call.scored_area_mm2) + " scored");
    if (call.tumour_area_mm2 < call.voting_area_mm2)
        out += html_card("Tumour", area(call.tumour_area_mm2), "each tile by how surely it is");
    for (std::size_t c = 0; c < std::min(result.class_areas_mm2.size(), result.classes()); ++c) {
        out += html_card(result.model.class_names[c], area(result.class_areas_mm2[c]), "where it leads");
    }
    return out + "</div>\n";
}

/// overlay.png of the stored result, as it is.
std::string overview(const SlideResult& result) {
    const auto file = result.folder / "overlay.png";
    if (result.folder.empty() || !std::filesystem::exists(file)) return {};
    const auto png = read_file(file, kLargestOverview);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(png.data());
    return html_section("Overview",
                        "<img style=\"max-width:100%\" alt=\"the slide with its heatmap\" "
                        "src=\"data:image/png;base64," +
                            base64({bytes, png.size()}) + "\">\n");
}

const char* words_of(TileStatus status) {
    switch (status) {
        case TileStatus::ok:
            return "Voting: scored, and count towards the call";
        case TileStatus::background:
            return "Too little tissue";
        case TileStatus::outside_roi:
            return "Outside the region of interest";
        case TileStatus::read_error:
            return "Could not be read";
        case TileStatus::benign:
            return "Benign: do not look like tumour, not counted";
        case TileStatus::unfamiliar:
            return "Unfamiliar: unlike what the model learned from, not counted";
    }
    return "";
}

const char* words_of(SpacingSource source) {
    switch (source) {
        case SpacingSource::user:
            return "given by the user";
        case SpacingSource::slide_mpp:
            return "told by the slide";
        case SpacingSource::vendor:
            return "told by the scanner's own entry in the slide";
        case SpacingSource::ome_xml:
            return "told by the OME-XML in the slide";
        case SpacingSource::imagej:
            return "told by ImageJ's description in the slide";
        case SpacingSource::objective_power:
            return "an estimate from the objective's power";
        case SpacingSource::tiff_resolution:
            return "from the resolution in the TIFF";
        case SpacingSource::picture_resolution:
            return "from the resolution in the picture file";
    }
    return "";
}

std::string evidence(const SlideResult& result) {
    HtmlTable table;
    table.header = {"Tiles", "Number"};
    const auto counts = result.status_counts();
    for (std::size_t s = 0; s < counts.size(); ++s) {
        const auto status = static_cast<TileStatus>(s);
        if (counts[s] == 0 && status != TileStatus::ok) continue;
        table.rows.push_back({words_of(status), std::to_string(counts[s])});
    }
    const bool unlike = result.domain && !result.domain->known;
    std::string body =
        unlike ? "<p class=\"warning\">" + escape_html(result.call.reason) + "</p>\n" : html_note(result.call.reason);
    body += to_html(table);
    if (!result.model.domain) {
        body += html_note(
            result.call.heads ? kHeadsLack : "The model does not know what it was made from, so this was not checked.");
    }
    if (!result.model.good_for.empty()) body += html_note(result.model.good_for);
    if (!result.note.empty()) body += html_note(result.note);
    return html_section("Why", body);
}

/// The voting tiles by falling P(LUSC).
std::vector<std::size_t> voting_tiles(const SlideResult& result, std::size_t lusc) {
    std::vector<std::size_t> tiles;
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        if (result.voted_class(t)) tiles.push_back(t);
    }
    std::ranges::stable_sort(tiles, std::greater{}, [&](std::size_t t) { return result.probability(t, lusc); });
    return tiles;
}

std::string histogram(const SlideResult& result, std::size_t lusc, const std::vector<std::size_t>& tiles) {
    if (tiles.empty()) return {};
    std::vector<double> count(kSteps);
    for (const auto t : tiles) {
        const auto p = static_cast<double>(result.probability(t, lusc));
        count[std::min(kSteps - 1, static_cast<std::size_t>(p * static_cast<double>(kSteps)))] += 1;
    }
    BarChart chart;
    chart.text = {"scores", "P(LUSC) of the voting tiles", "Number of voting tiles per step of P(LUSC)."};
    chart.x.label = "P(LUSC)";
    chart.y = {0, std::max(1.0, *std::ranges::max_element(count)), "voting tiles"};
    chart.series = {{"", Ink::neutral, count}};
    chart.width = 920;
    // Results from before the calibration have the mean for their probability.
    const auto mean = result.call.vote_mean ? result.call.vote_mean : result.call.prob_lusc;
    if (mean) chart.mark = {*mean, "mean"};
    return html_section("Scores", html_figure(to_svg(chart),
                                              "Left LUAD, right LUSC. A slide of one subtype has one hill "
                                              "near an end; tiles in the middle are undecided."));
}

/// Pictures of single tiles, from the slide.
class TilePictures {
  public:
    explicit TilePictures(const SlideResult& result) : result_(result), slide_(result.slide.source) {
        if (slide_.width() != result.slide.width || slide_.height() != result.slide.height) {
            throw Error(ErrorCode::bad_data, result.slide.name, "has another size than when it was scored");
        }
    }

    std::string sheet(const std::string& heading, std::span<const std::size_t> tiles, std::size_t lusc) const {
        std::string body = "<div class=\"sheet\">\n";
        for (const auto t : tiles) body += figure(t, lusc);
        return "<h3>" + escape_html(heading) + "</h3>\n" + body + "</div>\n";
    }

  private:
    std::string figure(std::size_t t, std::size_t lusc) const {
        const auto& tile = result_.grid.tiles[t];
        const auto block = TileReader(slide_, result_.grid).read({{t}, tile.rect});
        std::string picture = html_note("cannot be read");
        if (block.failures.empty()) {
            RgbImage image(result_.grid.patch_size_px, result_.grid.patch_size_px);
            image.pixels = block.pixels;
            if (const auto uri = picture_data_uri(image)) {
                picture = "<img alt=\"tile " + std::to_string(t) + "\" src=\"" + *uri + "\">";
            }
        }
        const auto p = static_cast<double>(result_.probability(t, lusc));
        return fmt::format("<figure class=\"{}\">{}<figcaption><b>P(LUSC) {}</b>x {}, y {}</figcaption></figure>\n",
                           p > 0.5 ? "lusc" : "luad", picture, probability_text(p), tile.rect.x, tile.rect.y);
    }

    const SlideResult& result_;
    Slide slide_;
};

std::string tile_sheets(const SlideResult& result, std::size_t lusc, const std::vector<std::size_t>& tiles) {
    if (tiles.empty()) return {};
    const auto shown = std::min(kShownTiles, tiles.size());
    auto doubtful = tiles;
    std::ranges::stable_sort(doubtful, {}, [&](std::size_t t) { return std::abs(result.probability(t, lusc) - 0.5F); });
    try {
        const TilePictures pictures(result);
        const std::vector<std::size_t> lowest(tiles.rbegin(), tiles.rbegin() + static_cast<std::ptrdiff_t>(shown));
        return html_section("Tiles",
                            html_note("As the network saw them. The bar has the colour of the class that leads.") +
                                pictures.sheet("Most LUSC", std::span(tiles).first(shown), lusc) +
                                pictures.sheet("Most LUAD", lowest, lusc) +
                                pictures.sheet("Most doubtful", std::span(doubtful).first(shown), lusc));
    } catch (const Error& error) {
        return html_section("Tiles",
                            html_note("The slide cannot be opened any more, so no tiles are shown: " + error.cause()));
    }
}

std::string provenance(const SlideResult& result) {
    const auto& spacing = result.slide.spacing;
    Facts facts = {{"Model", result.model.name},
                   {"Weights, SHA-256", result.model.sha256},
                   {"Version", "slidetype " + result.version},
                   {"Size", fmt::format("{} × {} px", result.slide.width, result.slide.height)},
                   {"Spacing", fmt::format("{} × {} µm/px, {}", fixed(spacing.x_um_px, 4), fixed(spacing.y_um_px, 4),
                                           words_of(spacing.source))},
                   {"Tiles", fmt::format("{} × {}, {} px at {} µm/px", result.grid.columns, result.grid.rows,
                                         result.model.patch_size_px, fixed(result.model.spacing_um_px, 3))},
                   {"Tissue", area(result.tissue_area_mm2)}};
    return html_section("How this was made", html_facts(facts));
}

}  // namespace

void report_html(const SlideResult& result, const std::filesystem::path& folder) {
    const auto title = result.slide.name;
    std::string body = "<header>\n<h1>" + escape_html(title) + "</h1>\n<p class=\"purpose\">" +
                       escape_html(call_title(result)) + "</p>\n</header>\n" + cards(result) + evidence(result) +
                       overview(result);
    if (const auto lusc = lusc_column(result.model.class_names)) {
        const auto tiles = voting_tiles(result, *lusc);
        body += histogram(result, *lusc, tiles) + tile_sheets(result, *lusc, tiles);
    }
    body += provenance(result) + "<footer>slidetype, research software. Not for diagnosis.</footer>\n";
    write_file(folder / (result.slide.name + ".report.html"), html_page(title, body));
}

}  // namespace slidetype::exporting

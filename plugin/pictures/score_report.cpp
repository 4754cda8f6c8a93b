// report.html of pictures: how many of what, the spread of the scores, cases, contact sheets by class and certainty,
// what does not vote and why, photographs that were cut, and how all this was made.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/error.h"
#include "base/pictures/image_file.h"
#include "base/words.h"
#include "model/report/html.h"
#include "model/report/svg_chart.h"
#include "plugin/analysis/domain_rule.h"
#include "plugin/analysis/slide_result.h"
#include "plugin/batch/batch_report.h"
#include "plugin/pictures/contact_sheet.h"
#include "plugin/pictures/field_heatmap.h"
#include "plugin/pictures/score_files.h"

namespace slidetype {
namespace {

using Rows = std::vector<const ScoreRow*>;

/// What is shown of each kind; with more the page would grow too large for a browser.
constexpr std::size_t kMostOnSheet = 18, kMostOnAllSheets = 160, kMostHeatmaps = 12, kMostCases = 500,
                      kMostFailures = 200;
constexpr std::size_t kSteps = 20;  ///< of the histogram
constexpr int kHeatmapPx = 480;

struct Certainty {
    double least;
    const char* name;
};
constexpr std::array<Certainty, 3> kCertainties = {
    {{0.9, "certain, 0.90 and above"}, {0.7, "fairly certain, 0.70 to 0.90"}, {0, "doubtful, below 0.70"}}};

double certainty(const ScoreRow& row) {
    return *std::ranges::max_element(row.probabilities);
}

Rows rows_of(const ScoresTable& table, TileStatus status) {
    Rows rows;
    for (const auto& row : table.rows) {
        if (row.status == status) rows.push_back(&row);
    }
    return rows;
}

std::string share_of(std::size_t count, std::size_t all) {
    return percent(static_cast<double>(count) / static_cast<double>(std::max<std::size_t>(all, 1))) + " of all";
}

std::string cards(const ScoreRun& run) {
    const auto& table = run.table;
    const auto all = table.rows.size();
    std::string out = "<div class=\"cards\">\n" +
                      html_card("Pictures", std::to_string(all), "in " + counted(run.cases.size(), "case"));
    for (const auto& name : table.class_names) {
        const auto count = static_cast<std::size_t>(std::ranges::count(table.rows, name, &ScoreRow::class_name));
        out += html_card(name, std::to_string(count), share_of(count, all));
    }
    constexpr std::array<std::pair<TileStatus, const char*>, 4> others = {{{TileStatus::benign, "Not tumour"},
                                                                           {TileStatus::unfamiliar, "Unfamiliar"},
                                                                           {TileStatus::background, "No tissue"},
                                                                           {TileStatus::read_error, "Not scored"}}};
    for (const auto& [status, name] : others) {
        const auto count = run.count(status);
        if (count > 0) out += html_card(name, std::to_string(count), share_of(count, all));
    }
    return out + "</div>\n";
}

std::string histogram(const ScoresTable& table, const ModelConfig& model) {
    const auto lusc = lusc_column(model.class_names);
    const auto rows = rows_of(table, TileStatus::ok);
    if (!lusc || rows.empty()) return {};
    std::vector<double> count(kSteps);
    for (const auto* row : rows) {
        const auto step = static_cast<std::size_t>(row->probabilities.at(*lusc) * static_cast<double>(kSteps));
        count[std::min(kSteps - 1, step)] += 1;
    }
    BarChart chart;
    chart.text = {"scores", "P(LUSC) of the voting pictures", "Number of voting pictures per step of P(LUSC)."};
    chart.x.label = "P(LUSC)";
    chart.y = {0, std::max(5.0, *std::ranges::max_element(count)), "voting pictures"};
    chart.series = {{"", Ink::neutral, count}};
    chart.width = 920, chart.height = 280;
    return html_section("Scores", html_figure(to_svg(chart),
                                              "Left LUAD, right LUSC; pictures in the middle are "
                                              "undecided."));
}

std::string case_row(const CaseCall& each, bool called) {
    std::string cells = "<tr><th>" + escape_html(each.name == "." ? "(the folder itself)" : each.name) +
                        "</th><td class=\"number\">" + std::to_string(each.pictures()) + "</td><td class=\"number\">" +
                        std::to_string(each.count(TileStatus::ok)) + "</td>";
    if (called) {
        cells += "<td><b>" + escape_html(std::string(to_string(each.label))) + "</b><br>";
        if (each.prob_lusc) cells += probability_interval(*each.prob_lusc, each.ci95);
        cells += "</td>";
    }
    return cells + "<td>" + escape_html(each.reason) + "</td></tr>\n";
}

std::string cases_section(const ScoreRun& run, const ModelConfig& model) {
    const bool called = lusc_column(model.class_names).has_value();
    std::string body = html_note(
        "A folder is a case. The interval is of the mean over its pictures; a single picture gives none, and a few "
        "that "
        "agree may not be enough.");
    body += std::string(
                "<div class=\"scroll\"><table>\n<thead><tr><th>Case</th><th class=\"number\">Pictures</th>"
                "<th class=\"number\">Voting</th>") +
            (called ? "<th>Call, P(LUSC)</th>" : "") + "<th>Why</th></tr></thead>\n<tbody>\n";
    for (std::size_t i = 0; i < std::min(kMostCases, run.cases.size()); ++i) body += case_row(run.cases[i], called);
    body += "</tbody></table></div>\n";
    if (run.cases.size() > kMostCases) {
        body += html_note(fmt::format("The first {} of {}; cases.csv has all.", kMostCases, run.cases.size()));
    }
    return html_section("Cases", body);
}

std::string shown_note(std::size_t shown, std::size_t all) {
    return shown < all ? fmt::format("{} of {}, evenly spread; scores.csv has all.", shown, all) : std::string();
}

/// One sheet per class and certainty; empty ones are left out.
std::vector<ContactSheet> class_sheets(const ScoresTable& table) {
    const auto kinds = kCertainties.size() * std::max<std::size_t>(1, table.class_names.size());
    const auto most = std::clamp<std::size_t>(kMostOnAllSheets / kinds, 3, kMostOnSheet);
    std::vector<ContactSheet> sheets;
    for (const auto& name : table.class_names) {
        Rows rows;
        for (const auto& row : table.rows) {
            if (row.class_name == name) rows.push_back(&row);
        }
        std::ranges::stable_sort(rows, std::greater{}, [](const ScoreRow* row) { return certainty(*row); });
        auto at = rows.begin();
        for (const auto& [lowest, words] : kCertainties) {
            const auto end =
                std::find_if(at, rows.end(), [least = lowest](const ScoreRow* row) { return certainty(*row) < least; });
            const Rows band(at, end);
            at = end;
            if (band.empty()) continue;
            auto shown = spread(band, most);
            const auto note = shown_note(shown.size(), band.size());
            sheets.push_back({fmt::format("{}, {} ({})", name, words, band.size()), note, std::move(shown)});
        }
    }
    return sheets;
}

ContactSheet sheet_of(const ScoresTable& table, TileStatus status, const std::string& heading, const std::string& why) {
    const auto rows = rows_of(table, status);
    auto shown = spread(rows, kMostOnSheet);
    const auto rest = shown_note(shown.size(), rows.size());
    return {fmt::format("{} ({})", heading, rows.size()), rest.empty() ? why : why + " " + rest, std::move(shown)};
}

std::string failures(const ScoresTable& table) {
    const auto rows = rows_of(table, TileStatus::read_error);
    if (rows.empty()) return {};
    HtmlTable list;
    list.header = {"Picture", "Why"};
    for (const auto* row : std::span(rows).first(std::min(kMostFailures, rows.size()))) {
        list.rows.push_back({row->file, row->reason});
    }
    std::string body = fmt::format("<h3>Not scored ({})</h3>\n", rows.size()) + to_html(list);
    if (rows.size() > kMostFailures) {
        body += html_note(fmt::format("The first {} of {}; scores.csv has all.", kMostFailures, rows.size()));
    }
    return body;
}

std::string heatmap_figure(const ScoreRow& row, const std::filesystem::path& output) {
    std::string picture = html_note("no picture");
    try {
        auto image = read_image(output / row.heatmap);
        image.height -= kHeatmapCaptionPx;  // which nobody could read so small
        image.pixels.resize(std::size_t{3} * static_cast<std::size_t>(image.width) *
                            static_cast<std::size_t>(image.height));
        const double scale = std::min(1.0, double(kHeatmapPx) / std::max(image.width, image.height));
        const auto edge = [scale](int length) { return std::max(1, static_cast<int>(length * scale)); };
        const auto uri = picture_data_uri(resize_image(image, edge(image.width), edge(image.height)));
        if (uri) picture = "<img loading=\"lazy\" style=\"max-width:100%\" alt=\"\" src=\"" + *uri + "\">";
    } catch (const std::exception&) {
        // Somebody has removed it meanwhile.
    }
    std::string says = std::string(to_string(row.status));
    if (row.status == TileStatus::ok) says = "P(" + row.class_name + ") " + probability_text(certainty(row));
    return "<figure>" + picture + "<figcaption><b>" + escape_html(row.file) + "</b><br>" +
           escape_html(fmt::format("{}, {} of {} vote. {} {}", says, row.voting_tiles, counted(row.tiles, "tile"),
                                   row.reason, row.note)) +
           "</figcaption></figure>\n";
}

std::string heatmaps_section(const ScoresTable& table, const std::filesystem::path& output) {
    Rows rows;
    for (const auto& row : table.rows) {
        if (!row.heatmap.empty()) rows.push_back(&row);
    }
    if (rows.empty()) return {};
    const auto shown = spread(rows, kMostHeatmaps);
    std::string body = html_note(
        "Larger than about twice the model's field: scored in tiles. Blue LUAD, vermilion "
        "LUSC; dots benign, lines unfamiliar.");
    if (shown.size() < rows.size()) body += html_note(shown_note(shown.size(), rows.size()));
    body += "<div class=\"pair\">\n";
    for (const auto* row : shown) body += heatmap_figure(*row, output);
    return html_section("Photographs in tiles", body + "</div>\n");
}

std::string provenance(const ScoreFiles& files) {
    const auto& engine = files.scorer.engine();
    const auto& config = engine.model().config;
    const std::vector<std::pair<std::string, std::string>> facts = {
        {"Model", config.name + " (" + config.architecture + ")"},
        {"Weights, SHA-256", engine.model().sha256},
        {"Field of the model", fmt::format("{} px at {} µm/px: {:.0f} µm", config.patch_size_px,
                                           fixed(config.spacing_um_px, 2), field_of(config))},
        {"Computed by", engine.backend()},
        {"Version", "slidetype " + version()},
        {"Pictures", files.pictures.root.string()}};
    std::string body = html_facts(facts);
    const auto& options = files.scorer.options();
    if (!options.gate) body += html_note("The tumour gate was switched off.");
    if (!options.familiarity_guard) body += html_note("The guard against unfamiliar pictures was switched off.");
    return html_section("How this was made", body);
}

std::string sheets_section(const std::string& heading, const std::string& note, std::span<const std::string> sheets,
                           const std::string& after = {}) {
    if (sheets.empty() && after.empty()) return {};
    std::string body = note.empty() ? std::string() : html_note(note);
    for (const auto& sheet : sheets) body += sheet;
    return html_section(heading, body + after);
}

/// Whether the pictures are like what the model was made from, above all figures, since these say little where they
/// are not.
std::string known_material(const ScoreFiles& files) {
    const auto& model = files.scorer.engine().model();
    const auto& ours = model.config.slidetype;
    const auto said = ours ? ours->good_for : std::string();
    if (model.domain.empty()) {
        std::string text =
            "The model does not know what it was made from, so it was not checked whether the pictures are like that.";
        add_sentence(text, said);
        return html_note(text);
    }
    const auto unlike = unlike_cases(files.run.cases).size();
    if (unlike == 0) return said.empty() ? std::string() : html_note(said);
    auto text = unlike_count_text(unlike, files.run.cases.size(), "case") + ". " +
                (files.scorer.options().familiarity_guard
                     ? "No subtype call is made of them, and their scores are a ranking at best."
                     : "Calls that were made of them nevertheless are supported by nothing.");
    add_sentence(text, said);
    return "<p class=\"warning\">" + escape_html(text) + "</p>\n";
}

}  // namespace

std::string score_report(const ScoreFiles& files) {
    const auto& table = files.run.table;
    const auto& config = files.scorer.engine().model().config;
    auto sheets = class_sheets(table);
    const auto of_classes = sheets.size();
    if (files.run.count(TileStatus::benign) > 0) {
        sheets.push_back(sheet_of(table, TileStatus::benign, "Not tumour",
                                  "P(tumour) lies below what the model asks for, so they do not count."));
    }
    if (files.run.count(TileStatus::unfamiliar) > 0) {
        sheets.push_back(sheet_of(table, TileStatus::unfamiliar, "Unfamiliar",
                                  "Unlike anything that the model was trained on (strangeness above 1), so its word on "
                                  "them is worth nothing."));
    }
    if (files.run.count(TileStatus::background) > 0) {
        sheets.push_back(sheet_of(table, TileStatus::background, "No tissue", "Nothing on them is stained."));
    }
    const auto html = contact_sheets_html(sheets, table.class_names, files.pictures.root, files.threads);
    const auto title =
        files.pictures.root.filename().empty() ? std::string("Pictures") : files.pictures.root.filename().string();
    std::string body = "<header>\n<h1>" + escape_html(title) + "</h1>\n<p class=\"purpose\">" +
                       escape_html(counted(table.rows.size(), "picture")) +
                       ", each scored as one field by slidetype</p>\n</header>\n";
    if (const auto assumed = assumption_text(table, config); !assumed.empty()) {
        const bool cut = std::ranges::any_of(
            table.rows, [](const ScoreRow& row) { return !row.heatmap.empty() && row.scale == ScaleSource::assumed; });
        body += cut ? "<p class=\"warning\">" + escape_html(assumed) + "</p>\n" : html_note(assumed);
    }
    body += known_material(files);
    body += cards(files.run) + histogram(table, config) + cases_section(files.run, config);
    body += sheets_section("By class and certainty",
                           "The most certain first. The bar above a picture has the colour of "
                           "its class.",
                           std::span(html).first(of_classes));
    body += heatmaps_section(table, files.output);
    body += sheets_section("Without a vote", {}, std::span(html).subspan(of_classes), failures(table));
    body += provenance(files) + "<footer>slidetype, research software. Not for diagnosis.</footer>\n";
    return html_page(title, body);
}

}  // namespace slidetype

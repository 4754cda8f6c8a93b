#include "plugin/batch/batch_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/pictures/image_file.h"
#include "base/words.h"
#include "model/report/html.h"
#include "plugin/analysis/domain_rule.h"
#include "plugin/analysis/slide_call.h"
#include "plugin/analysis/slide_result.h"
#include "plugin/batch/patient_section.h"
#include "plugin/results/label_figures.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

constexpr int kPictureEdge = 220;
constexpr const char* kUnlikeName = "not known to the model";
/// With more slides than this the pictures would make a page that no browser likes.
constexpr std::size_t kMostPictures = 2000;

/// The call as it is shown; a slide without one says what became of it.
std::string call_text(const ListedResult& slide) {
    if (slide.state == ListedResult::State::failed) return "failed";
    return slide.state == ListedResult::State::unscored ? "not scored" : slide.call;
}

std::size_t unlike(std::span<const ListedResult> slides) {
    return static_cast<std::size_t>(
        std::ranges::count_if(slides, [](const ListedResult& slide) { return slide.known && !*slide.known; }));
}

std::string cards(std::span<const ListedResult> slides) {
    std::map<std::string, std::size_t> counts;
    for (const auto& slide : slides) ++counts[call_text(slide)];
    std::string out = "<div class=\"cards\">\n" + html_card("Slides", std::to_string(slides.size()), "in this folder");
    for (const auto& [call, count] : counts) {
        out += html_card(call, std::to_string(count),
                         percent(static_cast<double>(count) / static_cast<double>(slides.size())) + " of all");
    }
    if (const auto count = unlike(slides); count > 0) {
        const auto checked = std::ranges::count_if(slides, [](const auto& slide) { return slide.known.has_value(); });
        out += html_card(kUnlikeName, std::to_string(count), fmt::format("of {} that were checked", checked));
    }
    return out + "</div>\n";
}

/// What models say that they are good for; each once.
std::set<std::string> sayings(std::span<const ListedResult> slides) {
    std::set<std::string> all;
    for (const auto& slide : slides) {
        if (!slide.good_for.empty()) all.insert(slide.good_for);
    }
    return all;
}

/// Above all figures, since these say little of such slides.
std::string unlike_warning(std::span<const ListedResult> slides) {
    const auto count = unlike(slides);
    if (count == 0) return {};
    const bool called = std::ranges::any_of(slides, [](const ListedResult& slide) { return !slide.supported; });
    auto text = unlike_count_text(count, slides.size(), "slide") + ". " +
                (called ? "Calls that were made of them nevertheless are supported by nothing."
                        : "No subtype call is made of them, and their heatmaps are a ranking at best.");
    for (const auto& saying : sayings(slides)) add_sentence(text, saying);
    return "<p class=\"warning\">" + escape_html(text) + "</p>\n";
}

/// Beside the call of a slide that the model does not know.
std::string badge(const ListedResult& slide) {
    if (slide.known.value_or(true)) return {};
    return fmt::format(" <span class=\"badge\" title=\"{}\">{}</span>", escape_html(slide.reason), kUnlikeName);
}

/// overlay.png, made small.
std::string picture(const ListedResult& slide) {
    const auto file = slide.folder / "overlay.png";
    try {
        if (!fs::exists(file)) return {};
        const auto image = read_image(file);
        const double scale = static_cast<double>(kPictureEdge) / std::max(image.width, image.height);
        const auto edge = [scale](int length) { return std::max(1, static_cast<int>(length * scale)); };
        const auto uri =
            picture_data_uri(scale < 1 ? resize_image(image, edge(image.width), edge(image.height)) : image);
        if (!uri) return {};
        return fmt::format("<img loading=\"lazy\" style=\"max-width:{}px\" alt=\"\" src=\"{}\">", kPictureEdge, *uri);
    } catch (const Error&) {
        return escape_html("picture unreadable");
    }
}

std::string interval(const ListedResult& slide) {
    if (!slide.prob_lusc) return {};
    std::optional<std::array<double, 2>> ci95;
    if (slide.ci_low && slide.ci_high) ci95 = {*slide.ci_low, *slide.ci_high};
    return probability_interval(*slide.prob_lusc, ci95);
}

/// As part of an address that is relative to the page. Names of folders may hold anything but '/'.
std::string url_part(const std::string& text) {
    std::string url;
    for (const char c : text) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
                           c == '_' || c == '.';
        url += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
    return url;
}

std::string name_cell(const ListedResult& slide, const fs::path& folder) {
    const auto own = slide.name + ".report.html";
    if (slide.folder.parent_path() != folder || !fs::exists(slide.folder / own)) return escape_html(slide.name);
    return fmt::format("<a href=\"{}/{}\">{}</a>", url_part(slide.name), url_part(own), escape_html(slide.name));
}

std::string row(const ListedResult& slide, const fs::path& folder, bool with_picture) {
    const bool scored = slide.state == ListedResult::State::scored;
    const std::string why = scored ? slide.reason : slide.error + (slide.hint.empty() ? "" : " " + slide.hint);
    const auto patient = slide.patient.empty() ? "" : "<br>patient " + escape_html(slide.patient);
    std::string cells = "<tr><th>" + name_cell(slide, folder) + patient + "</th><td>" +
                        (with_picture ? picture(slide) : "") + "</td><td><b>" + escape_html(call_text(slide)) + "</b>" +
                        badge(slide) + "<br>" + interval(slide) + "</td><td class=\"number\">";
    if (slide.voting_mm2 && slide.scored_mm2) {
        cells += fixed(*slide.voting_mm2, 2) + "<br>of " + fixed(*slide.scored_mm2, 2);
    }
    return cells + "</td><td>" + escape_html(why) + "</td></tr>\n";
}

std::string table(std::span<const ListedResult> slides, const fs::path& folder) {
    const bool pictures = slides.size() <= kMostPictures;
    std::string body =
        "<div class=\"scroll\"><table>\n<thead><tr><th>Slide</th><th>Overview</th><th>Call, P(LUSC)</th>"
        "<th class=\"number\">Voting mm²</th><th>Why</th></tr></thead>\n<tbody>\n";
    for (const auto& slide : slides) body += row(slide, folder, pictures);
    body += "</tbody></table></div>\n";
    if (!pictures) body += html_note("With so many slides the page has no pictures.");
    return html_section("Slides", body);
}

std::vector<LabelledCall> labelled_calls(std::span<const ListedResult> slides) {
    std::vector<LabelledCall> calls;
    calls.reserve(slides.size());
    for (const auto& slide : slides) calls.push_back({slide.label, slide.call, slide.prob_lusc, slide.patient});
    return calls;
}

/// How the calls agree with the labels of the manifest; nothing where there are none.
std::string agreement(std::span<const ListedResult> slides) {
    const auto figures = measure_calls(labelled_calls(slides));
    if (!figures) return {};
    std::string body = "<div class=\"cards\">\n" +
                       html_card("Accuracy", estimate_text(figures->accuracy),
                                 fmt::format("of {} called LUAD or LUSC", counted(figures->called, "slide")), true) +
                       html_card("AUC", estimate_text(figures->auc), "of P(LUSC), slides without a call too", true) +
                       "</div>\n";
    HtmlTable table;
    table.caption = "Rows: the label. Columns: what was called.";
    table.header = {"Label"};
    for (const auto outcome : kOutcomes) table.header.emplace_back(outcome);
    table.rows = confusion_rows(*figures);
    body += to_html(table);
    body += html_note(
        "Intervals are of 95 %, over patients. Slides that are mixed, indeterminate, insufficient or not "
        "scored count neither as right nor as wrong.");
    if (figures->other_labels > 0) {
        body += html_note(counted(figures->other_labels, "slide") + " with labels other than LUAD and LUSC left out.");
    }
    return html_section("Agreement with the labels", body);
}

std::string provenance(std::span<const ListedResult> slides) {
    std::set<std::string> models, versions;
    for (const auto& slide : slides) {
        if (slide.state != ListedResult::State::scored) continue;
        models.insert(slide.model);
        versions.insert("slidetype " + slide.version);
    }
    const auto joined = [](const std::set<std::string>& values) {
        std::string text;
        for (const auto& value : values) text += (text.empty() ? "" : ", ") + value;
        return text.empty() ? std::string("–") : text;
    };
    const std::vector<std::pair<std::string, std::string>> facts = {{"Models", joined(models)},
                                                                    {"Versions", joined(versions)}};
    std::string body = html_facts(facts);
    for (const auto& saying : sayings(slides)) body += html_note(saying);
    const auto unchecked = std::ranges::count_if(
        slides, [](const ListedResult& slide) { return slide.state == ListedResult::State::scored && !slide.known; });
    if (unchecked > 0) {
        body +=
            html_note(counted(static_cast<std::size_t>(unchecked), "slide") +
                      " could not be checked: nothing was scored, or the model does not know what it was made from.");
    }
    if (std::ranges::any_of(slides, [](const ListedResult& slide) { return slide.by_heads; }))
        body += html_note(kHeadsLack);
    if (models.size() > 1)
        body += html_note("The slides were scored by different models: their figures do not compare.");
    return html_section("How this was made", body);
}

}  // namespace

std::string probability_interval(double prob_lusc, const std::optional<std::array<double, 2>>& ci95) {
    const auto [low, high] = ci95.value_or(std::array<double, 2>{prob_lusc, prob_lusc});
    const auto svg = fmt::format(
        "<svg width=\"160\" height=\"26\" viewBox=\"0 0 160 26\" role=\"img\" aria-label=\"{}\">"
        "<line x1=\"5\" x2=\"155\" y1=\"13\" y2=\"13\" stroke=\"var(--line)\" stroke-width=\"2\"/>"
        "<line x1=\"80\" x2=\"80\" y1=\"5\" y2=\"21\" stroke=\"var(--muted)\" stroke-dasharray=\"2 2\"/>"
        "<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"13\" y2=\"13\" stroke=\"var(--neutral)\" stroke-width=\"6\"/>"
        "<circle cx=\"{:.1f}\" cy=\"13\" r=\"5\" fill=\"var(--{})\"/></svg>",
        escape_html(fmt::format("P(LUSC) {}, 95 % {} to {}", probability_text(prob_lusc), probability_text(low),
                                probability_text(high))),
        5 + 150 * low, 5 + 150 * high, 5 + 150 * prob_lusc, prob_lusc > 0.5 ? "lusc" : "luad");
    auto text = probability_text(prob_lusc);
    if (ci95) text += fmt::format(" ({}–{})", probability_text(low), probability_text(high));
    return svg + escape_html(text);
}

void write_batch_report(std::span<const ListedResult> slides, const fs::path& folder,
                        std::span<const PatientLine> patients) {
    const auto whole = fs::absolute(folder).lexically_normal();
    const auto home = whole.filename().empty() ? whole.parent_path() : whole;
    const auto title = home.filename().string();
    const std::string body = "<header>\n<h1>" + escape_html(title) + "</h1>\n<p class=\"purpose\">" +
                             escape_html(counted(slides.size(), "slide")) + ", by slidetype</p>\n</header>\n" +
                             unlike_warning(slides) + cards(slides) + agreement(slides) + patient_section(patients) +
                             table(slides, home) + provenance(slides) +
                             "<footer>slidetype, research software. Not for diagnosis.</footer>\n";
    write_file(folder / "report.html", html_page(title, body));
}

}  // namespace slidetype

// The sections of words and tables.
#include "model/report/sections.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <set>

#include "base/words.h"
#include "model/report/html.h"

namespace slidetype {
namespace {

std::string interval_text(const std::array<double, 2>& ci95, int digits) {
    if (!std::isfinite(ci95[0])) return "one group, no interval";
    return fixed(ci95[0], digits) + "–" + fixed(ci95[1], digits);
}

}  // namespace

std::string short_group(const std::string& group) {
    const std::filesystem::path path(group);
    return path.is_absolute() ? (path.parent_path().filename() / path.filename()).string() : group;
}

std::string with_interval(const Estimate& estimate, int digits) {
    if (!std::isfinite(estimate.value)) return "–";
    return fixed(estimate.value, digits) + " (" + interval_text(estimate.ci95, digits) + ")";
}

std::string report_header(const std::string& title, const std::vector<std::pair<std::string, std::string>>& facts,
                          const std::vector<std::string>& warnings) {
    std::string out = "<header>\n<h1>" + escape_html(title) +
                      "</h1>\n<p class=\"purpose\">slidetype, research software. Not for diagnosis.</p>\n</header>\n";
    for (const auto& warning : warnings) {
        out += "<p class=\"warning\" role=\"note\"><strong>Note.</strong> " + escape_html(warning) + "</p>\n";
    }
    return out + "<section>\n" + html_facts(facts) + "</section>\n";
}

std::string report_footer(const ReportOrigin& origin, const std::string& intervals) {
    std::string body = "<h3>Command</h3>\n<pre>" + escape_html(origin.command_line) + "</pre>\n<h3>Versions</h3>\n" +
                       html_facts(origin.versions);
    return html_section("How this was made", body) + "<footer>" + escape_html(intervals) + "</footer>\n";
}

std::string headline_cards(const Metrics& metrics, const std::optional<GateMetrics>& gate) {
    const auto below = [](const Estimate& estimate, bool percents) {
        const double unit = percents ? 100 : 1;
        if (!std::isfinite(estimate.ci95[0])) return interval_text(estimate.ci95, 0);
        return "95 %: " + interval_text({unit * estimate.ci95[0], unit * estimate.ci95[1]}, percents ? 1 : 3);
    };
    std::string out = "<div class=\"cards\">\n";
    out += html_card("Accuracy", percent(metrics.accuracy.value), below(metrics.accuracy, true));
    out += html_card("AUC", fixed(metrics.auc.value, 3), below(metrics.auc, false));
    out += html_card("Calibration error", fixed(metrics.ece.value, 3), below(metrics.ece, false));
    out += html_card("Pictures", std::to_string(metrics.n), "in " + counted(metrics.groups, "group"));
    if (gate) {
        out += html_card("Gate keeps tumour", percent(gate->sensitivity.value), below(gate->sensitivity, true));
        out += html_card("Gate refuses benign", percent(gate->specificity.value), below(gate->specificity, true));
    }
    return out + "</div>\n";
}

std::string in_columns(const std::string& left, const std::string& right) {
    return "<div class=\"columns\">\n<div>" + left + "</div>\n<div>" + right + "</div>\n</div>\n";
}

std::string groups_section(const Dataset& dataset, std::span<const GroupFigures> groups, std::size_t shown) {
    if (!dataset.has_groups || groups.empty()) return {};
    const auto perfect = std::ranges::count_if(groups, [](const GroupFigures& group) { return group.accuracy == 1; });
    const auto imperfect = groups.size() - static_cast<std::size_t>(perfect);
    const auto summary = std::to_string(perfect) + " of " + counted(groups.size(), "group") +
                         (perfect == 1 ? " has" : " have") + " every picture called rightly.";
    if (imperfect == 0) return html_section("Worst groups", html_note(summary));
    HtmlTable table;
    table.header = {"Group", "Class", "Pictures", "Accuracy", "P(truth)"};
    for (const auto& group : groups.first(std::min(shown, imperfect))) {
        table.rows.push_back({short_group(group.group), std::string(label_name(group.label)), std::to_string(group.n),
                              percent(group.accuracy), fixed(group.mean_p_truth, 3)});
    }
    return html_section("Worst groups", html_note(summary + " Lowest accuracy first:") + to_html(table));
}

std::string data_section(const Dataset& dataset,
                         const std::vector<std::pair<std::string, std::span<const std::size_t>>>& parts,
                         const std::vector<std::string>& skipped) {
    HtmlTable table;
    table.header = {"Class"};
    for (const auto& [name, members] : parts) {
        table.header.push_back(name + ": pictures");
        if (dataset.has_groups) table.header.push_back(name + ": groups");
    }
    std::set<std::pair<bool, int>> kinds = {{false, 0}, {false, 1}, {false, kBenignLabel}};
    for (const auto& tile : dataset.tiles) kinds.emplace(tile.gate_only, tile.label);
    for (const auto& [gate_only, label] : kinds) {
        std::vector<std::string> row = {teaching_name(label, gate_only)};
        for (const auto& [name, members] : parts) {
            std::size_t pictures = 0;
            std::set<std::string> groups;
            for (const auto member : members) {
                const auto& tile = dataset.tiles[member];
                if (tile.label != label || tile.gate_only != gate_only) continue;
                ++pictures;
                groups.insert(tile.group);
            }
            row.push_back(std::to_string(pictures));
            if (dataset.has_groups) row.push_back(std::to_string(groups.size()));
        }
        table.rows.push_back(std::move(row));
    }
    std::string body = to_html(table);
    const auto list = [&body](const std::string& heading, std::span<const std::string> items) {
        constexpr std::size_t kShown = 50;
        if (items.empty()) return;
        body += "<h3>" + escape_html(heading) + "</h3>\n<ul>\n";
        for (const auto& item : items.first(std::min(kShown, items.size()))) {
            body += "<li>" + escape_html(item) + "</li>\n";
        }
        if (items.size() > kShown) body += "<li>… and " + std::to_string(items.size() - kShown) + " more</li>\n";
        body += "</ul>\n";
    };
    list("Folders and classes that are none of these, with their pictures", dataset.ignored_classes);
    list(counted(skipped.size(), "picture") + " left out", skipped);
    return html_section("Data", body);
}

}  // namespace slidetype

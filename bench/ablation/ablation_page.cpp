// Stored ablations, and the page that is made of them.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/optional_json.h"
#include "bench/ablation/ablation.h"
#include "bench/cross_validation/card_text.h"

namespace slidetype::bench {
namespace {

using AblationJson = nlohmann::ordered_json;

double rounded(double value) {
    return std::round(value * 1e4) / 1e4;
}

AblationJson estimate_json(const Estimate& estimate) {
    return {rounded(estimate.value), rounded(estimate.ci95[0]), rounded(estimate.ci95[1])};
}

Estimate estimate_of(const AblationJson& json) {
    return {json.at(0), {json.at(1), json.at(2)}};
}

AblationJson figure_json(const std::optional<double>& value) {
    return value ? AblationJson(rounded(*value)) : AblationJson();
}

AblationRow ablation_row(const AblationJson& json) {
    AblationRow row;
    row.domain = json.at("domain"), row.key = json.at("key"), row.title = json.at("title");
    row.tiles = json.at("tiles");
    row.by_tile = estimate_of(json.at("auc_by_tile"));
    row.by_patient = estimate_of(json.at("auc_by_patient"));
    row.prob_luad = optional_of<double>(json.at("prob_of_luad")),
    row.prob_lusc = optional_of<double>(json.at("prob_of_lusc"));
    row.right = optional_of<double>(json.at("right")), row.unfamiliar = optional_of<double>(json.at("unfamiliar"));
    return row;
}

AblationResult read_ablation(const std::filesystem::path& file) {
    AblationResult result;
    try {
        const auto root = AblationJson::parse(read_file(file));
        result.label = root.at("label"), result.model = root.at("model");
        result.weights_sha256 = root.at("weights_sha256");
        result.fold = root.at("fold");
        result.photograph_groups = root.at("photograph_groups");
        result.luad_patients = root.at("luad_patients"), result.lusc_patients = root.at("lusc_patients");
        for (const auto& row : root.at("rows")) result.rows.push_back(ablation_row(row));
    } catch (const AblationJson::exception& error) {
        throw Error(ErrorCode::corrupt, file.string(), error.what(), "Run `cross_validate ablation` again.");
    }
    return result;
}

std::string figure_text(const std::optional<double>& value) {
    return value ? fmt::format("{:.2f}", *value) : "";
}

std::string share_of(const std::optional<double>& value) {
    return value ? fmt::format("{:.0f} %", 100 * *value) : "";
}

std::string ablation_table(const std::vector<AblationResult>& results, const std::string& domain) {
    std::vector<std::pair<std::string, std::string>> changes;
    for (const auto& result : results) {
        for (const auto& row : result.rows) {
            const std::pair change(row.key, row.title);
            if (row.domain == domain && std::ranges::find(changes, change) == changes.end()) changes.push_back(change);
        }
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto& [key, title] : changes) {
        for (const auto& result : results) {
            const auto* row = result.find(domain, key);
            if (row == nullptr || row->title != title) continue;
            rows.push_back({title, fmt::format("`{}`", result.label), number(row->by_tile, 2),
                            fmt::format("{:.2f}", row->by_patient.value), figure_text(row->prob_luad),
                            figure_text(row->prob_lusc), share_of(row->right), share_of(row->unfamiliar)});
        }
    }
    return table({"change", "model", "AUC by tile", domain == "scanner" ? "AUC by patient" : "AUC by field",
                  "P(LUSC) of LUAD", "P(LUSC) of LUSC", "right side", "unfamiliar"},
                 rows);
}

std::string facts_of(const std::vector<AblationResult>& results) {
    std::string text;
    for (const auto& result : results) {
        text += fmt::format(
            "- `{}`: `{}`, weights begin `{}`; photographs of {} source images of fold {}, fields of {} patients with "
            "LUAD "
            "and {} with LUSC\n",
            result.label, result.model, result.weights_sha256.substr(0, 12), result.photograph_groups, result.fold,
            result.luad_patients, result.lusc_patients);
    }
    return text;
}

/// "compact-1 photographs colour auc".
std::string one_figure(const std::string& name, const std::vector<AblationResult>& results) {
    std::istringstream words(name);
    std::string label, domain, key, figure;
    words >> label >> domain >> key >> figure;
    const auto found = std::ranges::find(results, label, &AblationResult::label);
    const auto* row = found == results.end() ? nullptr : found->find(domain, key);
    if (row == nullptr) return kNotRun;
    const std::map<std::string, std::string> figures = {{"auc", figure_text(row->by_tile.value)},
                                                        {"auc_low", figure_text(row->by_tile.ci95[0])},
                                                        {"auc_high", figure_text(row->by_tile.ci95[1])},
                                                        {"patient_auc", figure_text(row->by_patient.value)},
                                                        {"luad", figure_text(row->prob_luad)},
                                                        {"lusc", figure_text(row->prob_lusc)},
                                                        {"right", share_of(row->right)},
                                                        {"unfamiliar", share_of(row->unfamiliar)}};
    const auto text = figures.find(figure);
    if (text == figures.end()) throw Error(ErrorCode::bad_data, "{{" + name + "}}", "is no figure of an ablation");
    return text->second;
}

}  // namespace

void write_ablation(const std::filesystem::path& folder, const AblationResult& result) {
    AblationJson root = {{"format_version", 1},
                         {"label", result.label},
                         {"model", result.model},
                         {"weights_sha256", result.weights_sha256},
                         {"fold", result.fold},
                         {"photograph_groups", result.photograph_groups},
                         {"luad_patients", result.luad_patients},
                         {"lusc_patients", result.lusc_patients},
                         {"rows", AblationJson::array()}};
    for (const auto& row : result.rows) {
        root["rows"].push_back({{"domain", row.domain},
                                {"key", row.key},
                                {"title", row.title},
                                {"tiles", row.tiles},
                                {"auc_by_tile", estimate_json(row.by_tile)},
                                {"auc_by_patient", estimate_json(row.by_patient)},
                                {"prob_of_luad", figure_json(row.prob_luad)},
                                {"prob_of_lusc", figure_json(row.prob_lusc)},
                                {"right", figure_json(row.right)},
                                {"unfamiliar", figure_json(row.unfamiliar)}});
    }
    write_file(folder / ("ablation." + result.label + ".json"), root.dump(1) + "\n");
}

std::vector<AblationResult> read_ablations(const std::vector<std::filesystem::path>& folders) {
    std::vector<AblationResult> results;
    for (const auto& folder : folders) {
        if (!std::filesystem::is_directory(folder)) continue;
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            const auto name = entry.path().filename().string();
            if (name.starts_with("ablation.") && name.ends_with(".json"))
                results.push_back(read_ablation(entry.path()));
        }
    }
    std::ranges::sort(results, {}, &AblationResult::label);
    return results;
}

std::string render_ablation(const std::string& page, const std::vector<AblationResult>& results) {
    std::string out;
    std::size_t at = 0;
    for (;;) {
        const auto open = page.find("{{", at);
        const auto close = page.find("}}", open);
        if (open == std::string::npos || close == std::string::npos) break;
        const auto name = page.substr(open + 2, close - open - 2);
        auto text = name == "facts"               ? facts_of(results)
                    : name == "table photographs" ? ablation_table(results, "photographs")
                    : name == "table scanner"     ? ablation_table(results, "scanner")
                                                  : one_figure(name, results);
        out += page.substr(at, open - at);
        at = close + 2;
        // A table that stands alone on its line brings its own line break.
        if (text.ends_with('\n') && at < page.size() && page[at] == '\n') text.pop_back();
        out += text;
    }
    return out + page.substr(at);
}

}  // namespace slidetype::bench

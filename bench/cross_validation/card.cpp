#include "bench/cross_validation/card.h"

#include <algorithm>
#include <functional>
#include <set>

#include "base/atomic_file.h"
#include "base/error.h"
#include "bench/cross_validation/card_tables.h"
#include "bench/cross_validation/card_text.h"
#include "bench/scanner_tissue/tissue_section.h"

namespace slidetype::bench {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kFolds = 5, kClusterPairs = 8;  // of the shared development set

std::vector<ShippedModel> read_shipped(const fs::path& models) {
    std::vector<fs::path> folders;
    for (const auto& entry : fs::directory_iterator(models)) {
        if (fs::exists(entry.path() / "config.json")) folders.push_back(entry.path());
    }
    std::ranges::sort(folders);
    std::vector<ShippedModel> shipped;
    for (const auto& folder : folders) {
        const auto file = folder / "config.json";
        const auto config = parse_config(read_file(file), file.string());
        if (!config.slidetype) continue;
        const auto& ours = *config.slidetype;
        shipped.push_back({config.name, config.architecture, std::string(to_string(input_of(config))),
                           ours.weights_sha256, ours.training, config.patch_size_px, config.spacing_um_px,
                           ours.temperature, fs::file_size(folder / ours.weights_file), ours.domain, ours.good_for});
    }
    return shipped;
}

/// How many pictures and groups the folds hold together.
void count_pictures(CardInput& input, const std::vector<UnitResult>& results) {
    std::set<std::size_t> tiles, groups;
    for (const auto& result : results) {
        if (result.unit.scheme != Scheme::fold) continue;
        tiles.insert(result.pictures.tile.begin(), result.pictures.tile.end());
        groups.insert(result.pictures.group.begin(), result.pictures.group.end());
    }
    input.pictures = tiles.size();
    input.groups = groups.size();
}

std::vector<std::string> shipped_weights(const CardInput& input) {
    std::vector<std::string> weights;
    for (const auto& model : input.shipped) weights.push_back(model.weights_sha256);
    return weights;
}

const ShippedModel* default_model(const CardInput& input) {
    const auto found = std::ranges::find(input.shipped, "slidetype-" + input.default_label, &ShippedModel::name);
    return found == input.shipped.end() ? nullptr : &*found;
}

std::string good_for_of(const CardInput& input) {
    const auto* model = default_model(input);
    return model == nullptr || model->good_for.empty()
               ? std::string("The default model does not say what it is good for.")
               : model->good_for;
}

std::string part(const std::string& name, const CardInput& input) {
    static const std::map<std::string, std::function<std::string(const CardInput&)>> parts = {
        {"figures", figures_table},
        {"shifts", shifts_table},
        {"shift_details", shift_details_table},
        {"folds", folds_table},
        {"paired", paired_table},
        {"clusters", clusters_table},
        {"gate", gate_table},
        {"goals", goals_table},
        {"shipped", shipped_table},
        {"good_for", [](const CardInput& in) { return good_for_of(in); }},
        {"known_material", known_material_table},
        {"runs", runs_list},
        {"backends", [](const CardInput& in) { return in.backends.empty() ? std::string("Not run.\n") : in.backends; }},
        {"scanner_models", [](const CardInput& in) { return scanner_models(in.scanner, shipped_weights(in)); }},
        {"scanner_patients", [](const CardInput& in) { return scanner_patients(in.scanner); }},
        {"scanner_classes", [](const CardInput& in) { return scanner_classes(in.scanner); }},
        {"scanner_auc", [](const CardInput& in) { return scanner_auc(in.scanner); }},
        {"scanner_votes", [](const CardInput& in) { return scanner_votes(in.scanner); }},
        {"scanner_calls", [](const CardInput& in) { return scanner_calls(in.scanner); }},
        {"scanner_slides",
         [](const CardInput& in) { return in.scanner_slides.empty() ? std::string("Not run.\n") : in.scanner_slides; }},
        {"pictures", [](const CardInput& in) { return grouped(in.pictures); }},
        {"groups", [](const CardInput& in) { return grouped(in.groups); }},
        {"default", [](const CardInput& in) { return in.default_label; }},
        {"machine",
         [](const CardInput& in) {
             return in.speeds.empty() ? std::string(kNotRun) : in.speeds.begin()->second.machine;
         }},
    };
    const auto found = parts.find(name);
    if (found == parts.end()) throw Error(ErrorCode::bad_data, "{{" + name + "}}", "is no part of the model card");
    return found->second(input);
}

}  // namespace

CardInput read_card_input(const std::vector<fs::path>& results, const fs::path& models) {
    CardInput input;
    const auto units = read_results(results);
    count_pictures(input, units);
    input.folds = kFolds;
    input.clusters = 2 * kClusterPairs;
    input.methods = figures_of(units, kFolds, kClusterPairs);
    for (const auto& method : input.methods) {
        if (const auto speed = read_speed(results, method.label)) input.speeds[method.label] = *speed;
    }
    for (const auto& folder : results) {
        if (fs::exists(folder / "scanner_slides.md")) input.scanner_slides += read_file(folder / "scanner_slides.md");
        if (fs::exists(folder / "backends.md")) input.backends += read_file(folder / "backends.md");
    }
    input.scanner = read_tissue_results(results);
    input.shipped = read_shipped(models);
    return input;
}

std::string render_card(const std::string& card_template, const CardInput& input) {
    std::string out;
    std::size_t at = 0;
    for (;;) {
        const auto open = card_template.find("{{", at);
        const auto close = card_template.find("}}", open);
        if (open == std::string::npos || close == std::string::npos) break;
        out += card_template.substr(at, open - at);
        auto text = part(card_template.substr(open + 2, close - open - 2), input);
        at = close + 2;
        // A table that stands alone on its line brings its own line break.
        if (text.ends_with('\n') && at < card_template.size() && card_template[at] == '\n') text.pop_back();
        out += text;
    }
    return out + card_template.substr(at);
}

std::string render_readme(const std::string& readme, const CardInput& input) {
    const auto* model = default_model(input);
    const auto weights = model == nullptr ? std::string() : model->weights_sha256;
    return with_good_for(with_readme_item(readme, readme_item(input.scanner, weights)), good_for_of(input));
}

}  // namespace slidetype::bench

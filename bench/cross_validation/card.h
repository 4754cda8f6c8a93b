#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bench/cross_validation/figures.h"
#include "bench/cross_validation/network.h"
#include "bench/scanner_tissue/tissue_result.h"
#include "model/network/model_directory.h"

namespace slidetype::bench {

/// A model that the project ships, as its config.json tells it.
struct ShippedModel {
    std::string name, architecture, input, weights_sha256, training;
    int patch_size_px = 0;
    double spacing_um_px = 0, temperature = 1;
    std::uintmax_t weights_bytes = 0;
    std::optional<DomainConfig> domain = {};
    std::string good_for = {};
};

/// All that a model card is made of.
struct CardInput {
    std::vector<MethodFigures> methods;
    std::map<std::string, Speed> speeds;  ///< label → speed; absent where not timed
    std::vector<ShippedModel> shipped;
    std::string default_label = "compact", notebook_label = "seed";  ///< whose goals are judged
    /// Written by `cross_validate slides` beside the results: what the models say on scanner slides; empty where nobody
    /// looked.
    std::string scanner_slides;
    std::vector<TissueResult> scanner;  ///< written by `cross_validate scanner`, by label
    std::string backends;  ///< likewise by `cross_validate backends`: how far scores move from one to another
    std::size_t pictures = 0, groups = 0, folds = 5, clusters = 16;
};

/// Reads the results, speeds, `scanner.*.json`, `scanner_slides.md` and `backends.md` of the folders and the
/// config.json of every model below `models`. Throws Error(not_found | io | bad_data | bad_model).
CardInput read_card_input(const std::vector<std::filesystem::path>& results, const std::filesystem::path& models);

/// The template with every {{name}} replaced: figures, shifts, shift_details, folds, paired, clusters, gate, goals,
/// shipped, good_for, known_material, runs, backends, scanner_models, scanner_patients, scanner_classes, scanner_auc,
/// scanner_votes, scanner_calls, scanner_slides, pictures, groups, default, machine. What was not measured reads "not
/// run". Throws Error(bad_data) for a name that it does not know.
std::string render_card(const std::string& card_template, const CardInput& input);

/// README with what the default model is good for, and what it says of scanner tissue, put where they belong (see
/// with_good_for() and with_readme_item()). Throws Error(bad_data) without the places.
std::string render_readme(const std::string& readme, const CardInput& input);

}  // namespace slidetype::bench

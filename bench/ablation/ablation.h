#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "bench/cross_validation/network.h"
#include "bench/scanner_tissue/tissue_set.h"
#include "model/data/dataset.h"
#include "model/metrics/metrics.h"
#include "model/network/model_directory.h"

namespace slidetype::bench {

/// What a model says of tiles after one change.
struct AblationRow {
    std::string domain;  ///< "photographs" or "scanner"
    std::string key;     ///< such as "colour"
    std::string title;   ///< for the reader
    std::size_t tiles = 0;
    Estimate by_tile;     ///< AUC of LUSC against LUAD, each source image or patient weighing the same
    Estimate by_patient;  ///< AUC of their means
    /// Means over source images or patients; absent where no network was asked.
    std::optional<double> prob_luad, prob_lusc;  ///< mean P(LUSC) of the tiles of this class
    std::optional<double> right;                 ///< share of tiles on the side of their class, both weighing the same
    std::optional<double> unfamiliar;            ///< share that the guard sets aside; absent where the model has none
};

struct AblationResult {
    std::string label, model, weights_sha256;
    int fold = 0;
    std::size_t photograph_groups = 0, luad_patients = 0, lusc_patients = 0;
    std::vector<AblationRow> rows;
    /// Nothing where there is no such row.
    const AblationRow* find(const std::string& domain, const std::string& key) const;
};

struct AblationRequest {
    std::string label;
    int fold = 4;                  ///< that the model was not trained on
    std::size_t most_a_group = 5;  ///< pictures of one source image
    int threads = 1;
};

/// Takes photographs of tissue towards the scanner, and the scanner's fields towards the photographs, one property at a
/// time and together, and asks the model of each. Throws Error(bad_model | bad_data) and what reading pictures throws.
AblationResult run_ablation(const ModelDirectory& model, const Dataset& dataset, const TissueSet& set,
                            const AblationRequest& request, const Say& say);

/// ablation.LABEL.json in `folder`. Throws Error(io).
void write_ablation(const std::filesystem::path& folder, const AblationResult& result);
/// All of the folders, by label. Throws Error(io | corrupt).
std::vector<AblationResult> read_ablations(const std::vector<std::filesystem::path>& folders);

/// The page from its template: {{table photographs}} and {{table scanner}} become tables of all results, {{facts}} what
/// was measured, and {{LABEL DOMAIN KEY FIGURE}} one figure (auc, auc_low, auc_high, patient_auc, luad, lusc, right,
/// unfamiliar). Throws Error(bad_data) for a name that it does not know; a figure that was not measured reads "not
/// run".
std::string render_ablation(const std::string& page, const std::vector<AblationResult>& results);

}  // namespace slidetype::bench

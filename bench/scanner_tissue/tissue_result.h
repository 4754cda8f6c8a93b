#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "bench/scanner_tissue/tissue_set.h"

namespace slidetype::bench {

/// What became of a tile that was scored.
enum class TissueVote : char { votes = 'v', benign = 'b', unfamiliar = 'u' };

/// One scored tile of a field or slide.
struct TissueTile {
    double prob_lusc = 0;
    TissueVote vote = TissueVote::votes;
    std::string content;  ///< of the sorted square that holds its centre; empty for fields and where none does
    int block = 0;        ///< tiles of one block are resampled together: a field, or 4 × 4 tiles of a slide
};

/// What `run` says of a picture or slide as a whole.
struct TissueCall {
    std::string label;  ///< "LUAD", "LUSC", "mixed", "indeterminate", "insufficient"
    std::optional<double> prob_lusc;
    std::optional<std::array<double, 2>> ci95;
    std::string reason;
    /// Whether the check of the slide as a whole finds it unlike what the model was made from; nothing without a check.
    std::optional<bool> unlike;
    double voting_mm2 = 0, scored_mm2 = 0;
    bool is_subtype() const { return label == "LUAD" || label == "LUSC"; }
};

/// What was scored: a field, a sheet with the fields of one patient side by side, or a slide.
enum class TissueForm { field, sheet, slide };
std::string_view to_string(TissueForm form);

struct TissuePiece {
    TissueIdentity identity;
    TissueForm form = TissueForm::field;
    std::size_t fields = 1;         ///< on a sheet
    TissueCall call;                ///< tiles side by side, all settings as shipped
    std::vector<TissueTile> tiles;  ///< empty for sheets, whose tiles are those of their fields
    bool taught_gate = false;       ///< the model's gate learned from it, so one that did not is measured here
};

/// What one model says of a TissueSet.
struct TissueResult {
    std::string label;  ///< name in the model card
    std::string model, weights_sha256, set_sha256;
    std::size_t repeated_rows = 0;  ///< of the set's table, see TissueSet
    std::vector<TissuePiece> pieces;
};

/// scanner.LABEL.json in `folder`. Probabilities are stored with four significant digits, so that the order of
/// those near zero is kept, areas and calls in thousandths. Throws Error(io).
void write_tissue_result(const std::filesystem::path& folder, const TissueResult& result);

/// All of the folders, by label. Throws Error(bad_data) where they were made of different sets, or two have one label;
/// Error(io | corrupt).
std::vector<TissueResult> read_tissue_results(const std::vector<std::filesystem::path>& folders);

}  // namespace slidetype::bench

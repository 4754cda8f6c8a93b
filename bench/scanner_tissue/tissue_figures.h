#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "bench/scanner_tissue/tissue_result.h"
#include "model/metrics/metrics.h"

namespace slidetype::bench {

/// A mean with a 95 % interval, which is absent where too little was seen for one.
struct TissueMean {
    double value = 0;
    std::optional<std::array<double, 2>> ci95;
};

/// The tumour of one patient, or one slide.
struct PatientFigures {
    std::string name, label, source;
    std::size_t tiles = 0, blocks = 0;
    TissueMean prob_lusc;           ///< of all scored tiles, whether they vote or not; blocks are resampled
    double right = 0;               ///< share of the tiles on the side of one half of their class
    std::vector<TissueCall> calls;  ///< of the sheet or slide; of the fields where there is no sheet
};

/// LUAD first, slides after the fields of their class.
std::vector<PatientFigures> patient_figures(const TissueResult& result);

/// The patients of one source with one class, each weighing the same.
struct ClassFigures {
    std::string label, source;
    std::size_t patients = 0;
    TissueMean prob_lusc, right;  ///< patients are resampled; without interval below three
};
std::vector<ClassFigures> class_figures(const TissueResult& result);

/// How well P(LUSC) tells LUSC from LUAD within one source that has both.
struct SourceAuc {
    std::string source;
    std::size_t luad_patients = 0, lusc_patients = 0, tiles = 0;
    Estimate by_patient;  ///< of the patients' means; patients are resampled within each class
    Estimate by_tile;     ///< each patient weighing the same; likewise
    /// Of all orders in which these patients can stand, those that are at least as good: what a model that knows
    /// nothing would reach that often.
    std::size_t orders_as_good = 0, orders = 0;
};
std::vector<SourceAuc> source_aucs(const TissueResult& result);

/// What became of the tiles of one kind of tissue.
struct TissueVotes {
    std::string tissue;
    std::size_t tiles = 0, votes = 0, benign = 0, unfamiliar = 0;
    double prob_lusc = 0;      ///< mean of all scored tiles
    bool taught_gate = false;  ///< some of it taught the model's gate, and was measured with one that it did not teach
};
/// What squares of slides hold, then tumour fields by class, then controls by kind.
std::vector<TissueVotes> tissue_votes(const TissueResult& result);

/// What was called of one kind of tissue, fields, sheets and slides apart.
struct TissueCalls {
    std::string tissue;
    TissueForm form = TissueForm::field;
    bool is_control = false;
    std::size_t pieces = 0, luad = 0, lusc = 0, mixed = 0, indeterminate = 0, insufficient = 0;
    std::size_t checked = 0, unlike = 0;  ///< pieces that the check of the whole looked at, and found unlike
};
std::vector<TissueCalls> tissue_calls(const TissueResult& result);

/// "lymph node anthracosis" of "lymph_node_anthracosis".
std::string tissue_name(const std::string& kind);

}  // namespace slidetype::bench

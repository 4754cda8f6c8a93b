#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "model/data/cohort_folds.h"
#include "model/heads/head_training.h"
#include "model/metrics/case_figures.h"
#include "model/network/model_directory.h"
#include "plugin/cohorts/attention_ends.h"
#include "plugin/cohorts/cohort_bags.h"

namespace slidetype {

/// What was learned from the diagnoses of a cohort.
struct LearnedHeads {
    CohortFolds folds;
    HeadOptions options;
    HeadReport report;
    double temperature = 1;  ///< fitted to the patients' held-out logits
    /// Of the slides that were in a fold, by the head that has not learned from them; before calibration.
    std::vector<LabelledCase> slides, patients;
    /// What those are worth; nothing where no slide was in a fold.
    std::optional<CallFigures> figures;
};

/// Trains a head per fold and measures each with the slides that it has not learned from. Bit-identical for any number
/// of threads. Throws what make_cohort_folds() and train_heads() throw.
LearnedHeads learn_from_diagnoses(const CohortBags& bags, const CohortFoldOptions& folds, const HeadOptions& options,
                                  const HeadCallbacks& callbacks = {});

/// What each slide of a fold was looked at by the head that has not learned from it; nothing for the others. `done`:
/// see ends_of_cohort().
std::vector<SlideEnds> ends_out_of_fold(const LearnedHeads& learned, const CohortBags& bags, int threads,
                                        const std::function<void(std::size_t, std::size_t)>& done = {});

/// The folds as a table of slides with diagnoses, slide,label,patient,site,fold,split, from which read_cohort() and
/// make_cohort_folds() make the same: a line per slide, by the name of its file.
std::string folds_csv(const Cohort& cohort, const CohortFolds& folds);

/// Writes the model directory: the heads as an ensemble, out_of_fold.csv, folds.csv, and a copy of the encoder where
/// that is a model directory of ours; config.json last. Stores the self-test where the encoder can be opened. `name`,
/// `good_for`: see ModelConfig. Throws Error(io).
void write_learned_model(const LearnedHeads& learned, const CohortBags& bags, const std::filesystem::path& folder,
                         const std::string& name, const std::string& good_for);

}  // namespace slidetype

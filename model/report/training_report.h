#pragma once

#include <span>
#include <string>

#include "model/data/dataset.h"
#include "model/learning/domain_check_fit.h"
#include "model/learning/evaluation.h"
#include "model/report/sections.h"
#include "model/training/training.h"

namespace slidetype {

/// What the report of `train` shows. Holds references: for use at once.
struct TrainingReportPage {
    const FittedModel& fitted;
    const Dataset& dataset;
    const Split& split;
    const TrainOptions& options;
    std::span<const AugmentedExample> examples;  ///< from augmented_examples(); may be empty
    ReportOrigin origin;
    const DomainCheckFit* domain = nullptr;  ///< what tells slides of another kind; null where it was not fitted
    /// Then why, a sentence.
    std::string no_domain = "The model does not know what it was made from, so it calls slides of any kind.";
    const Evaluation* test = nullptr;  ///< of the pictures that took no part in training; null where there are none
    std::span<const PickedPicture> picked = {};  ///< some of the tiles that heads picked; empty where none were
};

/// The page as one HTML file that needs no other. Reads the pictures that it shows. The model must have a best epoch.
std::string training_report(const TrainingReportPage& page);

}  // namespace slidetype

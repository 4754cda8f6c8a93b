#pragma once

#include <string>
#include <vector>

#include "model/data/cohort.h"

namespace slidetype {

/// A row of a table of slides and diagnoses, before it is known to be of use.
struct CohortRow {
    CohortSlide slide;  ///< of no class of ours: label -1 or kBenignLabel
    std::string place;  ///< "line 17"
};

/// Leaves out rows that name a slide again. Where they contradict each other, or where several slides have one feature
/// file, which of them is meant cannot be told, and all of them are left out.
void leave_out_repeated_slides(std::vector<CohortRow>& rows, std::vector<std::string>& problems);

/// Leaves out patients with slides of both classes: such are real (two tumours), but have no diagnosis as a whole.
void leave_out_patients_of_both_classes(std::vector<CohortSlide>& slides, std::vector<std::string>& problems);

/// Throws Error(bad_data) naming the patients that are cut by the folds, or by the parts, that the table gives.
void require_whole_patients(const Cohort& cohort);

/// Throws Error(bad_data) where a class has no slide; `others` says what was left out, and may be empty.
void require_both_classes(const Cohort& cohort, const std::string& others);

}  // namespace slidetype

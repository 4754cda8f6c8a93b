#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "model/data/manifest.h"

namespace slidetype {

/// Which columns of a table of slides and diagnoses say what, as Manifest::columns names them; empty where none does.
struct CohortColumns {
    std::string slide, label, patient, site;
};

/// Finds the columns among those of a header, in lower case. `slide`, `label`, `patient` and `site` go before names of
/// other systems. Throws Error(bad_data) naming the columns that were seen where there is none for the slide or the
/// label, or several names of other systems for one thing.
CohortColumns find_cohort_columns(const std::vector<std::string>& header, const std::string& source);

/// The column for the patient alone, by the same rule; empty where there is none. Throws Error(bad_data) for several.
std::string find_patient_column(const std::vector<std::string>& header, const std::string& source);

/// Reads a table by these columns, `fold` and `split`. Throws as read_manifest() does.
Manifest read_cohort_table(const std::filesystem::path& table, const CohortColumns& columns);

}  // namespace slidetype

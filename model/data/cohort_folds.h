#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "model/data/cohort.h"

namespace slidetype {

inline constexpr int kDefaultFolds = 5;

struct CohortFoldOptions {
    int folds = kDefaultFolds;  ///< at least 2; does not count where the table gives folds, or a part that validates
    std::uint64_t seed = 1;     ///< of the folds that are drawn
    bool keep_sites = true;     ///< no site is cut where sites are known and there are enough of them
};

/// Which slides train and which validate each of several heads. A plain value.
struct CohortFolds {
    int folds = 0;          ///< heads: head f learns from all slides that train but those of fold f, which validate it
    std::vector<int> fold;  ///< of each slide of the cohort: 0 … folds - 1; `folds` for one that trains every head and
                            ///< validates none; -1 for one that is not used for training (it is for the test)
    bool keeps_sites = false;        ///< no site lies in two folds
    std::string description;         ///< for reports: "5 folds that cut no patient and no site: …"
    std::vector<std::string> notes;  ///< what a reader of the figures should know

    /// Slides that head f learns from, that validate it, and that are in no fold: indices, ascending.
    std::vector<std::size_t> training(int head) const;
    std::vector<std::size_t> validation(int head) const;
    std::vector<std::size_t> untouched() const;
};

/// The folds of a cohort. Slides whose part is test are in none.
/// - Where the table gives folds, they are taken, numbered from 0 in ascending order.
/// - Else, where a part validates, that is the only fold.
/// - Else folds are drawn: no patient is cut; nor is a site, where each class has patients at as many sites as there
///   are folds or more, and every fold gets both classes so. Otherwise sites are cut, and `description` says why.
///   Slides without a site are kept together by patient alone.
/// Throws Error(bad_data) where a class has fewer patients than folds, where some slides that train have a fold and
/// others none, or where a head would learn from one class alone, Error(usage) for fewer than 2 folds.
CohortFolds make_cohort_folds(const Cohort& cohort, const CohortFoldOptions& options = {});

}  // namespace slidetype

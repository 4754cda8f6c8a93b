#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/data/dataset.h"

namespace slidetype::bench {

/// What is held out.
enum class Scheme {
    fold,     ///< one of the manifest's folds, which never cut a group
    cluster,  ///< one stain cluster of each class
    random,   ///< pictures drawn one by one, so that copies of a source image lie on both sides
};
std::string_view to_string(Scheme scheme);
/// Throws Error(usage) for an unknown name.
Scheme scheme_of(std::string_view name);

/// One training and what it is measured on. Units are independent of each other.
struct Unit {
    Scheme scheme = Scheme::fold;
    std::string held_out;  ///< "3", "aca0+scc0" or, for random, the seed of the draw
    bool operator==(const Unit&) const = default;
};

/// "fold-3", "cluster-aca0+scc0", "random-1337".
std::string name_of(const Unit& unit);

/// The units of a scheme, in order. Clusters are paired by rank: the first of LUAD goes with the first of LUSC, since
/// leaving out one of a class alone would take twice the trainings and leave no ROC curve. Throws Error(bad_data) where
/// the manifest lacks the column.
std::vector<Unit> units_of(const Dataset& dataset, Scheme scheme, std::uint64_t random_seed = 1337);

/// Indices into Dataset::tiles, ascending, benign pictures among them.
struct UnitSplit {
    std::vector<std::size_t> train, validation, test;
    /// The test pictures also serve as validation: nothing may be chosen on them, so the last epoch counts.
    bool validation_is_test = true;
    std::string description;
};

/// fold: that fold is tested, the others train. cluster: training leaves out every group that touches the clusters.
/// random: 80 % train, 10 % validate, 10 % test, class by class. Throws Error(bad_data) where a part would be empty or
/// a fold cuts a group.
UnitSplit split_of(const Dataset& dataset, const Unit& unit);

/// Leaves out the benign pictures.
std::vector<std::size_t> tumour_only(const Dataset& dataset, const std::vector<std::size_t>& members);

/// SHA-256 of the names, classes, groups, folds and clusters: figures of different data must not be pooled.
std::string fingerprint(const Dataset& dataset);

}  // namespace slidetype::bench

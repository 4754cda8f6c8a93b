#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <utility>

#include "bench/cross_validation/network.h"

namespace slidetype::bench {

/// A Markdown table of how far the scores of every model (label, directory) move from backend to backend on the
/// pictures `members` of `dataset`, against the floats of libtorch; and of how much its accuracy does. Throws
/// Error(bad_model) for a model that cannot be opened, Error(usage) where it was not calibrated for integers.
std::string backends_table(const Dataset& dataset, std::span<const std::size_t> members,
                           std::span<const std::pair<std::string, std::filesystem::path>> models, int threads,
                           const Say& say);

}  // namespace slidetype::bench

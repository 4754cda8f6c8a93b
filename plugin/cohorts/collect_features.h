#pragma once

#include <filesystem>

#include "plugin/batch/collect.h"

namespace slidetype {

/// Whether the folder is one that `features` wrote into.
bool holds_features(const std::filesystem::path& output);

/// collect() of feature files: features.csv and collect.json of all in `merged`, and the files and their records
/// brought there. Of the report `models` are encoders; there are no patients. Throws what collect() throws.
CollectReport collect_features(const CollectOptions& options, const CollectCallbacks& callbacks = {});

}  // namespace slidetype

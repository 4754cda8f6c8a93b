#pragma once

#include <filesystem>
#include <vector>

#include "plugin/analysis/slide_result.h"

namespace slidetype {

/// A result as a run left it, read back from summary.json and tiles.csv of its folder. Probabilities have the six
/// decimals of tiles.csv; the thumbnail and the width and height of the offset are not there, and the parameters are in
/// the order of their names. Throws Error(not_found) where the folder holds no complete result, Error(corrupt) where
/// its files contradict each other or were not written by slidetype, Error(unsupported) for a format that is newer than
/// this program.
SlideResult read_stored_result(const std::filesystem::path& folder);

/// The same of summary.json alone: without the tiles. Throws as read_stored_result().
SlideResult read_stored_summary(const std::filesystem::path& folder);

/// The times in summary.json of a result folder. Throws Error(io | not_found) where it cannot be read, Error(corrupt).
StageTimes read_stored_times(const std::filesystem::path& folder);

/// The folders of complete results: `path` itself, if it is one, else those directly below it, by name.
std::vector<std::filesystem::path> stored_results(const std::filesystem::path& path);

}  // namespace slidetype

#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "plugin/pictures/case_calls.h"
#include "plugin/pictures/field_scorer.h"
#include "plugin/pictures/picture_list.h"
#include "plugin/pictures/scores_table.h"

namespace slidetype {

struct ScoreRunOptions {
    std::filesystem::path output = {};
    FieldOptions field = {};
    int threads = 0;     ///< 0: all processors of this process
    bool force = false;  ///< also pictures that were scored before
};

struct ScoreRunCallbacks {
    /// By one thread at a time. `taken`: those of `done` whose scores of before were taken.
    std::function<void(std::size_t done, std::size_t taken, std::size_t total)> progress;
    /// A picture that is not scored because it cannot be read or scored; by one thread at a time, in any order.
    std::function<void(const ListedPicture&, const ScoreRow&)> failed;
    /// Before the pages and tables are written.
    std::function<void()> writing;
    std::function<bool()> stop_requested;  ///< asked often, by any thread
};

/// What one run made of its pictures.
struct ScoreRun {
    ScoresTable table;  ///< where the run was interrupted, of the pictures that are done
    std::vector<CaseCall> cases;
    std::size_t listed = 0, taken = 0;  ///< pictures; those whose scores of before were taken
    bool interrupted = false;
    std::string again_because;  ///< why scores of before were not taken; mostly empty
    double seconds = 0;         ///< that scoring took
    std::size_t count(TileStatus status) const;
};

/// The settings that scores depend on, by name, in the order in which they are written.
std::vector<std::pair<std::string, ParameterValue>> field_parameters(const Engine& engine, const FieldOptions& options);

/// Scores the pictures on all threads, a few at a time on each, so memory does not grow with their number, and writes
/// into `output`: finished.jsonl as it goes, heatmaps of pictures that are cut, and in the end scores.csv, cases.csv,
/// report.html and, last, summary.json. Pictures that finished.jsonl knows with the same model, settings and file are
/// not scored again. A picture that cannot be read or scored keeps its line, with the reason; the others go on. All
/// files are byte-identical for any number of threads, and whether pictures were scored at once or in several runs.
/// When asked to stop it stops between pictures; then no tables are written. Throws Error(io) where `output` cannot be
/// used, or another process works in it, Error(usage) where it holds results of slides, and what the model throws.
ScoreRun score_pictures(const Engine& engine, const PictureList& pictures, const ScoreRunOptions& options,
                        const ScoreRunCallbacks& callbacks = {});

}  // namespace slidetype

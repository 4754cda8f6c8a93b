#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "plugin/engine.h"
#include "plugin/exporter.h"

namespace slidetype {

/// The slides that a user's arguments stand for.
struct SlideList {
    std::vector<std::filesystem::path> slides;   ///< in the order of the arguments, folders sorted by name
    std::vector<std::filesystem::path> ignored;  ///< files below a folder that OpenSlide does not take for slides
};

/// A file stands for itself (whatever it is, and even if absent, so that a wrong one is reported), a folder for the
/// slides below it. No slide is listed twice.
SlideList list_slides(std::span<const std::filesystem::path> arguments);

/// What became of one slide.
struct SlideRecord {
    enum class State { pending, done, failed, cancelled };
    std::filesystem::path source;
    std::string name;  ///< of the result folder
    State state = State::pending;
    std::string call, reason;  ///< done: the label and why
    std::optional<double> prob_lusc;
    std::map<std::string, std::size_t> tiles;  ///< done: count by status
    double scored_mm2 = 0, voting_mm2 = 0, seconds = 0;
    std::string error_code, error, hint;  ///< failed
};
std::string_view to_string(SlideRecord::State state);

struct BatchOptions {
    std::filesystem::path output;
    AnalyseOptions analyse;
    ExportOptions exports;
};

struct BatchCallbacks {
    std::function<void(std::size_t index, const SlideRecord&)> slide_begins, slide_ends;
    std::function<void(const AnalyseProgress&)> progress;  ///< of the present slide
    std::function<bool()> stop_requested;
};

struct BatchReport {
    std::vector<SlideRecord> slides;
    bool interrupted = false;
    std::size_t count(SlideRecord::State state) const;
};

/// Analyses one slide and writes its result into `folder`, whose name becomes the result's. The mark of completeness of
/// an earlier result goes first, so that nothing stale looks finished meanwhile. Throws what Engine::analyse() throws,
/// Error(io).
SlideResult run_slide(const Engine& engine, const std::filesystem::path& slide, const std::filesystem::path& folder,
                      const AnalyseOptions& analyse, const ExportOptions& exports, const AnalyseCallbacks& callbacks);

/// Analyses the slides one after the other, each with all threads, and writes a result folder for each. run.json and
/// run.csv in `output` are rewritten (atomically) after every slide. An error of one slide is recorded and the next
/// one begun. Throws Error(io) where `output` cannot be used at all.
BatchReport run_batch(const Engine& engine, std::span<const std::filesystem::path> slides, const BatchOptions& options,
                      const BatchCallbacks& callbacks = {});

}  // namespace slidetype

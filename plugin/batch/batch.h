#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "plugin/analysis/engine.h"
#include "plugin/batch/patient_line.h"
#include "plugin/batch/shard.h"
#include "plugin/batch/slide_list.h"
#include "plugin/records/slide_record.h"
#include "plugin/results/exporter.h"

namespace slidetype {

struct BatchOptions {
    std::filesystem::path output;
    AnalyseOptions analyse;
    ExportOptions exports;
    bool force = false;                           ///< also slides whose result is complete
    bool fail_fast = false;                       ///< begin no slide after one that failed
    std::optional<std::size_t> limit;             ///< begin at most so many slides, those that are complete not counted
    PatientCall patients = PatientCall::one_bag;  ///< how slides of one patient become one call
    /// Where the slides are one part of a list. The record of the run is then that part's alone and lies in
    /// `output`/shards/I-of-N; run.json of `output` and calls of patients are for who has all parts, see collect().
    std::optional<ListPart> part;
    std::filesystem::path stage;  ///< see SlideTask::stage; at most the present slide and the next one lie there
    std::filesystem::path model_directory;  ///< what the record of a part says of where the model lay
};

struct BatchCallbacks {
    /// A slide is being opened and its tissue found (or whether it is complete already), and nothing else is done.
    std::function<void(std::size_t index, const SlideRecord&)> slide_awaited;
    /// `why`: "" for a slide that is done for the first time, else why it is done again.
    std::function<void(std::size_t index, const SlideRecord&, const std::string& why)> slide_begins;
    std::function<void(std::size_t index, const SlideRecord&)> slide_ends;  ///< also of slides that were not begun
    std::function<void(const AnalyseProgress&)> progress;                   ///< of the present slide
    std::function<bool()> stop_requested;                                   ///< any thread
};

/// What one run made of its slides.
struct BatchReport {
    std::vector<SlideRecord> slides;    ///< in the order in which they were given
    std::vector<PatientLine> patients;  ///< all of the output folder, by name; empty where it was interrupted
    bool interrupted = false;           ///< on request
    std::string stopped;                ///< why slides were left that nobody asked to leave; else empty
    bool retry = false;                 ///< with `stopped`: later it could go better
    std::size_t count(SlideRecord::State state) const;
    std::size_t skipped() const;  ///< those done that were complete before
};

/// Analyses one slide and writes its result and state.json into `folder`, whose name becomes the result's. The mark of
/// completeness of an earlier result goes first, so that nothing stale looks finished meanwhile. Throws what
/// Engine::analyse() throws, Error(io), also where another process works on the slide.
SlideResult run_slide(const Engine& engine, const std::filesystem::path& slide, const std::filesystem::path& folder,
                      const AnalyseOptions& analyse, const ExportOptions& exports, const AnalyseCallbacks& callbacks);

/// Analyses the slides one after the other, each with all threads, while the next one is opened and its tissue found
/// (not with a bound on memory, which is for one slide). Each gets a result folder; those whose result is complete and
/// of the same fingerprint are skipped; those that another process works on are looked at again in the end, and left to
/// it where it still does. run.json and run.csv in `output` are made from the records of all folders there, so that
/// processes may share it; and so is, when all slides are done or failed, patients.csv, where a manifest names patients
/// (see PatientCaller). An interrupted batch leaves none. An error of one slide is recorded and the next one begun;
/// where not even the record can be written, the batch stops. Throws Error(io) where `output` cannot be used from the
/// beginning.
BatchReport run_batch(const Engine& engine, std::span<const BatchSlide> slides, const BatchOptions& options,
                      const BatchCallbacks& callbacks = {});
BatchReport run_batch(const Engine& engine, std::span<const std::filesystem::path> slides, const BatchOptions& options,
                      const BatchCallbacks& callbacks = {});

}  // namespace slidetype

#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/backends/encoders.h"
#include "model/bags/feature_file.h"
#include "plugin/analysis/engine.h"
#include "plugin/batch/shard.h"
#include "plugin/batch/slide_list.h"
#include "plugin/cohorts/feature_record.h"

namespace slidetype {

struct FeatureOptions {
    std::filesystem::path output;
    FeatureLayout layout = FeatureLayout::slidetype;
    FeatureNumbers numbers = FeatureNumbers::half;
    AnalyseOptions analyse;  ///< of these: spacing, tissue, overlap, region of interest, threads
    bool force = false;      ///< also slides whose file is complete
    /// Where the slides are one part of a list: features.csv is then that part's alone, in `output`/shards/I-of-N.
    std::optional<ListPart> part;
    std::filesystem::path stage;  ///< a folder of a nearer disk that slides are copied to meanwhile; empty: none
};

struct FeatureCallbacks {
    /// A slide is being opened and its tissue found, and nothing else is done.
    std::function<void(std::size_t index, const FeatureRecord&)> slide_awaited;
    /// `why`: "" for a slide that is done for the first time, else why it is done again.
    std::function<void(std::size_t index, const FeatureRecord&, const std::string& why)> slide_begins;
    std::function<void(std::size_t index, const FeatureRecord&)> slide_ends;
    std::function<void(std::size_t done, std::size_t total)> progress;  ///< tiles of the present slide
    std::function<bool()> stop_requested;                               ///< any thread
};

/// What one run made of its slides.
struct FeatureReport {
    std::vector<FeatureRecord> slides;  ///< in the order in which they were given
    bool interrupted = false;           ///< on request
    std::string stopped;                ///< why slides were left that nobody asked to leave; else empty
    bool retry = false;                 ///< with `stopped`: later it could go better
    std::size_t count(FeatureRecord::State state) const;
    std::size_t skipped() const;  ///< those done that were complete before
};

/// Encodes slides into `output`/NAME.h5, one after the other, each with all threads, while the next one is opened and
/// its tissue found. NAME is the slide's, with six digits of a hash behind it where another slide has that name. A file
/// appears when it is whole; those that are complete and were made from the same slide, encoder and settings are
/// skipped. Files that no record speaks of are never replaced. Several processes may share `output`: what is on record
/// lies in `output`/.slidetype, and features.csv is made from the records of all. An error of one slide is recorded and
/// the next one begun; where not even a record can be written, the batch stops.
/// Throws Error(io) where `output` cannot be used from the beginning.
FeatureReport encode_slides(OpenEncoder& encoder, std::span<const BatchSlide> slides, const FeatureOptions& options,
                            const FeatureCallbacks& callbacks = {});

}  // namespace slidetype

#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "model/backends/backend.h"
#include "model/network/model_directory.h"
#include "model/scoring/classifier.h"
#include "plugin/analysis/overview.h"
#include "plugin/analysis/patient_call.h"
#include "plugin/analysis/slide_call.h"
#include "plugin/analysis/slide_result.h"

namespace slidetype {

/// How a slide is analysed.
struct AnalyseOptions {
    std::optional<double> spacing_um_px;       ///< of level 0, overrides what the slide says
    double min_tissue = 0.5;                   ///< tiles with less tissue are background
    double overlap = 0;                        ///< share of a tile's edge, 0 … 0.9
    std::filesystem::path region_of_interest;  ///< GeoJSON with polygons; empty: the whole slide
    bool keep_offset = false;                  ///< GeoJSON in level-0 pixels even where the slide has a bounds offset
    bool gate = true;                          ///< tiles below the model's tumour gate do not vote
    bool familiarity_guard = true;             ///< tiles that are unfamiliar to the model do not vote
    int threads = 0;                           ///< 0: all processors of this process
    /// Bytes that a slide may take beside the model; fewer threads are used where that keeps to it. See memory_need.h.
    std::optional<std::uint64_t> memory_bytes;
    CallOptions call;  ///< its thresholds count for models that name none
    /// Where given, instead of the model's thresholds (see CallThresholds).
    std::optional<double> min_area_mm2, min_tumour_share, mixed_region_mm2, mixed_share;
};

/// What an analysis is doing.
enum class AnalyseStage { open, tissue, score };
struct AnalyseProgress {
    AnalyseStage stage = AnalyseStage::open;
    std::size_t done = 0, total = 0;  ///< tiles, in stage `score`
};

struct AnalyseCallbacks {
    std::function<void(const AnalyseProgress&)> progress;  ///< called by one thread at a time, in order
    std::function<bool()> stop_requested;                  ///< asked often, by any thread
    /// For displays that grow: the grid before scoring begins, then the raw scores of each block of tiles, in order, by
    /// one thread at a time. Which of the tiles vote is decided at the end, with the result.
    std::function<void(const TileGrid&)> grid_laid;
    std::function<void(std::span<const std::size_t> tiles, const TileScores&)> tiles_scored;
};

/// What would be scored: a slide opened, its tissue found, its grid laid.
struct SlidePlan {
    std::shared_ptr<const Slide> slide;
    Spacing spacing;
    Rect offset;      ///< x, y: subtracted from level-0 pixels in GeoJSON
    TissueMask mask;  ///< without its thumbnail
    Overview overview;
    TileGrid grid;
    double seconds_open = 0, seconds_tissue = 0;
};

/// Everything before scoring with a model of this configuration, which need not be open yet. Throws what Slide,
/// Slide::spacing, read_annotations and make_grid throw, and Error(memory) where the slide needs more than it may
/// take.
SlidePlan plan_slide(const ModelConfig& config, const std::filesystem::path& slide, const AnalyseOptions& options,
                     const AnalyseCallbacks& callbacks = {});

/// What is to be told of the slide beside its result: of its file first (Slide::notes), then of its tissue. Sentences
/// without the last full stop; mostly empty.
std::string notes_of(const SlidePlan& plan);

/// Reads one tile of the plan. The first takes longer, because the quick way of reading is compared with OpenSlide
/// then; for who can have that done before seconds_per_tile().
void read_first_tile(const SlidePlan& plan);

/// Joins tiler and model: one model, any number of slides, one after the other or from several threads at once.
class Engine {
  public:
    /// Opens the model's backend. Throws what open_classifier() throws.
    explicit Engine(ModelDirectory model, Backend backend = Backend::automatic);

    const ModelDirectory& model() const { return model_; }
    std::string backend() const { return open_.encoder->description(); }

    /// The settings that results depend on, by name, in the order in which they are written: the options, the
    /// thresholds of the call, and what computes the scores.
    std::vector<std::pair<std::string, ParameterValue>> parameters(const AnalyseOptions& options) const;

    /// plan_slide() for this model.
    SlidePlan plan(const std::filesystem::path& slide, const AnalyseOptions& options,
                   const AnalyseCallbacks& callbacks = {}) const;

    /// Reads, resamples and scores the tiles in parallel and makes the call. The number of blocks in flight is bounded,
    /// so memory does not grow with the slide but for one row of the result per tile. All but the timings is
    /// bit-identical for any number of threads. Tiles that cannot be read are marked read_error; where none can be read
    /// it throws Error(corrupt). Throws Error(cancelled) when asked to stop.
    SlideResult analyse(const std::filesystem::path& slide, const AnalyseOptions& options,
                        const AnalyseCallbacks& callbacks = {}) const;

    /// The same from a plan that was made with these options.
    SlideResult analyse(SlidePlan plan, const AnalyseOptions& options, const AnalyseCallbacks& callbacks = {}) const;

    /// slidetype::call_patient() by the rules of this model and these options, with which the slides were analysed.
    SlideCall call_patient(std::span<const SlideEvidence> slides, PatientCall how, const AnalyseOptions& options) const;
    /// Heads make the calls, of whole bags; else tiles vote.
    bool calls_bags() const { return open_.aggregator != nullptr; }

    /// Scores tiles that somebody else made, as Classifier::classify() does.
    TileScores classify(std::span<const std::uint8_t> tiles, std::size_t count) const;

    /// Scores the first blocks of a plan to tell the rate: seconds per tile on all threads. Nothing for an empty plan.
    std::optional<double> seconds_per_tile(const SlidePlan& plan, int threads) const;

  private:
    ModelDirectory model_;
    OpenModel open_;
};

/// The version of slidetype, such as "0.1.0".
std::string version();

}  // namespace slidetype

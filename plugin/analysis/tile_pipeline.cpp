#include "plugin/analysis/tile_pipeline.h"

#include <tbb/global_control.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <memory>

#include "base/parallel.h"
#include "base/random.h"
#include "base/stopwatch.h"

namespace slidetype {
namespace {

/// Orders what one task writes before what a later one reads. TBB orders them already when it hands a parcel on; this
/// says so in a way that the thread sanitizer sees, which does not see into TBB.
class HandOver {
  public:
    void take() const { (void)given_.load(std::memory_order_acquire); }
    void give() { given_.store(true, std::memory_order_release); }

  private:
    std::atomic<bool> given_ = false;
};

/// One block on its way through the pipeline.
struct Parcel {
    HandOver order;
    const TileBlock* block = nullptr;
    BlockPixels pixels;
    TileScores scores;
    std::vector<TileTraits> traits;
    double seconds_read = 0, seconds_score = 0;  ///< resampling among the reading
};
using ParcelPointer = std::shared_ptr<Parcel>;  // tokens must be copyable

class Pipeline {
  public:
    Pipeline(std::span<const TileBlock> blocks, const TileReader& reader, Classifier& classifier,
             const PipelineOptions& options, ScoredTiles& out)
        : blocks_(blocks),
          reader_(reader),
          classifier_(classifier),
          options_(options),
          out_(out),
          busy_(static_cast<std::size_t>(std::max(1, options.threads))) {}

    void run() {
        const auto in_flight = static_cast<std::size_t>(2 * std::max(1, options_.threads));
        const auto source = tbb::make_filter<void, ParcelPointer>(
            tbb::filter_mode::serial_in_order, [this](tbb::flow_control& control) { return next(control); });
        const auto read = tbb::make_filter<ParcelPointer, ParcelPointer>(
            tbb::filter_mode::parallel, [this](ParcelPointer parcel) { return read_block(std::move(parcel)); });
        const auto score = tbb::make_filter<ParcelPointer, ParcelPointer>(
            tbb::filter_mode::parallel, [this](ParcelPointer parcel) { return score_block(std::move(parcel)); });
        const auto sink = tbb::make_filter<ParcelPointer, void>(tbb::filter_mode::serial_in_order,
                                                                [this](const ParcelPointer& parcel) {
                                                                    parcel->order.take();
                                                                    sink_order_.take();
                                                                    store(*parcel);
                                                                    sink_order_.give();
                                                                });
        // TBB gives no arena more threads than there are processors unless it is told to; slow disks want more.
        const auto most = static_cast<std::size_t>(std::max(options_.threads, default_threads()));
        const tbb::global_control allowed(tbb::global_control::max_allowed_parallelism, most);
        tbb::task_arena arena(std::max(1, options_.threads));
        const auto begin = Clock::now();
        arena.execute([&] { tbb::parallel_pipeline(in_flight, source & read & score & sink); });
        out_.seconds_wall = seconds_since(begin);
        for (const auto& thread : busy_) {
            if (thread.seconds > 0) out_.thread_busy.push_back(thread.seconds);
        }
    }

  private:
    ParcelPointer next(tbb::flow_control& control) {
        source_order_.take();
        const bool stop = options_.stop_requested && options_.stop_requested();
        if (stop) out_.stopped = true;
        if (stop || next_ == blocks_.size()) {
            control.stop();
            return nullptr;
        }
        auto parcel = std::make_shared<Parcel>();
        parcel->block = &blocks_[next_++];
        parcel->order.give();
        source_order_.give();
        return parcel;
    }

    /// A slot of its own, and cache line, for every thread of the arena.
    struct alignas(64) Busy {
        double seconds = 0;
    };

    /// Counts the seconds as work of the calling thread.
    void worked(double seconds) {
        const auto thread = static_cast<std::size_t>(tbb::this_task_arena::current_thread_index());
        busy_.at(thread).seconds += seconds;
    }

    ParcelPointer read_block(ParcelPointer parcel) {
        parcel->order.take();
        const auto begin = Clock::now();
        parcel->pixels = reader_.read(*parcel->block);
        parcel->seconds_read = seconds_since(begin);
        worked(parcel->seconds_read);
        parcel->order.give();
        return parcel;
    }

    ParcelPointer score_block(ParcelPointer parcel) {
        parcel->order.take();
        const auto begin = Clock::now();
        const auto count = parcel->pixels.tiles.size();
        if (count > 0) parcel->scores = classifier_.classify(parcel->pixels.pixels, count);
        look_at_traits(*parcel);
        parcel->pixels.pixels = {};  // the largest part, not needed while the parcel waits for its turn
        parcel->seconds_score = seconds_since(begin);
        worked(parcel->seconds_score);
        parcel->order.give();
        return parcel;
    }

    /// So few that a large slide is no slower for it; a mean over some hundred tiles is as good as over all.
    void look_at_traits(Parcel& parcel) const {
        const auto every = options_.traits_of_one_in;
        if (every == 0) return;
        const auto patch = static_cast<std::size_t>(options_.patch_size_px);
        const std::size_t bytes = 3 * patch * patch;
        for (std::size_t i = 0; i < parcel.pixels.tiles.size(); ++i) {
            if (Random::mix(parcel.pixels.tiles[i]) % every != 0) continue;
            const auto strangeness = options_.guard ? std::optional(parcel.scores.strangeness.at(i)) : std::nullopt;
            parcel.traits.push_back(
                tile_traits(std::span<const std::uint8_t>(parcel.pixels.pixels).subspan(i * bytes, bytes),
                            options_.patch_size_px, strangeness));
        }
    }

    void store(const Parcel& parcel) {
        const auto begin = Clock::now();
        const auto classes = options_.classes;
        for (std::size_t i = 0; i < parcel.pixels.tiles.size(); ++i) {
            const auto tile = parcel.pixels.tiles[i];
            std::copy_n(parcel.scores.probabilities.begin() + static_cast<std::ptrdiff_t>(i * classes), classes,
                        out_.probabilities.begin() + static_cast<std::ptrdiff_t>(tile * classes));
            if (options_.gate) out_.tumour[tile] = parcel.scores.tumour.at(i);
            if (options_.guard) out_.strangeness[tile] = parcel.scores.strangeness.at(i);
        }
        for (const auto& traits : parcel.traits) out_.traits.add(traits);
        for (const auto& failure : parcel.pixels.failures) out_.failures[failure.tile] = failure.reason;
        out_.seconds_read += parcel.seconds_read - parcel.pixels.seconds_resample;
        out_.seconds_resample += parcel.pixels.seconds_resample;
        out_.seconds_score += parcel.seconds_score;
        done_ += parcel.block->tiles.size();
        if (options_.scored) options_.scored(parcel.pixels.tiles, parcel.scores);
        if (options_.progress) options_.progress(done_);
        worked(seconds_since(begin));
    }

    std::span<const TileBlock> blocks_;
    const TileReader& reader_;
    Classifier& classifier_;
    const PipelineOptions& options_;
    ScoredTiles& out_;
    std::vector<Busy> busy_;
    HandOver source_order_, sink_order_;  ///< of the filters that run one at a time, on changing threads
    std::size_t next_ = 0, done_ = 0;
};

}  // namespace

ScoredTiles score_blocks(const TileGrid& grid, std::span<const TileBlock> blocks, const TileReader& reader,
                         Classifier& classifier, const PipelineOptions& options) {
    ScoredTiles out;
    constexpr float kNotScored = std::numeric_limits<float>::quiet_NaN();
    out.probabilities.assign(grid.tiles.size() * options.classes, kNotScored);
    if (options.gate) out.tumour.assign(grid.tiles.size(), kNotScored);
    if (options.guard) out.strangeness.assign(grid.tiles.size(), kNotScored);
    Pipeline(blocks, reader, classifier, options, out).run();
    return out;
}

}  // namespace slidetype

#include "plugin/analysis/block_pipeline.h"

#include <tbb/global_control.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>

#include "base/parallel.h"
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
    InTurn in_turn;
    double seconds_read = 0, seconds_work = 0;  ///< resampling among the reading
};
using ParcelPointer = std::shared_ptr<Parcel>;  // tokens must be copyable

class Pipeline {
  public:
    Pipeline(std::span<const TileBlock> blocks, const TileReader& reader, const BlockWork& work,
             const PipelineControl& control)
        : blocks_(blocks),
          reader_(reader),
          work_(work),
          control_(control),
          busy_(static_cast<std::size_t>(std::max(1, control.threads))) {}

    PipelineRun run() {
        const auto in_flight = static_cast<std::size_t>(2 * std::max(1, control_.threads));
        const auto source = tbb::make_filter<void, ParcelPointer>(
            tbb::filter_mode::serial_in_order, [this](tbb::flow_control& control) { return next(control); });
        const auto read = tbb::make_filter<ParcelPointer, ParcelPointer>(
            tbb::filter_mode::parallel, [this](ParcelPointer parcel) { return read_block(std::move(parcel)); });
        const auto work = tbb::make_filter<ParcelPointer, ParcelPointer>(
            tbb::filter_mode::parallel, [this](ParcelPointer parcel) { return work_on_block(std::move(parcel)); });
        const auto sink = tbb::make_filter<ParcelPointer, void>(tbb::filter_mode::serial_in_order,
                                                                [this](const ParcelPointer& parcel) {
                                                                    parcel->order.take();
                                                                    sink_order_.take();
                                                                    store(*parcel);
                                                                    sink_order_.give();
                                                                });
        // TBB gives no arena more threads than there are processors unless it is told to; slow disks want more.
        const auto most = static_cast<std::size_t>(std::max(control_.threads, default_threads()));
        const tbb::global_control allowed(tbb::global_control::max_allowed_parallelism, most);
        tbb::task_arena arena(std::max(1, control_.threads));
        const auto begin = Clock::now();
        arena.execute([&] { tbb::parallel_pipeline(in_flight, source & read & work & sink); });
        out_.seconds_wall = seconds_since(begin);
        for (const auto& thread : busy_) {
            if (thread.seconds > 0) out_.thread_busy.push_back(thread.seconds);
        }
        return std::move(out_);
    }

  private:
    ParcelPointer next(tbb::flow_control& control) {
        source_order_.take();
        const bool stop = control_.stop_requested && control_.stop_requested();
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

    ParcelPointer work_on_block(ParcelPointer parcel) {
        parcel->order.take();
        const auto begin = Clock::now();
        if (!parcel->pixels.tiles.empty()) parcel->in_turn = work_(parcel->pixels);
        parcel->pixels.pixels = {};  // the largest part, not needed while the parcel waits for its turn
        parcel->seconds_work = seconds_since(begin);
        worked(parcel->seconds_work);
        parcel->order.give();
        return parcel;
    }

    void store(const Parcel& parcel) {
        const auto begin = Clock::now();
        for (const auto& failure : parcel.pixels.failures) out_.failures[failure.tile] = failure.reason;
        out_.seconds_read += parcel.seconds_read - parcel.pixels.seconds_resample;
        out_.seconds_resample += parcel.pixels.seconds_resample;
        out_.seconds_work += parcel.seconds_work;
        done_ += parcel.block->tiles.size();
        if (parcel.in_turn) parcel.in_turn();
        if (control_.progress) control_.progress(done_);
        worked(seconds_since(begin));
    }

    std::span<const TileBlock> blocks_;
    const TileReader& reader_;
    const BlockWork& work_;
    const PipelineControl& control_;
    PipelineRun out_;
    std::vector<Busy> busy_;
    HandOver source_order_, sink_order_;  ///< of the filters that run one at a time, on changing threads
    std::size_t next_ = 0, done_ = 0;
};

}  // namespace

PipelineRun run_blocks(std::span<const TileBlock> blocks, const TileReader& reader, const BlockWork& work,
                       const PipelineControl& control) {
    return Pipeline(blocks, reader, work, control).run();
}

}  // namespace slidetype

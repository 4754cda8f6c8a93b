#include "plugin/cohorts/feature_batch.h"

#include <algorithm>
#include <future>
#include <map>
#include <memory>
#include <utility>

#include "base/atomic_file.h"
#include "base/error.h"
#include "plugin/cohorts/feature_work.h"
#include "plugin/records/retry.h"
#include "plugin/results/result_folder.h"

namespace slidetype {
namespace {

using State = FeatureRecord::State;

/// So many slides in a row whose file could not be written: the disk is full, and the rest would fail as well.
constexpr int kMostFailuresToWrite = 2;
/// Rounds until no other process has written in between; one is the rule.
constexpr int kMostFinalTables = 20;

class FeatureBatch {
  public:
    FeatureBatch(OpenEncoder& encoder, std::span<const BatchSlide> slides, const FeatureOptions& options,
                 const FeatureCallbacks& callbacks)
        : encoder_(encoder), slides_(slides), options_(options), callbacks_(callbacks) {}

    FeatureReport run() {
        claim_names();
        auto order = working_order();
        bool on = goes_on();
        for (std::size_t at = 0; on && at < order.size(); ++at) {
            if (callbacks_.slide_awaited) callbacks_.slide_awaited(order[at], report_.slides[order[at]]);
            auto work = next_.valid() ? next_.get() : prepared(order[at]);
            if (work->record().state == State::locked && at < slides_.size()) {
                // Looked at again when all others are done: by then it is done, or its process has ended.
                order.push_back(order[at]);
                report_.slides[order[at]] = work->record();
                on = goes_on();
                continue;
            }
            if (at + 1 < slides_.size() && goes_on()) {
                next_ = std::async(std::launch::async, [this, next = order[at + 1]] { return prepared(next); });
            }
            finish(order[at], *work);
            on = goes_on();
            if (next_.valid() && !on) give_back(order[at + 1], *next_.get());
        }
        report_.interrupted = stop_requested() && report_.count(State::done) < report_.slides.size();
        write_table();
        return std::move(report_);
    }

  private:
    /// All at once, so that names hang on the list alone.
    void claim_names() {
        const auto records = options_.output / kFeatureRecords;
        create_folders(records);
        if (!options_.stage.empty()) remove_staged_leftovers(options_.stage);
        ResultFolders names(records);
        const auto claim = [&](const BatchSlide& slide) {
            auto& record = report_.slides.emplace_back();
            record.source = slide.path;
            record.label = slide.label, record.patient = slide.patient;
            record.name = names.claim(slide.path, slide.name);
        };
        if (options_.part) {
            create_folders(record_folder(options_.output, options_.part));
            return for_each_of_part(*options_.part, names, claim);
        }
        remove_leftovers(options_.output);
        remove_leftovers(records);
        for (const auto& slide : slides_) claim(slide);
    }

    /// Slides in the middle of which a process has ended come last: one that kills it does not keep others waiting.
    std::vector<std::size_t> working_order() const {
        std::vector<std::size_t> order(slides_.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        std::stable_partition(order.begin(), order.end(), [&](std::size_t i) {
            const auto stored = read_feature_record(options_.output / kFeatureRecords / report_.slides[i].name);
            return !stored || stored->state != State::running;
        });
        return order;
    }

    bool stop_requested() const { return callbacks_.stop_requested && callbacks_.stop_requested(); }
    bool goes_on() const { return !stop_requested() && report_.stopped.empty(); }

    std::unique_ptr<FeatureWork> prepared(std::size_t index) const {
        auto work = std::make_unique<FeatureWork>(encoder_, options_, slides_[index], report_.slides[index].name);
        work->prepare(callbacks_.stop_requested);
        return work;
    }

    /// What was prepared and is not wanted any more. What is known of it stays known.
    void give_back(std::size_t index, FeatureWork& work) {
        if (!work.is_ready()) report_.slides[index] = work.record();
        work.drop();
    }

    void finish(std::size_t index, FeatureWork& work) {
        if (work.is_ready()) {
            if (callbacks_.slide_begins) callbacks_.slide_begins(index, work.record(), work.why());
            work.finish(callbacks_);
        }
        auto& record = report_.slides[index] = work.record();
        failures_to_write_ = work.output_failed() ? failures_to_write_ + 1 : 0;
        if (failures_to_write_ >= kMostFailuresToWrite) {
            report_.stopped = "Features cannot be written any more: " + record.error;
        }
        if (callbacks_.slide_ends) callbacks_.slide_ends(index, record);
    }

    /// features.csv, of all records there are, whichever process wrote them, and of what failed here without one.
    std::string table() const {
        if (options_.part) return features_csv(report_.slides);
        auto records = read_feature_records(options_.output);
        std::map<std::string, const FeatureRecord*> failed;
        for (const auto& record : report_.slides) {
            if (record.state == State::failed) failed.emplace(record.name, &record);
        }
        for (auto& record : records) {
            const auto ours = failed.find(record.name);
            if (record.state == State::pending && ours != failed.end()) record = *ours->second;
        }
        return features_csv(records);
    }

    /// Of processes that end at the same time the last one to write must have seen the records of all: each looks again
    /// after it has written.
    void write_table() {
        try {
            if (options_.part) write_shard();
            std::string written;
            for (int i = 0; i < kMostFinalTables; ++i) {
                auto text = table();
                if (text == written) return;
                write_file(record_folder(options_.output, options_.part) / "features.csv", text);
                written = std::move(text);
            }
        } catch (const Error& error) {
            if (!report_.stopped.empty()) return;
            report_.stopped = std::string("features.csv could not be written: ") + error.what();
            report_.retry = worth_retrying(error);
        }
    }

    void write_shard() const {
        const auto& info = encoder_.info;
        const ShardMaker maker{version(), info.name, info.sha256, encoder_.digest, {}};
        write_file(record_folder(options_.output, options_.part) / kShardFile,
                   shard_json(*options_.part, maker, report_.interrupted));
    }

    OpenEncoder& encoder_;
    std::span<const BatchSlide> slides_;
    const FeatureOptions& options_;
    const FeatureCallbacks& callbacks_;
    FeatureReport report_;
    int failures_to_write_ = 0;
    std::future<std::unique_ptr<FeatureWork>> next_;
};

}  // namespace

std::size_t FeatureReport::count(State state) const {
    return static_cast<std::size_t>(std::ranges::count(slides, state, &FeatureRecord::state));
}

std::size_t FeatureReport::skipped() const {
    return static_cast<std::size_t>(std::ranges::count(slides, true, &FeatureRecord::skipped));
}

FeatureReport encode_slides(OpenEncoder& encoder, std::span<const BatchSlide> slides, const FeatureOptions& options,
                            const FeatureCallbacks& callbacks) {
    return FeatureBatch(encoder, slides, options, callbacks).run();
}

}  // namespace slidetype

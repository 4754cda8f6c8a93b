#include "plugin/batch/batch.h"

#include <algorithm>
#include <future>
#include <map>
#include <memory>
#include <utility>

#include "base/atomic_file.h"
#include "base/stopwatch.h"
#include "plugin/analysis/full_name.h"
#include "plugin/batch/patient_caller.h"
#include "plugin/batch/run_record.h"
#include "plugin/batch/slide_work.h"
#include "plugin/records/retry.h"
#include "plugin/results/result_folder.h"
#include "tiler/slides/slide_folder.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

using State = SlideRecord::State;

/// So many slides in a row whose result could not be written: the disk is full, and the rest would fail as well.
constexpr int kMostOutputFailures = 2;
/// run.json is written anew when this many times as long has passed as that took, so its cost stays below a twentieth.
constexpr int kRestFromSaving = 20;
/// Rounds until no other process has written in between; one is the rule.
constexpr int kMostFinalSaves = 20;

class Batch {
  public:
    Batch(const Engine& engine, std::span<const BatchSlide> slides, const BatchOptions& options,
          const BatchCallbacks& callbacks)
        : engine_(engine),
          slides_(slides),
          options_(options),
          callbacks_(callbacks),
          records_(options.output),
          model_digest_(model_digest(engine.model())),
          patients_(engine, options.output, options.analyse, options.patients) {}

    BatchReport run() {
        create_output();
        if (!options_.stage.empty()) remove_staged_leftovers(options_.stage);
        claim_folders();
        save();
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
            if (!work->record().skipped && work->record().state != State::locked) ++begun_;
            if (!options_.analyse.memory_bytes && at + 1 < slides_.size() && goes_on()) {
                next_ = std::async(std::launch::async, [this, next = order[at + 1]] { return prepared(next); });
            }
            finish(order[at], *work);
            on = goes_on();
            if (next_.valid() && !on) give_back(order[at + 1], *next_.get());
        }
        report_.interrupted = stop_requested() && report_.count(State::done) < report_.slides.size();
        save_finally();
        return std::move(report_);
    }

  private:
    void create_output() const {
        create_folders(options_.output);
        forget_patients();
        // What other shards have there may be a million folders, and is looked through by who puts them together.
        if (options_.part) return create_folders(record_folder(options_.output, options_.part));
        remove_leftovers(options_.output);
        forget_readable_folders();
    }

    /// A folder that could not be read stands in the record like a slide; when it can be read it is none any more.
    void forget_readable_folders() const {
        for (const auto& [folder, source] : claimed_folders(options_.output)) {
            std::error_code error;
            if (!fs::is_directory(source, error) || is_slide_folder(source)) continue;
            const fs::directory_iterator readable(source, error);
            std::string holder;
            auto lock = error ? nullptr : SlideLock::acquire(folder, holder);
            const auto record = lock ? read_record(folder) : std::nullopt;
            if (!record || record->state != State::failed) continue;
            fs::remove(folder / kStateFile, error);
            fs::remove(folder / kSourceFile, error);
            lock.reset();
            fs::remove(folder, error);  // where nobody has put anything beside
        }
    }

    /// Their calls are of slides as they were.
    void forget_patients() const {
        std::error_code error;
        fs::remove(options_.output / kPatientsFile, error);
    }

    /// All at once, so that run.json lists every slide from the beginning and names hang on the list alone.
    void claim_folders() {
        ResultFolders folders(options_.output);
        if (options_.part) return claim_part(folders);
        for (const auto& slide : slides_) claim_folder(folders, slide);
    }

    void claim_folder(ResultFolders& folders, const BatchSlide& slide) {
        auto& record = report_.slides.emplace_back();
        record.source = slide.path;
        record.label = slide.label, record.patient = slide.patient;
        record.name = folders.claim(slide.path, slide.name);
    }

    void claim_part(ResultFolders& folders) {
        std::vector<ClaimedFolder> claimed;
        for_each_of_part(*options_.part, folders, [&](const BatchSlide& slide) {
            claim_folder(folders, slide);
            const auto& record = report_.slides.back();
            claimed.push_back({options_.output / record.name, full_name(record.source)});
        });
        std::ranges::sort(claimed, {}, &ClaimedFolder::folder);
        records_.restrict_to(std::move(claimed));
    }

    /// Slides in the middle of which a process has ended come last: one that kills it does not keep others waiting.
    std::vector<std::size_t> working_order() const {
        std::vector<std::size_t> order(slides_.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        std::stable_partition(order.begin(), order.end(), [&](std::size_t i) {
            const auto stored = read_record(options_.output / report_.slides[i].name);
            return !stored || stored->state != State::running;
        });
        return order;
    }

    bool stop_requested() const { return callbacks_.stop_requested && callbacks_.stop_requested(); }
    bool goes_on() const {
        return !stop_requested() && report_.stopped.empty() && (!options_.limit || begun_ < *options_.limit);
    }

    std::unique_ptr<SlideWork> prepared(std::size_t index) const {
        const auto& slide = slides_[index];
        SlideTask task{slide,
                       options_.output / report_.slides[index].name,
                       slide_options(slide, options_.analyse),
                       options_.exports,
                       model_digest_,
                       options_.force,
                       options_.stage};
        auto work = std::make_unique<SlideWork>(engine_, std::move(task));
        work->prepare(callbacks_.stop_requested);
        return work;
    }

    /// What was prepared and is not wanted any more. What is known of it stays known.
    void give_back(std::size_t index, SlideWork& work) {
        if (!work.is_ready()) report_.slides[index] = work.record();
        work.drop();
    }

    void finish(std::size_t index, SlideWork& work) {
        if (work.is_ready()) {
            if (callbacks_.slide_begins) callbacks_.slide_begins(index, work.record(), work.why());
            work.finish({callbacks_.progress, callbacks_.stop_requested, {}, {}});
        }
        auto& record = report_.slides[index] = work.record();
        judge(work);
        if (!record.skipped && Clock::now() > next_save_) save();
        if (callbacks_.slide_ends) callbacks_.slide_ends(index, record);
    }

    /// Whether there is reason not to go on.
    void judge(const SlideWork& work) {
        output_failures_ = work.output_failed() ? output_failures_ + 1 : 0;
        if (output_failures_ >= kMostOutputFailures) {
            report_.stopped = "Results cannot be written any more: " + work.record().error;
        } else if (options_.fail_fast && work.record().state == State::failed) {
            report_.stopped = "A slide failed, and --fail-fast was given.";
        }
    }

    /// Nobody has written a record of these yet; what the manifest says of this run's own is known.
    void name_those_not_begun(std::vector<SlideRecord>& records) const {
        std::map<std::string, const SlideRecord*> ours;
        for (const auto& slide : report_.slides) ours.emplace(slide.name, &slide);
        for (auto& record : records) {
            const auto own = ours.find(record.name);
            if (record.state != State::pending || own == ours.end()) continue;
            record.label = own->second->label, record.patient = own->second->patient;
        }
    }

    /// Writes run.json and run.csv from the records of all slides, unless run.json would be `written`; gives its text.
    /// With `patients` also their calls, which take time.
    std::string write_unless(const std::string& written, bool patients) {
        auto records = records_.read();
        name_those_not_begun(records);
        if (patients && !options_.part) report_.patients = patients_.call(records);
        const auto facts = this->facts();
        auto text = run_json(records, report_.patients, facts);
        if (text == written) return text;
        if (!report_.patients.empty()) write_file(options_.output / kPatientsFile, patients_csv(report_.patients));
        const auto folder = record_folder(options_.output, options_.part);
        write_file(folder / "run.json", text);
        write_file(folder / "run.csv", run_csv(records));
        if (options_.part) {
            const ShardMaker maker{facts.version, facts.model, facts.model_sha256, model_digest_,
                                   options_.model_directory};
            write_file(folder / kShardFile, shard_json(*options_.part, maker, facts.interrupted));
        }
        return text;
    }

    RunFacts facts() const {
        RunFacts facts{
            version(), engine_.model().config.name, engine_.model().sha256, options_.output, report_.interrupted, {},
            {}};
        if (options_.part) facts.shard = options_.part->shard, facts.list = options_.part->list;
        return facts;
    }

    void save() {
        const auto begin = Clock::now();
        try {
            (void)write_unless({}, false);
        } catch (const Error&) {
            // The records of the slides count, and hold the truth; but a folder that never took a file is of no use.
            if (next_save_ == Clock::time_point{}) throw;
        }
        next_save_ = Clock::now() + kRestFromSaving * (Clock::now() - begin);
    }

    /// Of processes that end at the same time the last one to write must have seen the records of all: each looks again
    /// after it has written.
    void save_finally() {
        try {
            std::string written;
            for (int i = 0; i < kMostFinalSaves; ++i) {
                auto text = write_unless(written, !report_.interrupted);
                if (text == written) return;
                written = std::move(text);
            }
        } catch (const Error& error) {
            if (!report_.stopped.empty()) return;
            report_.stopped = std::string("run.json could not be written: ") + error.what();
            report_.retry = worth_retrying(error);
        }
    }

    const Engine& engine_;
    std::span<const BatchSlide> slides_;
    const BatchOptions& options_;
    const BatchCallbacks& callbacks_;
    RunRecords records_;
    std::string model_digest_;
    PatientCaller patients_;
    BatchReport report_;
    std::size_t begun_ = 0;
    int output_failures_ = 0;
    Clock::time_point next_save_{};
    std::future<std::unique_ptr<SlideWork>> next_;
};

}  // namespace

SlideResult run_slide(const Engine& engine, const fs::path& slide, const fs::path& folder,
                      const AnalyseOptions& analyse, const ExportOptions& exports, const AnalyseCallbacks& callbacks) {
    std::string holder;
    const auto lock = SlideLock::acquire(folder, holder);
    if (!lock) {
        throw Error(ErrorCode::io, folder.string(), holder + " is working on it", "Wait until that has ended.");
    }
    SlideRecord record;
    if (const auto stored = read_record(folder)) record.label = stored->label, record.patient = stored->patient;
    record.source = slide, record.name = folder.filename().string();
    record.fingerprint = fingerprint_of(engine, model_digest(engine.model()), slide, analyse, exports);
    fs::remove(folder / "summary.json");
    fs::remove(folder / kStateFile);
    auto result = engine.analyse(slide, analyse, callbacks);
    result.slide.name = record.name;
    record.seconds = result.timing.wall;
    store_result(result, record, folder, exports);
    return result;
}

std::size_t BatchReport::count(State state) const {
    return static_cast<std::size_t>(std::ranges::count(slides, state, &SlideRecord::state));
}

std::size_t BatchReport::skipped() const {
    return static_cast<std::size_t>(std::ranges::count(slides, true, &SlideRecord::skipped));
}

BatchReport run_batch(const Engine& engine, std::span<const BatchSlide> slides, const BatchOptions& options,
                      const BatchCallbacks& callbacks) {
    return Batch(engine, slides, options, callbacks).run();
}

BatchReport run_batch(const Engine& engine, std::span<const fs::path> slides, const BatchOptions& options,
                      const BatchCallbacks& callbacks) {
    const std::vector<BatchSlide> list(slides.begin(), slides.end());
    return run_batch(engine, list, options, callbacks);
}

}  // namespace slidetype

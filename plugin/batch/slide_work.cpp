#include "plugin/batch/slide_work.h"

#include <chrono>
#include <new>
#include <utility>

#include "base/error.h"
#include "base/stopwatch.h"
#include "plugin/analysis/full_name.h"
#include "plugin/results/result_folder.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

using State = SlideRecord::State;

std::map<std::string, std::uintmax_t> file_sizes(const fs::path& folder, const ExportOptions& exports) {
    std::map<std::string, std::uintmax_t> sizes;
    const auto add = [&](const std::string& name) { sizes[name] = fs::file_size(folder / name); };
    for (const auto& exporter : exporters()) {
        // Its length hangs on the digits of the timings; that it is there says that it is whole.
        if (exporter.file_name != "summary.json") add(std::string(exporter.file_name));
    }
    if (exports.plain_tiles_geojson) add("tiles.geojson");
    return sizes;
}

}  // namespace

Standing standing_of(const fs::path& folder, const std::optional<SlideRecord>& stored, const Fingerprint& now,
                     bool force) {
    if (!stored) return {};
    if (stored->state == State::running) return {false, "an earlier run ended in the middle of it"};
    if (stored->state != State::done || !stored->fingerprint) return {};
    if (force) return {false, "as was asked"};
    if (*stored->fingerprint != now) return {false, difference(now, *stored->fingerprint)};
    if (!fs::exists(folder / "summary.json") || !has_all_files(*stored, folder)) {
        return {false, "files of its result are missing"};
    }
    return {true, {}};
}

AnalyseOptions slide_options(const BatchSlide& slide, AnalyseOptions options) {
    if (slide.spacing_um_px) options.spacing_um_px = slide.spacing_um_px;
    if (!slide.region_of_interest.empty()) options.region_of_interest = slide.region_of_interest;
    return options;
}

void store_result(const SlideResult& result, SlideRecord& record, const fs::path& folder,
                  const ExportOptions& exports) {
    write_result_folder(result, folder, exports);
    fill_in(record, result);
    record.files = file_sizes(folder, exports);
    write_record(record, folder);
}

SlideWork::SlideWork(const Engine& engine, SlideTask task) : engine_(engine), task_(std::move(task)) {
    record_.source = task_.slide.path;
    record_.name = task_.folder.filename().string();
    record_.label = task_.slide.label;
    record_.patient = task_.slide.patient;
}

void SlideWork::prepare(const std::function<bool()>& stop_requested) {
    const auto begin = Clock::now();
    guarded([&] {
        std::string holder;
        writing([&] { lock_ = SlideLock::acquire(task_.folder, holder); });
        if (!lock_) {
            record_.state = State::locked;
            record_.error = task_.slide.path.string() + ": is left to " + holder + ", which is working on it";
            return;
        }
        remove_leftovers(task_.folder);
        record_.fingerprint =
            fingerprint_of(engine_, task_.model_digest, task_.slide.path, task_.analyse, task_.exports);
        if (!is_complete()) plan(stop_requested);
    });
    if (!is_ready()) lock_.reset();
    seconds_ = seconds_since(begin);
}

bool SlideWork::is_complete() {
    auto stored = read_record(task_.folder);
    auto standing = standing_of(task_.folder, stored, *record_.fingerprint, task_.force);
    why_ = std::move(standing.why);
    if (!standing.complete) return false;
    const bool renamed = stored->label != record_.label || stored->patient != record_.patient;
    stored->source = record_.source, stored->name = record_.name;
    stored->label = record_.label, stored->patient = record_.patient;
    record_ = std::move(*stored);
    record_.skipped = true;
    if (renamed) write_record(record_, task_.folder);
    return true;
}

/// From here on a result of before is void: the slide is there, and is not what it was made from.
void SlideWork::plan(const std::function<bool()>& stop_requested) {
    record_.state = State::running;
    writing([&] {
        write_record(record_, task_.folder);
        begun_ = true;
        fs::remove(task_.folder / "summary.json");
    });
    if (!task_.stage.empty()) staged_ = std::make_unique<StagedSlide>(task_.slide.path, task_.stage, stop_requested);
    plan_ = engine_.plan(staged_ ? staged_->path() : task_.slide.path, task_.analyse, {{}, stop_requested, {}, {}});
    if (staged_) require_same_slide(task_.slide.path, record_.fingerprint->slide);
}

/// What a result says of the slide is of the original, wherever its pixels were read.
void SlideWork::name_original(SlideResult& result) {
    result.slide.name = record_.name;
    if (!staged_) return;
    result.slide.source = full_name(task_.slide.path);
    result.note = staged_->original_names(result.note);
    for (auto& [tile, reason] : result.reasons) reason = staged_->original_names(reason);
}

void SlideWork::finish(const AnalyseCallbacks& callbacks) {
    const auto begin =
        Clock::now() - std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds_));
    guarded([&] {
        auto plan = std::move(*plan_);
        plan_.reset();
        auto result = engine_.analyse(std::move(plan), task_.analyse, callbacks);
        require_same_slide(task_.slide.path, record_.fingerprint->slide);
        if (!lock_->is_held()) {
            record_.state = State::locked;
            record_.error = task_.slide.path.string() + ": was taken over by another process";
            begun_ = false;
            return;
        }
        name_original(result);
        record_.seconds = seconds_since(begin);
        writing([&] { store_result(result, record_, task_.folder, task_.exports); });
        begun_ = false;
    });
    staged_.reset();
    lock_.reset();
}

void SlideWork::drop() {
    plan_.reset();
    staged_.reset();
    if (begun_ && lock_) {
        std::error_code ignored;
        fs::remove(task_.folder / kStateFile, ignored);
    }
    begun_ = false;
    lock_.reset();
}

/// Tells what goes wrong in a step that writes from what goes wrong with the slide.
void SlideWork::writing(const std::function<void()>& step) {
    output_failed_ = true;
    step();
    output_failed_ = false;
}

void SlideWork::guarded(const std::function<void()>& step) {
    try {
        step();
    } catch (const Error& error) {
        try {
            if (begun_ && error.code() == ErrorCode::corrupt)
                require_same_slide(task_.slide.path, record_.fingerprint->slide);
            fail(error);
        } catch (const Error& changed) {
            fail(changed);
        }
    } catch (const std::bad_alloc&) {
        fail(Error(ErrorCode::memory, task_.slide.path.string(), "not enough memory",
                   "Use fewer --threads, or give --memory so that they are chosen to fit."));
    } catch (const std::exception& error) {
        fail(Error(ErrorCode::internal, task_.slide.path.string(), error.what()));
    }
}

void SlideWork::fail(const Error& error) {
    plan_.reset();
    fill_in(record_, staged_ ? staged_->original_names(error) : error);
    staged_.reset();
    record_.fingerprint.reset();
    if (!lock_) return;  // not ours to write into
    // What is half written would only take room; a result of before stays where the slide itself could not be reached.
    if (begun_) remove_result(task_.folder);
    begun_ = false;
    try {
        write_record(record_, task_.folder);
    } catch (const Error&) {
        output_failed_ = true;  // without a record the slide counts as not done, which is true
    }
}

}  // namespace slidetype

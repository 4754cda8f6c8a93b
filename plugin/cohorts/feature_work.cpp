#include "plugin/cohorts/feature_work.h"

#include <fmt/format.h>

#include <new>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/parallel.h"
#include "base/sha256.h"
#include "base/stopwatch.h"
#include "plugin/analysis/slide_features.h"
#include "plugin/batch/slide_work.h"
#include "plugin/results/result_folder.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

using State = FeatureRecord::State;

/// Raise it when equal input no longer gives equal files: then files of before are made again.
constexpr int kFeatureFormat = 1;

std::string feature_settings(const FeatureOptions& options, const AnalyseOptions& analyse) {
    return fmt::format("{} {} {} {} {} {}", to_string(options.layout), static_cast<int>(options.numbers),
                       analyse.spacing_um_px ? fmt::format("{}", *analyse.spacing_um_px) : "from the slide",
                       analyse.min_tissue, analyse.overlap,
                       analyse.region_of_interest.empty() ? "" : sha256_hex_of_file(analyse.region_of_interest));
}

double mean_of(double x, double y) {
    return (x + y) / 2;
}

}  // namespace

FeatureWork::FeatureWork(OpenEncoder& encoder, const FeatureOptions& options, const BatchSlide& slide,
                         const std::string& name)
    : encoder_(encoder),
      options_(options),
      analyse_(slide_options(slide, options.analyse)),
      folder_(options.output / kFeatureRecords / name) {
    record_.source = slide.path;
    record_.name = name;
    record_.label = slide.label;
    record_.patient = slide.patient;
    file_ = options.output / record_.file_name();
}

void FeatureWork::prepare(const std::function<bool()>& stop_requested) {
    const auto begin = Clock::now();
    guarded([&] {
        std::string holder;
        writing([&] { lock_ = SlideLock::acquire(folder_, holder); });
        if (!lock_) {
            record_.state = State::locked;
            record_.error = record_.source.string() + ": is left to " + holder + ", which is working on it";
            return;
        }
        remove_leftovers(folder_);
        record_.fingerprint = fingerprint();
        if (!is_complete()) plan(stop_requested);
    });
    if (!is_ready()) lock_.reset();
    seconds_ = seconds_since(begin);
}

Fingerprint FeatureWork::fingerprint() const {
    return {kFeatureFormat, encoder_.digest, sha256_hex(feature_settings(options_, analyse_)),
            slide_digest(record_.source)};
}

bool FeatureWork::is_complete() {
    auto stored = read_feature_record(folder_);
    std::error_code error;
    const auto bytes = fs::file_size(file_, error);
    const bool there = !error;
    if (!stored) {
        if (!there) return false;
        throw Error(ErrorCode::usage, file_.string(),
                    "is there already, and was not made by this program for this slide",
                    "Move it out of the way, or choose another output folder; nothing was changed.");
    }
    if (stored->state == State::running) why_ = "an earlier run ended in the middle of it";
    if (stored->state != State::done || !stored->fingerprint) return false;
    if (options_.force) {
        why_ = "as was asked";
    } else if (*stored->fingerprint != *record_.fingerprint) {
        why_ = difference(*record_.fingerprint, *stored->fingerprint, "file", "encoder");
    } else if (!there || bytes != stored->bytes) {
        why_ = "its file is missing or was changed";
    }
    if (!why_.empty()) return false;
    const bool renamed = stored->label != record_.label || stored->patient != record_.patient;
    stored->source = record_.source, stored->name = record_.name;
    stored->label = record_.label, stored->patient = record_.patient;
    record_ = std::move(*stored);
    record_.skipped = true;
    if (renamed) write_record(record_, folder_);
    return true;
}

/// From here on a file of before is void: the slide is there, and is not what it was made from.
void FeatureWork::plan(const std::function<bool()>& stop_requested) {
    record_.state = State::running;
    writing([&] {
        write_record(record_, folder_);
        begun_ = true;
        fs::remove(file_);
    });
    if (!options_.stage.empty())
        staged_ = std::make_unique<StagedSlide>(record_.source, options_.stage, stop_requested);
    plan_ = plan_slide_for(encoder_.info, staged_ ? staged_->path() : record_.source, analyse_,
                           {{}, stop_requested, {}, {}});
    if (staged_) require_same_slide(record_.source, record_.fingerprint->slide);
}

void FeatureWork::finish(const FeatureCallbacks& callbacks) {
    const auto begin = Clock::now();
    guarded([&] {
        auto plan = std::move(*plan_);
        plan_.reset();
        record_.note = staged_ ? staged_->original_names(notes_of(plan)) : notes_of(plan);
        plan.mask = {}, plan.overview = {};  // large, and not needed any more
        encode(plan, callbacks);
        if (record_.state == State::locked) return;
        record_.seconds = seconds_ + seconds_since(begin);
        record_.state = State::done;
        writing([&] {
            record_.bytes = fs::file_size(file_);
            write_record(record_, folder_);
        });
        begun_ = false;
    });
    staged_.reset();
    lock_.reset();
}

void FeatureWork::encode(const SlidePlan& plan, const FeatureCallbacks& callbacks) {
    std::unique_ptr<FeatureWriter> writer;
    writing([&] {
        writer =
            open_feature_writer(file_, options_.layout, options_.numbers, encoder_.info.dimension, origin_of(plan));
    });
    std::size_t total = 0;
    for (const auto& tile : plan.grid.tiles) total += tile.status == TileStatus::ok ? 1 : 0;
    std::vector<TilePlace> places;
    const auto sink = [&](std::span<const std::size_t> tiles, std::span<const float> features) {
        places.clear();
        for (const auto tile : tiles) {
            const auto& rect = plan.grid.tiles[tile].rect;
            places.push_back({static_cast<double>(rect.x), static_cast<double>(rect.y)});
        }
        record_.tiles += tiles.size();
        writing([&] { writer->append(features, places); });
    };
    PipelineControl control;
    control.threads = analyse_.threads > 0 ? analyse_.threads : default_threads();
    control.stop_requested = callbacks.stop_requested;
    if (callbacks.progress) control.progress = [&](std::size_t done) { callbacks.progress(done, total); };
    record_.tiles = 0;
    const auto run = encode_slide(plan, *encoder_.encoder, sink, control);
    record_.encoder = encoder_.info.name;
    record_.dimension = encoder_.info.dimension;
    record_.unreadable = run.failures.size();
    record_.encoding_seconds = run.seconds_wall;
    if (total == 0) record_.note = "no tissue was found" + (record_.note.empty() ? "" : ". " + record_.note);
    require_same_slide(record_.source, record_.fingerprint->slide);
    if (!lock_->is_held()) {
        record_.state = State::locked;
        record_.error = record_.source.string() + ": was taken over by another process";
        begun_ = false;
        return;
    }
    writing([&] { writer->finish(); });
}

BagOrigin FeatureWork::origin_of(const SlidePlan& plan) const {
    const auto& info = encoder_.info;
    BagOrigin origin;
    origin.slide = record_.name;
    origin.encoder = info.name;
    origin.encoder_sha256 = info.sha256;
    origin.tile_level0_px = mean_of(plan.grid.tile_width, plan.grid.tile_height);
    origin.tile_um = info.patch_size_px * info.spacing_um_px;
    origin.patch_size_px = info.patch_size_px;
    origin.spacing_um_px = info.spacing_um_px;
    origin.level0_spacing_um_px = mean_of(plan.spacing.x_um_px, plan.spacing.y_um_px);
    origin.overlap_px = plan.grid.overlap * info.patch_size_px;
    origin.unit = PlaceUnit::level0_px;
    return origin;
}

void FeatureWork::drop() {
    plan_.reset();
    staged_.reset();
    if (begun_ && lock_) {
        std::error_code ignored;
        fs::remove(folder_ / kStateFile, ignored);
    }
    begun_ = false;
    lock_.reset();
}

/// Tells what goes wrong in a step that writes from what goes wrong with the slide.
void FeatureWork::writing(const std::function<void()>& step) {
    output_failed_ = true;
    step();
    output_failed_ = false;
}

void FeatureWork::guarded(const std::function<void()>& step) {
    try {
        step();
    } catch (const Error& error) {
        try {
            if (begun_ && error.code() == ErrorCode::corrupt)
                require_same_slide(record_.source, record_.fingerprint->slide);
            fail(error);
        } catch (const Error& changed) {
            fail(changed);
        }
    } catch (const std::bad_alloc&) {
        fail(Error(ErrorCode::memory, record_.source.string(), "not enough memory", "Use fewer --threads."));
    } catch (const std::exception& error) {
        fail(Error(ErrorCode::internal, record_.source.string(), error.what()));
    }
}

void FeatureWork::fail(const Error& error) {
    plan_.reset();
    // A number that a half cannot hold is the fault of the encoder, not of the disk.
    if (error.code() != ErrorCode::io) output_failed_ = false;
    fill_in(record_, staged_ ? staged_->original_names(error) : error);
    staged_.reset();
    record_.fingerprint.reset();
    if (!lock_) return;  // not ours to write into
    const bool begun = std::exchange(begun_, false);
    std::error_code ignored;
    if (begun) fs::remove(file_, ignored);
    try {
        // As if it had not been begun, or a reason that stays; but a file that is not ours has no record.
        if (record_.state == State::cancelled) {
            if (begun) fs::remove(folder_ / kStateFile, ignored);
        } else if (begun || !fs::exists(file_, ignored)) {
            write_record(record_, folder_);
        }
    } catch (const Error&) {
        output_failed_ = true;  // without a record the slide counts as not done, which is true
    }
}

}  // namespace slidetype

#include "plugin/pictures/score_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/atomic_file.h"
#include "base/budget.h"
#include "base/chunks.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/pictures/image_file.h"
#include "base/sha256.h"
#include "base/stopwatch.h"
#include "base/words.h"
#include "plugin/pictures/field_file.h"
#include "plugin/pictures/field_heatmap.h"
#include "plugin/pictures/score_files.h"
#include "plugin/pictures/score_journal.h"
#include "plugin/records/slide_lock.h"
#include "plugin/results/result_folder.h"
#include "plugin/results/text.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

/// The version of what is written. Raise it when equal input no longer gives equal scores.
constexpr int kScoresFormat = 3;  // 2: resampled as Pillow does; 3: tiles vote as those of slides, and traits are kept
constexpr const char* kHeatmaps = "heatmaps";
/// Pictures that a thread takes at once, so that the backend gets several. Of few pictures, which may be large, each
/// thread takes one.
constexpr std::size_t kMostAtOnce = 8, kChunks = 64;

/// Smaller ones do not count against the budget of all threads, which is that of one of the largest.
constexpr std::int64_t kFewPixels = 4'000'000;

/// A picture that is cut, while its heatmap is still to be drawn.
struct LargePicture {
    RgbImage image;
    Budget::Lease lease;
};

/// A picture on its way.
struct Work {
    const ListedPicture* picture = nullptr;
    std::string key, digest;
    std::optional<ScoreRow> row;  ///< once it is done
    bool taken = false;           ///< from a run of before
    bool failed = false;
};

ScoreRow failed_row(const std::string& cause, const std::string& hint = {}) {
    ScoreRow row;
    row.status = TileStatus::read_error;
    row.reason = hint.empty() ? cause : cause + ". " + sentence(hint);
    return row;
}

/// Runs `work`; what it throws of a picture becomes the reason why that is not scored.
template <typename Function>
void or_fail(Work& of, Function work) {
    try {
        work();
        return;
    } catch (const Error& error) {
        if (error.code() == ErrorCode::bad_model) throw;
        of.row = failed_row(error.cause(), error.hint());
    } catch (const std::bad_alloc&) {
        of.row = failed_row("needs more memory than there is", "Make it smaller, or use a larger machine");
    } catch (const std::exception& error) {
        of.row = failed_row(error.what());
    }
    of.failed = true;
}

void require_own_folder(const fs::path& output) {
    if (!fs::exists(output / "run.json")) return;
    throw Error(ErrorCode::usage, output.string(), "holds results of slides", "Choose another folder with --output.");
}

std::string settings_digest(const Engine& engine, const FieldOptions& options) {
    nlohmann::ordered_json settings;
    for (const auto& [name, value] : field_parameters(engine, options)) {
        std::visit([&, &key = name](const auto& typed) { settings[key] = typed; }, value);
    }
    return sha256_hex(settings.dump());
}

class Run {
  public:
    Run(const Engine& engine, const PictureList& pictures, const ScoreRunOptions& options,
        const ScoreRunCallbacks& callbacks)
        : scorer_(engine, options.field),
          list_(pictures),
          options_(options),
          callbacks_(callbacks),
          rows_(pictures.pictures.size()) {
        create_folders(options.output);
        require_own_folder(options.output);
        std::string holder;
        lock_ = SlideLock::acquire(options.output, holder);
        if (!lock_) {
            throw Error(ErrorCode::io, options.output.string(), holder + " is working in it",
                        "Wait until that has ended, or choose another folder.");
        }
        remove_leftovers(options.output);
        std::error_code error;
        fs::remove(options.output / "summary.json", error);  // so that nothing stale looks finished meanwhile
        const Fingerprint now{kScoresFormat, model_digest(engine.model()), settings_digest(engine, options.field), {}};
        journal_.emplace(options.output, now, options.force);
    }

    ScoreRun run() {
        const auto begin = Clock::now();
        const auto& pictures = list_.pictures;
        const auto at_once = std::clamp<std::size_t>(pictures.size() / kChunks, 1, kMostAtOnce);
        const int threads = options_.threads > 0 ? options_.threads : default_threads();
        parallel_for(threads, chunk_count(pictures.size(), at_once), [&](std::size_t c) {
            if (!stop_requested()) score_chunk(chunk(std::span(pictures), at_once, c), c * at_once);
        });
        ScoreRun out;
        out.seconds = seconds_since(begin);
        out.listed = pictures.size();
        out.taken = taken_;
        out.again_because = journal_->again_because();
        const auto& config = scorer_.engine().model().config;
        out.table.class_names = class_labels(config.class_names);
        out.table.has_tumour = config.slidetype && config.slidetype->gate;
        out.table.has_strangeness = config.slidetype && config.slidetype->familiarity;
        for (auto& row : rows_) {
            if (row) out.table.rows.push_back(std::move(*row));
        }
        out.interrupted = out.table.rows.size() < pictures.size();
        out.cases =
            call_cases(out.table, scorer_.engine().model(), options_.field.gate, options_.field.familiarity_guard);
        if (out.interrupted) return out;
        if (callbacks_.writing) callbacks_.writing();
        write_score_files({scorer_, list_, out, options_.output, threads});
        return out;
    }

  private:
    bool stop_requested() const { return callbacks_.stop_requested && callbacks_.stop_requested(); }

    void score_chunk(std::span<const ListedPicture> pictures, std::size_t first) {
        std::vector<Work> works(pictures.size());
        std::vector<PreparedField> fields;
        std::vector<Work*> scored;
        for (std::size_t i = 0; i < pictures.size(); ++i) {
            if (stop_requested()) return;
            auto& work = works[i];
            work.picture = &pictures[i];
            std::optional<LargePicture> large;
            or_fail(work, [&] { large = prepare(work, fields); });
            if (work.row) continue;
            if (large) {
                // At once, so that no thread keeps more than one large picture.
                const auto score = std::move(scorer_.score({&fields.back(), 1}).front());
                fields.pop_back();
                work.row = row_of(score);
                work.row->heatmap = write_heatmap(work, large->image, score);
            } else {
                scored.push_back(&work);
            }
        }
        const auto scores = scorer_.score(fields);
        for (std::size_t i = 0; i < scored.size(); ++i) scored[i]->row = row_of(scores[i]);
        keep(works, first);
    }

    /// Reads the picture and makes it small, unless its scores are known. Gives it back where it is cut.
    std::optional<LargePicture> prepare(Work& work, std::vector<PreparedField>& fields) {
        const auto& picture = *work.picture;
        work.key = picture_key(picture);
        work.digest = picture_digest(picture);
        if (auto known = journal_->find(work.key, work.digest)) {
            work.row = std::move(known);
            work.taken = true;
            return std::nullopt;
        }
        const auto facts = look_at_field(picture.file);
        auto lease = budget_.take(facts.pixels() > kFewPixels ? facts.pixels() : 0);
        LargePicture large{read_image(picture.file), std::move(lease)};
        const bool own_scale = picture.scale.field_um || picture.scale.spacing_um_px;
        const auto file_um_px = spacing_said_by(facts);
        fields.push_back(own_scale ? scorer_.prepare(large.image, file_um_px, picture.scale)
                                   : scorer_.prepare(large.image, file_um_px));
        auto note = remark_on(facts);
        add_sentence(note, fields.back().note);
        fields.back().note = std::move(note);
        if (!fields.back().scale.cut) return std::nullopt;
        return large;
    }

    static std::optional<FieldVote> vote_of(const FieldScore& score) {
        if (!score.call) return std::nullopt;
        const auto& call = *score.call;
        FieldVote vote;
        vote.call = std::string(to_string(call.label));
        if (call.ci95) vote.ci95 = {as_written((*call.ci95)[0]), as_written((*call.ci95)[1])};
        vote.mean_prob_lusc = as_written(*call.vote_mean), vote.border_share = as_written(*call.border_share);
        vote.voting_mm2 = as_written(call.voting_area_mm2), vote.tumour_mm2 = as_written(call.tumour_area_mm2);
        return vote;
    }

    ScoreRow row_of(const FieldScore& score) const {
        const auto& names = scorer_.engine().model().config.class_names;
        ScoreRow row;
        row.width = score.width, row.height = score.height;
        row.status = score.status;
        if (score.voted_class) row.class_name = class_labels(names).at(*score.voted_class);
        for (const double p : score.probabilities) row.probabilities.push_back(as_written(p));
        if (score.tumour) row.tumour = as_written(*score.tumour);
        if (score.strangeness) row.strangeness = as_written(*score.strangeness);
        row.reason = score.reason;
        if (score.traits) {
            row.traits = *score.traits;
            for (auto& value : *row.traits) value = as_written(value);  // short in the journal
            row.traits_tiles = score.traits_tiles;
        }
        row.spacing_um_px = as_written(score.scale.spacing_um_px);
        row.scale = score.scale.source;
        row.tiles = score.scale.cut ? score.tiles.size() : 1;
        row.voting_tiles = score.scale.cut ? score.voting_tiles() : score.status == TileStatus::ok ? 1 : 0;
        row.vote = vote_of(score);
        row.note = score.note;
        return row;
    }

    std::string write_heatmap(const Work& work, const RgbImage& picture, const FieldScore& score) const {
        constexpr std::size_t kDigits = 8;
        const auto stem = valid_utf8(work.picture->file.stem().string());
        std::string name;
        for (const char c : stem) name += static_cast<unsigned char>(c) < 0x20 ? '_' : c;
        const auto file = fs::path(kHeatmaps) / (name + "-" + work.key.substr(0, kDigits) + ".png");
        create_folders(options_.output / kHeatmaps);
        const auto png = encode_png(field_heatmap(picture, score, scorer_.engine().model().config.class_names));
        write_file(options_.output / file, {reinterpret_cast<const char*>(png.data()), png.size()});
        return file.generic_string();
    }

    void keep(std::vector<Work>& works, std::size_t first) {
        const std::scoped_lock lock(mutex_);
        for (std::size_t i = 0; i < works.size(); ++i) {
            auto& work = works[i];
            auto& row = *work.row;
            if (!work.taken && !work.failed) journal_->add(work.key, work.digest, row);
            row.file = work.picture->name, row.case_name = work.picture->case_name;
            taken_ += work.taken ? 1 : 0;
            if (work.failed && callbacks_.failed) callbacks_.failed(*work.picture, row);
            rows_[first + i] = std::move(row);
        }
        done_ += works.size();
        if (callbacks_.progress) callbacks_.progress(done_, taken_, rows_.size());
    }

    FieldScorer scorer_;
    const PictureList& list_;
    const ScoreRunOptions& options_;
    const ScoreRunCallbacks& callbacks_;
    std::unique_ptr<SlideLock> lock_;
    std::optional<ScoreJournal> journal_;
    Budget budget_{kMostFieldPixels};
    std::mutex mutex_;
    std::vector<std::optional<ScoreRow>> rows_;
    std::size_t done_ = 0, taken_ = 0;
};

}  // namespace

std::size_t ScoreRun::count(TileStatus status) const {
    return static_cast<std::size_t>(std::ranges::count(table.rows, status, &ScoreRow::status));
}

std::vector<std::pair<std::string, ParameterValue>> field_parameters(const Engine& engine,
                                                                     const FieldOptions& options) {
    const auto or_unknown = [](const std::optional<double>& value) {
        return value ? ParameterValue(*value) : ParameterValue(std::string("not given"));
    };
    return {{"field_um", or_unknown(options.scale.field_um)},
            {"spacing_um_px", or_unknown(options.scale.spacing_um_px)},
            {"assumed_spacing_um_px", kAssumedSpacing},
            {"most_pixels_of_one_field", std::int64_t{kMostPixelsOfOneField}},
            {"most_fields_whole", kMostFieldsWhole},
            {"min_tissue", options.min_tissue},
            {"gate", options.gate},
            {"familiarity_guard", options.familiarity_guard},
            {"backend", engine.backend()}};
}

ScoreRun score_pictures(const Engine& engine, const PictureList& pictures, const ScoreRunOptions& options,
                        const ScoreRunCallbacks& callbacks) {
    return Run(engine, pictures, options, callbacks).run();
}

}  // namespace slidetype

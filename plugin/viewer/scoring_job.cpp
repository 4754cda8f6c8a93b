#include "plugin/viewer/scoring_job.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/error.h"
#include "plugin/batch/batch.h"
#include "plugin/results/result_folder.h"

namespace slidetype::viewer {

std::string_view to_string(JobProgress::State state) {
    static constexpr std::array<std::string_view, 5> names = {"queued", "running", "done", "failed", "cancelled"};
    return names.at(static_cast<std::size_t>(state));
}

ScoringJobs::ScoringJobs(OpenEngine open, std::filesystem::path output, AnalyseOptions analyse)
    : open_(std::move(open)),
      output_(std::move(output)),
      analyse_(std::move(analyse)),
      worker_([this](const std::stop_token& stop) { work(stop); }) {}

ScoringJobs::~ScoringJobs() {
    worker_.request_stop();
    changed_.notify_all();
}

void ScoringJobs::start(const std::string& id, const std::filesystem::path& slide) {
    const std::lock_guard lock(mutex_);
    const auto known = progress_.find(id);
    if (known != progress_.end() &&
        (known->second.state == JobProgress::State::queued || known->second.state == JobProgress::State::running)) {
        return;
    }
    progress_[id] = {};
    queue_.push_back({id, slide});
    changed_.notify_all();
}

void ScoringJobs::cancel(const std::string& id) {
    const std::lock_guard lock(mutex_);
    if (running_ == id) cancel_running_ = true;
    if (std::erase_if(queue_, [&](const Job& job) { return job.id == id; }) > 0) {
        progress_[id].state = JobProgress::State::cancelled;
    }
}

std::optional<JobProgress> ScoringJobs::progress(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    const auto found = progress_.find(id);
    return found == progress_.end() ? std::nullopt : std::optional(found->second);
}

bool ScoringJobs::is_active(const std::string& id) const {
    const auto now = progress(id);
    return now && (now->state == JobProgress::State::queued || now->state == JobProgress::State::running);
}

std::vector<std::string> ScoringJobs::class_names() const {
    const std::lock_guard lock(mutex_);
    return class_names_;
}

std::optional<PartialScores> ScoringJobs::partial(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    return running_ == id ? partial_ : std::nullopt;
}

void ScoringJobs::work(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        Job job;
        {
            std::unique_lock lock(mutex_);
            if (!changed_.wait(lock, stop, [this] { return !queue_.empty(); })) return;
            job = std::move(queue_.front());
            queue_.pop_front();
            running_ = job.id;
            cancel_running_ = false;
            progress_[job.id].state = JobProgress::State::running;
        }
        try {
            score(job, stop);
            finish(job.id, JobProgress::State::done);
        } catch (const Error& error) {
            const bool cancelled = error.code() == ErrorCode::cancelled;
            finish(job.id, cancelled ? JobProgress::State::cancelled : JobProgress::State::failed, error.what(),
                   error.hint());
        } catch (const std::exception& error) {
            finish(job.id, JobProgress::State::failed, error.what());
        }
    }
}

void ScoringJobs::score(const Job& job, const std::stop_token& stop) {
    if (!engine_) engine_ = open_();
    {
        const std::lock_guard lock(mutex_);
        class_names_ = engine_->model().config.class_names;
    }
    std::error_code error;
    std::filesystem::create_directories(output_, error);  // what is wrong with it, the claim will say
    ResultFolders folders(output_);
    run_slide(*engine_, job.slide, output_ / folders.claim(job.slide), analyse_, {}, callbacks(job, stop));
}

AnalyseCallbacks ScoringJobs::callbacks(const Job& job, const std::stop_token& stop) {
    AnalyseCallbacks callbacks;
    callbacks.progress = [this, id = job.id](const AnalyseProgress& at) {
        const std::lock_guard lock(mutex_);
        progress_[id].at = at;
    };
    callbacks.stop_requested = [this, stop] {
        const std::lock_guard lock(mutex_);
        return stop.stop_requested() || cancel_running_;
    };
    callbacks.grid_laid = [this](const TileGrid& grid) {
        constexpr float kNotScored = std::numeric_limits<float>::quiet_NaN();
        const auto& config = engine_->model().config;
        PartialScores partial;
        partial.grid = grid;
        partial.class_names = config.class_names;
        partial.probabilities.assign(grid.tiles.size() * config.class_names.size(), kNotScored);
        if (config.slidetype && config.slidetype->gate) partial.tumour.assign(grid.tiles.size(), kNotScored);
        if (config.slidetype && config.slidetype->familiarity)
            partial.strangeness.assign(grid.tiles.size(), kNotScored);
        const std::lock_guard lock(mutex_);
        partial_ = std::move(partial);
    };
    callbacks.tiles_scored = [this](std::span<const std::size_t> tiles, const TileScores& scores) {
        store(tiles, scores);
    };
    return callbacks;
}

void ScoringJobs::store(std::span<const std::size_t> tiles, const TileScores& scores) {
    const std::lock_guard lock(mutex_);
    const auto classes = partial_->class_names.size();
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        std::copy_n(scores.probabilities.begin() + static_cast<std::ptrdiff_t>(i * classes), classes,
                    partial_->probabilities.begin() + static_cast<std::ptrdiff_t>(tiles[i] * classes));
        if (!partial_->tumour.empty()) partial_->tumour[tiles[i]] = scores.tumour.at(i);
        if (!partial_->strangeness.empty()) partial_->strangeness[tiles[i]] = scores.strangeness.at(i);
    }
}

void ScoringJobs::finish(const std::string& id, JobProgress::State state, const std::string& error,
                         const std::string& hint) {
    const std::lock_guard lock(mutex_);
    auto& progress = progress_[id];
    progress.state = state;
    progress.error = error;
    progress.hint = hint;
    running_.clear();
    partial_.reset();
}

}  // namespace slidetype::viewer

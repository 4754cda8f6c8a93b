#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "plugin/analysis/engine.h"
#include "plugin/results/exporter.h"

namespace slidetype::viewer {

/// How far the scoring of one slide is.
struct JobProgress {
    enum class State { queued, running, done, failed, cancelled };
    State state = State::queued;
    AnalyseProgress at;
    std::string error, hint;  ///< failed: why
};
std::string_view to_string(JobProgress::State state);

/// The scores that a running job has so far.
struct PartialScores {
    TileGrid grid;
    std::vector<float> probabilities, tumour, strangeness;  ///< as in SlideResult
    std::vector<std::string> class_names;
};

/// Scores slides on request, one after the other, in a thread of its own, and writes their result folders as `run`
/// does. The model is opened with the first job. Thread-safe.
class ScoringJobs {
  public:
    using OpenEngine = std::function<std::shared_ptr<const Engine>()>;

    /// `output`: where result folders go.
    ScoringJobs(OpenEngine open, std::filesystem::path output, AnalyseOptions analyse);
    /// Cancels what runs and waits for it.
    ~ScoringJobs();
    ScoringJobs(const ScoringJobs&) = delete;
    ScoringJobs& operator=(const ScoringJobs&) = delete;

    /// Queues a slide; nothing happens where it is queued or running already. `id` names it from here on.
    void start(const std::string& id, const std::filesystem::path& slide);
    void cancel(const std::string& id);
    /// Nothing where no job of this id was ever started.
    std::optional<JobProgress> progress(const std::string& id) const;
    bool is_active(const std::string& id) const;
    /// µm per level-0 pixel that slides are scored with, where it is not their own.
    std::optional<double> spacing_um_px() const { return analyse_.spacing_um_px; }
    /// Of the model; empty before it was opened.
    std::vector<std::string> class_names() const;
    /// A copy of what the running job has; nothing where it does not run or has no grid yet.
    std::optional<PartialScores> partial(const std::string& id) const;

  private:
    struct Job {
        std::string id;
        std::filesystem::path slide;
    };
    void work(const std::stop_token& stop);
    void score(const Job& job, const std::stop_token& stop);
    AnalyseCallbacks callbacks(const Job& job, const std::stop_token& stop);
    void finish(const std::string& id, JobProgress::State state, const std::string& error = {},
                const std::string& hint = {});
    void store(std::span<const std::size_t> tiles, const TileScores& scores);

    OpenEngine open_;
    std::filesystem::path output_;
    AnalyseOptions analyse_;
    std::shared_ptr<const Engine> engine_;  ///< of the worker thread
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<Job> queue_;
    std::map<std::string, JobProgress> progress_;
    std::string running_;
    bool cancel_running_ = false;
    std::optional<PartialScores> partial_;
    std::vector<std::string> class_names_;
    std::jthread worker_;  ///< last, so that it ends first
};

}  // namespace slidetype::viewer

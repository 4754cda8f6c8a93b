#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "plugin/analysis/engine.h"
#include "plugin/batch/slide_list.h"
#include "plugin/records/slide_lock.h"
#include "plugin/records/slide_record.h"
#include "plugin/records/staged_slide.h"
#include "plugin/results/exporter.h"

namespace slidetype {

/// Whether a result is there already, and where it is not, why it is made again (empty: for the first time).
struct Standing {
    bool complete = false;
    std::string why;
};
/// `now`: of what the result would be made from.
Standing standing_of(const std::filesystem::path& folder, const std::optional<SlideRecord>& stored,
                     const Fingerprint& now, bool force);

/// The options of the run with what the manifest says of the slide.
AnalyseOptions slide_options(const BatchSlide& slide, AnalyseOptions options);

/// One slide and the folder that it has claimed.
struct SlideTask {
    BatchSlide slide;
    std::filesystem::path folder;
    AnalyseOptions analyse;  ///< with what the manifest says of the slide
    ExportOptions exports;
    std::string model_digest;       ///< of the engine's model
    bool force = false;             ///< do it even if its result is complete
    std::filesystem::path stage{};  ///< a folder of a nearer disk that the slide is copied to meanwhile; empty: none
};

/// A slide's way through a batch: prepare(), then finish() or drop(). Whatever goes wrong is kept in the record and
/// never thrown, so that one part can run on a thread of its own. The lock is held from one to the other. `engine` must
/// outlive it. One object is used by one thread at a time.
class SlideWork {
  public:
    SlideWork(const Engine& engine, SlideTask task);
    ~SlideWork() { drop(); }
    SlideWork(const SlideWork&) = delete;
    SlideWork& operator=(const SlideWork&) = delete;

    /// Takes the lock, sees whether the result is there already, opens the slide and plans its tiles.
    void prepare(const std::function<bool()>& stop_requested);
    /// Whether there is something to finish: the slide is not complete, locked or failed.
    bool is_ready() const { return plan_.has_value(); }
    /// Scores the tiles, writes the result, then the record.
    void finish(const AnalyseCallbacks& callbacks);
    /// Gives a prepared slide back as if it had not been begun.
    void drop();

    const SlideRecord& record() const { return record_; }
    /// Why the slide is done again; empty where it is done for the first time.
    const std::string& why() const { return why_; }
    /// Something of the slide's could not be written, which may be the fault of the whole output folder.
    bool output_failed() const { return output_failed_; }

  private:
    bool is_complete();
    void plan(const std::function<bool()>& stop_requested);
    void name_original(SlideResult& result);
    void writing(const std::function<void()>& step);
    void guarded(const std::function<void()>& step);
    void fail(const Error& error);

    const Engine& engine_;
    SlideTask task_;
    SlideRecord record_;
    std::string why_;
    std::unique_ptr<SlideLock> lock_;
    std::unique_ptr<StagedSlide> staged_;  ///< outlives the plan, which has it open
    std::optional<SlidePlan> plan_;
    bool begun_ = false;  ///< `running` is on record
    bool output_failed_ = false;
    double seconds_ = 0;
};

/// Writes the result, then the record that makes it complete. Throws Error(io).
void store_result(const SlideResult& result, SlideRecord& record, const std::filesystem::path& folder,
                  const ExportOptions& exports);

}  // namespace slidetype

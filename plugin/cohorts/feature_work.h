#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "plugin/cohorts/feature_batch.h"
#include "plugin/records/slide_lock.h"
#include "plugin/records/staged_slide.h"

namespace slidetype {

/// The features of one slide: prepare(), then finish() or drop(). Whatever goes wrong is kept in the record and never
/// thrown, so that one part can run on a thread of its own. The lock is held from one to the other. `encoder` and
/// `options` must outlive it. One object is used by one thread at a time.
class FeatureWork {
  public:
    /// `name`: of the folder that the slide has claimed below kFeatureRecords.
    FeatureWork(OpenEncoder& encoder, const FeatureOptions& options, const BatchSlide& slide, const std::string& name);
    ~FeatureWork() { drop(); }
    FeatureWork(const FeatureWork&) = delete;
    FeatureWork& operator=(const FeatureWork&) = delete;

    /// Takes the lock, sees whether the file is there already, opens the slide and plans its tiles.
    void prepare(const std::function<bool()>& stop_requested);
    /// Whether there is something to finish: the slide is not complete, locked or failed.
    bool is_ready() const { return plan_.has_value(); }
    /// Encodes the tiles into the file, then writes the record.
    void finish(const FeatureCallbacks& callbacks);
    /// Gives a prepared slide back as if it had not been begun.
    void drop();

    const FeatureRecord& record() const { return record_; }
    /// Why the slide is done again; empty where it is done for the first time.
    const std::string& why() const { return why_; }
    /// Something of the slide's could not be written, which may be the fault of the whole output folder.
    bool output_failed() const { return output_failed_; }

  private:
    Fingerprint fingerprint() const;
    bool is_complete();
    void plan(const std::function<bool()>& stop_requested);
    void encode(const SlidePlan& plan, const FeatureCallbacks& callbacks);
    BagOrigin origin_of(const SlidePlan& plan) const;
    void writing(const std::function<void()>& step);
    void guarded(const std::function<void()>& step);
    void fail(const Error& error);

    OpenEncoder& encoder_;
    const FeatureOptions& options_;
    AnalyseOptions analyse_;
    std::filesystem::path folder_, file_;
    FeatureRecord record_;
    std::string why_;
    std::unique_ptr<SlideLock> lock_;
    std::unique_ptr<StagedSlide> staged_;  ///< outlives the plan, which has it open
    std::optional<SlidePlan> plan_;
    bool begun_ = false;  ///< `running` is on record
    bool output_failed_ = false;
    double seconds_ = 0;
};

}  // namespace slidetype

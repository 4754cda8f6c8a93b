#pragma once

#include <optional>
#include <string>

#include "base/stopwatch.h"
#include "cli/progress.h"
#include "cli/waiting.h"
#include "plugin/batch/batch.h"

namespace slidetype {

/// Shows one slide at a time: a bar while it is worked on, with where the whole batch stands, and a line when it is
/// done.
class RunDisplay {
  public:
    RunDisplay(std::size_t slides, bool quiet) : slides_(slides), quiet_(quiet) {}

    void await(std::size_t index, const SlideRecord& record);
    void begin(std::size_t index, const SlideRecord& record, const std::string& why);
    void progress(const AnalyseProgress& progress);
    void end(std::size_t index, const SlideRecord& record);

  private:
    std::string title(std::size_t index, const SlideRecord& record) const;
    std::string batch_note(const AnalyseProgress& progress) const;

    std::size_t slides_;
    bool quiet_;
    std::string title_;
    AnalyseStage stage_ = AnalyseStage::open;
    std::optional<Progress> bar_;
    std::optional<Waiting> waiting_;
    std::size_t ended_ = 0;      ///< slides, whatever became of them
    std::size_t worked_on_ = 0;  ///< of these, those that took time
    double seconds_ = 0;         ///< that they took
    std::size_t tiles_ = 0;      ///< that were scored in them
    Clock::time_point slide_begin_ = Clock::now();
};

}  // namespace slidetype

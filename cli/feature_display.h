#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "base/stopwatch.h"
#include "cli/progress.h"
#include "cli/waiting.h"
#include "model/network/encoder_config.h"
#include "plugin/cohorts/feature_batch.h"

namespace slidetype {

/// Shows one slide at a time: a bar while it is encoded, with where all slides stand, and a line when it is done.
class FeatureDisplay {
  public:
    FeatureDisplay(std::size_t slides, bool quiet) : slides_(slides), quiet_(quiet) {}

    void await(std::size_t index, const FeatureRecord& record);
    void begin(std::size_t index, const FeatureRecord& record, const std::string& why);
    void progress(std::size_t done, std::size_t total);
    void end(std::size_t index, const FeatureRecord& record);

  private:
    std::string title(std::size_t index, const FeatureRecord& record) const;
    std::string all_note() const;

    std::size_t slides_;
    bool quiet_;
    std::string title_;
    std::optional<Progress> bar_;
    std::optional<Waiting> waiting_;
    std::size_t ended_ = 0;      ///< slides, whatever became of them
    std::size_t worked_on_ = 0;  ///< of these, those that were encoded now
    double seconds_ = 0;         ///< that they took
    Clock::time_point slide_begin_ = Clock::now();
};

/// encode_slides() with a FeatureDisplay, until a signal asks to stop.
FeatureReport encode_shown(OpenEncoder& encoder, std::span<const BatchSlide> slides, const FeatureOptions& options,
                           bool quiet);

/// On standard output what was encoded, in a line; on standard error what failed and why, and how many slides are in
/// which state.
void print_feature_summary(const FeatureReport& report, const EncoderInfo& encoder,
                           const std::filesystem::path& output);

/// 0, 2, 3 or 130, see ExitCode.
int exit_code(const FeatureReport& report);

}  // namespace slidetype

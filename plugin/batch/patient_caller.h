#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "plugin/analysis/engine.h"
#include "plugin/batch/patient_line.h"
#include "plugin/records/slide_record.h"

namespace slidetype {

/// Makes one call for each patient of an output folder, from the results of their slides, whichever process wrote them.
/// A slide takes part where its result is complete; one that as a whole is unlike what the model was made from takes
/// none where another is not (unless the check is not heeded). A patient with a slide of another model, of other
/// settings or of a version whose results do not have what it takes gets no call, and the reason says which slide that
/// is: results are never mixed. One object belongs to one thread; `engine` must outlive it.
class PatientCaller {
  public:
    /// `options` are those of the slides, but for what a manifest says of each.
    PatientCaller(const Engine& engine, std::filesystem::path output, AnalyseOptions options, PatientCall how);

    /// By name; records without a patient are left out. What was called before of the same results is not read again.
    /// On as many threads as the options say; the same for any number. Never throws for what a result holds.
    std::vector<PatientLine> call(std::span<const SlideRecord> records);

  private:
    using Slides = std::vector<const SlideRecord*>;
    PatientLine call_patient(const std::string& patient, const Slides& slides) const;

    const Engine& engine_;
    std::filesystem::path output_;
    AnalyseOptions options_;
    PatientCall how_;
    std::string model_digest_;
    std::map<std::string, PatientLine> known_;  ///< by what they were made from
};

}  // namespace slidetype

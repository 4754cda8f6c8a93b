#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "plugin/analysis/engine.h"
#include "plugin/batch/patient_caller.h"

namespace slidetype {

/// Calls the patients of results that were collected, with the model and the settings that the results themselves name.
/// The model is opened with the first of them. One object belongs to one thread.
class CollectedPatients {
  public:
    /// `model`: an installed model or a directory; empty: what the results say.
    CollectedPatients(std::string model, Backend backend, PatientCall how)
        : model_(std::move(model)), backend_(backend), how_(how) {}

    /// `hint`: a directory that may hold the model. Throws Error where no model can be opened, and what that throws.
    std::vector<PatientLine> call(std::span<const SlideRecord> records, const std::filesystem::path& hint);

  private:
    void open(std::span<const SlideRecord> records, const std::filesystem::path& hint);

    std::string model_;
    Backend backend_;
    PatientCall how_;
    std::optional<Engine> engine_;
    std::optional<PatientCaller> caller_;
};

}  // namespace slidetype

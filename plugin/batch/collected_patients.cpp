#include "plugin/batch/collected_patients.h"

#include <algorithm>

#include "base/error.h"
#include "model/network/installed_models.h"
#include "plugin/results/stored_result.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

/// The options that a result was made with, but for those of its slide alone.
AnalyseOptions options_of(const SlideResult& result) {
    AnalyseOptions options;
    for (const auto& [name, value] : result.parameters) {
        const auto* number = std::get_if<double>(&value);
        const auto* flag = std::get_if<bool>(&value);
        if (number != nullptr && name == "min_tissue") options.min_tissue = *number;
        if (number != nullptr && name == "overlap") options.overlap = *number;
        if (flag != nullptr && name == "gate") options.gate = *flag;
        if (flag != nullptr && name == "familiarity_guard") options.familiarity_guard = *flag;
        if (number != nullptr && name == "call_min_area_mm2") options.min_area_mm2 = *number;
        if (number != nullptr && name == "call_min_tumour_share") options.min_tumour_share = *number;
        if (number != nullptr && name == "call_mixed_region_mm2") options.mixed_region_mm2 = *number;
        if (number != nullptr && name == "call_mixed_share") options.mixed_share = *number;
    }
    return options;
}

}  // namespace

void CollectedPatients::open(std::span<const SlideRecord> records, const fs::path& hint) {
    const auto done = std::ranges::find(records, SlideRecord::State::done, &SlideRecord::state);
    AnalyseOptions options;
    auto name = model_.empty() ? hint.string() : model_;
    std::error_code error;
    if (done != records.end()) {
        const auto result = read_stored_summary(done->folder);
        options = options_of(result);
        if (model_.empty() && !fs::is_directory(hint, error)) name = result.model.name;
    }
    engine_.emplace(read_model_directory(find_model(name.empty() ? kDefaultModel : name)), backend_);
    caller_.emplace(*engine_, fs::path(), options, how_);
}

std::vector<PatientLine> CollectedPatients::call(std::span<const SlideRecord> records, const fs::path& hint) {
    if (!engine_) open(records, hint);
    return caller_->call(records);
}

}  // namespace slidetype

#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "plugin/batch/patient_line.h"  // the patients of an output folder, for who lists its slides

namespace slidetype {

/// One slide of an output folder in a line, without its tiles.
struct ListedResult {
    enum class State { scored, unscored, failed };
    std::string name;                          ///< of the result folder
    std::filesystem::path source;              ///< the slide's file, which may be gone
    std::filesystem::path folder;              ///< of its result
    State state = State::unscored;             ///< unscored: there is no result, and nothing is known to have failed
    std::string error, hint;                   ///< failed: why
    std::string call, reason, model, version;  ///< scored
    std::string good_for;                      ///< scored: what the model says that it is good for; may be empty
    /// scored: whether the slide as a whole is like what the model was made from; absent where it cannot tell.
    std::optional<bool> known;
    bool by_heads = false;       ///< scored: attention heads made the call
    bool supported = true;       ///< scored: false where it was called although the model does not know it
    std::string label, patient;  ///< what a manifest said of the slide; may be empty
    std::optional<double> prob_lusc, ci_low, ci_high, scored_mm2, voting_mm2;
};

/// No summary.json is larger, in bytes.
inline constexpr std::uintmax_t kLargestSummary = std::uintmax_t{16} << 20;

/// What summary.json says; where it cannot be read, a failed slide with the reason. Never throws. Name, source and
/// folder are left empty.
ListedResult read_result_line(const std::filesystem::path& summary_json);

/// The slides that failed by run.json of `output`, by their full path; empty where there is no such file, or another's.
std::map<std::string, ListedResult> read_run_failures(const std::filesystem::path& output);

/// Every slide that has a folder in `output`, by name.
std::vector<ListedResult> list_results(const std::filesystem::path& output);

}  // namespace slidetype

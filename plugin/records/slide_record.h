#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "plugin/analysis/slide_result.h"
#include "plugin/records/fingerprint.h"

namespace slidetype {

/// The file of a result folder that says what became of its slide.
inline constexpr const char* kStateFile = "state.json";

/// What became of one slide.
struct SlideRecord {
    enum class State {
        pending,    ///< not begun
        running,    ///< being worked on, or its process ended in the middle of it
        done,       ///< its result is complete
        failed,     ///< see error
        cancelled,  ///< begun, and dropped when asked to stop
        locked,     ///< another process works on it; never stored
    };
    std::filesystem::path source;
    std::string name;  ///< of the result folder
    /// Where that lies, when it is not in the output folder that is spoken of; never stored.
    std::filesystem::path folder;
    State state = State::pending;
    bool skipped = false;        ///< done: in an earlier run; never stored
    std::string label, patient;  ///< what a manifest says; may be empty
    std::string call, reason;    ///< done: the label and why
    bool supported = true;       ///< done: false where the model does not know such slides and calls them nevertheless
    /// done: whether the slide as a whole is like what the model was made from; absent where it cannot tell.
    std::optional<bool> known;
    std::optional<double> prob_lusc;
    std::map<std::string, std::size_t> tiles;  ///< done: count by status
    double scored_mm2 = 0, voting_mm2 = 0, seconds = 0;
    std::string error_code, error, hint;  ///< failed, locked (who holds it)
    bool retry = false;                   ///< failed: the same again, later, could go better; see worth_retrying()
    /// failed: the file that the error is about, where that is not the slide (its region, a companion); else empty.
    std::filesystem::path error_file;
    std::string version, settings;  ///< done: of slidetype; settings_digest(). Empty in records of earlier versions
    std::optional<Fingerprint> fingerprint;       ///< of what the result was made from; absent where that failed
    std::map<std::string, std::uintmax_t> files;  ///< done: the files of the result with their sizes in bytes
};
std::string_view to_string(SlideRecord::State state);

/// How many tiles were scored, voting or not; 0 where none are on record.
std::size_t scored_tiles(const SlideRecord& record);

/// Fills in what a result says, and the state `done`.
void fill_in(SlideRecord& record, const SlideResult& result);
/// Fills in the failure; the state becomes `cancelled` for that code, else `failed`. `record.source` must be known.
void fill_in(SlideRecord& record, const Error& error);

/// The members of a record that run.json and state.json share, as a JSON object.
std::string record_json(const SlideRecord& record);

/// Writes the record into its result folder, atomically. Throws Error(io).
void write_record(const SlideRecord& record, const std::filesystem::path& folder);

/// The stored record; nothing where there is none or it cannot be read, for then the slide is done again.
std::optional<SlideRecord> read_record(const std::filesystem::path& folder);

/// Whether the folder holds all files of the record, with their sizes.
bool has_all_files(const SlideRecord& record, const std::filesystem::path& folder);

}  // namespace slidetype

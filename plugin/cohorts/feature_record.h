#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "plugin/records/fingerprint.h"

namespace slidetype {

/// The folder within an output folder that holds what is on record of its feature files: a folder for each slide, with
/// source.txt, state.json and, while a process works on it, a lock.
inline constexpr const char* kFeatureRecords = ".slidetype";

/// What became of the features of one slide.
struct FeatureRecord {
    enum class State {
        pending,    ///< not begun
        running,    ///< being worked on, or its process ended in the middle of it
        done,       ///< its file is complete
        failed,     ///< see error
        cancelled,  ///< begun, and dropped when asked to stop; never stored
        locked,     ///< another process works on it; never stored
    };
    std::filesystem::path source;
    std::string name;  ///< of the file, without its extension
    State state = State::pending;
    bool skipped = false;                    ///< done: in an earlier run; never stored
    std::string label, patient;              ///< what a manifest says; may be empty
    std::string encoder;                     ///< done: its name
    std::size_t dimension = 0;               ///< done: numbers a tile
    std::size_t tiles = 0;                   ///< done: rows of the file
    std::size_t unreadable = 0;              ///< done: tiles of tissue that are left out
    std::uintmax_t bytes = 0;                ///< done: of the file
    double seconds = 0;                      ///< all that it took
    double encoding_seconds = 0;             ///< of them, reading and encoding tiles
    std::string note;                        ///< done: what is to be told of the slide; mostly empty
    std::string error_code, error, hint;     ///< failed, locked (who holds it)
    bool retry = false;                      ///< failed: the same again, later, could go better; see worth_retrying()
    std::optional<Fingerprint> fingerprint;  ///< of what the file was made from; absent where that failed
    std::string file_name() const { return name + ".h5"; }
};
std::string_view to_string(FeatureRecord::State state);

/// Fills in the failure; the state becomes `cancelled` for that code, else `failed`.
void fill_in(FeatureRecord& record, const Error& error);

/// Writes the record into the slide's folder below kFeatureRecords, atomically. Throws Error(io).
void write_record(const FeatureRecord& record, const std::filesystem::path& folder);

/// The stored record; nothing where there is none or it cannot be read, for then the slide is done again.
std::optional<FeatureRecord> read_feature_record(const std::filesystem::path& folder);

/// The records of all slides of an output folder, whichever process wrote them, by name.
std::vector<FeatureRecord> read_feature_records(const std::filesystem::path& output);

/// features.csv: a header and one line per slide.
std::string features_csv(std::span<const FeatureRecord> records);

}  // namespace slidetype

#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "plugin/batch/patient_line.h"
#include "plugin/batch/run_record.h"
#include "plugin/records/bring_file.h"
#include "plugin/records/slide_record.h"

namespace slidetype {

struct CollectOptions {
    std::vector<std::filesystem::path> outputs;  ///< output folders of runs or of shards, or folders of such
    std::filesystem::path merged;                ///< may be one of them
    CollectedResults results = CollectedResults::link;
    std::optional<std::span<const BatchSlide>> list;  ///< the slides that there should be, where they are known
};

struct CollectCallbacks {
    std::function<void(std::size_t done, std::size_t total)> progress;  ///< folders looked at
    std::function<bool()> stop_requested;
    /// Calls the patients of these records, all of some patients, by name; `folder` of each is set, and `model` is
    /// where shards found theirs (or empty). Where there is no such function patients are not called.
    std::function<std::vector<PatientLine>(std::span<const SlideRecord>, const std::filesystem::path& model)>
        call_patients;
};

/// How many there are, and the first of them by name.
struct SomeNames {
    static constexpr std::size_t kMost = 1000;
    std::size_t count = 0;
    std::vector<std::string> names;
    void add(std::string name) {
        if (++count <= kMost) names.push_back(std::move(name));
    }
};

/// How many results are of one kind, and the folder of one of them.
struct KindOfResults {
    std::size_t count = 0;
    std::filesystem::path example;
};
using KindsOfResults = std::map<std::string, KindOfResults>;
/// Counts a result of a kind; `place` is its folder or file.
inline void add_kind(KindsOfResults& kinds, const std::string& kind, const std::filesystem::path& place) {
    auto& known = kinds[kind];
    if (known.count++ == 0) known.example = place;
}

/// What was put together.
struct CollectReport {
    std::vector<std::filesystem::path> outputs;  ///< those that hold slides
    std::size_t slides = 0;                      ///< each once
    StateCounts counts{};
    std::optional<std::size_t> expected;  ///< slides of the list; nothing where no list is known
    std::size_t linked = 0, copied = 0;   ///< files
    SomeNames missing;  ///< of the list, or with a folder here, without a result: not begun or not ended
    SomeNames failed;   ///< with why
    std::vector<std::string> missing_shards;  ///< "3/8", that left no record
    std::size_t lists = 0;                    ///< different ones that shards were of
    SomeNames twice;                          ///< equal results in several folders, of which one was taken
    SomeNames differing;                      ///< different results of one slide, with both folders; none was taken
    SomeNames not_listed;                     ///< results of slides that the list does not have
    /// Results by SHA-256 of the model and format, by settings_digest(), by version.
    KindsOfResults models, settings, versions;
    std::size_t patients = 0;
    /// All slides of the list have a result, of one model and one kind of settings.
    bool complete() const;
};

/// collect.json: what the report says.
std::string collect_json(const CollectReport& report);

/// Reads the records of all slides below the folders, one after the other by name, and writes run.json, run.csv,
/// patients.csv and collect.json of them into `merged`, as one run of all slides would have done. Memory: a name and a
/// few numbers for each slide and patient, whatever their results are. No result is changed or moved. Throws
/// Error(not_found) where a folder holds no results, Error(io), Error(cancelled).
CollectReport collect(const CollectOptions& options, const CollectCallbacks& callbacks = {});

}  // namespace slidetype

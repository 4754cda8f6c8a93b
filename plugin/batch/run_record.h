#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugin/batch/patient_line.h"
#include "plugin/batch/shard.h"
#include "plugin/records/slide_record.h"
#include "plugin/results/result_folder.h"

namespace slidetype {

/// The records of all slides that have a folder in an output folder, whichever process wrote them. Records that have
/// not changed are not read again. One object belongs to one thread.
class RunRecords {
  public:
    explicit RunRecords(std::filesystem::path output) : output_(std::move(output)) {}

    /// From now on only these, by folder: a shard looks at its own slides, else the shards of a large list would look
    /// at all slides as often as there are shards.
    void restrict_to(std::vector<ClaimedFolder> folders) { only_ = std::move(folders); }

    /// As they are now, by name.
    std::vector<SlideRecord> read();

  private:
    struct Known {
        std::string stamp;  ///< of the file that it was read from
        SlideRecord record;
    };
    std::filesystem::path output_;
    std::map<std::string, Known> known_;
    std::optional<std::vector<ClaimedFolder>> only_;
};

/// What run.json says beside its slides.
struct RunFacts {
    std::string version, model, model_sha256;
    std::filesystem::path output;
    bool interrupted = false;
    std::optional<Shard> shard;  ///< which part of `list` it is of; nothing where it is of all
    ListIdentity list;           ///< with `shard`
};
using StateCounts = std::array<std::size_t, 5>;  ///< by SlideRecord::State, all but `locked`

/// run.json up to the list of its slides, which is empty and the last thing in it. See with_slides().
std::string run_json_head(const RunFacts& facts, const StateCounts& counts, std::span<const PatientLine> patients);
/// One slide as run.json has it, indented for its place in the list.
std::string run_json_slide(const SlideRecord& record);
/// One patient, likewise.
std::string run_json_patient(const PatientLine& patient);
/// What stands before the first slide, between two, and after the last; run_json_head() ends with kRunJsonEmpty.
inline constexpr std::string_view kRunJsonEmpty = "[]\n}";
inline constexpr std::string_view kRunJsonFirst = "[\n    ", kRunJsonNext = ",\n    ", kRunJsonEnd = "\n  ]\n}";
/// The lines of run.csv.
std::string run_csv_header();
std::string run_csv_line(const SlideRecord& record);

/// run.json: {"version", "model", "counts", "patients", "slides": [{"source", "name", "state", …}]}; see
/// docs/formats.md. `patients` are none before they are called; `facts` are those of the run that writes.
std::string run_json(std::span<const SlideRecord> records, std::span<const PatientLine> patients,
                     const RunFacts& facts);

/// run.csv: a header and one line per slide.
std::string run_csv(std::span<const SlideRecord> records);

}  // namespace slidetype

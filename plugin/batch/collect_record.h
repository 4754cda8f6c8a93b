#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/atomic_file.h"
#include "plugin/batch/collect.h"

namespace slidetype {

/// The names that the result folders of a list have, by name.
std::vector<std::string> names_of_list(std::span<const BatchSlide> list);

/// run.json, run.csv and patients.csv on their way to the disk, slide after slide and patient after patient, both by
/// name; with `places` also collect.csv, which says where each result lies. They appear with commit().
class CollectedTables {
  public:
    /// Throws Error(io).
    CollectedTables(const std::filesystem::path& folder, bool places);

    void add(const SlideRecord& record);
    void add(std::span<const PatientLine> patients);
    /// Writes collect.json, too. Throws Error(io).
    void commit(const RunFacts& facts, const CollectReport& report);

  private:
    void write_run_json(const RunFacts& facts, const CollectReport& report);

    std::filesystem::path folder_;
    AtomicFile slides_, patients_json_;  ///< parts of run.json, never put in place
    AtomicFile run_csv_;
    std::optional<AtomicFile> patients_csv_, places_;
    std::size_t slide_count_ = 0, patient_count_ = 0;
};

}  // namespace slidetype

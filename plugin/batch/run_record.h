#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "model/network/model_directory.h"
#include "plugin/batch/patient_line.h"
#include "plugin/batch/slide_record.h"

namespace slidetype {

/// The records of all slides that have a folder in an output folder, whichever process wrote them. Records that have
/// not changed are not read again. One object belongs to one thread.
class RunRecords {
  public:
    explicit RunRecords(std::filesystem::path output) : output_(std::move(output)) {}

    /// As they are now, by name.
    std::vector<SlideRecord> read();

  private:
    struct Known {
        std::string stamp;  ///< of the file that it was read from
        SlideRecord record;
    };
    std::filesystem::path output_;
    std::map<std::string, Known> known_;
};

/// run.json: {"version", "model", "counts", "patients", "slides": [{"source", "name", "state", …}]}; see
/// docs/formats.md. `patients` are none before they are called; `model` and `interrupted` are those of the run that
/// writes.
std::string run_json(std::span<const SlideRecord> records, std::span<const PatientLine> patients,
                     const ModelDirectory& model, const std::filesystem::path& output, bool interrupted);

/// run.csv: a header and one line per slide.
std::string run_csv(std::span<const SlideRecord> records);

}  // namespace slidetype

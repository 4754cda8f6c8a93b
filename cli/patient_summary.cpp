#include "cli/patient_summary.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/words.h"
#include "cli/print.h"
#include "cli/table.h"
#include "plugin/analysis/slide_call.h"

namespace slidetype {
namespace {

/// Of more patients patients.csv alone has the lines.
constexpr std::size_t kMostPatients = 40;

std::vector<std::string> patient_row(const PatientLine& patient, bool heads) {
    std::vector<std::string> cells = {
        patient.name, fmt::format("{} of {}", patient.called, patient.slides),
        (patient.call.empty() ? "no call" : patient.call) + (patient.supported ? "" : " (unsupported)"),
        patient.prob_lusc ? probability_text(*patient.prob_lusc) : "-"};
    if (heads) cells.push_back(patient.heads ? fmt::format("{} of {}", (*patient.heads)[1], (*patient.heads)[0]) : "-");
    cells.push_back(patient.scored_mm2 ? fmt::format("{:.2f}", *patient.scored_mm2) : "-");
    return cells;
}

}  // namespace

void print_patients(std::span<const PatientLine> patients, const std::filesystem::path& output) {
    if (patients.empty()) return;
    const auto file = printable((output / kPatientsFile).string());
    if (patients.size() > kMostPatients) {
        print("\n{}: {} has a line for each.\n", counted(patients.size(), "patient"), file);
        return;
    }
    const bool heads = std::ranges::any_of(patients, [](const PatientLine& each) { return each.heads.has_value(); });
    std::vector<std::string> header = {"patient", "slides called", "call", "P(LUSC)"};
    if (heads) header.emplace_back("heads agreeing");
    header.emplace_back("scored mm²");
    Table table(header);
    for (const auto& each : patients) table.add(patient_row(each, heads));
    print("\nPatients ({}):\n{}\n", file, table.text());
    for (const auto& each : patients) print("{}: {}\n", printable(each.name), printable(each.reason));
}

}  // namespace slidetype

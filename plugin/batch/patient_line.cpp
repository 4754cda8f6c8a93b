#include "plugin/batch/patient_line.h"

#include <fmt/format.h>

#include <exception>

#include "model/data/manifest.h"
#include "plugin/analysis/slide_call.h"
#include "plugin/results/text.h"

namespace slidetype {
namespace {

std::string four_digits(const std::optional<double>& value) {
    return value ? fmt::format("{:.4f}", *value) : std::string();
}

/// The fields of one line by name.
class LineReader {
  public:
    LineReader(const Manifest& table, const std::vector<std::string>& row) : table_(table), row_(row) {}

    const std::string& text(const std::string& column) const { return table_.at(row_, column); }
    std::optional<double> number(const std::string& column) const { return table_.number(row_, column); }
    std::size_t count(const std::string& column) const {
        return static_cast<std::size_t>(std::max(0, table_.integer(row_, column)));
    }

    PatientLine line() const {
        PatientLine line;
        line.name = text("patient");
        line.label = text("label");
        line.slides = count("slides"), line.called = count("slides_called");
        line.call = text("call");
        line.supported = text("supported") != "no";
        line.reason = text("reason");
        line.slide_calls = text("slide_calls");
        line.prob_lusc = number("prob_lusc");
        const auto low = number("ci95_low"), high = number("ci95_high");
        if (low && high) line.ci95 = {*low, *high};
        if (!text("heads").empty()) line.heads = {count("heads"), count("heads_agreeing")};
        line.scored_mm2 = number("scored_mm2"), line.voting_mm2 = number("voting_mm2");
        return line;
    }

  private:
    const Manifest& table_;
    const std::vector<std::string>& row_;
};

}  // namespace

std::string call_words(const std::string& call, const std::optional<double>& prob_lusc) {
    if (call.empty()) return "no call";
    return prob_lusc ? call + " " + probability_text(*prob_lusc) : call;
}

std::string patients_csv(std::span<const PatientLine> patients) {
    std::string out =
        "patient,slides,slides_called,call,prob_LUSC,ci95_low,ci95_high,heads,heads_agreeing,scored_mm2,voting_mm2,"
        "supported,label,slide_calls,reason\n";
    for (const auto& each : patients) {
        const auto& ci95 = each.ci95;
        out += fmt::format("{},{},{},{},{},{},{},", csv_field(each.name), each.slides, each.called, each.call,
                           four_digits(each.prob_lusc), four_digits(ci95 ? std::optional((*ci95)[0]) : std::nullopt),
                           four_digits(ci95 ? std::optional((*ci95)[1]) : std::nullopt));
        out += each.heads ? fmt::format("{},{},", (*each.heads)[0], (*each.heads)[1]) : std::string(",,");
        out += fmt::format("{},{},{},{},{},{}\n", four_digits(each.scored_mm2), four_digits(each.voting_mm2),
                           each.call.empty() ? ""
                           : each.supported  ? "yes"
                                             : "no",
                           csv_field(each.label), csv_field(each.slide_calls), csv_field(each.reason));
    }
    return out;
}

std::vector<PatientLine> read_patients(const std::filesystem::path& output) {
    std::vector<PatientLine> patients;
    try {
        const auto table =
            read_own_table(output / kPatientsFile, {"patient", "slides", "slides_called", "call", "prob_lusc",
                                                    "ci95_low", "ci95_high", "heads", "heads_agreeing", "scored_mm2",
                                                    "voting_mm2", "supported", "label", "slide_calls", "reason"});
        for (const auto& row : table.rows) patients.push_back(LineReader(table, row).line());
    } catch (const std::exception&) {
        return {};  // no run with patients has ended here, or it is somebody else's file
    }
    return patients;
}

}  // namespace slidetype

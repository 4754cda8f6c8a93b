#include "plugin/batch/patient_section.h"

#include <fmt/format.h>

#include "base/words.h"
#include "model/report/html.h"
#include "plugin/batch/batch_report.h"
#include "plugin/results/label_figures.h"

namespace slidetype {
namespace {

std::string patient_row(const PatientLine& patient) {
    std::string cells = "<tr><th>" + escape_html(patient.name) + "</th><td class=\"number\">" +
                        fmt::format("{} of {}", patient.called, patient.slides) + "</td><td><b>" +
                        escape_html(patient.call.empty() ? "no call" : patient.call) + "</b>" +
                        (patient.supported ? "" : " <span class=\"badge\">unsupported</span>") + "<br>";
    if (patient.prob_lusc) cells += probability_interval(*patient.prob_lusc, patient.ci95);
    cells += "</td><td class=\"number\">" +
             (patient.heads ? fmt::format("{} of {}", (*patient.heads)[1], (*patient.heads)[0]) : "–") +
             "</td><td class=\"number\">" + (patient.scored_mm2 ? fixed(*patient.scored_mm2, 2) : "–") + "</td><td>" +
             escape_html(patient.slide_calls) + "</td><td>" + escape_html(patient.reason) + "</td></tr>\n";
    return cells;
}

std::string patient_agreement(std::span<const PatientLine> patients) {
    std::vector<LabelledCall> calls;
    calls.reserve(patients.size());
    for (const auto& each : patients) calls.push_back({each.label, each.call, each.prob_lusc, each.name});
    const auto figures = measure_calls(calls);
    if (!figures) return {};
    return "<div class=\"cards\">\n" +
           html_card("Accuracy", estimate_text(figures->accuracy),
                     fmt::format("of {} called LUAD or LUSC", counted(figures->called, "patient")), true) +
           html_card("AUC", estimate_text(figures->auc), "of P(LUSC), patients without a call too", true) + "</div>\n";
}

}  // namespace

std::string patient_section(std::span<const PatientLine> patients) {
    if (patients.empty()) return {};
    std::string body =
        patient_agreement(patients) +
        "<div class=\"scroll\"><table>\n<thead><tr><th>Patient</th><th class=\"number\">Slides</th><th>Call, "
        "P(LUSC)</th>"
        "<th class=\"number\">Heads</th><th class=\"number\">Scored mm²</th><th>Each slide alone</th><th>Why</th></tr>"
        "</thead>\n<tbody>\n";
    for (const auto& each : patients) body += patient_row(each);
    return html_section("Patients", body + "</tbody></table></div>\n");
}

}  // namespace slidetype

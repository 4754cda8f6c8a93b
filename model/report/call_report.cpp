// The report on calls of slides and patients, in the order of TRIPOD+AI.
#include "model/report/call_report.h"

#include <string_view>

#include "base/words.h"
#include "model/report/call_sections.h"
#include "model/report/html.h"

namespace slidetype {
namespace {

using Items = std::vector<std::pair<std::string, std::string>>;

/// A list of items with their numbers, those that say nothing marked so.
std::string items_section(const std::string& heading, const Items& items) {
    return html_section(heading, html_facts(items));
}

std::string or_else(const std::string& text, std::string_view instead) {
    return text.empty() ? std::string(instead) : text;
}

std::string stated(const std::string& text) {
    return or_else(text, "not stated");
}

std::string measured_or_not(const std::string& text) {
    return or_else(text, "not measured");
}

std::string what_is_there(const CallReportPage& page) {
    const auto& patients = page.figures.patients;
    const auto& slides = page.figures.slides;
    return std::to_string(patients.of_class[0]) + " patients with LUAD and " + std::to_string(patients.of_class[1]) +
           " with LUSC, " + counted(slides.metrics.n, "slide") + ".";
}

std::string sample_size(const CallReportPage& page) {
    return what_is_there(page) + " " + or_else(page.text.sample_size, "How that number was arrived at: not stated.");
}

std::string fairness(const CallReportPage& page) {
    const std::string by_site = page.figures.sites.empty() ? "By site: not measured. " : "By site, see the results. ";
    return by_site + "By age, sex, ethnicity, stage, scanner: not measured.";
}

std::string class_imbalance(const CallReportPage& page) {
    const auto& patients = page.figures.patients;
    const auto n = static_cast<double>(patients.metrics.n);
    return percent(static_cast<double>(patients.of_class[1]) / n) +
           " of the patients have LUSC. AUC, sensitivity, specificity and balanced accuracy do not depend on that "
           "share; Brier score, calibration and the share of wrong calls do.";
}

std::string output(const CallReportPage& page) {
    const auto& conformal = page.figures.conformal;
    return "P(LUSC) of a slide or patient, after temperature " + fixed(page.figures.temperature, 3) + ". " +
           (conformal ? "The call is LUAD, LUSC, either or none, by thresholds for a stated error of " +
                            error_text(conformal->error) + "."
                      : std::string("The call is LUSC above 0.5, else LUAD."));
}

constexpr const char* kMeasures =
    "AUC, balanced accuracy, sensitivity and specificity for LUSC at P = 0.5, calibration slope and intercept "
    "(logistic regression of the truth on the logit of P), Brier score, expected calibration error (15 bins), share of "
    "wrong calls against the share that is called. Intervals: 95 %, 1000 bootstrap rounds over patients.";

Items introduction(const CallReportText& text) {
    return {{"Title (1)",
             "Evaluation of a model that tells lung adenocarcinoma (LUAD) from squamous cell carcinoma "
             "(LUSC) on whole-slide images."},
            {"Intended use (3a, 3b)", stated(text.intended_use)},
            {"Health inequalities (3c)", measured_or_not(text.health_inequalities)},
            {"Objectives (4)", or_else(text.objectives, "To say what calls of slides and patients are worth.")}};
}

Items methods(const CallReportPage& page) {
    const auto& text = page.text;
    return {{"Source of data (5a)", or_else(text.data, page.origin.data)},
            {"Dates (5b)", stated(text.dates)},
            {"Participants (6)", stated(text.participants)},
            {"Data preparation (7)", stated(text.preparation)},
            {"Outcome (8)", "LUAD or LUSC, as the table has it. " +
                                or_else(text.outcome, "How the diagnosis was made, and by whom: not stated.")},
            {"Predictors (9)", or_else(text.predictors, "Pixels of the slides; no clinical data.")},
            {"Sample size (10)", sample_size(page)},
            {"Missing data (11)", stated(text.missing_data)},
            {"Model (12)", stated(text.model)},
            {"Performance measures (12e)", kMeasures},
            {"Class imbalance (13)", class_imbalance(page)},
            {"Fairness (14)", fairness(page)},
            {"Model output (15)", output(page)},
            {"Training and evaluation (16)",
             or_else(text.training_and_evaluation,
                     "Whether the model was trained on other patients than these: not stated. If it was not, the "
                     "figures are worthless.")},
            {"Ethical approval (17)", stated(text.ethics)}};
}

Items open_science(const CallReportText& text) {
    return {{"Funding and interests (18a, 18b)", stated(text.funding)},
            {"Protocol and registration (18c, 18d)", stated(text.protocol)},
            {"Availability of data and code (18e, 18f)", stated(text.availability)},
            {"Patients and public (19)", stated(text.involvement)}};
}

std::string participants_section(const CallReportPage& page) {
    std::string body;
    if (page.flow.empty()) {
        body += html_note("Flow of participants: not measured.");
    } else {
        HtmlTable table;
        table.caption = "From what the table names to what was measured";
        table.header = {"Step", "Number"};
        for (const auto& [step, number] : page.flow) table.rows.push_back({step, number});
        body += to_html(table);
    }
    const auto& slides = page.figures.slides;
    HtmlTable classes;
    classes.header = {"Class", "Patients", "Slides"};
    for (std::size_t label = 0; label < 2; ++label) {
        classes.rows.push_back({label == 0 ? "LUAD" : "LUSC", std::to_string(page.figures.patients.of_class[label]),
                                std::to_string(slides.of_class[label])});
    }
    body += to_html(classes);
    body += html_note("Characteristics of the participants: " + measured_or_not(page.text.characteristics));
    return html_section("Results: participants (20)", body);
}

std::string results(const CallReportPage& page) {
    const auto& figures = page.figures;
    std::string out = participants_section(page);
    out += items_section("Results: model", {{"Development (21)", stated(page.text.development)},
                                            {"Specification (22)", stated(page.text.model)},
                                            {"Updating (24)", or_else(page.text.updating, "none")}});
    out += html_section("Results: model performance (23)", call_figures_table(figures) + single_heads(figures) +
                                                               call_curves(page.slides, page.patients, figures));
    out += html_section("Results: calls", call_confusions(figures));
    out += html_section("Results: coverage against error", coverage_figures(figures));
    out += html_section("Results: stated error", conformal_figures(figures));
    out += html_section("Results: performance by site (23)", sites_table(figures.sites));
    out += page.attended;
    return out + html_section("Results: cases that were wrong", wrong_calls(page.slides, page.patients, figures));
}

std::vector<std::string> warnings_of_calls(const CallReportPage& page) {
    auto warnings = page.origin.warnings;
    const auto& patients = page.figures.patients;
    if (patients.of_class[0] == 0 || patients.of_class[1] == 0) {
        warnings.emplace_back("All cases are of one class, so most figures cannot be had.");
    }
    bool unknown = false;
    for (const auto& slide : page.slides) unknown = unknown || slide.patient.empty();
    if (unknown) {
        warnings.emplace_back(
            "The table does not name the patient of every slide. Such a slide counts as a patient of its own; if some "
            "are of one patient, the intervals are too narrow.");
    }
    return warnings;
}

}  // namespace

std::string call_report(const CallReportPage& page) {
    const auto title = "Evaluation of the calls of " + page.model;
    std::string body = report_header(title, page.facts, warnings_of_calls(page));
    body += call_cards(page.figures);
    body += html_note("Numbers in brackets are the items of TRIPOD+AI (Collins et al., BMJ 2024).");
    body += items_section("Introduction", introduction(page.text));
    body += items_section("Methods", methods(page));
    body += items_section("Open science", open_science(page.text));
    body += page.learning;
    body += results(page);
    body += items_section("Discussion", {{"Interpretation (25)", stated(page.text.interpretation)},
                                         {"Limitations (26)", stated(page.text.limitations)},
                                         {"Usability (27)", stated(page.text.usability)}});
    body += report_footer(page.origin,
                          "Intervals are 95 %, by bootstrap over patients (percentile method) unless a caption says "
                          "otherwise: slides of one patient are not independent.");
    return html_page(title, body);
}

}  // namespace slidetype

#include "model/report/evaluation_report.h"

#include "base/words.h"
#include "model/report/html.h"

namespace slidetype {
namespace {

std::vector<std::string> warnings_of(const EvaluationReportPage& page) {
    auto warnings = page.origin.warnings;
    if (!page.dataset.has_groups) {
        warnings.emplace_back(
            "The data names no groups (source picture or patient). Every picture counts as independent, so the "
            "intervals are too narrow, and copies of training pictures may be among them.");
    }
    const auto& evaluation = page.evaluation;
    if (!evaluation.skipped.empty()) {
        warnings.push_back(counted(evaluation.skipped.size(), "picture") +
                           " left out, because missing or unreadable; listed under Data.");
    }
    if (evaluation.benign_left_out > 0) {
        warnings.push_back(counted(evaluation.benign_left_out, "benign picture") +
                           " left out: the model has no tumour gate.");
    }
    return warnings;
}

}  // namespace

std::string evaluation_report(const EvaluationReportPage& page) {
    const auto& evaluation = page.evaluation;
    const auto& config = page.model.config;
    const auto title = "Evaluation of " + config.name;
    const std::vector<std::pair<std::string, std::string>> facts = {
        {"Model", config.name + " (" + config.architecture + ")"},
        {"Weights, SHA-256", page.model.sha256},
        {"Input", std::to_string(config.patch_size_px) + " px at " + fixed(config.spacing_um_px, 2) + " µm/px"},
        {"Data", page.origin.data},
        {"Pictures", page.selection},
        {"Computed by", evaluation.backend},
        {"Keep in mind",
         "If the model was trained on any of these pictures, or on others of the same groups, the "
         "figures are worthless."}};
    std::string body = report_header(title, facts, warnings_of(page));
    body += headline_cards(evaluation.metrics, evaluation.gate);
    body += figures_section({{"Value (95 %)", &evaluation.metrics}});
    body += discrimination_section(evaluation.scored, evaluation.metrics);
    if (evaluation.gate) body += gate_section(evaluation.gate_scored, 1, *evaluation.gate);
    body += shift_section(evaluation);
    body += in_columns(confusion_section(evaluation.metrics) + unfamiliar_section(evaluation.unfamiliar),
                       groups_section(page.dataset, group_figures(page.dataset, evaluation.scored)));
    body += wrong_pictures_section(page.dataset, evaluation.scored, 1);
    body += data_section(page.dataset, {{"evaluated", page.members}}, evaluation.skipped);
    body += report_footer(page.origin);
    return html_page(title, body);
}

}  // namespace slidetype

#include "plugin/cohorts/cohort_page.h"

#include "model/report/call_report.h"
#include "model/report/learning_section.h"

namespace slidetype {
namespace {

CallReportText text_of(const CohortPage& page) {
    CallReportText text;
    text.intended_use = page.good_for;
    text.data = "Slides of " + page.cohort.source;
    text.outcome = "By the column of labels of the table.";
    if (page.epochs.empty()) return text;
    text.training_and_evaluation = page.folds +
                                   ". Every slide by the head that has not learned from it; the model is all heads "
                                   "together, which was measured on no slide.";
    return text;
}

std::string learning_of(const CohortPage& page) {
    std::vector<LearningPoint> points;
    points.reserve(page.epochs.size());
    for (const auto& epoch : page.epochs) {
        points.push_back({epoch.epoch, epoch.train_loss, epoch.loss, epoch.train_auc, epoch.auc});
    }
    return learning_section(points);
}

}  // namespace

std::string cohort_page(const CohortPage& page) {
    const auto text = text_of(page);
    std::vector<std::pair<std::string, std::string>> flow = {
        {"slides measured", std::to_string(page.slides.size())},
        {"patients measured", std::to_string(page.patients.size())},
        {"slides left out", std::to_string(page.cohort.problems.size())}};
    if (page.elsewhere > 0) flow.emplace_back("slides of other parts of the table", std::to_string(page.elsewhere));
    auto origin = page.origin;
    origin.warnings.insert(origin.warnings.end(), page.cohort.problems.begin(), page.cohort.problems.end());
    return call_report({.model = page.model,
                        .facts = {{"model", page.model}, {"weights, SHA-256", page.sha256}},
                        .text = text,
                        .flow = flow,
                        .figures = page.figures,
                        .slides = page.slides,
                        .patients = page.patients,
                        .origin = origin,
                        .learning = learning_of(page),
                        .attended = attended_section(page.attended)});
}

}  // namespace slidetype

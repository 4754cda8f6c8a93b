#include "plugin/results/label_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "model/metrics/intervals.h"

namespace slidetype {
namespace {

std::size_t outcome_of(const std::string& call) {
    const auto found = std::ranges::find(kOutcomes, call);
    return found == kOutcomes.end() ? kOutcomes.size() - 1 : static_cast<std::size_t>(found - kOutcomes.begin());
}

/// The two classes are the first outcomes.
std::optional<std::size_t> class_of(const std::string& label) {
    const auto outcome = outcome_of(label);
    return outcome < 2 ? std::optional(outcome) : std::nullopt;
}

/// Numbers the patients; a slide of an unknown one is alone.
class Patients {
  public:
    std::size_t number(const std::string& patient) {
        const std::size_t next = count_++;
        return patient.empty() ? next : numbers_.emplace(patient, next).first->second;
    }

  private:
    std::map<std::string, std::size_t> numbers_;
    std::size_t count_ = 0;
};

/// Finite for 0 and 1, too.
float logit(double probability) {
    constexpr double kLeast = 1e-9;
    const double p = std::clamp(probability, kLeast, 1 - kLeast);
    return static_cast<float>(std::log(p / (1 - p)));
}

}  // namespace

std::optional<LabelFigures> measure_calls(std::span<const LabelledCall> calls) {
    LabelFigures figures;
    Patients patients;
    std::vector<Scored> scored;
    std::vector<bool> right;
    std::vector<std::size_t> right_patient;
    std::array<std::size_t, 2> with_score{};
    for (const auto& call : calls) {
        if (call.label.empty()) continue;
        const auto truth = class_of(call.label);
        if (!truth) {
            ++figures.other_labels;
            continue;
        }
        ++figures.labelled;
        const auto patient = patients.number(call.patient);
        const auto outcome = outcome_of(call.call);
        ++figures.confusion[*truth][outcome];
        if (outcome < 2) {
            right.push_back(outcome == *truth);
            right_patient.push_back(patient);
        }
        if (!call.prob_lusc) continue;
        scored.push_back({logit(*call.prob_lusc), static_cast<int>(*truth), patient});
        ++with_score[*truth];
    }
    if (figures.labelled + figures.other_labels == 0) return std::nullopt;
    figures.called = right.size();
    if (!right.empty()) {
        figures.accuracy = measure_share(right, right_patient);
        widen_share(*figures.accuracy, std::set(right_patient.begin(), right_patient.end()).size());
    }
    if (with_score[0] > 0 && with_score[1] > 0) {
        figures.auc = measure(scored, 1).auc;
        drop_certainty(*figures.auc);
    }
    return figures;
}

std::vector<std::vector<std::string>> confusion_rows(const LabelFigures& figures) {
    std::vector<std::vector<std::string>> rows;
    for (std::size_t truth = 0; truth < figures.confusion.size(); ++truth) {
        auto& row = rows.emplace_back(1, std::string(kOutcomes[truth]));
        for (const auto count : figures.confusion[truth]) row.push_back(std::to_string(count));
    }
    return rows;
}

std::string estimate_text(const std::optional<Estimate>& estimate) {
    if (!estimate || !std::isfinite(estimate->value)) return "–";
    if (!std::isfinite(estimate->ci95[0]) || !std::isfinite(estimate->ci95[1]))
        return fmt::format("{:.3f}", estimate->value);
    return fmt::format("{:.3f} ({:.3f} to {:.3f})", estimate->value, estimate->ci95[0], estimate->ci95[1]);
}

}  // namespace slidetype

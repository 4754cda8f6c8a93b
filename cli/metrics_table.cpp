#include "cli/metrics_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "cli/print.h"

namespace slidetype {

std::string estimate_text(const Estimate& estimate) {
    if (!std::isfinite(estimate.value)) return "-";
    if (!std::isfinite(estimate.ci95[0])) return fmt::format("{:.3f} (one group)", estimate.value);
    return fmt::format("{:.3f} ({:.3f}-{:.3f})", estimate.value, estimate.ci95[0], estimate.ci95[1]);
}

std::string figure_text(const Estimate& estimate) {
    if (!std::isfinite(estimate.value)) return "–";
    if (!std::isfinite(estimate.ci95[0])) return fmt::format("{:.3f}", estimate.value);
    return fmt::format("{:.3f} ({:.3f} to {:.3f})", estimate.value, estimate.ci95[0], estimate.ci95[1]);
}

Table metrics_table(const std::string& first_column) {
    return Table({first_column, "accuracy (95 %)", "AUC (95 %)", "calibration error (95 %)", "Brier (95 %)"});
}

void add_metrics(Table& table, const std::string& name, const Metrics& metrics) {
    table.add({name, estimate_text(metrics.accuracy), estimate_text(metrics.auc), estimate_text(metrics.ece),
               estimate_text(metrics.brier)});
}

std::string class_figures_text(const Metrics& metrics) {
    Table table({"figure", "value (95 %)"});
    table.add({"balanced accuracy", estimate_text(metrics.balanced_accuracy)});
    table.add({"sensitivity LUAD = specificity LUSC", estimate_text(metrics.sensitivity[0])});
    table.add({"sensitivity LUSC = specificity LUAD", estimate_text(metrics.sensitivity[1])});
    table.add({"log loss", estimate_text({metrics.log_loss, metrics.log_loss_ci95})});
    return table.text();
}

std::string confusion_text(const Metrics& metrics) {
    Table table({"truth", "called LUAD", "called LUSC"});
    for (std::size_t truth = 0; truth < 2; ++truth) {
        table.add({std::string(label_name(static_cast<int>(truth))), std::to_string(metrics.confusion[truth][0]),
                   std::to_string(metrics.confusion[truth][1])});
    }
    return table.text();
}

std::string gate_text(const GateMetrics& gate) {
    Table table({"tumour gate", "value (95 %)"});
    table.add({"AUC, tumour against benign", estimate_text(gate.auc)});
    table.add({fmt::format("share of {} tumour pictures kept", gate.tumour), estimate_text(gate.sensitivity)});
    table.add({fmt::format("share of {} benign pictures refused", gate.benign), estimate_text(gate.specificity)});
    return fmt::format("{}(threshold: P(tumour) {:.3f})\n", table.text(), gate.threshold);
}

std::string unfamiliar_text(std::span<const Unfamiliar> unfamiliar) {
    Table table({"unfamiliar", "pictures", "share (95 %)"});
    for (const auto& each : unfamiliar) {
        table.add({std::string(label_name(each.label)), std::to_string(each.n), estimate_text(each.share)});
    }
    return table.text();
}

std::string groups_text(std::span<const GroupFigures> groups, std::size_t shown) {
    Table table({"worst groups", "class", "pictures", "accuracy", "mean P(truth)"});
    const auto perfect = std::ranges::find(groups, 1.0, &GroupFigures::accuracy);
    const auto imperfect = static_cast<std::size_t>(perfect - groups.begin());
    if (imperfect == 0) return "Every picture of every group was called rightly.\n";
    for (const auto& group : groups.first(std::min(shown, imperfect))) {
        table.add({group.group, std::string(label_name(group.label)), std::to_string(group.n),
                   fmt::format("{:.3f}", group.accuracy), fmt::format("{:.3f}", group.mean_p_truth)});
    }
    return table.text();
}

void print_skipped(const std::vector<std::string>& skipped) {
    if (skipped.empty()) return;
    constexpr std::size_t kShown = 10;
    print("Left out ({}):\n", skipped.size());
    for (std::size_t i = 0; i < std::min(kShown, skipped.size()); ++i) print("  {}\n", printable(skipped[i]));
    if (skipped.size() > kShown) print("  … and {} more\n", skipped.size() - kShown);
}

}  // namespace slidetype

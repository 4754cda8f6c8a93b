#include "cli/metrics_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace slidetype {

std::string estimate_text(const Estimate& estimate) {
    return fmt::format("{:.3f} ({:.3f}-{:.3f})", estimate.value, estimate.ci95[0], estimate.ci95[1]);
}

Table metrics_table(const std::string& first_column) {
    return Table({first_column, "accuracy (95 %)", "AUC (95 %)", "calibration error (95 %)", "Brier (95 %)"});
}

void add_metrics(Table& table, const std::string& name, const Metrics& metrics) {
    table.add({name, estimate_text(metrics.accuracy), estimate_text(metrics.auc), estimate_text(metrics.ece),
               estimate_text(metrics.brier)});
}

std::string confusion_text(const Metrics& metrics) {
    Table table({"truth", "called LUAD", "called LUSC"});
    const char* names[] = {"LUAD", "LUSC"};
    for (std::size_t truth = 0; truth < 2; ++truth) {
        table.add(
            {names[truth], std::to_string(metrics.confusion[truth][0]), std::to_string(metrics.confusion[truth][1])});
    }
    return table.text();
}

void print_skipped(const std::vector<std::string>& skipped) {
    if (skipped.empty()) return;
    constexpr std::size_t kShown = 10;
    fmt::print("\n{} pictures were left out:\n", skipped.size());
    for (std::size_t i = 0; i < std::min(kShown, skipped.size()); ++i) fmt::print("  {}\n", printable(skipped[i]));
    if (skipped.size() > kShown) fmt::print("  … and {} more\n", skipped.size() - kShown);
}

}  // namespace slidetype

#include "bench/cross_validation/card_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bench/cross_validation/card_text.h"
#include "bench/scanner_tissue/tissue_section.h"

namespace slidetype::bench {
namespace {

using Row = std::vector<std::string>;

const MethodFigures* find(const CardInput& input, const std::string& label) {
    const auto found = std::ranges::find(input.methods, label, &MethodFigures::label);
    return found == input.methods.end() ? nullptr : &*found;
}

/// Methods are sorted by accuracy, so the first baseline that has all its folds is the best.
const MethodFigures* best_baseline(const CardInput& input) {
    const auto found = std::ranges::find_if(
        input.methods, [](const MethodFigures& method) { return !method.is_network && method.pooled; });
    return found == input.methods.end() ? nullptr : &*found;
}

std::string pooled_cell(const MethodFigures& method, const std::string& text) {
    if (method.pooled) return text;
    if (method.finished_folds() == 0) return kNotRun;
    return fmt::format("{} ({} of {} folds)", kNotRun, method.finished_folds(), method.folds.size());
}

std::string clusters_cell(const CardInput& input, const MethodFigures& method) {
    if (method.clusters) return percent(*method.clusters);
    if (method.by_cluster.empty()) return kNotRun;
    return fmt::format("{} ({} of {} clusters)", kNotRun, method.by_cluster.size(), input.clusters);
}

Row figures_row(const CardInput& input, const MethodFigures& method) {
    const Metrics pooled = method.pooled.value_or(Metrics{});
    const auto* worst = method.worst_shift();
    const auto speed = input.speeds.find(method.label);
    return {fmt::format("`{}`", method.label),
            method.input.empty() ? "colours" : fmt::format("`{}`", method.input),
            pooled_cell(method, percent(pooled.accuracy)),
            pooled_cell(method, number(pooled.auc, 3)),
            pooled_cell(method, number(pooled.ece, 3)),
            pooled_cell(method, number(pooled.brier, 3)),
            worst == nullptr ? kNotRun : fmt::format("{}, {}", percent(worst->accuracy.value), worst->description),
            clusters_cell(input, method),
            method.random ? percent(method.random->accuracy) : kNotRun,
            method.is_network ? grouped(method.parameters) : "",
            speed == input.speeds.end() ? (method.is_network ? kNotRun : "")
                                        : fmt::format("{:.0f}", speed->second.tiles_per_second)};
}

/// One column per method that has the figure, one row per shift or fold.
std::vector<const MethodFigures*> methods_with(const CardInput& input, bool (*has)(const MethodFigures&)) {
    std::vector<const MethodFigures*> out;
    for (const auto& method : input.methods) {
        if (has(method)) out.push_back(&method);
    }
    return out;
}

Row head_of(const std::string& first, const std::vector<const MethodFigures*>& methods) {
    Row head = {first};
    for (const auto* method : methods) head.push_back(fmt::format("`{}`", method->label));
    return head;
}

struct Goal {
    std::string text, measured, verdict;
};

Goal goal_at_least(std::string text, bool run, double value, double wanted) {
    if (!run) return {std::move(text), kNotRun, "open"};
    const auto by = points(value - wanted);
    return {std::move(text), percent(value), value >= wanted ? "met (" + by + ")" : "**missed** (" + by + ")"};
}

std::vector<Goal> goals_of(const CardInput& input) {
    static const MethodFigures none;
    const auto* found = find(input, input.default_label);
    const auto& network = found == nullptr ? none : *found;
    const auto* notebook = find(input, input.notebook_label);
    const auto* worst = network.worst_shift();
    const auto name = fmt::format("`{}`", input.default_label);
    const auto pooled = network.pooled.value_or(Metrics{});

    std::vector<Goal> goals;
    goals.push_back(goal_at_least(name + ", group-disjoint five-fold accuracy, 97 % or more",
                                  network.pooled.has_value(), pooled.accuracy.value, 0.97));
    goals.push_back(goal_at_least(name + ", no shift below 95 %", worst != nullptr,
                                  worst == nullptr ? 0 : worst->accuracy.value, 0.95));
    const double ece = pooled.ece.value;
    goals.push_back({name + ", calibration error 0.03 or less", network.pooled ? fmt::format("{:.3f}", ece) : kNotRun,
                     !network.pooled ? "open"
                     : ece <= 0.03   ? "met"
                                     : fmt::format("**missed** by {:.3f}", ece - 0.03)});
    goals.push_back({name + ", one million parameters or fewer",
                     found == nullptr ? kNotRun : grouped(network.parameters),
                     found == nullptr                  ? "open"
                     : network.parameters <= 1'000'000 ? "met"
                                                       : "**missed**"});
    const bool run = notebook != nullptr && notebook->random;
    goals.push_back(
        goal_at_least(fmt::format("`{}` on a random split as in the notebook, 96.7 % or more", input.notebook_label),
                      run, run ? notebook->random->accuracy.value : 0, 0.967));
    return goals;
}

}  // namespace

std::string figures_table(const CardInput& input) {
    std::vector<Row> rows;
    rows.reserve(input.methods.size());
    for (const auto& method : input.methods) rows.push_back(figures_row(input, method));
    return table({"method", "input", "accuracy", "AUC", "ECE", "Brier", "worst shift", "stain clusters left out",
                  "random split", "parameters", "tiles/s"},
                 rows);
}

std::string shifts_table(const CardInput& input) {
    const auto methods = methods_with(input, [](const MethodFigures& m) { return !m.shifts.empty(); });
    if (methods.empty()) return std::string(kNotRun) + "\n";
    std::vector<Row> rows;
    Row plain = {"as they are"};
    for (const auto* method : methods) plain.push_back(percent(method->pooled->accuracy));
    rows.push_back(std::move(plain));
    for (const auto& shift : methods.front()->shifts) {
        Row row = {shift.description};
        for (const auto* method : methods) {
            const auto found = std::ranges::find(method->shifts, shift.name, &ShiftFigures::name);
            row.push_back(found == method->shifts.end() ? kNotRun : percent(found->accuracy));
        }
        rows.push_back(std::move(row));
    }
    return table(head_of("pictures", methods), rows);
}

std::string shift_details_table(const CardInput& input) {
    const auto methods = methods_with(input, [](const MethodFigures& m) { return m.is_network && !m.shifts.empty(); });
    if (methods.empty()) return std::string(kNotRun) + "\n";
    std::vector<Row> rows;
    for (const auto& shift : methods.front()->shifts) {
        Row row = {shift.description};
        for (const auto* method : methods) {
            const auto found = std::ranges::find(method->shifts, shift.name, &ShiftFigures::name);
            row.push_back(found == method->shifts.end() ? kNotRun
                                                        : fmt::format("{:.3f} / {:.3f}", found->auc, found->ece));
        }
        rows.push_back(std::move(row));
    }
    return table(head_of("AUC / ECE", methods), rows);
}

std::string folds_table(const CardInput& input) {
    const auto methods = methods_with(input, [](const MethodFigures& m) { return m.finished_folds() > 0; });
    if (methods.empty()) return std::string(kNotRun) + "\n";
    std::vector<Row> rows;
    for (std::size_t fold = 0; fold < input.folds; ++fold) {
        Row row = {fmt::format("fold {}", fold)};
        for (const auto* method : methods) {
            const bool run = fold < method->folds.size() && method->folds[fold];
            row.push_back(run ? percent(method->folds[fold]->accuracy.value) : kNotRun);
        }
        rows.push_back(std::move(row));
    }
    return table(head_of("held out", methods), rows);
}

std::string paired_table(const CardInput& input) {
    const auto* baseline = best_baseline(input);
    const auto networks = methods_with(input, [](const MethodFigures& m) { return m.is_network && m.pooled; });
    if (baseline == nullptr || networks.empty()) return std::string(kNotRun) + "\n";
    std::vector<Row> rows;
    for (const auto* network : networks) {
        Row row = {fmt::format("`{}` - `{}`", network->label, baseline->label)};
        for (std::size_t fold = 0; fold < input.folds; ++fold) {
            row.push_back(fmt::format(
                "{:+.1f}", 100 * (network->folds[fold]->accuracy.value - baseline->folds[fold]->accuracy.value)));
        }
        const auto difference = accuracy_difference(network->scored, baseline->scored);
        row.push_back(fmt::format("{:+.1f} ({:+.1f} to {:+.1f})", 100 * difference.value, 100 * difference.ci95[0],
                                  100 * difference.ci95[1]));
        row.emplace_back(difference.ci95[0] > 0 ? "yes" : "**no**");
        rows.push_back(std::move(row));
    }
    Row head = {"difference in points"};
    for (std::size_t fold = 0; fold < input.folds; ++fold) head.push_back(fmt::format("fold {}", fold));
    head.insert(head.end(), {"all folds", "clearly better"});
    return table(head, rows);
}

std::string clusters_table(const CardInput& input) {
    const auto methods = methods_with(input, [](const MethodFigures& m) { return !m.by_cluster.empty(); });
    if (methods.empty()) return std::string(kNotRun) + "\n";
    std::vector<Row> rows;
    const auto fullest =
        *std::ranges::max_element(methods, {}, [](const MethodFigures* method) { return method->by_cluster.size(); });
    for (const auto& cluster : fullest->by_cluster) {
        Row row = {fmt::format("{} ({} pictures, {} groups)", cluster.cluster, cluster.pictures, cluster.groups)};
        for (const auto* method : methods) {
            const auto found = std::ranges::find(method->by_cluster, cluster.cluster, &ClusterAccuracy::cluster);
            row.push_back(found == method->by_cluster.end() ? kNotRun : percent(found->accuracy));
        }
        rows.push_back(std::move(row));
    }
    return table(head_of("left out", methods), rows);
}

std::string gate_table(const CardInput& input) {
    const auto methods = methods_with(input, [](const MethodFigures& m) { return m.gate.has_value(); });
    if (methods.empty()) return std::string(kNotRun) + "\n";
    std::vector<Row> rows;
    rows.reserve(methods.size());
    for (const auto* method : methods) {
        const auto& gate = *method->gate;
        rows.push_back({fmt::format("`{}`", method->label), grouped(gate.tumour), grouped(gate.benign),
                        number(gate.auc, 4), percent(gate.sensitivity), percent(gate.specificity)});
    }
    return table({"network", "tumour", "benign", "AUC", "tumour kept", "benign refused"}, rows);
}

std::string goals_table(const CardInput& input) {
    std::vector<Row> rows;
    for (auto& goal : goals_of(input)) rows.push_back({goal.text, goal.measured, goal.verdict});
    return table({"goal", "measured", "verdict"}, rows);
}

std::string shipped_table(const CardInput& input) {
    std::vector<Row> rows;
    rows.reserve(input.shipped.size());
    for (const auto& model : input.shipped) {
        std::string trained = "unknown";
        if (!model.training.empty()) {
            const auto training = nlohmann::json::parse(model.training);
            trained = fmt::format("{} pictures, {} epochs; {}", training.value("train_tiles", 0),
                                  training.value("epochs", 0), training.value("split", "split unknown"));
        }
        rows.push_back({fmt::format("`{}`", model.name), fmt::format("`{}`", model.input),
                        fmt::format("{} px at {:.2f} µm/px", model.patch_size_px, model.spacing_um_px), trained,
                        fmt::format("{:.3f}", model.temperature),
                        fmt::format("{:.1f} MB", static_cast<double>(model.weights_bytes) / 1e6),
                        fmt::format("`{}`", model.weights_sha256.substr(0, 12))});
    }
    return table({"model", "input", "tile", "trained on", "temperature", "weights", "SHA-256 begins"}, rows);
}

std::string known_material_table(const CardInput& input) {
    std::vector<Row> rows;
    for (const auto& model : input.shipped) {
        std::string sources = "no check", alarms = "no check";
        if (const auto& domain = model.domain) {
            sources = grouped(domain->sources);
            alarms = domain->tried == 0
                         ? "not tried"
                         : fmt::format("{} of {} {}", domain->alarms, domain->tried,
                                       domain->unseen ? "that it had not learnt from" : "left out in turn");
        }
        Row row = {fmt::format("`{}`", model.name), sources, alarms};
        for (auto& cell : noticed_cells(input.scanner, model.weights_sha256)) row.push_back(std::move(cell));
        rows.push_back(std::move(row));
    }
    std::vector<std::string> head = {"model", "sources that it knows", "false alarms"};
    for (const auto* name : kNoticedColumns) head.emplace_back(name);
    return table(head, rows);
}

std::string runs_list(const CardInput& input) {
    std::string out;
    for (const auto& method : input.methods) {
        out += fmt::format("- `{}`: {}", method.label, method.description);
        if (method.is_network && method.training_hours > 0) {
            out += fmt::format("; {:.1f} hours of training in all", method.training_hours);
            if (method.untimed > 0) out += fmt::format(", without {} that nobody timed", method.untimed);
        }
        if (method.random && !method.random_epoch_choice.empty()) {
            out += fmt::format("; random split: {}", method.random_epoch_choice);
        }
        out += "\n";
    }
    return out.empty() ? std::string(kNotRun) + "\n" : out;
}

}  // namespace slidetype::bench

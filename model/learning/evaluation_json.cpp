#include "model/learning/evaluation_json.h"

#include <cmath>

#include "model/learning/evaluation.h"

namespace slidetype {
namespace {

using nlohmann::ordered_json;

ordered_json measured_json(const Measured& measured) {
    auto out = to_json(measured.metrics);
    if (measured.gate) out["gate"] = to_json(*measured.gate);
    for (const auto& each : measured.unfamiliar) {
        auto& entry = out["unfamiliar"][std::string(label_name(each.label))];
        entry["n"] = each.n;
        add_estimate(entry, "share", each.share);
    }
    return out;
}

}  // namespace

ordered_json json_number(double value) {
    if (!std::isfinite(value)) return nullptr;
    return std::round(value * 1e6) / 1e6;
}

void add_estimate(ordered_json& out, const std::string& name, double value, const std::array<double, 2>& ci95) {
    out[name] = json_number(value);
    out[name + "_ci95"] = {json_number(ci95[0]), json_number(ci95[1])};
}

void add_estimate(ordered_json& out, const std::string& name, const Estimate& estimate) {
    add_estimate(out, name, estimate.value, estimate.ci95);
}

ordered_json to_json(const Metrics& metrics) {
    ordered_json out = {{"n", metrics.n}, {"groups", metrics.groups}};
    add_estimate(out, "accuracy", metrics.accuracy);
    add_estimate(out, "balanced_accuracy", metrics.balanced_accuracy);
    add_estimate(out, "auc", metrics.auc);
    for (std::size_t label = 0; label < 2; ++label) {
        const std::string name(label_name(static_cast<int>(label)));
        add_estimate(out, "sensitivity_" + name, metrics.sensitivity[label]);
        add_estimate(out, "specificity_" + name, metrics.specificity(label));
    }
    add_estimate(out, "ece", metrics.ece);
    add_estimate(out, "brier", metrics.brier);
    add_estimate(out, "log_loss", metrics.log_loss, metrics.log_loss_ci95);
    out["confusion"] = metrics.confusion;
    out["calibration_bins"] = ordered_json::array();
    for (std::size_t b = 0; b < kCalibrationBins; ++b) {
        const auto& bin = metrics.calibration[b];
        if (bin.count == 0) continue;
        out["calibration_bins"].push_back({{"from", json_number(static_cast<double>(b) / kCalibrationBins)},
                                           {"to", json_number(static_cast<double>(b + 1) / kCalibrationBins)},
                                           {"count", bin.count},
                                           {"confidence", json_number(bin.confidence)},
                                           {"accuracy", json_number(bin.accuracy)}});
    }
    return out;
}

ordered_json to_json(const GateMetrics& gate) {
    ordered_json out = {{"threshold", json_number(gate.threshold)},
                        {"tumour", gate.tumour},
                        {"benign", gate.benign},
                        {"groups", gate.groups}};
    add_estimate(out, "auc", gate.auc);
    add_estimate(out, "sensitivity", gate.sensitivity);
    add_estimate(out, "specificity", gate.specificity);
    return out;
}

std::string to_json(const Evaluation& evaluation, std::span<const GroupFigures> groups) {
    auto out = measured_json(evaluation);
    for (const auto& shift : evaluation.shift) {
        out["shift"][shift.name] = measured_json(shift);
        out["shift"][shift.name]["description"] = shift.description;
    }
    for (const auto& group : groups) {
        out["by_group"].push_back({{"group", group.group},
                                   {"class", label_name(group.label)},
                                   {"n", group.n},
                                   {"accuracy", json_number(group.accuracy)},
                                   {"mean_p_truth", json_number(group.mean_p_truth)}});
    }
    if (evaluation.benign_left_out > 0) out["benign_left_out"] = evaluation.benign_left_out;
    out["backend"] = evaluation.backend;
    out["skipped"] = evaluation.skipped;
    return out.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace slidetype

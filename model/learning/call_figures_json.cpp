#include "model/learning/call_figures_json.h"

#include <string>

#include "model/data/dataset.h"
#include "model/learning/evaluation_json.h"

namespace slidetype {
namespace {

using nlohmann::ordered_json;

std::string name_of(std::size_t label) {
    return std::string(label_name(static_cast<int>(label)));
}

ordered_json per_class(const std::array<std::size_t, 2>& counts) {
    return {{name_of(0), counts[0]}, {name_of(1), counts[1]}};
}

ordered_json coverage_json(const CoverageCurve& curve) {
    auto out = ordered_json::array();
    for (const auto& point : curve.at) {
        ordered_json entry = {{"coverage", json_number(point.coverage)},
                              {"n", point.called},
                              {"certainty", json_number(point.certainty)}};
        add_estimate(entry, "error", point.error);
        out.push_back(std::move(entry));
    }
    return out;
}

ordered_json said_json(const SaidFigures& said) {
    ordered_json out;
    for (std::size_t label = 0; label < 2; ++label) {
        for (std::size_t set = 0; set < kClassSets; ++set) {
            out["count"][name_of(label)][std::string(to_string(static_cast<ClassSet>(set)))] = said.count[label][set];
        }
    }
    add_estimate(out, "called", said.called);
    add_estimate(out, "wrong_of_called", said.wrong);
    for (std::size_t label = 0; label < 2; ++label) {
        add_estimate(out, "missed_" + name_of(label), said.missed[label]);
    }
    return out;
}

ordered_json cases_json(const CaseFigures& figures) {
    auto out = to_json(figures.metrics);
    out.erase("groups");
    out["patients"] = figures.metrics.groups;
    out["of_class"] = per_class(figures.of_class);
    out["patients_of_class"] = per_class(figures.patients_of_class);
    add_estimate(out, "calibration_slope", figures.line.slope);
    add_estimate(out, "calibration_intercept", figures.line.intercept);
    add_estimate(out, "calibration_in_the_large", figures.line.in_the_large);
    out["coverage"] = coverage_json(figures.coverage);
    out["said"] = figures.said ? said_json(*figures.said) : ordered_json(nullptr);
    return out;
}

std::string_view note_of(SiteNote note) {
    switch (note) {
        case SiteNote::one_class:
            return "one class only";
        case SiteNote::few:
            return "too few patients of a class";
        case SiteNote::enough:
            break;
    }
    return {};
}

ordered_json site_json(const SiteFigures& site) {
    ordered_json out = {{"site", site.site.empty() ? ordered_json(nullptr) : ordered_json(site.site)},
                        {"slides", site.slides},
                        {"n", site.patients},
                        {"of_class", per_class(site.of_class)}};
    add_estimate(out, "accuracy", site.accuracy);
    add_estimate(out, "auc", site.auc);
    add_estimate(out, "balanced_accuracy", site.balanced_accuracy);
    if (const auto note = note_of(site.note); !note.empty()) out["note"] = note;
    return out;
}

ordered_json trials_json(const ConformalTrials& trials) {
    auto out = ordered_json::array();
    for (const auto& trial : trials.trials) {
        ordered_json entry = {{"stated", trial.stated}, {"splits", trial.splits}};
        for (std::size_t label = 0; label < 2; ++label) {
            const auto& of_class = trial.of_class[label];
            entry[name_of(label)] = {{"calibration", of_class.calibration},
                                     {"tried", of_class.tried},
                                     {"missed", json_number(of_class.missed)},
                                     {"deviation", json_number(of_class.deviation)},
                                     {"expected", json_number(of_class.expected)}};
        }
        entry["called"] = json_number(trial.called);
        entry["wrong_of_called"] = json_number(trial.wrong);
        out.push_back(std::move(entry));
    }
    return out;
}

ordered_json heads_json(const std::vector<HeadFigures>& heads) {
    const auto figures = [](const HeadFigures::OfCases& of_cases) {
        return ordered_json{{"auc", json_number(of_cases.auc)},
                            {"balanced_accuracy", json_number(of_cases.balanced_accuracy)}};
    };
    auto out = ordered_json::array();
    for (const auto& head : heads) {
        out.push_back({{"slides", figures(head.slides)}, {"patients", figures(head.patients)}});
    }
    return out;
}

}  // namespace

ordered_json conformal_json(const ConformalThresholds& thresholds) {
    ordered_json out = {{"error", thresholds.error}};
    for (std::size_t label = 0; label < 2; ++label) {
        out[name_of(label)] = {{"q", thresholds.q[label]}, {"n", thresholds.n[label]}};
    }
    return out;
}

ordered_json figures_json(const CallFigures& figures) {
    ordered_json out = {{"slides", cases_json(figures.slides)}, {"patients", cases_json(figures.patients)}};
    out["sites"] = ordered_json::array();
    for (const auto& site : figures.sites) out["sites"].push_back(site_json(site));
    out["coverage"] = coverage_json(figures.patients.coverage);
    out["conformal"] = figures.conformal ? conformal_json(*figures.conformal) : ordered_json(nullptr);
    out["trials"] = trials_json(figures.trials);
    out["trials_note"] = figures.trials.why_not.empty() ? ordered_json(nullptr) : ordered_json(figures.trials.why_not);
    out["heads"] = heads_json(figures.heads);
    out["temperature"] = figures.temperature;
    return out;
}

}  // namespace slidetype

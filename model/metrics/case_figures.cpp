#include "model/metrics/case_figures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include "base/error.h"
#include "base/words.h"
#include "model/metrics/golden_section.h"
#include "model/metrics/intervals.h"

namespace slidetype {
namespace {

constexpr Estimate kNotMeasured{kUndefined, {kUndefined, kUndefined}};

void require_usable(std::span<const LabelledCase> cases) {
    if (cases.empty()) throw Error(ErrorCode::bad_data, "evaluation", "has no case of known diagnosis with a score");
    for (const auto& each : cases) {
        if (!std::isfinite(each.logit)) throw Error(ErrorCode::bad_data, each.name, "has a score that is no number");
        if (each.label != 0 && each.label != 1) {
            throw Error(ErrorCode::bad_data, each.name, "has another diagnosis than LUAD and LUSC");
        }
    }
}

/// Intervals of figures that no round of the bootstrap changed.
void mend_intervals(Metrics& metrics, const std::array<std::size_t, 2>& patients_of_class) {
    widen_share(metrics.accuracy, metrics.groups);
    for (std::size_t label = 0; label < 2; ++label) widen_share(metrics.sensitivity[label], patients_of_class[label]);
    drop_certainty(metrics.auc);
    drop_certainty(metrics.balanced_accuracy);
}

/// Each patient once, and each of the diagnosis of their slides.
void require_patients(std::span<const LabelledCase> slides, std::span<const LabelledCase> patients) {
    std::map<std::string, int> label_of;
    for (const auto& each : patients) {
        if (label_of.emplace(each.whose(), each.label).second) continue;
        throw Error(ErrorCode::bad_data, each.whose(), "is listed twice among the patients");
    }
    for (const auto& slide : slides) {
        const auto found = label_of.find(slide.whose());
        if (found == label_of.end() || found->second == slide.label) continue;
        throw Error(ErrorCode::bad_data, slide.name,
                    "has another diagnosis than its patient, " + in_quotes(slide.whose()),
                    "Correct the table, or leave patients with both out.");
    }
}

SaidFigures measure_said(std::span<const LabelledCase> cases, std::span<const ClassSet> said,
                         std::span<const Scored> scored, const MeasureOptions& options) {
    SaidFigures out;
    struct Hits {
        std::vector<bool> hit;
        std::vector<std::size_t> group;
        void add(bool is_hit, std::size_t of_group) { hit.push_back(is_hit), group.push_back(of_group); }
        Estimate share(const MeasureOptions& how) const {
            auto out = measure_share(hit, group, how.rounds, how.seed);
            if (how.rounds > 0) widen_share(out, std::set(group.begin(), group.end()).size());
            return out;
        }
    };
    Hits called, wrong;
    std::array<Hits, 2> missed;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const auto label = static_cast<std::size_t>(cases[i].label);
        const bool has_truth = holds(said[i], cases[i].label);
        ++out.count[label][static_cast<std::size_t>(said[i])];
        called.add(is_call(said[i]), scored[i].group);
        if (is_call(said[i])) wrong.add(!has_truth, scored[i].group);
        missed[label].add(!has_truth, scored[i].group);
    }
    out.called = called.share(options), out.wrong = wrong.share(options);
    for (std::size_t label = 0; label < 2; ++label) out.missed[label] = missed[label].share(options);
    return out;
}

/// What was said of each case; nothing where that is not known of all.
std::optional<std::vector<ClassSet>> said_of(std::span<const LabelledCase> cases, const MeasureOptions& options) {
    std::vector<ClassSet> out;
    out.reserve(cases.size());
    for (const auto& each : cases) {
        const auto said = what_was_said(each, options.temperature, options.conformal);
        if (!said) return std::nullopt;
        out.push_back(*said);
    }
    return out;
}

CaseFigures measure_cases(std::span<const LabelledCase> cases, const MeasureOptions& options) {
    CaseFigures out;
    const auto scored = scored_cases(cases);
    std::array<std::set<std::size_t>, 2> patients;
    for (const auto& each : scored) {
        const auto label = static_cast<std::size_t>(each.label);
        ++out.of_class[label];
        patients[label].insert(each.group);
    }
    for (std::size_t label = 0; label < 2; ++label) out.patients_of_class[label] = patients[label].size();
    out.metrics = measure(scored, options.temperature, options.rounds, options.seed);
    if (options.rounds > 0) mend_intervals(out.metrics, out.patients_of_class);
    // Cases drawn again are further from every bin's mean than they were, so their interval would lie above the figure.
    out.metrics.ece.ci95 = kNotMeasured.ci95;
    if (cases.size() < kCasesForEce) out.metrics.ece = kNotMeasured;
    out.line = calibration_line(scored, options.temperature, options.rounds, options.seed);
    out.coverage = coverage_curve(scored, options.temperature, kShownCoverages, options.rounds, options.seed);
    if (const auto said = said_of(cases, options)) out.said = measure_said(cases, *said, scored, options);
    return out;
}

SiteFigures measure_site(const std::string& site, std::span<const LabelledCase> patients,
                         const MeasureOptions& options) {
    SiteFigures out;
    out.site = site;
    out.patients = patients.size();
    for (const auto& each : patients) ++out.of_class[static_cast<std::size_t>(each.label)];
    const auto fewest = std::min(out.of_class[0], out.of_class[1]);
    if (fewest == 0) {
        out.note = SiteNote::one_class;
    } else if (fewest < kPatientsOfSite) {
        out.note = SiteNote::few;
    }
    auto metrics = measure(scored_cases(patients), options.temperature, options.rounds, options.seed);
    if (options.rounds > 0) mend_intervals(metrics, out.of_class);
    out.accuracy = metrics.accuracy;
    const bool enough = out.note == SiteNote::enough;
    out.auc = enough ? metrics.auc : kNotMeasured;
    out.balanced_accuracy = enough ? metrics.balanced_accuracy : kNotMeasured;
    return out;
}

std::vector<SiteFigures> measure_sites(std::span<const LabelledCase> slides, std::span<const LabelledCase> patients,
                                       const MeasureOptions& options) {
    std::map<std::string, std::vector<LabelledCase>> of_site;
    for (const auto& each : patients) of_site[each.site].push_back(each);
    std::map<std::string, std::size_t> slides_of;
    for (const auto& slide : slides) ++slides_of[slide.whose()];
    std::vector<SiteFigures> out;
    if (of_site.size() == 1 && of_site.begin()->first.empty()) return out;
    for (const auto& [site, cases] : of_site) {
        out.push_back(measure_site(site, cases, options));
        for (const auto& each : cases) {
            const auto found = slides_of.find(each.whose());
            if (found != slides_of.end()) out.back().slides += found->second;
        }
    }
    std::ranges::stable_sort(out, {}, [](const SiteFigures& s) { return std::tuple(s.site.empty(), ~s.patients); });
    return out;
}

}  // namespace

std::optional<ClassSet> what_was_said(const LabelledCase& each, double temperature,
                                      const std::optional<ConformalThresholds>& thresholds) {
    if (each.said || !thresholds) return each.said;
    return prediction_set(calibrated(each.logit, temperature), *thresholds);
}

std::vector<LabelledCase> mean_of_slides(std::span<const LabelledCase> slides) {
    std::vector<LabelledCase> out;
    std::vector<double> count;
    std::map<std::string, std::size_t> index_of;
    for (const auto& slide : slides) {
        const auto [found, is_new] = index_of.emplace(slide.whose(), out.size());
        if (is_new) {
            out.push_back({slide.whose(), slide.whose(), slide.site, slide.label, 0});
            count.push_back(0);
        }
        auto& patient = out[found->second];
        if (patient.label != slide.label) {
            throw Error(ErrorCode::bad_data, slide.whose(),
                        "has slides of LUAD and of LUSC, the last of them " + slide.name,
                        "Correct the table, or leave patients with both out.");
        }
        if (patient.site != slide.site) patient.site = "several";
        patient.logit += slide.logit;
        count[found->second] += 1;
    }
    for (std::size_t i = 0; i < out.size(); ++i) out[i].logit /= count[i];
    return out;
}

std::vector<Scored> scored_cases(std::span<const LabelledCase> cases) {
    std::map<std::string, std::size_t> numbers;
    std::vector<Scored> out;
    out.reserve(cases.size());
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const auto group = numbers.emplace(cases[i].whose(), numbers.size()).first->second;
        out.push_back({static_cast<float>(cases[i].logit), cases[i].label, group, i});
    }
    return out;
}

CallFigures measure_calls(std::span<const LabelledCase> slides, std::span<const LabelledCase> patients,
                          const MeasureOptions& options) {
    require_usable(slides);
    require_usable(patients);
    require_patients(slides, patients);
    CallFigures out;
    out.temperature = options.temperature;
    out.conformal = options.conformal;
    out.slides = measure_cases(slides, options);
    out.patients = measure_cases(patients, options);
    out.sites = measure_sites(slides, patients, options);
    out.trials = try_stated_errors(scored_cases(patients), options.temperature);
    return out;
}

HeadRange range_of_heads(std::span<const HeadFigures> heads, double (*figure)(const HeadFigures&)) {
    std::vector<double> values;
    std::ranges::transform(heads, std::back_inserter(values), figure);
    const auto [least, best] = std::ranges::minmax(values);
    return {least, std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size()), best};
}

HeadFigures measure_head(std::span<const LabelledCase> slides, std::span<const LabelledCase> patients,
                         double temperature) {
    const auto figures = [&](std::span<const LabelledCase> cases) {
        const auto metrics = measure(scored_cases(cases), temperature, 0);
        return HeadFigures::OfCases{metrics.auc.value, metrics.balanced_accuracy.value};
    };
    return {figures(slides), figures(patients)};
}

double fit_case_temperature(std::span<const LabelledCase> patients, double expected) {
    require_usable(patients);
    std::array<double, 2> count{};
    for (const auto& each : patients) ++count.at(static_cast<std::size_t>(each.label));
    const std::array<double, 2> share = {1 / (count[0] + 2), (count[1] + 1) / (count[1] + 2)};
    const auto loss = [&](double log_temperature) {
        const double off = log_temperature - std::log(expected);
        double sum = off * off / 2;
        for (const auto& each : patients) {
            const double z = each.logit / std::exp(log_temperature),
                         of_lusc = share.at(static_cast<std::size_t>(each.label));
            sum += std::max(z, 0.0) + std::log1p(std::exp(-std::abs(z))) - of_lusc * z;
        }
        return sum;
    };
    return std::exp(least_between(std::log(0.01), std::log(100.0), loss));
}

}  // namespace slidetype

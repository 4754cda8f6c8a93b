#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/metrics/calibration_line.h"
#include "model/metrics/conformal.h"
#include "model/metrics/conformal_trial.h"
#include "model/metrics/coverage.h"
#include "model/metrics/metrics.h"

namespace slidetype {

/// A slide, or a patient, with its diagnosis and what a model says of it.
struct LabelledCase {
    std::string name;     ///< of the slide; that of the patient for a patient
    std::string patient;  ///< empty: nothing is known, so the slide counts as a patient of its own
    std::string site;     ///< hospital or centre; empty: not known
    int label = 0;        ///< 0 LUAD, 1 LUSC
    double logit = 0;     ///< of P(LUSC), before calibration
    /// What was said where that is not simply the side of P on which one half lies. Empty: the thresholds that
    /// measure_calls() was given decide, if there are any.
    std::optional<ClassSet> said = {};

    const std::string& whose() const { return patient.empty() ? name : patient; }
};

/// One case for each patient, in the order in which they come: the mean of the logits of their slides; the site where
/// all slides are of one, else "several". Throws Error(bad_data) where slides of a patient differ in their diagnosis.
std::vector<LabelledCase> mean_of_slides(std::span<const LabelledCase> slides);

/// Cases as measure() takes them: `group` numbers the patients from 0, `tile` is the index of the case.
std::vector<Scored> scored_cases(std::span<const LabelledCase> cases);

/// What was said of a case: its own `said`, else by the thresholds; nothing where there is neither.
std::optional<ClassSet> what_was_said(const LabelledCase& each, double temperature,
                                      const std::optional<ConformalThresholds>& thresholds);

/// What was said of the cases where a model may leave them undecided.
struct SaidFigures {
    std::array<std::array<std::size_t, kClassSets>, 2> count{};  ///< count[truth][ClassSet]
    Estimate called;                                             ///< share called LUAD or LUSC
    Estimate wrong;                                              ///< share of wrong calls among the called
    std::array<Estimate, 2> missed;  ///< per class: share whose set lacks it; what conformal thresholds bound
};

/// What calls are worth on cases of known diagnosis. Intervals are by bootstrap over patients; where no case is wrong,
/// or none is right, that has no width: then shares have Wilson's interval for the number of patients, and AUC and
/// balanced accuracy none (NaN). LUSC is the positive class: its sensitivity is
/// metrics.sensitivity[1], its specificity metrics.specificity(1), both at P = 0.5.
struct CaseFigures {
    std::array<std::size_t, 2> of_class{};  ///< cases
    std::array<std::size_t, 2> patients_of_class{};
    Metrics metrics;  ///< groups are the patients; `ece` is NaN where there are fewer than kCasesForEce cases
    CalibrationLine line;
    CoverageCurve coverage;
    std::optional<SaidFigures> said;  ///< nothing where nothing but P was given
};
/// With fewer cases the error of calibration is mostly their chance.
inline constexpr std::size_t kCasesForEce = 100;

/// Why a site has less figures than others.
enum class SiteNote { enough, one_class, few };
/// Patients per class that a site needs for the figures that take both.
inline constexpr std::size_t kPatientsOfSite = 5;

/// The patients of one site.
struct SiteFigures {
    std::string site;
    std::size_t slides = 0, patients = 0;
    std::array<std::size_t, 2> of_class{};  ///< patients
    SiteNote note = SiteNote::enough;
    Estimate accuracy;
    Estimate auc, balanced_accuracy;  ///< NaN unless `enough`
};

/// What the calls of one head of several are worth alone, without intervals.
struct HeadFigures {
    struct OfCases {
        double auc = 0, balanced_accuracy = 0;  ///< NaN where a class has no case
    };
    OfCases slides, patients;
};

/// One figure of each of several heads.
struct HeadRange {
    double least = 0, mean = 0, best = 0;
};
/// `heads`: at least one, all measured on the same cases. NaN where the cases do not allow the figure.
HeadRange range_of_heads(std::span<const HeadFigures> heads, double (*figure)(const HeadFigures&));

struct CallFigures {
    double temperature = 1;
    CaseFigures slides, patients;
    std::vector<SiteFigures> sites;  ///< most patients first; empty where no case has a site
    std::optional<ConformalThresholds> conformal;
    ConformalTrials trials;          ///< of stated errors, on the patients of these figures
    std::vector<HeadFigures> heads;  ///< measure_head() of each of several; empty where that was not measured
};

struct MeasureOptions {
    double temperature = 1;  ///< of slides and patients
    std::optional<ConformalThresholds> conformal = {};
    int rounds = 1000;  ///< of the bootstrap; 0: no intervals
    std::uint64_t seed = 1;
};

/// All figures; intervals are 95 %, by patients. Deterministic. Throws Error(bad_data) where there is no case, where a
/// logit is not finite, where a patient is listed twice, or has another diagnosis than one of their slides.
CallFigures measure_calls(std::span<const LabelledCase> slides, std::span<const LabelledCase> patients,
                          const MeasureOptions& options);

/// The figures of one head, from cases with its logits.
HeadFigures measure_head(std::span<const LabelledCase> slides, std::span<const LabelledCase> patients,
                         double temperature);

/// The temperature for patients, held to `expected` by few of them as fit_temperature() is. Of n patients of a class
/// not all count as wholly of it, but (n + 1) / (n + 2) of each (Platt 1999), so that patients who are all told apart
/// do not make a model surer than their number allows. Throws as measure_calls() does.
double fit_case_temperature(std::span<const LabelledCase> patients, double expected = 1);

}  // namespace slidetype

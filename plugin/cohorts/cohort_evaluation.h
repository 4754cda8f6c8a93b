#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "model/metrics/case_figures.h"
#include "model/scoring/aggregator.h"
#include "plugin/analysis/slide_call.h"
#include "plugin/cohorts/cohort_bags.h"

namespace slidetype {

/// What a model says of a cohort: of every slide and every patient, before calibration.
struct CalledCohort {
    std::vector<LabelledCase> slides, patients;
    /// The same slides and patients by each head alone, where the model has several.
    struct OfHead {
        std::vector<LabelledCase> slides, patients;
    };
    std::vector<OfHead> heads;
};

/// Is given each slide's bag once, with what is said of it; by several threads at a time.
using OpinionSink = std::function<void(std::size_t slide, const Bag& bag, const BagOpinion& said)>;

/// Bit-identical for any number of threads. `done(n, of)`: slides, by one thread at a time; may throw to stop. Throws
/// what the aggregator throws.
CalledCohort call_cohort(const CohortBags& bags, const Aggregator& aggregator, PatientCall patients, int threads,
                         const std::function<void(std::size_t, std::size_t)>& done = {}, const OpinionSink& sink = {});

/// slide,patient,site,label,prob_LUSC,logit: a line per slide.
std::string calls_csv(const std::vector<LabelledCase>& slides, double temperature);

}  // namespace slidetype

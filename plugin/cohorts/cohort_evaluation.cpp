#include "plugin/cohorts/cohort_evaluation.h"

#include <fmt/format.h>

#include <map>

#include "base/error.h"
#include "base/parallel.h"
#include "model/data/dataset.h"
#include "plugin/results/text.h"

namespace slidetype {
namespace {

/// All tiles of several slides, for a patient. Where the tiles lie is left out: it is of different slides.
Bag joined(BagStore& store, const std::vector<std::size_t>& slides) {
    Bag all;
    for (const auto slide : slides) {
        const auto bag = store.get(slide);
        all.dimension = bag->dimension;
        all.tiles += bag->tiles;
        all.features.insert(all.features.end(), bag->features.begin(), bag->features.end());
        all.origin.slide = bag->origin.slide;
    }
    return all;
}

/// The slides of each patient, patients in the order in which they come.
std::vector<std::vector<std::size_t>> slides_of_patients(const Cohort& cohort) {
    std::map<std::string, std::size_t> places;
    std::vector<std::vector<std::size_t>> patients;
    for (std::size_t i = 0; i < cohort.slides.size(); ++i) {
        const auto place = places.try_emplace(cohort.slides[i].patient, patients.size()).first->second;
        if (place == patients.size()) patients.emplace_back();
        patients[place].push_back(i);
    }
    return patients;
}

}  // namespace

CalledCohort call_cohort(const CohortBags& bags, const Aggregator& aggregator, PatientCall how, int threads,
                         const std::function<void(std::size_t, std::size_t)>& done) {
    CalledCohort called;
    const auto& slides = bags.cohort.slides;
    for (const auto& slide : slides) called.slides.push_back({slide.name, slide.patient, slide.site, slide.label, 0.0});
    parallel_for(
        threads, slides.size(),
        [&](std::size_t i) { called.slides[i].logit = aggregator.aggregate(*bags.store->get(i), 1).logit; }, done);
    called.patients = mean_of_slides(called.slides);
    if (how == PatientCall::mean_of_slides) return called;
    const auto patients = slides_of_patients(bags.cohort);
    parallel_for(threads, patients.size(), [&](std::size_t p) {
        if (patients[p].size() == 1) return;  // its slide's
        called.patients[p].logit = aggregator.aggregate(joined(*bags.store, patients[p]), 1).logit;
    });
    return called;
}

std::string calls_csv(const std::vector<LabelledCase>& slides, double temperature) {
    std::string text = "slide,patient,site,label,prob_LUSC,logit\n";
    for (const auto& slide : slides) {
        text += fmt::format("{},{},{},{},{:.6f},{:.6f}\n", csv_field(slide.name), csv_field(slide.patient),
                            csv_field(slide.site), label_name(slide.label), calibrated(slide.logit, temperature),
                            slide.logit);
    }
    return text;
}

}  // namespace slidetype

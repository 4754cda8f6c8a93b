#include "plugin/cohorts/cohort_evaluation.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <utility>

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

/// Logits of a case: of all heads together, and of each alone.
struct CaseLogits {
    double together = 0;
    std::vector<double> heads;
    double by(std::optional<std::size_t> head) const { return head ? heads[*head] : together; }
};

CaseLogits logits_of(const BagOpinion& said) {
    return {said.logit, said.head_logits};
}

}  // namespace

CalledCohort call_cohort(const CohortBags& bags, const Aggregator& aggregator, PatientCall how, int threads,
                         const std::function<void(std::size_t, std::size_t)>& done, const OpinionSink& sink) {
    std::vector<LabelledCase> slides;
    for (const auto& slide : bags.cohort.slides) {
        slides.push_back({slide.name, slide.patient, slide.site, slide.label, 0.0});
    }
    std::vector<CaseLogits> of_slides(slides.size());
    const auto call_slide = [&](std::size_t i) {
        const auto bag = bags.store->get(i);
        const auto said = aggregator.aggregate(*bag, 1);
        of_slides[i] = logits_of(said);
        if (sink) sink(i, *bag, said);
    };
    parallel_for(threads, slides.size(), call_slide, done);

    const auto slides_of = slides_of_patients(bags.cohort);
    std::vector<std::optional<CaseLogits>> in_one_bag(slides_of.size());
    if (how == PatientCall::one_bag) {
        parallel_for(threads, slides_of.size(), [&](std::size_t p) {
            if (slides_of[p].size() == 1) return;  // its slide's
            in_one_bag[p] = logits_of(aggregator.aggregate(joined(*bags.store, slides_of[p]), 1));
        });
    }
    const auto called_by = [&](std::optional<std::size_t> head) {
        CalledCohort::OfHead called;
        called.slides = slides;
        for (std::size_t i = 0; i < slides.size(); ++i) called.slides[i].logit = of_slides[i].by(head);
        called.patients = mean_of_slides(called.slides);
        for (std::size_t p = 0; p < in_one_bag.size(); ++p) {
            if (in_one_bag[p]) called.patients[p].logit = in_one_bag[p]->by(head);
        }
        return called;
    };
    auto together = called_by({});
    CalledCohort called{std::move(together.slides), std::move(together.patients), {}};
    const auto heads = of_slides.empty() ? 0 : of_slides.front().heads.size();
    for (std::size_t head = 0; heads > 1 && head < heads; ++head) called.heads.push_back(called_by(head));
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

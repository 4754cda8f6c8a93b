#include "model/data/cohort_folds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/error.h"
#include "base/random.h"
#include "model/data/balanced_folds.h"

namespace slidetype {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::size_t kManySlides = 100;

Cohort made(std::vector<CohortSlide> slides) {
    Cohort cohort;
    cohort.source = "cohort.csv";
    cohort.class_names = {"LUAD", "LUSC"};
    cohort.slides = std::move(slides);
    return cohort;
}

CohortSlide slide_of(const std::string& patient, int label, const std::string& site = {}) {
    CohortSlide slide;
    slide.name = patient;
    slide.patient = patient;
    slide.label = label;
    slide.site = site;
    return slide;
}

/// Patients of one to three slides each. Sites differ in size and in how many of each class they see; now and then a
/// patient was at two sites.
Cohort random_cohort(std::uint64_t seed, std::size_t patients, std::size_t sites) {
    Random random(seed, patients, sites);
    std::vector<double> share_of_squamous;
    for (std::size_t s = 0; s < sites; ++s) share_of_squamous.push_back(random.uniform(0.2, 0.8));
    std::vector<CohortSlide> slides;
    for (std::size_t p = 0; p < patients; ++p) {
        const auto name = "p" + std::to_string(p);
        const double place = random.uniform();
        const auto site = static_cast<std::size_t>(place * place * static_cast<double>(sites));
        const double share = sites > 0 ? share_of_squamous[site] : 0.5;
        const int label = random.chance(share) ? 1 : 0;
        const auto count = std::size_t{1} + random.below(std::size_t{3});
        for (std::size_t k = 0; k < count; ++k) {
            const bool elsewhere = sites > 0 && k > 0 && random.chance(0.02);
            const auto at = elsewhere ? random.below(sites) : site;
            slides.push_back(slide_of(name, label, sites > 0 ? "s" + std::to_string(at) : ""));
        }
    }
    return made(std::move(slides));
}

/// In how many folds each of these values lies.
std::map<std::string, std::set<int>> folds_by(const Cohort& cohort, const CohortFolds& folds,
                                              std::string CohortSlide::*member) {
    std::map<std::string, std::set<int>> found;
    for (std::size_t i = 0; i < cohort.slides.size(); ++i) {
        if (const auto& value = cohort.slides[i].*member; !value.empty()) found[value].insert(folds.fold[i]);
    }
    return found;
}

std::size_t patients_in(const Cohort& cohort, const CohortFolds& folds, int fold, int label) {
    std::set<std::string> names;
    for (const auto i : folds.validation(fold)) {
        if (cohort.slides[i].label == label) names.insert(cohort.slides[i].patient);
    }
    return names.size();
}

TEST(CohortFolds, NeverCutAPatientNorLoseASlide) {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        const auto cohort = random_cohort(seed, 40 + 5 * seed, seed % 3 == 0 ? 0 : 3 + seed % 40);
        CohortFoldOptions options;
        options.folds = 2 + static_cast<int>(seed % 9);
        options.seed = seed;
        const auto folds = make_cohort_folds(cohort, options);
        ASSERT_EQ(folds.fold.size(), cohort.slides.size());
        for (const auto& [patient, in] : folds_by(cohort, folds, &CohortSlide::patient)) EXPECT_EQ(in.size(), 1U);
        for (const int fold : folds.fold) EXPECT_TRUE(fold >= 0 && fold < options.folds);
        for (int head = 0; head < options.folds; ++head) {
            EXPECT_EQ(folds.training(head).size() + folds.validation(head).size(), cohort.slides.size());
            for (int label = 0; label < 2; ++label) EXPECT_GT(patients_in(cohort, folds, head, label), 0U);
        }
        if (!folds.keeps_sites) continue;
        for (const auto& [site, in] : folds_by(cohort, folds, &CohortSlide::site)) EXPECT_EQ(in.size(), 1U) << site;
        EXPECT_THAT(folds.description, HasSubstr("cut no patient and no site"));
    }
}

TEST(CohortFolds, KeepManySitesWholeAndEven) {
    std::size_t kept = 0;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        const auto cohort = random_cohort(seed, 400, 40);
        const auto folds = make_cohort_folds(cohort);
        if (!folds.keeps_sites) continue;
        ++kept;
        for (int label = 0; label < 2; ++label) {
            double all = 0;
            std::vector<double> counts;
            for (int fold = 0; fold < folds.folds; ++fold) {
                counts.push_back(static_cast<double>(patients_in(cohort, folds, fold, label)));
                all += counts.back();
            }
            const double even = all / folds.folds;
            for (const double count : counts) EXPECT_NEAR(count, even, 0.3 * even) << folds.description;
        }
    }
    EXPECT_EQ(kept, 10U);
}

TEST(CohortFolds, AreEvenToOnePatientWhereNoSitesAreKnown) {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        const auto cohort = random_cohort(seed, 103, 0);
        const auto folds = make_cohort_folds(cohort);
        EXPECT_THAT(folds.description, HasSubstr("no sites are known"));
        for (int label = 0; label < 2; ++label) {
            std::set<std::size_t> counts;
            for (int fold = 0; fold < folds.folds; ++fold) counts.insert(patients_in(cohort, folds, fold, label));
            EXPECT_LE(*counts.rbegin() - *counts.begin(), 1U) << folds.description;
        }
    }
}

TEST(CohortFolds, AreTheSameForASeedAndOthersForAnother) {
    const auto cohort = random_cohort(3, 200, 30);
    CohortFoldOptions options;
    const auto one = make_cohort_folds(cohort, options), again = make_cohort_folds(cohort, options);
    EXPECT_EQ(one.fold, again.fold);
    options.seed = 2;
    EXPECT_NE(one.fold, make_cohort_folds(cohort, options).fold);
}

TEST(CohortFolds, CutSitesWhereThereAreTooFewAndSaySo) {
    std::vector<CohortSlide> slides;
    slides.reserve(kManySlides);
    for (int p = 0; p < 40; ++p)
        slides.push_back(slide_of("p" + std::to_string(p), p % 2, "s" + std::to_string(p % 4)));
    const auto folds = make_cohort_folds(made(slides));
    EXPECT_FALSE(folds.keeps_sites);
    EXPECT_THAT(folds.description, HasSubstr("sites are cut: LUAD is at 2 sites, fewer than folds"));
    EXPECT_THAT(folds.notes, ElementsAre(HasSubstr("4 sites of 4 lie in several folds")));
}

TEST(CohortFolds, CutSitesWhereTheseWouldLeaveAFoldWithoutAClass) {
    // LUSC is seen at five places, of which a patient joins two.
    std::vector<CohortSlide> slides;
    slides.reserve(kManySlides);
    for (int p = 0; p < 50; ++p) slides.push_back(slide_of("a" + std::to_string(p), 0, "s" + std::to_string(p % 10)));
    for (int p = 0; p < 20; ++p) slides.push_back(slide_of("b" + std::to_string(p), 1, "s" + std::to_string(p % 5)));
    EXPECT_TRUE(make_cohort_folds(made(slides)).keeps_sites);
    slides.push_back(slide_of("b0", 1, "s1"));
    EXPECT_FALSE(make_cohort_folds(made(slides)).keeps_sites);
}

TEST(CohortFolds, CutSitesWhereThatIsAskedFor) {
    const auto cohort = random_cohort(3, 300, 40);
    CohortFoldOptions options;
    options.keep_sites = false;
    EXPECT_THAT(make_cohort_folds(cohort, options).description, HasSubstr("sites are cut, as asked for"));
}

TEST(CohortFolds, NeverTrainOnTheTest) {
    auto cohort = random_cohort(5, 200, 30);
    for (std::size_t i = 0; i < cohort.slides.size(); ++i) {
        if (cohort.slides[i].patient.ends_with('7')) cohort.slides[i].part = Part::test;
    }
    const auto folds = make_cohort_folds(cohort);
    EXPECT_FALSE(folds.untouched().empty());
    for (std::size_t i = 0; i < cohort.slides.size(); ++i) {
        EXPECT_EQ(folds.fold[i] < 0, cohort.slides[i].part == Part::test);
    }
    for (int head = 0; head < folds.folds; ++head) {
        for (const auto i : folds.training(head)) EXPECT_NE(cohort.slides[i].part, Part::test);
    }
    EXPECT_THAT(folds.notes, Contains(HasSubstr("of the test train, too")));
}

TEST(CohortFolds, AreTakenAsGiven) {
    std::vector<CohortSlide> slides;
    slides.reserve(kManySlides);
    for (int p = 0; p < 12; ++p) {
        slides.push_back(slide_of("p" + std::to_string(p), p % 2));
        slides.back().fold = 10 * (1 + p % 3);
    }
    slides.push_back(slide_of("t", 0));
    slides.back().part = Part::test;
    const auto folds = make_cohort_folds(made(slides));
    EXPECT_EQ(folds.folds, 3);
    EXPECT_THAT(folds.fold, ElementsAre(0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, -1));
    EXPECT_THAT(folds.description, HasSubstr("3 folds as given"));
    slides[4].fold = -1;
    EXPECT_THROW(make_cohort_folds(made(slides)), Error);
}

TEST(CohortFolds, SayWhereGivenOnesValidateOneClassAlone) {
    std::vector<CohortSlide> slides;
    slides.reserve(kManySlides);
    for (int p = 0; p < 6; ++p) slides.push_back(slide_of("p" + std::to_string(p), p % 2));
    for (int p = 0; p < 6; ++p) slides[static_cast<std::size_t>(p)].fold = p == 0 ? 0 : 1 + p / 2 % 2;
    EXPECT_THAT(make_cohort_folds(made(slides)).notes, Contains(HasSubstr("validate fold 0 are of one class alone")));
    for (int p = 0; p < 6; ++p) slides[static_cast<std::size_t>(p)].fold = p % 2;
    EXPECT_THROW(make_cohort_folds(made(slides)), Error) << "each head would learn from one class alone";
    for (auto& slide : slides) slide.fold = 3;
    EXPECT_THROW(make_cohort_folds(made(slides)), Error) << "one fold";
}

TEST(CohortFolds, ValidateByThePartThatIsMarked) {
    std::vector<CohortSlide> slides;
    slides.reserve(kManySlides);
    for (int p = 0; p < 8; ++p) slides.push_back(slide_of("p" + std::to_string(p), p % 2));
    slides[0].part = slides[1].part = Part::validation;
    slides[2].part = Part::test;
    slides[3].part = Part::train;
    const auto folds = make_cohort_folds(made(slides));
    EXPECT_EQ(folds.folds, 1);
    EXPECT_THAT(folds.validation(0), ElementsAre(0U, 1U));
    EXPECT_THAT(folds.training(0), ElementsAre(3U, 4U, 5U, 6U, 7U));
    EXPECT_THAT(folds.untouched(), ElementsAre(2U));
}

TEST(CohortFolds, NeedAsManyPatientsOfEachClassAsFolds) {
    std::vector<CohortSlide> slides;
    slides.reserve(kManySlides);
    for (int p = 0; p < 10; ++p) slides.push_back(slide_of("a" + std::to_string(p), 0));
    for (int p = 0; p < 6; ++p) slides.push_back(slide_of("b" + std::to_string(p / 2), 1));
    try {
        (void)make_cohort_folds(made(slides));
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.cause(), HasSubstr("LUSC has 3 patients to train on, fewer than 5 folds"));
        EXPECT_THAT(error.hint(), HasSubstr("Take 3 folds"));
    }
    CohortFoldOptions options;
    options.folds = 3;
    EXPECT_EQ(make_cohort_folds(made(slides), options).folds, 3);
    options.folds = 1;
    EXPECT_THROW(make_cohort_folds(made(slides), options), Error);
}

TEST(BalancedFolds, FindTheEvenAssignmentThatALargestFirstPlacingMisses) {
    // 3 + 3 + 2 against 4 + 4 by largest first would leave 4 3 2 | 4 3.
    const std::vector<FoldUnit> units = {
        {{4, 4}, {4, 4}}, {{4, 4}, {4, 4}}, {{3, 3}, {3, 3}}, {{3, 3}, {3, 3}}, {{2, 2}, {2, 2}}};
    const auto folds = balanced_folds(units, 2, 1);
    std::map<int, std::size_t> sums;
    for (std::size_t i = 0; i < units.size(); ++i) sums[folds[i]] += units[i].patients[0];
    EXPECT_EQ(sums[0], 8U);
    EXPECT_EQ(sums[1], 8U);
}

}  // namespace
}  // namespace slidetype

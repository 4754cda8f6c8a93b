#include "model/metrics/case_figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/random.h"

namespace slidetype {
namespace {

using ::testing::HasSubstr;

LabelledCase slide(const std::string& name, const std::string& patient, int label, double logit,
                   const std::string& site = {}) {
    return {name, patient, site, label, logit};
}

/// Patients with two slides each, in turn of either class, at sites of forty.
std::vector<LabelledCase> cohort(std::size_t patients, double apart) {
    Random random(23);
    std::vector<LabelledCase> out;
    for (std::size_t p = 0; p < patients; ++p) {
        const int label = static_cast<int>(p % 2);
        const double middle = (label == 1 ? apart : -apart) + random.normal();
        for (int s = 0; s < 2; ++s) {
            const double logit = middle + 0.3 * random.normal();
            const auto name = "p" + std::to_string(p);
            out.push_back(slide(name + "-" + std::to_string(s), name, label, logit, "site " + std::to_string(p / 40)));
        }
    }
    return out;
}

CallFigures measured(const std::vector<LabelledCase>& slides, const MeasureOptions& options = {}) {
    return measure_calls(slides, mean_of_slides(slides), options);
}

std::string complaint(const std::vector<LabelledCase>& slides, const std::vector<LabelledCase>& patients) {
    try {
        (void)measure_calls(slides, patients, {.rounds = 0});
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

TEST(MeanOfSlides, MakesOneCaseOfEachPatient) {
    const auto patients = mean_of_slides(std::vector{slide("a", "P", 1, 1, "here"), slide("b", "Q", 0, -3, "here"),
                                                     slide("c", "P", 1, 2, "there"), slide("d", "", 1, 4)});
    ASSERT_EQ(patients.size(), 3U);
    EXPECT_EQ(patients[0].name, "P");
    EXPECT_DOUBLE_EQ(patients[0].logit, 1.5);
    EXPECT_EQ(patients[0].site, "several");
    EXPECT_EQ(patients[1].site, "here");
    EXPECT_EQ(patients[2].name, "d") << "a slide of an unknown patient is one of its own";
}

TEST(MeanOfSlides, RefusesAPatientWithBothDiagnoses) {
    const std::vector both = {slide("a", "P", 1, 1), slide("b", "P", 0, 1)};
    EXPECT_THROW((void)mean_of_slides(both), Error);
}

TEST(CaseFigures, CountSlidesAndPatientsApart) {
    const std::vector slides = {slide("a", "P", 1, 1), slide("b", "P", 1, -2), slide("c", "Q", 0, -3),
                                slide("d", "R", 0, 0.5)};
    const auto figures = measured(slides, {.rounds = 0});
    EXPECT_EQ(figures.slides.metrics.n, 4U);
    EXPECT_EQ(figures.slides.metrics.groups, 3U);
    EXPECT_EQ(figures.slides.of_class[1], 2U);
    EXPECT_EQ(figures.slides.patients_of_class[1], 1U);
    EXPECT_EQ(figures.patients.metrics.n, 3U);
    EXPECT_DOUBLE_EQ(figures.slides.metrics.auc.value, 3.0 / 4) << "1 is above both, -2 above -3 alone";
    // Of the patients P is at -0.5, Q at -3, R at 0.5.
    EXPECT_DOUBLE_EQ(figures.patients.metrics.auc.value, 0.5);
    EXPECT_DOUBLE_EQ(figures.patients.metrics.sensitivity[1].value, 0);
    EXPECT_DOUBLE_EQ(figures.patients.metrics.specificity(1).value, 0.5);
    EXPECT_DOUBLE_EQ(figures.patients.coverage.at[0].error.value, 2.0 / 3);
    EXPECT_FALSE(figures.patients.said.has_value());
    EXPECT_TRUE(figures.sites.empty());
}

TEST(CaseFigures, TakePatientsOfTheirOwnWhereTheyAreGiven) {
    const std::vector slides = {slide("a", "P", 1, -1), slide("b", "Q", 0, 1)};
    const std::vector patients = {slide("P", "P", 1, 2), slide("Q", "Q", 0, -2)};
    const auto figures = measure_calls(slides, patients, {.rounds = 0});
    EXPECT_DOUBLE_EQ(figures.slides.metrics.auc.value, 0);
    EXPECT_DOUBLE_EQ(figures.patients.metrics.auc.value, 1);
    EXPECT_TRUE(std::isnan(figures.patients.line.slope.value)) << "told apart";
}

TEST(CaseFigures, HaveIntervalsByPatientsNotBySlides) {
    const auto slides = cohort(60, 1);
    const auto figures = measured(slides);
    auto independent = slides;
    for (auto& each : independent) each.patient = each.name;
    const auto narrow = measured(independent);
    const auto width = [](const Estimate& e) { return e.ci95[1] - e.ci95[0]; };
    EXPECT_EQ(figures.slides.metrics.auc.value, narrow.slides.metrics.auc.value);
    EXPECT_GT(width(figures.slides.metrics.auc), 1.2 * width(narrow.slides.metrics.auc));
    EXPECT_GT(width(figures.slides.line.slope), 1.2 * width(narrow.slides.line.slope));
    EXPECT_GT(width(figures.slides.coverage.at[0].error), 1.2 * width(narrow.slides.coverage.at[0].error));
}

TEST(CaseFigures, DoNotTakeFiguresWithoutAnErrorForCertain) {
    const auto figures = measured(cohort(20, 9), {.rounds = 100});
    const auto& metrics = figures.slides.metrics;
    EXPECT_EQ(metrics.auc.value, 1);
    EXPECT_TRUE(std::isnan(metrics.auc.ci95[0]));
    EXPECT_TRUE(std::isnan(metrics.balanced_accuracy.ci95[0]));
    EXPECT_NEAR(metrics.sensitivity[1].ci95[0], 0.722, 1e-3) << "ten patients, not twenty slides";
    EXPECT_NEAR(figures.slides.coverage.at[0].error.ci95[1], 0.161, 1e-3) << "twenty patients";
    EXPECT_NEAR(figures.sites[0].accuracy.ci95[0], 0.839, 1e-3);
    EXPECT_TRUE(std::isnan(figures.sites[0].auc.ci95[0]));
}

TEST(CaseFigures, LeaveOutTheCalibrationErrorOfFewCases) {
    EXPECT_TRUE(std::isnan(measured(cohort(49, 1), {.rounds = 0}).slides.metrics.ece.value));
    EXPECT_TRUE(std::isfinite(measured(cohort(50, 1), {.rounds = 0}).slides.metrics.ece.value));
}

TEST(CaseFigures, CountWhatWasSaid) {
    std::vector slides = {slide("a", "P", 1, 1), slide("b", "Q", 1, 2), slide("c", "R", 0, 3), slide("d", "S", 0, 4)};
    slides[0].said = ClassSet::lusc, slides[1].said = ClassSet::either;
    slides[2].said = ClassSet::lusc, slides[3].said = ClassSet::none;
    const auto figures = measure_calls(slides, slides, {.rounds = 0});
    ASSERT_TRUE(figures.patients.said.has_value());
    const auto& said = *figures.patients.said;
    EXPECT_EQ(said.count[1][static_cast<std::size_t>(ClassSet::lusc)], 1U);
    EXPECT_EQ(said.count[1][static_cast<std::size_t>(ClassSet::either)], 1U);
    EXPECT_EQ(said.count[0][static_cast<std::size_t>(ClassSet::none)], 1U);
    EXPECT_DOUBLE_EQ(said.called.value, 0.5);
    EXPECT_DOUBLE_EQ(said.wrong.value, 0.5);
    EXPECT_DOUBLE_EQ(said.missed[0].value, 1) << "an empty set lacks the truth, too";
    EXPECT_DOUBLE_EQ(said.missed[1].value, 0);
    slides[3].said.reset();
    EXPECT_FALSE(measure_calls(slides, slides, {.rounds = 0}).patients.said.has_value());
}

TEST(CaseFigures, AskTheThresholdsWhereNothingElseWasSaid) {
    const std::vector slides = {slide("a", "P", 1, 3), slide("b", "Q", 0, 0), slide("c", "R", 0, -3)};
    MeasureOptions options{.conformal = ConformalThresholds{0.1, {0.6, 0.6}, {20, 20}}, .rounds = 0};
    const auto said = measured(slides, options).patients.said.value();
    EXPECT_EQ(said.count[0][static_cast<std::size_t>(ClassSet::either)], 1U);
    EXPECT_EQ(said.count[0][static_cast<std::size_t>(ClassSet::luad)], 1U);
    EXPECT_EQ(said.count[1][static_cast<std::size_t>(ClassSet::lusc)], 1U);
    options.temperature = 100;
    EXPECT_DOUBLE_EQ(measured(slides, options).patients.said->called.value, 0) << "P is near one half for all";
}

TEST(SiteFigures, TellSitesOfOneClassAndOfFewPatients) {
    auto slides = cohort(100, 1);
    for (std::size_t i = 0; i < 3; ++i) slides.push_back(slide("s" + std::to_string(i), "", 1, 2, "one"));
    slides.push_back(slide("x", "", 1, 2)), slides.push_back(slide("y", "", 0, 2));
    const auto sites = measured(slides, {.rounds = 100}).sites;
    ASSERT_EQ(sites.size(), 5U);
    EXPECT_EQ(sites[0].site, "site 0");
    EXPECT_EQ(sites[0].patients, 40U);
    EXPECT_EQ(sites[0].slides, 80U);
    EXPECT_EQ(sites[0].note, SiteNote::enough);
    EXPECT_TRUE(std::isfinite(sites[0].auc.ci95[0]));
    EXPECT_EQ(sites[2].patients, 20U);
    EXPECT_EQ(sites[3].site, "one");
    EXPECT_EQ(sites[3].note, SiteNote::one_class);
    EXPECT_DOUBLE_EQ(sites[3].accuracy.value, 1);
    EXPECT_TRUE(std::isnan(sites[3].auc.value));
    EXPECT_EQ(sites[4].site, "") << "those of no known site come last";
    EXPECT_EQ(sites[4].note, SiteNote::few);
    EXPECT_TRUE(std::isnan(sites[4].balanced_accuracy.value));
}

TEST(CaseFigures, OfOneClassOneCaseOrEqualScoresAreNoNumberOrHalf) {
    const std::vector one = {slide("a", "P", 1, 1)};
    const auto alone = measured(one);
    EXPECT_TRUE(std::isnan(alone.patients.metrics.auc.value));
    EXPECT_TRUE(std::isnan(alone.patients.metrics.accuracy.ci95[0]));
    EXPECT_TRUE(std::isnan(alone.patients.line.in_the_large.value));
    const std::vector ties = {slide("a", "P", 1, 0), slide("b", "Q", 0, 0)};
    EXPECT_DOUBLE_EQ(measured(ties).patients.metrics.auc.value, 0.5);
}

TEST(CaseFigures, RefuseWhatCannotBeMeasured) {
    const std::vector good = {slide("a", "P", 1, 1), slide("b", "Q", 0, -1)};
    EXPECT_EQ(complaint(good, good), "");
    EXPECT_THAT(complaint({}, {}), HasSubstr("no case"));
    const std::vector not_a_number = {slide("bad", "P", 1, std::nan(""))};
    EXPECT_THAT(complaint(not_a_number, good), HasSubstr("bad: has a score that is no number"));
    const std::vector benign = {slide("x", "P", 2, 1)};
    EXPECT_THAT(complaint(benign, good), HasSubstr("another diagnosis than LUAD and LUSC"));
    const std::vector twice = {slide("P", "P", 1, 1), slide("P2", "P", 1, 1)};
    EXPECT_THAT(complaint(good, twice), HasSubstr("listed twice"));
    const std::vector other = {slide("P", "P", 0, 1)};
    EXPECT_THAT(complaint(good, other), HasSubstr("another diagnosis than its patient"));
}

TEST(Recalibration, FindsTheTemperatureAndHoldsToTheModelsWherePatientsAreFew) {
    std::vector<LabelledCase> patients;
    Random random(2);
    for (int i = 0; i < 2000; ++i) {
        const double logit = random.uniform(-6, 6);
        const int label = random.chance(calibrated(logit, 3)) ? 1 : 0;
        patients.push_back(slide(std::to_string(i), "", label, logit));
    }
    EXPECT_NEAR(fit_case_temperature(patients, 1), 3, 0.4);
    const std::vector all_right = {slide("a", "P", 1, 4), slide("b", "Q", 0, -5), slide("c", "R", 1, 6)};
    EXPECT_GT(fit_case_temperature(all_right, 1), 0.3);
    EXPECT_GT(fit_case_temperature(all_right, 2), 0.6);
}

TEST(Recalibration, IsNoSurerOfPatientsWhoAreAllToldApartThanTheirNumberAllows) {
    std::vector<LabelledCase> patients;
    patients.reserve(40);
    constexpr double kLogit = 0.3;  // of a head that has hardly learned
    for (int i = 0; i < 40; ++i) patients.push_back(slide(std::to_string(i), "", i % 2, i % 2 == 1 ? kLogit : -kLogit));
    const double p = calibrated(kLogit, fit_case_temperature(patients));
    EXPECT_GT(p, 0.85);
    EXPECT_LT(p, 21.0 / 22);
}

}  // namespace
}  // namespace slidetype

// Thresholds, and whether what they state holds on simulated patients.
#include "model/metrics/conformal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/random.h"
#include "model/metrics/conformal_trial.h"

namespace slidetype {
namespace {

using ::testing::HasSubstr;

/// `n` patients of each class. Their logits lie around ±`apart`, spread by 1, so that their P is wrong as a
/// probability: conformal thresholds do not mind.
std::vector<Scored> patients_of(std::size_t n, double apart, std::uint64_t seed) {
    Random random(seed);
    std::vector<Scored> out;
    for (std::size_t i = 0; i < 2 * n; ++i) {
        const int label = i < n ? 0 : 1;
        const double middle = label == 1 ? apart : -apart;
        out.push_back({static_cast<float>(middle + random.normal()), label, i, i});
    }
    return out;
}

std::string refusal(std::span<const Scored> patients, double error) {
    try {
        (void)fit_conformal(patients, 1, error);
    } catch (const Error& refused) {
        return refused.what();
    }
    return {};
}

TEST(ConformalThresholds, AreTheRankOfTheTextbook) {
    // P(LUSC) of LUAD is 0.01 … 0.39 and that of LUSC 0.61 … 0.99, by 0.02: twenty each.
    std::vector<Scored> patients;
    for (int i = 0; i < 20; ++i) {
        const double p = 0.01 + 0.02 * i;
        const auto logit = static_cast<float>(std::log(p / (1 - p)));
        patients.push_back({logit, 0, patients.size()});
        patients.push_back({-logit, 1, patients.size()});
    }
    // ceil(21 × 0.9) = 19: 0.01 + 0.02 × 18. ceil(21 × 0.95) = 20.
    const auto at_ten = fit_conformal(patients, 1, 0.1);
    EXPECT_NEAR(at_ten.q[0], 0.37, 1e-6);
    EXPECT_NEAR(at_ten.q[1], 0.37, 1e-6);
    EXPECT_EQ(at_ten.n[0], 20U);
    EXPECT_NEAR(fit_conformal(patients, 1, 0.05).q[0], 0.39, 1e-6);
    EXPECT_EQ(conformal_rank(19, 0.05), 19U) << "20 × 0.95 must not be rounded up to 20";
    EXPECT_EQ(conformal_rank(99, 0.1), 90U);
    EXPECT_EQ(conformal_rank(100, 0.1), 91U);
}

TEST(ConformalThresholds, AreOfTheTemperatureThatSetsAreAskedAt) {
    const auto patients = patients_of(50, 0.5, 3);
    const auto plain = fit_conformal(patients, 1, 0.1), cool = fit_conformal(patients, 2.5, 0.1);
    EXPECT_NE(plain.q[0], cool.q[0]);
    for (const auto& each : patients) {
        EXPECT_EQ(prediction_set(calibrated(each.logit, 1), plain), prediction_set(calibrated(each.logit, 2.5), cool));
    }
}

TEST(ConformalThresholds, AreRefusedWherePatientsAreTooFew) {
    const auto message = refusal(patients_of(19, 1, 1), 0.1);
    EXPECT_THAT(message, HasSubstr("has 19 patients with LUAD and 19 with LUSC"));
    EXPECT_THAT(message, HasSubstr("error of 10 %, at least 20 of each"));
    EXPECT_EQ(refusal(patients_of(20, 1, 1), 0.05), "");
    EXPECT_THAT(refusal(patients_of(98, 1, 1), 0.01), HasSubstr("error of 1 %, at least 99 of each"));
    EXPECT_EQ(refusal(patients_of(99, 1, 1), 0.01), "");
    EXPECT_THAT(refusal({}, 0.025), HasSubstr("error of 2.5 %, at least 39"));
    EXPECT_EQ(conformal_patients_needed(0.2), 20U);
    EXPECT_EQ(conformal_patients_needed(0.05), 20U);
    EXPECT_EQ(conformal_patients_needed(0.04), 24U);
}

TEST(ConformalThresholds, RefuseErrorsThatMeanNothingAndPatientsListedTwice) {
    EXPECT_THAT(refusal(patients_of(30, 1, 1), 0), HasSubstr("above 0 and below 0.5"));
    EXPECT_THAT(refusal(patients_of(30, 1, 1), 0.5), HasSubstr("above 0 and below 0.5"));
    EXPECT_THAT(refusal(patients_of(30, 1, 1), std::nan("")), HasSubstr("above 0 and below 0.5"));
    auto twice = patients_of(30, 1, 1);
    twice[4].group = twice[5].group;
    EXPECT_THAT(refusal(twice, 0.1), HasSubstr("more than once"));
}

TEST(PredictionSet, HoldsWhatIsNotRuledOut) {
    const ConformalThresholds wide{0.05, {0.7, 0.6}, {20, 20}}, narrow{0.2, {0.3, 0.1}, {20, 20}};
    EXPECT_EQ(prediction_set(0.1, wide), ClassSet::luad);
    EXPECT_EQ(prediction_set(0.5, wide), ClassSet::either);
    EXPECT_EQ(prediction_set(0.71, wide), ClassSet::lusc);
    EXPECT_EQ(prediction_set(0.5, narrow), ClassSet::none);
    EXPECT_EQ(prediction_set(0.3, narrow), ClassSet::luad) << "the threshold itself belongs to the set";
    EXPECT_TRUE(holds(ClassSet::either, 0) && holds(ClassSet::either, 1));
    EXPECT_FALSE(holds(ClassSet::none, 0) || holds(ClassSet::none, 1));
    EXPECT_TRUE(holds(ClassSet::luad, 0) && !holds(ClassSet::luad, 1));
    EXPECT_TRUE(is_call(ClassSet::lusc) && !is_call(ClassSet::either) && !is_call(ClassSet::none));
}

class StatedErrors : public ::testing::TestWithParam<double> {};

TEST_P(StatedErrors, IsObservedPerClassOverTwoHundredSplits) {
    const double stated = GetParam();
    const auto trial = try_conformal(patients_of(150, 1.2, 17), 1, stated, 200);
    EXPECT_EQ(trial.splits, 200);
    for (const auto& of_class : trial.of_class) {
        EXPECT_EQ(of_class.calibration, 75U);
        EXPECT_EQ(of_class.tried, 75U);
        EXPECT_LE(of_class.expected, stated);
        EXPECT_GT(of_class.expected, stated - 1.0 / 75);
        // Splits are independent draws of a share whose mean is known: 4 standard errors.
        const double noise = 4 * of_class.deviation / std::sqrt(200.0);
        EXPECT_NEAR(of_class.missed, of_class.expected, noise) << stated;
        EXPECT_LT(noise, 0.02);
    }
}

TEST_P(StatedErrors, HoldsForNewPatientsWhateverTheModel) {
    const double stated = GetParam();
    for (const double apart : {0.0, 0.6, 3.0}) {
        std::array<std::size_t, 2> missed{}, seen{};
        for (std::uint64_t draw = 0; draw < 300; ++draw) {
            const auto thresholds = fit_conformal(patients_of(39, apart, 1000 + draw), 1, stated);
            for (const auto& each : patients_of(20, apart, 5000 + draw)) {
                const auto label = static_cast<std::size_t>(each.label);
                ++seen[label];
                if (!holds(prediction_set(calibrated(each.logit, 1), thresholds), each.label)) ++missed[label];
            }
        }
        for (std::size_t label = 0; label < 2; ++label) {
            const double share = static_cast<double>(missed[label]) / static_cast<double>(seen[label]);
            // Patients of one draw share their thresholds: the deviation of a draw's true error is that of a Beta.
            const double of_draw = std::sqrt(stated * (1 - stated) * (1.0 / 40 + 1.0 / 20));
            EXPECT_NEAR(share, stated, 4 * of_draw / std::sqrt(300.0)) << apart << " apart, class " << label;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Errors, StatedErrors, ::testing::Values(0.05, 0.1, 0.2));

TEST(ConformalTrial, CallsFewWhereTheModelKnowsNothingAndAllWhereItKnowsAll) {
    const auto blind = try_conformal(patients_of(60, 0, 5), 1, 0.05, 50);
    EXPECT_LT(blind.called, 0.25);
    const auto knowing = try_conformal(patients_of(60, 8, 5), 1, 0.05, 50);
    EXPECT_GT(knowing.called, 0.85);
    EXPECT_DOUBLE_EQ(knowing.wrong, 0);
    const auto again = try_conformal(patients_of(60, 8, 5), 1, 0.05, 50);
    EXPECT_EQ(knowing.of_class[0].missed, again.of_class[0].missed);
}

TEST(ConformalTrial, MissesFewerWhereManyPatientsHaveTheSameP) {
    auto patients = patients_of(60, 1, 5);
    for (auto& each : patients) each.logit = std::round(each.logit);
    for (const auto& of_class : try_conformal(patients, 1, 0.2, 100).of_class) EXPECT_LT(of_class.missed, 0.2);
}

TEST(ConformalTrial, RefusesWhereASplitHasTooFewPatients) {
    EXPECT_THROW((void)try_conformal(patients_of(30, 1, 1), 1, 0.1), Error);
    EXPECT_THROW((void)try_conformal(patients_of(30, 1, 1), 1, 0.1, 10, 1.0), Error);
}

TEST(ConformalTrials, TryWhatHasEnoughPatientsOfEachClass) {
    EXPECT_EQ(conformal_trial_patients_needed(0.05), 40U);
    EXPECT_EQ(conformal_trial_patients_needed(0.02), 98U);
    const auto tried = try_stated_errors(patients_of(40, 1, 3), 1);
    ASSERT_EQ(tried.trials.size(), kTriedErrors.size());
    EXPECT_TRUE(tried.why_not.empty());
    for (std::size_t i = 0; i < kTriedErrors.size(); ++i) {
        EXPECT_EQ(tried.trials[i].stated, kTriedErrors[i]);
        EXPECT_EQ(tried.trials[i].splits, 200);
        for (const auto& of_class : tried.trials[i].of_class) EXPECT_EQ(of_class.calibration, 20U);
    }
}

TEST(ConformalTrials, SayHowManyPatientsAreLacking) {
    auto patients = patients_of(40, 1, 3);
    patients.pop_back();
    const auto tried = try_stated_errors(patients, 1);
    EXPECT_TRUE(tried.trials.empty());
    EXPECT_THAT(tried.why_not, HasSubstr("needs 40 patients of each class"));
    EXPECT_THAT(tried.why_not, HasSubstr("40 with LUAD and 39 with LUSC"));
    EXPECT_THAT(try_stated_errors({}, 1).why_not, HasSubstr("0 with LUAD"));
}

TEST(CallDecision, GivesItsReasonInWords) {
    const ConformalThresholds thresholds{0.05, {0.6, 0.6}, {40, 35}};
    const auto luad = decide_call(0.1, thresholds);
    EXPECT_EQ(luad.said, ClassSet::luad);
    EXPECT_THAT(luad.reason, HasSubstr("rules out LUSC"));
    EXPECT_THAT(luad.reason, HasSubstr("40 patients with LUAD and 35 with LUSC"));
    EXPECT_THAT(luad.reason, HasSubstr("5 %"));
    const auto either = decide_call(0.5, thresholds, std::array{0.6, 0.9});
    EXPECT_EQ(either.said, ClassSet::either) << "thresholds decide alone";
    EXPECT_THAT(either.reason, HasSubstr("neither can be ruled out"));
    const auto none = decide_call(0.5, ConformalThresholds{0.2, {0.3, 0.3}, {40, 35}});
    EXPECT_EQ(none.said, ClassSet::none);
    EXPECT_THAT(none.reason, HasSubstr("nothing is called"));
}

TEST(CallDecision, WithoutThresholdsGoesByTheIntervalAndThenByTheSide) {
    EXPECT_EQ(decide_call(0.6, {}, std::array{0.45, 0.7}).said, ClassSet::either);
    EXPECT_EQ(decide_call(0.6, {}, std::array{0.55, 0.7}).said, ClassSet::lusc);
    EXPECT_EQ(decide_call(0.4, {}).said, ClassSet::luad);
    EXPECT_EQ(decide_call(0.5, {}).said, ClassSet::luad);
    EXPECT_THAT(decide_call(0.4, {}).reason, HasSubstr("no error is stated"));
}

}  // namespace
}  // namespace slidetype

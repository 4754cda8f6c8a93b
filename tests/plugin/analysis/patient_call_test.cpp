#include "plugin/analysis/patient_call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "plugin/analysis/call_result.h"
#include "tests/plugin/make_result.h"

namespace slidetype {
namespace {

using ::testing::HasSubstr;

CallOptions of_small_slides() {
    CallOptions options;
    options.thresholds.min_area_mm2 = 0.05;
    return options;
}

SlideResult patients_slide(double low, double high, int columns = 12) {
    testing::ResultOptions options;
    options.low = low, options.high = high;
    options.columns = columns;
    options.gated = true;
    auto result = testing::make_result(options);
    call_result(result, of_small_slides(), true);
    return result;
}

SlideCall called_by_votes(const std::vector<SlideResult>& slides, PatientCall how = PatientCall::one_bag) {
    std::vector<SlideEvidence> evidence;
    evidence.reserve(slides.size());
    for (const auto& each : slides) evidence.push_back(evidence_of(each, true));
    return call_patient(evidence, how, {nullptr, {}, of_small_slides()});
}

TEST(PatientOfVotes, LetsTheTilesOfAllSlidesVoteTogether) {
    const auto few = patients_slide(0.9, 0.99, 6), many = patients_slide(0.6, 0.8, 14);
    const auto call = called_by_votes({few, many});
    VoteSums sums;
    double tumour_mm2 = 0;
    for (const auto& each : {few, many}) {
        for (const auto& tile : votes_of(each, true).tiles) {
            sums.add(tile);
            tumour_mm2 += tile.certainty() * tile.tissue_mm2;
        }
    }
    EXPECT_NEAR(*call.prob_lusc, sums.prob_lusc / sums.weight, 1e-12);
    EXPECT_NEAR(*call.border_share, sums.border / sums.weight, 1e-12);
    EXPECT_NEAR(call.tumour_area_mm2, tumour_mm2, 1e-9);
    EXPECT_NEAR(call.scored_area_mm2, few.call.scored_area_mm2 + many.call.scored_area_mm2, 1e-9);
    EXPECT_EQ(call.label, CallLabel::lusc);
    EXPECT_THAT(call.reason, HasSubstr("95 % interval of P(LUSC)"));
    EXPECT_GT(*call.prob_lusc, *many.call.prob_lusc);
    EXPECT_LT(*call.prob_lusc, *few.call.prob_lusc);
    const auto again = called_by_votes({few, many});
    EXPECT_EQ(*again.prob_lusc, *call.prob_lusc);
    EXPECT_EQ(again.ci95, call.ci95);
}

TEST(PatientOfVotes, HasAnIntervalOverTheBlocksOfAllSlides) {
    // Each slide is one block, which says nothing of how far it varies; two are two.
    const auto one = patients_slide(0.8, 0.9, 4);
    auto small = one;
    for (auto& tile : small.grid.tiles) {
        if (tile.row >= 4) tile.status = TileStatus::background;
    }
    call_result(small, of_small_slides(), true);
    ASSERT_TRUE(small.call.prob_lusc);
    ASSERT_FALSE(small.call.ci95);
    EXPECT_TRUE(called_by_votes({small, small}).ci95);
    EXPECT_FALSE(called_by_votes({small, small}, PatientCall::mean_of_slides).ci95);
    EXPECT_THAT(called_by_votes({small, small}, PatientCall::mean_of_slides).reason, HasSubstr("too small a field"));
}

TEST(PatientOfVotes, IsMixedWhereSlidesAreOfBothClasses) {
    const auto luad = patients_slide(0.02, 0.05, 30), lusc = patients_slide(0.95, 0.98, 30);
    EXPECT_EQ(luad.call.label, CallLabel::luad) << luad.call.reason;
    EXPECT_EQ(lusc.call.label, CallLabel::lusc) << lusc.call.reason;
    const auto call = called_by_votes({luad, lusc});
    EXPECT_EQ(call.label, CallLabel::mixed) << call.reason;
    EXPECT_NEAR(call.coherent_mm2[0], luad.call.coherent_mm2[0], 1e-9) << "no region goes over from slide to slide";
    EXPECT_NEAR(call.coherent_mm2[1], lusc.call.coherent_mm2[1], 1e-9);
}

TEST(PatientOfVotes, MayBeTheMeanOfTheSlidesLogits) {
    const auto one = patients_slide(0.9, 0.99), other = patients_slide(0.6, 0.8);
    const auto call = called_by_votes({one, other}, PatientCall::mean_of_slides);
    const auto logit = [](double p) { return std::log(p / (1 - p)); };
    EXPECT_NEAR(logit(*call.prob_lusc), (logit(*one.call.prob_lusc) + logit(*other.call.prob_lusc)) / 2, 1e-9);
    ASSERT_TRUE(call.ci95 && one.call.ci95 && other.call.ci95);
    EXPECT_NEAR(logit((*call.ci95)[0]), (logit((*one.call.ci95)[0]) + logit((*other.call.ci95)[0])) / 2, 1e-9);
    EXPECT_LE((*call.ci95)[0], *call.prob_lusc);
    EXPECT_GE((*call.ci95)[1], *call.prob_lusc);
    EXPECT_EQ(call.label, CallLabel::lusc) << call.reason;
    EXPECT_FALSE(call.vote_mean) << "no mean of tiles made it";
}

TEST(PatientOfOneSlide, HasTheCallOfTheSlide) {
    const auto one = patients_slide(0.1, 0.4);
    for (const auto how : {PatientCall::one_bag, PatientCall::mean_of_slides}) {
        const auto call = called_by_votes({one}, how);
        EXPECT_EQ(call.prob_lusc, one.call.prob_lusc);
        EXPECT_EQ(call.ci95, one.call.ci95);
        EXPECT_EQ(call.reason, one.call.reason);
    }
    EXPECT_THROW(called_by_votes({}), Error);
}

/// Adds up parts as a head does.
class OneHead final : public Aggregator {
  public:
    std::string description() const override { return "one head"; }
    std::size_t dimension() const override { return 1; }
    TileScores score(std::span<const float>, std::size_t) const override { return {}; }
    BagOpinion aggregate(const Bag&, int) const override { return {}; }
    BagOpinion unite(std::span<const std::vector<BagPart>> bags) const override {
        BagOpinion opinion;
        opinion.parts = united(bags);
        opinion.logit = opinion.parts.front().mean;
        const double p = 1 / (1 + std::exp(-opinion.logit));
        opinion.probabilities = {1 - p, p};
        opinion.head_logits = {opinion.logit};
        return opinion;
    }
};

SlideEvidence patients_bag(double log_weight, double logit, double mm2 = 1) {
    SlideEvidence evidence;
    evidence.call.scored_area_mm2 = evidence.call.voting_area_mm2 = mm2;
    evidence.call.heads = SlideCall::Heads{1, 1, {{log_weight, logit}}};
    return evidence;
}

SlideCall called_by_head(const std::vector<SlideEvidence>& slides, PatientCall how,
                         const std::optional<StatedError>& stated = {}) {
    const OneHead head;
    return call_patient(slides, how, {&head, stated, {}});
}

TEST(PatientOfHeads, WeighsSlidesByTheirAttentionOrAllTheSame) {
    const std::vector slides = {patients_bag(std::log(3.0), 2), patients_bag(0, -2)};
    EXPECT_NEAR(*called_by_head(slides, PatientCall::one_bag).prob_lusc, 1 / (1 + std::exp(-1.0)), 1e-12);
    EXPECT_NEAR(*called_by_head(slides, PatientCall::mean_of_slides).prob_lusc, 0.5, 1e-12);
    EXPECT_EQ(called_by_head(slides, PatientCall::one_bag).label, CallLabel::lusc);
    EXPECT_NEAR(called_by_head(slides, PatientCall::one_bag).scored_area_mm2, 2, 1e-12);
}

TEST(PatientOfHeads, FollowsTheRuleOfSlides) {
    const StatedError stated{.error = 0.1, .q = {0.3, 0.4}, .patients = {30, 30}};
    EXPECT_EQ(called_by_head({patients_bag(0, 2), patients_bag(0, 1)}, PatientCall::one_bag, stated).label,
              CallLabel::lusc);
    const auto none = called_by_head({patients_bag(0, 1), patients_bag(0, -1)}, PatientCall::one_bag, stated);
    EXPECT_EQ(none.label, CallLabel::indeterminate);
    EXPECT_THAT(none.reason, HasSubstr("10 % of error, from 60 patients"));
    const auto little = called_by_head({patients_bag(0, 2, 0.1), patients_bag(0, 2, 0.1)}, PatientCall::one_bag);
    EXPECT_EQ(little.label, CallLabel::insufficient);
    EXPECT_EQ(called_by_head({patients_bag(0, 2, 0.15), patients_bag(0, 2, 0.15)}, PatientCall::one_bag).label,
              CallLabel::lusc)
        << "the tissue of both is enough";
}

TEST(PatientOfHeads, LeavesOutSlidesOfWhichNothingWasScored) {
    SlideEvidence nothing;
    const auto call = called_by_head({patients_bag(0, 2), nothing}, PatientCall::mean_of_slides);
    EXPECT_NEAR(*call.prob_lusc, 1 / (1 + std::exp(-2.0)), 1e-12);
    const auto empty = called_by_head({nothing, nothing}, PatientCall::one_bag);
    EXPECT_EQ(empty.label, CallLabel::insufficient);
    EXPECT_FALSE(empty.prob_lusc);
}

}  // namespace
}  // namespace slidetype

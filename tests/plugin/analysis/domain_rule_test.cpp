#include "plugin/analysis/domain_rule.h"

#include <gtest/gtest.h>

namespace slidetype {
namespace {

SlideCall lusc_call() {
    SlideCall call;
    call.label = CallLabel::lusc;
    call.reason = "The interval lies above one half.";
    call.voting_area_mm2 = 3;
    call.scored_area_mm2 = 4;
    return call;
}

DomainVerdict unknown() {
    return {.known = false, .distance = 1.7, .tiles = 90, .witnesses = {Witness::colour, Witness::sharpness}};
}

TEST(DomainRule, LeavesTheCallOfASlideThatIsKnown) {
    auto call = lusc_call();
    heed_domain(call, {.known = true, .distance = 0.8, .tiles = 90, .witnesses = {}}, true, {}, "compact");
    EXPECT_EQ(call.label, CallLabel::lusc);
    EXPECT_EQ(call.reason, lusc_call().reason);
    EXPECT_TRUE(call.supported);
}

TEST(DomainRule, MakesNoCallOfASlideThatIsUnlikeTheMaterialAndSaysWhatToDo) {
    for (const auto label : {CallLabel::luad, CallLabel::lusc, CallLabel::mixed, CallLabel::insufficient}) {
        auto call = lusc_call();
        call.label = label;
        heed_domain(call, unknown(), true, {}, "compact");
        EXPECT_EQ(call.label, CallLabel::indeterminate);
        EXPECT_EQ(call.reason,
                  "This slide does not look like the pictures that the model was made from (its colours and sharpness "
                  "differ), so no subtype call is made; its heatmap is a ranking at best. Train on your own slides: "
                  "slidetype train SLIDES -o MY_MODEL --from compact.");
        EXPECT_TRUE(call.supported);
    }
}

TEST(DomainRule, StaysInsufficientWhereThereIsHardlyAnyTissue) {
    auto call = lusc_call();
    call.label = CallLabel::insufficient;
    call.scored_area_mm2 = 0.1;
    heed_domain(call, unknown(), true, {}, "compact");
    EXPECT_EQ(call.label, CallLabel::insufficient);
    EXPECT_NE(call.reason.find("does not look like the pictures"), std::string::npos) << call.reason;
}

TEST(DomainRule, NeverLeavesASubtypeWhereTheLeastAreaIsSwitchedOff) {
    auto call = lusc_call();
    call.scored_area_mm2 = 0.01;
    CallThresholds limits;
    limits.min_area_mm2 = 0;
    heed_domain(call, unknown(), true, limits, "compact");
    EXPECT_EQ(call.label, CallLabel::indeterminate);
}

TEST(DomainRule, MarksTheCallAsUnsupportedWhereItIsNotToBeHeeded) {
    auto call = lusc_call();
    heed_domain(call, unknown(), false, {}, "compact");
    EXPECT_EQ(call.label, CallLabel::lusc);
    EXPECT_FALSE(call.supported);
    EXPECT_TRUE(call.reason.starts_with("Unsupported: this slide does not look like")) << call.reason;
    EXPECT_TRUE(call.reason.ends_with(lusc_call().reason)) << call.reason;
}

TEST(DomainRule, TellsOfASlideForOtherClassesToo) {
    auto call = lusc_call();
    call.label = CallLabel::none;
    heed_domain(call, unknown(), true, {}, "other");
    EXPECT_EQ(call.label, CallLabel::none);
    EXPECT_NE(call.reason.find("ranking at best"), std::string::npos) << call.reason;
}

TEST(DomainRule, TellsOfACaseOfPicturesInItsOwnWords) {
    auto call = lusc_call();
    heed_domain(call, unknown(), true, {}, "compact", {.name = "case", .teaches = "PICTURES", .is = "its scores are"});
    EXPECT_TRUE(call.reason.starts_with("This case does not look like")) << call.reason;
    EXPECT_TRUE(
        call.reason.ends_with("its scores are a ranking at best. Train on your own pictures: slidetype train "
                              "PICTURES -o MY_MODEL --from compact."))
        << call.reason;
}

TEST(DomainRule, CountsWhatIsUnlike) {
    EXPECT_EQ(unlike_count_text(1, 3, "slide"),
              "1 of 3 slides does not look like the pictures that the model was made from");
    EXPECT_EQ(unlike_count_text(2, 3, "case"),
              "2 of 3 cases do not look like the pictures that the model was made from");
}

TEST(DomainRule, NamesWhatDiffers) {
    auto verdict = unknown();
    verdict.witnesses = {Witness::sharpness};
    EXPECT_EQ(witness_text(verdict), "its sharpness differs");
    verdict.witnesses = {Witness::colour};
    EXPECT_EQ(witness_text(verdict), "its colours differ");
    verdict.witnesses = {Witness::colour, Witness::sharpness, Witness::structure};
    EXPECT_EQ(witness_text(verdict), "its colours, sharpness and structure differ");
}

}  // namespace
}  // namespace slidetype

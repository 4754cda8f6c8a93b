#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "base/atomic_file.h"
#include "base/error.h"
#include "bench/call_validation/outcome.h"
#include "bench/call_validation/planned_slide.h"
#include "bench/call_validation/validation.h"
#include "bench/call_validation/vote_fit.h"
#include "model/backends/self_test.h"
#include "plugin/analysis/slide_vote.h"
#include "tests/model/tile_pictures.h"
#include "tests/support.h"

namespace slidetype::bench {
namespace {

using ::testing::HasSubstr;

/// Forty source images of each class with ten pictures each.
FoldPictures made_pictures() {
    FoldPictures pictures;
    for (int group = 0; group < 40; ++group) {
        for (int k = 0; k < 10; ++k) {
            const auto number = std::to_string(group), name = number + "_" + std::to_string(k) + ".jpeg";
            pictures.luad["a" + number].push_back("luad" + name);
            pictures.lusc["s" + number].push_back("lusc" + name);
            pictures.benign["n" + number].push_back("benign" + name);
        }
    }
    return pictures;
}

/// Share of the slide that shows a class.
std::map<std::string, double> shares(const PlannedSlide& slide) {
    std::map<std::string, double> shares;
    const double cells = static_cast<double>(slide.layout.columns) * static_cast<double>(slide.layout.rows.size());
    for (const auto& row : slide.layout.rows) {
        for (const char letter : row) shares[slide.classes.at(letter).name] += 1 / cells;
    }
    return shares;
}

TEST(PlannedSlides, AreOfTwentyTwoKindsAndNotOnTheGridOfTheModel) {
    const auto slides = plan_slides(made_pictures(), 1);
    EXPECT_EQ(slides.size(), 117U);
    std::map<std::string, int> kinds;
    std::set<std::string> names, cells;
    for (const auto& slide : slides) {
        ++kinds[slide.kind];
        names.insert(slide.name);
        cells.insert(std::to_string(slide.mosaic.tile_px * slide.spacing_um_px));
    }
    EXPECT_EQ(kinds.size(), 22U);
    EXPECT_EQ(names.size(), slides.size());
    EXPECT_EQ(kinds["blocks, 80 % benign"], 4);
    EXPECT_EQ(kinds["mixed, 20 % minority"], 6);
    EXPECT_GE(cells.size(), 5U);
}

TEST(PlannedSlides, HoldWhatTheirKindSays) {
    for (const auto& slide : plan_slides(made_pictures(), 1)) {
        auto share = shares(slide);
        const double tumour = share["LUAD"] + share["LUSC"];
        if (slide.kind == "benign tissue alone") {
            EXPECT_EQ(tumour, 0) << slide.name;
        } else if (slide.expected == "insufficient") {
            EXPECT_NEAR(tumour, 8.0 / 320, 1e-9) << slide.name;
        } else if (slide.expected == "mixed") {
            EXPECT_GE(std::min(share["LUAD"], share["LUSC"]), 0.05 * tumour) << slide.name;
        } else {
            EXPECT_NEAR(share[slide.expected], tumour, 1e-9) << slide.name;
            const auto percent = slide.kind.find(" % benign");
            if (percent == std::string::npos) continue;
            const double benign = std::stod(slide.kind.substr(slide.kind.rfind(' ', percent - 1))) / 100;
            EXPECT_NEAR(share["Benign"], benign, 0.15) << slide.name << " " << slide.kind;
        }
    }
}

TEST(PlannedSlides, EveryFieldShowsOneSourceImageAndTheSeedChoosesThem) {
    const auto pictures = made_pictures();
    for (const auto& slide : plan_slides(pictures, 1)) {
        if (slide.kind.starts_with("every cell") || slide.kind == "benign tissue alone") continue;
        for (const auto& [letter, source] : slide.classes) EXPECT_EQ(source.files.size(), 10U) << slide.kind;
    }
    const auto files = [&](std::uint64_t seed) { return plan_slides(pictures, seed)[0].classes.begin()->second.files; };
    EXPECT_EQ(files(1), files(1));
    EXPECT_NE(files(1), files(2));
}

TEST(PlannedSlides, TheHalvesOfAFoldShareNoSourceImage) {
    const auto pictures = made_pictures();
    const auto first = half_of(pictures, false), second = half_of(pictures, true);
    EXPECT_EQ(first.luad.size() + second.luad.size(), 40U);
    for (const auto& [group, files] : first.luad) EXPECT_FALSE(second.luad.contains(group));
    for (const auto& [group, files] : first.benign) EXPECT_FALSE(second.benign.contains(group));
}

TEST(PlannedSlides, PicturesOfTheFoldAreReadAndAFoldWithoutThemIsRefused) {
    const testing::TemporaryFolder folder;
    write_file(folder / "groups.csv",
               "file,class,group,fold\nlung_aca/1.jpeg,lung_aca,g1,4\nlung_scc/2.jpeg,lung_scc,g2,4\n"
               "lung_n/3.jpeg,lung_n,g3,4\nlung_aca/4.jpeg,lung_aca,g4,0\nlung_aca/5.jpeg,lung_aca,g5,4\n"
               "lung_scc/6.jpeg,lung_scc,g6,4\nlung_n/7.jpeg,lung_n,g7,4\n");
    const auto pictures = read_fold_pictures(folder / "groups.csv", "/tiles", 4);
    ASSERT_EQ(pictures.luad.size(), 2U);
    EXPECT_EQ(pictures.luad.at("g1").front(), "/tiles/lung_aca/1.jpeg");
    EXPECT_THROW(read_fold_pictures(folder / "groups.csv", "/tiles", 0), Error);
}

/// Slides of both classes whose mean is about that of the class, less for LUSC where there is much border.
std::vector<FitSlide> made_fit_slides() {
    std::vector<FitSlide> slides;
    for (int k = 0; k < 20; ++k) {
        const double border = 0.05 * (k % 10), noise = 0.1 * std::sin(k);
        slides.push_back({0.15 + noise, border, false});
        slides.push_back({0.85 + noise - 1.2 * border, border, true});
    }
    return slides;
}

TEST(VoteFit, FindsWhatTellsTheClassesApartAndStaysFinite) {
    const auto slides = made_fit_slides();
    const auto vote = fit_votes(slides);
    EXPECT_GT(vote.slope, 1);
    EXPECT_GT(vote.border, 1) << "where there is much border, a lower mean is LUSC";
    EXPECT_LT(vote.slope, 100);
    for (const auto& slide : slides) {
        EXPECT_EQ(slide_probability(slide.mean_prob_lusc, slide.border_share, vote) > 0.5, slide.lusc);
    }
}

TEST(VoteFit, TakesSlidesWithoutAnyBorderAndRefusesOneClassAloneOrClassesThatAreSwapped) {
    std::vector<FitSlide> slides = {{0.2, 0, false}, {0.3, 0, false}, {0.7, 0, true}, {0.9, 0, true}};
    EXPECT_NEAR(fit_votes(slides).border, 0, 1e-6);
    EXPECT_THROW(fit_votes(std::span(slides).first(2)), Error);
    for (auto& slide : slides) slide.lusc = !slide.lusc;
    EXPECT_THROW(fit_votes(slides), Error);
}

TEST(VoteFit, IsStoredInTheModelWhichStillVerifies) {
    const testing::TemporaryFolder folder;
    testing::write_random_model(folder / "m", "compact", 1);
    attach_self_test(folder / "m");
    store_votes(folder / "m", {-4.5, 11, 4.25});
    const auto call = read_model_directory(folder / "m").config.slidetype->call;
    ASSERT_TRUE(call && call->vote);
    EXPECT_EQ(call->vote->border, 4.25);
    EXPECT_EQ(call->min_area_mm2, CallThresholds{}.min_area_mm2);
    EXPECT_TRUE(verify_model(folder / "m").good());
}

CallValidation made_validation() {
    CallValidation validation;
    validation.model = "network";
    validation.sha256 = std::string(64, 'a');
    validation.fold = 4;
    const auto add = [&](const std::string& kind, const std::string& expected, const std::string& call, double low,
                         double high, double mean) {
        auto& slide = validation.slides.emplace_back();
        slide.name = "slide" + std::to_string(validation.slides.size());
        slide.kind = kind, slide.expected = expected, slide.call = call;
        slide.plain_call = "indeterminate", slide.prob_lusc = (low + high) / 2;
        slide.ci_low = low, slide.ci_high = high, slide.expected_prob = mean;
    };
    add("pure LUAD", "LUAD", "LUAD", 0.1, 0.3, 0.2);
    add("pure LUAD", "LUAD", "LUSC", 0.6, 0.8, 0.2);
    add("mixed", "mixed", "indeterminate", 0.3, 0.7, 0.5);
    return validation;
}

/// `inside` of a hundred intervals hold what they should.
CallValidation with_coverage(std::size_t inside) {
    CallValidation validation;
    validation.sha256 = std::string(64, 'a');
    validation.slides.resize(100);
    for (std::size_t k = 0; k < 100; ++k) {
        auto& slide = validation.slides[k];
        slide.kind = "pure LUAD", slide.expected = slide.call = slide.plain_call = "LUAD";
        slide.ci_low = 0.1, slide.ci_high = 0.3, slide.expected_prob = k < inside ? 0.2 : 0.4;
    }
    return validation;
}

TEST(CallValidationTest, ThePageSaysWhatTheMeasuredIntervalMeans) {
    const auto says = [](std::size_t inside, const std::string& verdict) {
        const auto validation = with_coverage(inside);
        EXPECT_EQ(width_verdict(interval_coverage(validation)), verdict);
        EXPECT_THAT(validation_page(validation), HasSubstr("the interval is " + verdict));
    };
    says(75, "narrower than it says");
    says(93, "as wide as it says");
    says(100, "wider than it says");
    const auto page = validation_page(with_coverage(75));
    EXPECT_THAT(page, HasSubstr("on 75.0 % of the slides\n(75 of 100), where 95 % are meant"));
    EXPECT_THAT(page, HasSubstr("on about one slide in 4, not one in 20."));
    EXPECT_THAT(validation_page(with_coverage(93)), HasSubstr("as far as 100 slides tell."));
    CallValidation none;
    none.sha256 = std::string(64, 'a');
    EXPECT_THAT(validation_page(none), HasSubstr("No slide had an interval that could be checked."));
}

TEST(CallValidationTest, ASlideUnlikeTheMaterialKeepsItsCallAndIsCounted) {
    SlideResult result;
    result.model.class_names = {"LUAD", "LUSC"};
    result.call.label = CallLabel::lusc;
    EXPECT_FALSE(outcome_of({}, result).known) << "a model without the check";
    result.domain.emplace();
    result.domain->known = false;
    EXPECT_EQ(outcome_of({}, result).known, std::optional(false));
    EXPECT_EQ(outcome_of({}, result).call, "LUSC");

    auto validation = made_validation();
    EXPECT_THAT(validation_page(validation), HasSubstr("which the calls here do not heed: not measured."));
    for (auto& slide : validation.slides) slide.known = true;
    validation.slides[1].known = false;
    const auto page = validation_page(validation);
    EXPECT_THAT(page, HasSubstr("which the calls here do not heed: 1 of 3 slides."));
    const testing::TemporaryFolder folder;
    write_validation(folder / "calls.json", validation);
    EXPECT_EQ(validation_page(read_validation(folder / "calls.json")), page);
}

TEST(CallValidationTest, OutcomesOfBeforeSayNothingOfTheMaterial) {
    const testing::TemporaryFolder folder;
    write_validation(folder / "calls.json", made_validation());
    auto json = nlohmann::ordered_json::parse(read_file(folder / "calls.json"));
    for (auto& slide : json["slides"]) slide.erase("known");
    write_file(folder / "calls.json", json.dump());
    for (const auto& slide : read_validation(folder / "calls.json").slides) EXPECT_FALSE(slide.known);
}

TEST(CallValidationTest, IsReadAsItWasWritten) {
    const testing::TemporaryFolder folder;
    write_validation(folder / "calls.json", made_validation());
    EXPECT_EQ(validation_page(read_validation(folder / "calls.json")), validation_page(made_validation()));
    write_file(folder / "calls.json", "{}");
    EXPECT_THROW(read_validation(folder / "calls.json"), Error);
}

TEST(CallValidationTest, ThePageCountsCallsAndIntervals) {
    const auto page = validation_page(made_validation());
    EXPECT_THAT(page, HasSubstr("| pure LUAD | LUAD | 1 | 1 |  |  |  | 1 of 2 | 1 | 0 of 2 |"));
    EXPECT_THAT(page, HasSubstr("| one subtype is there: called rightly | 1 of 2 | 0 of 2 |"));
    EXPECT_THAT(page, HasSubstr("| … called the other subtype | 1 of 2 | 0 of 2 |"));
    EXPECT_THAT(page, HasSubstr("| both are there: called `mixed` | 0 of 1 | 0 of 1 |"));
    EXPECT_THAT(page, HasSubstr("| 0.1 to 0.3 | 1 | 0.20 | 0.0 % |"));
    EXPECT_THAT(page, HasSubstr("| pure LUAD | 1 of 2 | 50.0 % | 0.20 |"));
    EXPECT_THAT(page, HasSubstr("| all | 2 of 3 | 66.7 % |"));
}

TEST(CallValidationTest, ThePageOfTheProjectIsWhatTheStoredOutcomesSay) {
    const std::filesystem::path root = SLIDETYPE_SOURCE_DIR;
    EXPECT_EQ(read_file(root / "docs/slide-calls.md"),
              validation_page(read_validation(root / "bench/results/slide_calls.json")))
        << "run `make slide-calls`";
}

TEST(CallValidationTest, TheFormatsSayOfTheIntervalWhatWasMeasured) {
    const std::filesystem::path root = SLIDETYPE_SOURCE_DIR;
    const auto measured = interval_coverage(read_validation(root / "bench/results/slide_calls.json"));
    EXPECT_THAT(read_file(root / "docs/formats.md"), HasSubstr("the interval is " + width_verdict(measured)));
}

}  // namespace
}  // namespace slidetype::bench

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/atomic_file.h"
#include "base/error.h"
#include "bench/call_validation/outcome.h"
#include "tests/support.h"

namespace slidetype::bench {
namespace {

using ::testing::HasSubstr;

/// Forty source images of each class with ten pictures each.
FoldPictures made_pictures() {
    FoldPictures pictures;
    for (int group = 0; group < 40; ++group) {
        for (int k = 0; k < 10; ++k) {
            const auto name = std::to_string(group) + "_" + std::to_string(k) + ".jpeg";
            pictures.luad["a" + std::to_string(group)].push_back("luad" + name);
            pictures.lusc["s" + std::to_string(group)].push_back("lusc" + name);
            pictures.benign.push_back("benign" + name);
        }
    }
    return pictures;
}

std::map<std::string, int> cells_by_class(const PlannedSlide& slide) {
    std::map<std::string, int> cells;
    for (const auto& row : slide.layout.rows) {
        for (const char letter : row) {
            if (letter != '.') ++cells[slide.classes.at(letter).name];
        }
    }
    return cells;
}

TEST(PlannedSlides, AreSeventyTwoOfNineKinds) {
    const auto slides = plan_slides(made_pictures(), 1);
    EXPECT_EQ(slides.size(), 72u);
    std::map<std::string, int> kinds;
    std::set<std::string> names;
    for (const auto& slide : slides) {
        ++kinds[slide.kind];
        names.insert(slide.name);
    }
    EXPECT_EQ(kinds.size(), 9u);
    EXPECT_EQ(names.size(), slides.size());
    EXPECT_EQ(kinds["pure LUAD"], 12);
    EXPECT_EQ(kinds["mixed, 20 % minority"], 6);
}

TEST(PlannedSlides, HoldWhatTheirKindSays) {
    for (const auto& slide : plan_slides(made_pictures(), 1)) {
        const auto cells = cells_by_class(slide);
        const auto of = [&](const char* name) { return cells.contains(name) ? cells.at(name) : 0; };
        const int tumour = of("LUAD") + of("LUSC");
        if (slide.kind == "benign tissue alone") {
            EXPECT_EQ(tumour, 0) << slide.name;
            continue;
        }
        EXPECT_DOUBLE_EQ(slide.lusc_share, static_cast<double>(of("LUSC")) / tumour) << slide.name;
        if (slide.expected == "mixed") {
            EXPECT_GE(std::min(of("LUAD"), of("LUSC")), tumour / 5) << slide.name;
        } else if (slide.expected == "insufficient") {
            EXPECT_EQ(tumour, 9) << slide.name;
        } else {
            EXPECT_EQ(of(slide.expected.c_str()), tumour) << slide.name;
        }
    }
}

TEST(PlannedSlides, NoSourceImageIsUsedTwiceInASlideAndTheSeedChoosesThem) {
    const auto pictures = made_pictures();
    for (const auto& slide : plan_slides(pictures, 1)) {
        std::set<std::string> first_files;
        for (const auto& [letter, source] : slide.classes) {
            if (source.name == "Benign") continue;
            EXPECT_TRUE(first_files.insert(source.files.front().string()).second) << slide.name;
            EXPECT_EQ(source.files.size(), 10u) << "all of one source image";
        }
    }
    const auto files = [&](std::uint64_t seed) { return plan_slides(pictures, seed)[0].classes.begin()->second.files; };
    EXPECT_EQ(files(1), files(1));
    EXPECT_NE(files(1), files(2));
}

TEST(PlannedSlides, TheCensusShowsEveryPictureOnce) {
    const auto pictures = made_pictures();
    const auto census = plan_census(pictures);
    const tools::Mosaic mosaic(census.layout, census.classes, {});
    std::set<std::string> files;
    for (const auto& tile : mosaic.tiles()) files.insert(tile.file.string());
    EXPECT_EQ(mosaic.tiles().size(), 800u);
    EXPECT_EQ(files.size(), 800u);
}

TEST(PlannedSlides, PicturesOfTheFoldAreReadAndAFoldWithoutThemIsRefused) {
    const testing::TemporaryFolder folder;
    write_file(folder / "groups.csv",
               "file,class,group,fold\nlung_aca/1.jpeg,lung_aca,g1,4\nlung_scc/2.jpeg,lung_scc,g2,4\n"
               "lung_n/3.jpeg,lung_n,g3,4\nlung_aca/4.jpeg,lung_aca,g4,0\n");
    const auto pictures = read_fold_pictures(folder / "groups.csv", "/tiles", 4);
    ASSERT_EQ(pictures.luad.size(), 1u);
    EXPECT_EQ(pictures.luad.at("g1").front(), "/tiles/lung_aca/1.jpeg");
    EXPECT_THROW(read_fold_pictures(folder / "groups.csv", "/tiles", 0), Error);
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
        slide.ci_low = low, slide.ci_high = high, slide.expected_mean = mean;
    };
    add("pure LUAD", "LUAD", "LUAD", 0.1, 0.3, 0.2);
    add("pure LUAD", "LUAD", "LUSC", 0.6, 0.8, 0.2);
    add("mixed", "mixed", "indeterminate", 0.3, 0.7, 0.5);
    return validation;
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
    EXPECT_THAT(page, HasSubstr("| pure LUAD | LUAD | 1 | 1 |  |  |  | 1 of 2 |"));
    EXPECT_THAT(page, HasSubstr("called rightly in 1 of 2, called the other subtype in 1 of 2"));
    EXPECT_THAT(page, HasSubstr("called `mixed` in 0 of 1, one subtype alone in 0 of 1"));
    EXPECT_THAT(page, HasSubstr("| pure LUAD | 1 of 2 | 50.0 % | 0.20 |"));
    EXPECT_THAT(page, HasSubstr("| all | 2 of 3 | 66.7 % |"));
}

TEST(CallValidationTest, ThePageOfTheProjectIsWhatTheStoredOutcomesSay) {
    const std::filesystem::path root = SLIDETYPE_SOURCE_DIR;
    EXPECT_EQ(read_file(root / "docs/slide-calls.md"),
              validation_page(read_validation(root / "bench/results/slide_calls.json")))
        << "run `make slide-calls`";
}

}  // namespace
}  // namespace slidetype::bench

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/atomic_file.h"
#include "base/error.h"
#include "bench/cohort/attention.h"
#include "bench/cohort/pick_figures.h"
#include "bench/cohort/planned_cohort.h"
#include "bench/cohort/write_cohort.h"
#include "model/data/cohort.h"
#include "model/data/cohort_folds.h"
#include "tests/model/tile_pictures.h"
#include "tests/support.h"

namespace slidetype::bench {
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;

/// Source images of each class with five pictures each, named CLASS-GROUP-N.
FoldPictures made_sources(int groups) {
    FoldPictures pictures;
    for (int group = 0; group < groups; ++group) {
        for (int k = 0; k < 5; ++k) {
            const auto name = std::to_string(group) + "-" + std::to_string(k) + ".jpeg", number = std::to_string(group);
            pictures.luad[number].push_back("luad-" + name);
            pictures.lusc[number].push_back("lusc-" + name);
            pictures.benign[number].push_back("benign-" + name);
        }
    }
    return pictures;
}

/// "luad-17-3.jpeg" is of "luad-17".
std::set<std::string> sources_of(const PlannedSlide& slide) {
    std::set<std::string> sources;
    for (const auto& [letter, source] : slide.classes) {
        for (const auto& file : source.files) sources.insert(file.string().substr(0, file.string().rfind('-')));
    }
    return sources;
}

double share_of_tumour(const PlannedSlide& slide) {
    double tumour = 0, all = 0;
    for (const auto& row : slide.layout.rows) {
        for (const char letter : row) {
            tumour += slide.classes.at(letter).name == "Benign" ? 0 : 1;
            ++all;
        }
    }
    return tumour / all;
}

TEST(PlannedCohorts, AreSlidesOfOneDiagnosisWithBenignTissue) {
    const auto plan = plan_cohort(made_sources(150), {Part::train, 80, 8, 1});
    EXPECT_EQ(plan.slides.size(), 80U);
    EXPECT_EQ(plan.patients, 64U);
    std::map<std::string, int> labels, slides_of_patient;
    std::set<std::string> names, sites;
    for (const auto& each : plan.slides) {
        ++labels[each.slide.expected];
        ++slides_of_patient[each.patient];
        names.insert(each.slide.name);
        sites.insert(each.site);
        EXPECT_EQ(each.part, Part::train);
        for (const auto& [letter, source] : each.slide.classes) {
            EXPECT_TRUE(source.name == each.slide.expected || source.name == "Benign") << source.name;
        }
        const double share = share_of_tumour(each.slide);
        EXPECT_TRUE(share >= 0.2 && share <= 0.6) << share;
        const double um = each.slide.mosaic.tile_px * each.slide.spacing_um_px;
        EXPECT_TRUE(um >= 104 && um <= 144 && um != 128) << um;
    }
    EXPECT_EQ(names.size(), 80U);
    EXPECT_EQ(sites.size(), 8U);
    EXPECT_EQ(labels["LUAD"], 40);
    EXPECT_EQ(labels["LUSC"], 40);
    EXPECT_EQ(std::ranges::count_if(slides_of_patient, [](const auto& p) { return p.second == 2; }), 16);
}

TEST(PlannedCohorts, GivePatientsSourceImagesOfTheirOwn) {
    const auto plan = plan_cohort(made_sources(150), {Part::train, 80, 8, 1});
    std::map<std::string, std::set<std::string>> patients_of_source;
    for (const auto& each : plan.slides) {
        for (const auto& source : sources_of(each.slide)) patients_of_source[source].insert(each.patient);
    }
    for (const auto& [source, patients] : patients_of_source) EXPECT_EQ(patients.size(), 1U) << source;
    EXPECT_EQ(plan.luad.shared + plan.lusc.shared + plan.benign.shared, 0U);
    EXPECT_EQ(plan.luad.least, 4U);
    EXPECT_EQ(plan.luad.most, 5U);
    EXPECT_EQ(plan.benign.least, 2U);
}

TEST(PlannedCohorts, SayHowManySourceImagesPatientsShareWhereThereAreTooFew) {
    const auto plan = plan_cohort(made_sources(20), {Part::test, 40, 4, 1});
    EXPECT_EQ(plan.patients, 32U);
    EXPECT_EQ(plan.benign.shared, 12U);
    EXPECT_EQ(plan.luad.shared, 0U);
    EXPECT_THROW(plan_cohort(made_sources(20), {Part::test, 1, 4, 1}), Error);
}

TEST(PlannedCohorts, AreTheSameForASeedAndOthersForAnother) {
    const auto pictures = made_sources(40);
    const auto rows = [&](std::uint64_t seed) {
        std::vector<std::string> rows;
        for (const auto& each : plan_cohort(pictures, {Part::train, 10, 4, seed}).slides) {
            rows.insert(rows.end(), each.slide.layout.rows.begin(), each.slide.layout.rows.end());
        }
        return rows;
    };
    EXPECT_EQ(rows(1), rows(1));
    EXPECT_NE(rows(1), rows(2));
}

TEST(WrittenCohorts, AreReadAsTablesOfDiagnoses) {
    const testing::TemporaryFolder folder;
    testing::write_flat_pictures(folder / "pictures", 32, 5);
    auto pictures = made_sources(10);
    for (auto* groups : {&pictures.luad, &pictures.lusc, &pictures.benign}) {
        for (auto& [group, files] : *groups) {
            for (std::size_t k = 0; k < files.size(); ++k) {
                files[k] = folder / "pictures" / ("flat" + std::to_string(k) + ".png");
            }
        }
    }
    auto slides = plan_cohort(pictures, {Part::train, 5, 3, 1}).slides;
    const auto test = plan_cohort(pictures, {Part::test, 3, 2, 1}).slides;
    slides.insert(slides.end(), test.begin(), test.end());
    for (auto& each : slides) each.slide.mosaic.tile_px = 16, each.slide.mosaic.margin_px = 5;
    write_cohort(folder / "out", slides, 2);
    const auto cohort = read_cohort(folder / "out/cohort.csv");
    EXPECT_THAT(cohort.problems, IsEmpty());
    EXPECT_EQ(cohort.slides.size(), slides.size());
    EXPECT_EQ(make_cohort_folds(cohort, {.folds = 2}).untouched().size(), test.size());
    for (const auto& slide : cohort.slides) {
        EXPECT_TRUE(fs::exists(folder / "out/truth" / (slide.name + ".csv")));
        EXPECT_FALSE(fs::exists(folder / "out/slides" / (slide.name + ".geojson")))
            << "would be taken for drawn by a person";
    }
    const auto bytes = read_file(cohort.slides.front().file);
    write_cohort(folder / "again", slides, 1);
    EXPECT_EQ(read_file(folder / "again/slides" / cohort.slides.front().file.filename()), bytes);
}

/// Two cells of 100 pixels side by side, the left one tumour.
const char* const kTwoCells =
    "column,row,x,y,width,height,class,file\n0,0,0,0,100,100,LUAD,a.jpeg\n1,0,100,0,100,100,Benign,b.jpeg\n";

TEST(Attention, IsMeasuredOnTilesWhoseTruthIsClear) {
    const testing::TemporaryFolder folder;
    write_file(folder / "truth.csv", kTwoCells);
    write_file(
        folder / "tiles.csv",
        "index,x,y,width,height,status,attention,reason\n"
        "0,0,0,60,60,ok,0.4,\n1,40,0,60,60,ok,0.1,\n2,70,0,60,60,ok,0.9,\n3,55,0,60,60,ok,0.3,\n"
        "4,120,0,60,60,benign,0.2,\n5,140,0,60,60,benign,0.05,\n6,150,150,60,60,ok,0.9,\n7,0,0,60,60,background,,\n");
    // Tile 3 shows a quarter of the benign cell and counts; tile 2 shows half of it; tile 6 is on glass.
    const auto figures = measure_attention(folder / "truth.csv", folder / "tiles.csv");
    EXPECT_EQ(figures.slide, "truth");
    EXPECT_EQ(figures.tumour, 3U);
    EXPECT_EQ(figures.benign, 2U);
    EXPECT_EQ(figures.left_out, 2U);
    EXPECT_DOUBLE_EQ(figures.auc, 5.0 / 6);
}

TEST(Attention, IsMeasuredOnEverySlideOfAFolder) {
    const testing::TemporaryFolder folder;
    for (const char* name : {"b", "a"}) {
        fs::create_directories(folder / "results" / name);
        fs::create_directories(folder / "truth");
        write_file(folder / "truth" / (std::string(name) + ".csv"), kTwoCells);
        write_file(folder / "results" / name / "tiles.csv", "x,y,width,height,weight\n0,0,50,50,1\n150,0,50,50," +
                                                                std::string(name[0] == 'a' ? "0" : "2") + "\n");
    }
    write_file(folder / "truth/c.csv", kTwoCells);
    const auto all = measure_attention_of_all(folder / "truth", folder / "results", "weight");
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].slide, "a");
    EXPECT_EQ(all[0].auc, 1);
    EXPECT_EQ(all[1].auc, 0);
    EXPECT_THROW(measure_attention_of_all(folder / "truth", folder / "truth"), Error);
    EXPECT_THROW(measure_attention(folder / "truth/c.csv", folder / "results/a/tiles.csv"), Error) << "no such column";
}

TEST(Attention, IsNoFigureWhereATissueIsMissing) {
    const testing::TemporaryFolder folder;
    write_file(folder / "truth.csv", kTwoCells);
    write_file(folder / "tiles.csv", "x,y,width,height,attention\n0,0,50,50,1\n");
    EXPECT_TRUE(std::isnan(measure_attention(folder / "truth.csv", folder / "tiles.csv").auc));
}

TEST(Picks, AreRightWhereTheyShowWhatTheyTeach) {
    const testing::TemporaryFolder folder;
    fs::create_directories(folder / "truth");
    write_file(folder / "truth/s.csv", kTwoCells);
    write_file(folder / "picked.csv",
               "slide,x,y,width,height,label,attention_percentile,prob_LUSC,file\n"
               "/a/s.tif,0,0,60,60,LUAD,99,0.1,a.png\n/a/s.tif,80,0,60,60,LUAD,98,0.1,b.png\n"
               "/a/s.tif,10,0,60,60,LUSC,97,0.9,c.png\n/a/s.tif,120,0,60,60,benign,3,0.5,d.png\n"
               "/a/s.tif,400,0,60,60,benign,2,0.5,e.png\n");
    const auto figures = measure_picks(folder / "truth", folder / "picked.csv");
    EXPECT_EQ(figures.slides, 1U);
    EXPECT_THAT(figures.of_label[0], ::testing::ElementsAre(1, 0, 1, 0)) << "two thirds of the second are benign";
    EXPECT_THAT(figures.of_label[1], ::testing::ElementsAre(1, 0, 0, 0));
    EXPECT_THAT(figures.of_label[2], ::testing::ElementsAre(0, 0, 1, 1)) << "one lies on glass";
    EXPECT_THROW(measure_picks(folder / "nothing", folder / "picked.csv"), Error);
}

}  // namespace
}  // namespace slidetype::bench

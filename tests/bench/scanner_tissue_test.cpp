#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/pictures/image_file.h"
#include "bench/cross_validation/card.h"
#include "bench/scanner_tissue/tissue_figures.h"
#include "bench/scanner_tissue/tissue_measure.h"
#include "bench/scanner_tissue/tissue_section.h"
#include "model/network/installed_models.h"
#include "tests/cli/program.h"
#include "tests/plugin/gated_model.h"
#include "tests/plugin/tissue_slide.h"
#include "tests/support.h"

namespace slidetype::bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::filesystem::path kSourceFolder = SLIDETYPE_SOURCE_DIR;

/// A field of one patient, all of whose tiles have this P(LUSC).
TissuePiece field_of(const std::string& label, const std::string& patient, const std::vector<double>& probs,
                     int block = 0) {
    TissuePiece piece;
    piece.identity = {patient + ".jpg", label, label == "control" ? "lymph_node" : label, patient, "TCGA", 0.25, false};
    piece.call.label = "insufficient";
    for (const auto p : probs) piece.tiles.push_back({p, TissueVote::votes, "", block});
    return piece;
}

TissueResult result_of(std::vector<TissuePiece> pieces, const std::string& label = "some") {
    return {label, "a model", "0123456789abcdef", "a set", 0, std::move(pieces)};
}

void write_picture(const std::filesystem::path& file, int width, int height) {
    std::filesystem::create_directories(file.parent_path());
    const auto bytes = encode_png(testing::tissue_picture(width, height));
    write_file(file, std::string(bytes.begin(), bytes.end()));
}

/// Two patients, a control of two fields and a slide, small enough to be scored in a test.
void write_tissue_set(const std::filesystem::path& folder) {
    write_picture(folder / "fields/LUAD/a.png", 512, 512);
    write_picture(folder / "fields/LUSC/b.png", 512, 512);
    write_picture(folder / "controls/lymph_node/c1.png", 600, 520);
    write_picture(folder / "controls/lymph_node/c2.png", 512, 512);
    write_picture(folder / "controls/pen/d.png", 240, 256);
    write_file(folder / "fields.csv",
               "file,label,patient,source,spacing_um_px,content,terms\n"
               "fields/LUAD/a.png,LUAD,patient a,TCGA,0.25,tumour,measure\n"
               "fields/LUSC/b.png,LUSC,patient b,TCGA,0.25,tumour,measure\n"
               "fields/LUSC/b.png,LUSC,patient b,TCGA,0.25,tumour,measure\n"
               "controls/lymph_node/c1.png,control,node,atlas,0.25,lymph node,teach\n"
               "controls/lymph_node/c2.png,control,node,atlas,0.25,lymph node,teach\n"
               "controls/pen/d.png,control,pen,atlas,0,pen,measure\n");
    std::filesystem::create_directories(folder / "slides");
    testing::write_tissue_slide(folder / "slides/lung_squamous_1.tiff", 1600, 1600);
    write_file(folder / "slides/squares.csv",
               "slide,x,y,edge,content\n"
               "lung_squamous_1.tiff,0,0,800,stroma\n"
               "lung_squamous_1.tiff,800,0,800,tumour\n");
}

TEST(TissueSet, KnowsWhatAFieldIsHowLargeItsPixelsAreAndWhatASquareShows) {
    const testing::TemporaryFolder folder;
    write_tissue_set(folder.path());
    const auto set = read_tissue_set(folder.path());
    ASSERT_EQ(set.fields.size(), 5U);
    EXPECT_EQ(set.repeated_rows, 1U) << "a file that is named twice counts once";
    EXPECT_EQ(set.fields[0].identity.kind, "LUAD");
    EXPECT_FALSE(set.fields[0].identity.spacing_assumed);
    EXPECT_EQ(set.fields[2].identity.kind, "lymph_node");
    EXPECT_TRUE(set.fields[4].identity.spacing_assumed);
    EXPECT_DOUBLE_EQ(*set.fields[4].identity.spacing_um_px, 128.0 / 240) << "one tile wide";
    ASSERT_EQ(set.slides.size(), 1U);
    EXPECT_EQ(set.slides[0].identity.label, "LUSC");
    EXPECT_EQ(set.slides[0].content_at(799.5, 10), "stroma");
    EXPECT_EQ(set.slides[0].content_at(800, 10), "tumour");
    EXPECT_EQ(set.slides[0].content_at(800, 900), "");
}

TEST(TissueSet, RefusesALabelThatItDoesNotKnow) {
    const testing::TemporaryFolder folder;
    write_file(folder / "fields.csv", "file,label,patient,source,spacing_um_px\nx.png,LUNG,p,TCGA,0.25\n");
    EXPECT_THROW(read_tissue_set(folder.path()), Error);
}

TEST(TissueSheet, HoldsTheFieldsOfOnePatientOneTileBesideTheOther) {
    const testing::TemporaryFolder folder;
    write_tissue_set(folder.path());
    const auto set = read_tissue_set(folder.path());
    const auto sheets = tissue_sheets(set.fields);
    ASSERT_EQ(sheets.size(), 1U) << "the other patients have one field each";
    EXPECT_EQ(sheets[0].fields.size(), 2U);
    // 512 px are five tiles of 100 px, 600 six; 97 px would count as one of 100, 80 would not.
    const auto drawn = draw_sheet(sheets[0], 100);
    EXPECT_EQ(drawn.width, 1200);
    EXPECT_EQ(drawn.height, 500);
    const auto first = read_image(sheets[0].fields[0].file), second = read_image(sheets[0].fields[1].file);
    EXPECT_EQ(*drawn.at(599, 250), *first.at(599, 250));
    EXPECT_EQ(*drawn.at(600 + 250, 250), *second.at(250, 250));
    EXPECT_EQ(*drawn.at(1150, 250), 255) << "beyond the second field";
}

TEST(TissueResult, IsReadAsItWasWritten) {
    const testing::TemporaryFolder folder;
    auto result = result_of({field_of("LUAD", "a", {0.12344, 0.00001234})}, "x");
    result.pieces[0].tiles[1] = {0.00001234, TissueVote::unfamiliar, "stroma", 3};
    result.pieces[0].call = {"LUSC", 0.75, std::array{0.6, 0.8}, "a reason", true, 0.5, 0.7};
    write_tissue_result(folder.path(), result);
    const auto read = read_tissue_results({folder.path()});
    ASSERT_EQ(read.size(), 1U);
    ASSERT_EQ(read[0].pieces.size(), 1U);
    const auto& piece = read[0].pieces[0];
    EXPECT_EQ(piece.identity.patient, "a");
    EXPECT_DOUBLE_EQ(piece.tiles[0].prob_lusc, 0.1234);
    EXPECT_DOUBLE_EQ(piece.tiles[1].prob_lusc, 0.00001234) << "the order of small ones is kept";
    EXPECT_EQ(piece.tiles[1].vote, TissueVote::unfamiliar);
    EXPECT_EQ(piece.tiles[1].content, "stroma");
    EXPECT_EQ(piece.tiles[1].block, 3);
    EXPECT_EQ(piece.call.ci95, (std::array{0.6, 0.8}));
    EXPECT_EQ(piece.call.unlike, true);
    EXPECT_EQ(piece.call.reason, "a reason");
}

TEST(TissueResult, OfOtherTissueIsNotPutBeside) {
    const testing::TemporaryFolder folder;
    auto one = result_of({}, "one"), two = result_of({}, "two");
    two.set_sha256 = "another";
    write_tissue_result(folder.path(), one);
    write_tissue_result(folder.path(), two);
    EXPECT_THROW(read_tissue_results({folder.path()}), Error);
}

TEST(TissueFigures, ThePatientCountsAndNotHisTiles) {
    // One LUSC patient of a hundred tiles must not outweigh the other.
    const auto result =
        result_of({field_of("LUAD", "a", {0.25, 0.75}), field_of("LUAD", "b", {0.875}),
                   field_of("LUSC", "c", std::vector<double>(100, 0.9375)), field_of("LUSC", "d", {0.5})});
    const auto aucs = source_aucs(result);
    ASSERT_EQ(aucs.size(), 1U);
    // Means: LUAD 0.5 and 0.875, LUSC 0.9375 and 0.5: c is above both, d ties with a (one half) and is below b.
    EXPECT_DOUBLE_EQ(aucs[0].by_patient.value, 2.5 / 4);
    // By tile: c above all; d above 0.25 (half of a), which is a quarter of all LUAD weight.
    EXPECT_DOUBLE_EQ(aucs[0].by_tile.value, (1 + 0.25) / 2);
    EXPECT_LE(aucs[0].by_patient.ci95[0], 0.25) << "a draw of b and d alone has none right";
    EXPECT_EQ(aucs[0].by_patient.ci95[1], 1);
    EXPECT_EQ(aucs[0].orders, 6U);
    EXPECT_EQ(aucs[0].orders_as_good, 2U) << "with three or four of the four pairs right";
    const auto classes = class_figures(result);
    ASSERT_EQ(classes.size(), 2U);
    EXPECT_DOUBLE_EQ(classes[1].right.value, 0.5) << "all of c, none of d";
    EXPECT_FALSE(classes[1].right.ci95) << "two patients have no interval";
}

TEST(TissueFigures, SourcesAreNeverComparedWithEachOther) {
    auto other = field_of("LUSC", "c", {0.9});
    other.identity.source = "atlas";
    EXPECT_TRUE(source_aucs(result_of({field_of("LUAD", "a", {0.2}), other})).empty());
}

TEST(TissueFigures, AnIntervalNeedsThreeBlocks) {
    const auto two = result_of({field_of("LUAD", "a", {0.2}, 0), field_of("LUAD", "a", {0.4}, 1)});
    EXPECT_FALSE(patient_figures(two)[0].prob_lusc.ci95);
    const auto three =
        result_of({field_of("LUAD", "a", {0.2}, 0), field_of("LUAD", "a", {0.4}, 1), field_of("LUAD", "a", {0.6}, 2)});
    const auto figures = patient_figures(three);
    ASSERT_EQ(figures.size(), 1U);
    EXPECT_NEAR(figures[0].prob_lusc.value, 0.4, 1e-12);
    ASSERT_TRUE(figures[0].prob_lusc.ci95);
    EXPECT_NEAR((*figures[0].prob_lusc.ci95)[0], 0.2, 1e-12);
    EXPECT_NEAR(figures[0].right, 2.0 / 3, 1e-12);
}

TEST(TissueFigures, WhatVotesIsToldByTissue) {
    auto slide = field_of("LUSC", "s", {0.9, 0.1, 0.3});
    slide.form = TissueForm::slide;
    slide.tiles[1] = {0.1, TissueVote::benign, "stroma", 0};
    slide.tiles[2] = {0.3, TissueVote::unfamiliar, "stroma", 0};
    const auto votes = tissue_votes(result_of({field_of("control", "c", {0.5}), slide}));
    ASSERT_EQ(votes.size(), 3U);
    EXPECT_EQ(votes[0].tissue, "slides: stroma");
    EXPECT_EQ(votes[0].benign, 1U);
    EXPECT_EQ(votes[0].unfamiliar, 1U);
    EXPECT_DOUBLE_EQ(votes[0].prob_lusc, 0.2);
    EXPECT_EQ(votes[1].tissue, "slides: not sorted");
    EXPECT_EQ(votes[2].tissue, "lymph node");
    EXPECT_EQ(votes[2].votes, 1U);
}

TEST(TissueFigures, CallsAreCountedByTissueAndForm) {
    auto called = field_of("control", "c", {}), unlike = called;
    called.form = unlike.form = TissueForm::sheet;
    called.call.label = "LUSC";
    unlike.call = {"indeterminate", {}, {}, "", true, 0, 0};
    const auto calls = tissue_calls(result_of({called, unlike, field_of("control", "c", {})}));
    ASSERT_EQ(calls.size(), 2U);
    EXPECT_EQ(calls[0].pieces, 2U);
    EXPECT_EQ(calls[0].lusc, 1U);
    EXPECT_EQ(calls[0].checked, 1U);
    EXPECT_EQ(calls[0].unlike, 1U);
    EXPECT_TRUE(calls[0].is_control);
    EXPECT_EQ(calls[1].insufficient, 1U);
}

TEST(TissueSection, ShowsModelsSideBySideAndWhatWasNotRun) {
    const std::vector results = {result_of({field_of("LUAD", "a", {0.2})}, "old"),
                                 result_of({field_of("LUAD", "a", {0.7})}, "new")};
    const auto text = scanner_patients(results);
    EXPECT_THAT(text, HasSubstr("| a | LUAD | TCGA | `old` | 1 | 0.20 | 100 % | insufficient (0.00 mm²) |\n"
                                "| a | LUAD | TCGA | `new` | 1 | 0.70 | 0 % | insufficient (0.00 mm²) |"));
    EXPECT_EQ(scanner_auc({}), "not run\n");
    const std::vector<std::string> shipped = {"0123456789abcdef"};
    EXPECT_THAT(scanner_models(results, shipped), HasSubstr("shipped with this version"));
    EXPECT_THAT(scanner_models(results, {}), HasSubstr("not shipped"));
}

TEST(TissueSection, ReadmeSaysThatNothingWasShownWhereTheIntervalHoldsChance) {
    const std::vector results = {result_of({field_of("LUAD", "a", {0.7}), field_of("LUSC", "b", {0.6})})};
    const auto item = readme_item(results, "0123456789abcdef");
    EXPECT_THAT(item, HasSubstr("has not been shown to tell LUAD from LUSC"));
    EXPECT_THAT(item, HasSubstr("0 % of the LUAD tiles and 100 % of the LUSC tiles"));
    EXPECT_THAT(readme_item(results, "other weights"), HasSubstr("Nobody has measured"));
    const std::vector clear = {result_of({field_of("LUAD", "a", {0.1}), field_of("LUSC", "b", {0.6})})};
    EXPECT_THAT(readme_item(clear, "0123456789abcdef"), Not(HasSubstr("has not been shown")));
}

TEST(TissueSection, CountsWhatTheCheckOfTheWholeNoticed) {
    auto slide = field_of("LUSC", "a", {0.7}), field = field_of("LUAD", "b", {0.6}), sheet = field_of("LUAD", "b", {}),
         control = field_of("control", "c", {});
    slide.form = TissueForm::slide, slide.call.unlike = true;
    field.call.unlike = false;
    sheet.form = TissueForm::sheet, sheet.call.unlike = true;
    control.call.unlike = true;
    const std::vector results = {result_of({slide, field, sheet, control, field_of("control", "c", {})})};
    using ::testing::ElementsAre;
    EXPECT_THAT(noticed_cells(results, "0123456789abcdef"),
                ElementsAre("1 of 1", "0 of 1", "1 of 1", "none was there"));
    EXPECT_THAT(noticed_cells(results, "others"), ElementsAre("not run", "not run", "not run", "not run"));
    const std::vector before = {result_of({field_of("LUAD", "a", {0.2})})};
    EXPECT_EQ(noticed_cells(before, "0123456789abcdef")[1], "no check");
}

TEST(TissueSection, ReadmeSaysWhatTheModelIsGoodForAtEachPlace) {
    const std::string begin = "<!-- good for: written by `make model-card` -->\n", end = "<!-- end of good for -->\n";
    EXPECT_EQ(with_good_for("x\n" + begin + "old\n" + end + "y\n" + begin + "- old\n" + end, "new words"),
              "x\n" + begin + "new words\n" + end + "y\n" + begin + "- new words\n" + end);
    EXPECT_THROW(with_good_for("x\n" + begin, "new"), Error);
}

TEST(TissueSection, ReadmeItemIsPutBetweenItsMarks) {
    const std::string before = "x\n<!-- scanner tissue: written by `make model-card` -->\nold\n";
    const auto after = with_readme_item(before + "<!-- end of scanner tissue -->\ny\n", "new words");
    EXPECT_THAT(after, HasSubstr("-->\n- new words\n<!-- end"));
    EXPECT_THAT(after, Not(HasSubstr("old")));
    EXPECT_THROW(with_readme_item(before, "new"), Error);
    EXPECT_EQ(wrapped_item("one two three", 9), "- one two\n  three\n");
}

TEST(Scanner, MeasuresEveryPieceOfASetAndStoresIt) {
    const testing::TemporaryFolder folder;
    write_tissue_set(folder / "set");
    testing::write_gated_model(folder / "open");
    const auto finished = testing::run_program(
        SLIDETYPE_PROGRAM, {"scanner", "mine=" + (folder / "open").string(), "--data", (folder / "set").string(),
                            "--results", (folder / "results").string(), "--work", (folder / "work").string()});
    ASSERT_EQ(finished.code, 0) << finished.error;
    EXPECT_THAT(finished.out, HasSubstr("1 rows of fields.csv name a file again"));
    EXPECT_THAT(finished.out, HasSubstr("mine: 100 % done, 0 s left"));
    EXPECT_TRUE(std::filesystem::is_empty(folder / "work")) << "sheets are removed";
    const auto results = read_tissue_results({folder / "results"});
    ASSERT_EQ(results.size(), 1U);
    const auto& pieces = results[0].pieces;
    ASSERT_EQ(pieces.size(), 7U) << "a slide, five fields and a sheet";
    EXPECT_EQ(pieces[0].form, TissueForm::slide);
    std::set<std::string> contents;
    for (const auto& tile : pieces[0].tiles) contents.insert(tile.content);
    EXPECT_THAT(contents, ElementsAre("", "stroma", "tumour"));
    EXPECT_FALSE(pieces[1].tiles.empty());
    EXPECT_EQ(pieces[6].form, TissueForm::sheet);
    EXPECT_EQ(pieces[6].fields, 2U);
    EXPECT_EQ(source_aucs(results[0]).size(), 1U);
}

TEST(Scanner, MeasuresWhatTaughtTheGateWithAGateThatItDidNotTeach) {
    const testing::TemporaryFolder folder;
    write_tissue_set(folder / "set");
    testing::write_gated_model(folder / "shipped", {.gate_bias = -50});
    testing::write_gated_model(folder / "other");
    const auto other = (folder / "other").string();
    const auto run = [&](const std::vector<std::string>& models) {
        std::vector<std::string> arguments = {"scanner"};
        arguments.insert(arguments.end(), models.begin(), models.end());
        for (const auto& each : {"--data", "set", "--results", "results", "--work", "work"})
            arguments.push_back(each[0] == '-' ? each : (folder / each).string());
        return testing::run_program(SLIDETYPE_PROGRAM, arguments);
    };
    const auto mine = "mine=" + (folder / "shipped").string();
    const auto finished = run({mine, "--gate-without", "node=" + other});
    ASSERT_EQ(finished.code, 0) << finished.error;
    const auto result = read_tissue_results({folder / "results"}).at(0);
    for (const auto& piece : result.pieces) {
        const bool node = piece.identity.patient == "node";
        EXPECT_EQ(piece.taught_gate, node) << piece.identity.name;
        for (const auto& tile : piece.tiles) EXPECT_EQ(tile.vote, node ? TissueVote::votes : TissueVote::benign);
    }
    EXPECT_THAT(scanner_votes(std::vector{result}), HasSubstr("0 % | 0 % | without that slide |"));
    EXPECT_NE(run({mine, "more=" + other, "--gate-without", "node=" + other}).code, 0);
}

TEST(Scanner, SaysWhereItLookedForTissue) {
    const testing::TemporaryFolder folder;
    const auto finished =
        testing::run_program(SLIDETYPE_PROGRAM, {"scanner", "a=compact", "--data", folder.path().string()});
    EXPECT_EQ(finished.code, 1);
    EXPECT_THAT(finished.error, HasSubstr("has no fields.csv"));
}

TEST(Scanner, TakesTheSharedTissue) {
    SLIDETYPE_SHARED_OR_SKIP(folder, "scanner");
    const testing::TemporaryFolder work;
    auto set = read_tissue_set(folder);
    EXPECT_GE(set.fields.size(), 100U);
    EXPECT_EQ(set.slides.size(), 2U);
    set.fields.resize(2);
    set.slides.clear();
    const Engine engine(testing::write_gated_model(work / "model"));
    const auto result = measure_tissue(set, "some", {engine, {}}, work.path(), 1, [](const std::string&) {});
    ASSERT_EQ(result.pieces.size(), 2U);
    for (const auto& piece : result.pieces) EXPECT_GE(piece.tiles.size(), 4U) << piece.identity.name;
}

TEST(Readme, SaysWhatTheStoredResultsSayOfScannerTissue) {
    const auto input = read_card_input({kSourceFolder / "bench/results"}, kSourceFolder / "model/pretrained");
    const auto readme = read_file(kSourceFolder / "README.md");
    EXPECT_EQ(render_readme(readme, input), readme) << "Run `make model-card`.";
}

}  // namespace
}  // namespace slidetype::bench

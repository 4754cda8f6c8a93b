#include "plugin/pictures/score_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <map>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/pictures/image_file.h"
#include "plugin/records/slide_lock.h"
#include "tests/base/pictures/made_pictures.h"
#include "tests/model/tile_pictures.h"
#include "tests/plugin/gated_model.h"
#include "tests/plugin/pictures/odd_files.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

std::string jpeg(const RgbImage& picture) {
    const auto file = *encode_jpeg(picture, 95);
    return {file.begin(), file.end()};
}

std::string png(const cv::Mat& picture) {
    std::vector<std::uint8_t> file;
    cv::imencode(".png", picture, file);
    return {file.begin(), file.end()};
}

/// The samples of pink noise, which counts as tissue.
std::vector<int> stain(int x, int y) {
    const auto noise = [&](int channel) { return (x * 31 + y * 17 + channel * 7 + x * y) % 60; };
    return {180 + noise(0), 90 + noise(1), 180 + noise(2)};
}

std::vector<int> with(std::vector<int> samples, int more) {
    samples.push_back(more);
    return samples;
}

class ScorePictures : public ::testing::Test {
  protected:
    ScorePictures() : engine(testing::write_gated_model(folder / "model", {})) {
        for (const std::string name : {"a", "b"}) {
            fs::create_directories(folder / "in" / name);
            for (int i = 0; i < 3; ++i) put(name + "/" + std::to_string(i) + ".jpg", static_cast<unsigned>(i), i % 2);
        }
    }
    void put(const std::string& name, unsigned seed, int label = 0) {
        write_file(folder / "in" / name, jpeg(testing::striped_picture(120, label, seed)));
    }
    void put_file(const std::string& name, const std::string& content) { write_file(folder / "in" / name, content); }
    ScoreRun score(const std::string& out, ScoreRunOptions options = {}, const ScoreRunCallbacks& callbacks = {},
                   std::vector<fs::path> arguments = {}) {
        if (arguments.empty()) arguments = {folder / "in"};
        options.output = folder / out;
        if (options.threads == 0) options.threads = 2;
        return score_pictures(engine, list_pictures(arguments, options.output), options, callbacks);
    }
    const ScoreRow& row(const ScoreRun& run, const std::string& file) {
        for (const auto& each : run.table.rows) {
            if (each.file == file) return each;
        }
        throw std::runtime_error("no row " + file);
    }
    std::string text(const std::string& file) { return read_file(folder / file); }

    testing::TemporaryFolder folder;
    Engine engine;
};

TEST_F(ScorePictures, WritesALinePerPictureAndPerFolder) {
    const auto run = score("out");
    ASSERT_EQ(run.table.rows.size(), 6U);
    EXPECT_EQ(run.table.rows[0].file, "a/0.jpg");
    EXPECT_EQ(run.table.rows[5].case_name, "b");
    EXPECT_EQ(run.count(TileStatus::ok), 6U);
    EXPECT_EQ(read_scores(folder / "out/scores.csv").rows.size(), 6U);
    EXPECT_THAT(text("out/cases.csv"), HasSubstr("\na,3,3,0,0,0,0,"));
    const auto summary = nlohmann::json::parse(text("out/summary.json"));
    EXPECT_EQ(summary["root"], (folder / "in").string());
    EXPECT_EQ(summary["statuses"]["ok"], 6);
    EXPECT_EQ(summary["scales"]["assumed"], 6);
    EXPECT_THAT(summary["note"].get<std::string>(), HasSubstr("assumed to show what the model learned from, 128 µm"));
    EXPECT_THAT(text("out/report.html"), HasSubstr("data:image/jpeg;base64,"));
}

TEST_F(ScorePictures, GivesTheSameFilesForAnyNumberOfThreads) {
    ScoreRunOptions options;
    for (const int threads : {1, 3}) {
        options.threads = threads;
        score("out" + std::to_string(threads), options);
    }
    for (const std::string file : {"scores.csv", "cases.csv", "report.html", "summary.json"}) {
        EXPECT_EQ(text("out1/" + file), text("out3/" + file)) << file;
    }
}

TEST_F(ScorePictures, TakesWhatWasScoredBeforeUnlessTheFileOrTheSettingsHaveChanged) {
    score("out");
    const auto before = text("out/scores.csv");
    EXPECT_EQ(score("out").taken, 6U);
    EXPECT_EQ(text("out/scores.csv"), before);
    put("a/1.jpg", 99);
    EXPECT_EQ(score("out").taken, 5U);
    EXPECT_NE(text("out/scores.csv"), before);
    const auto gateless = score("out", {.field = {.gate = false}});
    EXPECT_EQ(gateless.taken, 0U);
    EXPECT_THAT(gateless.again_because, HasSubstr("other settings"));
    EXPECT_EQ(score("out", {.field = {.gate = false}, .force = true}).taken, 0U);
}

TEST_F(ScorePictures, GoesOnAfterAnInterruptAndGivesTheSame) {
    score("whole");
    std::atomic<int> asked = 0;
    ScoreRunCallbacks callbacks;
    callbacks.stop_requested = [&] { return ++asked > 5; };
    ScoreRunOptions options;
    options.threads = 1;
    const auto stopped = score("out", options, callbacks);
    EXPECT_TRUE(stopped.interrupted);
    EXPECT_FALSE(fs::exists(folder / "out/summary.json"));
    const auto done = stopped.table.rows.size();
    EXPECT_GT(done, 0U);
    EXPECT_LT(done, 6U);
    // As if the machine had stopped in the middle of a line.
    write_file(folder / "out/finished.jsonl", text("out/finished.jsonl") + "{\"key\":\"12");
    EXPECT_EQ(score("out").taken, done);
    for (const std::string file : {"scores.csv", "cases.csv", "report.html", "summary.json"}) {
        EXPECT_EQ(text("out/" + file), text("whole/" + file)) << file;
    }
}

TEST_F(ScorePictures, TakesNothingFromAFolderThatDoesNotSayByWhichModelItWasScored) {
    score("out");
    const auto journal = text("out/finished.jsonl");
    write_file(folder / "out/finished.jsonl", "{" + journal.substr(journal.find('\n')));
    EXPECT_EQ(score("out").taken, 0U);
    EXPECT_EQ(score("out").taken, 6U);
}

TEST_F(ScorePictures, ShowsSomeOfManyPicturesInTheReport) {
    fs::create_directories(folder / "in/many");
    for (int i = 0; i < 40; ++i) {
        fs::create_symlink(folder / "in/a/0.jpg", folder / "in/many" / (std::to_string(i) + ".jpg"));
    }
    EXPECT_EQ(score("out").count(TileStatus::ok), 46U);
    const auto page = text("out/report.html");
    EXPECT_THAT(page, HasSubstr("18 of 4"));
    std::size_t pictures = 0;
    for (auto at = page.find("<img"); at != std::string::npos; at = page.find("<img", at + 1)) ++pictures;
    EXPECT_LE(pictures, 18U + 6U);
}

TEST_F(ScorePictures, CutsALargePictureAndDrawsItsHeatmap) {
    RgbImage large(1300, 700);
    for (std::size_t i = 0; i < large.pixels.size(); ++i) {
        large.pixels[i] = static_cast<std::uint8_t>(i % 3 == 1 ? 110 : 190 + i % 17);
    }
    put_file("large.jpg", jpeg(large));
    const auto run = score("out");
    const auto& cut = row(run, "large.jpg");
    EXPECT_EQ(cut.tiles, 6U);
    EXPECT_EQ(cut.case_name, ".");
    EXPECT_THAT(cut.note, HasSubstr("0.25 µm per pixel was assumed"));
    const auto heatmap = read_image(folder / "out" / cut.heatmap);
    EXPECT_EQ(heatmap.width, 1300);
    fs::remove(folder / "out" / cut.heatmap);
    EXPECT_EQ(score("out").taken, 6U);
    EXPECT_TRUE(fs::exists(folder / "out" / cut.heatmap));
    const auto whole = score("whole", {.field = {.scale = {.field_um = 200}}});
    EXPECT_EQ(row(whole, "large.jpg").tiles, 1U);
    EXPECT_EQ(row(whole, "large.jpg").scale, ScaleSource::field_option);
}

TEST_F(ScorePictures, BelievesTheScaleInAFileUnlessNoMicroscopeCanHaveMadeIt) {
    const auto put_png = [&](const std::string& name, const std::string& density) {
        put_file(name,
                 testing::png({.width = 600, .height = 600, .colour_type = 2, .chunks = {{"pHYs", density}}}, stain));
    };
    put_png("half_um.png", testing::bytes({0, 0x1E, 0x84, 0x80, 0, 0x1E, 0x84, 0x80, 1}));  // 2 000 000 a metre
    put_png("72_dpi.png", testing::bytes({0, 0, 0x0B, 0x13, 0, 0, 0x0B, 0x13, 1}));         // 2835
    const auto run = score("out");
    EXPECT_EQ(row(run, "half_um.png").scale, ScaleSource::file);
    EXPECT_EQ(row(run, "half_um.png").spacing_um_px, 0.5);
    EXPECT_EQ(row(run, "half_um.png").tiles, 9U);
    EXPECT_EQ(row(run, "72_dpi.png").scale, ScaleSource::assumed);
    EXPECT_EQ(row(run, "72_dpi.png").tiles, 1U);
}

TEST_F(ScorePictures, SaysOfEachBadPictureWhyAndGoesOn) {
    struct Bad {
        std::string name, content, reason;
    };
    const auto good = text("in/a/0.jpg");
    const std::vector<Bad> all = {
        {"cut.jpg", good.substr(0, good.size() / 2), "cut short"},
        {"empty.png", "", "is empty"},
        {"words.jpg", "not a picture at all", "is no picture"},
        {"inks.jpg", testing::jpeg_of_untold_inks(), "CMYK"},
        {"dot.png", png(cv::Mat(1, 1, CV_8UC3, cv::Scalar(1, 2, 3))), "too small, 1 x 1 pixels"},
        {"strip.png", png(cv::Mat(40, 200, CV_8UC3, cv::Scalar(1, 2, 3))), "too oblong"},
        {"huge.png", testing::png_that_claims(60'000, 60'000), "too large to be scored as one field, 60000 x 60000"},
        {"moving.gif", testing::animated_gif(), "is no picture that can be read. JPEG, PNG"},
        {"pages.tif", testing::tiff({.samples = 3, .pages = 3}, stain), "has 3 frames or pages"},
        {"line\nbreak.jpg", "nothing", "is no picture"},
    };
    std::vector<fs::path> arguments = {folder / "in"};
    for (const auto& bad : all) {
        put_file(bad.name, bad.content);
        if (bad.name.ends_with(".gif")) arguments.push_back(folder / "in" / bad.name);
    }
    fs::create_symlink("nowhere.jpg", folder / "in" / "dead.jpg");
    arguments.push_back(folder / "in" / "absent.jpg");
    std::size_t told = 0;
    ScoreRunCallbacks callbacks;
    callbacks.failed = [&](const ListedPicture&, const ScoreRow& failed) {
        ++told;
        EXPECT_THAT(failed.reason, Not(::testing::IsEmpty()));
    };
    const auto run = score("out", {}, callbacks, arguments);
    EXPECT_EQ(run.count(TileStatus::ok), 6U);
    EXPECT_EQ(told, all.size() + 2);
    for (const auto& bad : all) {
        EXPECT_EQ(row(run, bad.name).status, TileStatus::read_error) << bad.name;
        EXPECT_THAT(row(run, bad.name).reason, HasSubstr(bad.reason)) << bad.name;
        EXPECT_THAT(row(run, bad.name).reason, Not(HasSubstr("\n"))) << bad.name;
    }
    EXPECT_THAT(row(run, "absent.jpg").reason, HasSubstr("does not exist"));
    const auto table = read_scores(folder / "out/scores.csv");
    EXPECT_EQ(table.rows.size(), run.table.rows.size());
    EXPECT_THAT(text("out/scores.csv"), HasSubstr("\"line\nbreak.jpg\""));
    EXPECT_EQ(score("out", {}, {}, arguments).taken, 6U);  // what failed is tried again
}

TEST_F(ScorePictures, ReadsPicturesOfAllKindsAndTurnsThemUpright) {
    const auto grey = [](int x, int y) { return std::vector<int>{stain(x, y)[0]}; };
    const auto with_alpha = [](int x, int y) { return with(stain(x, y), x < 32 ? 255 : 90); };
    const testing::PngLook look{.width = 64, .height = 48, .colour_type = 2};
    const std::map<std::string, std::string> files = {
        {"plain.png", testing::png(look, stain)},
        {"deep.png", testing::png({.colour_type = 2, .bits = 16}, stain)},
        {"grey.png", testing::png({.colour_type = 0}, grey)},
        {"palette.png", testing::png({.colour_type = 3, .chunks = {{"PLTE", std::string(768, '\x60')}}}, grey)},
        {"clear.png", testing::png({.colour_type = 6}, with_alpha)},
        {"plain.tif", testing::tiff({.samples = 3}, stain)},
        {"deep.tif", testing::tiff({.bits = 16, .samples = 3}, stain)},
        {"plain.bmp", testing::bmp(testing::BmpLook{}, stain)},
        {"inks.jpg", testing::jpeg({.samples = 4}, [](int x, int y) { return with(stain(x, y), 40); })},
        {"turned.jpg", testing::jpeg({.exif = testing::exif(6)}, stain)}};
    for (const auto& [name, content] : files) put_file(name, content);
    const auto run = score("out");
    for (const auto& [name, content] : files) {
        EXPECT_TRUE(row(run, name).is_scored()) << name << ": " << row(run, name).reason;
        EXPECT_EQ(row(run, name).width, name == "turned.jpg" ? 48 : 64) << name;
    }
    for (const std::string name : {"deep.png", "plain.tif", "deep.tif"}) {
        EXPECT_EQ(row(run, name).probabilities, row(run, "plain.png").probabilities) << name;
    }
    EXPECT_NE(row(run, "clear.png").probabilities, row(run, "plain.png").probabilities);
    EXPECT_EQ(row(run, "plain.png").note, "");
    EXPECT_THAT(row(run, "grey.png").note, HasSubstr("It is a grey picture"));
    EXPECT_THAT(row(run, "palette.png").note, HasSubstr("palette"));
    EXPECT_THAT(row(run, "deep.tif").note, HasSubstr("16 bits per sample"));
    EXPECT_THAT(row(run, "inks.jpg").note, HasSubstr("CMYK"));
}

TEST_F(ScorePictures, AnUnreadablePictureDoesNotStopTheOthers) {
    if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
    fs::permissions(folder / "in/a/0.jpg", fs::perms::none);
    const auto run = score("out");
    EXPECT_EQ(row(run, "a/0.jpg").status, TileStatus::read_error);
    EXPECT_EQ(run.count(TileStatus::ok), 5U);
}

TEST_F(ScorePictures, RefusesAFolderOfSlidesAndOneInUse) {
    fs::create_directories(folder / "slides");
    write_file(folder / "slides/run.json", "{}");
    EXPECT_THROW(score("slides"), Error);
    fs::create_directories(folder / "out");
    std::string holder;
    const auto lock = SlideLock::acquire(folder / "out", holder);
    EXPECT_THROW(score("out"), Error);
}

}  // namespace
}  // namespace slidetype

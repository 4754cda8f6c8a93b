#include "plugin/viewer/site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/atomic_file.h"
#include "base/error.h"
#include "plugin/batch/batch.h"
#include "plugin/results/result_folder.h"
#include "plugin/teaching/annotated_slides.h"
#include "tests/model/heads_model.h"
#include "tests/plugin/gated_model.h"
#include "tests/plugin/results/geojson_validator.h"
#include "tests/plugin/tissue_slide.h"
#include "tests/support.h"

namespace slidetype::viewer {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kDrawnInBrowser = R"({"type":"FeatureCollection","features":[{"type":"Feature",
  "id":"3d9d1c1e-6a55-5a3e-9a55-0a8a7f7a1b11",
  "geometry":{"type":"Polygon","coordinates":[[[100,100],[100,900],[900,900],[100,100]]]},
  "properties":{"objectType":"annotation","classification":{"name":"LUSC","color":[213,94,0]}}}]})";

/// A slide that is scored and one that failed.
class SiteTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        shared_ = std::make_unique<testing::TemporaryFolder>();
        engine_ = std::make_shared<const Engine>(testing::write_gated_model(*shared_ / "model"));
        std::filesystem::create_directories(*shared_ / "slides");
        testing::write_tissue_slide(*shared_ / "slides/one.tiff", 2000, 1600, {});
    }
    static void TearDownTestSuite() {
        engine_.reset();
        shared_.reset();
    }

    void SetUp() override {
        const std::vector<std::filesystem::path> slides = {*shared_ / "slides/one.tiff", *shared_ / "slides/gone.tiff"};
        BatchOptions options;
        options.output = folder / "out";
        run_batch(*engine_, slides, options);
        open(folder / "out");
    }

    void open(const std::filesystem::path& path) {
        site.reset();
        jobs.reset();
        slides = std::make_unique<ViewedSlides>(path, folder / "out");
        jobs = std::make_unique<ScoringJobs>([] { return engine_; }, slides->output(), AnalyseOptions{});
        std::map<std::string, Asset> assets = {{"/", {"text/html; charset=utf-8", "<p>", "\"1\""}}};
        site = std::make_unique<Site>(*slides, *jobs, assets);
    }

    /// The folder of slides, with one that takes a while to score; only here, since it takes a while to write, too.
    void open_two_slides() {
        testing::write_tissue_slide(*shared_ / "slides/two <b>.tiff", 4000, 4000, {});
        open(*shared_ / "slides");
    }

    HttpResponse ask(const std::string& path, const std::string& method = "GET", const std::string& body = {},
                     const std::string& tag = {}) const {
        HttpRequest request;
        request.method = method;
        request.path = path;
        request.body = body;
        (method == "GET" ? request.if_none_match : request.if_match) = tag;
        return site->answer(request);
    }
    json ask_json(const std::string& path) const {
        const auto answer = ask(path);
        EXPECT_EQ(answer.status, 200) << path << ' ' << *answer.body;
        return json::parse(*answer.body);
    }
    std::string id_of(const std::string& name) const {
        const auto batch = ask_json("/api/batch");
        for (const auto& slide : batch["slides"]) {
            if (slide["name"] == name) return slide["id"];
        }
        ADD_FAILURE() << "no slide " << name;
        return {};
    }
    std::string slide(const std::string& name) const { return "/api/slides/" + id_of(name); }

    /// Until the job of this slide has ended.
    std::string wait(const std::string& path) const {
        for (int i = 0; i < 3000; ++i) {
            const auto state = ask_json(path + "/progress")["state"].get<std::string>();
            if (state != "queued" && state != "running") return state;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        return "still running";
    }

    inline static std::unique_ptr<testing::TemporaryFolder> shared_;
    inline static std::shared_ptr<const Engine> engine_;
    testing::TemporaryFolder folder;
    std::unique_ptr<ViewedSlides> slides;
    std::unique_ptr<ScoringJobs> jobs;
    std::unique_ptr<Site> site;
};

TEST_F(SiteTest, TellsPatientsWithTheirSlides) {
    EXPECT_TRUE(ask_json("/api/batch")["patients"].empty());
    EXPECT_TRUE(ask_json("/api/batch")["slides"][0]["patient"].is_null()) << "nobody gave it";
    std::vector<BatchSlide> list = {*shared_ / "slides/one.tiff", *shared_ / "slides/gone.tiff"};
    for (auto& slide : list) slide.patient = "P <1>";
    BatchOptions options;
    options.output = folder / "out";
    run_batch(*engine_, list, options);
    const auto batch = ask_json("/api/batch");
    for (const auto& slide : batch["slides"]) EXPECT_EQ(slide["patient"], "P <1>") << slide["name"];
    ASSERT_EQ(batch["patients"].size(), 1U);
    const auto& patient = batch["patients"][0];
    EXPECT_EQ(patient["patient"], "P <1>");
    EXPECT_EQ(patient["slides"], 2);
    EXPECT_EQ(patient["slides_called"], 1);
    EXPECT_EQ(patient["call"], batch["slides"][1]["call"]);
    EXPECT_THAT(patient["reason"].get<std::string>(), HasSubstr("Made of 1 of 2 slides: gone failed"));
    EXPECT_TRUE(ask_json(slide("one") + "/tiles")["attention"].is_null()) << "tiles vote";
}

TEST_F(SiteTest, GivesTheAttentionOfTilesWhereHeadsMadeTheCall) {
    const Engine heads(testing::write_heads_model(folder / "heads"));
    const std::vector<std::filesystem::path> list = {*shared_ / "slides/one.tiff"};
    BatchOptions options;
    options.output = folder / "out";
    run_batch(heads, list, options);
    const auto tiles = ask_json(slide("one") + "/tiles");
    ASSERT_EQ(tiles["attention"].size(), tiles["index"].size());
    for (const auto& percentile : tiles["attention"]) {
        EXPECT_GT(percentile, 0);
        EXPECT_LT(percentile, 100);
    }
    EXPECT_EQ(ask_json(slide("one"))["summary"]["call"]["heads"]["parts"].size(), 2U);
}

TEST_F(SiteTest, ListsScoredAndFailedSlides) {
    const auto batch = ask_json("/api/batch");
    ASSERT_EQ(batch["slides"].size(), 2u);
    const auto& gone = batch["slides"][0];
    EXPECT_EQ(gone["name"], "gone");
    EXPECT_EQ(gone["state"], "failed");
    EXPECT_THAT(gone["error"].get<std::string>(), HasSubstr("does not exist"));
    EXPECT_FALSE(gone["has_pixels"]);
    const auto& one = batch["slides"][1];
    EXPECT_EQ(one["state"], "scored");
    EXPECT_TRUE(one["call"].is_string());
    EXPECT_TRUE(one["has_pixels"]);
    EXPECT_EQ(one["annotations"], 0);
    EXPECT_TRUE(one["known"].is_null()) << "its model does not know what it was made from";
    EXPECT_EQ(one["supported"], true);
    EXPECT_TRUE(batch["good_for"].empty());
}

TEST_F(SiteTest, DescribesASlideWithItsSummaryAndItsGeometry) {
    const auto one = ask_json(slide("one"));
    EXPECT_EQ(one["width"], 2000);
    EXPECT_EQ(one["height"], 1600);
    EXPECT_EQ(one["max_level"], 11);
    EXPECT_EQ(one["spacing_um_px"], json::array({0.5, 0.5}));
    EXPECT_EQ(one["summary"], json::parse(read_file(folder / "out/one/summary.json")));
    EXPECT_EQ(one["lusc_column"], 1);
    EXPECT_TRUE(one["can_run"]);
    const auto gone = ask_json(slide("gone"));
    EXPECT_FALSE(gone["can_run"]);
    EXPECT_FALSE(gone["has_pixels"]);
    EXPECT_THAT(gone["pixels_error"].get<std::string>(), HasSubstr("gone.tiff"));
    EXPECT_TRUE(gone["summary"].is_null());
}

TEST_F(SiteTest, GivesTheTilesThatTilesCsvHoldsButForTheBackground) {
    const auto tiles = ask_json(slide("one") + "/tiles");
    const auto result = slides->result(*slides->find(id_of("one")));
    std::size_t shown = 0;
    for (std::size_t t = 0; t < result->grid.tiles.size(); ++t) {
        const auto& tile = result->grid.tiles[t];
        if (tile.status == TileStatus::background) continue;
        ASSERT_LT(shown, tiles["index"].size());
        EXPECT_EQ(tiles["index"][shown], t);
        EXPECT_EQ(tiles["x"][shown], tile.rect.x);
        EXPECT_EQ(tiles["height"][shown], tile.rect.height);
        EXPECT_EQ(tiles["statuses"][tiles["status"][shown].get<std::size_t>()], to_string(tile.status));
        EXPECT_NEAR(tiles["prob"][1][shown].get<double>(), result->probability(t, 1), 1e-4);
        ++shown;
    }
    EXPECT_EQ(shown, tiles["index"].size());
    EXPECT_GT(shown, 20u);
    EXPECT_EQ(tiles["tumour"].size(), shown);
    EXPECT_EQ(tiles["grid"]["columns"], result->grid.columns);
}

TEST_F(SiteTest, GivesZoomTilesThumbnailAndTheTileOfTheModel) {
    for (const auto* path : {"/dz/11/0_0.jpg", "/dz/8/0_0.jpg", "/dz/0/0_0.jpg", "/thumbnail.jpg", "/tiles/40.jpg"}) {
        const auto answer = ask(slide("one") + path);
        EXPECT_EQ(answer.status, 200) << path << *answer.body;
        EXPECT_EQ(answer.content_type, "image/jpeg") << path;
        EXPECT_THAT(*answer.body, StartsWith("\xff\xd8")) << path;
    }
    EXPECT_EQ(ask(slide("gone") + "/dz/11/0_0.jpg").status, 404);
    EXPECT_EQ(ask(slide("gone") + "/thumbnail.jpg").status, 404);
}

TEST_F(SiteTest, WhatTheBrowserHasIsNotSentAgain) {
    for (const auto* path : {"/dz/11/0_0.jpg", "/tiles", "/regions", "/thumbnail.jpg"}) {
        const auto first = ask(slide("one") + path);
        ASSERT_FALSE(first.etag.empty()) << path;
        EXPECT_EQ(ask(slide("one") + path, "GET", {}, first.etag).status, 304) << path;
        EXPECT_EQ(ask(slide("one") + path, "GET", {}, "\"other\"").status, 200) << path;
    }
}

TEST_F(SiteTest, RegionsAreValidPolygons) {
    const auto answer = ask(slide("one") + "/regions");
    const auto regions = json::parse(*answer.body);
    ASSERT_GT(regions["features"].size(), 0u);
    for (const auto& region : regions["features"]) {
        EXPECT_EQ(region["geometry"]["type"], "MultiPolygon");
        EXPECT_EQ(region["properties"]["color"].size(), 3u);
        EXPECT_GT(region["properties"]["area_mm2"], 0);
    }
}

TEST_F(SiteTest, NothingElseIsServed) {
    for (const std::string path :
         {"", "/x", "/api", "/api/", "/api/batch/", "/api/slides", "/api/slides/", "/api/slides/..", "/etc/passwd",
          "/../../etc/passwd", "/api/slides/../../../etc/passwd", "/api/slides/%2e%2e/summary.json",
          "/assets/../secret", "/assets/viewer.js.map", "//", "/api//batch", "/api/slides/000000000000", "\xff\xfe",
          "/api/slides/one"}) {
        EXPECT_EQ(ask(path).status, 404) << path;
    }
    for (const std::string path : {"/dz",
                                   "/dz/11",
                                   "/dz/11/0_0.png",
                                   "/dz/11/0.jpg",
                                   "/dz/11/_0.jpg",
                                   "/dz/-1/0_0.jpg",
                                   "/dz/11/-1_0.jpg",
                                   "/dz/11/99_0.jpg",
                                   "/dz/11/0_99999999999999999999.jpg",
                                   "/dz/11/9223372036854775807_9223372036854775807.jpg",
                                   "/dz/99999999999/0_0.jpg",
                                   "/dz/11/0_0.jpg/x",
                                   "/dz/11/../0_0.jpg",
                                   "/dz/1e1/0_0.jpg",
                                   "/dz/ 1/0_0.jpg",
                                   "/tiles/-1.jpg",
                                   "/tiles/99999999.jpg",
                                   "/tiles/x.jpg",
                                   "/tiles/1",
                                   "/summary.json",
                                   "/source.txt",
                                   "/label.jpg",
                                   "/macro.jpg",
                                   "/progress",
                                   "/"}) {
        EXPECT_EQ(ask(slide("one") + path).status, 404) << path;
    }
    EXPECT_EQ(ask(slide("one"), "DELETE").status, 404);
    EXPECT_EQ(ask(slide("one") + "/annotations", "DELETE").status, 405);
    EXPECT_EQ(ask(slide("one") + "/summary.json", "PUT", "{}").status, 405);
}

TEST_F(SiteTest, DrawnAnnotationsAreStoredWhereTrainingFindsThem) {
    EXPECT_TRUE(is_annotated_slides(folder / "out"));
    EXPECT_THROW(find_annotated_slides(folder / "out"), Error) << "nothing is drawn yet";
    const auto path = slide("one") + "/annotations";
    const auto before = ask(path);
    EXPECT_EQ(json::parse(*before.body)["features"].size(), 0u);
    const auto saved = ask(path, "PUT", kDrawnInBrowser, before.etag);
    ASSERT_EQ(saved.status, 200) << *saved.body;
    EXPECT_EQ(json::parse(*saved.body)["saved"], 1);
    const auto file = folder / "out/one/annotations.geojson";
    EXPECT_EQ(json::parse(*saved.body)["file"], file.string());
    EXPECT_THAT(testing::geojson_problems(read_file(file)), ::testing::IsEmpty());
    EXPECT_EQ(ask(path).etag, saved.etag);
    EXPECT_EQ(ask_json("/api/batch")["slides"][1]["annotations"], 1);

    EXPECT_TRUE(is_annotated_slides(folder / "out"));
    for (const auto& place : {folder / "out", folder / "out/one", folder / "out/one/"}) {
        const auto found = find_annotated_slides(place);
        ASSERT_EQ(found.slides.size(), 1u) << place;
        EXPECT_EQ(found.slides[0].slide.filename(), "one.tiff");
        EXPECT_EQ(found.slides[0].annotations.filename(), "annotations.geojson");
        EXPECT_FALSE(found.slides[0].spacing_um_px) << "the slide's own";
    }
}

TEST_F(SiteTest, AChangeMadeElsewhereIsNotOverwritten) {
    const auto path = slide("one") + "/annotations";
    const auto tag = ask(path).etag;
    EXPECT_EQ(ask(path, "PUT", kDrawnInBrowser, tag).status, 200);
    const auto late = ask(path, "PUT", R"({"type":"FeatureCollection","features":[]})", tag);
    EXPECT_EQ(late.status, 412);
    EXPECT_THAT(*late.body, HasSubstr("changed elsewhere"));
    EXPECT_EQ(json::parse(*ask(path).body)["features"].size(), 1u);
    EXPECT_EQ(ask(path, "PUT", "nonsense", ask(path).etag).status, 400);
}

TEST_F(SiteTest, AnnotationsThatCannotBeReadAreNotSavedOver) {
    const auto one = slide("one");
    const auto file = folder / "out/one/annotations.geojson";
    write_file(file, "{\"type\":");
    const auto refusal = ask(one + "/annotations", "PUT", kDrawnInBrowser);
    EXPECT_EQ(refusal.status, 409);
    EXPECT_THAT(*refusal.body, HasSubstr("annotations.geojson"));
    EXPECT_EQ(read_file(file), "{\"type\":");
    std::filesystem::remove(file);
    EXPECT_EQ(ask(one + "/annotations", "PUT", kDrawnInBrowser).status, 200);
}

TEST_F(SiteTest, ASlideThatIsNotScoredCanBeScoredFromThePage) {
    open_two_slides();
    const auto path = slide("two <b>");
    EXPECT_EQ(ask_json(path)["state"], "unscored");
    EXPECT_EQ(ask(path + "/tiles").status, 404);
    EXPECT_EQ(ask(path + "/run", "POST").status, 202);
    EXPECT_EQ(ask(path + "/run", "POST").status, 202) << "twice is once";
    EXPECT_EQ(wait(path), "done");
    EXPECT_EQ(ask_json(path)["state"], "scored") << "before the list is asked for again";
    EXPECT_EQ(id_of("two _b_"), path.substr(std::string("/api/slides/").size())) << "the folder's name, the same slide";
    EXPECT_TRUE(std::filesystem::exists(folder / "out/two _b_/tiles.geojson.gz"));
    EXPECT_GT(ask_json(path + "/tiles")["index"].size(), 20u);
}

TEST_F(SiteTest, TheOutputFolderIsMadeWhenItIsFirstNeeded) {
    for (const bool draws : {true, false}) {
        std::filesystem::remove_all(folder / "out");
        open(*shared_ / "slides");
        const auto path = slide("one");
        if (draws) {
            EXPECT_EQ(ask(path + "/annotations", "PUT", kDrawnInBrowser, ask(path + "/annotations").etag).status, 200);
        } else {
            EXPECT_EQ(ask(path + "/run", "POST").status, 202);
            EXPECT_EQ(wait(path), "done");
            EXPECT_EQ(ask_json(path)["state"], "scored");
        }
    }
}

TEST_F(SiteTest, TheScoresOfARunningJobAreShownAsTheyCome) {
    open_two_slides();
    const auto path = slide("two <b>");
    ask(path + "/run", "POST");
    std::size_t partly = 0;
    for (int i = 0; i < 60'000 && ask_json(path + "/progress")["state"] != "done"; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        const auto answer = ask(path + "/tiles");
        if (answer.status != 200) continue;
        const auto tiles = json::parse(*answer.body);
        std::size_t scored = 0;
        for (const auto& p : tiles["prob"][0]) scored += !p.is_null();
        partly = std::max(partly, scored < tiles["index"].size() ? tiles["index"].size() : 0);
    }
    EXPECT_GT(partly, 0u) << "the grid was there before all of its scores";
}

TEST_F(SiteTest, AJobCanBeCancelledAndAFailedOneSaysWhy) {
    open_two_slides();
    const auto path = slide("two <b>");
    ask(path + "/run", "POST");
    ask(path + "/cancel", "POST");
    EXPECT_THAT(wait(path), ::testing::AnyOf("cancelled", "done"));

    open(folder / "out");
    const auto gone = slide("gone");
    EXPECT_EQ(ask(gone + "/run", "POST").status, 202);
    EXPECT_EQ(wait(gone), "failed");
    EXPECT_THAT(ask_json(gone + "/progress")["error"]["message"].get<std::string>(), HasSubstr("does not exist"));
}

TEST_F(SiteTest, DrawingOnASlideThatIsNotScoredClaimsItsFolder) {
    open_two_slides();
    const auto path = slide("two <b>") + "/annotations";
    EXPECT_EQ(ask(path, "PUT", kDrawnInBrowser, ask(path).etag).status, 200);
    EXPECT_TRUE(std::filesystem::exists(folder / "out/two _b_/annotations.geojson"));
    EXPECT_EQ(json::parse(*ask(path).body)["features"].size(), 1u);
}

TEST_F(SiteTest, SlidesOfOneNameShowTheirEndingsAndThenTheirFolders) {
    const auto put = [&](const std::string& name) {
        std::filesystem::create_directories((folder / name).parent_path());
        std::filesystem::copy_file(*shared_ / "slides/one.tiff", folder / name);
    };
    for (const auto* name : {"many/a.tiff", "many/a.tif", "many/b.tiff", "many/p1/c.tiff", "many/p2/c.tiff"}) put(name);
    open(folder / "many");
    std::vector<std::string> names;
    for (const auto& slide : slides->list()) names.push_back(slide.name);
    EXPECT_THAT(names, ::testing::ElementsAre("a.tif", "a.tiff", "b", "p1/c.tiff", "p2/c.tiff"));
}

TEST_F(SiteTest, AnnotationsBesideASlideThatAreNotShownAreNamed) {
    std::filesystem::create_directories(folder / "two");
    for (const auto* name : {"a.tiff", "a.tif"})
        std::filesystem::copy_file(*shared_ / "slides/one.tiff", folder / "two" / name);
    write_file(folder / "two/a.geojson", kDrawnInBrowser);
    open(folder / "two");
    for (const auto* name : {"a.tiff", "a.tif"}) {
        EXPECT_THAT(ask_json(slide(name))["annotations_note"].get<std::string>(), HasSubstr("a.geojson")) << name;
        EXPECT_TRUE(ask_json(slide(name) + "/annotations")["features"].empty()) << "it may be of the other";
    }
    std::filesystem::rename(folder / "two/a.geojson", folder / "two/a.tiff.geojson");
    EXPECT_TRUE(ask_json(slide("a.tiff"))["annotations_note"].is_null());
    EXPECT_EQ(ask_json(slide("a.tiff") + "/annotations")["features"].size(), 1u);
}

TEST_F(SiteTest, OneSlidesFolderShowsThatSlideAlone) {
    open(folder / "out/one");
    EXPECT_EQ(ask_json("/api/batch")["slides"].size(), 1u);
    EXPECT_EQ(slides->title(), "one");
    open(folder / "out/one/");
    EXPECT_EQ(ask_json("/api/batch")["slides"].size(), 1u);
}

TEST_F(SiteTest, APlaceWithNeitherResultsNorSlidesIsRefused) {
    std::filesystem::create_directories(folder / "empty");
    EXPECT_THROW(ViewedSlides(folder / "empty"), Error);
    EXPECT_THROW(ViewedSlides(folder / "nowhere"), Error);
}

TEST_F(SiteTest, ADamagedSummaryIsAFailedSlideNotAFailedPage) {
    write_file(folder / "out/one/summary.json", "{\"call\":");
    const auto batch = ask_json("/api/batch");
    EXPECT_EQ(batch["slides"][1]["state"], "failed");
    EXPECT_THAT(batch["slides"][1]["error"].get<std::string>(), HasSubstr("cannot be read"));
    EXPECT_EQ(ask(slide("one")).status, 200);
}

}  // namespace
}  // namespace slidetype::viewer

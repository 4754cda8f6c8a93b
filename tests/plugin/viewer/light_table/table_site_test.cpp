#include "plugin/viewer/light_table/table_site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <thread>

#include "base/atomic_file.h"
#include "base/error.h"
#include "tests/support.h"

namespace slidetype::viewer {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::Each;
using ::testing::HasSubstr;

/// A folder of pictures, and an output folder as `score` leaves it.
class TableSiteTest : public ::testing::Test {
  protected:
    void SetUp() override {
        picture("pictures/case 1/a.jpg", 300, 200);
        picture("pictures/case 1/b.png", 64, 64);
        picture("pictures/c.png", 800, 900);
        fs::create_directories(folder / "out");
    }

    fs::path picture(const std::string& name, int width, int height) const {
        const auto file = folder / name;
        fs::create_directories(file.parent_path());
        const cv::Mat pixels(height, width, CV_8UC3, cv::Scalar(200, 80, 160));
        std::vector<std::uint8_t> bytes;
        cv::imencode(name.ends_with("png") ? ".png" : ".jpg", pixels, bytes);
        write_file(file, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
        return file;
    }
    /// scores.csv and summary.json, for `rows` below the header.
    void write_scores(const std::string& rows) const {
        write_file(folder / "out/scores.csv",
                   "file,case,width,height,status,class,prob_LUAD,prob_LUSC,prob_tumour,strangeness,reason,"
                   "spacing_um_px,scale,tiles,voting_tiles,heatmap,note\n" +
                       rows);
        write_file(folder / "out/summary.json",
                   json{{"root", (folder / "pictures").string()}, {"model", {{"name", "compact"}}}}.dump());
    }
    void open(const std::string& path, const fs::path& labels = {}) {
        site.reset();
        pictures = std::make_unique<ViewedPictures>(folder / path);
        const std::map<std::string, Asset> assets = {{"/", {"text/html; charset=utf-8", "<p>", "\"1\""}}};
        site = std::make_unique<TableSite>(*pictures, labels, assets);
    }

    HttpResponse ask(const std::string& path, const std::string& method = "GET", const std::string& body = {},
                     const std::string& tag = {}) const {
        HttpRequest request;
        request.method = method;
        request.path = path;
        request.body = body;
        request.if_none_match = tag;
        return site->answer(request);
    }
    json ask_json(const std::string& path) const {
        const auto answer = ask(path);
        EXPECT_EQ(answer.status, 200) << path << ' ' << *answer.body;
        return json::parse(*answer.body);
    }
    /// The id of the picture that is shown by this name.
    std::string id_of(const std::string& name) const {
        const auto columns = ask_json("/api/table")["pictures"];
        for (std::size_t i = 0; i < columns["name"].size(); ++i) {
            if (columns["name"][i] == name) return columns["id"][i];
        }
        ADD_FAILURE() << "no picture " << name;
        return {};
    }
    HttpResponse show(const std::string& name, const std::string& what = "thumbnail.jpg") const {
        return ask("/api/table/pictures/" + id_of(name) + "/" + what);
    }
    HttpResponse give(const json& labels) const {
        return ask("/api/table/labels", "POST", json{{"labels", labels}}.dump());
    }
    static cv::Mat decoded(const HttpResponse& answer) {
        EXPECT_EQ(answer.status, 200) << *answer.body;
        EXPECT_EQ(answer.content_type, "image/jpeg");
        const std::vector<char> bytes(answer.body->begin(), answer.body->end());
        return cv::imdecode(bytes, cv::IMREAD_COLOR);
    }

    testing::TemporaryFolder folder;
    std::unique_ptr<ViewedPictures> pictures;
    std::unique_ptr<TableSite> site;
};

TEST_F(TableSiteTest, AFolderWithoutScoresIsListedByCasesAndSaysHowToScoreIt) {
    open("pictures");
    EXPECT_TRUE(ask_json("/api/batch")["pictures"]);
    const auto table = ask_json("/api/table");
    EXPECT_FALSE(table["scored"]);
    EXPECT_EQ(table["score_command"], "slidetype score " + (folder / "pictures").string() + " -o " +
                                          (folder / "pictures_scores").string() + "\nslidetype view " +
                                          (folder / "pictures_scores").string());
    EXPECT_EQ(table["label_file"], (folder / "pictures/labels.csv").string());
    EXPECT_EQ(table["pictures"]["name"], json::array({"c.png", "case 1/a.jpg", "case 1/b.png"}));
    EXPECT_EQ(table["pictures"]["cases"], json::array({"", "case 1"}));
    picture("pictures/out/heatmaps/c.png", 40, 40);
    write_file(folder / "pictures/out/scores.csv", "results of ours");
    EXPECT_EQ(ask_json("/api/table")["pictures"]["name"].size(), 3U) << "heatmaps are no pictures of the user's";
    EXPECT_THAT(table["pictures"]["status"], Each(json()));
}

TEST_F(TableSiteTest, ScoresAreShownAsTheTableHasThem) {
    write_scores(
        "c.png,.,800,900,ok,LUSC,0.100000,0.900000,0.990000,0.400000,,0.5,assumed,1,1,,\n"
        "case 1/a.jpg,case 1,300,200,benign,,0.400000,0.600000,0.020000,0.500000,\"It is benign, by far.\",0.5,assumed,"
        "1,0,,\n"
        "case 1/gone.jpg,case 1,,,read_error,,,,,,It is not there.,,,,,,\n");
    open("out");
    const auto table = ask_json("/api/table");
    EXPECT_TRUE(table["scored"]);
    EXPECT_TRUE(table["score_command"].is_null());
    EXPECT_EQ(table["summary"]["model"]["name"], "compact");
    EXPECT_EQ(table["classes"][1]["name"], "LUSC");
    EXPECT_EQ(table["label_file"], (folder / "out/labels.csv").string());
    const auto& columns = table["pictures"];
    EXPECT_EQ(columns["statuses"], json::array({"ok", "benign", "read_error"}));
    EXPECT_EQ(columns["class"], json::array({"LUSC", nullptr, nullptr}));
    EXPECT_EQ(columns["prob"][1], json::array({0.9, 0.6, nullptr}));
    EXPECT_EQ(columns["tumour"], json::array({0.99, 0.02, nullptr}));
    EXPECT_EQ(columns["reason"][1], "It is benign, by far.");
    EXPECT_EQ(columns["there"], json::array({true, true, false}));
    EXPECT_EQ(columns["width"], json::array({800, 300, 0}));
    EXPECT_EQ(show("case 1/gone.jpg").status, 404);
}

TEST_F(TableSiteTest, CallsOfCasesAndHeatmapsAreShown) {
    fs::create_directories(folder / "out/heatmaps");
    write_file(folder / "out/heatmaps/c.png", "heatmap");
    write_file(folder / "secret.txt", "secret");
    write_scores(
        "c.png,.,800,900,ok,LUSC,0.1,0.9,0.9,0.4,,0.5,assumed,40,30,heatmaps/c.png,It was cut.\n"
        "case 1/a.jpg,case 1,300,200,ok,LUSC,0.1,0.9,0.9,0.4,,0.5,assumed,1,1,../secret.txt,\n");
    write_file(folder / "out/cases.csv", "case,pictures,call,reason\n.,1,LUSC,It is sure.\ncase 1,1,mixed,Both.\n");
    open("out");
    const auto table = ask_json("/api/table");
    EXPECT_EQ(table["calls"][""]["call"], "LUSC");
    EXPECT_EQ(table["calls"]["case 1"]["reason"], "Both.");
    EXPECT_EQ(table["pictures"]["heatmap"], json::array({true, false}));
    EXPECT_EQ(table["pictures"]["note"][0], "It was cut.");
    EXPECT_EQ(*show("c.png", "heatmap.png").body, "heatmap");
    EXPECT_EQ(show("case 1/a.jpg", "heatmap.png").status, 404);
}

TEST_F(TableSiteTest, AnOutputFolderWithoutItsSummaryIsRefused) {
    write_scores("c.png,.,800,900,ok,LUSC,0.1,0.9,0.9,0.4,,0.5,assumed,1,1,,\n");
    write_file(folder / "out/summary.json", "{}");
    EXPECT_THROW(ViewedPictures(folder / "out"), Error);
    fs::remove(folder / "out/summary.json");
    EXPECT_THROW(ViewedPictures(folder / "out"), Error);
}

TEST_F(TableSiteTest, LargePicturesAreShrunkByRowsToTheSameThumbnail) {
    const auto large = picture("large/a.jpg", 6000, 4200);
    open("large");
    const auto small = decoded(show("a.jpg"));
    EXPECT_EQ(small.cols, 320);
    EXPECT_EQ(small.rows, 224);
    const auto pixel = small.at<cv::Vec3b>(112, 160);
    EXPECT_NEAR(pixel[0], 200, 6);
    EXPECT_NEAR(pixel[1], 80, 6);
    EXPECT_NEAR(pixel[2], 160, 6);
    EXPECT_EQ(decoded(show("a.jpg", "whole.jpg")).cols, 6000);
}

TEST_F(TableSiteTest, ThumbnailsAreSmallAndTheLargeViewHasEveryPixel) {
    open("pictures");
    const auto small = decoded(show("c.png"));
    EXPECT_EQ(small.cols, 284);
    EXPECT_EQ(small.rows, 320);
    EXPECT_EQ(decoded(show("case 1/b.png")).cols, 64) << "nothing is enlarged";
    const auto whole = decoded(show("c.png", "whole.jpg"));
    EXPECT_EQ(whole.cols, 800);
    EXPECT_EQ(whole.rows, 900);
    const auto first = show("c.png");
    EXPECT_EQ(ask("/api/table/pictures/" + id_of("c.png") + "/thumbnail.jpg", "GET", {}, first.etag).status, 304);
    picture("pictures/c.png", 100, 50);
    EXPECT_EQ(decoded(show("c.png")).cols, 100) << "a new picture under the name is shown anew";
}

TEST_F(TableSiteTest, APictureThatCannotBeReadSaysWhy) {
    write_file(folder / "pictures/bad.jpg", "no picture");
    open("pictures");
    const auto answer = show("bad.jpg");
    EXPECT_EQ(answer.status, 400);
    EXPECT_THAT(*answer.body, HasSubstr("bad.jpg"));
}

TEST_F(TableSiteTest, ManyThumbnailsAtOnceAreAllRight) {
    for (int i = 0; i < 24; ++i) picture("many/" + std::to_string(i) + ".jpg", 400 + i, 400);
    open("many");
    const auto columns = ask_json("/api/table")["pictures"];
    std::vector<HttpResponse> answers(columns["id"].size());
    {
        std::vector<std::jthread> threads;
        threads.reserve(6);
        for (std::size_t t = 0; t < 6; ++t) {
            threads.emplace_back([&, t] {
                for (std::size_t i = t; i < answers.size(); i += 6) {
                    answers[i] = ask("/api/table/pictures/" + columns["id"][i].get<std::string>() + "/thumbnail.jpg");
                }
            });
        }
    }
    for (const auto& answer : answers) EXPECT_EQ(decoded(answer).cols, 320);
}

TEST_F(TableSiteTest, NothingOutsideOfTheFolderIsServed) {
    const auto secret = picture("secret.png", 50, 50);
    fs::create_symlink(secret, folder / "pictures/link.png");
    fs::create_directory_symlink(folder / "out", folder / "pictures/other");
    fs::create_symlink(folder / "pictures/c.png", folder / "pictures/inside.png");
    fs::create_symlink(folder / "pictures/nothing.png", folder / "pictures/lost.png");
    open("pictures");
    const auto table = ask_json("/api/table");
    EXPECT_EQ(table["pictures"]["name"], json::array({"c.png", "case 1/a.jpg", "case 1/b.png", "inside.png"}));
    EXPECT_THAT(table["notes"].dump(), HasSubstr("out of the folder"));
    EXPECT_THAT(table["notes"].dump(), HasSubstr("1 link leads to nothing"));
    EXPECT_EQ(decoded(show("inside.png")).cols, 284);

    // Replaced by a link after the list was made.
    const auto id = id_of("c.png");
    fs::remove(folder / "pictures/c.png");
    fs::create_symlink(secret, folder / "pictures/c.png");
    EXPECT_EQ(ask("/api/table/pictures/" + id + "/whole.jpg").status, 404);

    write_scores("../secret.png,.,50,50,ok,LUAD,0.9,0.1,0.9,0.4,,0.5,assumed,1,1,,\n" + secret.string() +
                 ",.,50,50,ok,LUAD,0.9,0.1,0.9,0.4,,0.5,assumed,1,1,,\nlink.png,.,50,50,ok,LUAD,0.9,0.1,0.9,0.4,,0.5,"
                 "assumed,1,1,,\n");
    open("out");
    EXPECT_THAT(ask_json("/api/table")["pictures"]["there"], Each(false));
    EXPECT_THAT(ask_json("/api/table")["notes"].dump(), HasSubstr("3 pictures lie outside of"));
    for (const std::string name : {"../secret.png", "link.png", secret.c_str()}) EXPECT_EQ(show(name).status, 404);
}

TEST_F(TableSiteTest, NothingButTheListedAddressesIsAnswered) {
    open("pictures");
    const auto id = id_of("c.png");
    for (const std::string path :
         {"", "/x", "/api", "/api/", "/api/table/", "/api/table/pictures", "/api/table/pictures/..",
          "/api/table/pictures/../c.png", "/api/table/pictures/c.png/whole.jpg", "/api/slides", "/etc/passwd",
          "/api/table/pictures/%2e%2e/whole.jpg", "/api/table/labels.csv", "/labels.csv", "\xff\xfe", "//"}) {
        EXPECT_EQ(ask(path).status, 404) << path;
    }
    EXPECT_EQ(ask("/api/table/pictures/" + id + "/c.png").status, 404);
    EXPECT_EQ(ask("/api/table/pictures/" + id + "/whole.jpg", "PUT").status, 404);
    EXPECT_EQ(ask("/api/table/labels", "DELETE").status, 405);
    EXPECT_EQ(ask("/api/table", "POST", "{}").status, 404);
}

TEST_F(TableSiteTest, ClassesAreSavedAndReadBackByEveryWindow) {
    open("pictures");
    const auto a = id_of("case 1/a.jpg"), c = id_of("c.png");
    const auto before = ask("/api/table/labels");
    EXPECT_EQ(json::parse(*before.body)["labels"], json::object());
    const auto saved = give({{a, "LUSC"}, {c, "Ignore*"}});
    ASSERT_EQ(saved.status, 200) << *saved.body;
    EXPECT_EQ(json::parse(*saved.body)["before"], before.etag);
    EXPECT_EQ(read_file(folder / "pictures/labels.csv").size(),
              std::string("file,class,group\nc.png,Ignore*,\ncase 1/a.jpg,LUSC,case 1\n").size());
    const auto after = ask("/api/table/labels");
    EXPECT_EQ(after.etag, saved.etag);
    EXPECT_EQ(json::parse(*after.body)["labels"], (json{{a, "LUSC"}, {c, "Ignore*"}}));
    EXPECT_EQ(ask("/api/table/labels", "GET", {}, after.etag).status, 304);
    // Another window changes another picture; a third sees both.
    give({{c, nullptr}});
    EXPECT_EQ(ask_json("/api/table/labels")["labels"], (json{{a, "LUSC"}}));
    EXPECT_EQ(ask_json("/api/table/labels")["others"], 0);
}

TEST_F(TableSiteTest, ClassesOfAnOutputFolderNameThePicturesWhereTheyLie) {
    write_scores("case 1/a.jpg,case 1,300,200,ok,LUSC,0.1,0.9,0.9,0.4,,0.5,assumed,1,1,,\n");
    open("out");
    EXPECT_EQ(give({{id_of("case 1/a.jpg"), "LUAD"}}).status, 200);
    EXPECT_EQ(read_file(folder / "out/labels.csv"),
              "file,class,group\n" + (folder / "pictures/case 1/a.jpg").string() + ",LUAD,case 1\n");
    open("out", folder / "mine");
    EXPECT_EQ(ask_json("/api/table/labels")["labels"], json::object()) << "another folder for one's own";
}

TEST_F(TableSiteTest, WhatIsNoClassOrNoPictureIsRefusedAndNothingIsSaved) {
    open("pictures");
    const auto a = id_of("case 1/a.jpg");
    for (const auto& labels : {json{{a, "Tumour"}}, json{{a, 1}}, json{{"0123456789abcdef", "LUAD"}},
                               json{{a, "LUAD"}, {"../c.png", "LUAD"}}, json::array({a})}) {
        EXPECT_EQ(give(labels).status, 400) << labels;
    }
    EXPECT_EQ(ask("/api/table/labels", "POST", "nonsense").status, 400);
    EXPECT_FALSE(fs::exists(folder / "pictures/labels.csv"));
}

TEST_F(TableSiteTest, AFolderThatCannotBeWrittenToIsToldAtOnce) {
    open("pictures", "/proc/nowhere");
    EXPECT_THAT(ask_json("/api/table")["label_obstacle"].get<std::string>(), HasSubstr("/proc"));
    EXPECT_EQ(give({{id_of("c.png"), "LUAD"}}).status, 500);
    open("pictures");
    EXPECT_TRUE(ask_json("/api/table")["label_obstacle"].is_null());
}

TEST_F(TableSiteTest, NamesOfAllBytesAreListedShownAndLabelled) {
    const std::vector<std::string> names = {"line\nbreak.png", "say \"x\".png", "<img src=x>.png", "\xE9t\xE9.png",
                                            " blank .png",     "a%2fb.png",     "s\xC3\xBC.png"};
    for (const auto& name : names) picture("odd/" + name, 40, 40);
    open("odd");
    const auto columns = ask_json("/api/table")["pictures"];
    ASSERT_EQ(columns["id"].size(), names.size());
    json all = json::object();
    for (const auto& id : columns["id"]) {
        EXPECT_EQ(decoded(ask("/api/table/pictures/" + id.get<std::string>() + "/thumbnail.jpg")).cols, 40);
        all[id.get<std::string>()] = "LUAD";
    }
    EXPECT_EQ(give(all).status, 200);
    open("odd");
    EXPECT_EQ(ask_json("/api/table/labels")["labels"], all);
}

TEST_F(TableSiteTest, ANameThatIsNoUtf8IsFoundBehindItsReplacementInScores) {
    picture("pictures/\xE9t\xE9.png", 40, 40);
    write_scores("\xEF\xBF\xBDt\xEF\xBF\xBD.png,.,40,40,ok,LUAD,0.9,0.1,0.9,0.4,,0.5,assumed,1,1,,\n");
    open("out");
    EXPECT_EQ(decoded(show("\xEF\xBF\xBDt\xEF\xBF\xBD.png")).cols, 40);
    picture("pictures/\xE8t\xE8.png", 40, 40);
    open("out");
    EXPECT_EQ(show("\xEF\xBF\xBDt\xEF\xBF\xBD.png").status, 404) << "which of two is meant cannot be told";
}

TEST_F(TableSiteTest, APlaceWithoutPicturesIsRefused) {
    fs::create_directories(folder / "empty");
    EXPECT_FALSE(has_pictures(folder / "empty"));
    EXPECT_FALSE(has_pictures(folder / "nowhere"));
    EXPECT_FALSE(has_scores(folder / "pictures"));
    EXPECT_THROW(ViewedPictures(folder / "empty"), Error);
    EXPECT_THROW(ViewedPictures(folder / "nowhere"), Error);
    EXPECT_TRUE(has_pictures(folder / "pictures/"));
}

TEST_F(TableSiteTest, ScoresThatAreStillWrittenAreReadAgain) {
    write_scores("c.png,.,800,900,ok,LUSC,0.1,0.9,0.9,0.4,,0.5,assumed,1,1,,\n");
    open("out/scores.csv");
    EXPECT_EQ(ask_json("/api/table")["pictures"]["id"].size(), 1U);
    write_scores(
        "c.png,.,800,900,ok,LUSC,0.1,0.9,0.9,0.4,,0.5,assumed,1,1,,\n"
        "case 1/a.jpg,case 1,300,200,ok,LUSC,0.1,0.9,0.9,0.4,,0.5,assumed,1,1,,\n");
    EXPECT_EQ(ask_json("/api/table")["pictures"]["id"].size(), 2U);
}

}  // namespace
}  // namespace slidetype::viewer

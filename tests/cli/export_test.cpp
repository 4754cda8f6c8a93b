// slidetype export, as its user meets it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "tests/cli/program.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::slidetype;
const std::string kSamples = std::string(SLIDETYPE_SOURCE_DIR) + "/sample_slides/";

TEST(Export, WritesOtherFormatsOfEverySlideWithoutScoringAgain) {
    const testing::TemporaryFolder folder;
    const auto out = (folder / "out").string();
    ASSERT_EQ(slidetype({"run", kSamples + "acinar.tiff", kSamples + "keratin.tiff", "-o", out, "-q"}).code, 0);
    const auto beside = slidetype({"export", out, "-f", "asap", "-f", "dsa", "-f", "heatmap-tif"});
    EXPECT_EQ(beside.code, 0) << beside.error;
    for (const char* name : {"acinar.xml", "acinar.dsa.json", "acinar.heatmap.tif"}) {
        EXPECT_TRUE(fs::exists(folder / "out/acinar" / name)) << name;
    }
    EXPECT_THAT(beside.out, HasSubstr("acinar: written to " + out + "/acinar\n"));

    write_file(folder / "out/acinar/tiles.csv", "index\n");
    const auto damaged = slidetype({"export", out, "-f", "asap"});
    EXPECT_EQ(damaged.code, 2);
    EXPECT_THAT(damaged.error, HasSubstr("tiles.csv"));
    EXPECT_THAT(damaged.out, HasSubstr("keratin: written"));
}

TEST(Export, LaysAllSlidesOutInOneFolderAsWsinferDoes) {
    const testing::TemporaryFolder folder;
    const auto out = (folder / "out").string();
    ASSERT_EQ(slidetype({"run", kSamples + "acinar.tiff", kSamples + "keratin.tiff", "-o", out, "-q"}).code, 0);
    const auto together = slidetype({"export", out, "-f", "wsinfer", "-f", "asap"});
    EXPECT_EQ(together.code, 0) << together.error;
    EXPECT_THAT(together.out, HasSubstr("acinar: written to " + out + "/wsinfer_results\n"));
    for (const std::string name : {"acinar", "keratin"}) {
        EXPECT_TRUE(fs::exists(folder / "out/wsinfer_results/model-outputs-csv" / (name + ".csv"))) << name;
        EXPECT_TRUE(fs::exists(folder / "out/wsinfer_results/model-outputs-geojson" / (name + ".geojson"))) << name;
        EXPECT_TRUE(fs::exists(folder / "out" / name / (name + ".xml"))) << name;
        EXPECT_FALSE(fs::exists(folder / "out" / name / "model-outputs-csv")) << name;
    }
    // It is no result, and takes no part in what the folder is used for later.
    EXPECT_EQ(slidetype({"export", out, "-f", "dsa"}).code, 0);
    EXPECT_FALSE(fs::exists(folder / "out/wsinfer_results/wsinfer_results.dsa.json"));

    const auto elsewhere = (folder / "elsewhere").string();
    EXPECT_EQ(slidetype({"export", out, "-f", "wsinfer", "-o", elsewhere}).code, 0);
    EXPECT_TRUE(fs::exists(folder / "elsewhere/model-outputs-csv/keratin.csv"));
    EXPECT_EQ(slidetype({"export", out + "/acinar", "-f", "wsinfer"}).code, 0);
    EXPECT_TRUE(fs::exists(folder / "out/acinar/wsinfer_results/model-outputs-csv/acinar.csv"));
}

TEST(Export, TheReportOfAFolderHasEverySlideAndLeadsToItsOwnReport) {
    const testing::TemporaryFolder folder;
    const auto out = (folder / "out").string();
    fs::copy_file(kSamples + "keratin.tiff", folder / "a <b>&'x'.tiff");
    slidetype({"run", (folder / "a <b>&'x'.tiff").string(), (folder / "gone.svs").string(), "-o", out, "-q"});
    ASSERT_EQ(slidetype({"export", out, "-f", "report"}).code, 0);
    const auto page = read_file(folder / "out/report.html");
    EXPECT_THAT(page,
                HasSubstr("<a href=\"a%20_b_%26%27x%27/a%20_b_%26%27x%27.report.html\">a _b_&amp;&#39;x&#39;</a>"));
    EXPECT_THAT(page, HasSubstr("data:image/jpeg;base64,"));
    EXPECT_THAT(page, HasSubstr("<b>failed</b>"));
    EXPECT_THAT(page, HasSubstr("gone.svs: does not exist"));
    EXPECT_EQ(page.find("<script"), std::string::npos);
    EXPECT_EQ(page.find("http://"), std::string::npos);
}

TEST(Export, NamesWhatIsWrong) {
    const testing::TemporaryFolder folder;
    EXPECT_THAT(slidetype({"export", folder.path().string(), "-f", "asap"}).error, HasSubstr("no complete result"));
    const auto unknown = slidetype({"export", folder.path().string(), "-f", "pdf"});
    EXPECT_EQ(unknown.code, 1);
    EXPECT_THAT(unknown.error, HasSubstr("Known are: asap"));
    EXPECT_THAT(slidetype({"export", "--help"}).out, HasSubstr("HistomicsUI"));
    EXPECT_THAT(slidetype({"export", "--help"}).out, HasSubstr("wsinfer_results in RESULTS"));
}

}  // namespace
}  // namespace slidetype

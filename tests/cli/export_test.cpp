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
    const auto together = slidetype({"export", out, "-f", "wsinfer", "-o", (folder / "wsinfer").string()});
    EXPECT_EQ(together.code, 0) << together.error;
    EXPECT_TRUE(fs::exists(folder / "wsinfer/model-outputs-csv/acinar.csv"));
    EXPECT_TRUE(fs::exists(folder / "wsinfer/model-outputs-csv/keratin.csv"));

    write_file(folder / "out/acinar/tiles.csv", "index\n");
    const auto damaged = slidetype({"export", out, "-f", "asap"});
    EXPECT_EQ(damaged.code, 2);
    EXPECT_THAT(damaged.error, HasSubstr("tiles.csv"));
    EXPECT_THAT(damaged.out, HasSubstr("keratin: written"));
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
}

}  // namespace
}  // namespace slidetype

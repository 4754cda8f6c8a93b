// `features` as a user calls it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "model/bags/feature_file.h"
#include "tests/cli/program.h"
#include "tests/plugin/tissue_slide.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::slidetype;

const fs::path kSlidesToEncode = fs::path(SLIDETYPE_SOURCE_DIR) / "sample_slides";

class Features : public ::testing::Test {
  protected:
    testing::Finished features(std::vector<std::string> arguments, const std::string& to = "out") {
        arguments.insert(arguments.begin(), "features");
        arguments.insert(arguments.end(), {"-o", (folder / to).string()});
        return slidetype(arguments);
    }
    testing::TemporaryFolder folder;
};

TEST_F(Features, OfASampleSlideAreTheSameToTheByteOnOneThreadAndOnThree) {
    const auto sample = (kSlidesToEncode / "keratin.tiff").string();
    const auto one = features({sample, "-t", "1"}, "one");
    ASSERT_EQ(one.code, 0) << one.error;
    EXPECT_THAT(one.out, AllOf(HasSubstr("1 slide, "), HasSubstr("numbers each of slidetype-compact"), HasSubstr("MB"),
                               HasSubstr("tiles/s")));
    ASSERT_EQ(features({sample, "-t", "3"}, "three").code, 0);
    EXPECT_EQ(read_file(folder / "one" / "keratin.h5"), read_file(folder / "three" / "keratin.h5"));
    EXPECT_GT(read_bag_head(folder / "one" / "keratin.h5").tiles, 0U);
}

TEST_F(Features, ReportABrokenSlideAndSkipWhatIsComplete) {
    fs::create_directories(folder / "slides");
    testing::write_tissue_slide(folder / "slides" / "a.tiff", 900, 800);
    write_file(folder / "slides" / "b.svs", "no slide");
    const auto slides = (folder / "slides").string();
    const auto first = features({slides});
    EXPECT_EQ(first.code, 2);
    EXPECT_THAT(first.error, AllOf(HasSubstr("[1/2] a.tiff: "), HasSubstr("Not encoded:"), HasSubstr("b.svs"),
                                   HasSubstr("(unsupported)")));
    EXPECT_THAT(read_file(folder / "out" / "features.csv"), AllOf(HasSubstr(",a.h5,"), HasSubstr(",failed,")));
    const auto again = features({slides, "--layout", "slidetype"});
    EXPECT_EQ(again.code, 2);
    EXPECT_THAT(again.error, HasSubstr("a.tiff: complete already, skipped"));
    EXPECT_EQ(features({(folder / "slides" / "b.svs").string()}).code, 3);
    fs::remove(folder / "slides" / "b.svs");
    EXPECT_THAT(features({slides, "--layout", "stamp"}).error, HasSubstr("done again: its file is of other settings"));
}

TEST_F(Features, SayWhatIsMissingForAnEncoderInAnOnnxFile) {
    write_file(folder / "net.onnx", "no matter");
    write_file(folder / "net.json", R"({"name": "net", "patch_size_pixels": 32, "spacing_um_px": 1, "dimension": 8})");
    const auto run =
        testing::run_program("/usr/bin/env", {"SLIDETYPE_ONNXRUNTIME=/nowhere/onnx.so", SLIDETYPE_PROGRAM, "features",
                                              (kSlidesToEncode / "keratin.tiff").string(), "--encoder",
                                              (folder / "net.onnx").string(), "-o", (folder / "out").string()});
    EXPECT_EQ(run.code, 1);
    EXPECT_THAT(run.error, AllOf(HasSubstr("ONNX Runtime"), HasSubstr("make onnx")));
    EXPECT_FALSE(fs::exists(folder / "out"));
}

TEST_F(Features, SayWhatIsWrongWithTheRequest) {
    const auto nothing = features({(folder / "absent").string() + "/*.svs"});
    EXPECT_EQ(nothing.code, 1);
    EXPECT_THAT(nothing.error, HasSubstr("matches no file"));
    const auto encoder = features({(kSlidesToEncode / "keratin.tiff").string(), "--encoder", "no_such"});
    EXPECT_EQ(encoder.code, 1);
    EXPECT_THAT(encoder.error, AllOf(HasSubstr("no_such"), HasSubstr("encoder.json")));
    EXPECT_EQ(features({(kSlidesToEncode / "keratin.tiff").string(), "--layout", "another"}).code, 1);
    EXPECT_FALSE(fs::exists(folder / "out"));
}

}  // namespace
}  // namespace slidetype

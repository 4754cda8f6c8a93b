// What the documents promise is what the program does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/atomic_file.h"
#include "base/error.h"
#include "model/network/model_directory.h"
#include "plugin/analysis/slide_call.h"
#include "plugin/results/export_format.h"
#include "plugin/results/exporter.h"

namespace slidetype {
namespace {

using ::testing::HasSubstr;
const std::filesystem::path kRoot = SLIDETYPE_SOURCE_DIR;

TEST(Formats, NamesEveryFileStatusCallAndErrorCode) {
    const auto text = read_file(kRoot / "docs/formats.md");
    for (const auto& exporter : exporters()) EXPECT_THAT(text, HasSubstr(std::string(exporter.file_name)));
    for (const auto& format : export_formats()) EXPECT_THAT(text, HasSubstr("| `" + std::string(format.name) + "` |"));
    for (int i = 0; i < kTileStatusCount; ++i) {
        EXPECT_THAT(text, HasSubstr("`" + std::string(to_string(static_cast<TileStatus>(i))) + "`"));
    }
    for (int label = 0; label < kCallLabelCount; ++label) {
        EXPECT_THAT(text, HasSubstr("`" + std::string(to_string(static_cast<CallLabel>(label))) + "`"));
    }
    for (int code = 0; code <= static_cast<int>(ErrorCode::memory); ++code) {
        EXPECT_THAT(text, HasSubstr("`" + std::string(to_string(static_cast<ErrorCode>(code))) + "`"));
    }
}

TEST(Readme, NamesTheTwoCommandsAndThePictureThatItShows) {
    const auto text = read_file(kRoot / "README.md");
    EXPECT_THAT(text, HasSubstr("make demo"));
    EXPECT_THAT(text, HasSubstr("make test"));
    EXPECT_THAT(text, HasSubstr("docs/images/overlay.png"));
    EXPECT_TRUE(std::filesystem::exists(kRoot / "docs/images/overlay.png"));
}

TEST(ModelCard, NamesTheHashOfTheWeightsItDescribes) {
    const auto folder = kRoot / "model/pretrained/compact";
    EXPECT_THAT(read_file(folder / "README.md"), HasSubstr(read_model_directory(folder).sha256));
}

/// What stands between a mark and the next "up to here": scripts cannot share code but by having it twice.
std::string shared_part(const std::string& script, const std::string& mark) {
    const auto text = read_file(kRoot / "plugin/qupath" / script);
    const auto begin = text.find("// ---- The same in " + mark);
    return begin == std::string::npos ? script + " has no mark"
                                      : text.substr(begin, text.find("up to here", begin) - begin);
}

TEST(QuPathScripts, AgreeOnWhereSlidesAndResultsAre) {
    const auto folder = kRoot / "plugin/qupath";
    const auto all = shared_part("import_result.groovy", "all three");
    EXPECT_EQ(shared_part("run_on_image.groovy", "all three"), all);
    EXPECT_EQ(shared_part("export_annotations.groovy", "all three"), all);
    EXPECT_EQ(shared_part("run_on_image.groovy", "import_result"),
              shared_part("import_result.groovy", "import_result"));
    for (const auto& script : std::filesystem::directory_iterator(folder)) {
        EXPECT_THAT(read_file(kRoot / "docs/qupath.md"), HasSubstr(script.path().filename().string()));
    }
}

}  // namespace
}  // namespace slidetype

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

TEST(QuPathScripts, AreNamedInTheirPage) {
    const auto page = read_file(kRoot / "docs/qupath.md");
    std::size_t scripts = 0;
    for (const auto& file : std::filesystem::directory_iterator(kRoot / "plugin/qupath")) {
        if (file.path().extension() != ".groovy") continue;
        ++scripts;
        EXPECT_THAT(page, HasSubstr(file.path().filename().string()));
    }
    EXPECT_EQ(scripts, 3U);
}

}  // namespace
}  // namespace slidetype

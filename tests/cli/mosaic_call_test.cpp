// Slides put together from real tiles of images that the shipped model was not trained on (fold 4): their calls must be
// right.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "tests/cli/program.h"
#include "tests/support.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class MosaicOfRealTiles : public ::testing::Test {
  protected:
    /// A mosaic of fold 4 with eight of the given rows, run with the default model; its summary.
    json summary_of(const fs::path& groups, const std::string& row, const std::string& name) {
        std::string layout = row;
        for (int i = 1; i < 8; ++i) layout += "/" + row;
        const auto slide = (folder / (name + ".tiff")).string();
        const auto tiles = [&](const char* key, const char* place) {
            return std::vector<std::string>{"--tiles", std::string(key) + "=" + (folder / place).string()};
        };
        std::vector<std::string> arguments = {
            "--layout", layout,          "--key",  "A=LUAD", "--key",     "S=LUSC", "--key", "N=Normal",
            "--groups", groups.string(), "--fold", "4",      "--spacing", "0.5",    "-o",    slide};
        for (const auto& each : {tiles("LUAD", "lung_aca"), tiles("LUSC", "lung_scc"), tiles("Normal", "lung_n")}) {
            arguments.insert(arguments.end(), each.begin(), each.end());
        }
        const auto made = testing::run_program(SLIDETYPE_MOSAIC, arguments);
        EXPECT_EQ(made.code, 0) << made.error;
        const auto run = testing::slidetype({"run", slide, "-o", (folder / "out").string(), "-q"});
        EXPECT_EQ(run.code, 0) << run.error;
        return json::parse(read_file(folder / "out" / name / "summary.json"));
    }
    testing::TemporaryFolder folder;
};

TEST_F(MosaicOfRealTiles, IsCalledByItsTiles) {
    SLIDETYPE_SHARED_OR_SKIP(tiles, "lc25000_lung_224_dev.tar");
    SLIDETYPE_SHARED_OR_SKIP(groups, "groups.csv");
    ASSERT_EQ(testing::run_program("/bin/tar", {"-xf", tiles.string(), "-C", folder.path().string()}).code, 0);

    const auto luad = summary_of(groups, "AAAAAAAAAAAA", "luad");
    EXPECT_EQ(luad["call"]["label"], "LUAD");
    EXPECT_LT(luad["call"]["prob_LUSC"], 0.3);
    const auto lusc = summary_of(groups, "SSSSSSSSSSSS", "lusc");
    EXPECT_EQ(lusc["call"]["label"], "LUSC");
    EXPECT_GT(lusc["call"]["prob_LUSC"], 0.7);
    EXPECT_EQ(summary_of(groups, "AAAAAASSSSSS", "mixed")["call"]["label"], "mixed");
    if (luad["model"]["gate"].is_null()) GTEST_SKIP() << "the default model has no tumour gate";
    const auto normal = summary_of(groups, "NNNNNNNNNNNN", "normal");
    EXPECT_EQ(normal["call"]["label"], "insufficient") << normal["call"]["reason"];
    EXPECT_GT(normal["benign_area_mm2"], 0.9 * normal["call"]["scored_area_mm2"].get<double>());
    // Normal lung beside tumour leaves the call as it is. With six columns of tumour (0.8 mm², four blocks) the
    // interval of some slides just reaches one half.
    EXPECT_EQ(summary_of(groups, "NNNNNNNNNSSSSSSSSS", "beside_lusc")["call"]["label"], "LUSC");
    EXPECT_EQ(summary_of(groups, "NNNNNNNNNAAAAAAAAA", "beside_luad")["call"]["label"], "LUAD");
}

}  // namespace
}  // namespace slidetype

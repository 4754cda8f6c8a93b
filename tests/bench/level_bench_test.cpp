// The same tissue scores the same, whatever levels the file has.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "bench/levels/one_level.h"
#include "bench/levels/score_change.h"
#include "model/network/installed_models.h"
#include "sample_slides/pyramid_tiff.h"
#include "tests/support.h"
#include "tests/tiler/tiff_slide.h"

namespace slidetype::bench {
namespace {

using namespace ::slidetype::testing;
namespace fs = std::filesystem;

constexpr double kMostOnAverage = 0.015;

const Engine& shipped_model() {
    static const Engine engine(read_model_directory(find_model(kDefaultModel)));
    return engine;
}

/// One of the painted slides, as if it had been scanned finer, with levels each `step` times smaller than the last.
void write_finer_scan(const fs::path& file, const char* painted, double um_px, int step) {
    const Slide slide(fs::path(SLIDETYPE_SOURCE_DIR) / "sample_slides" / painted);
    const Rect part{0, 0, std::min<std::int64_t>(slide.width(), 4096), std::min<std::int64_t>(slide.height(), 4096)};
    PyramidOptions options;
    options.spacing_um_px = um_px;
    options.step = step;
    write_pyramid_tiff(file, slide.read(0, part), options);
}

void expect_within_goal(const ScoreChange& change, const std::string& what) {
    EXPECT_GT(change.tiles, 0U) << what;
    EXPECT_LE(change.mean, kMostOnAverage) << what;
    EXPECT_EQ(change.far, 0U) << what << ", the farthest by " << change.most;
}

/// The slide, its finest level alone, and what WSInfer would read.
void expect_the_same_answer(const fs::path& slide, const AnalyseOptions& options) {
    const TemporaryFolder folder;
    write_one_level(slide, folder / "one_level.tiff");
    const auto result = shipped_model().analyse(slide, options);
    expect_within_goal(score_change(result, shipped_model().analyse(folder / "one_level.tiff", options)),
                       slide.filename().string() + " without its pyramid");
    expect_within_goal(change_from_full_size(shipped_model(), result),
                       slide.filename().string() + " as WSInfer reads it");
}

TEST(OneLevel, HoldsThePixelsOfTheFinestLevelAndNoOther) {
    const TemporaryFolder folder;
    write_finer_scan(folder / "slide.tiff", "keratin.tiff", 0.25, 2);
    write_one_level(folder / "slide.tiff", folder / "alone.tiff");
    const Slide slide(folder / "slide.tiff"), alone(folder / "alone.tiff");
    EXPECT_GT(slide.levels().size(), 1U);
    EXPECT_EQ(alone.levels().size(), 1U);
    EXPECT_EQ(alone.spacing().x_um_px, slide.spacing().x_um_px);
    const Rect all{0, 0, slide.width(), slide.height()};
    EXPECT_EQ(alone.read(0, all).pixels, slide.read(0, all).pixels);
}

TEST(OneLevel, OfWhatIsNoTiffIsRefused) {
    const TemporaryFolder folder;
    std::ofstream(folder / "slide.svs") << "nothing";
    try {
        write_one_level(folder / "slide.svs", folder / "alone.tiff");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::unsupported);
    }
}

TEST(ScoresOfASlide, DoNotDependOnTheLevelsOfItsFile) {
    const TemporaryFolder folder;
    for (const int step : {2, 4}) {
        const auto file = folder / ("by" + std::to_string(step) + ".tiff");
        write_finer_scan(file, "keratin.tiff", 0.25, step);
        expect_the_same_answer(file, {});
    }
}

TEST(ScoresOfASlide, WouldDependOnALevelThatIsHardlyFinerThanTheModel) {
    const TemporaryFolder folder;
    write_finer_scan(folder / "slide.tiff", "keratin.tiff", 0.25, 4);
    const auto result = shipped_model().analyse(folder / "slide.tiff", {});
    ASSERT_EQ(result.grid.level, 0);
    const auto change = score_change(result, analysed_from_level(shipped_model(), folder / "slide.tiff", {}, 1));
    EXPECT_GT(change.mean, 0) << "or the test above shows nothing";
}

TEST(ScoresOfASlide, OfGenuineTissueDoNotDependOnTheLevelsOfItsFile) {
    SLIDETYPE_SHARED_OR_SKIP(slide, "scanner/slides/lung_squamous_HE3.tif");
    AnalyseOptions options;
    options.spacing_um_px = 0.27;
    expect_the_same_answer(slide, options);
}

}  // namespace
}  // namespace slidetype::bench

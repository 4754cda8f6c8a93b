#include "bench/ablation/ablation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "base/atomic_file.h"
#include "base/error.h"
#include "bench/ablation/ablation_tiles.h"
#include "bench/ablation/picture_change.h"
#include "tests/bench/coloured_pictures.h"
#include "tests/cli/program.h"
#include "tests/plugin/gated_model.h"
#include "tests/support.h"

namespace slidetype::bench {
namespace {

using ::testing::HasSubstr;

const std::filesystem::path kProject = SLIDETYPE_SOURCE_DIR;

/// Waves of `periods` across a tile of 32 px, of this contrast, round this grey.
RgbImage wave_tile(double periods, double contrast, double grey = 128) {
    RgbImage tile(32, 32);
    for (int y = 0; y < 32; ++y) {
        for (int x = 0; x < 32; ++x) {
            const double value = grey * std::exp(contrast * std::sin(2 * 3.14159265358979 * periods * x / 32));
            std::fill_n(tile.at(x, y), 3, static_cast<std::uint8_t>(std::lround(std::min(value, 255.0))));
        }
    }
    return tile;
}

/// Pixels of all colours round a middle.
RgbImage coloured_tile(int red, int green, int blue) {
    RgbImage tile(32, 32);
    for (int y = 0; y < 32; ++y) {
        for (int x = 0; x < 32; ++x) {
            tile.at(x, y)[0] = static_cast<std::uint8_t>(red + x);
            tile.at(x, y)[1] = static_cast<std::uint8_t>(green + y);
            tile.at(x, y)[2] = static_cast<std::uint8_t>(blue + (x * 7 + y * 3) % 23);
        }
    }
    return tile;
}

double largest_difference(const RgbImage& a, const RgbImage& b) {
    int largest = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i) largest = std::max(largest, std::abs(a.pixels[i] - b.pixels[i]));
    return largest;
}

TEST(PictureChange, ColoursBecomeThoseOfTheOtherTiles) {
    const std::array one = {1.0};
    const auto from = coloured_tile(90, 60, 150), to = coloured_tile(140, 100, 110);
    const auto a = colour_moments({&from, 1}, one), b = colour_moments({&to, 1}, one);
    const auto changed = with_colour(from, a, b);
    const auto reached = colour_moments({&changed, 1}, one);
    for (std::size_t c = 0; c < 3; ++c) {
        EXPECT_NEAR(reached.mean[c], b.mean[c], 0.005);
        for (std::size_t d = 0; d < 3; ++d) EXPECT_NEAR(reached.covariance[c][d], b.covariance[c][d], 0.001);
    }
    EXPECT_LE(largest_difference(with_colour(from, a, a), from), 1) << "its own colours change nothing";
}

TEST(PictureChange, WavesGetTheEnergyOfTheOtherTilesAndTheMeanStays) {
    const std::array one = {1.0};
    const auto weak = with_noise(RgbImage(32, 32, 128), 4, 1), strong = with_noise(RgbImage(32, 32, 90), 12, 2);
    const auto from = band_energy({&weak, 1}, one), to = band_energy({&strong, 1}, one);
    const auto changed = with_sharpness(weak, from, to);
    const auto reached = band_energy({&changed, 1}, one);
    const auto middle = [](const BandEnergy& energy) {
        return std::accumulate(energy[1].begin() + 3, energy[1].begin() + 13, 0.0);
    };
    EXPECT_GT(middle(to), 5 * middle(from));
    EXPECT_NEAR(middle(reached) / middle(to), 1, 0.25);
    const auto before = colour_moments({&weak, 1}, one), after = colour_moments({&changed, 1}, one);
    EXPECT_NEAR(after.mean[0], before.mean[0], 0.01);
    EXPECT_LE(largest_difference(with_sharpness(weak, from, from), weak), 1);
}

TEST(PictureChange, CoarseContrastSeesLongWavesAlone) {
    EXPECT_GT(coarse_contrast(wave_tile(1, 0.3)), coarse_contrast(wave_tile(1, 0.1)) + 1);
    EXPECT_GT(coarse_contrast(wave_tile(1, 0.1)), coarse_contrast(wave_tile(8, 0.3)));
}

TEST(PictureChange, NoiseIsTheSameEachTimeAndAsStrongAsAsked) {
    const RgbImage grey(32, 32, 128);
    const auto noisy = with_noise(grey, 6, 1);
    EXPECT_EQ(noisy.pixels, with_noise(grey, 6, 1).pixels);
    double squares = 0;
    for (const auto value : noisy.pixels) squares += (value - 128.0) * (value - 128.0);
    EXPECT_NEAR(std::sqrt(squares / static_cast<double>(noisy.pixels.size())), 6, 0.5);
}

TEST(PictureChange, AShareOfTheTileIsReplacedAndTheFieldGrows) {
    const RgbImage black(8, 8, 0), white(8, 8, 255);
    const auto half = with_left(black, white, 0.5);
    EXPECT_EQ(*half.at(3, 4), 255);
    EXPECT_EQ(*half.at(4, 4), 0);
    EXPECT_EQ(with_field(half, 1).pixels, half.pixels);
    // Twice the field: a white stripe of two pixels, and its mirror image to the left of it.
    const auto wide = with_field(with_left(black, white, 0.25), 2);
    EXPECT_LT(*wide.at(0, 4), 128);
    EXPECT_GT(*wide.at(1, 4), 128) << "the mirror image";
    EXPECT_GT(*wide.at(2, 4), 128);
    EXPECT_LT(*wide.at(4, 4), 128);
}

TEST(AblationTiles, ClassesAndSourceImagesWeighTheSame) {
    AblationTiles tiles;
    for (const auto* unit : {"a", "a", "a", "b"}) tiles.add(RgbImage(1, 1), 0, unit);
    tiles.add(RgbImage(1, 1), 1, "c");
    const auto weights = tiles.weights();
    EXPECT_DOUBLE_EQ(weights[0], 0.5 / 2 / 3);
    EXPECT_DOUBLE_EQ(weights[3], 0.5 / 2);
    EXPECT_DOUBLE_EQ(weights[4], 0.5);
    EXPECT_EQ(tiles.units(0), 2U);
    const auto by_unit = tiles.by_unit({1, 2, 3, 4, 5});
    EXPECT_EQ(by_unit[0], (std::vector<std::vector<double>>{{1, 2, 3}, {4}}));
    EXPECT_EQ(by_unit[1], (std::vector<std::vector<double>>{{5}}));
}

AblationResult small_result() {
    AblationResult result{"mine", "a model", "0123456789abcdef", 4, 7, 2, 3, {}};
    AblationRow row;
    row.domain = "photographs", row.key = "colour", row.title = "colours of the scanners";
    row.by_tile = {0.875, {0.5, 1}}, row.by_patient.value = 0.75;
    row.prob_luad = 0.25, row.prob_lusc = 0.5, row.right = 0.7, row.unfamiliar = 0.1;
    result.rows.push_back(row);
    return result;
}

TEST(AblationPage, IsReadAsItWasWrittenAndShowsEachFigure) {
    const testing::TemporaryFolder folder;
    write_ablation(folder.path(), small_result());
    const auto read = read_ablations({folder.path()});
    ASSERT_EQ(read.size(), 1U);
    EXPECT_EQ(render_ablation("{{mine photographs colour auc}} {{mine photographs colour unfamiliar}}", read),
              "0.88 10 %");
    EXPECT_EQ(render_ablation("{{mine scanner colour auc}}", read), "not run");
    EXPECT_THAT(
        render_ablation("{{table photographs}}\n", read),
        HasSubstr("| colours of the scanners | `mine` | 0.88 (0.50 to 1.00) | 0.75 | 0.25 | 0.50 | 70 % | 10 % |"));
    EXPECT_THAT(render_ablation("{{facts}}", read), HasSubstr("photographs of 7 source images of fold 4"));
    EXPECT_THROW(render_ablation("{{mine photographs colour beauty}}", read), Error);
}

TEST(AblationPage, IsWhatTheStoredResultsSay) {
    const auto page = render_ablation(read_file(kProject / "bench/ablation/scanner-tissue.md.in"),
                                      read_ablations({kProject / "bench/results"}));
    EXPECT_EQ(page, read_file(kProject / "docs/scanner-tissue.md")) << "Run `make model-card`.";
    EXPECT_EQ(page.find("not run"), std::string::npos);
}

TEST(Ablation, NeedsThePicturesOfAFold) {
    const testing::TemporaryFolder folder;
    const auto manifest = testing::write_coloured_pictures(folder / "pictures", 2, 2);
    const auto dataset = read_dataset(manifest);
    const auto tiles = photograph_tiles(dataset, 0, false, 16, 1);
    EXPECT_EQ(tiles.size(), tiles.units(0) + tiles.units(1)) << "one of each source image";
    EXPECT_EQ(tiles.tiles[0].width, 16);
    EXPECT_THROW(photograph_tiles(dataset, 9, false, 16, 1), Error);
}

}  // namespace
}  // namespace slidetype::bench

#include "plugin/cohorts/attended_tiles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "base/atomic_file.h"
#include "base/pictures/image_file.h"
#include "model/data/manifest.h"
#include "model/network/installed_models.h"
#include "plugin/cohorts/attended_cut.h"
#include "plugin/cohorts/diagnosis_training.h"
#include "tests/plugin/cohorts/made_features.h"
#include "tests/plugin/gated_model.h"
#include "tests/plugin/tissue_slide.h"
#include "tests/support.h"
#include "tests/tiler/expect_error.h"
#include "tiler/tiles/tile_reader.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::size_t kSlides = 16;
constexpr int kTelling = 5;  ///< every fifth tile of made features tells the class

/// Made features of slides that are there, heads that were taught by them, and what they pick.
class AttendedTilesTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        shared_ = new testing::TemporaryFolder;
        const auto study = testing::made_study(*shared_ / "study", kSlides);
        write_heads(study, *shared_ / "heads", HeadLoss::bag);
        fs::create_directories(*shared_ / "slides");
        testing::write_tissue_slide(*shared_ / "slide.tiff", 2048, 1280);
        std::ofstream table(*shared_ / "cohort.csv");
        table << "slide,label,patient,split\n";
        for (std::size_t i = 0; i < kSlides; ++i) {
            const auto name = "slides/slide" + std::to_string(i) + ".tiff";
            fs::create_hard_link(*shared_ / "slide.tiff", *shared_ / name);
            // Slides 0 and 2 are of one patient; the last two are for the test.
            table << name << ',' << (i % 2 == 1 ? "LUSC" : "LUAD") << ",p" << (i == 2 ? 0 : i)
                  << (i + 2 >= kSlides ? ",test\n" : ",train\n");
        }
    }
    static void TearDownTestSuite() { delete shared_; }

    static void write_heads(const testing::MadeStudy& study, const fs::path& folder, HeadLoss loss) {
        HeadOptions options;
        options.loss = loss;
        options.epochs = 12, options.hidden = 16, options.attention = 8, options.tiles = 32;
        options.learning_rate = 5e-3;
        const auto bags = read_cohort_bags(read_cohort(study.table, {.root = {}, .features = study.features}),
                                           std::nullopt, 1U << 30, 1);
        write_learned_model(learn_from_diagnoses(bags, {}, options), bags, folder, "made", "");
    }
    static fs::path shared(const std::string& name) { return *shared_ / name; }
    static ModelDirectory heads() { return read_model_directory(shared("heads")); }

    static CohortBags bags_of(const fs::path& table, const fs::path& features) {
        auto cohort = read_cohort(table, {.root = {}, .features = features});
        EXPECT_EQ(leave_out_test_slides(cohort), 2U);
        return read_cohort_bags(std::move(cohort), std::nullopt, 1U << 30, 1);
    }
    static CohortBags bags() { return bags_of(shared("cohort.csv"), shared("study/features")); }
    static AttendedTiles pick(const CohortBags& bags, int threads = 1, std::size_t most = 6) {
        return pick_attended_tiles(bags, heads(), {.attended = 0.2, .unattended = 0.2, .most = most}, threads);
    }
    PlacedCut cut(const AttendedTiles& tiles, const std::string& into, int threads = 1, int patch_px = 112) const {
        return cut_attended_tiles(tiles, folder / into,
                                  {.patch_size_px = patch_px, .spacing_um_px = 128.0 / 112, .threads = threads});
    }
    /// The same bags in another layout.
    CohortBags bags_in(FeatureLayout layout) const {
        const std::string name(to_string(layout));
        testing::made_study(folder / name, kSlides, layout, FeatureNumbers::single);
        return bags_of(shared("cohort.csv"), folder / name / "features");
    }
    static std::string problem_of(const PlacedCut& cut) { return cut.problems.empty() ? "" : cut.problems.front(); }

    testing::TemporaryFolder folder;

  private:
    static inline testing::TemporaryFolder* shared_ = nullptr;
};

/// The number of a made tile by its place.
int number_of(const AttendedTile& tile) {
    return static_cast<int>(tile.place.y / 256) * 8 + static_cast<int>(tile.place.x / 256);
}

TEST_F(AttendedTilesTest, AreTumourWhereTheClassIsToldAndBenignElsewhere) {
    const auto tiles = pick(bags(), 1, 40);
    EXPECT_THAT(tiles.problems, IsEmpty());
    EXPECT_EQ(tiles.slides.size(), kSlides - 2) << "but those for the test";
    EXPECT_GT(tiles.picked[0], 20U);
    EXPECT_GT(tiles.picked[1], 20U);
    EXPECT_GT(tiles.picked[2], 20U);
    for (const auto& slide : tiles.slides) {
        for (const auto& tile : slide.tiles) {
            const bool telling = number_of(tile) % kTelling == 0;
            EXPECT_EQ(telling, tile.label != kBenignLabel) << slide.slide.name << " " << number_of(tile);
            EXPECT_EQ(tile.label, telling ? slide.slide.label : kBenignLabel);
        }
    }
}

TEST_F(AttendedTilesTest, OfAPatientAreNoMoreWithSeveralSlides) {
    const auto tiles = pick(bags(), 1, 4);
    std::map<std::string, int> tumour;
    for (const auto& slide : tiles.slides) {
        for (const auto& tile : slide.tiles) tumour[slide.slide.patient] += tile.label == kBenignLabel ? 0 : 1;
    }
    EXPECT_THAT(tumour, Contains(::testing::Pair("p0", ::testing::Gt(1))));
    for (const auto& [patient, count] : tumour) EXPECT_LE(count, 4) << patient;
}

TEST_F(AttendedTilesTest, AreCutAsRunWouldReadThemAndListed) {
    const auto tiles = pick(bags());
    const auto made = cut(tiles, "tiles");
    EXPECT_THAT(made.problems, IsEmpty());
    EXPECT_EQ(made.tiles, tiles.picked);
    const auto dataset = read_dataset(made.manifest);
    EXPECT_EQ(dataset.tiles.size(), tiles.picked[0] + tiles.picked[1] + tiles.picked[2]);
    EXPECT_FALSE(dataset.has_parts) << "a table that only keeps the test apart does not say who validates";
    EXPECT_THAT(dataset.tiles, Contains(::testing::Field(&LabelledTile::group, "p0")));

    write_file(folder / "picked.csv", picked_tiles_csv(tiles, made));
    const auto table = read_own_table(
        folder / "picked.csv", {"slide", "x", "y", "width", "label", "file", "attention_percentile", "prob_lusc"});
    ASSERT_EQ(table.rows.size(), dataset.tiles.size());
    const auto& row = table.rows.front();
    const Rect rect{table.integer(row, "x"), table.integer(row, "y"), 256, 256};
    const Slide slide(table.at(row, "slide"));
    const auto grid = make_grid(slide, slide.spacing(), TissueMask{}, nullptr, {112, 128.0 / 112, 0, 0});
    const auto tile = static_cast<std::size_t>(std::ranges::find(grid.tiles, rect, &Tile::rect) - grid.tiles.begin());
    ASSERT_LT(tile, grid.tiles.size()) << "features of the same tiles lie on the grid";
    const auto pixels = TileReader(slide, grid).read({{tile}, rect});
    EXPECT_EQ(read_image(folder / "tiles" / table.at(row, "file")).pixels, pixels.pixels);
}

TEST_F(AttendedTilesTest, AreTheSameForAnyNumberOfThreads) {
    const auto all = bags();
    const auto one = pick(all, 1), three = pick(all, 3);
    EXPECT_EQ(picked_tiles_csv(one, cut(one, "one", 1)), picked_tiles_csv(three, cut(three, "three", 3)));
    EXPECT_EQ(read_file(folder / "one/manifest.csv"), read_file(folder / "three/manifest.csv"));
}

TEST_F(AttendedTilesTest, AreTheSameByPlacesInMicrometres) {
    const auto ours = pick(bags()), theirs = pick(bags_in(FeatureLayout::stamp));
    EXPECT_EQ(picked_tiles_csv(ours, cut(ours, "ours")), picked_tiles_csv(theirs, cut(theirs, "theirs")));
}

TEST_F(AttendedTilesTest, OfFilesThatDoNotSayHowLargeTilesAreAreRefused) {
    auto all = bags_in(FeatureLayout::clam);
    all.encoder.path.clear();
    const auto tiles = pick(all);
    const auto error = testing::error_of([&] { cut(tiles, "tiles"); });
    EXPECT_THAT(error.what(), HasSubstr("does not say how large its tiles are"));
}

TEST_F(AttendedTilesTest, OfAnotherWidthThanTheFieldAreRefused) {
    const auto tiles = pick(bags());
    EXPECT_NO_THROW(cut(tiles, "nearly", 1, 200)) << "round the same centres";
    const auto error = testing::error_of([&] { cut(tiles, "tiles", 1, 400); });
    EXPECT_THAT(error.what(), AllOf(HasSubstr("128 um wide"), HasSubstr("457 um")));
}

TEST_F(AttendedTilesTest, OfFeaturesOfAnotherSlideAreRefusedSlideBySlide) {
    auto all = bags();
    testing::write_tissue_slide(folder / "small.tiff", 600, 600);
    all.cohort.slides.front().file = folder / "small.tiff";
    const auto made = cut(pick(all), "tiles");
    EXPECT_THAT(problem_of(made), AllOf(HasSubstr("small.tiff"), HasSubstr("600 x 600")));
    EXPECT_EQ(made.slides, kSlides - 3);
}

TEST_F(AttendedTilesTest, NeedThePixelsAndNotFeaturesAlone) {
    auto cohort = read_cohort(shared("study/cohort.csv"), {.root = {}, .features = shared("study/features")});
    const auto all = read_cohort_bags(std::move(cohort), std::nullopt, 1U << 30, 1);
    const auto error = testing::error_of([&] { pick(all); });
    EXPECT_EQ(error.code(), ErrorCode::bad_data);
    EXPECT_THAT(error.what(), HasSubstr("only the features of this slide are there"));
}

TEST_F(AttendedTilesTest, NeedFeaturesOfTheHeadsEncoder) {
    auto all = bags();
    all.encoder.dimension = 7;
    EXPECT_THAT(testing::error_of([&] { pick(all); }).what(), HasSubstr("7 numbers a tile"));
}

TEST_F(AttendedTilesTest, NeedHeadsThatHaveAttention) {
    write_heads({shared("study/cohort.csv"), shared("study/features")}, folder / "each", HeadLoss::each_tile);
    const auto error = testing::error_of([&] { require_attention(read_model_directory(folder / "each")); });
    EXPECT_EQ(error.code(), ErrorCode::usage);
    EXPECT_THAT(error.what(), HasSubstr("each-tile"));
    const auto network = testing::error_of([&] { require_attention(read_model_directory(find_model("compact"))); });
    EXPECT_THAT(network.what(), HasSubstr("no model of heads"));
}

TEST_F(AttendedTilesTest, OfAClassAtWhichNoHeadLooksAreMissed) {
    auto all = bags();
    for (auto& slide : all.cohort.slides) slide.label = 0;
    const auto error = testing::error_of([&] { pick(all); });
    EXPECT_THAT(error.what(), HasSubstr("no tile of LUSC"));
    EXPECT_THAT(error.hint(), HasSubstr("--attended"));
}

}  // namespace
}  // namespace slidetype

// Tiles that heads looked at as pictures of the slides.
#include "plugin/cohorts/attended_pictures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/atomic_file.h"
#include "tests/support.h"
#include "tiler/tiles/tile_reader.h"

namespace slidetype {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int kPatch = 112;
constexpr double kSpacing = 1.14;

std::filesystem::path sample_slide() {
    return std::filesystem::path(SLIDETYPE_SOURCE_DIR) / "sample_slides/keratin.tiff";
}

/// A cohort of one patient per slide, in which the first tile is attended most and the second least.
struct Looked {
    CohortBags bags;
    std::vector<SlideEnds> ends;

    void add(const std::filesystem::path& file, TilePlace most, TilePlace least, const BagOrigin& origin) {
        CohortSlide slide;
        slide.name = "slide" + std::to_string(ends.size());
        slide.patient = slide.name;
        slide.file = file;
        SlideEnds end;
        end.lack = SlideEnds::Lack::nothing;
        end.origin = origin;
        end.tiles.most = {{ends.size(), 0, most, 12, 99, 0.75}};
        end.tiles.least = {{ends.size(), 1, least, 0.1, 1, 0.25}};
        bags.cohort.slides.push_back(slide);
        bags.encoder.patch_size_px = kPatch;
        bags.encoder.spacing_um_px = kSpacing;
        ends.push_back(end);
    }
    AttendedPage page(int threads = 1) const { return attended_page(ends, bags, "By a test.", threads); }
};

BagOrigin origin_of(const TileGrid& grid) {
    BagOrigin origin;
    origin.tile_level0_px = grid.tile_width;
    origin.unit = PlaceUnit::level0_px;
    return origin;
}

struct Sample {
    Slide slide{sample_slide()};
    Spacing spacing = slide.spacing();
    TileGrid grid = make_grid(slide, spacing, find_tissue(slide, spacing), nullptr, {kPatch, kSpacing, 0, 0});
    std::size_t tile_of_tissue() const {
        const auto most = std::ranges::max_element(grid.tiles, {}, &Tile::tissue_fraction);
        return static_cast<std::size_t>(most - grid.tiles.begin());
    }
    TilePlace place(std::size_t tile) const {
        const auto& rect = grid.tiles[tile].rect;
        return {static_cast<double>(rect.x), static_cast<double>(rect.y)};
    }
};

TEST(AttendedPictures, AreThePixelsThatTheEncoderSees) {
    const Sample sample;
    Looked looked;
    const auto tile = sample.tile_of_tissue();
    looked.add(sample_slide(), sample.place(tile), sample.place(0), origin_of(sample.grid));
    const auto page = looked.page();
    ASSERT_EQ(page.classes[0].most.size(), 1U);
    const auto& shown = page.classes[0].most.front();
    EXPECT_EQ(shown.why_not, "");
    EXPECT_EQ(shown.slide, "slide0");
    EXPECT_EQ(shown.pixels.width, kPatch);
    const auto seen = TileReader(sample.slide, sample.grid).read({{tile}, sample.grid.tiles[tile].rect});
    EXPECT_EQ(shown.pixels.pixels, seen.pixels);
    EXPECT_EQ(page.classes[0].least.front().pixels.height, kPatch);
    EXPECT_TRUE(page.notes.empty());

    // The same by micrometres, as STAMP writes them.
    BagOrigin in_um;
    in_um.tile_um = kPatch * kSpacing;
    in_um.unit = PlaceUnit::micrometres;
    Looked by_um;
    const auto place = sample.place(tile);
    by_um.add(sample_slide(), {place.x * sample.spacing.x_um_px, place.y * sample.spacing.x_um_px}, {}, in_um);
    EXPECT_EQ(by_um.page().classes[0].most.front().pixels.pixels, seen.pixels);
}

TEST(AttendedPictures, AreTheSameForAnyNumberOfThreads) {
    const Sample sample;
    Looked looked;
    for (std::size_t i = 0; i < 6; ++i) {
        looked.add(sample_slide(), sample.place(i), sample.place(9 + i), origin_of(sample.grid));
    }
    EXPECT_EQ(attended_section(looked.page(1)), attended_section(looked.page(4)));
}

TEST(AttendedPictures, SayWhichSlidesAreNotAtHand) {
    Looked looked;
    looked.add({}, {}, {}, {});
    looked.add({}, {}, {}, {});
    looked.ends[1].lack = SlideEnds::Lack::places;
    looked.ends[1].tiles = {};
    const auto page = looked.page();
    EXPECT_TRUE(page.classes[0].most.empty());
    EXPECT_THAT(page.notes, ElementsAre(HasSubstr("1 slide, since their pixels are not at hand"),
                                        HasSubstr("1 slide, since their feature files do not say where")));
    for (auto& each : looked.ends) each.lack = SlideEnds::Lack::attention, each.tiles = {};
    EXPECT_THAT(looked.page().notes, ElementsAre(HasSubstr("the model has no attention")));
}

TEST(AttendedPictures, OfWhatCannotBeReadSayWhy) {
    const testing::TemporaryFolder folder;
    const Sample sample;
    write_file(folder / "broken.tiff", "no slide");
    const auto origin = origin_of(sample.grid);
    auto huge = origin, unsaid = origin;
    huge.tile_level0_px = 1e300;
    unsaid.unit = PlaceUnit::unknown;
    Looked looked;
    looked.add(sample_slide(), {1e9, 0}, {std::nan(""), 0}, origin);
    looked.add(sample_slide(), {}, {}, huge);
    looked.add(sample_slide(), {}, {}, unsaid);
    looked.add(folder / "broken.tiff", {}, {}, origin);
    const auto page = looked.page();
    const auto& most = page.classes[0].most;
    ASSERT_EQ(most.size(), 4U);
    EXPECT_THAT(most[0].why_not, HasSubstr("outside of the slide"));
    EXPECT_THAT(page.classes[0].least[0].why_not, HasSubstr("outside of the slide"));
    EXPECT_THAT(most[1].why_not, HasSubstr("outside of the slide"));
    EXPECT_THAT(most[2].why_not, HasSubstr("does not say what the places"));
    EXPECT_NE(most[3].why_not, "");
    for (const auto& each : most) EXPECT_TRUE(each.pixels.empty());
}

}  // namespace
}  // namespace slidetype

#include "plugin/cohorts/attended_pictures.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/parallel.h"
#include "base/words.h"
#include "tiler/slides/level_rect.h"
#include "tiler/tiles/resampled_read.h"
#include "tiler/tiles/tile_reader.h"

namespace slidetype {
namespace {

constexpr int kLargestPicture = 256;
constexpr int kMostSlidesOpen = 4;
/// For a photograph that stands for a slide, whose pixels are kept while it is open.
constexpr std::uint64_t kPictureBytes = std::uint64_t{1} << 28;
/// What is read for one tile: feature files are not trusted to say how large their tiles are.
constexpr std::int64_t kMostPixelsOfTile = std::int64_t{1} << 25;

/// A tile, and where its picture goes.
struct ToRead {
    TilePlace place;
    AttendedPicture* picture;
};

[[noreturn]] void fail_unsaid(const CohortSlide& slide, const std::string& what) {
    throw Error(ErrorCode::bad_data, slide.features.string(), "its feature file does not say " + what);
}

/// The size of the tiles of a slide, by what its feature file says.
class TileSize {
  public:
    TileSize(const CohortSlide& of, const BagOrigin& origin, const EncoderInfo& encoder, const Slide& slide)
        : of_(of), origin_(origin), encoder_(encoder), slide_(slide) {}

    /// Of their places to level-0 pixels.
    double scale() const {
        if (origin_.unit == PlaceUnit::unknown) fail_unsaid(of_, "what the places of its tiles are counted in");
        return origin_.unit == PlaceUnit::micrometres ? 1 / um_px() : 1;
    }

    /// Level-0 pixels.
    double edge() const {
        if (origin_.tile_level0_px) return *origin_.tile_level0_px;
        if (origin_.tile_um) return *origin_.tile_um / um_px();
        const double um = encoder_.patch_size_px * encoder_.spacing_um_px;
        if (!(um > 0)) fail_unsaid(of_, "how large its tiles are");
        return um / um_px();
    }

    int picture_px() const {
        const int patch = encoder_.patch_size_px > 0 ? encoder_.patch_size_px : kLargestPicture;
        return std::min(patch, kLargestPicture);
    }

  private:
    double um_px() const {
        if (origin_.level0_spacing_um_px) return *origin_.level0_spacing_um_px;
        const auto spacing = slide_.spacing();
        return (spacing.x_um_px + spacing.y_um_px) / 2;
    }

    const CohortSlide& of_;
    const BagOrigin& origin_;
    const EncoderInfo& encoder_;
    const Slide& slide_;
};

/// Begin and end of a tile on one axis. One that is of a grid without overlap, as ours are, ends where the next begins.
std::pair<std::int64_t, std::int64_t> extent_of(double begin, double edge) {
    const double cell = std::round(begin / edge);
    const auto first = std::llround(begin);
    const bool of_grid = std::llround(cell * edge) == first;
    return {first, std::llround(of_grid ? (cell + 1) * edge : begin + edge)};
}

Rect rect_of(const TilePlace& place, double scale, double edge, const Slide& slide) {
    const double x = place.x * scale, y = place.y * scale;
    const auto within = [&](double from, std::int64_t extent) {
        return from > -edge && from < static_cast<double>(extent);
    };
    constexpr double kMostEdge = 1 << 20;
    if (!(edge >= 1 && edge <= kMostEdge) || !within(x, slide.width()) || !within(y, slide.height())) {
        throw Error(ErrorCode::bad_data, slide.path().string(),
                    "the tile lies outside of the slide: its features may be of another");
    }
    const auto [left, right] = extent_of(x, edge);
    const auto [top, bottom] = extent_of(y, edge);
    return {left, top, right - left, bottom - top};
}

/// Reads one tile as the engine does.
RgbImage read_tile(const Slide& slide, TileGrid& grid) {
    const auto& rect = grid.tiles.front().rect;
    const auto on_level = to_level(rect, slide.levels()[static_cast<std::size_t>(grid.level)]);
    if (on_level.width > kMostPixelsOfTile / on_level.height) {
        throw Error(ErrorCode::bad_data, slide.path().string(), "the tile is too large to be shown");
    }
    auto read = TileReader(slide, grid).read({{0}, rect});
    if (!read.failures.empty()) throw Error(ErrorCode::corrupt, slide.path().string(), read.failures.front().reason);
    RgbImage picture;
    picture.width = picture.height = grid.patch_size_px;
    picture.pixels = std::move(read.pixels);
    return picture;
}

void read_tiles_of(const CohortSlide& of, const BagOrigin& origin, const EncoderInfo& encoder,
                   const std::vector<ToRead>& tiles) {
    const Slide slide(of.file, PixelPath::fastest, kPictureBytes);
    const TileSize size(of, origin, encoder, slide);
    const double edge = size.edge(), scale = size.scale();
    TileGrid grid;
    grid.columns = grid.rows = 1;
    grid.patch_size_px = size.picture_px();
    grid.tile_width = grid.tile_height = edge;
    for (const auto& [place, picture] : tiles) {
        try {
            const auto rect = rect_of(place, scale, edge, slide);
            grid.level = level_for_network(slide, edge / grid.patch_size_px);
            picture->x = static_cast<double>(rect.x), picture->y = static_cast<double>(rect.y);
            grid.tiles = {Tile{0, 0, rect}};
            picture->pixels = read_tile(slide, grid);
        } catch (const Error& error) {
            picture->why_not = error.cause();
        }
    }
}

void read_pictures(const std::map<std::size_t, std::vector<ToRead>>& of_slides, const std::vector<SlideEnds>& ends,
                   const CohortBags& bags, int threads, const std::function<void(std::size_t, std::size_t)>& done) {
    std::vector<std::size_t> slides;
    slides.reserve(of_slides.size());
    for (const auto& [slide, tiles] : of_slides) slides.push_back(slide);
    const auto read = [&](std::size_t i) {
        const auto& tiles = of_slides.at(slides[i]);
        try {
            read_tiles_of(bags.cohort.slides[slides[i]], ends[slides[i]].origin, bags.encoder, tiles);
        } catch (const Error& error) {
            for (const auto& tile : tiles) tile.picture->why_not = error.cause();
        }
    };
    parallel_for(std::min(threads, kMostSlidesOpen), slides.size(), read, done);
}

/// Takes away the slides whose pixels are not at hand.
void leave_out_slides(std::vector<SlideEnds>& ends, const Cohort& cohort, std::vector<std::string>& notes) {
    std::size_t looked_at = 0, alike = 0, without_places = 0, without_file = 0;
    for (std::size_t i = 0; i < ends.size(); ++i) {
        auto& each = ends[i];
        if (each.lack == SlideEnds::Lack::look) continue;
        ++looked_at;
        if (each.lack == SlideEnds::Lack::attention) ++alike;
        if (each.lack == SlideEnds::Lack::places) ++without_places;
        if (each.lack != SlideEnds::Lack::nothing || !cohort.slides[i].file.empty()) continue;
        ++without_file;
        each.tiles = {};
    }
    if (alike == looked_at) {
        notes.emplace_back("No tile to show: the model has no attention, so every tile of a slide counts the same.");
        return;
    }
    const auto note = [&](std::size_t n, const std::string& why) {
        if (n > 0) notes.push_back("Not shown: tiles of " + counted(n, "slide") + ", since " + why + ".");
    };
    note(without_file,
         "their pixels are not at hand: the table names their features alone, or files that are not there");
    note(without_places, "their feature files do not say where tiles lie");
    note(alike, "all of their tiles are attended the same");
}

}  // namespace

AttendedPage attended_page(std::vector<SlideEnds> ends, const CohortBags& bags, const std::string& whose, int threads,
                           const std::function<void(std::size_t, std::size_t)>& done) {
    AttendedPage page;
    page.whose = whose;
    leave_out_slides(ends, bags.cohort, page.notes);
    std::map<std::size_t, std::vector<ToRead>> of_slides;
    const auto put = [&](const std::vector<EndTile>& tiles, std::vector<AttendedPicture>& pictures) {
        pictures.resize(tiles.size());
        for (std::size_t i = 0; i < tiles.size(); ++i) {
            const auto& tile = tiles[i];
            pictures[i] = {bags.cohort.slides[tile.slide].name,
                           tile.place.x,
                           tile.place.y,
                           tile.times_mean,
                           tile.percentile,
                           tile.probability,
                           {},
                           {}};
            of_slides[tile.slide].push_back({tile.place, &pictures[i]});
        }
    };
    for (int label = 0; label < 2; ++label) {
        const auto picked = pick_ends(ends, bags.cohort, label);
        auto& of_class = page.classes[static_cast<std::size_t>(label)];
        put(picked.most, of_class.most);
        put(picked.least, of_class.least);
    }
    read_pictures(of_slides, ends, bags, threads, done);
    return page;
}

}  // namespace slidetype

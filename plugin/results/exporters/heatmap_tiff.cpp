// NAME.heatmap.tif, NAME.scores.tif: a pyramid that covers the whole slide, tiled and deflated, so that it lies over
// the slide in any viewer that scales images by their spacing.
//   level k   a pixel is 2^k · d level-0 pixels wide, d being the power of two that gives a tile about eight pixels
//   colours   8-bit RGB as in heatmap.png, white where nothing was scored
//   scores    32-bit P(LUSC), or of the class that leads where the classes are others; NaN where no tile votes
// Every pixel, at every level, is what its centre lies in: nothing is averaged, so no level shows what no tile said.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "plugin/results/export_format.h"
#include "plugin/results/exporters/picture.h"
#include "plugin/results/regions.h"
#include "tiler/tiff/tiff_writer.h"

namespace slidetype::exporting {
namespace {

constexpr int kEdge = 256;            ///< of the file's own tiles, at most
constexpr double kPixelsPerTile = 8;  ///< about: between this and twice as many
constexpr std::size_t kNoTile = std::numeric_limits<std::size_t>::max();

/// Which tile of the grid each pixel along an axis lies in.
std::vector<int> cells_along(const std::vector<std::int64_t>& lines, int pixels, double downsample) {
    std::vector<int> cells(static_cast<std::size_t>(pixels));
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const auto centre = (static_cast<double>(i) + 0.5) * downsample;
        const auto after = std::ranges::upper_bound(lines, static_cast<std::int64_t>(std::floor(centre)));
        cells[i] = after == lines.begin() || after == lines.end() ? -1 : static_cast<int>(after - lines.begin()) - 1;
    }
    return cells;
}

template <class Sample>
struct Kind {
    const char* name;
    std::uint16_t samples, photometric, format;
    /// Appends the samples of a pixel that lies in this tile, or in none.
    std::function<void(std::vector<Sample>&, std::size_t)> append;
};

template <class Sample>
class Pyramid {
  public:
    Pyramid(const SlideResult& result, const Kind<Sample>& kind, const std::filesystem::path& folder)
        : result_(result),
          kind_(kind),
          lines_(cell_lines(result.grid)),
          tiff_(folder / fmt::format("{}.{}.tif", result.slide.name, kind.name), true) {}

    void write() {
        const double wanted = std::min(result_.grid.tile_width, result_.grid.tile_height) / kPixelsPerTile;
        double downsample = std::exp2(std::max(0.0, std::floor(std::log2(std::max(wanted, 1.0)))));
        for (int level = 0;; ++level, downsample *= 2) {
            const int width = pixels(result_.slide.width, downsample),
                      height = pixels(result_.slide.height, downsample);
            write_level(level, width, height, downsample);
            if (std::max(width, height) <= kEdge) break;
        }
        tiff_.commit();
    }

  private:
    static int pixels(std::int64_t slide_px, double downsample) {
        return std::max(1, static_cast<int>(std::ceil(static_cast<double>(slide_px) / downsample)));
    }

    /// libtiff 4.5 reads pictures that are smaller than their tiles as blank where it is asked for RGB, as OpenSlide
    /// does. Tile edges are multiples of 16.
    static int edge_of(int smaller) { return std::clamp(smaller / 16 * 16, 16, kEdge); }

    void write_level(int level, int width, int height, double downsample) {
        const int edge = edge_of(std::min(width, height));
        tiff_.set(TIFFTAG_SUBFILETYPE, level == 0 ? 0 : FILETYPE_REDUCEDIMAGE);
        tiff_.set({width, height, edge, result_.slide.spacing.x_um_px * downsample,
                   result_.slide.spacing.y_um_px * downsample, 8 * static_cast<int>(sizeof(Sample)), kind_.samples});
        tiff_.set(TIFFTAG_SAMPLEFORMAT, int{kind_.format});
        tiff_.set(TIFFTAG_PHOTOMETRIC, int{kind_.photometric});
        tiff_.set(TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE);
        const auto columns = cells_along(lines_.x, width, downsample), rows = cells_along(lines_.y, height, downsample);
        for (int y = 0; y < height; y += edge) {
            for (int x = 0; x < width; x += edge) {
                tiff_.write_tile(tile_at({x, y, edge, edge}, columns, rows), x, y);
            }
        }
        tiff_.finish_directory();
    }

    std::vector<Sample> tile_at(const Rect& area, const std::vector<int>& columns, const std::vector<int>& rows) const {
        std::vector<Sample> samples;
        samples.reserve(static_cast<std::size_t>(area.width * area.height) * kind_.samples);
        const auto cell = [](const std::vector<int>& cells, std::int64_t at) {
            return at < std::ssize(cells) ? cells[static_cast<std::size_t>(at)] : -1;
        };
        for (auto y = area.y; y < area.bottom(); ++y) {
            for (auto x = area.x; x < area.right(); ++x) {
                const int column = cell(columns, x), row = cell(rows, y);
                const bool inside = column >= 0 && row >= 0;
                kind_.append(samples, inside ? static_cast<std::size_t>(row * result_.grid.columns + column) : kNoTile);
            }
        }
        return samples;
    }

    const SlideResult& result_;
    const Kind<Sample>& kind_;
    CellLines lines_;
    TiffWriter tiff_;
};

}  // namespace

void heatmap_tiff(const SlideResult& result, const std::filesystem::path& folder) {
    const auto append = [&](std::vector<std::uint8_t>& samples, std::size_t tile) {
        Color color = {255, 255, 255};
        if (tile != kNoTile) {
            const auto look = tile_look(result, tile);
            if (look == TileLook::voting) color = tile_color(result, tile);
            if (look == TileLook::benign) color = kBenignColor;
            if (look == TileLook::unfamiliar) color = kUnfamiliarColor;
            if (look == TileLook::unscored_tissue) color = kUnscoredTissue;
            if (look == TileLook::read_error) color = {0, 0, 0};
        }
        samples.insert(samples.end(), color.begin(), color.end());
    };
    Pyramid<std::uint8_t>(result, {"heatmap", 3, PHOTOMETRIC_RGB, SAMPLEFORMAT_UINT, append}, folder).write();
}

void score_tiff(const SlideResult& result, const std::filesystem::path& folder) {
    const auto lusc = lusc_column(result.model.class_names);
    const auto append = [&](std::vector<float>& samples, std::size_t tile) {
        const auto vote = tile == kNoTile ? std::nullopt : result.voted_class(tile);
        samples.push_back(vote ? result.probability(tile, lusc.value_or(*vote))
                               : std::numeric_limits<float>::quiet_NaN());
    };
    Pyramid<float>(result, {"scores", 1, PHOTOMETRIC_MINISBLACK, SAMPLEFORMAT_IEEEFP, append}, folder).write();
}

}  // namespace slidetype::exporting

// The slide is a grid of cells of 120 µm, each of which shows a picture or glass. On each level a cell is a whole
// number of pixels (240, 60 and 15 at 20x, twice that at 40x), and a tile of the file (240 pixels, as Aperio's) shows a
// part of a cell, a cell, or 4 × 4, 16 × 16 cells. Model tiles of 128 µm do not lie on the file's own, as on any slide.
#include "bench/slide/bench_slide.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "base/error.h"
#include "base/pictures/image_file.h"
#include "base/random.h"
#include "tiler/slides/slide.h"
#include "tiler/tiff/tiff_writer.h"
#include "tiler/tiles/tissue_mask.h"

namespace slidetype::bench {
namespace fs = std::filesystem;
namespace {

constexpr int kTile = 240;          // pixels, of the file's tiles
constexpr double kCellUm = 120;     // edge of a cell
constexpr double kModelTile = 128;  // µm, of the tiles that are counted
constexpr double kRadius = 0.47;    // of the tissue, of the slide's width and height
constexpr std::uint8_t kGlass = 243;

using JpegBytes = std::vector<std::uint8_t>;

class Writer {
  public:
    Writer(const fs::path& file, const std::vector<RgbImage>& pictures, const BenchSlide& slide)
        : tiff_(file, true), pictures_(pictures), slide_(slide) {
        // Tiles that the edge of the tissue cuts are not counted: a rim of one tile.
        const double count = static_cast<double>(slide.tissue_tiles) * kModelTile * kModelTile / kCellUm / kCellUm;
        const double radius = std::sqrt(count / M_PI) + 2;
        edge_ = static_cast<int>(std::ceil(radius / kRadius / 16)) * 16;  // whole tiles on every level
    }

    void write() {
        for (const int downsample : {1, 4, 16}) write_level(downsample);
        tiff_.commit();
    }

  private:
    /// Which picture the cell shows; nothing for glass.
    std::optional<std::size_t> picture_at(int column, int row) const {
        const double x = (column + 0.5) / edge_ - 0.5, y = (row + 0.5) / edge_ - 0.5;
        if (x * x + y * y > kRadius * kRadius) return std::nullopt;
        return Random(7, static_cast<std::uint64_t>(column), static_cast<std::uint64_t>(row)).below(pictures_.size());
    }

    void write_level(int downsample) {
        const int cell = (slide_.scan_40x ? 2 : 1) * kTile / downsample;
        const int pixels = edge_ * cell;
        begin_directory(downsample, pixels);
        if (cell >= kTile) {
            write_parts(cell, pixels);
        } else {
            write_groups(cell, pixels);
        }
        tiff_.finish_directory();
    }

    void begin_directory(int downsample, int pixels) {
        const double um_px = (slide_.scan_40x ? 0.25 : 0.5) * downsample;
        tiff_.set(TIFFTAG_SUBFILETYPE, downsample == 1 ? 0 : FILETYPE_REDUCEDIMAGE);
        tiff_.set({pixels, pixels, kTile, um_px, um_px});
        tiff_.set(TIFFTAG_COMPRESSION, COMPRESSION_JPEG);
        tiff_.set(TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_YCBCR);
        tiff_.set(TIFFTAG_YCBCRSUBSAMPLING, 2, 2);
    }

    JpegBytes compressed(const RgbImage& picture) const {
        auto bytes = encode_jpeg(picture, slide_.quality);
        if (!bytes) throw Error(ErrorCode::unsupported, "JPEG", "this build of slidetype writes none");
        return std::move(*bytes);
    }

    const JpegBytes& glass() {
        if (glass_.empty()) glass_ = compressed(RgbImage(kTile, kTile, kGlass));
        return glass_;
    }

    /// A level whose cells consist of whole tiles of the file.
    void write_parts(int cell, int pixels) {
        const int per_cell = cell / kTile;
        std::map<std::size_t, JpegBytes> parts;  // by picture and place
        for (std::size_t p = 0; p < pictures_.size(); ++p) {
            const auto whole = resize_image(pictures_[p], cell, cell);
            for (int part = 0; part < per_cell * per_cell; ++part) {
                RgbImage tile(kTile, kTile);
                for (int y = 0; y < kTile; ++y) {
                    const auto* from = whole.at(part % per_cell * kTile, part / per_cell * kTile + y);
                    std::copy_n(from, 3 * kTile, tile.at(0, y));
                }
                parts[p * 4 + static_cast<std::size_t>(part)] = compressed(tile);
            }
        }
        for (int y = 0; y < pixels; y += kTile) {
            for (int x = 0; x < pixels; x += kTile) {
                const auto picture = picture_at(x / cell, y / cell);
                const auto part = x % cell / kTile + y % cell / kTile * per_cell;
                tiff_.write_raw_tile(picture ? parts.at(*picture * 4 + static_cast<std::size_t>(part)) : glass(), x, y);
            }
        }
    }

    /// A level whose tiles show several cells each.
    void write_groups(int cell, int pixels) {
        std::vector<RgbImage> small;
        small.reserve(pictures_.size());
        for (const auto& picture : pictures_) small.push_back(resize_image(picture, cell, cell));
        for (int y = 0; y < pixels; y += kTile) {
            for (int x = 0; x < pixels; x += kTile) {
                const auto tile = group(small, cell, x, y);
                tiff_.write_raw_tile(tile ? compressed(*tile) : glass(), x, y);
            }
        }
    }

    /// The tile at (x, y); nothing where it is all glass.
    std::optional<RgbImage> group(const std::vector<RgbImage>& small, int cell, int x, int y) const {
        RgbImage tile(kTile, kTile, kGlass);
        bool any = false;
        for (int top = 0; top < kTile; top += cell) {
            for (int left = 0; left < kTile; left += cell) {
                const auto picture = picture_at((x + left) / cell, (y + top) / cell);
                if (!picture) continue;
                any = true;
                for (int row = 0; row < cell; ++row) {
                    std::copy_n(small[*picture].at(0, row), 3 * cell, tile.at(left, top + row));
                }
            }
        }
        return any ? std::optional(std::move(tile)) : std::nullopt;
    }

    TiffWriter tiff_;
    const std::vector<RgbImage>& pictures_;
    BenchSlide slide_;
    int edge_ = 0;  ///< cells
    JpegBytes glass_;
};

/// Squares of 240 pixels that are tissue all over.
void cut_slide(const fs::path& file, std::size_t most, std::vector<RgbImage>& pictures) {
    const Slide slide(file);
    const Spacing spacing{0.5, 0.5, SpacingSource::user};
    const auto mask = find_tissue(slide, spacing);
    for (std::int64_t y = 0; y + kTile <= slide.height(); y += kTile) {
        for (std::int64_t x = 0; x + kTile <= slide.width(); x += kTile) {
            const Rect rect{x, y, kTile, kTile};
            if (pictures.size() < most && mask.fraction(rect) > 0.95) pictures.push_back(slide.read(0, rect));
        }
    }
}

}  // namespace

std::vector<RgbImage> tissue_pictures(const fs::path& folder, const fs::path& sample_slides, std::size_t most) {
    std::vector<RgbImage> pictures;
    if (folder.empty()) {
        for (const auto* name : {"acinar.tiff", "keratin.tiff"}) {
            cut_slide(sample_slides / name, pictures.size() + most / 2, pictures);
        }
    } else {
        if (!fs::is_directory(folder)) throw Error(ErrorCode::not_found, folder.string(), "is not a folder");
        std::vector<fs::path> files;
        for (const auto& entry : fs::directory_iterator(folder)) {
            const auto extension = entry.path().extension();
            if (extension == ".jpeg" || extension == ".jpg" || extension == ".png") files.push_back(entry.path());
        }
        std::ranges::sort(files);
        files.resize(std::min(files.size(), most));
        for (const auto& file : files) pictures.push_back(read_image(file));
    }
    if (pictures.empty()) throw Error(ErrorCode::bad_data, folder.string(), "holds no picture of tissue");
    return pictures;
}

void write_bench_slide(const fs::path& file, const std::vector<RgbImage>& pictures, const BenchSlide& slide) {
    if (pictures.empty() || slide.tissue_tiles == 0) {
        throw Error(ErrorCode::usage, file.string(), "a slide needs a picture of tissue and a tile");
    }
    Writer(file, pictures, slide).write();
}

}  // namespace slidetype::bench

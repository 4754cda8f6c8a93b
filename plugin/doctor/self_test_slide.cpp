#include "plugin/doctor/self_test_slide.h"

#include <fmt/format.h>
#include <tiffio.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/error.h"
#include "base/scratch_folder.h"
#include "model/backends/self_test_tiles.h"
#include "plugin/batch/batch.h"
#include "plugin/results/stored_result.h"
#include "tiler/tiff/tiff_writer.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

constexpr int kTileColumns = 8, kTileRows = 4;  // of tiles; two blocks
constexpr int kFileTile = 256;                  // edge of the file's own tiles
constexpr float kMostDifference = 1e-5F;        // a backend may round by the batch, see classifier.h
constexpr double kStoredDifference = 1e-6;      // summary.json has six decimals

/// The drawn tiles side by side, in turn.
RgbImage picture(const std::vector<std::uint8_t>& tiles, int patch) {
    RgbImage out(kTileColumns * patch, kTileRows * patch);
    const auto row_bytes = static_cast<std::size_t>(patch) * 3;
    for (int y = 0; y < out.height; ++y) {
        for (int column = 0; column < kTileColumns; ++column) {
            const auto tile = static_cast<std::size_t>(y / patch * kTileColumns + column) % kSelfTestTiles;
            const auto* from =
                tiles.data() +
                (tile * static_cast<std::size_t>(patch) + static_cast<std::size_t>(y % patch)) * row_bytes;
            std::memcpy(out.at(column * patch, y), from, row_bytes);
        }
    }
    return out;
}

/// Deflated, so that every pixel stays as it is.
void write_slide(const fs::path& file, const RgbImage& image, double spacing_um_px) {
    TiffWriter tiff(file, false);
    tiff.set({image.width, image.height, kFileTile, spacing_um_px, spacing_um_px});
    tiff.set(TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
    tiff.set(TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE);
    for (int top = 0; top < image.height; top += kFileTile) {
        for (int left = 0; left < image.width; left += kFileTile) {
            std::vector<std::uint8_t> tile(std::size_t{kFileTile} * kFileTile * 3, 255);
            const int rows = std::min(kFileTile, image.height - top), columns = std::min(kFileTile, image.width - left);
            for (int y = 0; y < rows; ++y) {
                std::memcpy(tile.data() + static_cast<std::size_t>(y) * kFileTile * 3, image.at(left, top + y),
                            static_cast<std::size_t>(columns) * 3);
            }
            tiff.write_tile(tile, left, top);
        }
    }
    tiff.finish_directory();
    tiff.commit();
}

void require(bool holds, const std::string& what) {
    if (!holds) {
        throw Error(ErrorCode::internal, "self-test", what,
                    "Reinstall slidetype and its libraries; if that does not help, please report it.");
    }
}

/// What the pixels score by themselves, one tile for each of the grid.
std::vector<float> direct_scores(const ModelDirectory& model, const std::vector<std::uint8_t>& tiles) {
    const auto classifier = open_classifier(model);
    const auto scores = classifier->classify(tiles, kSelfTestTiles).probabilities;
    std::vector<float> out;
    for (int i = 0; i < kTileColumns * kTileRows / static_cast<int>(kSelfTestTiles); ++i) {
        out.insert(out.end(), scores.begin(), scores.end());
    }
    return out;
}

}  // namespace

std::string self_test_slide(const ModelDirectory& model) {
    const ScratchFolder folder("doctor");
    const int patch = model.config.patch_size_px;
    const auto tiles = self_test_tiles(patch);
    const auto slide = folder.path() / "drawn.tiff";
    write_slide(slide, picture(tiles, patch), model.config.spacing_um_px);

    AnalyseOptions options;
    options.spacing_um_px = model.config.spacing_um_px;  // the file's is rounded
    options.min_tissue = 0;
    const auto expected = direct_scores(model, tiles);
    const Engine engine(model);
    const auto result_folder = folder.path() / "result";
    fs::create_directory(result_folder);
    const auto result = run_slide(engine, slide, result_folder, options, {}, {});
    require(result.probabilities.size() == expected.size(), "the slide was cut into another number of tiles");
    float largest = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const float apart = std::abs(result.probabilities[i] - expected[i]);
        require(apart <= kMostDifference,
                fmt::format("a tile that was read from a slide scores {:.6f}, its pixels {:.6f}",
                            result.probabilities[i], expected[i]));
        largest = std::max(largest, apart);
    }
    options.threads = 1;
    require(engine.analyse(slide, options).probabilities == result.probabilities,
            "one thread and all threads give different scores");
    const auto stored = read_stored_result(result_folder);
    require(stored.call.label == result.call.label &&
                stored.call.prob_lusc.has_value() == result.call.prob_lusc.has_value() &&
                std::abs(stored.call.prob_lusc.value_or(0) - result.call.prob_lusc.value_or(0)) <= kStoredDifference,
            "what was written is not what is read back");
    return fmt::format(
        "a drawn slide of {} tiles was read, scored and written; its scores differ by {:.0e} at most "
        "from those of its pixels",
        kTileColumns * kTileRows, largest);
}

}  // namespace slidetype

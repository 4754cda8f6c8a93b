#include "plugin/teaching/tile_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <mutex>
#include <utility>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/pictures/image_file.h"
#include "model/data/manifest.h"
#include "plugin/results/text.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

constexpr const char* kManifest = "manifest.csv";
constexpr std::size_t kBands = 5;

/// PNG, without AtomicFile: the manifest is written last and names only what is whole, and flushing every tile to the
/// disk would take longer than cutting it.
void write_png(const fs::path& file, const std::uint8_t* rgb, int edge_px) {
    RgbImage picture(edge_px, edge_px);
    std::copy_n(rgb, picture.pixels.size(), picture.pixels.begin());
    const auto bytes = encode_png(picture);
    std::ofstream out(file, std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!out.flush()) throw Error(ErrorCode::io, file.string(), "cannot be written", "Is the disk full?");
}

/// Numbers the tiles of each label by five bands of equal size across the longer extent of where they lie.
std::vector<std::size_t> bands_of(const TileGrid& grid, std::span<const TeachingTile> tiles) {
    std::vector<std::size_t> bands(tiles.size(), 0);
    const auto left = [&](std::size_t i) { return grid.tiles[tiles[i].tile].rect.x; };
    const auto top = [&](std::size_t i) { return grid.tiles[tiles[i].tile].rect.y; };
    for (int label = 0; label <= kBenignLabel; ++label) {
        std::vector<std::size_t> members;
        for (std::size_t i = 0; i < tiles.size(); ++i) {
            if (tiles[i].label == label) members.push_back(i);
        }
        if (members.empty()) continue;
        const auto [west, east] = std::ranges::minmax(members, {}, left);
        const auto [north, south] = std::ranges::minmax(members, {}, top);
        const double wide = static_cast<double>(left(east) - left(west)) / grid.tile_width;
        const double high = static_cast<double>(top(south) - top(north)) / grid.tile_height;
        // In tiles, and whole ones, so that rounded corners do not decide.
        if (std::lround(wide) >= std::lround(high)) {
            std::ranges::stable_sort(members, {}, left);
        } else {
            std::ranges::stable_sort(members, {}, top);
        }
        for (std::size_t i = 0; i < members.size(); ++i) bands[members[i]] = 1 + i * kBands / members.size();
    }
    return bands;
}

std::string file_name(const TileGrid& grid, const TeachingTile& tile) {
    const auto& rect = grid.tiles[tile.tile].rect;
    return fmt::format("{}_{}_{}.png", rect.x, rect.y, label_name(tile.label));
}

/// Takes away what an earlier cut left, so that the folder shows this one. Only files that its manifest names, and only
/// below the folder.
void remove_older_tiles(const fs::path& folder) {
    const auto file = folder / kManifest;
    if (!fs::exists(file)) return;
    const auto manifest = read_own_table(file, {"file", "class"});
    std::error_code ignored;
    fs::remove(file, ignored);
    for (const auto& row : manifest.rows) {
        const fs::path name = fs::path(manifest.at(row, "file")).lexically_normal();
        const bool below = name.is_relative() && !name.empty() && *name.begin() != "..";
        if (below && name.extension() == ".png") fs::remove(folder / name, ignored);
    }
}

}  // namespace

TileFolder::TileFolder(fs::path folder, int threads, const CutCallbacks& callbacks)
    : folder_(std::move(folder)), threads_(threads), callbacks_(callbacks), names_(folder_) {
    create_folders(folder_);
    remove_older_tiles(folder_);
}

void TileFolder::progress(std::size_t index, CutStage stage, std::size_t done, std::size_t total) const {
    if (callbacks_.progress) callbacks_.progress(index, stage, done, total);
}

void TileFolder::stop_if_asked(const fs::path& slide) const {
    if (callbacks_.stop_requested && callbacks_.stop_requested()) {
        throw Error(ErrorCode::cancelled, slide.string(), "stopped on request");
    }
}

std::vector<std::string> TileFolder::write(const TeachingSlide& source, std::size_t index, const Slide& slide,
                                           const TileGrid& grid, std::span<const TileBlock> blocks,
                                           std::span<const TeachingTile> tiles) {
    auto files = write_pictures(source, index, TileReader(slide, grid), grid, blocks, tiles);
    const auto bands = bands_of(grid, tiles);
    bool any = false;
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        if (files[i].empty()) continue;
        any = true;
        ++written_.tiles[static_cast<std::size_t>(tiles[i].label)];
        const auto& rect = grid.tiles[tiles[i].tile].rect;
        rows_.push_back(fmt::format("{},{},{},{},{},{},{},{},{}", csv_field(files[i]), label_name(tiles[i].label),
                                    csv_field(source.group), csv_field(source.slide.string()), rect.x, rect.y, bands[i],
                                    source.fold < 0 ? std::string() : std::to_string(source.fold),
                                    to_string(source.part)));
    }
    if (any) ++written_.slides;
    return files;
}

std::vector<std::string> TileFolder::write_pictures(const TeachingSlide& source, std::size_t index,
                                                    const TileReader& reader, const TileGrid& grid,
                                                    std::span<const TileBlock> blocks,
                                                    std::span<const TeachingTile> tiles) {
    const auto name = names_.claim(source.slide);
    const auto at = [&](std::size_t tile) {
        return static_cast<std::size_t>(std::ranges::lower_bound(tiles, tile, {}, &TeachingTile::tile) - tiles.begin());
    };
    const auto edge = static_cast<std::size_t>(grid.patch_size_px);
    std::vector<std::string> files(tiles.size());
    std::mutex mutex;
    std::size_t done = 0;
    std::map<std::size_t, std::string> failures;
    parallel_for(threads_, blocks.size(), [&](std::size_t b) {
        stop_if_asked(source.slide);
        const auto pixels = reader.read(blocks[b]);
        for (std::size_t i = 0; i < pixels.tiles.size(); ++i) {
            const auto which = at(pixels.tiles[i]);
            const auto file = name + "/" + file_name(grid, tiles[which]);
            write_png(folder_ / file, pixels.pixels.data() + i * edge * edge * 3, grid.patch_size_px);
            files[which] = file;
        }
        const std::lock_guard lock(mutex);
        for (const auto& failure : pixels.failures) failures[failure.tile] = failure.reason;
        done += blocks[b].tiles.size();
        progress(index, CutStage::write, done, tiles.size());
    });
    for (const auto& [tile, reason] : failures) {
        const auto& rect = grid.tiles[tile].rect;
        written_.problems.push_back(
            fmt::format("{}: tile at ({}, {}): {}", source.slide.string(), rect.x, rect.y, reason));
    }
    written_.unreadable += failures.size();
    return files;
}

const WrittenTiles& TileFolder::finish() {
    std::string text = "file,class,group,slide,x,y,block,fold,split\n";
    for (const auto& row : rows_) text += row + "\n";
    written_.manifest = folder_ / kManifest;
    write_file(written_.manifest, text);
    return written_;
}

}  // namespace slidetype

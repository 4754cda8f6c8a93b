#include "plugin/teaching/training_tiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <mutex>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/pictures/image_file.h"
#include "model/data/manifest.h"
#include "model/learning/evaluation.h"
#include "plugin/results/result_folder.h"
#include "plugin/results/text.h"
#include "plugin/teaching/no_tiles.h"
#include "plugin/teaching/training_areas.h"
#include "tiler/tiles/tile_grid.h"
#include "tiler/tiles/tile_reader.h"
#include "tiler/tiles/tissue_mask.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

constexpr const char* kManifest = "manifest.csv";
constexpr std::size_t kBlocks = 5;

/// A tile of the grid that is to become a picture.
struct Chosen {
    std::size_t tile = 0;  ///< grid index
    int label = 0;
    std::size_t block = 0;
    bool written = false;
};

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
void number_blocks(const TileGrid& grid, std::vector<Chosen>& chosen) {
    for (int label = 0; label <= kBenignLabel; ++label) {
        std::vector<Chosen*> members;
        for (auto& each : chosen) {
            if (each.label == label) members.push_back(&each);
        }
        if (members.empty()) continue;
        const auto column = [&](const Chosen* each) { return grid.tiles[each->tile].column; };
        const auto row = [&](const Chosen* each) { return grid.tiles[each->tile].row; };
        const auto [left, right] = std::ranges::minmax(members, {}, column);
        const auto [top, bottom] = std::ranges::minmax(members, {}, row);
        if (column(right) - column(left) >= row(bottom) - row(top)) {
            std::ranges::stable_sort(members, {}, column);
        } else {
            std::ranges::stable_sort(members, {}, row);
        }
        for (std::size_t i = 0; i < members.size(); ++i) members[i]->block = 1 + i * kBlocks / members.size();
    }
}

/// Cuts one slide after the other and gathers the manifest.
class Cutter {
  public:
    Cutter(const fs::path& folder, const CutOptions& options, const CutCallbacks& callbacks)
        : folder_(folder), options_(options), callbacks_(callbacks), folders_(folder) {}

    void cut(const AnnotatedSlide& source, std::size_t index) {
        progress(index, CutStage::open, 0, 0);
        const Slide slide(source.slide);
        const auto spacing = slide.spacing(source.spacing_um_px);
        // Viewers draw in their own frame, which lacks the bounds offset.
        const auto bounds = options_.keep_offset ? std::nullopt : slide.bounds();
        const auto areas = read_training_areas(source.annotations, bounds ? static_cast<double>(bounds->x) : 0,
                                               bounds ? static_cast<double>(bounds->y) : 0, callbacks_.stop_requested);
        for (const auto& [name, count] : areas.other_classes) report_.other_classes[name] += count;
        report_.passed_over += areas.passed_over;

        const GridOptions grid_options{options_.patch_size_px, options_.spacing_um_px, 0, 0};
        auto grid = make_grid(slide, spacing, find_tissue(slide, spacing, {}, callbacks_.stop_requested), nullptr,
                              grid_options);
        TileCounts counts;
        auto chosen = choose(source, index, grid, areas, counts);
        report_.contested += counts.contested, report_.glass += counts.glass;
        for (const auto& [name, count] : counts.hidden) report_.hidden[name] += count;
        if (chosen.empty()) {
            report_.problems.push_back(source.annotations.string() + ": " +
                                       why_no_tiles(areas, counts, {slide.width(), slide.height()}, options_));
            return;
        }
        number_blocks(grid, chosen);
        const auto name = folders_.claim(source.slide);
        write_tiles(source, TileReader(slide, grid), grid, name, index, chosen);
        add_rows(source, grid, name, chosen);
    }

    CutReport finish() {
        std::string text = "file,class,group,slide,x,y,block,fold,split\n";
        for (const auto& row : rows_) text += row + "\n";
        report_.manifest = folder_ / kManifest;
        write_file(report_.manifest, text);
        return std::move(report_);
    }

    CutReport& report() { return report_; }

  private:
    void stop_if_asked(const AnnotatedSlide& source) const {
        if (callbacks_.stop_requested && callbacks_.stop_requested()) {
            throw Error(ErrorCode::cancelled, source.slide.string(), "stopped on request");
        }
    }

    void progress(std::size_t index, CutStage stage, std::size_t done, std::size_t total) const {
        if (callbacks_.progress) callbacks_.progress(index, stage, done, total);
    }

    /// Of all tiles of the grid, in parallel by rows.
    std::vector<TileLabel> label(const AnnotatedSlide& source, std::size_t index, const TileGrid& grid,
                                 const TrainingAreas& areas) const {
        std::vector<TileLabel> labels(grid.tiles.size());
        std::vector<Rect> rects;
        for (const auto& tile : grid.tiles) rects.push_back(tile.rect);
        const auto columns = static_cast<std::size_t>(grid.columns);
        const auto label_one = [&](std::size_t row) {
            stop_if_asked(source);
            const auto some = label_row(areas, std::span(rects).subspan(row * columns, columns), options_.min_coverage);
            std::ranges::copy(some, labels.begin() + static_cast<std::ptrdiff_t>(row * columns));
        };
        parallel_for(
            options_.threads, static_cast<std::size_t>(grid.rows), label_one,
            [&](std::size_t rows, std::size_t) { progress(index, CutStage::label, rows * columns, labels.size()); });
        return labels;
    }

    /// Decides about every tile, and leaves the chosen ones alone with status ok.
    std::vector<Chosen> choose(const AnnotatedSlide& source, std::size_t index, TileGrid& grid,
                               const TrainingAreas& areas, TileCounts& counts) const {
        const auto labels = label(source, index, grid, areas);
        std::vector<Chosen> chosen;
        for (std::size_t t = 0; t < labels.size(); ++t) {
            auto& tile = grid.tiles[t];
            tile.status = TileStatus::outside_roi;
            const auto [kind, class_index] = labels[t];
            if (kind == TileLabel::Kind::contested) ++counts.contested;
            if (kind == TileLabel::Kind::hidden) ++counts.hidden[areas.classes[static_cast<std::size_t>(class_index)]];
            if (kind != TileLabel::Kind::labelled) continue;
            if (static_cast<double>(tile.tissue_fraction) < options_.min_tissue) {
                ++counts.glass;
                continue;
            }
            tile.status = TileStatus::ok;
            chosen.push_back({t, class_index, 0, false});
        }
        return chosen;
    }

    static std::string file_name(const TileGrid& grid, const Chosen& chosen) {
        const auto& rect = grid.tiles[chosen.tile].rect;
        return fmt::format("{}_{}_{}.png", rect.x, rect.y, label_name(chosen.label));
    }

    void write_tiles(const AnnotatedSlide& source, const TileReader& reader, const TileGrid& grid,
                     const std::string& name, std::size_t index, std::vector<Chosen>& chosen) {
        const auto blocks = make_blocks(grid);
        const auto at = [&](std::size_t tile) { return std::ranges::lower_bound(chosen, tile, {}, &Chosen::tile); };
        const auto edge = static_cast<std::size_t>(options_.patch_size_px);
        std::mutex mutex;
        std::size_t done = 0;
        std::map<std::size_t, std::string> failures;
        parallel_for(options_.threads, blocks.size(), [&](std::size_t b) {
            stop_if_asked(source);
            const auto pixels = reader.read(blocks[b]);
            for (std::size_t i = 0; i < pixels.tiles.size(); ++i) {
                const auto each = at(pixels.tiles[i]);
                write_png(folder_ / name / file_name(grid, *each), pixels.pixels.data() + i * edge * edge * 3,
                          options_.patch_size_px);
                each->written = true;
            }
            const std::lock_guard lock(mutex);
            for (const auto& failure : pixels.failures) failures[failure.tile] = failure.reason;
            done += blocks[b].tiles.size();
            progress(index, CutStage::write, done, chosen.size());
        });
        for (const auto& [tile, reason] : failures) {
            const auto& rect = grid.tiles[tile].rect;
            report_.problems.push_back(
                fmt::format("{}: tile at ({}, {}): {}", source.slide.string(), rect.x, rect.y, reason));
        }
        report_.unreadable += failures.size();
    }

    void add_rows(const AnnotatedSlide& source, const TileGrid& grid, const std::string& name,
                  const std::vector<Chosen>& chosen) {
        bool any = false;
        for (const auto& each : chosen) {
            if (!each.written) continue;
            any = true;
            ++report_.tiles[static_cast<std::size_t>(each.label)];
            const auto& rect = grid.tiles[each.tile].rect;
            rows_.push_back(fmt::format(
                "{},{},{},{},{},{},{},{},{}", csv_field(name + "/" + file_name(grid, each)), label_name(each.label),
                csv_field(source.group), csv_field(source.slide.string()), rect.x, rect.y, each.block,
                source.fold < 0 ? std::string() : std::to_string(source.fold), to_string(source.part)));
        }
        if (any) ++report_.slides;
    }

    const fs::path& folder_;
    const CutOptions& options_;
    const CutCallbacks& callbacks_;
    ResultFolders folders_;
    CutReport report_;
    std::vector<std::string> rows_;
};

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

CutReport cut_training_tiles(std::span<const AnnotatedSlide> slides, const fs::path& folder, const CutOptions& options,
                             const CutCallbacks& callbacks) {
    create_folders(folder);
    remove_older_tiles(folder);
    Cutter cutter(folder, options, callbacks);
    for (std::size_t i = 0; i < slides.size(); ++i) {
        try {
            cutter.cut(slides[i], i);
        } catch (const Error& failure) {
            if (failure.code() == ErrorCode::cancelled || failure.code() == ErrorCode::io) throw;
            cutter.report().problems.emplace_back(failure.what());
        }
    }
    auto report = cutter.finish();
    if (report.slides > 0) return report;
    std::string cause = "give no tile to train on";
    if (!report.problems.empty()) cause += ": " + report.problems.front();
    throw Error(ErrorCode::bad_data, slides.empty() ? "the slides" : slides.front().slide.string(), cause,
                hint_without_tiles(report));
}

}  // namespace slidetype

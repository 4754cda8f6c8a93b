#include "bench/scanner_tissue/tissue_measure.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cmath>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/pictures/image_file.h"

namespace slidetype::bench {
namespace {

namespace fs = std::filesystem;

constexpr double kFieldOverlap = 0.5;
constexpr int kSlideBlockTiles = 4;         // as the call of a slide draws them
constexpr std::int64_t kRoundedPixels = 1;  // by which a tile may reach beyond the picture

/// The one place where the check of the slide as a whole is read.
std::optional<bool> unlike_training(const SlideResult& result) {
    if (!result.domain) return std::nullopt;
    return !result.domain->known;
}

TissueCall tissue_call(const SlideResult& result) {
    const auto& call = result.call;
    return {std::string(to_string(call.label)),
            call.prob_lusc,
            call.ci95,
            call.reason,
            unlike_training(result),
            call.voting_area_mm2,
            call.scored_area_mm2};
}

std::optional<TissueVote> vote_of_status(TileStatus status) {
    switch (status) {
        case TileStatus::ok:
            return TissueVote::votes;
        case TileStatus::benign:
            return TissueVote::benign;
        case TileStatus::unfamiliar:
            return TissueVote::unfamiliar;
        default:
            return std::nullopt;
    }
}

/// The scored tiles of which `takes(tile)`.
template <class Takes, class Describe>
std::vector<TissueTile> scored_tiles(const SlideResult& result, const Takes& takes, const Describe& describe) {
    const auto lusc = lusc_column(result.model.class_names);
    if (!lusc) throw Error(ErrorCode::bad_model, result.model.name, "has other classes than LUAD and LUSC");
    std::vector<TissueTile> tiles;
    for (std::size_t t = 0; t < result.grid.tiles.size(); ++t) {
        const auto& tile = result.grid.tiles[t];
        const auto vote = vote_of_status(tile.status);
        if (!vote || !takes(tile)) continue;
        TissueTile scored;
        scored.prob_lusc = static_cast<double>(result.probability(t, *lusc));
        scored.vote = *vote;
        describe(tile, scored);
        tiles.push_back(std::move(scored));
    }
    return tiles;
}

std::vector<TissueTile> tiles_of_field(const SlideResult& result, int block) {
    const auto inside = [&](const Tile& tile) {
        return tile.rect.right() <= result.slide.width + kRoundedPixels &&
               tile.rect.bottom() <= result.slide.height + kRoundedPixels;
    };
    const auto in_block = [&](const Tile&, TissueTile& scored) { scored.block = block; };
    auto tiles = scored_tiles(result, inside, in_block);
    // A field that is narrower than a tile has nothing but such.
    if (tiles.empty())
        tiles = scored_tiles(
            result, [](const Tile&) { return true; }, in_block);
    return tiles;
}

std::vector<TissueTile> tiles_of_slide(const SlideResult& result, const TissueSlide& slide) {
    const int blocks_across = result.grid.columns / kSlideBlockTiles + 1;
    return scored_tiles(
        result, [](const Tile&) { return true; },
        [&](const Tile& tile, TissueTile& scored) {
            const auto& rect = tile.rect;
            scored.content = slide.content_at(static_cast<double>(rect.x) + static_cast<double>(rect.width) / 2,
                                              static_cast<double>(rect.y) + static_cast<double>(rect.height) / 2);
            scored.block = tile.row / kSlideBlockTiles * blocks_across + tile.column / kSlideBlockTiles;
        });
}

/// Says now and then how much is done, and how long the rest will take.
class MeasureProgress {
  public:
    MeasureProgress(std::string title, double total, const Say& say)
        : title_(std::move(title)), total_(total), say_(say) {}

    void add(double pixels, const std::string& name) {
        done_ += pixels;
        const auto now = Clock::now();
        if (now - said_ < std::chrono::seconds(5) && done_ < total_) return;
        said_ = now;
        const double seconds = std::chrono::duration<double>(now - begun_).count();
        say_(fmt::format("{}: {:.0f} % done, {:.0f} s left ({})", title_, 100 * done_ / total_,
                         seconds * (total_ - done_) / done_, name));
    }

  private:
    using Clock = std::chrono::steady_clock;
    std::string title_;
    double total_, done_ = 0;
    const Say& say_;
    Clock::time_point begun_ = Clock::now(), said_ = begun_;
};

/// A file that is gone when it is no longer needed.
class SheetFile {
  public:
    SheetFile(const fs::path& work, const RgbImage& image)
        : file_(work / fmt::format("sheet-{}.png", static_cast<long>(::getpid()))) {
        const auto bytes = encode_png(image);
        write_file(file_, std::string(bytes.begin(), bytes.end()));
    }
    ~SheetFile() {
        std::error_code ignored;
        fs::remove(file_, ignored);
    }
    SheetFile(const SheetFile&) = delete;
    SheetFile& operator=(const SheetFile&) = delete;
    const fs::path& file() const { return file_; }

  private:
    fs::path file_;
};

double pixels_of(const TissueField& field) {
    return static_cast<double>(field.width_px) * field.height_px;
}

double pixels_of(const TissueSheet& sheet) {
    double sum = 0;
    for (const auto& field : sheet.fields) sum += pixels_of(field);
    return sum;
}

/// Much of a slide is glass, which is quick.
double pixels_of(const TissueSlide& slide) {
    return static_cast<double>(fs::file_size(slide.file)) * 4;
}

/// Measures the pieces of one set with one model.
class TissueMeasure {
  public:
    TissueMeasure(const TissueModels& models, const fs::path& work, int threads) : models_(models), work_(work) {
        options_.threads = threads;
    }

    TissuePiece field(const TissueField& field, int block) const {
        auto options = options_;
        options.spacing_um_px = field.identity.spacing_um_px;
        const auto& engine = models_.of(field.identity);
        TissuePiece piece{field.identity, TissueForm::field, 1, tissue_call(engine.analyse(field.file, options)), {}};
        options.overlap = kFieldOverlap;
        piece.tiles = tiles_of_field(engine.analyse(field.file, options), block);
        piece.taught_gate = models_.taught_by(field.identity);
        return piece;
    }

    TissuePiece sheet(const TissueSheet& sheet) const {
        auto options = options_;
        options.spacing_um_px = sheet.identity.spacing_um_px;
        const auto& engine = models_.of(sheet.identity);
        const auto& config = engine.model().config;
        const double tile_px = config.patch_size_px * config.spacing_um_px / *sheet.identity.spacing_um_px;
        const SheetFile drawn(work_, draw_sheet(sheet, tile_px));
        TissuePiece piece{sheet.identity,
                          TissueForm::sheet,
                          sheet.fields.size(),
                          tissue_call(engine.analyse(drawn.file(), options)),
                          {}};
        piece.taught_gate = models_.taught_by(sheet.identity);
        piece.identity.name = fmt::format("{} fields of {}", sheet.fields.size(), sheet.identity.patient);
        return piece;
    }

    TissuePiece slide(const TissueSlide& slide) const {
        const auto result = models_.of(slide.identity).analyse(slide.file, options_);
        return {slide.identity,
                TissueForm::slide,
                1,
                tissue_call(result),
                tiles_of_slide(result, slide),
                models_.taught_by(slide.identity)};
    }

  private:
    const TissueModels& models_;
    const fs::path& work_;
    AnalyseOptions options_;
};

}  // namespace

const Engine& TissueModels::of(const TissueIdentity& identity) const {
    for (const auto& name : {identity.name, identity.patient}) {
        if (const auto found = without.find(name); found != without.end()) return found->second;
    }
    return shipped;
}

TissueResult measure_tissue(const TissueSet& set, const std::string& label, const TissueModels& models,
                            const fs::path& work, int threads, const Say& say) {
    const auto sheets = tissue_sheets(set.fields);
    double total = 0;
    for (const auto& field : set.fields) total += 2 * pixels_of(field);
    for (const auto& sheet : sheets) total += pixels_of(sheet);
    for (const auto& slide : set.slides) total += pixels_of(slide);
    MeasureProgress progress(label, total, say);
    const auto& model = models.shipped.get().model();
    TissueResult result{label, model.config.name, model.sha256, set.sha256, set.repeated_rows, {}};
    const TissueMeasure measure(models, work, threads);
    int block = 0;
    for (const auto& slide : set.slides) {
        result.pieces.push_back(measure.slide(slide));
        progress.add(pixels_of(slide), slide.identity.name);
    }
    for (const auto& field : set.fields) {
        result.pieces.push_back(measure.field(field, block++));
        progress.add(2 * pixels_of(field), field.identity.name);
    }
    for (const auto& sheet : sheets) {
        result.pieces.push_back(measure.sheet(sheet));
        progress.add(pixels_of(sheet), result.pieces.back().identity.name);
    }
    return result;
}

}  // namespace slidetype::bench

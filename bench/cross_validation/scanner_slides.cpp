#include "bench/cross_validation/scanner_slides.h"

#include <fmt/format.h>

#include <cmath>

#include "base/error.h"
#include "bench/cross_validation/card_text.h"
#include "model/data/manifest.h"
#include "plugin/analysis/engine.h"

namespace slidetype::bench {
namespace {

using Row = std::vector<std::string>;

/// Mean and standard deviation of P(LUSC) over all scored tiles, whether they vote or not.
std::string all_tiles_cell(const SlideResult& result) {
    const auto lusc = lusc_column(result.model.class_names);
    if (!lusc) return "other classes";
    double sum = 0, squares = 0, count = 0;
    for (std::size_t tile = 0; tile < result.grid.tiles.size(); ++tile) {
        const auto p = static_cast<double>(result.probability(tile, *lusc));
        if (std::isnan(p)) continue;
        sum += p, squares += p * p, count += 1;
    }
    if (count == 0) return "no tiles";
    const double mean = sum / count, variance = std::max(0.0, squares / count - mean * mean);
    return fmt::format("{:.2f} ± {:.2f}", mean, std::sqrt(variance));
}

std::string call_cell(const SlideCall& call) {
    std::string text(to_string(call.label));
    if (call.prob_lusc) text += " " + probability_text(*call.prob_lusc);
    if (call.ci95) {
        text += fmt::format(" ({} to {})", probability_text((*call.ci95)[0]), probability_text((*call.ci95)[1]));
    }
    return text;
}

Row row_of(const ScannerSlide& slide, const std::string& label, const SlideResult& result) {
    const auto counts = result.status_counts();
    const auto of = [&](TileStatus status) { return grouped(counts[static_cast<std::size_t>(status)]); };
    return {slide.what,
            fmt::format("`{}`", label),
            all_tiles_cell(result),
            of(TileStatus::ok),
            result.model.gate ? of(TileStatus::benign) : "no gate",
            result.model.familiarity ? of(TileStatus::unfamiliar) : "no guard",
            call_cell(result.call)};
}

}  // namespace

std::vector<ScannerSlide> read_scanner_slides(const std::filesystem::path& csv, const std::filesystem::path& root) {
    const auto manifest = read_manifest(csv, {"file", "what"});
    const auto find = [&](const std::string& name) {
        return !root.empty() && std::filesystem::exists(root / name) ? root / name : csv.parent_path() / name;
    };
    std::vector<ScannerSlide> slides;
    slides.reserve(manifest.rows.size());
    for (const auto& row : manifest.rows) {
        slides.push_back({find(manifest.at(row, "file")), manifest.at(row, "what"), manifest.number(row, "spacing")});
    }
    return slides;
}

std::string scanner_slides_table(std::span<const ScannerSlide> slides,
                                 std::span<const std::pair<std::string, std::filesystem::path>> models, int threads,
                                 const Say& say) {
    std::vector<Row> rows(slides.size() * models.size());
    for (std::size_t m = 0; m < models.size(); ++m) {
        const Engine engine(read_model_directory(models[m].second));
        for (std::size_t s = 0; s < slides.size(); ++s) {
            say(models[m].first + ": " + slides[s].file.filename().string());
            AnalyseOptions options;
            options.threads = threads;
            options.spacing_um_px = slides[s].spacing_um_px;
            auto& row = rows[s * models.size() + m];
            try {
                row = row_of(slides[s], models[m].first, engine.analyse(slides[s].file, options));
            } catch (const Error& error) {
                row = {
                    slides[s].what, fmt::format("`{}`", models[m].first), "", "", "", "", "refused: " + error.cause()};
            }
        }
    }
    return table({"slide", "model", "P(LUSC), all tiles", "voting", "benign", "unfamiliar", "call"}, rows);
}

}  // namespace slidetype::bench

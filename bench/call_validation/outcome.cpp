#include "bench/call_validation/outcome.h"

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/error.h"

namespace slidetype::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kTilePx = 256;
constexpr double kSpacing = 0.5;  ///< a cell is 128 µm, one tile of the model

SlideResult run_slide(const Engine& engine, const PlannedSlide& slide, const std::filesystem::path& work, int threads,
                      std::vector<tools::MosaicTile>* cells = nullptr) {
    const tools::Mosaic mosaic(slide.layout, slide.classes, {kTilePx, slide.seed, 243});
    PyramidOptions pyramid;
    pyramid.spacing_um_px = kSpacing;
    pyramid.quality = 90;
    const auto file = work / (slide.name + ".tiff");
    mosaic.write(file, pyramid);
    AnalyseOptions options;
    options.threads = threads;
    auto result = engine.analyse(file, options);
    for (const auto* extension : {".tiff", ".geojson", ".csv"}) {
        std::filesystem::remove(work / (slide.name + extension));
    }
    if (cells != nullptr) *cells = mosaic.tiles();
    return result;
}

/// Of the cells of one source image.
struct GroupSums {
    double prob = 0, voting = 0, cells = 0;
};

ClassMean mean_of(const std::map<std::string, GroupSums>& groups) {
    ClassMean mean;
    double weight = 0;
    for (const auto& [group, sums] : groups) {
        const double share = sums.voting / sums.cells;
        if (sums.voting > 0) mean.prob_lusc += share * sums.prob / sums.voting;
        weight += share;
    }
    mean.prob_lusc /= weight;
    mean.voting = weight / static_cast<double>(groups.size());
    return mean;
}

std::map<std::string, std::string> groups_by_file(const PicturesByGroup& pictures) {
    std::map<std::string, std::string> groups;
    for (const auto& [group, files] : pictures) {
        for (const auto& file : files) groups[file.string()] = group;
    }
    return groups;
}

/// Of the voting tiles of a slide whose tumour cells are LUSC to this share.
std::optional<double> expected_mean(double lusc_share, const std::array<ClassMean, 2>& means) {
    const double luad = (1 - lusc_share) * means[0].voting, lusc = lusc_share * means[1].voting;
    if (luad + lusc == 0) return std::nullopt;
    return (luad * means[0].prob_lusc + lusc * means[1].prob_lusc) / (luad + lusc);
}

Json maybe(const std::optional<double>& value) {
    return value ? Json(std::round(*value * 1e6) / 1e6) : Json();
}

std::optional<double> number(const Json& value) {
    return value.is_null() ? std::nullopt : std::optional(value.get<double>());
}

}  // namespace

std::array<ClassMean, 2> class_means(const Engine& engine, const FoldPictures& pictures,
                                     const std::filesystem::path& work) {
    std::vector<tools::MosaicTile> cells;
    const auto result = run_slide(engine, plan_census(pictures), work, 0, &cells);
    const auto lusc = lusc_column(result.model.class_names);
    if (!lusc) throw Error(ErrorCode::bad_model, result.model.name, "has other classes than LUAD and LUSC");
    std::array<std::map<std::string, GroupSums>, 2> sums;
    const std::array names = {groups_by_file(pictures.luad), groups_by_file(pictures.lusc)};
    for (const auto& cell : cells) {
        const std::size_t kind = cell.class_name == "LUSC";
        auto& group = sums[kind][names[kind].at(cell.file.string())];
        const auto tile = static_cast<std::size_t>(cell.row * result.grid.columns + cell.column);
        group.cells += 1;
        if (!result.voted_class(tile)) continue;
        group.voting += 1;
        group.prob += static_cast<double>(result.probability(tile, *lusc));
    }
    return {mean_of(sums[0]), mean_of(sums[1])};
}

CallOutcome judge(const Engine& engine, const PlannedSlide& slide, const std::array<ClassMean, 2>& means,
                  const std::filesystem::path& work, int threads) {
    const auto result = run_slide(engine, slide, work, threads);
    CallOutcome outcome;
    outcome.name = slide.name;
    outcome.kind = slide.kind;
    outcome.expected = slide.expected;
    outcome.call = std::string(to_string(result.call.label));
    outcome.prob_lusc = result.call.prob_lusc;
    if (result.call.ci95) {
        outcome.ci_low = (*result.call.ci95)[0];
        outcome.ci_high = (*result.call.ci95)[1];
    }
    if (slide.expected != "insufficient") outcome.expected_mean = expected_mean(slide.lusc_share, means);
    outcome.voting_mm2 = result.call.voting_area_mm2;
    outcome.coherent_mm2 = result.call.coherent_mm2;
    return outcome;
}

void write_validation(const std::filesystem::path& file, const CallValidation& validation) {
    const auto& limits = validation.thresholds;
    Json root = {{"format_version", 1},
                 {"model", validation.model},
                 {"sha256", validation.sha256},
                 {"fold", validation.fold},
                 {"seed", validation.seed},
                 {"thresholds",
                  {{"min_area_mm2", limits.min_area_mm2},
                   {"min_tumour_share", limits.min_tumour_share},
                   {"mixed_region_mm2", limits.mixed_region_mm2},
                   {"mixed_share", limits.mixed_share}}},
                 {"slides", Json::array()}};
    for (const auto& slide : validation.slides) {
        root["slides"].push_back({{"name", slide.name},
                                  {"kind", slide.kind},
                                  {"expected", slide.expected},
                                  {"call", slide.call},
                                  {"prob_LUSC", maybe(slide.prob_lusc)},
                                  {"ci_low", maybe(slide.ci_low)},
                                  {"ci_high", maybe(slide.ci_high)},
                                  {"expected_mean", maybe(slide.expected_mean)},
                                  {"voting_mm2", maybe(slide.voting_mm2)},
                                  {"coherent_LUAD_mm2", maybe(slide.coherent_mm2[0])},
                                  {"coherent_LUSC_mm2", maybe(slide.coherent_mm2[1])}});
    }
    write_file(file, root.dump(1) + "\n");
}

CallValidation read_validation(const std::filesystem::path& file) {
    CallValidation validation;
    try {
        const auto root = Json::parse(read_file(file));
        validation.model = root.at("model");
        validation.sha256 = root.at("sha256");
        validation.fold = root.at("fold");
        validation.seed = root.at("seed");
        const auto& limits = root.at("thresholds");
        validation.thresholds = {limits.at("min_area_mm2"), limits.at("min_tumour_share"),
                                 limits.at("mixed_region_mm2"), limits.at("mixed_share")};
        for (const auto& from : root.at("slides")) {
            auto& slide = validation.slides.emplace_back();
            slide.name = from.at("name");
            slide.kind = from.at("kind");
            slide.expected = from.at("expected");
            slide.call = from.at("call");
            slide.prob_lusc = number(from.at("prob_LUSC"));
            slide.ci_low = number(from.at("ci_low"));
            slide.ci_high = number(from.at("ci_high"));
            slide.expected_mean = number(from.at("expected_mean"));
            slide.voting_mm2 = from.at("voting_mm2");
            slide.coherent_mm2 = {from.at("coherent_LUAD_mm2"), from.at("coherent_LUSC_mm2")};
        }
    } catch (const Json::exception& error) {
        throw Error(ErrorCode::corrupt, file.string(), error.what(), "Run `validate_calls run` again.");
    }
    return validation;
}

}  // namespace slidetype::bench

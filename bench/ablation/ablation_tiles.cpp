#include "bench/ablation/ablation_tiles.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/error.h"
#include "base/pictures/image_file.h"
#include "base/resampling/resample.h"
#include "tiler/slides/slide.h"

namespace slidetype::bench {
namespace {

/// Where tiles of `edge` px begin along `length`, each half over the next; one that reaches beyond by rounding counts.
std::vector<double> half_steps(int length, double edge) {
    std::vector<double> starts;
    for (double at = 0; at + edge <= length + 1; at += edge / 2) starts.push_back(at);
    return starts;
}

RgbImage window_of(const RgbImage& picture, double x, double y, double edge, int patch_px) {
    const double width = std::min(edge, picture.width - x), height = std::min(edge, picture.height - y);
    RgbImage tile(patch_px, patch_px);
    resample_window(picture, {x, y, width, height}, tile);
    return tile;
}

/// The source whose rarer class has most patients.
std::string richest_source(const TissueSet& set) {
    std::map<std::string, std::array<std::set<std::string>, 2>> patients;
    for (const auto& field : set.fields) {
        const auto& identity = field.identity;
        if (identity.label == "control") continue;
        patients[identity.source].at(identity.label == "LUSC" ? 1 : 0).insert(identity.patient);
    }
    const auto rarer = [](const auto& each) { return std::min(each.second[0].size(), each.second[1].size()); };
    const auto best = std::ranges::max_element(patients, {}, rarer);
    if (best == patients.end() || rarer(*best) == 0)
        throw Error(ErrorCode::bad_data, "fields.csv", "has no source with patients of both classes");
    return best->first;
}

}  // namespace

void AblationTiles::add(RgbImage tile, int its_label, std::string its_unit) {
    tiles.push_back(std::move(tile));
    label.push_back(its_label);
    unit.push_back(std::move(its_unit));
}

std::vector<double> AblationTiles::weights(int its_label) const {
    std::map<std::string, double> counts;
    for (std::size_t i = 0; i < size(); ++i) {
        if (label[i] == its_label) counts[unit[i]] += 1;
    }
    std::vector<double> weights(size());
    for (std::size_t i = 0; i < size(); ++i) {
        if (label[i] == its_label) weights[i] = 1 / (static_cast<double>(counts.size()) * counts[unit[i]]);
    }
    return weights;
}

std::vector<double> AblationTiles::weights() const {
    auto all = weights(0);
    const auto lusc = weights(1);
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = (all[i] + lusc[i]) / 2;
    return all;
}

PatientTiles AblationTiles::by_unit(const std::vector<double>& values) const {
    std::array<std::map<std::string, std::vector<double>>, 2> units;
    for (std::size_t i = 0; i < size(); ++i) {
        if (label[i] < 2) units.at(static_cast<std::size_t>(label[i]))[unit[i]].push_back(values[i]);
    }
    PatientTiles tiles_of;
    for (std::size_t c = 0; c < 2; ++c) {
        for (auto& [name, list] : units[c]) tiles_of[c].push_back(std::move(list));
    }
    return tiles_of;
}

std::size_t AblationTiles::units(int its_label) const {
    std::set<std::string> names;
    for (std::size_t i = 0; i < size(); ++i) {
        if (label[i] == its_label) names.insert(unit[i]);
    }
    return names.size();
}

AblationTiles photograph_tiles(const Dataset& dataset, int fold, bool benign, int patch_px, std::size_t most_a_group) {
    AblationTiles found;
    std::map<std::string, std::size_t> taken;
    for (const auto& tile : dataset.tiles) {
        if (tile.fold != fold || (tile.label == kBenignLabel) != benign) continue;
        if (taken[tile.group]++ >= most_a_group) continue;
        found.add(resize_image(read_image(tile.file), patch_px, patch_px), tile.label, tile.group);
    }
    const bool complete = benign ? found.size() > 0 : found.units(0) > 0 && found.units(1) > 0;
    if (!complete)
        throw Error(ErrorCode::bad_data, "fold " + std::to_string(fold),
                    benign ? "has no benign pictures" : "lacks pictures of LUAD or of LUSC");
    return found;
}

AblationTiles scanner_tiles(const TissueSet& set, double um, int patch_px) {
    const auto source = richest_source(set);
    AblationTiles found;
    for (const auto& field : set.fields) {
        const auto& identity = field.identity;
        if (identity.label == "control" || identity.source != source) continue;
        const auto picture = read_image(field.file);
        const double edge = um / *identity.spacing_um_px;
        for (const double y : half_steps(picture.height, edge)) {
            for (const double x : half_steps(picture.width, edge))
                found.add(window_of(picture, x, y, edge, patch_px), identity.label == "LUSC" ? 1 : 0, identity.patient);
        }
    }
    return found;
}

AblationTiles square_tiles(const TissueSet& set, const std::string& content, double um, int patch_px) {
    AblationTiles found;
    for (const auto& each : set.slides) {
        const Slide slide(each.file);
        const double edge = um / slide.spacing().x_um_px;
        for (const auto& square : each.squares) {
            if (square.content != content) continue;
            // The finest level: a tenth of a second a square, and no doubt about the level.
            const auto picture = slide.read(0, {square.x, square.y, square.edge, square.edge});
            for (double y = 0; y + edge <= picture.height + 1; y += edge) {
                for (double x = 0; x + edge <= picture.width + 1; x += edge)
                    found.add(window_of(picture, x, y, edge, patch_px), kBenignLabel, each.identity.name);
            }
        }
    }
    return found;
}

}  // namespace slidetype::bench

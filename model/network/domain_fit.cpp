#include "model/network/domain_fit.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "model/network/familiarity.h"

namespace slidetype {
namespace {

constexpr double kPriorSources = 16;  ///< that the usual spread counts for
constexpr double kBetweenOfWithin = 2;
constexpr std::size_t kFolds = 5;
constexpr double kKnownShare = 0.99;
/// Of source pictures of LC25000 1 in 100 lies beyond 2.2, of tissue of nine scanners 1 in 20 tiles below 2.5.
constexpr double kUsualLimit = 2.3, kLeastLimit = 1.8, kMostLimit = 3.5;

/// Tiles of one source and label, or all of one source that lie across borders.
struct Unit {
    std::size_t source = 0;
    bool unseen = false, across = false;
    std::vector<const MaterialTile*> tiles;
    std::size_t pictures = 0;
    TileTraits mean{};
};

std::vector<Unit> units_of(std::span<const MaterialTile> tiles) {
    std::map<std::tuple<std::size_t, bool, int>, Unit> by_key;
    for (const auto& tile : tiles) {
        auto& unit = by_key[{tile.source, tile.across, tile.across ? 0 : tile.label}];
        unit.source = tile.source;
        unit.unseen = tile.unseen;
        unit.across = tile.across;
        unit.tiles.push_back(&tile);
        unit.pictures += tile.varied ? 0 : 1;
    }
    std::vector<Unit> units;
    units.reserve(by_key.size());
    for (auto& [key, unit] : by_key) {
        TraitMean mean;
        for (const auto* tile : unit.tiles) mean.add(tile->traits);
        unit.mean = mean.mean();
        unit.pictures = std::max<std::size_t>(unit.pictures, 1);
        units.push_back(std::move(unit));
    }
    return units;
}

void add_product(TraitMatrix& sums, const TileTraits& value, const TileTraits& mean) {
    for (std::size_t r = 0; r < kTraits; ++r) {
        for (std::size_t c = 0; c < kTraits; ++c) sums[r * kTraits + c] += (value[r] - mean[r]) * (value[c] - mean[c]);
    }
}

void scale(TraitMatrix& matrix, double factor) {
    for (auto& value : matrix) value *= factor;
}

KnownMaterial material_of(const std::vector<const Unit*>& units, const TraitMatrix* usual_between) {
    KnownMaterial out;
    std::set<std::size_t> sources;
    TraitMean mean;
    std::size_t tiles = 0;
    for (const auto* unit : units) {
        sources.insert(unit->source);
        mean.add(unit->mean);
        tiles += unit->tiles.size();
        for (const auto* tile : unit->tiles) add_product(out.within, tile->traits, unit->mean);
    }
    out.mean = mean.mean();
    out.groups = sources.size();
    scale(out.within, 1 / static_cast<double>(std::max(tiles, units.size() + 1) - units.size()));
    for (const auto* unit : units) add_product(out.between, unit->mean, out.mean);
    scale(out.between, 1 / std::max(1.0, static_cast<double>(units.size()) - 1));
    const double seen = static_cast<double>(out.groups) - 1, all = seen + kPriorSources;
    const double to_come = 1 + 1 / static_cast<double>(out.groups);  // the mean is known no better than that
    for (std::size_t k = 0; k < out.between.size(); ++k) {
        const double usual = usual_between != nullptr ? (*usual_between)[k] : kBetweenOfWithin * out.within[k];
        out.between[k] = to_come * (seen * out.between[k] + kPriorSources * usual) / all;
    }
    return out;
}

/// One distance by a fit without its source.
struct HeldOut {
    std::size_t fold = 0;
    bool unseen = false, whole = false;  ///< of a whole source, else of a tile
    bool across = false;
    double distance = 0;
    std::array<double, kWitnessCount> by_witness{};
};

HeldOut measure_held_out(const KnownMaterial& material, const TileTraits& traits, std::size_t tiles) {
    HeldOut out;
    out.distance = domain_distance(material, traits, tiles);
    for (std::size_t w = 0; w < out.by_witness.size(); ++w)
        out.by_witness[w] = domain_distance(material, traits, tiles, static_cast<Witness>(w));
    return out;
}

std::vector<HeldOut> hold_out(const std::vector<Unit>& units, const TraitMatrix* usual_between) {
    std::set<std::size_t> known;
    for (const auto& unit : units) known.insert(unit.source);
    std::vector<std::size_t> sources(known.begin(), known.end());
    Random random(1);
    random.shuffle(sources);
    std::map<std::size_t, std::size_t> fold_of;
    for (std::size_t k = 0; k < sources.size(); ++k) fold_of[sources[k]] = k % kFolds;
    std::vector<HeldOut> out;
    for (std::size_t fold = 0; fold < std::min(kFolds, sources.size()) && sources.size() > 1; ++fold) {
        std::vector<const Unit*> others;
        for (const auto& unit : units) {
            if (fold_of.at(unit.source) != fold) others.push_back(&unit);
        }
        const auto material = material_of(others, usual_between);
        const auto add = [&](const Unit& unit, const TileTraits& traits, std::size_t tiles, bool whole) {
            out.push_back(measure_held_out(material, traits, tiles));
            out.back().fold = fold, out.back().unseen = unit.unseen, out.back().whole = whole;
            out.back().across = unit.across;
        };
        for (const auto& unit : units) {
            if (fold_of.at(unit.source) != fold) continue;
            add(unit, unit.mean, unit.pictures, true);
            for (const auto* tile : unit.tiles) add(unit, tile->traits, 1, false);
        }
    }
    return out;
}

/// What 1 in 100 of the sources, and of the tiles, exceeds. `skip`: a fold that does not count.
template <class Figure>
double limit_of(const std::vector<HeldOut>& held_out, std::size_t skip, Figure figure) {
    std::array<std::vector<double>, 4> values;
    for (const auto& each : held_out) {
        if (each.fold == skip) continue;
        values[each.whole ? 0 : 1].push_back(figure(each));
        if (each.unseen) values[each.whole ? 2 : 3].push_back(figure(each));
    }
    double limit = std::max(quantile(values[0], kKnownShare), quantile(values[1], kKnownShare));
    if (values[2].size() >= kEnoughSources)
        limit = std::max({limit, quantile(values[2], kKnownShare), quantile(values[3], kKnownShare)});
    return limit;
}

template <class Figure>
double bounded_limit(const std::vector<HeldOut>& held_out, std::size_t skip, std::size_t sources, Figure figure) {
    const double limit = limit_of(held_out, skip, figure);
    return sources >= kEnoughSources ? std::max(limit, kLeastLimit) : std::clamp(limit, kUsualLimit, kMostLimit);
}

FalseAlarms count_alarms(const std::vector<HeldOut>& held_out, std::size_t sources, bool unseen_only) {
    FalseAlarms alarms;
    for (std::size_t fold = 0; fold < kFolds; ++fold) {
        const double limit = bounded_limit(held_out, fold, sources, [](const HeldOut& each) { return each.distance; });
        for (const auto& each : held_out) {
            if (each.fold != fold || each.across || (unseen_only && !each.unseen)) continue;
            ++(each.whole ? alarms.sources : alarms.pictures);
            if (each.distance > limit) ++(each.whole ? alarms.source_alarms : alarms.picture_alarms);
        }
    }
    return alarms;
}

}  // namespace

DomainFit fit_material(std::span<const MaterialTile> tiles, const TraitMatrix* usual_between) {
    if (tiles.size() < 2) throw Error(ErrorCode::bad_data, "domain check", "needs at least two pictures");
    const auto units = units_of(tiles);
    std::vector<const Unit*> all;
    all.reserve(units.size());
    for (const auto& unit : units) all.push_back(&unit);
    DomainFit fit;
    fit.material = material_of(all, usual_between);
    const auto held_out = hold_out(units, usual_between);
    const auto sources = fit.material.groups;
    constexpr std::size_t kNone = kFolds;
    fit.material.limit = bounded_limit(held_out, kNone, sources, [](const HeldOut& each) { return each.distance; });
    for (std::size_t w = 0; w < fit.material.witness_limits.size(); ++w) {
        fit.material.witness_limits[w] =
            bounded_limit(held_out, kNone, sources, [w](const HeldOut& each) { return each.by_witness[w]; });
    }
    const auto unseen =
        std::ranges::count_if(held_out, [](const HeldOut& each) { return each.unseen && each.whole && !each.across; });
    fit.unseen = unseen >= static_cast<std::ptrdiff_t>(kEnoughSources);
    fit.alarms = count_alarms(held_out, sources, fit.unseen);
    return fit;
}

}  // namespace slidetype

#include "bench/cross_validation/unit.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "base/error.h"
#include "base/random.h"
#include "base/sha256.h"

namespace slidetype::bench {
namespace {

constexpr std::array<std::string_view, 3> kSchemes = {"fold", "cluster", "random"};

std::vector<std::string> clusters_of(const Dataset& dataset, int label) {
    std::set<std::string> names;
    for (const auto& tile : dataset.tiles) {
        if (tile.label == label && !tile.stain_cluster.empty()) names.insert(tile.stain_cluster);
    }
    return {names.begin(), names.end()};
}

std::vector<Unit> cluster_units(const Dataset& dataset) {
    const auto first = clusters_of(dataset, 0), second = clusters_of(dataset, 1);
    if (first.empty() || second.empty()) {
        throw Error(ErrorCode::bad_data, "stain clusters", "the data names none for both classes",
                    "Give a manifest with a stain_cluster column.");
    }
    std::vector<Unit> units;
    const auto count = std::min(first.size(), second.size());
    units.reserve(count);
    for (std::size_t i = 0; i < count; ++i) units.push_back({Scheme::cluster, first[i] + "+" + second[i]});
    return units;
}

std::vector<Unit> fold_units(const Dataset& dataset) {
    std::set<int> folds;
    for (const auto& tile : dataset.tiles) {
        if (tile.fold >= 0) folds.insert(tile.fold);
    }
    if (folds.size() < 2) {
        throw Error(ErrorCode::bad_data, "folds", "the data names fewer than two",
                    "Give a manifest with a fold column.");
    }
    std::vector<Unit> units;
    units.reserve(folds.size());
    for (const int fold : folds) units.push_back({Scheme::fold, std::to_string(fold)});
    return units;
}

template <class Number>
Number number_of(const Unit& unit) {
    Number value{};
    const auto* end = unit.held_out.data() + unit.held_out.size();
    if (const auto parsed = std::from_chars(unit.held_out.data(), end, value); parsed.ptr != end) {
        throw Error(ErrorCode::usage, name_of(unit), "is no unit", "Such as fold-0 or random-1337.");
    }
    return value;
}

UnitSplit fold_split(const Dataset& dataset, const Unit& unit) {
    auto split = split_by_fold(dataset, number_of<int>(unit));
    return {std::move(split.train), split.validation, std::move(split.validation), true, split.description};
}

UnitSplit cluster_split(const Dataset& dataset, const Unit& unit) {
    const auto plus = unit.held_out.find('+');
    const std::set<std::string> left_out = {unit.held_out.substr(0, plus),
                                            plus == std::string::npos ? "" : unit.held_out.substr(plus + 1)};
    std::set<std::string> groups;
    UnitSplit split;
    for (std::size_t i = 0; i < dataset.tiles.size(); ++i) {
        const auto& tile = dataset.tiles[i];
        if (tile.stain_cluster.empty() || !left_out.contains(tile.stain_cluster)) continue;
        split.test.push_back(i);
        groups.insert(tile.group);
    }
    for (std::size_t i = 0; i < dataset.tiles.size(); ++i) {
        if (!groups.contains(dataset.tiles[i].group)) split.train.push_back(i);
    }
    split.validation = split.test;
    split.description = std::string("group-disjoint: stain clusters ") + unit.held_out + " are left out";
    return split;
}

UnitSplit random_split(const Dataset& dataset, const Unit& unit) {
    UnitSplit split;
    for (int label = 0; label <= kBenignLabel; ++label) {
        std::vector<std::size_t> members;
        for (std::size_t i = 0; i < dataset.tiles.size(); ++i) {
            if (dataset.tiles[i].label == label) members.push_back(i);
        }
        Random(number_of<std::uint64_t>(unit), static_cast<std::uint64_t>(label), 0).shuffle(members);
        const std::size_t tenth = (members.size() + 5) / 10;
        for (std::size_t k = 0; k < members.size(); ++k) {
            (k < tenth ? split.test : k < 2 * tenth ? split.validation : split.train).push_back(members[k]);
        }
    }
    for (auto* part : {&split.train, &split.validation, &split.test}) std::ranges::sort(*part);
    split.validation_is_test = false;
    split.description =
        std::string("random, leaks copies of the same source image: 80 % train, 10 % validate, ") + "10 % test";
    return split;
}

}  // namespace

std::string_view to_string(Scheme scheme) {
    return kSchemes[static_cast<std::size_t>(scheme)];
}

Scheme scheme_of(std::string_view name) {
    const auto found = std::ranges::find(kSchemes, name);
    if (found == kSchemes.end()) throw Error(ErrorCode::usage, std::string(name), "is no scheme");
    return static_cast<Scheme>(found - kSchemes.begin());
}

std::string name_of(const Unit& unit) {
    return std::string(to_string(unit.scheme)) + "-" + unit.held_out;
}

std::vector<Unit> units_of(const Dataset& dataset, Scheme scheme, std::uint64_t random_seed) {
    switch (scheme) {
        case Scheme::fold:
            return fold_units(dataset);
        case Scheme::cluster:
            return cluster_units(dataset);
        case Scheme::random:
            break;
    }
    return {{Scheme::random, std::to_string(random_seed)}};
}

UnitSplit split_of(const Dataset& dataset, const Unit& unit) {
    auto split = unit.scheme == Scheme::fold      ? fold_split(dataset, unit)
                 : unit.scheme == Scheme::cluster ? cluster_split(dataset, unit)
                                                  : random_split(dataset, unit);
    if (split.train.empty() || split.validation.empty() || tumour_only(dataset, split.test).empty()) {
        throw Error(ErrorCode::bad_data, name_of(unit), "leaves no pictures to train or to measure on");
    }
    return split;
}

std::vector<std::size_t> tumour_only(const Dataset& dataset, const std::vector<std::size_t>& members) {
    std::vector<std::size_t> out;
    std::ranges::copy_if(members, std::back_inserter(out), [&](std::size_t i) {
        return dataset.tiles[i].label != kBenignLabel && !dataset.tiles[i].gate_only;
    });
    return out;
}

std::string fingerprint(const Dataset& dataset) {
    std::string text;
    for (const auto& tile : dataset.tiles) {
        if (tile.gate_only) continue;  // taught beside what is compared
        text += tile.file.parent_path().filename().string() + "/" + tile.file.filename().string() + "," +
                std::to_string(tile.label) + "," + tile.group + "," + std::to_string(tile.fold) + "," +
                tile.stain_cluster + "\n";
    }
    return sha256_hex(text);
}

}  // namespace slidetype::bench

// Which pictures of a dataset train and which validate.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/error.h"
#include "base/random.h"
#include "base/words.h"
#include "model/data/dataset.h"

namespace slidetype {
namespace {

constexpr int kLabels = 3;
using UnitOf = std::function<std::string(const LabelledTile&)>;
using Sizes = std::map<std::string, std::size_t>;  ///< tiles per unit

std::string group_of(const LabelledTile& tile) {
    return tile.group;
}

bool takes_part(const LabelledTile& tile) {
    return tile.part != Part::test;
}

Sizes sizes_of(const Dataset& dataset, const UnitOf& unit_of, const std::function<bool(const LabelledTile&)>& counts) {
    Sizes sizes;
    for (const auto& tile : dataset.tiles) {
        if (takes_part(tile) && counts(tile)) ++sizes[unit_of(tile)];
    }
    return sizes;
}

std::vector<std::string> shuffled(const Sizes& sizes, Random random) {
    std::vector<std::string> units;
    units.reserve(sizes.size());
    for (const auto& [unit, size] : sizes) units.push_back(unit);
    random.shuffle(units);
    return units;
}

/// Takes units in random order wherever one brings their sum nearer to the share that is wanted.
void draw_some(const Sizes& sizes, double share, Random random, std::set<std::string>& validating) {
    std::size_t total = 0, taken = 0;
    for (const auto& [unit, size] : sizes) {
        total += size;
        if (validating.contains(unit)) taken += size;
    }
    const auto wanted = static_cast<std::size_t>(share * static_cast<double>(total) + 0.5);
    for (const auto& unit : shuffled(sizes, random)) {
        const auto size = sizes.at(unit);
        if (taken >= wanted) return;
        if (validating.contains(unit) || size >= 2 * (wanted - taken) || taken + size == total) continue;
        validating.insert(unit);
        taken += size;
    }
}

/// How many of the units of a class validate.
std::size_t count_validating(const Sizes& sizes, const std::set<std::string>& validating) {
    return static_cast<std::size_t>(
        std::ranges::count_if(sizes, [&](const auto& each) { return validating.contains(each.first); }));
}

/// With few large units no draw may have come near the share: then the smallest that leaves every tumour class
/// something to train on validates.
void make_sure_of(const Sizes& sizes, std::span<const Sizes> tumour, Random random, std::set<std::string>& validating) {
    if (count_validating(sizes, validating) > 0) return;
    auto units = shuffled(sizes, random);
    std::ranges::stable_sort(units, {}, [&](const std::string& unit) { return sizes.at(unit); });
    for (const auto& unit : units) {
        auto with = validating;
        with.insert(unit);
        const bool all_train =
            std::ranges::all_of(tumour, [&](const Sizes& each) { return count_validating(each, with) < each.size(); });
        if (!all_train) continue;
        validating = std::move(with);
        return;
    }
}

void list_test(const Dataset& dataset, Split& split) {
    for (std::size_t i = 0; i < dataset.tiles.size(); ++i) {
        if (!takes_part(dataset.tiles[i])) split.test.push_back(i);
    }
}

/// Who has laid parts out in folders sees at a glance what is missing where.
void require_classes_in_parts(const Dataset& dataset, const Split& split) {
    const auto require = [&](std::span<const std::size_t> members, const std::string& part, const std::string& why,
                             const std::string& hint) {
        for (int label = 0; label < 2; ++label) {
            const bool there = std::ranges::any_of(
                members, [&](std::size_t i) { return dataset.tiles[i].label == label && !dataset.tiles[i].gate_only; });
            if (there) continue;
            throw Error(ErrorCode::bad_data, "the part " + part,
                        (members.empty() ? std::string("holds no pictures")
                                         : "holds no pictures of " + std::string(label_name(label))) +
                            why,
                        hint);
        }
    };
    require(split.train, "train", ", so nothing can be learnt",
            "Put a folder with pictures of each class into it, or give the class folders without parts.");
    require(split.validation, "validation", ", by which the epoch is chosen and the probabilities are calibrated",
            "Put a folder with pictures of each class into it, of other patients than those of train; or let --split "
            "group draw them from train.");
}

[[noreturn]] void refuse_to_split() {
    throw Error(ErrorCode::bad_data, "split", "too few groups to train on some and validate on others",
                "Give pictures of more source images, slides or patients, or a manifest with a fold or split column.");
}

/// The classes of each input are drawn from on their own, so that each is on both sides as far as its groups allow.
Split draw(const Dataset& dataset, double share, std::uint64_t seed, const UnitOf& unit_of) {
    std::set<std::string> validating;
    std::size_t sources = 0;
    for (const auto& tile : dataset.tiles) sources = std::max(sources, tile.source + 1);
    for (std::size_t source = 0; source < sources; ++source) {
        for (int label = 0; label < kLabels; ++label) {
            const auto sizes = sizes_of(dataset, unit_of, [&](const LabelledTile& tile) {
                return tile.source == source && tile.label == label;
            });
            draw_some(sizes, share, Random(seed, static_cast<std::uint64_t>(label), source), validating);
        }
    }
    std::array<Sizes, 2> tumour;
    for (int label = 0; label < 2; ++label) {
        tumour[static_cast<std::size_t>(label)] = sizes_of(
            dataset, unit_of, [&](const LabelledTile& tile) { return tile.label == label && !tile.gate_only; });
    }
    for (const auto& sizes : tumour) make_sure_of(sizes, tumour, Random(seed, kLabels, 0), validating);
    for (const auto& sizes : tumour) {
        const auto count = count_validating(sizes, validating);
        if (count == 0 || count == sizes.size()) refuse_to_split();
    }

    Split split;
    for (std::size_t i = 0; i < dataset.tiles.size(); ++i) {
        const auto& tile = dataset.tiles[i];
        if (takes_part(tile)) (validating.contains(unit_of(tile)) ? split.validation : split.train).push_back(i);
    }
    list_test(dataset, split);
    return split;
}

/// Groups are seldom of the size that was asked for, so this tells what came of it.
std::string validating_share(const Split& split) {
    const auto validating = static_cast<double>(split.validation.size());
    const double share = validating / (validating + static_cast<double>(split.train.size()));
    return std::to_string(static_cast<int>(share * 100 + 0.5)) + " % of the pictures validate";
}

}  // namespace

Split split_by_fold(const Dataset& dataset, int fold) {
    if (!dataset.has_folds) {
        throw Error(ErrorCode::bad_data, "--fold", "the data has no fold column",
                    "Leave --fold out to split by group.");
    }
    Split split;
    list_test(dataset, split);
    bool some_without = false;
    for (std::size_t i = 0; i < dataset.tiles.size(); ++i) {
        if (!takes_part(dataset.tiles[i])) continue;
        some_without |= dataset.tiles[i].fold < 0;
        (dataset.tiles[i].fold == fold ? split.validation : split.train).push_back(i);
    }
    if (split.train.empty() || split.validation.empty()) {
        throw Error(ErrorCode::bad_data, "--fold",
                    "no pictures in fold " + std::to_string(fold) + ", or in the others");
    }
    split.description = "fold " + std::to_string(fold) + " validates, the others train";
    if (some_without) split.description += ", as do the pictures without a fold";
    if (!dataset.has_groups) return split;
    if (const auto leaks = leaking_groups(dataset, split)) {
        throw Error(ErrorCode::bad_data, "--fold",
                    counted(leaks, "group") + (leaks == 1 ? " lies" : " lie") + " in two folds",
                    "A group must not be cut: correct the fold column.");
    }
    split.description = "group-disjoint: " + split.description;
    return split;
}

Split split_as_given(const Dataset& dataset) {
    if (!dataset.has_parts) {
        throw Error(ErrorCode::bad_data, "--split given", "the data has no split column",
                    "Add a column `split` with train, validation or test, or leave --split out to split by group.");
    }
    Split split;
    for (std::size_t i = 0; i < dataset.tiles.size(); ++i) {
        const auto part = dataset.tiles[i].part;
        if (part == Part::validation) split.validation.push_back(i);
        if (part == Part::train || part == Part::none) split.train.push_back(i);
    }
    list_test(dataset, split);
    if (!dataset.divided.empty()) require_classes_in_parts(dataset, split);
    if (split.train.empty() || split.validation.empty()) {
        throw Error(
            ErrorCode::bad_data, "--split given",
            std::string("the split column leaves nothing to ") + (split.train.empty() ? "train on" : "validate with"),
            "Mark some pictures train and some validation.");
    }
    split.description = dataset.divided.empty() ? "as the split column says" : "as the folders say";
    if (dataset.has_groups && leaking_groups(dataset, split) == 0) split.description += ", group-disjoint";
    return split;
}

bool has_groups_to_split(const Dataset& dataset) {
    for (int label = 0; label < 2; ++label) {
        const auto sizes = sizes_of(dataset, group_of,
                                    [&](const LabelledTile& tile) { return tile.label == label && !tile.gate_only; });
        if (sizes.size() < 2) return false;
    }
    return true;
}

Split split_by_group(const Dataset& dataset, double share, std::uint64_t seed) {
    auto split = draw(dataset, share, seed, group_of);
    split.description = dataset.has_groups ? "group-disjoint: whole groups, " + validating_share(split)
                                           : "no groups known: " + validating_share(split);
    return split;
}

Split split_by_block(const Dataset& dataset, double share, std::uint64_t seed) {
    auto split = draw(dataset, share, seed, [](const LabelledTile& tile) {
        // Blocks are numbered for each class on its own.
        return tile.group + "\n" + std::to_string(tile.label) + "\n" + tile.block;
    });
    split.description = "parts of the same slides (too few slides to keep apart): " + validating_share(split);
    return split;
}

Split split_at_random(const Dataset& dataset, double share, std::uint64_t seed) {
    auto split = draw(dataset, share, seed, [](const LabelledTile& tile) { return tile.file.string(); });
    split.description = "random (leaks copies of the same source image): " + validating_share(split);
    return split;
}

bool has_benign(const Dataset& dataset, std::span<const std::size_t> members) {
    return std::ranges::any_of(members, [&](std::size_t i) { return dataset.tiles[i].label == kBenignLabel; });
}

std::size_t leaking_groups(const Dataset& dataset, const Split& split) {
    std::set<std::string> train, both;
    for (const auto i : split.train) train.insert(dataset.tiles[i].group);
    for (const auto i : split.validation) {
        if (train.contains(dataset.tiles[i].group)) both.insert(dataset.tiles[i].group);
    }
    return both.size();
}

std::size_t groups_leaking_into_test(const Dataset& dataset, const Split& split) {
    Split sides{.train = split.train, .validation = split.test, .test = {}, .description = {}};
    sides.train.insert(sides.train.end(), split.validation.begin(), split.validation.end());
    return leaking_groups(dataset, sides);
}

std::vector<std::size_t> members_of_fold(const Dataset& dataset, int fold) {
    std::vector<std::size_t> members;
    for (std::size_t i = 0; i < dataset.tiles.size(); ++i) {
        if (dataset.tiles[i].fold == fold) members.push_back(i);
    }
    if (members.empty()) {
        throw Error(ErrorCode::bad_data, "--fold",
                    dataset.has_folds ? "no pictures in fold " + std::to_string(fold) : "the data has no fold column");
    }
    return members;
}

std::vector<std::size_t> members_of_part(const Dataset& dataset, Part part) {
    std::vector<std::size_t> members;
    for (std::size_t i = 0; i < dataset.tiles.size(); ++i) {
        if (dataset.tiles[i].part == part) members.push_back(i);
    }
    if (members.empty()) {
        throw Error(ErrorCode::bad_data, "--part",
                    dataset.has_parts ? "no pictures are marked " + std::string(to_string(part))
                                      : "the data has neither a split column nor folders train, validation, test");
    }
    return members;
}

}  // namespace slidetype

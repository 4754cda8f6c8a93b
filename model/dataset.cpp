#include "model/dataset.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/error.h"
#include "model/manifest.h"
#include "model/random.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

std::string lower(std::string text) {
    for (auto& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    return text;
}

bool is_picture(const fs::path& file) {
    static const std::set<std::string> known = {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp"};
    return known.contains(lower(file.extension().string()));
}

using Counts = std::map<std::string, std::size_t>;

void finish(Dataset& dataset, const Counts& ignored, const fs::path& source) {
    for (const auto& [name, count] : ignored) {
        dataset.ignored_classes.push_back(name + " (" + std::to_string(count) + ")");
    }
    std::ranges::sort(dataset.tiles, {}, [](const LabelledTile& tile) { return tile.file; });
    std::array<std::size_t, 2> per_class{};
    for (const auto& tile : dataset.tiles) ++per_class[static_cast<std::size_t>(tile.label)];
    if (per_class[0] == 0 || per_class[1] == 0) {
        throw Error(ErrorCode::bad_data, source.string(),
                    "needs pictures of both classes; found " + std::to_string(per_class[0]) + " of LUAD and " +
                        std::to_string(per_class[1]) + " of LUSC",
                    "Name the class folders (or the classes of the manifest) LUAD and LUSC.");
    }
}

Dataset read_class_folders(const fs::path& path) {
    Dataset dataset;
    Counts ignored;
    for (const auto& folder : fs::directory_iterator(path)) {
        if (!folder.is_directory()) continue;
        const auto name = folder.path().filename().string();
        const int label = class_index(name);
        for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
            if (!entry.is_regular_file() || !is_picture(entry.path())) continue;
            if (label < 0) {
                ++ignored[name];
            } else {
                dataset.tiles.push_back({entry.path(), label, entry.path().string(), -1});
            }
        }
    }
    dataset.class_names = {"LUAD", "LUSC"};
    finish(dataset, ignored, path);
    return dataset;
}

Dataset read_manifest_dataset(const fs::path& path, const fs::path& root) {
    const auto manifest = read_manifest(path, {"file", "class"});
    Dataset dataset;
    dataset.class_names = {"LUAD", "LUSC"};
    dataset.has_groups = manifest.has("group");
    dataset.has_folds = manifest.has("fold");
    Counts ignored;
    const auto base = root.empty() ? path.parent_path() : root;
    for (const auto& row : manifest.rows) {
        const auto& name = manifest.at(row, "class");
        const int label = class_index(name);
        if (label < 0) {
            ++ignored[name];
            continue;
        }
        LabelledTile tile{base / manifest.at(row, "file"), label, {}, -1};
        if (!fs::exists(tile.file)) {
            dataset.problems.push_back(tile.file.string() + ": does not exist");
            continue;
        }
        tile.group = dataset.has_groups ? manifest.at(row, "group") : tile.file.string();
        if (dataset.has_folds) tile.fold = manifest.integer(row, "fold");
        dataset.tiles.push_back(std::move(tile));
    }
    finish(dataset, ignored, path);
    return dataset;
}

/// Items (groups or single tiles) of one class are shuffled and taken until the share is reached.
Split draw(const Dataset& dataset, double share, std::uint64_t seed,
           const std::function<std::string(const LabelledTile&)>& unit_of) {
    Split split;
    std::set<std::string> validating;
    for (int label = 0; label < 2; ++label) {
        std::map<std::string, std::size_t> sizes;
        std::size_t total = 0;
        for (const auto& tile : dataset.tiles) {
            if (tile.label == label) ++sizes[unit_of(tile)], ++total;
        }
        std::vector<std::string> units;
        units.reserve(sizes.size());
        for (const auto& [unit, size] : sizes) units.push_back(unit);
        Random random(seed, static_cast<std::uint64_t>(label), 0);
        random.shuffle(units);
        std::size_t taken = 0;
        const auto wanted = static_cast<std::size_t>(share * static_cast<double>(total) + 0.5);
        for (const auto& unit : units) {
            if (taken >= wanted || units.size() < 2) break;
            validating.insert(unit);
            taken += sizes[unit];
        }
    }
    for (std::size_t i = 0; i < dataset.tiles.size(); ++i) {
        (validating.contains(unit_of(dataset.tiles[i])) ? split.validation : split.train).push_back(i);
    }
    if (split.train.empty() || split.validation.empty()) {
        throw Error(ErrorCode::bad_data, "split", "too few groups to train on some and validate on others",
                    "Give pictures of more source images, or a manifest with a fold column.");
    }
    return split;
}

std::string percent(double share) {
    return std::to_string(static_cast<int>(share * 100 + 0.5)) + " %";
}

}  // namespace

int class_index(const std::string& name) {
    static const std::map<std::string, int> known = {
        {"luad", 0},     {"lung_aca", 0}, {"adenocarcinoma", 0},         {"lusc", 1},
        {"lung_scc", 1}, {"squamous", 1}, {"squamous cell carcinoma", 1}};
    const auto found = known.find(lower(name));
    return found == known.end() ? -1 : found->second;
}

Dataset read_dataset(const fs::path& path, const fs::path& root) {
    if (!fs::exists(path)) throw Error(ErrorCode::not_found, path.string(), "does not exist");
    return fs::is_directory(path) ? read_class_folders(path) : read_manifest_dataset(path, root);
}

Split split_by_fold(const Dataset& dataset, int fold) {
    if (!dataset.has_folds) {
        throw Error(ErrorCode::bad_data, "--fold", "the data has no fold column",
                    "Leave --fold out to split by group.");
    }
    Split split;
    for (std::size_t i = 0; i < dataset.tiles.size(); ++i) {
        (dataset.tiles[i].fold == fold ? split.validation : split.train).push_back(i);
    }
    if (split.train.empty() || split.validation.empty()) {
        throw Error(ErrorCode::bad_data, "--fold",
                    "no pictures in fold " + std::to_string(fold) + ", or in the others");
    }
    split.description = "fold " + std::to_string(fold) + " validates, the others train";
    if (!dataset.has_groups) return split;
    if (const auto leaks = leaking_groups(dataset, split)) {
        throw Error(ErrorCode::bad_data, "--fold", std::to_string(leaks) + " groups lie in two folds",
                    "A group must not be cut: correct the fold column.");
    }
    split.description = "group-disjoint: " + split.description;
    return split;
}

Split split_by_group(const Dataset& dataset, double share, std::uint64_t seed) {
    auto split = draw(dataset, share, seed, [](const LabelledTile& tile) { return tile.group; });
    split.description = dataset.has_groups ? "group-disjoint: " + percent(share) + " of the groups validate"
                                           : "no groups known: " + percent(share) + " of the pictures validate";
    return split;
}

Split split_at_random(const Dataset& dataset, double share, std::uint64_t seed) {
    auto split = draw(dataset, share, seed, [](const LabelledTile& tile) { return tile.file.string(); });
    split.description = "random (leaks copies of the same source image): " + percent(share) + " validate";
    return split;
}

std::size_t leaking_groups(const Dataset& dataset, const Split& split) {
    std::set<std::string> train, both;
    for (const auto i : split.train) train.insert(dataset.tiles[i].group);
    for (const auto i : split.validation) {
        if (train.contains(dataset.tiles[i].group)) both.insert(dataset.tiles[i].group);
    }
    return both.size();
}

}  // namespace slidetype

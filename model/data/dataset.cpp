#include "model/data/dataset.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "base/error.h"
#include "base/words.h"
#include "model/data/class_folders.h"
#include "model/data/table_files.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

/// What is gathered from the inputs one after the other.
struct Gathered {
    explicit Gathered(const std::function<void(std::size_t)>& progress) : seen(progress) {}

    Dataset dataset;
    std::map<std::string, std::size_t> ignored;
    std::size_t without_group = 0;
    const std::function<void(std::size_t)>& seen;
    std::size_t count = 0;

    void add(LabelledTile tile) {
        dataset.tiles.push_back(std::move(tile));
        if (seen) seen(++count);
    }
};

void read_folder_pictures(const fs::path& path, std::size_t source, Gathered& out) {
    auto found = read_class_folders(path, source, [&] {
        if (out.seen) out.seen(++out.count);
    });
    out.without_group += found.tiles.size();
    std::ranges::move(found.tiles, std::back_inserter(out.dataset.tiles));
    std::ranges::move(found.problems, std::back_inserter(out.dataset.problems));
    std::ranges::move(found.notes, std::back_inserter(out.dataset.notes));
    for (const auto& [name, count] : found.ignored) out.ignored[name] += count;
    if (found.divided) out.dataset.divided.push_back(source);
}

/// Everything of a row but file and label.
void read_columns(const Manifest& manifest, const std::vector<std::string>& row, LabelledTile& tile) {
    if (manifest.has("group")) tile.group = manifest.at(row, "group");
    if (manifest.has("stain_cluster")) tile.stain_cluster = manifest.at(row, "stain_cluster");
    if (manifest.has("block")) tile.block = manifest.at(row, "block");
    if (manifest.has("teaches") && !manifest.at(row, "teaches").empty()) {
        const auto& what = manifest.at(row, "teaches");
        if (what != "gate" && what != "all") {
            throw Error(ErrorCode::bad_data, manifest.source, manifest.place(row) + ": teaches is \"" + what + "\"",
                        "The column takes \"gate\", for pictures that teach the tumour gate alone, or \"all\".");
        }
        tile.gate_only = tile.gate_only || what == "gate";
    }
    tile.part = read_part(manifest, row);
    if (manifest.has("fold") && !manifest.at(row, "fold").empty()) tile.fold = manifest.integer(row, "fold");
}

void read_manifest_pictures(const DataInput& input, std::size_t source, Gathered& out) {
    // The last three are those of the tiles that `train` cuts.
    const auto manifest =
        read_manifest(input.path, {"file", "class"},
                      {"group", "fold", "split", "stain_cluster", "block", "teaches", "slide", "x", "y"});
    TableFiles files(manifest, input.root.empty() ? input.path.parent_path() : input.root);
    std::size_t without_group = 0;
    for (const auto& row : manifest.rows) {
        const auto& name = manifest.at(row, "class");
        LabelledTile tile;
        tile.gate_only = is_any_tumour(name);
        tile.label = tile.gate_only ? 0 : class_index(name), tile.source = source;
        if (tile.label < 0) {
            ++out.ignored[name.empty() ? std::string("(no class)") : name];
            continue;
        }
        tile.file = files.find(row, "file");
        read_columns(manifest, row, tile);
        std::error_code error;
        if (!fs::is_regular_file(tile.file, error)) {
            out.dataset.problems.push_back(tile.file.string() +
                                           (fs::exists(tile.file, error) ? ": is no file" : ": does not exist"));
            continue;
        }
        if (tile.group.empty()) tile.group = tile.file.string(), ++without_group;
        out.add(std::move(tile));
    }
    out.without_group += without_group;
    auto& notes = out.dataset.notes;
    std::ranges::copy(manifest.notes, std::back_inserter(notes));
    std::ranges::move(files.notes(), std::back_inserter(notes));
    if (manifest.has("group") && without_group > 0) {
        notes.push_back(manifest.source + ": " + counted(without_group, "picture") +
                        (without_group == 1 ? " has" : " have") + " no group: each counts as one of its own");
    }
    for (const auto& column : manifest.unknown) {
        notes.push_back(manifest.source + ": the column \"" + column + "\" means nothing here and is ignored");
    }
}

/// One picture under two labels teaches nothing, and one that is there twice may lie on both sides of a split.
void leave_out_repeated(Dataset& dataset, const std::function<void(std::size_t)>& seen) {
    // By the name that is the same whichever way leads to a file, which takes the file system some time to tell.
    std::map<std::string, std::set<int>> labels;
    std::vector<std::string> names;
    names.reserve(dataset.tiles.size());
    for (const auto& tile : dataset.tiles) {
        std::error_code error;
        const auto path = fs::weakly_canonical(tile.file, error);
        names.push_back((error ? tile.file : path).string());
        labels[names.back()].insert(tile.label);
        if (seen) seen(names.size());
    }
    std::set<std::string> known;
    std::size_t at = 0;
    std::erase_if(dataset.tiles, [&](const LabelledTile& tile) {
        const auto& name = names[at++];
        const bool first = known.insert(name).second;
        if (labels[name].size() > 1) {
            if (first) dataset.problems.push_back(tile.file.string() + ": is given two different classes");
            return true;
        }
        if (!first) dataset.problems.push_back(tile.file.string() + ": is given twice and counts once");
        return !first;
    });
}

std::string subject_of(std::span<const DataInput> inputs) {
    std::string names;
    for (const auto& input : inputs) names += (names.empty() ? "" : ", ") + input.path.string();
    return names;
}

void require_both_classes(const Dataset& dataset, const std::string& subject) {
    std::array<std::size_t, 3> per_class{};
    for (const auto& tile : dataset.tiles) per_class[static_cast<std::size_t>(tile.label)] += tile.gate_only ? 0 : 1;
    if (per_class[0] > 0 && per_class[1] > 0) return;
    std::string others;
    for (const auto& name : dataset.ignored_classes) others += (others.empty() ? "; others: " : ", ") + name;
    throw Error(
        ErrorCode::bad_data, subject,
        "needs pictures of both classes; found " + std::to_string(per_class[0]) + " of LUAD and " +
            std::to_string(per_class[1]) + " of LUSC" + others,
        "Name the class folders (or the classes of the manifest) LUAD and LUSC, or give further data beside it.");
}

}  // namespace

std::string_view to_string(Part part) {
    switch (part) {
        case Part::train:
            return "train";
        case Part::validation:
            return "validation";
        case Part::test:
            return "test";
        case Part::none:
            break;
    }
    return "";
}

std::optional<Part> part_named(const std::string& word) {
    static const std::map<std::string, Part> known = {{"train", Part::train},           {"training", Part::train},
                                                      {"validation", Part::validation}, {"valid", Part::validation},
                                                      {"val", Part::validation},        {"test", Part::test},
                                                      {"testing", Part::test}};
    const auto found = known.find(in_lower_case(word));
    return found == known.end() ? std::nullopt : std::optional(found->second);
}

Part read_part(const Manifest& manifest, const std::vector<std::string>& row) {
    if (!manifest.has("split") || manifest.at(row, "split").empty()) return Part::none;
    const auto& text = manifest.at(row, "split");
    if (const auto part = part_named(text)) return *part;
    throw Error(ErrorCode::bad_data, manifest.source, manifest.place(row) + ": split is \"" + text + "\"",
                "The split column takes train, validation or test.");
}

int class_index(const std::string& name) {
    static const std::map<std::string, int> known = {{"luad", 0},
                                                     {"lung_aca", 0},
                                                     {"adenocarcinoma", 0},
                                                     {"lung adenocarcinoma", 0},
                                                     {"tcga-luad", 0},
                                                     {"lusc", 1},
                                                     {"lung_scc", 1},
                                                     {"squamous", 1},
                                                     {"squamous cell carcinoma", 1},
                                                     {"lung squamous cell carcinoma", 1},
                                                     {"tcga-lusc", 1},
                                                     {"benign", kBenignLabel},
                                                     {"normal", kBenignLabel},
                                                     {"lung_n", kBenignLabel}};
    const auto found = known.find(in_lower_case(name));
    return found == known.end() ? -1 : found->second;
}

bool is_any_tumour(const std::string& name) {
    const auto lower = in_lower_case(name);
    return lower == "tumour" || lower == "tumor";
}

std::string teaching_name(int label, bool gate_only) {
    if (!gate_only) return std::string(label_name(label));
    return label == kBenignLabel ? "benign (gate alone)" : "tumour (gate alone)";
}

std::string_view label_name(int label) {
    constexpr std::string_view names[] = {"LUAD", "LUSC", "benign"};
    return names[static_cast<std::size_t>(std::clamp(label, 0, kBenignLabel))];
}

Dataset read_dataset(const fs::path& path, const fs::path& root) {
    const DataInput input{path, root};
    return read_datasets({&input, 1});
}

Dataset read_datasets(std::span<const DataInput> inputs, const std::function<void(std::size_t)>& seen) {
    Gathered out(seen);
    for (std::size_t source = 0; source < inputs.size(); ++source) {
        const auto& input = inputs[source];
        if (!fs::exists(input.path)) throw Error(ErrorCode::not_found, input.path.string(), "does not exist");
        if (fs::is_directory(input.path)) {
            read_folder_pictures(input.path, source, out);
        } else {
            read_manifest_pictures(input, source, out);
        }
    }
    auto& dataset = out.dataset;
    dataset.class_names = {"LUAD", "LUSC"};
    dataset.has_groups = out.without_group == 0;
    dataset.has_folds = std::ranges::any_of(dataset.tiles, [](const LabelledTile& tile) { return tile.fold >= 0; });
    dataset.has_parts = std::ranges::any_of(dataset.tiles, [](const LabelledTile& t) { return t.part != Part::none; });
    for (const auto& [name, count] : out.ignored) {
        dataset.ignored_classes.push_back(name + " (" + std::to_string(count) + ")");
    }
    std::ranges::stable_sort(dataset.tiles, {}, [](const LabelledTile& tile) { return tile.file; });
    leave_out_repeated(dataset, seen);
    std::ranges::sort(dataset.problems);
    require_both_classes(dataset, subject_of(inputs));
    return std::move(out.dataset);
}

}  // namespace slidetype

#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace slidetype {

/// Label of benign tissue: it trains and measures the tumour gate, and takes no part in LUAD against LUSC.
inline constexpr int kBenignLabel = 2;

/// What a picture is for, as a manifest's `split` column or the folder that it lies in says.
enum class Part : std::uint8_t { none, train, validation, test };
std::string_view to_string(Part part);
/// The part that a word or the name of a folder stands for, in any case: "train" or "training"; "validation", "valid"
/// or "val"; "test" or "testing". Nothing for any other.
std::optional<Part> part_named(const std::string& word);

struct Manifest;
/// The `split` of a row, as part_named() knows it; none where it is empty or there is no such column.
/// Throws Error(bad_data) naming the row for any other word.
Part read_part(const Manifest& manifest, const std::vector<std::string>& row);

/// One labelled picture of tissue, about one tile large.
struct LabelledTile {
    std::filesystem::path file;
    int label = 0;              ///< index into Dataset::class_names, or kBenignLabel
    bool gate_only = false;     ///< teaches and measures the tumour gate alone: what is not benign is tumour
    std::string group;          ///< source image, slide or patient; pictures of one group are never split
    int fold = -1;              ///< as the manifest gives it, -1 where it gives none: trains whatever fold validates
    std::string stain_cluster;  ///< as the manifest gives it, empty where it gives none
    Part part = Part::none;     ///< as the manifest or the folder gives it
    std::string block;          ///< part of the slide that the tile was cut from, empty where unknown
    std::size_t source = 0;     ///< which of several inputs it comes from
};

struct Dataset {
    std::vector<std::string> class_names;  ///< "LUAD", "LUSC"
    std::vector<LabelledTile> tiles;       ///< sorted by file, so that the order never depends on the file system
    bool has_groups = false;               ///< false: some pictures are their own group, and a split may leak copies
    bool has_folds = false;                ///< some picture has a fold
    bool has_parts = false;                ///< some picture has a part
    std::vector<std::size_t> divided;      ///< inputs (LabelledTile::source) that are folders divided into parts
    std::vector<std::string> ignored_classes;  ///< class names in the data that are no class of ours, with counts
    std::vector<std::string> problems;         ///< pictures that were left out, each with the reason
    std::vector<std::string> notes;            ///< what was read in tables as something else than it says; odd folders
};

/// The class that a folder or manifest name stands for, in any case: LUAD also as "lung_aca", "TCGA-LUAD",
/// "adenocarcinoma"; LUSC also as "lung_scc", "TCGA-LUSC", "squamous"; kBenignLabel for "benign", "normal", "lung_n".
/// -1 for any other name.
int class_index(const std::string& name);
/// Whether a name stands for tumour of a subtype that is not told: "tumour", "tumor". Such pictures are `gate_only`.
bool is_any_tumour(const std::string& name);
/// "LUAD", "LUSC" or "benign" for a label.
std::string_view label_name(int label);

/// What a picture teaches in words: "LUAD", "LUSC", "benign", and "tumour (gate alone)", "benign (gate alone)".
std::string teaching_name(int label, bool gate_only);

/// Reads training or evaluation data: a folder with one subfolder per class, or divided into parts that have them (see
/// class_folders.h), or a CSV manifest with the columns
/// `file,class` and optionally `group`, `fold`, `split` (train, validation or test), `stain_cluster`, `block`, and
/// `teaches` ("gate" for pictures that teach the tumour gate alone, as those of the class "tumour" do; others are
/// ignored, and told in `notes`); see read_manifest(). Relative files are looked for beside the manifest, or under
/// `root` where given. Files that are missing or named twice are left out and listed in `problems`; pictures whose
/// group is not known are their own. Throws Error(not_found | bad_data).
Dataset read_dataset(const std::filesystem::path& path, const std::filesystem::path& root = {});

/// One of several inputs.
struct DataInput {
    std::filesystem::path path, root;
};
/// Several inputs as one: they need both classes together, not each. A file that is in two inputs counts once. Groups
/// of the same name in two inputs are one group. `seen(n)`, if given, is called after each picture with how many there
/// were, and may throw to stop.
Dataset read_datasets(std::span<const DataInput> inputs, const std::function<void(std::size_t)>& seen = {});

/// Decodes every picture and leaves out those that cannot be trained on, adding each with its reason to `problems`:
/// files that are empty, no picture, cut short or damaged; edges of fewer than 32 or more than 8192 pixels; more than
/// twice as wide as high or the other way round (a picture is brought to a square). Returns how many were left out.
/// `progress(done, total)` is called by one thread at a time. Throws Error(bad_data) where a class loses all pictures,
/// Error(unsupported) without OpenCV.
std::size_t leave_out_unusable(Dataset& dataset, int threads,
                               const std::function<void(std::size_t, std::size_t)>& progress = {});

/// Which tiles train and which validate: indices into Dataset::tiles, ascending. Pictures whose Part is test are in
/// neither, whatever the split; the functions below list them in `test`.
struct Split {
    std::vector<std::size_t> train, validation, test;
    std::string description;  ///< for the report, such as "group-disjoint: fold 4 validates"
};

/// `fold` validates, everything else trains. Throws Error(bad_data) where the data has no folds, where that fold is
/// empty, or where a group has tiles in two folds.
Split split_by_fold(const Dataset& dataset, int fold);
/// As the manifest's split column or the folders say; pictures of inputs without either train. Throws Error(bad_data)
/// where nothing is left to train on or to validate with, and where folders leave a class out of either.
Split split_as_given(const Dataset& dataset);
/// Whole groups are drawn for validation until the share of the tiles of each class of each input is as near to `share`
/// as groups allow; so an input of one or two slides trains whole where others can validate. Throws Error(bad_data)
/// unless LUAD and LUSC both have a group on either side.
Split split_by_group(const Dataset& dataset, double share, std::uint64_t seed);
/// Whether split_by_group() can work: LUAD and LUSC both have two groups or more.
bool has_groups_to_split(const Dataset& dataset);
/// Like split_by_group(), with the blocks of each slide in place of groups: for tiles of a single slide.
Split split_by_block(const Dataset& dataset, double share, std::uint64_t seed);
/// Tiles are drawn one by one, whatever their group: leaks copies, for comparison only.
Split split_at_random(const Dataset& dataset, double share, std::uint64_t seed);
/// Whether any of these shows benign tissue, from which the tumour gate learns.
bool has_benign(const Dataset& dataset, std::span<const std::size_t> members);
/// Number of groups that have tiles on both sides.
std::size_t leaking_groups(const Dataset& dataset, const Split& split);
/// Number of groups with pictures in `test` that train or validate, too.
std::size_t groups_leaking_into_test(const Dataset& dataset, const Split& split);

/// The pictures of a fold, or of one Part, for evaluating: indices, ascending. Throws Error(bad_data) where there are
/// none, or no such column.
std::vector<std::size_t> members_of_fold(const Dataset& dataset, int fold);
std::vector<std::size_t> members_of_part(const Dataset& dataset, Part part);

}  // namespace slidetype

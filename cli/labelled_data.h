#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/scratch_folder.h"
#include "model/data/dataset.h"
#include "plugin/teaching/training_tiles.h"

namespace slidetype {

/// What a command line says about labelled data: class folders, CSV manifests, annotated slides, any number of each.
struct LabelledDataArguments {
    std::vector<std::filesystem::path> data;
    std::filesystem::path root;
    bool keep_offset = false;
    std::optional<int> fold;
    std::string split;  ///< "group", "random", "given"; empty: given where there is a split column, else group
    std::string
        part;  ///< evaluate only: "train", "validation", "test", "all"; empty: test of divided folders, else all
    bool measures = false;  ///< for evaluating: of folders that are divided into parts only `part` is looked at
    double validation_share = 0.2;
};

/// Pictures that were made of slides before, to be read with what a command line names.
struct MadePictures {
    std::vector<DataInput> inputs;
    std::string description;            ///< of where they come from, for a report
    std::vector<std::string> problems;  ///< what could not be made
};

/// Declares DATA..., --root and --keep-offset. `arguments` must outlive the command.
void declare_labelled_data(CLI::App& command, LabelledDataArguments& arguments);
/// Declares --fold, --split and --validation-share, for training.
void declare_split(CLI::App& command, LabelledDataArguments& arguments);
/// Declares --fold and --part, for evaluating.
void declare_selection(CLI::App& command, LabelledDataArguments& arguments);

/// Where and how large tiles are cut from annotated slides.
struct TileTarget {
    int patch_size_px = 0;
    double spacing_um_px = 0;
    std::filesystem::path folder;  ///< empty: a temporary one that goes with the LabelledData
};

struct LabelledData {
    Dataset dataset;
    std::string description;            ///< the inputs, for a report
    std::vector<std::string> warnings;  ///< printed already; for the report
    std::optional<CutReport> cut;       ///< where there were annotated slides
    std::size_t left_out = 0;           ///< pictures that cannot be used; dataset.problems tells which and why
    std::vector<LabelledTile> others;   ///< evaluate only: the other parts of folders that are divided
    std::shared_ptr<const ScratchFolder> temporary_folder;  ///< removed with the last copy of this
};

/// Prints the warning and keeps it for the report.
void warn(LabelledData& data, std::string text);

/// Reads all inputs as one dataset: cuts annotated slides into tiles, decodes every picture once to leave out those
/// that cannot be used, and prints what was found and the warnings. Throws what read_datasets(), leave_out_unusable()
/// and cut_training_tiles() throw, Error(cancelled) after a signal.
LabelledData read_labelled_data(const LabelledDataArguments& arguments, const TileTarget& target, int threads,
                                bool quiet, const MadePictures& made = {});

/// Splits as the command line says and prints how. Without groups it warns and looks for copies across the split; with
/// tiles of too few slides it splits each slide into blocks and warns. Adds to `data.warnings`.
Split split_labelled_data(LabelledData& data, const LabelledDataArguments& arguments, std::uint64_t seed, int threads,
                          bool quiet);

/// Of folders that are divided into parts leaves in the dataset what --part says, and says so; the rest goes to
/// `data.others`. Throws Error(bad_data) where that is nothing.
void keep_what_is_measured(LabelledData& data, const LabelledDataArguments& arguments);
/// Warns where what is left looks like copies of what a model may have learnt from.
void look_for_copies_elsewhere(LabelledData& data, const LabelledDataArguments& arguments, int threads, bool quiet);

/// The pictures that `evaluate` is to measure with: those of --fold or --part, else all that are left.
std::vector<std::size_t> select_labelled_data(const LabelledData& data, const LabelledDataArguments& arguments);

}  // namespace slidetype

// Which of the labelled pictures train, validate and measure.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "base/error.h"
#include "base/words.h"
#include "cli/labelled_data.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "cli/stop.h"
#include "model/data/near_duplicates.h"

namespace slidetype {
namespace {

std::vector<NearDuplicates> search_copies(const Dataset& dataset, std::span<const CopySearch> searches, int threads,
                                          bool quiet) {
    Progress bar("looking for copies", "pictures", quiet);
    auto found = find_near_duplicates(dataset, searches, threads, [&](std::size_t done, std::size_t total) {
        throw_if_stopped();
        bar.update(done, total);
    });
    bar.clear();
    return found;
}

void warn_of_copies(LabelledData& data, const NearDuplicates& found, const std::string& pictures,
                    const std::string& others, const std::string& which_figures) {
    warn(data, found.text(pictures, others) + (found.many() ? ": " + which_figures + " will be too good" : ""));
}

void look_for_copies(LabelledData& data, const Split& split, int threads, bool quiet) {
    auto seen = split.train;
    seen.insert(seen.end(), split.validation.begin(), split.validation.end());
    std::vector<CopySearch> searches = {{split.validation, split.train}};
    if (!split.test.empty()) searches.push_back({split.test, seen});
    const auto found = search_copies(data.dataset, searches, threads, quiet);
    warn_of_copies(data, found[0], "validation pictures", "training pictures", "the figures");
    if (found.size() < 2) return;
    warn_of_copies(data, found[1], "test pictures", "training or validation pictures", "the figures of the test part");
}

/// What is laid out in folders was divided on purpose.
void require_undivided(const Dataset& dataset, const LabelledDataArguments& arguments) {
    if (dataset.divided.empty() || arguments.split.empty() || arguments.split == "given") return;
    const bool validates = std::ranges::any_of(dataset.tiles, [&](const LabelledTile& tile) {
        return tile.part == Part::validation && std::ranges::count(dataset.divided, tile.source) > 0;
    });
    if (!validates) return;
    throw Error(ErrorCode::usage, "--split " + arguments.split,
                "the data is divided into folders train and validation already, and they are kept apart",
                "Leave --split out. To divide anew, give the class folders without parts.");
}

/// Whether slides must be parted, for want of others to keep apart.
bool needs_blocks(const LabelledData& data, const LabelledDataArguments& arguments) {
    if (arguments.fold || arguments.split == "random" || arguments.split == "given") return false;
    if (arguments.split.empty() && data.dataset.has_parts) return false;
    return data.cut && !has_groups_to_split(data.dataset);
}

Split draw(LabelledData& data, const LabelledDataArguments& arguments, std::uint64_t seed) {
    const auto& dataset = data.dataset;
    const auto share = arguments.validation_share;
    require_undivided(dataset, arguments);
    if (arguments.fold) return split_by_fold(dataset, *arguments.fold);
    if (arguments.split == "random") return split_at_random(dataset, share, seed);
    if (arguments.split == "given" || (arguments.split.empty() && dataset.has_parts)) return split_as_given(dataset);
    if (needs_blocks(data, arguments)) {
        warn(data,
             "one class has tiles of a single slide or patient only, so parts of the same slides train and validate: "
             "the "
             "figures will be too good. Give further slides or other data beside it");
        return split_by_block(dataset, share, seed);
    }
    return split_by_group(dataset, share, seed);
}

/// With few slides beside other data a correction may only train, which is what is wanted, or take no part in learning.
void describe_annotated(const LabelledData& data, const Split& split) {
    if (!data.cut) return;
    std::size_t train = 0, validation = 0;
    const auto folder = data.cut->manifest.parent_path().string();
    const auto is_cut = [&](std::size_t i) { return data.dataset.tiles[i].file.string().starts_with(folder); };
    train = static_cast<std::size_t>(std::ranges::count_if(split.train, is_cut));
    validation = static_cast<std::size_t>(std::ranges::count_if(split.validation, is_cut));
    print("Of the annotated tiles {} train and {} validate\n", train, validation);
}

/// The part that is measured of folders that are divided.
Part measured_part(const std::string& word) {
    return word.empty() ? Part::test : part_named(word).value_or(Part::none);
}

std::string sizes_text(const Dataset& dataset, std::span<const LabelledTile> tiles) {
    std::string text;
    for (const auto part : {Part::train, Part::validation, Part::test}) {
        const auto count = std::ranges::count_if(tiles, [&](const LabelledTile& tile) {
            return tile.part == part && std::ranges::count(dataset.divided, tile.source) > 0;
        });
        if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", to_string(part), count);
    }
    return text;
}

}  // namespace

void declare_split(CLI::App& command, LabelledDataArguments& arguments) {
    auto* fold = command.add_option("--fold", arguments.fold, "This fold of the CSV validates, the others train");
    command
        .add_option("--split", arguments.split,
                    "group keeps the pictures of a group together; given follows the CSV's split column or the folders "
                    "train, validation and test (the default where there are such); random is for comparison only")
        ->check(CLI::IsMember({"group", "given", "random"}))
        ->excludes(fold);
    command.add_option("--validation-share", arguments.validation_share, "Share that validates")
        ->capture_default_str()
        ->check(CLI::Range(0.01, 0.9))
        ->excludes(fold);
}

void declare_selection(CLI::App& command, LabelledDataArguments& arguments) {
    auto* fold = command.add_option("--fold", arguments.fold, "Only this fold of the CSV");
    command
        .add_option("--part", arguments.part,
                    "Only this part, as the CSV's split column or the folders train, validation and test say (default: "
                    "of such folders test, of all else everything)")
        ->check(CLI::IsMember({"train", "validation", "test", "all"}))
        ->excludes(fold);
    arguments.measures = true;
}

void keep_what_is_measured(LabelledData& data, const LabelledDataArguments& arguments) {
    auto& dataset = data.dataset;
    if (dataset.divided.empty() || arguments.part == "all" || arguments.fold) return;
    const auto part = measured_part(arguments.part);
    const auto is_other = [&](const LabelledTile& tile) {
        return tile.part != part && std::ranges::count(dataset.divided, tile.source) > 0;
    };
    const auto all = sizes_text(dataset, dataset.tiles);
    std::ranges::copy_if(dataset.tiles, std::back_inserter(data.others), is_other);
    std::erase_if(dataset.tiles, is_other);
    const auto name = std::string(to_string(part));
    if (std::ranges::none_of(dataset.tiles, [&](const LabelledTile& tile) { return tile.part == part; })) {
        throw Error(ErrorCode::bad_data, "the part " + name, "holds no pictures; there are: " + all,
                    "Say which to measure with: --part train, validation, test or all. Figures of what a model has "
                    "learnt from say nothing.");
    }
    print("Measured with the {} part ({}){}\n", name, all, arguments.part.empty() ? "; --part takes another" : "");
}

void look_for_copies_elsewhere(LabelledData& data, const LabelledDataArguments& arguments, int threads, bool quiet) {
    const auto part = measured_part(arguments.part);
    Dataset both;
    std::vector<std::size_t> measured, others;
    for (const auto& tile : data.dataset.tiles) {
        if (tile.part == part) measured.push_back(both.tiles.size()), both.tiles.push_back(tile);
    }
    for (const auto& tile : data.others) {
        // The test part is no model's to learn from, and what teaches comes before what validates.
        if (tile.part >= part) continue;
        others.push_back(both.tiles.size()), both.tiles.push_back(tile);
    }
    if (measured.empty() || others.empty()) return;
    const CopySearch search{measured, others};
    const auto found = search_copies(both, {&search, 1}, threads, quiet);
    warn_of_copies(data, found.front(), std::string(to_string(part)) + " pictures",
                   part == Part::test ? "pictures in train or validation" : "pictures in train", "the figures");
}

Split split_labelled_data(LabelledData& data, const LabelledDataArguments& arguments, std::uint64_t seed, int threads,
                          bool quiet) {
    auto split = draw(data, arguments, seed);
    print("{} train, {} validate; {}\n", counted(split.train.size(), "picture"), split.validation.size(),
          split.description);
    if (!split.test.empty()) {
        print("{} no part in training: the model is measured with {} at the end\n",
              counted(split.test.size(), "test picture") + (split.test.size() == 1 ? " takes" : " take"),
              split.test.size() == 1 ? "it" : "them");
    }
    describe_annotated(data, split);
    if (!data.dataset.has_groups) {
        warn(data,
             "some pictures have no group (source image, slide or patient), so copies of one source may both train and "
             "validate. A CSV with file,class,group prevents that");
        look_for_copies(data, split, threads, quiet);
    }
    // Without groups every picture is its own, so this says nothing of those.
    const auto leaks = leaking_groups(data.dataset, split);
    if (leaks > 0 && !needs_blocks(data, arguments)) {
        warn(data, fmt::format("{} on both sides of the split: the figures will be too good",
                               counted(leaks, "group") + (leaks == 1 ? " lies" : " lie")));
    }
    const auto test_leaks = groups_leaking_into_test(data.dataset, split);
    if (test_leaks > 0) {
        warn(data, fmt::format("{} in the test part and in what trains or validates, too: the figures of the test part "
                               "will be too good",
                               counted(test_leaks, "group") + (test_leaks == 1 ? " lies" : " lie")));
    }
    std::fflush(stdout);
    return split;
}

std::vector<std::size_t> select_labelled_data(const LabelledData& data, const LabelledDataArguments& arguments) {
    if (arguments.fold) return members_of_fold(data.dataset, *arguments.fold);
    if (arguments.part == "train") return members_of_part(data.dataset, Part::train);
    if (arguments.part == "validation") return members_of_part(data.dataset, Part::validation);
    if (arguments.part == "test") return members_of_part(data.dataset, Part::test);
    // Of folders that are divided no more is left than what is measured.
    std::vector<std::size_t> all(data.dataset.tiles.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return all;
}

}  // namespace slidetype

#include "cli/labelled_data.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include <array>
#include <map>
#include <numeric>

#include "base/error.h"
#include "base/words.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "cli/stop.h"
#include "cli/table.h"
#include "cli/waiting.h"
#include "model/data/manifest.h"
#include "model/learning/evaluation.h"
#include "plugin/teaching/annotated_slides.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

AnnotatedSlides find_slides(const std::vector<fs::path>& inputs, const fs::path& root, bool quiet) {
    const EndAtOnce nothing_to_lose;
    const Waiting waiting("looking for annotated slides", quiet);
    AnnotatedSlides all;
    for (const auto& input : inputs) {
        auto found = find_annotated_slides(input, root);
        std::ranges::move(found.slides, std::back_inserter(all.slides));
        std::ranges::move(found.problems, std::back_inserter(all.problems));
        std::ranges::move(found.notes, std::back_inserter(all.notes));
    }
    return all;
}

const char* teaches(std::size_t count) {
    return count == 1 ? "teaches" : "teach";
}

void describe_cut(const CutReport& cut, LabelledData& data) {
    print("Annotated slides: {} gave {} LUAD, {} LUSC and {} benign tiles, in {}\n", cut.slides, cut.tiles[0],
          cut.tiles[1], cut.tiles[2], cut.manifest.parent_path().string());
    const auto left_out = [](std::size_t count, const std::string& why) {
        if (count > 0) print("  {} left out: {}\n", counted(count, "tile"), why);
    };
    left_out(cut.contested, "covered almost equally by two classes");
    left_out(cut.glass, "hardly any tissue there");
    left_out(cut.unreadable, "could not be read");
    for (const auto& [name, count] : cut.hidden) {
        left_out(count, fmt::format("hidden by an area of class \"{}\" within another", printable(name)));
    }
    if (cut.passed_over.sum() > 0) print("  passed over: {}\n", to_text(cut.passed_over));
    for (const auto& [name, count] : cut.other_classes) {
        const auto annotations = counted(count, "annotation");
        warn(data, name.empty() ? fmt::format("{} without a class {} nothing", annotations, teaches(count))
                                : fmt::format("{} of class \"{}\" {} nothing, nor does what lies in it: it is none of "
                                              "LUAD, LUSC, benign, Ignore*",
                                              annotations, name, teaches(count)));
    }
}

/// Annotations and pictures are easily given in place of what holds them.
void require_folder_or_csv(const fs::path& input) {
    if (fs::is_directory(input) || !fs::exists(input)) return;
    if (is_named_like_table(input)) return;
    throw Error(ErrorCode::bad_data, input.string(), "is neither a folder, nor a CSV, nor a slide that can be opened",
                "Of annotations give the slide: they are looked for beside it. Of pictures give the folder that holds "
                "the class folders.");
}

[[noreturn]] void throw_nothing_annotated(const fs::path& input, const AnnotatedSlides& found) {
    auto cause = found.problems.empty() ? "holds no slide with annotations" : found.problems.front();
    // A problem begins with the path of its slide, which may be what was given.
    if (cause.starts_with(input.string() + ": ")) cause.erase(0, input.string().size() + 2);
    if (found.problems.size() > 1) cause += fmt::format(" (and {} more)", counted(found.problems.size() - 1, "slide"));
    throw Error(ErrorCode::bad_data, input.string(), cause,
                "Export the annotations from QuPath as GeoJSON beside the slide, under the slide's name.");
}

/// Cuts the slides and says where their manifest is.
fs::path cut_slides(const std::vector<fs::path>& inputs, const LabelledDataArguments& arguments,
                    const TileTarget& target, int threads, bool quiet, LabelledData& data) {
    const auto found = find_slides(inputs, arguments.root, quiet);
    auto folder = target.folder;
    if (folder.empty()) {
        data.temporary_folder = std::make_shared<ScratchFolder>("tiles");
        folder = data.temporary_folder->path();
    }
    CutOptions options;
    options.patch_size_px = target.patch_size_px, options.spacing_um_px = target.spacing_um_px;
    options.keep_offset = arguments.keep_offset, options.threads = threads;
    if (found.slides.empty()) throw_nothing_annotated(inputs.front(), found);
    for (const auto& note : found.notes) warn(data, note);
    Progress bar("cutting annotated tiles", "tiles", quiet);
    CutCallbacks callbacks;
    callbacks.stop_requested = stop_requested;
    callbacks.progress = [&](std::size_t slide, CutStage stage, std::size_t done, std::size_t total) {
        const auto which = fmt::format("slide {} of {}", slide + 1, found.slides.size());
        if (stage == CutStage::open) {
            bar.say("reading annotations and finding tissue, " + which);
        } else {
            bar.update(done, total, which + (stage == CutStage::label ? ", labelling" : ""));
        }
    };
    try {
        data.cut = cut_training_tiles(found.slides, folder, options, callbacks);
    } catch (const Error& error) {
        const bool temporary = data.temporary_folder && error.subject().starts_with(folder.string());
        if (error.code() != ErrorCode::io || !temporary) throw;
        throw Error(
            error.code(), error.subject(), error.cause(),
            "The tiles are cut into the folder for temporary files. Is its disk full? Set TMPDIR to a folder with "
            "more room.");
    }
    bar.clear();
    auto& problems = data.cut->problems;
    problems.insert(problems.begin(), found.problems.begin(), found.problems.end());
    describe_cut(*data.cut, data);
    return data.cut->manifest;
}

/// Where areas were drawn, what is missing is to be drawn, too.
Dataset read_with_cut(const std::vector<DataInput>& inputs, const LabelledData& data) {
    try {
        return read_datasets(inputs, [](std::size_t) { throw_if_stopped(); });
    } catch (const Error& error) {
        const bool lacks_class = data.cut && (data.cut->tiles[0] == 0 || data.cut->tiles[1] == 0);
        if (error.code() != ErrorCode::bad_data || !lacks_class) throw;
        const auto* missing = data.cut->tiles[0] > 0 ? "LUSC" : data.cut->tiles[1] > 0 ? "LUAD" : "LUAD and of LUSC";
        throw Error(error.code(), error.subject(), error.cause(),
                    fmt::format("Draw areas of class {} too, on these slides or on others, or give other data beside "
                                "them.",
                                missing));
    }
}

void describe_dataset(const LabelledData& data) {
    std::array<std::size_t, 3> count{};
    std::array<std::map<std::string, int>, 3> groups;
    for (const auto& tile : data.dataset.tiles) {
        const auto label = static_cast<std::size_t>(tile.label);
        ++count[label], ++groups[label][tile.group];
    }
    std::string text;
    for (std::size_t label = 0; label < count.size(); ++label) {
        if (count[label] == 0) continue;
        const auto n = groups[label].size();
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count[label], label_name(static_cast<int>(label)));
        if (data.dataset.has_groups) text += " in " + counted(n, "group");
    }
    print("Pictures: {}\n", text);
}

void look_for_copies(LabelledData& data, const Split& split, int threads, bool quiet) {
    Progress bar("looking for copies", "pictures", quiet);
    data.copies = find_near_duplicates(data.dataset, split, threads, [&](std::size_t done, std::size_t total) {
        throw_if_stopped();
        bar.update(done, total);
    });
    bar.clear();
    // By chance some 5 in 1000 look like copies; see near_duplicates.h.
    const bool many = data.copies->pairs.size() * 100 > data.copies->compared;
    warn(data, data.copies->text() + (many ? ": the figures will be too good" : ""));
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

}  // namespace

void warn(LabelledData& data, std::string text) {
    print("Warning: {}\n", printable(text));
    data.warnings.push_back(std::move(text));
}

void declare_labelled_data(CLI::App& command, LabelledDataArguments& arguments) {
    command
        .add_option(
            "data", arguments.data,
            "Any number of: a folder with one subfolder per class (LUAD, LUSC, benign); a CSV with "
            "file,class[,group][,fold][,split]; a slide with annotations beside it (SLIDE.geojson), a folder of "
            "such slides, or a CSV with slide[,annotations][,patient][,spacing][,fold][,split]")
        ->required()
        ->expected(1, -1);
    command.add_option("--root", arguments.root,
                       "Folder that the files of a CSV are relative to (default: the CSV's own)");
    command.add_flag("--keep-offset", arguments.keep_offset,
                     "Annotations are in pixels of the whole slide even where viewers crop it");
}

void declare_split(CLI::App& command, LabelledDataArguments& arguments) {
    auto* fold = command.add_option("--fold", arguments.fold, "This fold of the CSV validates, the others train");
    command
        .add_option("--split", arguments.split,
                    "group keeps the pictures of a group together; given follows the CSV's split column (the default "
                    "where there is one); random is for comparison only")
        ->check(CLI::IsMember({"group", "given", "random"}))
        ->excludes(fold);
    command.add_option("--validation-share", arguments.validation_share, "Share that validates")
        ->capture_default_str()
        ->check(CLI::Range(0.01, 0.9))
        ->excludes(fold);
}

void declare_selection(CLI::App& command, LabelledDataArguments& arguments) {
    auto* fold = command.add_option("--fold", arguments.fold, "Only this fold of the CSV");
    command.add_option("--part", arguments.part, "Only this part of the CSV's split column")
        ->check(CLI::IsMember({"train", "validation", "test"}))
        ->excludes(fold);
}

LabelledData read_labelled_data(const LabelledDataArguments& arguments, const TileTarget& target, int threads,
                                bool quiet) {
    LabelledData data;
    std::vector<DataInput> pictures;
    std::vector<fs::path> slides;
    {
        const EndAtOnce nothing_to_lose;
        const Waiting waiting("looking for slides and pictures", quiet);
        for (const auto& input : arguments.data) {
            data.description += (data.description.empty() ? "" : ", ") + input.string();
            if (is_annotated_slides(input)) {
                slides.push_back(input);
            } else {
                require_folder_or_csv(input);
                pictures.push_back({input, arguments.root});
            }
        }
    }
    if (!slides.empty()) {
        const auto manifest = cut_slides(slides, arguments, target, threads, quiet, data);
        pictures.push_back({manifest, manifest.parent_path()});
    }
    {
        const Waiting waiting("reading what the pictures are", quiet);
        data.dataset = read_with_cut(pictures, data);
    }
    for (const auto& note : data.dataset.notes) print("{}\n", printable(note));
    {
        Progress bar("checking", "pictures", quiet);
        data.left_out = leave_out_unusable(data.dataset, threads, [&](std::size_t done, std::size_t total) {
            throw_if_stopped();
            bar.update(done, total);
        });
    }
    if (data.cut) {
        auto& problems = data.dataset.problems;
        problems.insert(problems.end(), data.cut->problems.begin(), data.cut->problems.end());
    }
    describe_dataset(data);
    for (const auto& name : data.dataset.ignored_classes) {
        warn(data, fmt::format("pictures of class {} were left out: it is none of LUAD, LUSC, benign", name));
    }
    return data;
}

Split split_labelled_data(LabelledData& data, const LabelledDataArguments& arguments, std::uint64_t seed, int threads,
                          bool quiet) {
    auto split = draw(data, arguments, seed);
    print("{} train, {} validate; {}\n", counted(split.train.size(), "picture"), split.validation.size(),
          split.description);
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
    std::fflush(stdout);
    return split;
}

std::vector<std::size_t> select_labelled_data(const LabelledData& data, const LabelledDataArguments& arguments) {
    if (arguments.fold) return members_of_fold(data.dataset, *arguments.fold);
    if (arguments.part == "train") return members_of_part(data.dataset, Part::train);
    if (arguments.part == "validation") return members_of_part(data.dataset, Part::validation);
    if (arguments.part == "test") return members_of_part(data.dataset, Part::test);
    std::vector<std::size_t> all(data.dataset.tiles.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return all;
}

}  // namespace slidetype

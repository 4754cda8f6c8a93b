#include "cli/labelled_data.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include <array>
#include <map>
#include <set>
#include <tuple>

#include "base/error.h"
#include "base/words.h"
#include "cli/cutting_progress.h"
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
    const auto callbacks = show_cutting(bar, found.slides.size(), "reading annotations and finding tissue, ");
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
    struct Kind {
        std::size_t pictures = 0;
        std::set<std::string> groups;
    };
    std::map<std::tuple<bool, int, std::string>, Kind> kinds;
    for (const auto& tile : data.dataset.tiles) {
        auto& kind = kinds[{tile.gate_only, tile.label, teaching_name(tile.label, tile.gate_only)}];
        ++kind.pictures;
        kind.groups.insert(tile.group);
    }
    std::string text;
    for (const auto& [key, kind] : kinds) {
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", kind.pictures, std::get<std::string>(key));
        if (data.dataset.has_groups) text += " in " + counted(kind.groups.size(), "group");
    }
    print("Pictures: {}\n", text);
}

}  // namespace

void warn(LabelledData& data, std::string text) {
    print("Warning: {}\n", printable(text));
    data.warnings.push_back(std::move(text));
}

void declare_labelled_data(CLI::App& command, LabelledDataArguments& arguments) {
    command
        .add_option("data", arguments.data,
                    "Any number of: a folder with one subfolder per class (LUAD, LUSC, benign), or with folders train, "
                    "validation and test that have them; a CSV with file,class[,group][,fold][,split]; a slide with "
                    "annotations beside it (SLIDE.geojson), a folder of "
                    "such slides, or a CSV with slide[,annotations][,patient][,spacing][,fold][,split]")
        ->required()
        ->expected(1, -1);
    command.add_option("--root", arguments.root,
                       "Folder that the files of a CSV are relative to (default: the CSV's own)");
    command.add_flag("--keep-offset", arguments.keep_offset,
                     "Annotations are in pixels of the whole slide even where viewers crop it");
}

LabelledData read_labelled_data(const LabelledDataArguments& arguments, const TileTarget& target, int threads,
                                bool quiet, const MadePictures& made) {
    LabelledData data;
    auto pictures = made.inputs;
    data.description = made.description;
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
    if (arguments.measures) keep_what_is_measured(data, arguments);
    {
        Progress bar("checking", "pictures", quiet);
        data.left_out = leave_out_unusable(data.dataset, threads, [&](std::size_t done, std::size_t total) {
            throw_if_stopped();
            bar.update(done, total);
        });
    }
    auto& problems = data.dataset.problems;
    problems.insert(problems.end(), made.problems.begin(), made.problems.end());
    if (data.cut) {
        problems.insert(problems.end(), data.cut->problems.begin(), data.cut->problems.end());
    }
    describe_dataset(data);
    for (const auto& name : data.dataset.ignored_classes) {
        warn(data, fmt::format("pictures of class {} were left out: it is none of LUAD, LUSC, benign", name));
    }
    if (!data.others.empty()) look_for_copies_elsewhere(data, arguments, threads, quiet);
    return data;
}

}  // namespace slidetype

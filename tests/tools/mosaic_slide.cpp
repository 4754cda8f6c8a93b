// mosaic_slide: a slide with known truth, put together from pictures of known class.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/atomic_file.h"
#include "base/error.h"
#include "tests/tools/mosaic.h"

namespace {

using namespace slidetype;
using namespace slidetype::tools;

constexpr const char* kExample = R"(Example:
  mosaic_slide --tiles LUAD=lung_aca --tiles LUSC=lung_scc --key A=LUAD --key S=LUSC \
      --layout "......../.AAASSS./.AAASSS./........" --repeat 2 \
      --groups groups.csv --fold 4 --spacing 0.5 -o mosaic.tiff
writes mosaic.tiff, mosaic.geojson (the true regions) and mosaic.csv (each picture and its rectangle).)";

struct Arguments {
    std::vector<std::string> folders, lists, keys;
    std::string layout, groups, fold, output;
    int repeat = 1;
    MosaicOptions mosaic;
    PyramidOptions pyramid;
};

std::pair<std::string, std::string> split(const std::string& option, const std::string& text) {
    const auto at = text.find('=');
    if (at == std::string::npos || at == 0 || at + 1 == text.size()) {
        throw Error(ErrorCode::usage, option, "'" + text + "' is not of the form NAME=VALUE");
    }
    return {text.substr(0, at), text.substr(at + 1)};
}

std::map<std::string, TileFiles> read_sources(const Arguments& arguments) {
    std::map<std::string, TileFiles> sources;
    const auto add = [&](const std::string& name, const TileFiles& files) {
        sources[name].insert(sources[name].end(), files.begin(), files.end());
    };
    for (const std::string& text : arguments.folders) {
        const auto [name, folder] = split("--tiles", text);
        add(name, files_in_folder(folder));
    }
    for (const std::string& text : arguments.lists) {
        const auto [name, list] = split("--list", text);
        add(name, files_in_list(list));
    }
    if (arguments.groups.empty()) return sources;
    const auto folds = read_folds(arguments.groups);
    for (auto& [name, files] : sources) files = files_of_fold(files, folds, arguments.fold);
    return sources;
}

/// Letters come from --key; a class without one is known by its first letter.
std::map<char, MosaicClass> read_classes(const Arguments& arguments) {
    auto sources = read_sources(arguments);
    std::map<char, MosaicClass> classes;
    std::map<std::string, char> letters;
    for (const std::string& text : arguments.keys) {
        const auto [letter, name] = split("--key", text);
        if (letter.size() != 1 || letter == ".")
            throw Error(ErrorCode::usage, "--key", "'" + letter + "' is not a letter");
        if (!sources.contains(name)) throw Error(ErrorCode::usage, "--key", "there are no tiles named " + name);
        letters[name] = letter[0];
    }
    for (auto& [name, files] : sources) {
        const char letter = letters.contains(name) ? letters[name] : name[0];
        if (!classes.try_emplace(letter, MosaicClass{name, files}).second) {
            throw Error(ErrorCode::usage, "--tiles", std::string("two classes are called '") + letter + "'",
                        "give each its letter with --key, for example --key A=LUAD --key S=LUSC");
        }
    }
    return classes;
}

std::string layout_text(const std::string& text_or_file) {
    return std::filesystem::is_regular_file(text_or_file) ? read_file(text_or_file) : text_or_file;
}

void define(CLI::App& app, Arguments& arguments) {
    app.footer(kExample);
    app.add_option("--tiles", arguments.folders, "NAME=FOLDER: pictures of class NAME (repeatable)");
    app.add_option("--list", arguments.lists, "NAME=FILE: the same, paths in a text file, one per line (repeatable)");
    app.add_option("--key", arguments.keys, "LETTER=NAME: the letter of a class; its first letter by default");
    app.add_option("--layout", arguments.layout, "a letter per cell, '.' for glass, rows split by '/', or a text file")
        ->required();
    app.add_option("--repeat", arguments.repeat, "each cell of the layout becomes N x N tiles")->capture_default_str();
    app.add_option("--tile-px", arguments.mosaic.tile_px, "edge of a tile on the slide")->capture_default_str();
    app.add_option("--seed", arguments.mosaic.seed, "which pictures are used where")->capture_default_str();
    auto* groups = app.add_option("--groups", arguments.groups, "CSV with the columns file and fold");
    auto* fold = app.add_option("--fold", arguments.fold, "use pictures of this fold alone");
    groups->needs(fold);
    fold->needs(groups);
    arguments.pyramid.spacing_um_px = 0.5;
    arguments.pyramid.quality = 90;
    app.add_option("--spacing", arguments.pyramid.spacing_um_px, "um per pixel of level 0")->capture_default_str();
    app.add_option("--quality", arguments.pyramid.quality, "JPEG quality of the slide")->capture_default_str();
    app.add_option("-o,--output", arguments.output, "the slide to write")->required();
}

}  // namespace

int main(int count, char** values) {
    CLI::App app{"Puts a slide together from pictures whose class is known."};
    Arguments arguments;
    define(app, arguments);
    CLI11_PARSE(app, count, values);
    try {
        const auto layout = repeat(parse_layout(layout_text(arguments.layout)), arguments.repeat);
        const Mosaic mosaic(layout, read_classes(arguments), arguments.mosaic);
        mosaic.write(arguments.output, arguments.pyramid);
        std::printf("%s: %d x %d pixels, %zu tiles\n", arguments.output.c_str(), mosaic.width(), mosaic.height(),
                    mosaic.tiles().size());
    } catch (const Error& error) {
        std::fprintf(stderr, "mosaic_slide: %s\n", error.what());
        if (!error.hint().empty()) std::fprintf(stderr, "  %s\n", error.hint().c_str());
        return 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "mosaic_slide: %s\n", error.what());
        return 1;
    }
    return 0;
}

#include "bench/scanner_tissue/scanner_command.h"

#include <fmt/format.h>

#include <cstdlib>
#include <memory>

#include "base/error.h"
#include "bench/ablation/ablation.h"
#include "bench/scanner_tissue/gate_tiles.h"
#include "bench/scanner_tissue/tissue_measure.h"
#include "model/network/installed_models.h"

namespace slidetype::bench {
namespace {

namespace fs = std::filesystem;

struct ScannerArguments {
    std::vector<std::string> models;
    fs::path tissue;  ///< empty: $SLIDETYPE_SHARED/data/scanner, or `../shared` beside the source tree
    fs::path results = "bench/results", work = "build/cross_validation", source;
    fs::path data, root, output;
    std::vector<std::string> left_out;      ///< slides
    std::vector<std::string> gate_without;  ///< SLIDE=MODEL
    AblationRequest ablation;
    int threads = 1;
};

fs::path tissue_folder(const ScannerArguments& arguments) {
    const char* shared = std::getenv("SLIDETYPE_SHARED");
    const auto beside = shared != nullptr ? fs::path(shared) : arguments.source.parent_path() / "shared";
    return arguments.tissue.empty() ? beside / "data/scanner" : arguments.tissue;
}

TissueSet tissue_asked_for(const ScannerArguments& arguments, const Say& say) {
    const auto folder = tissue_folder(arguments);
    if (!fs::exists(folder / "fields.csv"))
        throw Error(ErrorCode::not_found, folder.string(), "has no fields.csv",
                    "Name the folder of scanner tissue, or set SLIDETYPE_SHARED.");
    auto set = read_tissue_set(folder);
    if (set.repeated_rows > 0)
        say(fmt::format("{}: {} rows of fields.csv name a file again; it counts once", folder.string(),
                        set.repeated_rows));
    return set;
}

int measure_scanner(const ScannerArguments& arguments, const Say& say) {
    const auto models = labelled_models(arguments.models);
    const auto without = labelled_models(arguments.gate_without);
    if (!without.empty() && models.size() != 1)
        throw Error(ErrorCode::usage, "--gate-without", "is of one model, so measure that alone");
    const auto set = tissue_asked_for(arguments, say);
    fs::create_directories(arguments.work);
    fs::create_directories(arguments.results);
    for (const auto& [label, model] : models) {
        const Engine engine(read_model_directory(model));
        TissueModels measured{engine, {}};
        for (const auto& [slide, other] : without) measured.without.try_emplace(slide, read_model_directory(other));
        const auto result = measure_tissue(set, label, measured, arguments.work, arguments.threads, say);
        write_tissue_result(arguments.results, result);
        std::size_t tiles = 0;
        for (const auto& piece : result.pieces) tiles += piece.tiles.size();
        say(fmt::format("{}: stored, {} tiles of {} pieces", label, tiles, result.pieces.size()));
    }
    return 0;
}

int ablate(const ScannerArguments& arguments, const Say& say) {
    const auto models = labelled_models(arguments.models);
    const auto set = tissue_asked_for(arguments, say);
    const auto dataset = read_dataset(arguments.data, arguments.root);
    fs::create_directories(arguments.results);
    for (const auto& [label, model] : models) {
        auto request = arguments.ablation;
        request.label = label;
        request.threads = arguments.threads;
        write_ablation(arguments.results, run_ablation(read_model_directory(model), dataset, set, request, say));
        say(label + ": stored");
    }
    return 0;
}

int cut_tiles_for_gate(const ScannerArguments& arguments, const Say& say) {
    const auto cut = cut_gate_tiles(tissue_folder(arguments), arguments.output, arguments.left_out, say);
    say(fmt::format("{} tiles of tumour and {} of benign tissue", cut.tumour, cut.benign));
    return 0;
}

void add_common(CLI::App& command, ScannerArguments& a) {
    command.add_option("models", a.models, "LABEL=MODEL, an installed model or a directory")->required();
    command.add_option("--results", a.results, "Folder for the results")->capture_default_str();
    command.add_option("-t,--threads", a.threads)->capture_default_str()->check(CLI::Range(1, 1024));
}

}  // namespace

std::vector<std::pair<std::string, fs::path>> labelled_models(const std::vector<std::string>& given) {
    std::vector<std::pair<std::string, fs::path>> models;
    for (const auto& each : given) {
        const auto equals = each.find('=');
        if (equals == std::string::npos) throw Error(ErrorCode::usage, each, "is not LABEL=MODEL");
        models.emplace_back(each.substr(0, equals), find_model(each.substr(equals + 1)));
    }
    return models;
}

void declare_scanner_commands(CLI::App& program, const fs::path& source, const Say& say, std::function<int()>& action) {
    const auto arguments = std::make_shared<ScannerArguments>();
    auto& a = *arguments;
    a.source = source;
    auto& scanner = *program.add_subcommand("scanner", "Measure models on genuine scanner tissue, for the card");
    add_common(scanner, a);
    scanner.add_option("--data", a.tissue, "Folder with fields.csv (default: $SLIDETYPE_SHARED/data/scanner)");
    scanner.add_option("--gate-without", a.gate_without,
                       "SLIDE=MODEL: this slide, or the fields of this patient, taught the gate; measure them with "
                       "MODEL, made in the same way without them");
    scanner.add_option("--work", a.work, "Folder for sheets of fields")->capture_default_str();
    scanner.callback([&action, arguments, say] { action = [=] { return measure_scanner(*arguments, say); }; });

    auto& ablation = *program.add_subcommand(
        "ablation", "Why photographs and scanner tissue differ: take one towards the other, a property at a time");
    add_common(ablation, a);
    ablation.add_option("--data", a.data, "CSV with file,class,group,fold")->required();
    ablation.add_option("--root", a.root, "Folder that its files are relative to (default: its own)");
    ablation.add_option("--scanner", a.tissue, "Folder with fields.csv (default: $SLIDETYPE_SHARED/data/scanner)");
    ablation.add_option("--fold", a.ablation.fold, "Pictures that the models were not trained on")
        ->capture_default_str();
    ablation.add_option("--per-group", a.ablation.most_a_group, "Pictures of one source image, at most")
        ->capture_default_str();
    ablation.callback([&action, arguments, say] { action = [=] { return ablate(*arguments, say); }; });

    auto& gate = *program.add_subcommand("gate-tiles", "Cut tiles of scanner tissue that teach the tumour gate");
    gate.add_option("--data", a.tissue, "Folder with fields.csv (default: $SLIDETYPE_SHARED/data/scanner)");
    gate.add_option("-o,--output", a.output, "Folder for the tiles and tiles.csv")->required();
    gate.add_option("--leave-out", a.left_out, "Slides of which none are cut")->delimiter(',');
    gate.callback([&action, arguments, say] { action = [=] { return cut_tiles_for_gate(*arguments, say); }; });
}

}  // namespace slidetype::bench

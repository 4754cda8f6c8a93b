// cross_validate run | baselines | score | speed | backends | scanner | ablation | slides | card: measures networks and
// trivial baselines on data that training never saw, one stored file per training, and writes the model card from what
// is stored.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ctime>
#include <optional>

#include "base/allocator.h"
#include "base/atomic_file.h"
#include "base/error.h"
#include "base/parallel.h"
#include "bench/ablation/ablation.h"
#include "bench/cross_validation/backends.h"
#include "bench/cross_validation/baselines.h"
#include "bench/cross_validation/card.h"
#include "bench/cross_validation/network.h"
#include "bench/cross_validation/scanner_slides.h"
#include "bench/cross_validation/unit_lock.h"
#include "bench/guarded.h"
#include "bench/scanner_tissue/scanner_command.h"
#include "model/network/installed_models.h"

namespace slidetype::bench {
namespace {

namespace fs = std::filesystem;

struct Arguments {
    fs::path data, root, results = "bench/results", work = "build/cross_validation";
    std::string label, input;
    fs::path gate_tiles;
    std::vector<std::string> schemes = {"fold"}, units;
    std::uint64_t random_seed = 1337;
    NetworkRun network;
    std::string model, unit, epoch_choice = "unknown";
    std::vector<std::string> compared;
    fs::path slides = fs::path(SLIDETYPE_SOURCE_DIR) / "bench/cross_validation/scanner_slides.csv";
    std::vector<fs::path> card_results;
    fs::path models = fs::path(SLIDETYPE_SOURCE_DIR) / "model/pretrained";
    fs::path card_template = fs::path(SLIDETYPE_SOURCE_DIR) / "bench/cross_validation/model-card.md.in";
    fs::path output, readme, scanner_page;
    fs::path scanner_template = fs::path(SLIDETYPE_SOURCE_DIR) / "bench/ablation/scanner-tissue.md.in";
    std::string default_label = "compact";
    int rounds = 20;
};

void say(const std::string& text) {
    const auto now = std::time(nullptr);
    std::tm local{};
    localtime_r(&now, &local);
    fmt::print("{:02}:{:02}:{:02} {}\n", local.tm_hour, local.tm_min, local.tm_sec, text);
    std::fflush(stdout);
}

std::vector<Unit> chosen_units(const Dataset& dataset, const Arguments& arguments) {
    std::vector<Unit> units;
    for (const auto& scheme : arguments.schemes) {
        for (auto& unit : units_of(dataset, scheme_of(scheme), arguments.random_seed)) {
            if (arguments.units.empty() || std::ranges::count(arguments.units, name_of(unit)) > 0) {
                units.push_back(std::move(unit));
            }
        }
    }
    if (units.empty()) throw Error(ErrorCode::usage, "--unit", "names no unit of the chosen schemes");
    return units;
}

double accuracy_of(const UnitResult& result) {
    const auto& logits = result.logits.at(kPlain);
    double right = 0;
    for (std::size_t i = 0; i < logits.size(); ++i) right += (logits[i] > 0) == (result.pictures.label[i] == 1) ? 1 : 0;
    return right / static_cast<double>(logits.size());
}

/// Does `work` unless its result is stored or another process is at it.
void once(const Arguments& arguments, const std::string& label, const Unit& unit,
          const std::function<UnitResult()>& work) {
    const auto title = label + ", " + name_of(unit);
    const auto file = result_file(arguments.results, label, unit);
    fs::create_directories(arguments.work);
    const UnitLock lock(arguments.work / (label + "." + name_of(unit) + ".lock"));
    if (fs::exists(file)) return say(title + ": stored already");
    if (!lock.held()) return say(title + ": another process is at it");
    say(title + ": begins");
    const auto result = work();
    fs::create_directories(arguments.results);
    write_result(arguments.results, result);
    say(fmt::format("{}: stored, accuracy {:.4f} on {} pictures", title, accuracy_of(result), result.pictures.size()));
}

int run_networks(const Arguments& arguments) {
    keep_freed_memory();
    std::vector<DataInput> inputs = {{arguments.data, arguments.root}};
    if (!arguments.gate_tiles.empty()) inputs.push_back({arguments.gate_tiles, {}});
    const auto dataset = read_datasets(inputs);
    auto run = arguments.network;
    if (!arguments.input.empty()) run.options.input = find_input_kind(arguments.input);
    const auto& architecture = find_architecture(run.options.architecture);
    run.label = arguments.label;
    if (run.label.empty()) {
        run.label = architecture.name;
        if (run.options.input && *run.options.input != architecture.input) run.label += "-" + arguments.input;
    }
    run.work = arguments.work;
    for (const auto& unit : chosen_units(dataset, arguments)) {
        once(arguments, run.label, unit, [&] { return run_network(dataset, unit, run, say); });
    }
    return 0;
}

int run_baselines(const Arguments& arguments) {
    const auto dataset = read_dataset(arguments.data, arguments.root);
    std::optional<ColourTable> table;
    for (const auto& unit : chosen_units(dataset, arguments)) {
        for (const auto& baseline : baselines()) {
            once(arguments, baseline.label, unit, [&] {
                if (!table) {
                    table.emplace(dataset, arguments.network.options.threads, [](std::size_t done, std::size_t total) {
                        if (done % 1000 == 0) say(fmt::format("colours of {} of {}", done, total));
                    });
                }
                return run_baseline(baseline, dataset, unit, *table);
            });
        }
    }
    return 0;
}

/// "fold-0" and so on.
Unit unit_named(const std::string& name) {
    const auto dash = name.find('-');
    return {scheme_of(name.substr(0, dash)), dash == std::string::npos ? "" : name.substr(dash + 1)};
}

int score_one(const Arguments& arguments) {
    const auto dataset = read_dataset(arguments.data, arguments.root);
    const auto unit = unit_named(arguments.unit);
    once(arguments, arguments.label, unit, [&] {
        return score_network(dataset, unit, arguments.label, read_model_directory(arguments.model),
                             arguments.epoch_choice, arguments.network.options.threads, say);
    });
    return 0;
}

int time_model(const Arguments& arguments) {
    const auto speed =
        measure_speed(arguments.label, read_model_directory(find_model(arguments.model)), arguments.rounds);
    fs::create_directories(arguments.results);
    write_speed(arguments.results, speed);
    say(fmt::format("{}: {:.1f} tiles/s on one thread of {}", speed.label, speed.tiles_per_second, speed.machine));
    return 0;
}

int store_table(const Arguments& arguments, const char* name, const std::string& text) {
    fs::create_directories(arguments.results);
    write_file(arguments.results / name, text);
    fmt::print("{}", text);
    return 0;
}

int compare_backends(const Arguments& arguments) {
    const auto dataset = read_dataset(arguments.data, arguments.root);
    const auto members = split_of(dataset, unit_named(arguments.unit)).test;
    const auto text =
        backends_table(dataset, members, labelled_models(arguments.compared), arguments.network.options.threads, say);
    return store_table(arguments, "backends.md", text);
}

int ask_about_slides(const Arguments& arguments) {
    const auto models = labelled_models(arguments.compared);
    const auto slides = read_scanner_slides(arguments.slides, arguments.root);
    const auto text = scanner_slides_table(slides, models, arguments.network.options.threads, say);
    return store_table(arguments, "scanner_slides.md", text);
}

int write_card(const Arguments& arguments) {
    auto input = read_card_input(arguments.card_results, arguments.models);
    input.default_label = arguments.default_label;
    write_file(arguments.output, render_card(read_file(arguments.card_template), input));
    say(fmt::format("{} written from {} methods", arguments.output.string(), input.methods.size()));
    if (!arguments.readme.empty()) write_file(arguments.readme, render_readme(read_file(arguments.readme), input));
    if (!arguments.scanner_page.empty()) {
        const auto page = read_file(arguments.scanner_template);
        write_file(arguments.scanner_page, render_ablation(page, read_ablations(arguments.card_results)));
    }
    return 0;
}

using Action = std::function<int()>;

void add_data(CLI::App& command, Arguments& a) {
    command.add_option("--data", a.data, "CSV with file,class,group,fold,stain_cluster")->required();
    command.add_option("--root", a.root, "Folder that its files are relative to (default: its own)");
    command.add_option("--results", a.results, "Folder of one file per finished unit")->capture_default_str();
    command.add_option("--work", a.work, "Folder for models, checkpoints and locks")->capture_default_str();
    command.add_option("-t,--threads", a.network.options.threads)->capture_default_str()->check(CLI::Range(1, 1024));
}

void add_schemes(CLI::App& command, Arguments& a) {
    command.add_option("--schemes", a.schemes, "fold, cluster, random: what is held out")
        ->delimiter(',')
        ->capture_default_str();
    command.add_option("--unit", a.units, "Only these, such as fold-0 (default: all of the schemes)")->delimiter(',');
    command.add_option("--random-seed", a.random_seed, "Of the random split")->capture_default_str();
}

void declare_run(CLI::App& program, Arguments& a, Action& action) {
    auto& command = *program.add_subcommand("run", "Train a network for every unit and score what it held out");
    add_data(command, a);
    add_schemes(command, a);
    auto& options = a.network.options;
    // Declared first, so that the others win.
    command.add_flag_callback(
        "--notebook", [&options] { set_notebook_recipe(options); },
        "Train as the original notebook did, but for what other options say");
    command.add_option("--arch", options.architecture)
        ->capture_default_str()
        ->check(CLI::IsMember(architecture_names()));
    command.add_option("--input", a.input, "What is done to the pixels (default: what suits the network)")
        ->check(CLI::IsMember(input_kind_names()));
    command.add_option("--label", a.label, "Name in the model card (default: network, and input where it is another)");
    command.add_option("--epochs", options.epochs)->capture_default_str()->check(CLI::Range(1, 10000));
    command.add_option("--batch", options.batch)->capture_default_str()->check(CLI::Range(1, 4096));
    command.add_option("--learning-rate", options.learning_rate)->check(CLI::PositiveNumber);
    command.add_option("--seed", options.seed)->capture_default_str();
    command.add_option("--gate-tiles", a.gate_tiles, "CSV of tiles that teach the gate alone (see gate-tiles)");
    command.add_option("--gate-epochs", a.network.gate_epochs, "How long it learns from them, the features at rest")
        ->capture_default_str()
        ->check(CLI::Range(1, 1000));
    command.add_flag("!--no-gate", options.gate, "Train no tumour gate; benign pictures are left out");
    const auto vary = [&command](const char* name, double& share, const char* what) {
        command.add_option(name, share, what)->capture_default_str()->check(CLI::Range(0.0, 0.95));
    };
    vary("--stain", options.augmentation.stain, "Hematoxylin and eosin are varied by up to this share");
    vary("--white-balance", options.augmentation.white_balance, "Each colour is varied by up to this share");
    vary("--stain-vectors", options.augmentation.stain_vectors, "Standard deviation of the stains' unit vectors");
    vary("--borders", options.augmentation.borders, "Share of pictures that are joined with another");
    command.add_option("--levels", options.augmentation.levels)->capture_default_str()->check(CLI::Range(1.0, 8.0));
    command.add_option("--sharpening", options.augmentation.sharpening)->capture_default_str();
    command.add_option("--noise", options.augmentation.noise)->capture_default_str();
    command.add_option("--blur", options.augmentation.blur_px)->capture_default_str();
    command.add_option("--symmetry", options.symmetry)->check(CLI::IsMember({1, 4, 8}));
    command.add_option("--turns", options.turns)->check(CLI::IsMember({1, 2, 4, 8}));
    command.add_option("--weight-decay", options.weight_decay)->capture_default_str();
    command.add_option("--label-smoothing", options.label_smoothing)->capture_default_str();
    vary("--brightness", options.augmentation.brightness, "Brightness is varied by up to this share");
    command
        .add_option_function<std::string>(
            "--device",
            [&options](const std::string& name) {
                options.device = name == "cuda" ? Device::cuda : name == "cpu" ? Device::cpu : Device::automatic;
            },
            "Where to train")
        ->check(CLI::IsMember({"automatic", "cpu", "cuda"}));
    command.callback([&] { action = [&] { return run_networks(a); }; });
}

void declare_others(CLI::App& program, Arguments& a, Action& action) {
    auto& trivial = *program.add_subcommand("baselines", "Run the colour baselines on every unit");
    add_data(trivial, a);
    add_schemes(trivial, a);
    trivial.callback([&] { action = [&] { return run_baselines(a); }; });

    auto& score = *program.add_subcommand("score", "Score one unit with a model that was trained elsewhere for it");
    add_data(score, a);
    score.add_option("model", a.model, "Model directory")->required();
    score.add_option("--unit", a.unit, "Such as fold-0")->required();
    score.add_option("--label", a.label, "Name in the model card")->required();
    score.add_option("--epoch-choice", a.epoch_choice, "How the kept epoch was chosen, for the card")->required();
    score.callback([&] { action = [&] { return score_one(a); }; });

    auto& speed = *program.add_subcommand("speed", "Time an installed model or model directory on one thread");
    speed.add_option("model", a.model)->required();
    speed.add_option("--label", a.label, "Name in the model card")->required();
    speed.add_option("--results", a.results)->capture_default_str();
    speed.add_option("--rounds", a.rounds, "Batches of eight; the fastest counts")->capture_default_str();
    speed.callback([&] { action = [&] { return time_model(a); }; });

    auto& backends =
        *program.add_subcommand("backends", "How far scores move between backends, as a table for the card");
    add_data(backends, a);
    backends.add_option("models", a.compared, "LABEL=MODEL, an installed model or a directory")->required();
    backends.add_option("--unit", a.unit, "Pictures that the models were not trained on, such as fold-4")->required();
    backends.callback([&] { action = [&] { return compare_backends(a); }; });

    auto& slides =
        *program.add_subcommand("slides", "What models say of slides from scanners, as a table for the card");
    slides.add_option("models", a.compared, "LABEL=MODEL, an installed model or a directory")->required();
    slides.add_option("--slides", a.slides, "CSV file,what[,spacing]")->capture_default_str();
    slides.add_option("--root", a.root, "Folder where its files are looked for before its own");
    slides.add_option("--results", a.results)->capture_default_str();
    slides.add_option("-t,--threads", a.network.options.threads)->capture_default_str()->check(CLI::Range(1, 1024));
    slides.callback([&] { action = [&] { return ask_about_slides(a); }; });

    auto& card = *program.add_subcommand("card", "Write the model card from stored results");
    card.add_option("--results", a.card_results)->required();
    card.add_option("-o,--output", a.output)->required();
    card.add_option("--models", a.models, "Folder of the models that are shipped")->capture_default_str();
    card.add_option("--template", a.card_template)->capture_default_str();
    card.add_option("--readme", a.readme, "README whose words on scanner tissue are to be written anew");
    card.add_option("--scanner-page", a.scanner_page, "Where the page on ablations is to be written");
    card.add_option("--default", a.default_label, "The method that is shipped as default")->capture_default_str();
    card.callback([&] { action = [&] { return write_card(a); }; });
}

int run_program(int argc, char** argv) {
    CLI::App program{"Cross-validation of tile networks, trivial baselines, and the model card"};
    program.require_subcommand(1);
    Arguments arguments;
    Action action;
    declare_run(program, arguments, action);
    declare_others(program, arguments, action);
    declare_scanner_commands(program, SLIDETYPE_SOURCE_DIR, say, action);
    CLI11_PARSE(program, argc, argv);
    return guarded(action);
}

}  // namespace
}  // namespace slidetype::bench

int main(int argc, char** argv) {
    return slidetype::bench::run_program(argc, argv);
}

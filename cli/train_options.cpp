#include "cli/train_options.h"

#include <algorithm>

#include "base/chunks.h"
#include "base/error.h"
#include "base/parallel.h"
#include "model/network/installed_models.h"

namespace slidetype {
namespace {

constexpr const char* kLearning = "Learning";
constexpr const char* kVariation = "Variation of the training pictures";
constexpr const char* kGoingOn = "Going on";

/// Fewer pictures of other slides than this teach half a million weights nothing but those slides.
constexpr std::size_t kFewPictures = 2000;

void declare_learning(CLI::App& command, TrainArguments& a) {
    auto& options = a.options;
    command.add_option("--arch", a.architecture, "Network: compact (default) or seed")
        ->check(CLI::IsMember(architecture_names()))
        ->group(kLearning);
    command.add_option("--input", a.input, "What is done to the pixels first (default: what suits the network)")
        ->check(CLI::IsMember(input_kind_names()))
        ->group(kLearning);
    command
        .add_option("--symmetry", options.symmetry,
                    "Make the answer independent of turns by right angles (4), of mirroring too (8), or not (1)")
        ->check(CLI::IsMember({1, 4, 8}))
        ->group(kLearning);
    command
        .add_option(
            "--turns", options.turns,
            "Positions of a tile that the model averages: 1, 2, 4 (right angles) or 8 (mirrored, too); each costs "
            "as much as the first (default: what suits the network)")
        ->check(CLI::IsMember({1, 2, 4, 8}))
        ->group(kLearning);
    command
        .add_option("--epochs", a.epochs,
                    "Rounds through all pictures (default: 10, and more where pictures are few: at least 300 steps)")
        ->check(CLI::Range(1, 10000))
        ->group(kLearning);
    command.add_option("--batch", options.batch, "Pictures per step")
        ->capture_default_str()
        ->check(CLI::Range(1, 4096))
        ->group(kLearning);
    command
        .add_option("--learning-rate", a.learning_rate,
                    "Highest rate of the one-cycle schedule (default: the network's own; a tenth of it with --from)")
        ->check(CLI::PositiveNumber)
        ->group(kLearning);
    command.add_option("--weight-decay", options.weight_decay)
        ->capture_default_str()
        ->check(CLI::NonNegativeNumber)
        ->group(kLearning);
    command.add_option("--label-smoothing", options.label_smoothing)
        ->capture_default_str()
        ->check(CLI::Range(0.0, 0.5))
        ->group(kLearning);
    command
        .add_option("--averaging", options.averaging,
                    "Share of every step in the running average of the weights that is kept; 1 for the plain weights")
        ->capture_default_str()
        ->check(CLI::Range(1e-4, 1.0))
        ->group(kLearning);
    command.add_option("--patience", options.patience, "Stop after so many epochs without progress; 0: never")
        ->capture_default_str()
        ->check(CLI::Range(0, 10000))
        ->group(kLearning);
    command.add_flag("--keep-last", options.keep_last_epoch, "Keep the last epoch instead of the best one")
        ->group(kLearning);
    command.add_flag("--no-class-weights", a.no_balance, "Do not weigh the rarer class up")->group(kLearning);
    command.add_flag("--no-gate", a.no_gate, "Do not train a tumour gate on the benign pictures")->group(kLearning);
    command.add_option("--seed", options.seed, "Same seed, same data: same model, for any number of threads")
        ->capture_default_str()
        ->group(kLearning);
    command.add_option("--device", a.device, "auto, cpu or cuda")
        ->capture_default_str()
        ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
        ->group(kLearning);
}

void declare_variation(CLI::App& command, Augmentation& how) {
    const auto add = [&](const char* name, double& value, const char* help, double most) {
        command.add_option(name, value, help)->capture_default_str()->check(CLI::Range(0.0, most))->group(kVariation);
    };
    add("--shear", how.shear, "Sideways shift per unit of height, up to", 2);
    add("--zoom", how.zoom, "Zoom in or out by up to this share", 3);
    add("--rotation", how.rotation_degrees, "Degrees, besides right angles, up to", 180);
    add("--stain", how.stain, "Hematoxylin and eosin, each by up to this share", 0.95);
    add("--stain-vectors", how.stain_vectors, "Colours of the stains: standard deviation of their unit vectors", 0.5);
    add("--white-balance", how.white_balance, "Each colour by up to this share", 0.95);
    add("--brightness", how.brightness, "By up to this share", 0.95);
    add("--blur", how.blur_px, "Standard deviation up to so many pixels, in 3 of 10 pictures", 10);
    add("--sharpening", how.sharpening, "Sharpened by up to this much in 2 of 10 pictures", 5);
    add("--noise", how.noise, "Standard deviation up to so many grey levels, in 2 of 10 pictures", 50);
    command
        .add_option("--levels", how.levels,
                    "Brought to up to this many times the network's size first, half of the time; 1: never")
        ->capture_default_str()
        ->check(CLI::Range(1.0, 8.0))
        ->group(kVariation);
    add("--borders", how.borders, "Share of the pictures that are joined with another along a border", 1);
    command.add_option("--jpeg", how.jpeg_quality, "Recompressed down to this quality in 3 of 10 pictures; 0: never")
        ->capture_default_str()
        ->check(CLI::Range(0, 95))
        ->group(kVariation);
    command.add_flag("--flip,!--no-flip", how.flip, "Mirror half of the pictures")
        ->capture_default_str()
        ->group(kVariation);
    command.add_flag("--right-angles,!--no-right-angles", how.right_angles, "Turn by 0, 90, 180 or 270 degrees")
        ->capture_default_str()
        ->group(kVariation);
}

void declare_going_on(CLI::App& command, TrainArguments& a) {
    auto* from = command.add_option("--from", a.from, "Go on from this model (fine-tuning) instead of from nothing")
                     ->group(kGoingOn);
    command
        .add_flag_function(
            "--freeze,!--no-freeze", [&a](std::int64_t count) { a.freeze = count > 0; },
            "Leave the convolutions as they are, and with them what is familiar; only the last layer learns, and the "
            "tumour gate where benign pictures are given (default with --from and fewer than 2000 pictures)")
        ->needs(from)
        ->group(kGoingOn);
    command
        .add_flag("--resume", a.options.resume,
                  "Go on from the checkpoint in the output directory, as if never interrupted")
        ->group(kGoingOn);
}

/// Callbacks run in the order of declaration, so this comes first and the other options win.
void declare_recipe(CLI::App& command, TrainArguments& a) {
    command
        .add_flag_callback(
            "--notebook",
            [&a] {
                set_notebook_recipe(a.options);
                a.no_gate = true;
                if (!a.architecture) a.architecture = "seed";
            },
            "Train the seed network as the original notebook did, but for what other options say")
        ->group(kLearning);
}

/// The usual number, or as many more (up to a hundred) as it takes for 300 steps: a handful of corrections makes few
/// steps an epoch and would change nothing.
int enough_epochs(const TrainOptions& options, std::size_t pictures) {
    constexpr int kLeastSteps = 300, kMostEpochs = 100;
    const auto chunks = chunk_count(pictures, static_cast<std::size_t>(options.batch));
    const int steps = std::max(static_cast<int>(chunks), 1);
    return std::max(options.epochs, std::min((kLeastSteps + steps - 1) / steps, kMostEpochs));
}

}  // namespace

void declare_train_options(CLI::App& command, TrainArguments& arguments) {
    declare_recipe(command, arguments);
    declare_learning(command, arguments);
    declare_variation(command, arguments.options.augmentation);
    declare_going_on(command, arguments);
}

TrainOptions settle_train_options(const TrainArguments& arguments) {
    auto options = arguments.options;
    options.learning_rate = arguments.learning_rate;
    options.balance_classes = !arguments.no_balance;
    options.gate = !arguments.no_gate;
    if (arguments.device != "auto") options.device = arguments.device == "cpu" ? Device::cpu : Device::cuda;
    if (!arguments.input.empty()) options.input = find_input_kind(arguments.input);
    if (arguments.architecture) options.architecture = *arguments.architecture;
    if (!arguments.from.empty()) {
        auto model = read_model_directory(find_model(arguments.from));
        const auto& name = model.config.architecture;
        require_network(model, "cannot be trained further");
        if (arguments.architecture && *arguments.architecture != name) {
            throw Error(ErrorCode::usage, "--arch", "the model to go on from is of architecture " + name,
                        "Leave --arch out.");
        }
        if (options.input && *options.input != input_of(model.config)) {
            throw Error(ErrorCode::usage, "--input",
                        "the model to go on from takes " + std::string(to_string(input_of(model.config))),
                        "Leave --input out.");
        }
        options.architecture = name;
        options.input = input_of(model.config);
        options.from = std::move(model);
    }
    if (options.threads <= 0) options.threads = default_threads();
    return options;
}

void settle_for_pictures(const TrainArguments& arguments, std::size_t pictures, TrainOptions& options) {
    options.freeze_features = arguments.freeze.value_or(options.from && pictures < kFewPictures);
    options.epochs = arguments.epochs.value_or(enough_epochs(options, pictures));
}

std::vector<std::string> fine_tuning_warnings(const TrainOptions& options, const Dataset& dataset, const Split& split) {
    if (!options.from || options.freeze_features) return {};
    const auto& before = *options.from->config.slidetype;
    const bool benign = options.gate && has_benign(dataset, split.train);
    std::vector<std::string> warnings;
    if (before.gate && !benign) {
        warnings.push_back(
            "the new model will have no tumour gate, so benign tissue will vote: all layers learn, and no "
            "benign pictures are there for the gate to learn with them. Give some, or --freeze");
    }
    if (before.familiarity) {
        warnings.push_back(
            "all layers learn, so only these pictures will be familiar to the new model, and tissue that " +
            options.from->config.name + " knew may be refused. Give the old pictures too, or --freeze");
    }
    return warnings;
}

}  // namespace slidetype

// slidetype models import-keras FILE -o DIR

#include <memory>

#include "base/error.h"
#include "cli/models.h"
#include "cli/print.h"
#include "model/backends/self_test.h"
#include "model/exchange/keras_import.h"
#include "model/exchange/wsinfer_export.h"
#include "model/scoring/classifier.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;

struct ModelImportArguments {
    fs::path file, output;
    std::string storage = "f32";
    KerasImportOptions options;
};

int import_network(const ModelImportArguments& arguments) {
    if (fs::exists(arguments.output / "config.json")) {
        throw Error(ErrorCode::usage, arguments.output.string(), "holds a model already",
                    "Name another directory, or remove that one first.");
    }
    const auto imported = import_keras(arguments.file, arguments.options);
    write_model_directory(arguments.output, imported.config, imported.weights,
                          arguments.storage == "f16" ? StorageType::f16 : StorageType::f32);
    export_torchscript(read_model_directory(arguments.output), arguments.output / "torchscript_model.pt");
    attach_self_test(arguments.output);

    print("{}: {} parameters, architecture {}\n", imported.config.name,
          parameter_count(find_architecture(imported.config.architecture)), imported.config.architecture);
    print("  0 = LUAD (lung_aca), 1 = LUSC (lung_scc){}\n",
          arguments.options.swap_classes ? ", swapped as asked" : ": the order in which Keras numbers class folders");
    for (const auto& note : imported.notes) print("  {}\n", note);
    print(
        "  Its probabilities are not calibrated, and it has no tumour gate; `slidetype train --from` adds both.\n"
        "Model written to {}\nTry it: slidetype evaluate {} TILES\n",
        arguments.output.string(), arguments.output.string());
    return kDone;
}

}  // namespace

void declare_import_keras(CLI::App& models, Action& action) {
    auto arguments = std::make_shared<ModelImportArguments>();
    auto& a = *arguments;
    auto* command = models.add_subcommand("import-keras", "A network trained with Keras, as a model of ours");
    command->add_option("file", a.file, "A .keras archive, or a .h5 file of a model or of weights")->required();
    command->add_option("-o,--output", a.output, "Model directory to write")->required();
    command->add_option("--name", a.options.name, "Name of the model (default: that of the file)");
    command->add_flag("--swap-classes", a.options.swap_classes, "The network gives P(LUAD), not P(LUSC)");
    command->add_flag("--raw-pixels", a.options.raw_pixels,
                      "It was trained on pixels of 0 to 255, not divided by 255 before the network");
    command->add_option("--storage", a.storage, "Precision of the weights file")
        ->capture_default_str()
        ->check(CLI::IsMember({"f16", "f32"}));
    command->footer(
        "Examples:\n"
        "  slidetype models import-keras lung.keras -o lung\n"
        "  slidetype models import-keras lung.h5 -o lung --name lung-2024 --swap-classes\n"
        "The network must be that of the notebook (architecture seed); the message names the layer that is not.");
    command->callback([arguments, &action] { action = [arguments] { return import_network(*arguments); }; });
}

}  // namespace slidetype

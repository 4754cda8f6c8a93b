// slidetype models import-mil DIR --encoder ENCODER -o MODEL

#include <filesystem>
#include <memory>

#include "base/error.h"
#include "cli/models.h"
#include "cli/print.h"
#include "cli/table.h"
#include "model/backends/encoders.h"
#include "model/backends/self_test.h"
#include "model/exchange/mil_import.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;

struct MilImportArguments {
    fs::path folder, output;
    std::string encoder, name;
};

int import_mil(const MilImportArguments& arguments) {
    if (fs::exists(arguments.output / "config.json")) {
        throw Error(ErrorCode::usage, arguments.output.string(), "holds a model already",
                    "Name another directory, or remove that one first.");
    }
    const auto head = read_mil_head(arguments.folder);
    const auto encoder = open_encoder(arguments.encoder).info;
    const auto name = arguments.name.empty() ? fs::absolute(arguments.folder / ".").parent_path().filename().string()
                                             : arguments.name;
    write_mil_model(head, encoder, name, arguments.output);
    try {
        attach_self_test(arguments.output);  // runs it, on drawn tiles
    } catch (...) {
        std::error_code ignored;
        fs::remove(arguments.output / "config.json", ignored);
        throw;
    }
    print("{}: a head of others over the features of {}\n", printable(name), printable(encoder.name));
    print("  It says that it was trained on features of \"{}\": these must be the same.\n",
          printable(head.feature_extractor));
    print("  Of its outputs, {} is LUAD and {} LUSC\n", head.columns[0], head.columns[1]);
    print(
        "  Its probabilities are not calibrated; `slidetype evaluate MODEL cohort.csv --recalibrate` does so.\n"
        "Model written to {}\nTry it: slidetype run SLIDES -o results --model {}\n",
        arguments.output.string(), arguments.output.string());
    return kDone;
}

}  // namespace

void declare_import_mil(CLI::App& models, Action& action) {
    auto arguments = std::make_shared<MilImportArguments>();
    auto& a = *arguments;
    auto* command = models.add_subcommand("import-mil", "A head with the layout of wsinfer-mil, as a model of ours");
    command->add_option("folder", a.folder, "Holds config.json and torchscript_model.pt")->required();
    command
        ->add_option("--encoder", a.encoder,
                     "The encoder of its features: an installed model, or a TorchScript or ONNX file with encoder.json "
                     "beside it")
        ->required();
    command->add_option("-o,--output", a.output, "Model directory to write")->required();
    command->add_option("--name", a.name, "Name of the model (default: that of the folder)");
    command->footer(
        "Examples:\n"
        "  slidetype models import-mil their_head --encoder ctranspath/ -o lung\n"
        "  slidetype models import-mil their_head --encoder uni.onnx -o lung --name lung-2024\n"
        "Its classes must be LUAD and LUSC. The encoder must be the one that it was trained with: wsinfer-mil knows it "
        "by\nname alone. A TorchScript file is a program: take it from where you would take one.");
    command->callback([arguments, &action] { action = [arguments] { return import_mil(*arguments); }; });
}

}  // namespace slidetype

// slidetype models export --torchscript MODEL -o DIR

#include <memory>

#include "base/error.h"
#include "cli/models.h"
#include "cli/print.h"
#include "model/exchange/wsinfer_export.h"
#include "model/network/installed_models.h"

namespace slidetype {
namespace {

struct ModelExportArguments {
    std::string model;
    std::filesystem::path output;
    bool torchscript = false;
};

int export_model(const ModelExportArguments& arguments) {
    const auto model = read_model_directory(find_model(arguments.model));
    export_for_wsinfer(model, arguments.output);
    const auto& config = model.config;
    print("{} written to {}\n  tiles   {} px at {:.4f} µm/px\n  output  two logits per tile; softmax gives",
          config.name, arguments.output.string(), config.patch_size_px, config.spacing_um_px);
    for (const auto& name : config.class_names) print(" P({})", name);
    print("\n");
    if (config.slidetype->gate || config.slidetype->familiarity) {
        print(
            "  The tumour gate and the guard against unfamiliar tiles stay behind: there, every tile gets a subtype,\n"
            "  stroma and normal lung too. Annotate the tumour first and run on it alone.\n");
    }
    print(
        "QuPath: put this folder into the WSInfer extension's directory of user-supplied models.\n"
        "WSInfer: wsinfer run --config {0}/config.json --model-path {0}/torchscript_model.pt …\n",
        arguments.output.string());
    return kDone;
}

}  // namespace

void declare_export(CLI::App& models, Action& action) {
    auto arguments = std::make_shared<ModelExportArguments>();
    auto& a = *arguments;
    auto* command = models.add_subcommand("export", "A model for WSInfer and QuPath's WSInfer extension");
    command->add_option("model", a.model, "Installed model or model directory")->required();
    command->add_option("-o,--output", a.output, "Directory to write")->required();
    command->add_flag("--torchscript", a.torchscript, "TorchScript, the only format so far")->required();
    command->footer("Example:\n  slidetype models export --torchscript compact -o compact_for_qupath");
    command->callback([arguments, &action] { action = [arguments] { return export_model(*arguments); }; });
}

}  // namespace slidetype

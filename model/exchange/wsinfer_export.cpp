// The schema: https://github.com/SBU-BMI/wsinfer-zoo/blob/main/wsinfer_zoo/schemas/model-config.schema.json
// QuPath's extension looks for exactly these two file names (WSInferModelLocal.java) and, like WSInfer, applies
// softmax.
#include "model/exchange/wsinfer_export.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "model/training/torch_module.h"

namespace slidetype {

void export_torchscript(const ModelDirectory& model, const std::filesystem::path& file) {
    torch_module().export_torchscript(model, file);
}

void export_for_wsinfer(const ModelDirectory& model, const std::filesystem::path& directory) {
    const auto config_file = directory / "config.json";
    std::error_code error;
    if (std::filesystem::exists(config_file, error) &&
        parse_config(read_file(config_file), config_file.string()).slidetype) {
        throw Error(ErrorCode::usage, directory.string(), "holds a slidetype model, which an export would replace",
                    "Export to another folder.");
    }
    create_folders(directory);
    export_torchscript(model, directory / "torchscript_model.pt");
    auto config = model.config;
    config.slidetype.reset();
    write_file(config_file, format_config(config));
}

}  // namespace slidetype

// slidetype models list|show
#include <fmt/format.h>

#include <memory>

#include "base/error.h"
#include "cli/command.h"
#include "cli/table.h"
#include "model/installed_models.h"
#include "model/model_directory.h"

namespace slidetype {
namespace {

int list_models() {
    Table table({"model", "architecture", "patch px", "spacing µm/px", "classes", "state"});
    bool all_good = true;
    for (const auto& path : installed_models()) {
        const auto name = path.filename().string();
        try {
            const auto model = read_model_directory(path);
            std::string classes;
            for (const auto& each : model.config.class_names) classes += (classes.empty() ? "" : ", ") + each;
            table.add({name + (name == kDefaultModel ? " (default)" : ""), model.config.architecture,
                       std::to_string(model.config.patch_size_px), fmt::format("{:.3f}", model.config.spacing_um_px),
                       classes, "verified"});
        } catch (const Error& error) {
            all_good = false;
            table.add({name, "", "", "", "", error.what()});
        }
    }
    fmt::print("{}\nLooked in:\n", table.text());
    for (const auto& folder : model_folders()) fmt::print("  {}\n", folder.string());
    return all_good ? kDone : kUsage;
}

int show_model(const std::string& name) {
    const auto model = read_model_directory(find_model(name));
    const auto& config = model.config;
    fmt::print(
        "{}\n  directory     {}\n  architecture  {}\n  patch size    {} px at {:.4f} µm/px ({:.0f} µm)\n  SHA-256      "
        " {}\n",
        config.name, model.path.string(), config.architecture, config.patch_size_px, config.spacing_um_px,
        config.patch_size_px * config.spacing_um_px, model.sha256);
    for (const auto& each : config.class_names) fmt::print("  class         {}\n", printable(each));
    if (!model.is_torchscript()) {
        fmt::print("  parameters    {}\n  temperature   {:.4f}\n",
                   parameter_count(find_architecture(config.architecture)), config.slidetype->temperature);
    }
    fmt::print("\n{}", format_config(config));
    const auto card = model.path / "README.md";
    if (std::filesystem::exists(card)) fmt::print("\nModel card: {}\n", card.string());
    return kDone;
}

}  // namespace

void declare_models(CLI::App& program, Action& action) {
    auto* command = program.add_subcommand("models", "List and inspect models");
    command->require_subcommand(1);
    auto* list = command->add_subcommand("list", "The installed models, each verified");
    list->callback([&action] { action = list_models; });
    auto name = std::make_shared<std::string>();
    auto* show = command->add_subcommand("show", "One model: configuration, hash, training");
    show->add_option("model", *name, "Installed model or model directory")->required();
    show->callback([name, &action] { action = [name] { return show_model(*name); }; });
    command->footer("Examples:\n  slidetype models list\n  slidetype models show compact");
}

}  // namespace slidetype

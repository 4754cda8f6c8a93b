// slidetype models list|show; the other subcommands are in models_*.cpp
#include <fmt/format.h>

#include <memory>

#include "base/error.h"
#include "base/words.h"
#include "cli/known_material.h"
#include "cli/models.h"
#include "cli/print.h"
#include "cli/table.h"
#include "model/learning/domain_check_fit.h"
#include "model/metrics/conformal.h"
#include "model/network/installed_models.h"
#include "model/network/model_directory.h"

namespace slidetype {
namespace {

/// The same in a cell.
std::string short_domain_text(const ModelConfig& config) {
    if (!config.slidetype || !config.slidetype->domain) return "none";
    const auto& domain = *config.slidetype->domain;
    if (domain.tried == 0 || domain.sources < kFewestToLeaveOut) return counted(domain.sources, "source");
    return fmt::format("{}, false alarms {} of {}", counted(domain.sources, "source"), domain.alarms, domain.tried);
}

int list_models() {
    Table table({"model", "architecture", "patch px", "spacing µm/px", "classes", "check of slides", "state"});
    std::string sayings;
    bool all_good = true;
    for (const auto& path : installed_models()) {
        const auto name = path.filename().string();
        try {
            const auto model = read_model_directory(path);
            std::string classes;
            for (const auto& each : model.config.class_names) classes += (classes.empty() ? "" : ", ") + each;
            table.add({name + (name == kDefaultModel ? " (default)" : ""), model.config.architecture,
                       std::to_string(model.config.patch_size_px), fmt::format("{:.3f}", model.config.spacing_um_px),
                       classes, short_domain_text(model.config), "verified"});
            if (model.config.slidetype && !model.config.slidetype->good_for.empty())
                sayings += wrapped(printable(name + ": " + model.config.slidetype->good_for), kTextWidth) + "\n";
        } catch (const Error& error) {
            all_good = false;
            table.add({name, "", "", "", "", "", error.what()});
        }
    }
    print("{}\n", table.text());
    if (!sayings.empty()) print("{}\n", sayings);
    print("Looked in:\n");
    for (const auto& folder : model_folders()) print("  {}\n", folder.string());
    return all_good ? kDone : kUsage;
}

std::string input_text(InputKind kind) {
    switch (kind) {
        case InputKind::unit:
            return "pixels / 255";
        case InputKind::standardised_density:
            return "optical density, standardised per tile and channel";
        case InputKind::grey_density:
            return "mean optical density, standardised per tile (no colour)";
        case InputKind::macenko:
            break;
    }
    return "stains normalised (Macenko), pixels / 255";
}

/// What the model knows of the material that it was made from.
std::string domain_text(const std::optional<DomainConfig>& domain) {
    if (!domain) return "this model does not know what it was made from: slides of another kind are not told";
    auto text = fmt::format("slides unlike those of its {} get no call", counted(domain->sources, "source"));
    if (domain->tried > 0 && domain->sources >= kFewestToLeaveOut) {
        text += fmt::format(" (false alarms: {} of {}{})", domain->alarms, counted(domain->tried, "source"),
                            domain->unseen ? " that it had not learnt from" : " left out in turn");
    }
    return text;
}

void show_heads(const HeadsConfig& heads, double temperature) {
    print("  heads         {}, over the features of {} ({} numbers a tile)\n  temperature   {:.4f}\n", heads.heads,
          printable(heads.encoder.name), heads.encoder.dimension, temperature);
    print("  stated error  {}\n",
          heads.stated_error
              ? fmt::format("{}, fitted to {}", error_text(heads.stated_error->error),
                            counted(heads.stated_error->patients[0] + heads.stated_error->patients[1], "patient"))
              : "none: calls are those on which all heads agree");
    print(
        "  tumour gate   none: benign tiles count, too\n  familiarity   unknown: strange tiles are not told\n"
        "  domain        {}\n",
        domain_text(std::nullopt));
}

/// What only our own models have.
void show_own(const ModelConfig& config) {
    const auto& ours = *config.slidetype;
    if (ours.heads) {
        show_heads(*ours.heads, ours.temperature);
        if (!ours.good_for.empty()) print("  good for      {}\n", printable(ours.good_for));
        return;
    }
    print("  parameters    {}\n  input         {}\n  temperature   {:.4f}\n",
          parameter_count(find_architecture(config.architecture)), input_text(input_of(config)), ours.temperature);
    print("  tumour gate   {}\n", ours.gate ? fmt::format("tiles with P(tumour) below {:.3f} do not vote "
                                                          "(temperature {:.4f})",
                                                          ours.gate->threshold, ours.gate->temperature)
                                            : "none");
    print("  familiarity   {}\n",
          ours.familiarity
              ? fmt::format("tiles farther than {:.2f} from the training's do not vote", ours.familiarity->threshold)
              : "unknown: strange tiles are not told");
    print("  domain        {}\n", domain_text(ours.domain));
    if (!ours.good_for.empty()) print("  good for      {}\n", printable(ours.good_for));
    print("  integers      {}\n",
          ours.int8 ? fmt::format("calibrated: {} layers (--backend onednn-int8)", ours.int8->steps.size())
                    : "not calibrated");
    print("  self-test     {}\n",
          ours.self_test ? fmt::format("{} tiles; run `slidetype models verify`", ours.self_test->scores.size())
                         : "none stored");
}

int show_model(const std::string& name) {
    const auto model = read_model_directory(find_model(name));
    const auto& config = model.config;
    print(
        "{}\n  directory     {}\n  architecture  {}\n  patch size    {} px at {:.4f} µm/px ({:.0f} µm)\n  SHA-256      "
        " {}\n",
        config.name, model.path.string(), config.architecture, config.patch_size_px, config.spacing_um_px,
        config.patch_size_px * config.spacing_um_px, model.sha256);
    for (const auto& each : config.class_names) print("  class         {}\n", printable(each));
    if (config.slidetype) show_own(config);
    print("\n{}", format_config(config));
    const auto card = model.path / "README.md";
    if (std::filesystem::exists(card)) print("\nModel card: {}\n", card.string());
    return kDone;
}

}  // namespace

void declare_models(CLI::App& program, Action& action) {
    auto* command = program.add_subcommand(
        "models", "List, inspect, verify, calibrate, familiarise, describe, import and export models");
    command->require_subcommand(1);
    auto* list = command->add_subcommand("list", "The installed models, each verified");
    list->callback([&action] { action = list_models; });
    auto name = std::make_shared<std::string>();
    auto* show = command->add_subcommand("show", "One model: configuration, hash, training");
    show->add_option("model", *name, "Installed model or model directory")->required();
    show->callback([name, &action] { action = [name] { return show_model(*name); }; });
    declare_verify(*command, action);
    declare_calibrate(*command, action);
    declare_familiarise(*command, action);
    declare_good_for(*command, action);
    declare_export(*command, action);
    declare_import_keras(*command, action);
    declare_import_mil(*command, action);
    command->footer(
        "Examples:\n"
        "  slidetype models list\n"
        "  slidetype models show compact\n"
        "  slidetype models verify\n"
        "  slidetype models calibrate my_model tiles.csv\n"
        "  slidetype models familiarise my_model tiles.csv\n"
        "  slidetype models good-for my_model 'Slides of our own scanner, 20x, H&E'\n"
        "  slidetype models export --torchscript compact -o compact_for_qupath\n"
        "  slidetype models import-keras my_network.keras -o my_model\n"
        "  slidetype models import-mil their_head --encoder uni/ -o my_model");
}

}  // namespace slidetype

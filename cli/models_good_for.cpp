// slidetype models good-for MODEL [TEXT]
#include <memory>
#include <optional>

#include "cli/models.h"
#include "cli/print.h"
#include "cli/table.h"
#include "model/backends/self_test.h"
#include "model/network/installed_models.h"

namespace slidetype {
namespace {

struct GoodForArguments {
    std::string model;
    std::optional<std::string> text;
};

int good_for(const GoodForArguments& arguments) {
    const auto path = find_model(arguments.model);
    if (arguments.text) {
        store_good_for(path, *arguments.text);
        print("Stored in {}\n", printable((path / "config.json").string()));
        return kDone;
    }
    const auto model = read_model_directory(path);
    const auto said = model.config.slidetype ? model.config.slidetype->good_for : std::string();
    print("{}\n", said.empty() ? "It does not say." : printable(said));
    return kDone;
}

}  // namespace

void declare_good_for(CLI::App& models, Action& action) {
    auto arguments = std::make_shared<GoodForArguments>();
    auto& a = *arguments;
    auto* command = models.add_subcommand("good-for", "Say what a model is good for, and what not");
    command->add_option("model", a.model, "Installed model or model directory")->required();
    command->add_option("text", a.text,
                        "One or two sentences; \"\" takes away what it says. Without: what it says now is printed");
    command->footer(
        "Example:\n"
        "  slidetype models good-for my_model 'Slides of our own scanner, 20x, H&E; no frozen sections.'\n"
        "The text is stored in the model's config.json and shown with its results: in reports, the viewer and\n"
        "summary.json. Models that go on from this one (train --from) do not inherit it. The self-test is stored "
        "anew.");
    command->callback([arguments, &action] { action = [arguments] { return good_for(*arguments); }; });
}

}  // namespace slidetype

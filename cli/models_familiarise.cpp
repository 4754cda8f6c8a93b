// slidetype models familiarise MODEL DATA
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "base/parallel.h"
#include "cli/labelled_data.h"
#include "cli/models.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "cli/stop.h"
#include "cli/table.h"
#include "model/backends/self_test.h"
#include "model/learning/domain_check_fit.h"
#include "model/network/installed_models.h"

namespace slidetype {
namespace {

constexpr std::uint64_t kSplitSeed = 1337;  ///< that of `train`

struct FamiliariseArguments {
    std::string model;
    LabelledDataArguments data;
    bool add = false, quiet = false;
    int threads = 0;
};

int familiarise(const FamiliariseArguments& arguments) {
    const auto path = find_model(arguments.model);
    const auto model = read_model_directory(path);
    const int threads = arguments.threads > 0 ? arguments.threads : default_threads();
    const TileTarget target = {model.config.patch_size_px, model.config.spacing_um_px, {}};
    auto data = read_labelled_data(arguments.data, target, threads, arguments.quiet);
    const auto split = split_labelled_data(data, arguments.data, kSplitSeed, threads, arguments.quiet);
    std::optional<Progress> bar(std::in_place, "looking at pictures", "pictures", arguments.quiet);
    const KnownBefore before = {.model = arguments.add ? &model : nullptr, .keep = arguments.add};
    const auto fit =
        fit_domain_check(path, data.dataset, split, threads, before, [&](std::size_t done, std::size_t total) {
            throw_if_stopped();
            bar->update(done, total);
        });
    bar.reset();
    print("{}\nStored in {}\n", domain_text(fit), printable((path / fit.config.file).string()));
    if (model.config.slidetype && !model.config.slidetype->good_for.empty()) {
        // It may be of what the model knew.
        store_good_for(path, {});
        print(
            "What it said that it is good for was taken away, since it knows other material now: {}\n"
            "If that is still true: slidetype models good-for {} TEXT\n",
            printable(model.config.slidetype->good_for), printable(arguments.model));
    }
    return kDone;
}

}  // namespace

void declare_familiarise(CLI::App& models, Action& action) {
    auto arguments = std::make_shared<FamiliariseArguments>();
    auto& a = *arguments;
    auto* command = models.add_subcommand("familiarise", "Tell a model what its material looks like");
    command->add_option("model", a.model, "Installed model or model directory")->required();
    declare_labelled_data(*command, a.data);
    declare_split(*command, a.data);
    command->add_flag("--add", a.add, "What the model knows already stays known");
    command->add_option("-t,--threads", a.threads, "Threads; 0 takes all processors")->check(CLI::Range(0, 1024));
    command->add_flag("-q,--quiet", a.quiet, "No progress display");
    command->footer(
        "Example:\n"
        "  slidetype models familiarise my_model tiles.csv --fold 4\n"
        "Fits what tells slides like these pictures from others: colours, sharpness, and structure as the network "
        "sees\n"
        "it. `run` makes no call on slides of another kind. `train` does this at its end; here it is done for a model\n"
        "that lacks it. Give the data that the model was trained on, split as it was then. Pictures that the model "
        "was\n"
        "never measured on do not belong here: they would pass for known, and their calls would be worth nothing. The\n"
        "self-test is stored anew.");
    command->callback([arguments, &action] { action = [arguments] { return familiarise(*arguments); }; });
}

}  // namespace slidetype

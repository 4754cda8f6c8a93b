// validate_calls: slides of known truth, put together from real tiles, and what they are called.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>

#include "base/atomic_file.h"
#include "bench/call_validation/outcome.h"
#include "bench/guarded.h"
#include "model/network/installed_models.h"
#include "tests/support.h"

namespace slidetype::bench {
namespace {

namespace fs = std::filesystem;

struct Arguments {
    fs::path groups, root, output, results;
    std::string model = kDefaultModel;
    int fold = 4, threads = 0;
    std::uint64_t seed = 1;
};

int run(const Arguments& arguments) {
    const auto pictures = read_fold_pictures(
        arguments.groups, arguments.root.empty() ? arguments.groups.parent_path() : arguments.root, arguments.fold);
    const Engine engine(read_model_directory(find_model(arguments.model)));
    const testing::TemporaryFolder work;
    CallValidation validation;
    const auto& model = engine.model();
    validation.model = model.config.name;
    validation.sha256 = model.sha256;
    validation.fold = arguments.fold;
    validation.seed = arguments.seed;
    if (model.config.slidetype && model.config.slidetype->call) validation.thresholds = *model.config.slidetype->call;
    const auto means = class_means(engine, pictures, work.path());
    fmt::print("mean P(LUSC) {:.3f} in LUAD ({:.0f} % of tiles vote), {:.3f} in LUSC ({:.0f} %)\n", means[0].prob_lusc,
               100 * means[0].voting, means[1].prob_lusc, 100 * means[1].voting);
    for (const auto& slide : plan_slides(pictures, arguments.seed)) {
        const auto& outcome =
            validation.slides.emplace_back(judge(engine, slide, means, work.path(), arguments.threads));
        fmt::print("{:<24} {:<14} {}\n", outcome.name, outcome.call, outcome.call == outcome.expected ? "" : "(!)");
        std::fflush(stdout);
    }
    write_validation(arguments.output, validation);
    return 0;
}

int run_program(int argc, char** argv) {
    CLI::App program{"How often the call of a slide is right"};
    program.require_subcommand(1);
    Arguments a;
    std::function<int()> action;
    auto& validate = *program.add_subcommand("run", "Put slides together from tiles of one fold and call them");
    validate.add_option("--groups", a.groups, "CSV with file,class,group,fold")->required();
    validate.add_option("--root", a.root, "Folder that its files are relative to (default: its own)");
    validate.add_option("--fold", a.fold, "The fold that the model was not trained on")->capture_default_str();
    validate.add_option("-m,--model", a.model, "Installed model or model directory")->capture_default_str();
    validate.add_option("--seed", a.seed, "Which source images make which slide")->capture_default_str();
    validate.add_option("-t,--threads", a.threads)->capture_default_str();
    validate.add_option("-o,--output", a.output, "JSON of the outcomes")->required();
    validate.callback([&] { action = [&] { return run(a); }; });
    auto& page = *program.add_subcommand("page", "Write docs/slide-calls.md from stored outcomes");
    page.add_option("--results", a.results, "JSON that `run` wrote")->required();
    page.add_option("-o,--output", a.output)->required();
    page.callback([&] {
        action = [&] {
            write_file(a.output, validation_page(read_validation(a.results)));
            return 0;
        };
    });
    CLI11_PARSE(program, argc, argv);
    return guarded(action);
}

}  // namespace
}  // namespace slidetype::bench

int main(int argc, char** argv) {
    return slidetype::bench::run_program(argc, argv);
}

// validate_calls: slides of known truth, put together from real tiles, what they are called, and the calibration of
// that.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>

#include "base/atomic_file.h"
#include "bench/call_validation/outcome.h"
#include "bench/call_validation/validation.h"
#include "bench/call_validation/vote_fit.h"
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
    bool store = false;
    std::uint64_t seed = 1;
};

int run(const Arguments& arguments) {
    const auto pictures = read_fold_pictures(
        arguments.groups, arguments.root.empty() ? arguments.groups.parent_path() : arguments.root, arguments.fold);
    const auto path = find_model(arguments.model);
    const Engine engine(read_model_directory(path));
    const testing::TemporaryFolder work;
    ValidationOptions options;
    options.work = work.path();
    options.fold = arguments.fold;
    options.threads = arguments.threads;
    options.seed = arguments.seed;
    options.progress = [](const PlannedSlide& slide, std::size_t done, std::size_t all) {
        fmt::print("{} of {}: {} ({})\n", done, all, slide.kind, slide.expected);
        std::fflush(stdout);
    };
    const auto validation = validate_calls(engine, pictures, options);
    if (!arguments.output.empty()) write_validation(arguments.output, validation);
    std::size_t right = 0, plain = 0;
    for (const auto& slide : validation.slides) {
        right += slide.call == slide.expected;
        plain += slide.plain_call == slide.expected;
    }
    const auto& vote = *validation.thresholds.vote;
    fmt::print("{} of {} slides called rightly, {} if every tile counted the same\n", right, validation.slides.size(),
               plain);
    fmt::print("fitted to all: intercept {:.3f}, slope {:.3f}, border {:.3f}\n", vote.intercept, vote.slope,
               vote.border);
    if (arguments.store) {
        store_votes(path, vote);
        fmt::print("Stored in {}.\n", path.string());
    }
    return 0;
}

int run_program(int argc, char** argv) {
    CLI::App program{"How often the call of a slide is right"};
    program.require_subcommand(1);
    Arguments a;
    std::function<int()> action;
    auto& validate =
        *program.add_subcommand("run", "Put slides together from tiles of one fold, fit the vote, and call them");
    validate.add_option("--groups", a.groups, "CSV with file,class,group,fold")->required();
    validate.add_option("--root", a.root, "Folder that its files are relative to (default: its own)");
    validate.add_option("--fold", a.fold, "The fold that the model was not trained on")->capture_default_str();
    validate.add_option("-m,--model", a.model, "Installed model or model directory")->capture_default_str();
    validate.add_option("--seed", a.seed, "Which source images make which slide")->capture_default_str();
    validate.add_option("-t,--threads", a.threads)->capture_default_str();
    validate.add_option("-o,--output", a.output, "JSON of the outcomes");
    validate.add_flag("--store", a.store, "Store the vote that was fitted to all slides in the model's config.json");
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

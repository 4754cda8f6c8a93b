// slidetype collect OUT… -o MERGED

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <memory>
#include <optional>

#include "base/error.h"
#include "base/words.h"
#include "cli/backend_option.h"
#include "cli/collect_summary.h"
#include "cli/command.h"
#include "cli/patient_option.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "cli/stop.h"
#include "cli/table.h"
#include "cli/waiting.h"
#include "plugin/batch/batch_report.h"
#include "plugin/batch/collect.h"
#include "plugin/batch/collected_patients.h"
#include "plugin/batch/slide_list.h"
#include "plugin/cohorts/collect_features.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;

/// A page with more slides than this is more than a browser shows.
constexpr std::size_t kMostOnPage = 20000;

struct CollectArguments {
    CollectOptions collect;
    std::vector<fs::path> list;
    std::string model;
    Backend backend = Backend::automatic;
    PatientCall patients = PatientCall::one_bag;
    bool quiet = false, report = false;
};

/// With one folder the place is clear.
void choose_place(CollectArguments& arguments) {
    auto& options = arguments.collect;
    if (!options.merged.empty()) return;
    if (options.outputs.size() != 1) {
        throw Error(ErrorCode::usage, "--output", "is needed where several folders are put together",
                    "Name the folder that is to hold all slides.");
    }
    options.merged = options.outputs.front();
}

std::vector<BatchSlide> listed_slides(const CollectArguments& arguments) {
    if (arguments.list.empty()) return {};
    auto list = list_slides(arguments.list);
    for (const auto& problem : list.problems) print(stderr, "{}\n", printable(problem));
    return std::move(list.slides);
}

void write_collected_page(const CollectReport& report, const CollectOptions& options) {
    if (report.slides > kMostOnPage || options.results == CollectedResults::leave) {
        print(stderr, "report.html is left out: {}.\n",
              report.slides > kMostOnPage ? "no browser shows so many slides" : "the results are elsewhere");
        return;
    }
    const Waiting waiting("writing the page of all slides");
    write_batch_report(list_results(options.merged), options.merged, read_patients(options.merged));
    print("All slides on one page: {}\n", printable((options.merged / "report.html").string()));
}

int run_collect(CollectArguments& arguments) {
    choose_place(arguments);
    auto& options = arguments.collect;
    const auto list = listed_slides(arguments);
    if (!arguments.list.empty()) options.list = list;
    CollectedPatients patients(arguments.model, arguments.backend, arguments.patients);
    std::string not_called;
    std::optional<Progress> bar;
    bar.emplace("collecting", "slides", arguments.quiet);
    CollectCallbacks callbacks;
    callbacks.progress = [&](std::size_t done, std::size_t total) { bar->update(done, total); };
    callbacks.stop_requested = stop_requested;
    callbacks.call_patients = [&](std::span<const SlideRecord> records, const fs::path& model) {
        try {
            if (not_called.empty()) return patients.call(records, model);
        } catch (const Error& error) {
            not_called = error.what();
        }
        return std::vector<PatientLine>();
    };
    const bool features = holds_features(options.outputs.front());
    const auto report = features ? collect_features(options, callbacks) : collect(options, callbacks);
    bar.reset();
    print_collected(report, options);
    if (!not_called.empty())
        print(stderr, "Patients are not called: {}\n  Name the model of the results with --model.\n",
              printable(not_called));
    if (arguments.report && !features) write_collected_page(report, options);
    return report.complete() && not_called.empty() ? kDone : kSomeFailed;
}

}  // namespace

void declare_collect(CLI::App& program, Action& action) {
    auto arguments = std::make_shared<CollectArguments>();
    auto& a = *arguments;
    auto* command = program.add_subcommand("collect", "Put the results of shards together, and say what is missing");
    command
        ->add_option("outputs", a.collect.outputs,
                     "Output folders of `slidetype run` or `features`, or folders that hold such")
        ->required();
    command->add_option("-o,--output", a.collect.merged,
                        "Folder for all of it; may be left out where there is one folder, which then is put in order");
    command->add_option(
        "-l,--list", a.list,
        "The slides that there should be, as they were given to `run`, so that those missing are named");
    command
        ->add_option_function<std::string>(
            "--results",
            [&a](const std::string& name) {
                a.collect.results = name == "link"   ? CollectedResults::link
                                    : name == "copy" ? CollectedResults::copy
                                                     : CollectedResults::leave;
            },
            "link: results get a second name (hard links, no room; copied where file systems differ); copy; leave: "
            "they "
            "stay where they are, and collect.csv says where")
        ->check(CLI::IsMember({"link", "copy", "leave"}))
        ->default_str("link");
    command->add_option("-m,--model", a.model, "The model of the results, for calls of patients; else what they name");
    declare_patients(*command, a.patients);
    declare_backend(*command, a.backend);
    command->add_flag("--report", a.report, "Write report.html with all slides");
    command->add_flag("-q,--quiet", a.quiet, "No progress display");
    command->footer(
        "Examples:\n"
        "  slidetype collect results                            shards that share an output folder\n"
        "  slidetype collect node1/out node2/out -o results     each with its own\n"
        "  slidetype collect shards/ -o results --list slides.csv --report\n"
        "  slidetype collect node1/features node2/features -o features\n"
        "Writes run.json, run.csv and patients.csv as one run of all slides would, and collect.json, which says what "
        "is\n"
        "missing, there twice, or of another model. No result is changed or moved. See docs/cluster.md.\n"
        "Exit code: 0 complete, 1 nothing could be begun, 2 incomplete or contradictory, 75 try again, 130 "
        "interrupted.");
    command->callback([arguments, &action] { action = [arguments] { return run_collect(*arguments); }; });
}

}  // namespace slidetype

// slidetype export OUT --format NAME…
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>

#include "base/atomic_file.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/print.h"
#include "cli/progress.h"
#include "cli/stop.h"
#include "cli/table.h"
#include "cli/waiting.h"
#include "plugin/batch/batch_report.h"
#include "plugin/batch/result_list.h"
#include "plugin/results/export_format.h"
#include "plugin/results/stored_result.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;

struct ExportArguments {
    std::vector<fs::path> results;
    std::vector<std::string> formats;
    fs::path output;
};

/// A result, and the argument that it was found in.
struct Chosen {
    fs::path folder, given;
};

/// Everything that the arguments stand for; a place without any complete result is an error, not silence.
std::vector<Chosen> chosen_results(const ExportArguments& arguments) {
    std::vector<Chosen> chosen;
    for (const auto& path : arguments.results) {
        const auto found = stored_results(path);
        if (found.empty()) {
            throw Error(ErrorCode::not_found, path.string(), "holds no complete result",
                        "Give the folder that was given to `slidetype run … -o`, or one slide's folder in it.");
        }
        for (const auto& folder : found) chosen.push_back({folder, path});
    }
    return chosen;
}

fs::path target_of(const ExportFormat& format, const Chosen& chosen, const ExportArguments& arguments) {
    if (!arguments.output.empty()) return arguments.output;
    return format.common_folder.empty() ? chosen.folder : chosen.given / format.common_folder;
}

void export_one(const Chosen& chosen, const ExportArguments& arguments) {
    const auto result = read_stored_result(chosen.folder);
    std::set<fs::path> targets;
    for (const auto& name : arguments.formats) {
        const auto& format = find_export_format(name);
        const auto target = target_of(format, chosen, arguments);
        create_folders(target);
        format.write(result, target);
        targets.insert(target);
    }
    for (const auto& target : targets) {
        print("{}: written to {}\n", printable(result.slide.name), printable(target.string()));
    }
}

/// With the report of each slide goes one of them all, beside their folders.
void export_batch_reports(const ExportArguments& arguments) {
    if (std::ranges::find(arguments.formats, "report") == arguments.formats.end()) return;
    for (const auto& path : arguments.results) {
        if (fs::exists(path / "summary.json")) continue;  // a single slide's folder
        const auto target = arguments.output.empty() ? path : arguments.output;
        write_batch_report(list_results(path), target);
        print("all slides: {}\n", printable((target / "report.html").string()));
    }
}

int export_results(const ExportArguments& arguments) {
    for (const auto& name : arguments.formats) (void)find_export_format(name);
    const auto results = chosen_results(arguments);
    std::size_t failed = 0, done = 0;
    Progress bar("exporting", "results");
    for (const auto& chosen : results) {
        throw_if_stopped();  // each file is whole
        bar.clear();
        try {
            export_one(chosen, arguments);
        } catch (const Error& error) {
            ++failed;
            print(stderr, "{}\n  {}\n", printable(error.what()), error.hint());
        }
        bar.update(++done, results.size());
    }
    bar.clear();
    const Waiting waiting("writing the page of all slides");
    export_batch_reports(arguments);
    return failed == 0 ? kDone : failed < results.size() ? kSomeFailed : kAllFailed;
}

std::string format_list() {
    std::string text = "Formats:\n";
    for (const auto& format : export_formats()) text += fmt::format("  {:<12} {}\n", format.name, format.description);
    return text;
}

}  // namespace

void declare_export_results(CLI::App& program, Action& action) {
    auto arguments = std::make_shared<ExportArguments>();
    auto& a = *arguments;
    auto* command = program.add_subcommand("export", "Write other formats from stored results, without scoring again");
    command->add_option("results", a.results, "Output folders of `slidetype run`, or folders of single slides")
        ->required();
    command->add_option("-f,--format", a.formats, "One or more of the formats below")->required();
    command->add_option("-o,--output", a.output,
                        "Folder for all files (default: each slide's own folder; wsinfer: wsinfer_results in RESULTS)");
    command->footer(format_list() +
                    "  report also writes report.html with all slides of an output folder.\n"
                    "Examples:\n"
                    "  slidetype export results --format asap                every slide's regions for ASAP\n"
                    "  slidetype export results/slide1 -f heatmap-tif -f dsa  two formats of one slide\n"
                    "  slidetype export results -f wsinfer                    results/wsinfer_results, for all slides");
    command->callback([arguments, &action] { action = [arguments] { return export_results(*arguments); }; });
}

}  // namespace slidetype

// slidetype export OUT --format NAME…
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/error.h"
#include "cli/command.h"
#include "cli/print.h"
#include "cli/table.h"
#include "plugin/batch_report.h"
#include "plugin/export_format.h"
#include "plugin/result_list.h"
#include "plugin/stored_result.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;

struct Arguments {
    std::vector<fs::path> results;
    std::vector<std::string> formats;
    fs::path output;
};

/// Everything that the arguments stand for; a place without any complete result is an error, not silence.
std::vector<fs::path> chosen_results(const Arguments& arguments) {
    std::vector<fs::path> folders;
    for (const auto& path : arguments.results) {
        const auto found = stored_results(path);
        if (found.empty()) {
            throw Error(ErrorCode::not_found, path.string(), "holds no complete result",
                        "Give the folder that was given to `slidetype run … -o`, or one slide's folder in it.");
        }
        folders.insert(folders.end(), found.begin(), found.end());
    }
    return folders;
}

void export_one(const fs::path& folder, const Arguments& arguments) {
    const auto result = read_stored_result(folder);
    const auto target = arguments.output.empty() ? folder : arguments.output;
    std::error_code error;
    fs::create_directories(target, error);
    if (error) throw Error(ErrorCode::io, target.string(), "cannot be created: " + error.message());
    for (const auto& name : arguments.formats) find_export_format(name).write(result, target);
    print("{}: written to {}\n", printable(result.slide.name), printable(target.string()));
}

/// With the report of each slide goes one of them all, beside their folders.
void export_batch_reports(const Arguments& arguments) {
    if (std::ranges::find(arguments.formats, "report") == arguments.formats.end()) return;
    for (const auto& path : arguments.results) {
        if (fs::exists(path / "summary.json")) continue;  // a single slide's folder
        const auto target = arguments.output.empty() ? path : arguments.output;
        write_batch_report(list_results(path), target);
        print("all slides: {}\n", printable((target / "report.html").string()));
    }
}

int export_results(const Arguments& arguments) {
    for (const auto& name : arguments.formats) (void)find_export_format(name);
    const auto folders = chosen_results(arguments);
    std::size_t failed = 0;
    for (const auto& folder : folders) {
        try {
            export_one(folder, arguments);
        } catch (const Error& error) {
            ++failed;
            print(stderr, "{}\n  {}\n", printable(error.what()), error.hint());
        }
    }
    export_batch_reports(arguments);
    return failed == 0 ? kDone : failed < folders.size() ? kSomeFailed : kAllFailed;
}

std::string format_list() {
    std::string text = "Formats:\n";
    for (const auto& format : export_formats()) text += fmt::format("  {:<12} {}\n", format.name, format.description);
    return text;
}

}  // namespace

void declare_export_results(CLI::App& program, Action& action) {
    auto arguments = std::make_shared<Arguments>();
    auto& a = *arguments;
    auto* command = program.add_subcommand("export", "Write other formats from stored results, without scoring again");
    command->add_option("results", a.results, "Output folders of `slidetype run`, or folders of single slides")
        ->required();
    command->add_option("-f,--format", a.formats, "One or more of the formats below")->required();
    command->add_option("-o,--output", a.output, "Folder for all files (default: each slide's own folder)");
    command->footer(format_list() +
                    "  report also writes report.html with all slides of an output folder.\n"
                    "Examples:\n"
                    "  slidetype export results --format asap                every slide's regions for ASAP\n"
                    "  slidetype export results/slide1 -f heatmap-tif -f dsa  two formats of one slide\n"
                    "  slidetype export results -f wsinfer -o wsinfer_results as WSInfer lays out its results");
    command->callback([arguments, &action] { action = [arguments] { return export_results(*arguments); }; });
}

}  // namespace slidetype

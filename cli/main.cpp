#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <new>
#include <string_view>

#include "base/bundled_data.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/known_material.h"
#include "cli/print.h"
#include "cli/stop.h"
#include "cli/table.h"
#include "plugin/analysis/engine.h"
#include "plugin/records/retry.h"
#include "tiler/tiff/quiet.h"

namespace slidetype {

void declare_run(CLI::App& program, Action& action);
void declare_score(CLI::App& program, Action& action);
void declare_features(CLI::App& program, Action& action);
void declare_collect(CLI::App& program, Action& action);
void declare_info(CLI::App& program, Action& action);
void declare_view(CLI::App& program, Action& action);
void declare_train(CLI::App& program, Action& action);
void declare_evaluate(CLI::App& program, Action& action);
void declare_models(CLI::App& program, Action& action);
void declare_export_results(CLI::App& program, Action& action);
void declare_doctor(CLI::App& program, Action& action);
void declare_completion(CLI::App& program, Action& action);
void declare_manual(CLI::App& program, Action& action);

std::span<const Command> commands() {
    static constexpr std::array<Command, 13> all = {{{declare_run},
                                                     {declare_score},
                                                     {declare_features},
                                                     {declare_collect},
                                                     {declare_info},
                                                     {declare_view},
                                                     {declare_export_results},
                                                     {declare_train},
                                                     {declare_evaluate},
                                                     {declare_models},
                                                     {declare_doctor},
                                                     {declare_completion},
                                                     {declare_manual}}};
    return all;
}

namespace {

/// Whether standard output is a pipe that its reader has closed, as `| head` does: what is lost nobody wanted.
bool is_unread() {
    ::pollfd output = {STDOUT_FILENO, POLLOUT, 0};
    return ::poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

/// Of standard output, where most commands say what they were asked for. (What `run`, `score` and `features` were asked
/// for is in files.)
bool is_output_whole() {
    const bool flushed = std::fflush(stdout) == 0;
    const bool whole = (flushed && std::ferror(stdout) == 0) || is_unread();
    if (!whole) print(stderr, "slidetype: standard output could not be written completely\n");
    return whole;
}

/// An empty name of what a command writes is a variable of a script that was not set. Said before anything is begun.
void refuse_empty_outputs(CLI::App& command) {
    if (auto* output = command.get_option_no_throw("--output")) {
        output->check([](const std::string& name) {
            return name.empty() ? std::string("is empty. Is a variable of a script not set?") : std::string();
        });
    }
    for (auto* subcommand : command.get_subcommands({})) refuse_empty_outputs(*subcommand);
}

/// CLI11 breaks the lines of examples anew since version 2.5, unless it is told not to, which older ones do not know.
template <typename Formatter>
void keep_lines(Formatter& formatter) {
    if constexpr (requires { formatter.enable_footer_formatting(false); }) {
        formatter.enable_footer_formatting(false);
        formatter.enable_description_formatting(false);
    }
}

int run_program(int argc, char** argv) {
    CLI::App program(
        "slidetype: from whole-slide images of lung tumours to tile heatmaps and a LUAD / LUSC call.\n"
        "Research software. Not for diagnosis.",
        "slidetype");
    keep_lines(*program.get_formatter());  // which commands inherit
    program.set_version_flag("--version", "slidetype " + version());
    program.require_subcommand(1);
    program.footer(
        "Examples:\n"
        "  slidetype run slide.svs -o results          one slide\n"
        "  slidetype run slides/ -o results            every slide below a folder\n"
        "  slidetype score photographs/ -o results     pictures that are one field each\n"
        "  slidetype info slide.svs                    what is known of a slide, what run would do\n"
        "  slidetype train annotated_tiles/ -o model   retrain the tile network\n"
        "  slidetype doctor                            whether everything works here\n"
        "`slidetype COMMAND --help` tells more.");
    program.footer(good_for_help);
    Action action;
    for (const auto& command : commands()) command.declare(program, action);
    refuse_empty_outputs(program);
    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return program.exit(error) == 0 ? kDone : kUsage;
    }
    stop_on_signals();
    silence_decoder_messages();
    const int code = action();
    return code == kDone && !program.got_subcommand("run") && !program.got_subcommand("score") &&
                   !program.got_subcommand("features") && !program.got_subcommand("collect") && !is_output_whole()
               ? kUsage
               : code;
}

/// Whether schedulers run the command, and may run it again.
bool is_batch(int argc, char** argv) {
    constexpr std::array<std::string_view, 3> kBatches = {"run", "features", "collect"};
    return argc > 1 && std::ranges::find(kBatches, argv[1]) != kBatches.end();
}

/// Errors that belong to no single slide end here.
int report_errors(int argc, char** argv) {
    try {
        return run_program(argc, argv);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::cancelled)
            return is_batch(argc, argv) && stop_was_by_scheduler() ? kTryAgain : kInterrupted;
        print(stderr, "slidetype: {}\n", printable(error.what()));
        if (!error.hint().empty()) print(stderr, "  {}\n", printable(error.hint()));
        if (is_batch(argc, argv) && worth_retrying(error)) return kTryAgain;
    } catch (const std::bad_alloc&) {
        print(stderr, "slidetype: not enough memory\n");
        return is_batch(argc, argv) ? kTryAgain : kUsage;
    } catch (const std::exception& error) {
        print(stderr, "slidetype: {}\n", error.what());
    }
    return kUsage;
}

}  // namespace
}  // namespace slidetype

int main(int argc, char** argv) {
    slidetype::keep_standard_streams_open();
    slidetype::use_bundled_data();
    return slidetype::report_errors(argc, argv);
}

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <exception>

#include "base/error.h"
#include "cli/command.h"
#include "cli/stop.h"
#include "plugin/engine.h"
#include "tiler/quiet.h"

namespace slidetype {

void declare_run(CLI::App& program, Action& action);
void declare_info(CLI::App& program, Action& action);
void declare_view(CLI::App& program, Action& action);
void declare_train(CLI::App& program, Action& action);
void declare_evaluate(CLI::App& program, Action& action);
void declare_models(CLI::App& program, Action& action);
void declare_export_results(CLI::App& program, Action& action);
void declare_doctor(CLI::App& program, Action& action);

std::span<const Command> commands() {
    static constexpr std::array<Command, 8> all = {{{declare_run},
                                                    {declare_info},
                                                    {declare_view},
                                                    {declare_export_results},
                                                    {declare_train},
                                                    {declare_evaluate},
                                                    {declare_models},
                                                    {declare_doctor}}};
    return all;
}

namespace {

int run_program(int argc, char** argv) {
    CLI::App program(
        "slidetype: from whole-slide images of lung tumours to tile heatmaps and a LUAD / LUSC call.\n"
        "Research software. Not for diagnosis.",
        "slidetype");
    program.set_version_flag("--version", "slidetype " + version());
    program.require_subcommand(1);
    program.footer(
        "Examples:\n"
        "  slidetype run slide.svs -o results          one slide\n"
        "  slidetype run slides/ -o results            every slide below a folder\n"
        "  slidetype info slide.svs                    what is known of a slide, what run would do\n"
        "  slidetype train annotated_tiles/ -o model   retrain the tile network\n"
        "  slidetype doctor                            whether everything works here\n"
        "`slidetype COMMAND --help` tells more.");
    Action action;
    for (const auto& command : commands()) command.declare(program, action);
    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return program.exit(error) == 0 ? kDone : kUsage;
    }
    stop_on_signals();
    silence_decoder_messages();
    return action();
}

/// Errors that belong to no single slide end here.
int report_errors(int argc, char** argv) {
    try {
        return run_program(argc, argv);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::cancelled) return kInterrupted;
        fmt::print(stderr, "slidetype: {}\n", error.what());
        if (!error.hint().empty()) fmt::print(stderr, "  {}\n", error.hint());
    } catch (const std::exception& error) {
        fmt::print(stderr, "slidetype: {}\n", error.what());
    }
    return kUsage;
}

}  // namespace
}  // namespace slidetype

int main(int argc, char** argv) {
    return slidetype::report_errors(argc, argv);
}

// slidetype completion SHELL, and `slidetype manual FOLDER`, which is for who packages it and hidden.
#include "cli/completion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <memory>

#include "base/atomic_file.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/manual.h"
#include "cli/print.h"
#include "plugin/analysis/engine.h"

namespace slidetype {
namespace {

int print_completion(const CLI::App& program, const std::string& shell) {
    print("{}", completion_script(definition_of(program), shell));
    return kDone;
}

int write_manual(const CLI::App& program, const std::filesystem::path& folder) {
    const auto definition = definition_of(program);
    std::filesystem::create_directories(folder);
    for (const auto* command : all_commands(definition)) {
        write_file(folder / manual_file_name(*command), manual_page(*command, "slidetype " + version()));
    }
    return kDone;
}

}  // namespace

std::string completion_script(const CommandDefinition& program, std::string_view shell) {
    if (shell == "bash") return bash_completion(program);
    if (shell == "fish") return fish_completion(program);
    if (shell == "zsh") return zsh_completion(program);
    throw Error(ErrorCode::usage, std::string(shell), "is no shell that completion is written for");
}

std::string words_text(const std::vector<std::string>& words) {
    return fmt::format("{}", fmt::join(words, " "));
}

void declare_completion(CLI::App& program, Action& action) {
    auto shell = std::make_shared<std::string>();
    auto* command = program.add_subcommand("completion", "Print what makes a shell complete slidetype's words");
    command->add_option("shell", *shell, "Which shell")
        ->required()
        ->check(CLI::IsMember(std::vector<std::string>(kShells.begin(), kShells.end())));
    command->footer(
        "Examples:\n"
        "  source <(slidetype completion bash)      in ~/.bashrc; likewise with zsh in ~/.zshrc, after compinit\n"
        "  slidetype completion fish > ~/.config/fish/completions/slidetype.fish\n"
        "Debian's package has all three in place.");
    command->callback(
        [shell, &program, &action] { action = [shell, &program] { return print_completion(program, *shell); }; });
}

void declare_manual(CLI::App& program, Action& action) {
    auto folder = std::make_shared<std::filesystem::path>();
    auto* command = program.add_subcommand("manual", "Write the manual pages of all commands into a folder");
    command->add_option("folder", *folder, "Folder for the pages")->required();
    command->group("");
    command->callback(
        [folder, &program, &action] { action = [folder, &program] { return write_manual(program, *folder); }; });
}

}  // namespace slidetype

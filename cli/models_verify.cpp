// slidetype models verify [MODEL…]
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <vector>

#include "cli/models.h"
#include "cli/print.h"
#include "cli/stop.h"
#include "cli/table.h"
#include "model/backends/self_test.h"
#include "model/network/installed_models.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;

struct VerifyArguments {
    std::vector<std::string> models;
    bool all = false, renew = false;
};

std::string text(CheckResult result) {
    switch (result) {
        case CheckResult::good:
            return "good";
        case CheckResult::absent:
            return "nothing stored";
        case CheckResult::bad:
            return "WRONG";
        case CheckResult::cannot_run:
            return "cannot be run";
        case CheckResult::not_checked:
            break;
    }
    return "not checked";
}

std::vector<fs::path> chosen(const VerifyArguments& arguments) {
    if (arguments.models.empty()) return installed_models();
    std::vector<fs::path> paths;
    paths.reserve(arguments.models.size());
    for (const auto& model : arguments.models) paths.push_back(find_model(model));
    return paths;
}

/// "compact" for compact, compact/ and models/compact.
std::string name_of(const fs::path& path) {
    const auto whole = fs::absolute(path).lexically_normal();
    return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
}

int verify(const VerifyArguments& arguments) {
    std::optional<EndAtOnce> nothing_to_lose;
    if (!arguments.renew) nothing_to_lose.emplace();
    Table table({"model", "config.json", "weights", "shapes", "self-test", "difference"});
    Table backends({"model", "backend", "scores", "difference", "allowed", "from the"});
    std::string problems;
    for (const auto& path : chosen(arguments)) {
        if (arguments.renew) attach_self_test(path);
        const auto check = verify_model(path);
        const bool compared = check.scores == CheckResult::good;
        table.add({name_of(path), text(check.config), text(check.weights), text(check.shapes), text(check.scores),
                   compared ? fmt::format("{:.1e}", check.largest_difference) : ""});
        for (const auto& problem : check.problems) {
            problems += fmt::format("{}: {}\n", name_of(path), printable(problem));
        }
        for (const auto& backend : check.backends) {
            const bool against = !backend.against.empty();
            backends.add({name_of(path), backend.backend, text(backend.result),
                          against ? fmt::format("{:.1e}", backend.difference) : "",
                          against ? fmt::format("{:.0e}", backend.tolerance) : "", backend.against});
            if (backend.problem.empty()) continue;
            problems += fmt::format("{} with {}: {}. {}\n", name_of(path), backend.backend, printable(backend.problem),
                                    backend.advice);
        }
    }
    print("{}\n{}", table.text(), backends.text());
    if (problems.empty()) return kDone;
    print(stderr, "\n{}", problems);
    return kUsage;
}

}  // namespace

void declare_verify(CLI::App& models, Action& action) {
    auto arguments = std::make_shared<VerifyArguments>();
    auto& a = *arguments;
    auto* command = models.add_subcommand("verify", "Check hashes, shapes, the stored self-test and every backend");
    auto* names = command->add_option("models", a.models, "Installed models or model directories");
    command->add_flag("--all", a.all, "Every installed model (so it is when none is named)")->excludes(names);
    command->add_flag("--renew", a.renew, "Store the self-test anew first, after a change that you made yourself")
        ->needs(names);
    command->footer(
        "Examples:\n"
        "  slidetype models verify\n"
        "  slidetype models verify my_model\n"
        "Ends with 1 where something is wrong. The self-test scores drawn tiles and compares with the scores stored "
        "when\n"
        "the model was written; every backend that can run the model here is held to them, or to floats where it "
        "rounds.");
    command->callback([arguments, &action] { action = [arguments] { return verify(*arguments); }; });
}

}  // namespace slidetype

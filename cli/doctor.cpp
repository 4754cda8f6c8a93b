// slidetype doctor

#include <filesystem>
#include <memory>

#include "cli/command.h"
#include "cli/print.h"
#include "cli/table.h"
#include "plugin/doctor/diagnosis.h"

namespace slidetype {
namespace {

struct DoctorArguments {
    std::filesystem::path folder = ".";
    bool json = false;
};

int doctor(const DoctorArguments& arguments) {
    const auto findings = diagnose(arguments.folder);
    const bool good = all_good(findings);
    if (arguments.json) {
        print("{}", diagnosis_json(findings));
        return good ? kDone : kUsage;
    }
    for (const auto& finding : findings) {
        const char* mark = finding.level == Finding::Level::good   ? "ok  "
                           : finding.level == Finding::Level::note ? "note"
                                                                   : "BAD ";
        print("{}  {:<10}  {}\n", mark, finding.topic, printable(finding.text));
        if (!finding.advice.empty()) print("      {:<10}  {}\n", "", printable(finding.advice));
    }
    print("{}\n", good ? "slidetype works here." : "Something does not work: see the lines with BAD.");
    return good ? kDone : kUsage;
}

}  // namespace

void declare_doctor(CLI::App& program, Action& action) {
    auto arguments = std::make_shared<DoctorArguments>();
    auto* command = program.add_subcommand("doctor", "Check that slidetype works here: libraries, models, a self-test");
    command->add_option("folder", arguments->folder, "Where results shall go, to see how much room there is")
        ->capture_default_str();
    command->add_flag("--json", arguments->json, "The findings as JSON");
    command->footer(
        "Examples:\n"
        "  slidetype doctor\n"
        "  slidetype doctor /data/results --json\n"
        "Ends with 1 where something does not work.");
    command->callback([arguments, &action] { action = [arguments] { return doctor(*arguments); }; });
}

}  // namespace slidetype

#include "cli/patient_option.h"

#include <algorithm>
#include <array>
#include <string>

namespace slidetype {

CLI::Option* declare_patients(CLI::App& command, PatientCall& how) {
    static constexpr std::array kWays = {PatientCall::one_bag, PatientCall::mean_of_slides};
    return command
        .add_option_function<std::string>(
            "--patients",
            [&how](const std::string& name) {
                how = *std::ranges::find(kWays, name, [](PatientCall way) { return std::string(to_string(way)); });
            },
            "How several slides of a patient become one call: one-bag, all tiles together; mean-of-slides")
        ->check(CLI::IsMember({std::string(to_string(kWays[0])), std::string(to_string(kWays[1]))}))
        ->default_str(std::string(to_string(how)));
}

}  // namespace slidetype

#include "cli/backend_option.h"

namespace slidetype {

void declare_backend(CLI::App& command, Backend& backend) {
    command
        .add_option_function<std::string>(
            "--backend", [&backend](const std::string& name) { backend = find_backend(name); },
            "What computes the scores; automatic takes onednn (floats) where it can run the model, else torch. "
            "onednn-int8 needs a model that was calibrated (see `models calibrate`), cuda an NVIDIA GPU and a libtorch "
            "that "
            "is built for it")
        ->check(CLI::IsMember(backend_names()))
        ->default_str(std::string(to_string(backend)));
}

}  // namespace slidetype

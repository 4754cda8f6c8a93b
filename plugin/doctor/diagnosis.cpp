#include "plugin/doctor/diagnosis.h"

#include <fmt/format.h>
#include <oneapi/tbb/version.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <functional>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/own_folders.h"
#include "base/parallel.h"
#include "base/proc_file.h"
#include "base/scratch_folder.h"
#include "model/backends/library_versions.h"
#include "model/backends/self_test.h"
#include "model/exchange/keras_import.h"
#include "model/network/installed_models.h"
#include "plugin/analysis/memory_need.h"
#include "plugin/doctor/self_test_slide.h"
#include "plugin/results/text.h"
#include "tiler/slides/library_versions.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

using Level = Finding::Level;

constexpr double kLittleMemoryGb = 1.0;  ///< the largest slides took 0.7 GB
constexpr double kLittleDiskGb = 1.0;
constexpr rlim_t kFewFiles = 256;  ///< MIRAX slides have dozens of files, each open at once

class Diagnosis {
  public:
    std::vector<Finding> run(const fs::path& folder) && {
        libraries();
        processor();
        graphics();
        models();
        memory();
        disk(folder);
        open_files();
        guarded("self-test", [&] {
            add(Level::good, "self-test", self_test_slide(read_model_directory(find_model(kDefaultModel))));
        });
        return std::move(findings_);
    }

  private:
    void add(Level level, const std::string& topic, const std::string& text, const std::string& advice = {}) {
        findings_.push_back({level, topic, text, advice});
    }
    /// A step whose failure is a finding.
    void guarded(const std::string& topic, const std::function<void()>& step) {
        try {
            step();
        } catch (const Error& error) {
            add(Level::bad, topic, error.what(), error.hint());
        } catch (const std::exception& error) {
            add(Level::bad, topic, error.what());
        }
    }

    void libraries() {
        std::string text = "slidetype " + version();
        for (const auto& [name, number] : reading_libraries()) text += ", " + name + " " + number;
        text += std::string(", TBB ") + TBB_runtime_version() + ", oneDNN " + onednn_version();
        try {
            if (const auto keras = keras_library_versions(); !keras.empty()) text += ", " + keras;
        } catch (const Error& error) {
            add(Level::note, "libraries", std::string("no model of Keras can be imported: ") + error.what(),
                "Nothing else needs it. " + error.hint());
        }
        add(Level::good, "libraries", text);
        try {
            libtorch_ = libtorch_version();
            add(Level::good, "libraries", libtorch_ + " can be loaded");
        } catch (const Error& error) {
            add(Level::note, "libraries", std::string("libtorch cannot be loaded: ") + error.what(),
                "It is needed for `train` and for TorchScript models only. " + error.hint());
        }
        try {
            add(Level::good, "libraries", onnxruntime_version() + " can be loaded");
        } catch (const Error& error) {
            add(Level::note, "libraries", std::string("no encoder in an ONNX file can be run: ") + error.what(),
                "Nothing else needs it. " + error.hint());
        }
    }

    void processor() {
        const auto name = proc_value("/proc/cpuinfo", "model name");
        add(Level::good, "processor",
            fmt::format("{}, {} for this process, instructions used: {}", name.empty() ? "unknown processor" : name,
                        default_threads() == 1 ? "1 thread" : fmt::format("{} threads", default_threads()),
                        onednn_instructions()));
        guarded("processor", [&] {
            const auto model = read_model_directory(find_model(kDefaultModel));
            add(Level::good, "processor", fmt::format("{} is scored by {}", kDefaultModel, Engine(model).backend()));
        });
    }

    void graphics() {
        std::error_code error;
        if (!fs::exists("/dev/nvidiactl", error)) {
            add(Level::good, "GPU", "none found; none is needed");
            return;
        }
        if (libtorch_.ends_with("CUDA")) {
            add(Level::good, "GPU", "an NVIDIA GPU is here; `run --backend cuda` and `train` use it");
        } else {
            add(Level::note, "GPU", "an NVIDIA GPU is here, but this libtorch is built without CUDA",
                "Build slidetype with PyTorch's libtorch for CUDA to use it.");
        }
    }

    void models() {
        guarded("models", [&] {
            const auto installed = installed_models();
            if (installed.empty()) {
                add(Level::bad, "models", "no model is installed",
                    how_to_complete() + " Or set SLIDETYPE_MODELS to a folder of model directories.");
            }
            for (const auto& path : installed) {
                const auto check = verify_model(path);
                const auto name = path.filename().string();
                if (check.problems.empty()) add(Level::good, "models", name + ": files are as they should be");
                for (const auto& problem : check.problems) {
                    add(Level::bad, "models", name + ": " + problem, "Copy the model again from where it came.");
                }
                backends(name, check.backends);
            }
        });
        guarded("backends", [&] {
            const auto wrong = check_products();
            if (wrong.empty()) return add(Level::good, "backends", "products of matrices for heads are exact");
            add(Level::bad, "backends", wrong,
                "Do not train or run heads here: oneDNN computes wrongly. Another version of it may not.");
        });
    }

    /// Each backend that can run the model, held to its stored scores or to floats.
    void backends(const std::string& model, const std::vector<BackendCheck>& checks) {
        std::string right;
        for (const auto& check : checks) {
            if (check.result == CheckResult::bad) {
                add(Level::bad, "backends", fmt::format("{} with {}: {}", model, check.backend, check.problem),
                    check.advice);
            } else if (check.result == CheckResult::good) {
                right += fmt::format("{}{} ({:.1e} from the {}, {:.0e} is allowed)", right.empty() ? "" : ", ",
                                     check.backend, check.difference, check.against, check.tolerance);
            }
        }
        if (!right.empty()) add(Level::good, "backends", fmt::format("{} is scored right by {}", model, right));
    }

    void memory() {
        const double gb = std::strtod(proc_value("/proc/meminfo", "MemAvailable").c_str(), nullptr) / 1e6;
        const bool little = gb < kLittleMemoryGb;
        add(little ? Level::note : Level::good, "memory", fmt::format("{:.1f} GB are free", gb),
            little ? "Close other programs, or use `run --memory` and fewer --threads." : "");
        if (const auto warning = address_space_warning(0); !warning.empty()) {
            add(Level::note, "memory", warning, "Raise it with `ulimit -v`, or use fewer --threads.");
        }
    }

    void disk(const fs::path& folder) {
        std::vector<fs::path> places = {folder};
        try {
            places.push_back(temporary_folder());
        } catch (const Error& error) {
            add(Level::bad, "disk", error.what(), error.hint());
        }
        for (const auto& place : places) {
            std::error_code error;
            const auto space = fs::space(place, error);
            if (error) {
                add(Level::bad, "disk", place.string() + ": " + error.message());
                continue;
            }
            const double gb = static_cast<double>(space.available) / 1e9;
            const bool little = gb < kLittleDiskGb;
            add(little ? Level::note : Level::good, "disk", fmt::format("{:.1f} GB are free in {}", gb, place.string()),
                little ? "Make room; `run --dry-run` tells how much results take." : "");
        }
    }

    void open_files() {
        rlimit limit{};
        if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
        const bool few = limit.rlim_cur < kFewFiles;
        add(few ? Level::note : Level::good, "open files", fmt::format("{} may be open at once", limit.rlim_cur),
            few ? fmt::format("Raise it with `ulimit -n {}`.", kFewFiles) : "");
    }

    std::vector<Finding> findings_;
    std::string libtorch_;  ///< empty where it cannot be loaded
};

}  // namespace

std::string_view to_string(Level level) {
    static constexpr std::array<std::string_view, 3> names = {"good", "note", "bad"};
    return names.at(static_cast<std::size_t>(level));
}

std::vector<Finding> diagnose(const fs::path& folder) {
    return Diagnosis().run(folder);
}

bool all_good(const std::vector<Finding>& findings) {
    return std::ranges::find(findings, Level::bad, &Finding::level) == findings.end();
}

std::string diagnosis_json(const std::vector<Finding>& findings) {
    nlohmann::ordered_json out = {
        {"good", all_good(findings)}, {"version", version()}, {"findings", nlohmann::ordered_json::array()}};
    for (const auto& finding : findings) {
        out["findings"].push_back({{"topic", finding.topic},
                                   {"level", to_string(finding.level)},
                                   {"text", valid_utf8(finding.text)},
                                   {"advice", valid_utf8(finding.advice)}});
    }
    return out.dump(2) + "\n";
}

}  // namespace slidetype

#include "model/network/installed_models.h"

#include <cstdlib>
#include <map>
#include <optional>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/own_folders.h"
#include "model/network/model_directory.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

constexpr std::uintmax_t kLargestConfig = 1U << 20;

std::optional<ModelConfig> readable_config(const fs::path& model) {
    const auto file = model / "config.json";
    try {
        return parse_config(read_file(file, kLargestConfig), file.string());
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace

std::vector<fs::path> model_folders() {
    auto folders = data_folders("models");
    std::error_code error;
    if (const char* named = std::getenv("SLIDETYPE_MODELS")) {
        auto folder = fs::weakly_canonical(named, error);
        if (!error && fs::is_directory(folder, error)) {
            std::erase(folders, folder);
            folders.insert(folders.begin(), std::move(folder));
        }
    }
    return folders;
}

std::vector<fs::path> installed_models() {
    std::map<std::string, fs::path> by_name;
    for (const auto& folder : model_folders()) {
        for (const auto& entry : fs::directory_iterator(folder)) {
            if (fs::exists(entry.path() / "config.json"))
                by_name.emplace(entry.path().filename().string(), entry.path());
        }
    }
    std::vector<fs::path> models;
    models.reserve(by_name.size());
    for (auto& [name, path] : by_name) models.push_back(path);
    return models;
}

fs::path find_model(const std::string& name_or_path) {
    if (fs::exists(fs::path(name_or_path) / "config.json")) return name_or_path;
    std::string known;
    const auto installed = installed_models();
    for (const auto& model : installed) {
        if (model.filename() == name_or_path) return model;
        known += (known.empty() ? "" : ", ") + model.filename().string();
    }
    for (const auto& model : installed) {
        const auto config = readable_config(model);
        if (config && config->name == name_or_path) return model;
    }
    throw Error(ErrorCode::not_found, name_or_path, "is neither a model directory nor an installed model",
                known.empty() ? "No model is installed; give a model directory." : "Installed are: " + known + ".");
}

std::string default_model_is_good_for() {
    try {
        const auto config = readable_config(find_model(kDefaultModel));
        return config && config->slidetype ? config->slidetype->good_for : std::string();
    } catch (const std::exception&) {
        return {};
    }
}

}  // namespace slidetype

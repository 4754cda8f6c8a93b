#include "model/installed_models.h"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "base/error.h"
#include "base/own_folders.h"
#include "model/build_paths.h"

namespace slidetype {
namespace fs = std::filesystem;

std::vector<fs::path> model_folders() {
    std::vector<fs::path> folders;
    std::error_code error;
    const auto add = [&](const fs::path& folder) {
        auto whole = fs::weakly_canonical(folder, error);
        if (!error && fs::is_directory(whole, error) &&
            std::find(folders.begin(), folders.end(), whole) == folders.end()) {
            folders.push_back(std::move(whole));
        }
    };
    if (const char* named = std::getenv("SLIDETYPE_MODELS")) add(named);
    for (const auto& own : own_folders()) add(own / "../share/slidetype/models");
    add(fs::path(kInstallPrefix) / kDataFolder / "slidetype/models");
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
    for (const auto& model : installed_models()) {
        if (model.filename() == name_or_path) return model;
        known += (known.empty() ? "" : ", ") + model.filename().string();
    }
    throw Error(ErrorCode::not_found, name_or_path, "is neither a model directory nor an installed model",
                known.empty() ? "No model is installed; give a model directory." : "Installed are: " + known + ".");
}

}  // namespace slidetype

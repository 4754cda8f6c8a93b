#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace slidetype {

/// The model that `run` takes when none is named.
inline constexpr const char* kDefaultModel = "compact";

/// Folders in which models are looked for: $SLIDETYPE_MODELS, then beside the program or the shared library that this
/// is part of (../share/slidetype/models), then the place of installation. Those that do not exist are left out.
std::vector<std::filesystem::path> model_folders();

/// A model by name or by path: an existing model directory wins, else <model folder>/<name>, else the installed model
/// that calls itself so in its config.json, as results and messages do.
/// Throws Error(not_found) listing what there is.
std::filesystem::path find_model(const std::string& name_or_path);

/// The model directories in model_folders(), sorted by name; the first of a name hides later ones.
std::vector<std::filesystem::path> installed_models();

/// What the default model is good for, by its config.json; empty where it does not say or there is none. Never throws.
std::string default_model_is_good_for();

}  // namespace slidetype

#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "model/network/model_directory.h"

namespace slidetype {

/// No network that is known here takes larger tiles.
inline constexpr int kLargestPatch = 4096;

/// Takes values out of JSON that somebody else may have written: every one is checked. Throws Error(bad_model) naming
/// `source`, which must outlive it.
class CheckedJson {
  public:
    explicit CheckedJson(const std::string& source) : source_(source) {}

    /// An object; not nested deeper than any configuration of ours.
    nlohmann::json parse(std::string_view text) const;

    [[noreturn]] void fail(const std::string& cause) const;

    const nlohmann::json& member(const nlohmann::json& object, const char* key) const;
    std::string text(const nlohmann::json& object, const char* key) const;
    /// Finite.
    double number(const nlohmann::json& object, const char* key) const;
    int integer(const nlohmann::json& object, const char* key, int low, int high) const;
    /// A name without a folder, not hidden.
    std::string file_name(const nlohmann::json& object, const char* key) const;

    int patch_size(const nlohmann::json& object) const;
    double spacing(const nlohmann::json& object) const;
    /// The list under "transform", as WSInfer's schema has it.
    std::vector<Transform> transforms(const nlohmann::json& object) const;
    /// Normalize with what `object` has under "mean" and "std".
    Transform normalize(const nlohmann::json& object) const;

  private:
    Transform transform(const nlohmann::json& entry) const;
    std::vector<double> channels(const nlohmann::json& object, const char* key) const;

    const std::string& source_;
};

}  // namespace slidetype

#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <random>
#include <string>

namespace slidetype::testing {

/// A folder that lives as long as the object.
class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "slidetype-test-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
        path_ = name;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

/// A file or folder of the shared real data, nothing where it is absent. $SLIDETYPE_SHARED names the folder; by
/// default it is `shared` beside the source tree.
inline std::optional<std::filesystem::path> shared_data(const std::string& name) {
    const char* variable = std::getenv("SLIDETYPE_SHARED");
    const auto root = variable != nullptr ? std::filesystem::path(variable)
                                          : std::filesystem::path(SLIDETYPE_SOURCE_DIR).parent_path() / "shared";
    auto path = root / "data" / name;
    if (!std::filesystem::exists(path)) return std::nullopt;
    return path;
}

}  // namespace slidetype::testing

/// Inside a test: `const auto slide = SLIDETYPE_SHARED_OR_SKIP("slides/x.svs");` or skip with the reason.
#define SLIDETYPE_SHARED_OR_SKIP(variable, name)                                                               \
    const auto variable##_found = ::slidetype::testing::shared_data(name);                                     \
    if (!variable##_found) GTEST_SKIP() << "shared data absent: data/" << (name) << " (set SLIDETYPE_SHARED)"; \
    const auto& variable = *variable##_found

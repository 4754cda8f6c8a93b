#include "plugin/batch/collect_files.h"

#include <vector>

#include "base/atomic_file.h"
#include "base/error.h"
#include "plugin/results/result_folder.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

bool is_same_record(const fs::path& from, const fs::path& to) {
    std::error_code error;
    if (!fs::exists(to / kStateFile, error)) return false;
    return fs::equivalent(from / kStateFile, to / kStateFile, error) ||
           read_file(from / kStateFile) == read_file(to / kStateFile);
}

bool stays_behind(const std::string& name) {
    return name == kStateFile || name == kSourceFile || name.starts_with("lock-") || name.starts_with('.') ||
           name.find(".tmp-") != std::string::npos;
}

}  // namespace

BroughtFiles bring_result(const fs::path& from, const fs::path& to, CollectedResults how) {
    BroughtFiles brought;
    std::error_code error;
    if (!fs::exists(from / kStateFile, error) || is_same_record(from, to)) return brought;
    fs::remove(to / kStateFile, error);  // until all is there, what was there is void
    const auto bring = [&](const std::string& name) {
        ++(bring_file(from / name, to / name, how) == Brought::linked ? brought.linked : brought.copied);
    };
    fs::directory_iterator entries(from, error);
    if (error) throw Error(ErrorCode::io, from.string(), "cannot be read: " + error.message());
    std::vector<std::string> names;
    for (const auto& entry : entries) {
        auto name = entry.path().filename().string();
        if (entry.is_regular_file(error) && !stays_behind(name)) names.push_back(std::move(name));
    }
    for (const auto& name : names) bring(name);
    bring(kStateFile);
    return brought;
}

}  // namespace slidetype

#include "plugin/result_folder.h"

#include <algorithm>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/sha256.h"
#include "plugin/text.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

constexpr std::uintmax_t kLongestSource = 1U << 20;  ///< bytes; no path is that long

/// A name that no shell, viewer or other file system stumbles over; never empty, hidden or a path.
std::string folder_name(const fs::path& slide) {
    std::string name;
    for (const char c : valid_utf8(slide.stem().string())) {
        const bool awkward = static_cast<unsigned char>(c) < 0x20 || c == 0x7f ||
                             std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos;
        name += awkward ? '_' : c;
    }
    while (!name.empty() && (name.back() == ' ' || name.back() == '.')) name.pop_back();
    if (name.empty()) name = "slide";
    if (name.front() == '.') name.front() = '_';
    constexpr std::size_t kLongest = 120;
    if (name.size() > kLongest) name = valid_utf8(name.substr(0, kLongest));
    return name;
}

}  // namespace

bool ResultFolders::is_free(const std::string& name, const std::string& source) const {
    if (taken_.contains(name)) return false;
    const auto folder = output_ / name;
    if (!fs::exists(folder)) return true;
    const auto record = folder / kSourceFile;
    return fs::exists(record) && read_file(record, kLongestSource) == source + "\n";
}

std::string ResultFolders::claim(const fs::path& slide) {
    const auto source = fs::absolute(slide).lexically_normal().string();
    auto name = folder_name(slide);
    if (!is_free(name, source)) name += "-" + sha256_hex(source).substr(0, 6);
    taken_.insert(name);
    std::error_code error;
    fs::create_directories(output_ / name, error);
    if (error) {
        throw Error(ErrorCode::io, (output_ / name).string(), "cannot be created: " + error.message(),
                    "Check that the output folder is writable.");
    }
    write_file(output_ / name / kSourceFile, source + "\n");
    return name;
}

std::vector<ClaimedFolder> claimed_folders(const fs::path& output) {
    std::vector<ClaimedFolder> claimed;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(output, error)) {
        const auto record = entry.path() / kSourceFile;
        if (!fs::is_regular_file(record, error)) continue;
        try {
            auto source = read_file(record, kLongestSource);
            if (source.ends_with('\n')) source.pop_back();
            claimed.push_back({entry.path(), std::move(source)});
        } catch (const Error&) {
            // Vanished meanwhile, or not ours to read.
        }
    }
    std::ranges::sort(claimed, {}, &ClaimedFolder::folder);
    return claimed;
}

}  // namespace slidetype

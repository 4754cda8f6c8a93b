#include "plugin/results/result_folder.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <regex>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/sha256.h"
#include "plugin/analysis/full_name.h"
#include "plugin/results/exporter.h"
#include "plugin/results/text.h"
#include "tiler/slides/slide_folder.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

constexpr std::uintmax_t kLongestSource = 1U << 20;  ///< bytes; no path is that long

/// A name that no shell, viewer or other file system stumbles over; never empty, hidden or a path.
std::string safe_name(const std::string& wanted) {
    std::string name;
    for (const char c : valid_utf8(wanted)) {
        const bool awkward = static_cast<unsigned char>(c) < 0x20 || c == 0x7f ||
                             std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos;
        name += awkward ? '_' : c;
    }
    while (!name.empty() && (name.back() == ' ' || name.back() == '.')) name.pop_back();
    if (name.empty()) name = "slide";
    if (name.front() == '.') name.front() = '_';
    constexpr std::size_t kLongest = 120;
    if (name.size() > kLongest) name = valid_utf8(name.substr(0, kLongest));
    // What lies beside the folders.
    constexpr std::array kOurs = {"run.json", "run.csv", "report.html", "patients.csv", "collect.json", "shards"};
    if (std::ranges::find(kOurs, name) != kOurs.end()) name += "_slide";
    return name;
}

/// Whether the process that gave a file this name ("….tmp-SPACE-PID-NUMBER", ".claim-SPACE-PID-NUMBER") has ended. Of
/// those of other machines and containers nothing is known but the file's age.
bool is_left_over(const fs::directory_entry& entry) {
    static const std::regex pattern(R"((?:.*\.tmp|\.claim|\.new|\.now)-(\w+)-([0-9]{1,9})-[0-9]+)");
    const auto name = entry.path().filename().string();
    std::smatch parts;
    if (name.size() > 512 || !std::regex_match(name, parts, pattern)) return false;
    if (has_ended(parts[1], std::stoi(parts[2]))) return true;
    std::error_code error;
    const auto age = fs::file_time_type::clock::now() - entry.last_write_time(error);
    return !error && age > std::chrono::hours(24);
}

}  // namespace

/// A folder that exists cannot be renamed onto one that holds something, so of several processes one wins.
bool ResultFolders::try_claim(const std::string& name, const std::string& source) {
    if (const auto known = taken_.find(name); known != taken_.end()) return known->second == source;
    static std::atomic<unsigned> counter{0};
    const auto folder = output_ / name;
    const auto own = output_ / fmt::format(".claim-{}-{}-{}", process_space(), ::getpid(), counter++);
    std::error_code error;
    if (!fs::exists(folder / kSourceFile)) {
        fs::create_directory(own, error);
        if (error) {
            throw Error(ErrorCode::io, output_.string(), "cannot be written to: " + error.message(),
                        "Check that the output folder exists and is writable.")
                .lasting(is_lasting(error.value()));
        }
        try {
            write_file(own / kSourceFile, source + "\n");
        } catch (const Error&) {
            fs::remove_all(own, error);
            throw;
        }
        fs::rename(own, folder, error);
        if (!error) {
            taken_.emplace(name, source);
            return true;
        }
        fs::remove_all(own, error);
    }
    const auto record = folder / kSourceFile;
    if (!fs::is_regular_file(record, error) || read_file(record, kLongestSource) != source + "\n") return false;
    taken_.emplace(name, source);
    return true;
}

std::string plain_folder_name(const fs::path& slide, const std::string& wanted) {
    return safe_name(wanted.empty() ? name_of_slide(slide) : wanted);
}

std::string suffixed_folder_name(const std::string& plain, const std::string& source) {
    return plain + "-" + sha256_hex(source).substr(0, 6);
}

void ResultFolders::leave_to(const fs::path& slide, const std::string& wanted) {
    taken_.emplace(plain_folder_name(slide, wanted), full_name(slide));
}

std::string ResultFolders::claim(const fs::path& slide, const std::string& wanted) {
    const auto source = full_name(slide);
    auto name = plain_folder_name(slide, wanted);
    if (try_claim(name, source)) return name;
    name = suffixed_folder_name(name, source);
    if (try_claim(name, source)) return name;
    throw Error(ErrorCode::io, (output_ / name).string(), "is there already and belongs to something else",
                "Move it out of the way, or choose another output folder.")
        .lasting();
}

void remove_leftovers(const fs::path& folder) {
    std::error_code error;
    std::vector<fs::path> left;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        if (is_left_over(entry)) left.push_back(entry.path());
    }
    for (const auto& path : left) fs::remove_all(path, error);
}

void remove_result(const fs::path& folder) {
    std::error_code error;
    for (const auto* name : {"summary.json", "tiles.geojson"}) fs::remove(folder / name, error);
    for (const auto& exporter : exporters()) fs::remove(folder / exporter.file_name, error);
}

std::vector<ClaimedFolder> claimed_folders(const fs::path& output) {
    std::vector<ClaimedFolder> claimed;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(output, error)) {
        const auto record = entry.path() / kSourceFile;
        if (entry.path().filename().string().starts_with('.') || !fs::is_regular_file(record, error)) continue;
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

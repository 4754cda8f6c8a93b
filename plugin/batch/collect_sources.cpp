#include "plugin/batch/collect_sources.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/atomic_file.h"
#include "base/error.h"
#include "plugin/analysis/full_name.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

constexpr std::uintmax_t kLargestShard = 1U << 20;
constexpr std::size_t kMostShards = 1U << 24;  ///< more are not believed

bool holds_results(const fs::path& folder) {
    std::error_code error;
    return fs::is_regular_file(folder / "run.json", error) || fs::is_directory(folder / kShardsFolder, error);
}

}  // namespace

std::vector<fs::path> output_folders(std::span<const fs::path> paths) {
    std::vector<fs::path> folders;
    std::set<std::string> seen;
    const auto add = [&](const fs::path& folder) {
        if (seen.insert(full_name(folder / "")).second) folders.push_back(folder);
    };
    for (const auto& path : paths) {
        std::error_code error;
        if (holds_results(path)) {
            add(path);
            continue;
        }
        std::vector<fs::path> inner;
        for (const auto& entry : fs::directory_iterator(path, error)) {
            if (holds_results(entry.path())) inner.push_back(entry.path());
        }
        if (inner.empty()) {
            throw Error(ErrorCode::not_found, path.string(), "holds no results, neither do the folders in it",
                        "Name the output folders of `slidetype run`.");
        }
        std::ranges::sort(inner);
        std::ranges::for_each(inner, add);
    }
    return folders;
}

std::vector<SlideFolder> slide_folders(std::span<const fs::path> outputs) {
    std::vector<SlideFolder> folders;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        std::error_code error;
        fs::directory_iterator entries(outputs[i], error);
        if (error) throw Error(ErrorCode::io, outputs[i].string(), "cannot be read: " + error.message());
        for (const auto& entry : entries) {
            auto name = entry.path().filename().string();
            // The type is known from the listing; to look into a million folders takes its time later.
            if (name.starts_with('.') || name == kShardsFolder || !entry.is_directory(error)) continue;
            folders.push_back({std::move(name), static_cast<std::uint32_t>(i)});
        }
    }
    std::ranges::sort(folders, [](const SlideFolder& a, const SlideFolder& b) {
        const int names = a.name.compare(b.name);
        return names != 0 ? names < 0 : a.output < b.output;
    });
    return folders;
}

void ShardsFound::add(const fs::path& output) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(output / kShardsFolder, error)) {
        try {
            const auto found = nlohmann::json::parse(read_file(entry.path() / kShardFile, kLargestShard));
            const auto& shard = found.at("shard");
            const auto index = shard.at("index").get<std::size_t>(), count = shard.at("count").get<std::size_t>();
            if (index < 1 || index > count || count > kMostShards) continue;
            auto& [slides, parts] = lists_[found.at("list").at("sha256").get<std::string>()];
            slides = found.at("list").at("slides");
            auto& there = parts[count];
            there.resize(count);
            there[index - 1] = true;
            if (model_directory_.empty()) model_directory_ = found.at("model").at("directory");
        } catch (const std::exception&) {
            continue;  // killed before it was written, or not ours
        }
    }
}

std::optional<std::size_t> ShardsFound::slides() const {
    return lists_.size() == 1 ? std::optional(lists_.begin()->second.first) : std::nullopt;
}

std::vector<std::string> ShardsFound::missing() const {
    std::vector<std::string> missing;
    for (const auto& [list, of] : lists_) {
        std::vector<std::string> fewest;
        bool first = true;
        for (const auto& [count, there] : of.second) {
            std::vector<std::string> absent;
            for (std::size_t i = 0; i < count; ++i) {
                if (!there[i]) absent.push_back(Shard{i + 1, count, {}}.text());
            }
            if (first || absent.size() < fewest.size()) fewest = std::move(absent);
            first = false;
        }
        std::ranges::move(fewest, std::back_inserter(missing));
    }
    return missing;
}

}  // namespace slidetype

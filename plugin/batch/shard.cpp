#include "plugin/batch/shard.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "base/error.h"
#include "base/sha256.h"
#include "plugin/results/text.h"

namespace slidetype {
namespace {

std::optional<std::size_t> whole_number(std::string_view text) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

constexpr const char* kSayShard = "Say which part is meant with --shard I/N, or take all slides with --no-shard.";

/// Of a variable that must be there and hold a number.
std::size_t number_in(const Environment& variable, const std::string& name) {
    const auto text = variable(name);
    if (!text)
        throw Error(ErrorCode::usage, name, "is not set, so which part of the slides is meant is not known", kSayShard);
    const auto value = whole_number(*text);
    if (!value) throw Error(ErrorCode::usage, name, "is \"" + *text + "\" and no number", kSayShard);
    return *value;
}

std::optional<Shard> slurm_shard(const Environment& variable) {
    const std::string prefix = "SLURM_ARRAY_TASK_";
    if (!variable(prefix + "ID")) return std::nullopt;
    const auto id = number_in(variable, prefix + "ID"), count = number_in(variable, prefix + "COUNT");
    const auto first = number_in(variable, prefix + "MIN"), last = number_in(variable, prefix + "MAX");
    const auto step = variable(prefix + "STEP") ? number_in(variable, prefix + "STEP") : std::size_t{1};
    if (step == 0 || id < first || id > last || (last - first) % step != 0 || (last - first) / step + 1 != count ||
        (id - first) % step != 0) {
        throw Error(
            ErrorCode::usage, "SLURM_ARRAY_TASK_ID",
            fmt::format("is {} of an array of {} from {} to {} that has gaps, so which part of the slides is meant "
                        "is not known",
                        id, count, first, last),
            "Tasks of an array that are submitted again need --shard I/N with the number of all tasks.");
    }
    if (count == 1 && id > 1) {
        throw Error(
            ErrorCode::usage, "SLURM_ARRAY_TASK_ID",
            fmt::format("is {} and the only task of its array, so of how many parts it is one is not known", id),
            "A task that is submitted again needs --shard I/N with the number of all tasks.");
    }
    const auto by = step > 1 ? fmt::format(":{}", step) : "";
    return Shard{(id - first) / step + 1, count, fmt::format("SLURM_ARRAY_TASK_ID {} of {}-{}{}", id, first, last, by)};
}

std::optional<Shard> kubernetes_shard(const Environment& variable) {
    if (!variable("JOB_COMPLETION_INDEX")) return std::nullopt;
    const auto index = number_in(variable, "JOB_COMPLETION_INDEX");
    if (!variable("JOB_COMPLETION_COUNT")) {
        throw Error(
            ErrorCode::usage, "JOB_COMPLETION_COUNT",
            fmt::format("is not set, and JOB_COMPLETION_INDEX is {}: Kubernetes does not tell of how many", index),
            "Set it in the Job to what `completions` is, or give --shard I/N or --no-shard.");
    }
    const auto count = number_in(variable, "JOB_COMPLETION_COUNT");
    if (index >= count) {
        throw Error(ErrorCode::usage, "JOB_COMPLETION_INDEX",
                    fmt::format("is {} and JOB_COMPLETION_COUNT {}: it counts from 0", index, count),
                    "Set JOB_COMPLETION_COUNT to what `completions` of the Job is.");
    }
    return Shard{index + 1, count, fmt::format("JOB_COMPLETION_INDEX {} of {}", index, count)};
}

std::string name_of(const BatchSlide& slide) {
    if (!slide.name.empty()) return slide.name;
    const auto name = slide.path.filename();
    return (name.empty() ? slide.path.parent_path().filename() : name).string();  // a folder may be written "folder/"
}

std::uint64_t hash_of(const std::string& key) {
    constexpr std::size_t kDigits = 16;
    const auto hex = sha256_hex(key);
    std::uint64_t value = 0;
    std::from_chars(hex.data(), hex.data() + kDigits, value, 16);
    return value;
}

}  // namespace

Shard parse_shard(const std::string& text) {
    const auto slash = text.find('/');
    if (slash != std::string::npos) {
        const auto index = whole_number(std::string_view(text).substr(0, slash));
        const auto count = whole_number(std::string_view(text).substr(slash + 1));
        if (index && count && *index >= 1 && *index <= *count) return {*index, *count, "--shard " + text};
    }
    throw Error(ErrorCode::usage, "--shard", "is \"" + text + "\" and must be I/N with I from 1 to N",
                "Such as --shard 3/8: the third of eight parts.");
}

std::optional<std::string> environment_variable(const std::string& name) {
    const char* const value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::optional<Shard> scheduled_shard(const Environment& variable) {
    auto slurm = slurm_shard(variable), kubernetes = kubernetes_shard(variable);
    if (slurm && kubernetes) {
        throw Error(ErrorCode::usage, "SLURM_ARRAY_TASK_ID and JOB_COMPLETION_INDEX",
                    "are both set, so which part of the slides is meant is not known", kSayShard);
    }
    return slurm ? slurm : kubernetes;
}

DividedList::DividedList(std::span<const BatchSlide> slides) : hashes_(slides.size()) {
    std::vector<std::string> keys(slides.size());
    for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = name_of(slides[i]);
    std::vector<std::size_t> order(slides.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
        const int names = keys[a].compare(keys[b]);
        return names != 0 ? names < 0 : slides[a].path < slides[b].path;
    });
    std::string all, before;
    std::size_t alike = 0;
    for (const auto place : order) {
        alike = !all.empty() && keys[place] == before ? alike + 1 : 0;
        before = keys[place];
        if (alike > 0) keys[place] += fmt::format("\n{}", alike);
        hashes_[place] = hash_of(keys[place]);
        all += keys[place] + "\n\n";
    }
    identity_ = {slides.size(), sha256_hex(all)};
}

std::vector<std::size_t> DividedList::part(const Shard& shard) const {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < hashes_.size(); ++i) {
        if (hashes_[i] % shard.count + 1 == shard.index) places.push_back(i);
    }
    return places;
}

std::filesystem::path record_folder(const std::filesystem::path& output, const std::optional<ListPart>& part) {
    return part ? output / kShardsFolder / part->shard.folder_name() : output;
}

std::string shard_json(const ListPart& part, const ShardMaker& maker, bool interrupted) {
    const auto& shard = part.shard;
    const nlohmann::ordered_json root = {{"format_version", 1},
                                         {"version", maker.version},
                                         {"model",
                                          {{"name", valid_utf8(maker.model)},
                                           {"sha256", maker.model_sha256},
                                           {"digest", maker.model_digest},
                                           {"directory", valid_utf8(maker.model_directory.string())}}},
                                         {"interrupted", interrupted},
                                         {"shard",
                                          {{"index", shard.index},
                                           {"count", shard.count},
                                           {"why", valid_utf8(shard.why)},
                                           {"slides", part.places.size()}}},
                                         {"list", {{"slides", part.list.slides}, {"sha256", part.list.sha256}}}};
    return root.dump(2) + "\n";
}

void for_each_of_part(const ListPart& part, ResultFolders& folders,
                      const std::function<void(const BatchSlide&)>& claim) {
    std::set<std::string> names;
    for (const auto place : part.places) {
        names.insert(plain_folder_name(part.whole[place].path, part.whole[place].name));
    }
    auto ours = part.places.begin();
    for (std::size_t i = 0; ours != part.places.end(); ++i) {
        const auto& slide = part.whole[i];
        if (*ours == i) {
            claim(slide);
            ++ours;
        } else if (names.contains(plain_folder_name(slide.path, slide.name))) {
            folders.leave_to(slide.path, slide.name);
        }
    }
}

}  // namespace slidetype

#include "plugin/records/fingerprint.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/sha256.h"
#include "tiler/slides/slide_file.h"
#include "tiler/slides/slide_folder.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

constexpr std::int64_t kHead = 1 << 20;  ///< bytes that are read of the file's beginning, and of its end
constexpr std::uintmax_t kLargestRegion = std::uintmax_t{1} << 30;

/// "SIZE TIME", or nothing where the file is out of reach.
std::string size_and_time(const fs::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) return {};
    return std::to_string(status.st_size) + " " + std::to_string(status.st_mtim.tv_sec) + "." +
           std::to_string(status.st_mtim.tv_nsec);
}

/// The files that belong to a slide beside the one that is opened.
std::vector<fs::path> companions(const fs::path& slide) {
    auto files = parts_of_slide(slide);
    std::error_code error;
    const auto stem = slide.stem().string();
    const auto extension = slide.extension();
    if (extension == ".mrxs") {
        for (const auto& entry : fs::directory_iterator(slide.parent_path() / stem, error))
            files.push_back(entry.path());
    } else if (extension == ".vms" || extension == ".vmu") {
        const auto parent = slide.parent_path();
        for (const auto& entry : fs::directory_iterator(parent.empty() ? fs::path(".") : parent, error)) {
            if (entry.path().filename().string().starts_with(stem)) files.push_back(entry.path());
        }
    }
    std::ranges::sort(files);
    return files;
}

[[noreturn]] void fail(const fs::path& slide, const std::string& cause) {
    throw Error(ErrorCode::io, slide.string(), cause, "Check its permissions, and that its disk is connected.");
}

std::string ends_of(const fs::path& slide, std::int64_t size) {
    std::ifstream stream(slide, std::ios::binary);
    if (!stream) fail(slide, "cannot be opened for reading");
    std::string bytes(static_cast<std::size_t>(std::min(size, 2 * kHead)), '\0');
    const auto head = std::min(size, kHead), tail = static_cast<std::int64_t>(bytes.size()) - head;
    stream.read(bytes.data(), head);
    stream.seekg(size - tail);
    stream.read(bytes.data() + head, tail);
    if (!stream) fail(slide, "cannot be read");
    return bytes;
}

/// Of pairs of a name and a ParameterValue.
template <typename Settings>
nlohmann::ordered_json json_of(const Settings& settings) {
    nlohmann::ordered_json out;
    for (const auto& [name, value] : settings) {
        std::visit([&, &key = name](const auto& typed) { out[key] = typed; }, value);
    }
    return out;
}

std::string plain_text(const nlohmann::ordered_json& settings) {
    return settings.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
}

/// Which rule tells the areas of a region of interest from what else its file holds; a result of another is void.
const std::string kRegionRule = "drawn by a person\n";

std::string region_content(const fs::path& file) {
    std::error_code error;
    if (!fs::exists(file, error)) {
        throw Error(ErrorCode::not_found, file.string(), "is to be the region of interest and does not exist",
                    "Check --roi or the column `roi` of the manifest, which names it: a GeoJSON file.");
    }
    return read_file(file, kLargestRegion);
}

}  // namespace

std::string slide_digest(const fs::path& slide) {
    struct stat status {};
    if (::stat(slide.c_str(), &status) != 0) {
        const int reason = errno;
        if (reason == ENOENT || reason == ENOTDIR) throw_not_found(slide);
        fail(slide, std::string("cannot be reached: ") + std::strerror(reason));
    }
    std::string text;
    if (!S_ISDIR(status.st_mode)) text = size_and_time(slide) + "\n";
    // What is no file is refused when it is opened, with better words.
    if (S_ISREG(status.st_mode)) text += ends_of(slide, status.st_size);
    for (const auto& file : companions(slide)) text += file.filename().string() + " " + size_and_time(file) + "\n";
    return sha256_hex(text);
}

void require_same_slide(const fs::path& slide, const std::string& before) {
    std::string now;
    try {
        now = slide_digest(slide);
    } catch (const Error&) {
        // It cannot be read any more, which is a change, too.
    }
    if (now == before) return;
    throw Error(ErrorCode::io, slide.string(), "was changed or removed while it was read",
                "Wait until slides are copied completely, then run again.");
}

std::string model_digest(const ModelDirectory& model) {
    return sha256_hex(model.sha256 + "\n" + format_config(model.config));
}

std::string parameters_digest(const Engine& engine, const AnalyseOptions& analyse, const ExportOptions& exports) {
    auto settings = json_of(engine.parameters(analyse));
    settings["plain_tiles_geojson"] = exports.plain_tiles_geojson;
    auto text = plain_text(settings);
    if (!analyse.region_of_interest.empty()) text += kRegionRule + region_content(analyse.region_of_interest);
    return sha256_hex(text);
}

Fingerprint fingerprint_of(const Engine& engine, const std::string& model_digest, const fs::path& slide,
                           const AnalyseOptions& analyse, const ExportOptions& exports) {
    return {engine.calls_bags() ? kHeadsResultFormat : kResultFormat, model_digest,
            parameters_digest(engine, analyse, exports), slide_digest(slide)};
}

SharedSettings shared_settings(std::span<const std::pair<std::string, ParameterValue>> all) {
    SharedSettings settings;
    for (const auto& [name, value] : all) {
        if (name != "spacing_um_px" && name != "region_of_interest" && name != "keep_offset")
            settings.emplace(name, value);
    }
    return settings;
}

std::string settings_digest(std::span<const std::pair<std::string, ParameterValue>> all) {
    constexpr std::size_t kDigits = 16;
    return sha256_hex(plain_text(json_of(shared_settings(all)))).substr(0, kDigits);
}

std::string difference(const Fingerprint& now, const Fingerprint& before, std::string_view thing,
                       std::string_view maker) {
    const auto is_of = "its " + std::string(thing) + " is of ";
    if (now.format != before.format) return is_of + "an older version";
    if (now.model != before.model) return is_of + "another " + std::string(maker);
    if (now.parameters != before.parameters) return is_of + "other settings";
    return "the slide has changed";
}

}  // namespace slidetype

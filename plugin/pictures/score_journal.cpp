#include "plugin/pictures/score_journal.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/optional_json.h"
#include "base/sha256.h"
#include "plugin/analysis/full_name.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

using nlohmann::ordered_json;

/// Of so many hexadecimal digits; pictures are told apart by them.
constexpr std::size_t kKeyDigits = 32;

ordered_json header_json(const Fingerprint& now) {
    return {{"format", now.format}, {"model", now.model}, {"parameters", now.parameters}};
}

Fingerprint header_of(const ordered_json& json) {
    return {json.at("format").get<int>(),
            json.at("model").get<std::string>(),
            json.at("parameters").get<std::string>(),
            {}};
}

ordered_json number(const std::optional<double>& value) {
    return value ? ordered_json(*value) : ordered_json();
}

ordered_json json_of(const std::optional<FieldVote>& vote) {
    if (!vote) return nullptr;
    return {{"call", vote->call},
            {"ci95", vote->ci95 ? ordered_json(*vote->ci95) : ordered_json()},
            {"mean_prob_lusc", vote->mean_prob_lusc},
            {"border_share", vote->border_share},
            {"voting_mm2", vote->voting_mm2},
            {"tumour_mm2", vote->tumour_mm2}};
}

std::optional<FieldVote> vote_of_json(const ordered_json& json) {
    if (json.is_null()) return std::nullopt;
    FieldVote vote;
    vote.call = json.at("call").get<std::string>();
    vote.ci95 = optional_of<std::array<double, 2>>(json.at("ci95"));
    vote.mean_prob_lusc = json.at("mean_prob_lusc").get<double>();
    vote.border_share = json.at("border_share").get<double>();
    vote.voting_mm2 = json.at("voting_mm2").get<double>();
    vote.tumour_mm2 = json.at("tumour_mm2").get<double>();
    return vote;
}

ordered_json json_of(const ScoreRow& row) {
    return {{"width", row.width},
            {"height", row.height},
            {"status", static_cast<int>(row.status)},
            {"class", row.class_name},
            {"probabilities", row.probabilities},
            {"tumour", number(row.tumour)},
            {"strangeness", number(row.strangeness)},
            {"reason", row.reason},
            {"traits", row.traits ? ordered_json(*row.traits) : ordered_json()},
            {"traits_tiles", row.traits_tiles},
            {"spacing_um_px", number(row.spacing_um_px)},
            {"scale", to_string(row.scale)},
            {"tiles", row.tiles},
            {"voting_tiles", row.voting_tiles},
            {"vote", json_of(row.vote)},
            {"heatmap", row.heatmap},
            {"note", row.note}};
}

ScoreRow row_of(const ordered_json& json) {
    ScoreRow row;
    row.width = json.at("width").get<int>(), row.height = json.at("height").get<int>();
    const int status = json.at("status").get<int>();
    if (status < 0 || status >= kTileStatusCount) throw Error(ErrorCode::bad_data, "journal", "has no such status");
    row.status = static_cast<TileStatus>(status);
    row.class_name = json.at("class").get<std::string>();
    row.probabilities = json.at("probabilities").get<std::vector<double>>();
    row.tumour = optional_of<double>(json.at("tumour"));
    row.strangeness = optional_of<double>(json.at("strangeness"));
    row.reason = json.at("reason").get<std::string>();
    if (const auto& traits = json.at("traits"); !traits.is_null()) row.traits = traits.get<TileTraits>();
    row.traits_tiles = json.at("traits_tiles").get<std::size_t>();
    row.spacing_um_px = optional_of<double>(json.at("spacing_um_px"));
    row.scale = find_scale_source(json.at("scale").get<std::string>());
    row.tiles = json.at("tiles").get<std::size_t>();
    row.voting_tiles = json.at("voting_tiles").get<std::size_t>();
    row.vote = vote_of_json(json.at("vote"));
    row.heatmap = json.at("heatmap").get<std::string>();
    row.note = json.at("note").get<std::string>();
    return row;
}

}  // namespace

ScoreJournal::ScoreJournal(const fs::path& output, const Fingerprint& now, bool afresh) : file_(output / kFile) {
    if (!afresh) read(now);
    std::error_code error;
    if (entries_.empty()) write_file(file_, header_json(now).dump() + "\n");
    stream_.open(file_, std::ios::binary | std::ios::app);
    // After a line that was cut short the next one must not go on with it.
    if (!entries_.empty()) stream_ << '\n';
    if (!stream_) throw Error(ErrorCode::io, file_.string(), "cannot be written", "Check that the folder is writable.");
}

void ScoreJournal::read(const Fingerprint& now) {
    std::ifstream stream(file_, std::ios::binary);
    std::string line;
    if (!std::getline(stream, line)) return;
    try {
        const auto before = header_of(ordered_json::parse(line));
        if (!(before == now)) {
            again_because_ = difference(now, before);
            return;
        }
    } catch (const std::exception&) {
        return;  // of something else, or damaged: nobody knows by which model the rest was scored
    }
    while (std::getline(stream, line)) {
        try {
            const auto json = ordered_json::parse(line);
            entries_[json.at("key").get<std::string>()] = {json.at("digest").get<std::string>(), row_of(json)};
        } catch (const std::exception&) {
            continue;  // cut short when a run was killed: scored again
        }
    }
}

std::optional<ScoreRow> ScoreJournal::find(const std::string& key, const std::string& digest) const {
    const auto found = entries_.find(key);
    if (found == entries_.end() || found->second.digest != digest) return std::nullopt;
    const auto& row = found->second.row;
    std::error_code error;
    if (!row.heatmap.empty() && !fs::exists(file_.parent_path() / row.heatmap, error)) return std::nullopt;
    return row;
}

void ScoreJournal::add(const std::string& key, const std::string& digest, const ScoreRow& row) {
    ordered_json json = {{"key", key}, {"digest", digest}};
    json.update(json_of(row));
    stream_ << json.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n" << std::flush;
    if (!stream_) {
        throw Error(ErrorCode::io, file_.string(), "could not be written",
                    "Check that the disk has room and that the folder is writable.");
    }
}

std::string picture_key(const ListedPicture& picture) {
    return sha256_hex(full_name(picture.file)).substr(0, kKeyDigits);
}

std::string picture_digest(const ListedPicture& picture) {
    const auto number = [](const std::optional<double>& value) { return value ? fmt::format("{}", *value) : "-"; };
    return sha256_hex(slide_digest(picture.file) + " " + number(picture.scale.field_um) + " " +
                      number(picture.scale.spacing_um_px));
}

}  // namespace slidetype

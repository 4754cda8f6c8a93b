#include "plugin/records/slide_record.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/words.h"
#include "plugin/analysis/full_name.h"
#include "plugin/records/retry.h"
#include "plugin/results/text.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr int kRecordFormat = 1;
constexpr std::uintmax_t kLargestRecord = 1U << 20;
constexpr std::array<std::string_view, 6> kStates = {"pending", "running", "done", "failed", "cancelled", "locked"};

double rounded(double value) {
    return std::round(value * 1e4) / 1e4;
}

void read_result(const json& from, SlideRecord& record) {
    record.call = from.at("call");
    record.reason = from.at("reason");
    record.supported = from.value("supported", true);
    if (const auto known = from.find("known_to_model"); known != from.end() && !known->is_null()) record.known = *known;
    if (const auto& p = from.at("prob_LUSC"); !p.is_null()) record.prob_lusc = p.get<double>();
    record.scored_mm2 = from.at("scored_mm2");
    record.voting_mm2 = from.at("voting_mm2");
    record.tiles = from.at("tiles").get<std::map<std::string, std::size_t>>();
    record.seconds = from.at("seconds");
    record.files = from.at("files").get<std::map<std::string, std::uintmax_t>>();
    record.version = from.value("version", "");
    record.settings = from.value("settings", "");
}

SlideRecord record_from(const json& from) {
    SlideRecord record;
    const auto state = std::ranges::find(kStates, from.at("state").get<std::string>());
    if (state == kStates.end() || from.at("format_version") != kRecordFormat)
        throw std::runtime_error("another format");
    record.state = static_cast<SlideRecord::State>(state - kStates.begin());
    record.label = from.value("label", "");
    record.patient = from.value("patient", "");
    if (record.state == SlideRecord::State::done) read_result(from, record);
    if (from.contains("error")) {
        const auto& error = from["error"];
        record.error_code = error.at("code"), record.error = error.at("message"), record.hint = error.at("hint");
        record.retry = error.value("retry", false);
        record.error_file = error.value("file", "");
    }
    if (from.contains("fingerprint")) {
        const auto& print = from["fingerprint"];
        record.fingerprint =
            Fingerprint{print.at("format"), print.at("model"), print.at("parameters"), print.at("slide")};
    }
    return record;
}

ordered_json members_of(const SlideRecord& record) {
    ordered_json out = {{"source", valid_utf8(record.source.string())},
                        {"name", valid_utf8(record.name)},
                        {"state", to_string(record.state)}};
    if (!record.label.empty()) out["label"] = valid_utf8(record.label);
    if (!record.patient.empty()) out["patient"] = valid_utf8(record.patient);
    if (record.state == SlideRecord::State::done) {
        out["call"] = record.call;
        out["prob_LUSC"] = record.prob_lusc ? ordered_json(rounded(*record.prob_lusc)) : ordered_json(nullptr);
        out["reason"] = valid_utf8(record.reason);
        if (!record.supported) out["supported"] = false;
        out["known_to_model"] = record.known ? ordered_json(*record.known) : ordered_json(nullptr);
        out["scored_mm2"] = rounded(record.scored_mm2);
        out["voting_mm2"] = rounded(record.voting_mm2);
        out["tiles"] = record.tiles;
        out["seconds"] = rounded(record.seconds);
    } else if (!record.error.empty()) {
        out["error"] = {
            {"code", record.error_code}, {"message", valid_utf8(record.error)}, {"hint", valid_utf8(record.hint)}};
        if (record.state == SlideRecord::State::failed) out["error"]["retry"] = record.retry;
        if (!record.error_file.empty()) out["error"]["file"] = valid_utf8(record.error_file.string());
    }
    return out;
}

}  // namespace

std::string_view to_string(SlideRecord::State state) {
    return kStates.at(static_cast<std::size_t>(state));
}

std::size_t scored_tiles(const SlideRecord& record) {
    std::size_t sum = 0;
    for (const auto status : {TileStatus::ok, TileStatus::benign, TileStatus::unfamiliar}) {
        const auto found = record.tiles.find(std::string(to_string(status)));
        if (found != record.tiles.end()) sum += found->second;
    }
    return sum;
}

void fill_in(SlideRecord& record, const SlideResult& result) {
    record.state = SlideRecord::State::done;
    record.version = result.version;
    record.settings = settings_digest(result.parameters);
    record.call = std::string(to_string(result.call.label));
    record.reason = result.call.reason;
    record.supported = result.call.supported;
    if (result.domain) record.known = result.domain->known;
    if (!result.note.empty()) record.reason += " " + sentence(result.note);
    record.prob_lusc = result.call.prob_lusc;
    record.scored_mm2 = result.call.scored_area_mm2;
    record.voting_mm2 = result.call.voting_area_mm2;
    const auto counts = result.status_counts();
    for (std::size_t s = 0; s < counts.size(); ++s) {
        record.tiles[std::string(to_string(static_cast<TileStatus>(s)))] = counts[s];
    }
}

void fill_in(SlideRecord& record, const Error& error) {
    const bool stopped = error.code() == ErrorCode::cancelled;
    record.state = stopped ? SlideRecord::State::cancelled : SlideRecord::State::failed;
    record.error_code = std::string(to_string(error.code()));
    record.error = error.what();
    record.hint = error.hint();
    record.retry = !stopped && worth_retrying(error);
    record.error_file.clear();
    if (!stopped && !error.subject().empty() && error.subject() != record.source.string()) {
        record.error_file = error.subject();
    }
}

std::string record_json(const SlideRecord& record) {
    return members_of(record).dump();
}

void write_record(const SlideRecord& record, const fs::path& folder) {
    ordered_json out = {{"format_version", kRecordFormat}};
    out.update(members_of(record));
    out["source"] = valid_utf8(full_name(record.source));
    if (record.fingerprint) {
        const auto& print = *record.fingerprint;
        out["fingerprint"] = {
            {"format", print.format}, {"model", print.model}, {"parameters", print.parameters}, {"slide", print.slide}};
    }
    if (record.state == SlideRecord::State::done) {
        if (!record.version.empty()) out["version"] = record.version;
        if (!record.settings.empty()) out["settings"] = record.settings;
        out["files"] = record.files;
    }
    write_file(folder / kStateFile, out.dump(2) + "\n");
}

std::optional<SlideRecord> read_record(const fs::path& folder) {
    try {
        return record_from(json::parse(read_file(folder / kStateFile, kLargestRecord)));
    } catch (const std::exception&) {
        return std::nullopt;  // absent, of another version, or not ours
    }
}

bool has_all_files(const SlideRecord& record, const fs::path& folder) {
    return !record.files.empty() && std::ranges::all_of(record.files, [&](const auto& file) {
        std::error_code error;
        return fs::file_size(folder / file.first, error) == file.second && !error;
    });
}

}  // namespace slidetype

#include "plugin/cohorts/feature_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "base/atomic_file.h"
#include "plugin/analysis/full_name.h"
#include "plugin/records/retry.h"
#include "plugin/records/slide_record.h"
#include "plugin/results/result_folder.h"
#include "plugin/results/text.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using State = FeatureRecord::State;

constexpr int kFeatureRecordFormat = 1;
constexpr std::uintmax_t kLargestFeatureRecord = 1U << 20;
constexpr std::array<std::string_view, 6> kFeatureStates = {"pending", "running",   "done",
                                                            "failed",  "cancelled", "locked"};

double milliseconds(double seconds) {
    return std::round(seconds * 1e3) / 1e3;
}

FeatureRecord feature_record_from(const json& from) {
    if (from.at("format_version") != kFeatureRecordFormat) throw std::runtime_error("another format");
    FeatureRecord record;
    const auto state = std::ranges::find(kFeatureStates, from.at("state").get<std::string>());
    if (state == kFeatureStates.end()) throw std::runtime_error("another format");
    record.state = static_cast<State>(state - kFeatureStates.begin());
    record.label = from.value("label", "");
    record.patient = from.value("patient", "");
    if (record.state == State::done) {
        record.encoder = from.at("encoder");
        record.dimension = from.at("dimension");
        record.tiles = from.at("tiles");
        record.unreadable = from.at("unreadable");
        record.bytes = from.at("bytes");
        record.seconds = from.at("seconds");
        record.encoding_seconds = from.at("encoding_seconds");
        record.note = from.at("note");
    }
    if (from.contains("error")) {
        const auto& error = from["error"];
        record.error_code = error.at("code"), record.error = error.at("message"), record.hint = error.at("hint");
        record.retry = error.value("retry", false);
    }
    if (from.contains("fingerprint")) {
        const auto& print = from["fingerprint"];
        record.fingerprint =
            Fingerprint{print.at("format"), print.at("model"), print.at("parameters"), print.at("slide")};
    }
    return record;
}

std::string text_of(const FeatureRecord& record) {
    ordered_json out = {{"format_version", kFeatureRecordFormat},
                        {"source", valid_utf8(full_name(record.source))},
                        {"file", valid_utf8(record.file_name())},
                        {"state", to_string(record.state)}};
    if (!record.label.empty()) out["label"] = valid_utf8(record.label);
    if (!record.patient.empty()) out["patient"] = valid_utf8(record.patient);
    if (record.state == State::done) {
        out["encoder"] = valid_utf8(record.encoder);
        out["dimension"] = record.dimension;
        out["tiles"] = record.tiles;
        out["unreadable"] = record.unreadable;
        out["bytes"] = record.bytes;
        out["seconds"] = milliseconds(record.seconds);
        out["encoding_seconds"] = milliseconds(record.encoding_seconds);
        out["note"] = valid_utf8(record.note);
    } else if (!record.error.empty()) {
        out["error"] = {
            {"code", record.error_code}, {"message", valid_utf8(record.error)}, {"hint", valid_utf8(record.hint)}};
        if (record.state == State::failed) out["error"]["retry"] = record.retry;
    }
    if (record.fingerprint) {
        const auto& print = *record.fingerprint;
        out["fingerprint"] = {
            {"format", print.format}, {"model", print.model}, {"parameters", print.parameters}, {"slide", print.slide}};
    }
    return out.dump(2) + "\n";
}

std::string csv_line(const FeatureRecord& record) {
    const bool done = record.state == State::done;
    const auto number = [&](std::size_t value) { return done ? std::to_string(value) : std::string(); };
    return fmt::format("{},{},{},{},{},{},{},{},{},{}\n", csv_field(record.source.string()),
                       done ? csv_field(record.file_name()) : "", number(record.tiles), number(record.unreadable),
                       number(record.dimension), csv_field(record.encoder), to_string(record.state),
                       csv_field(done ? record.note : record.error), csv_field(record.label),
                       csv_field(record.patient));
}

}  // namespace

std::string_view to_string(FeatureRecord::State state) {
    return kFeatureStates.at(static_cast<std::size_t>(state));
}

void fill_in(FeatureRecord& record, const Error& error) {
    record.state = error.code() == ErrorCode::cancelled ? State::cancelled : State::failed;
    record.error_code = std::string(to_string(error.code()));
    record.error = error.what();
    record.hint = error.hint();
    record.retry = record.state == State::failed && worth_retrying(error);
}

void write_record(const FeatureRecord& record, const fs::path& folder) {
    write_file(folder / kStateFile, text_of(record));
}

std::optional<FeatureRecord> read_feature_record(const fs::path& folder) {
    try {
        return feature_record_from(json::parse(read_file(folder / kStateFile, kLargestFeatureRecord)));
    } catch (const std::exception&) {
        return std::nullopt;  // absent, of another version, or not ours
    }
}

std::vector<FeatureRecord> read_feature_records(const fs::path& output) {
    std::vector<FeatureRecord> records;
    for (const auto& claimed : claimed_folders(output / kFeatureRecords)) {
        auto record = read_feature_record(claimed.folder).value_or(FeatureRecord{});
        record.source = claimed.source;
        record.name = claimed.folder.filename().string();
        records.push_back(std::move(record));
    }
    return records;
}

std::string features_csv(std::span<const FeatureRecord> records) {
    std::string out = "slide,file,tiles,unreadable_tiles,dimension,encoder,status,reason,label,patient\n";
    for (const auto& record : records) out += csv_line(record);
    return out;
}

}  // namespace slidetype

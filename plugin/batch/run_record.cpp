#include "plugin/batch/run_record.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "plugin/results/text.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

using nlohmann::ordered_json;

/// What tells one version of a file from another; empty where there is none.
std::string stamp_of(const fs::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) return {};
    return fmt::format("{} {} {}.{}", status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

std::string tile_count(const SlideRecord& record, TileStatus status) {
    const auto found = record.tiles.find(std::string(to_string(status)));
    return found == record.tiles.end() ? "" : std::to_string(found->second);
}

/// As a value in a list of run.json.
std::string indented(const ordered_json& value) {
    std::string text;
    for (const char c : value.dump(2)) {
        text += c;
        if (c == '\n') text += "    ";
    }
    return text;
}

/// Short, since patients.csv has all of them.
ordered_json patient_json(const PatientLine& each) {
    return {{"patient", valid_utf8(each.name)},
            {"slides", each.slides},
            {"slides_called", each.called},
            {"call", each.call.empty() ? ordered_json() : ordered_json(each.call)},
            {"prob_LUSC", each.prob_lusc ? ordered_json(*each.prob_lusc) : ordered_json()},
            {"reason", valid_utf8(each.reason)}};
}

}  // namespace

std::vector<SlideRecord> RunRecords::read() {
    std::vector<SlideRecord> records;
    std::map<std::string, Known> now;
    for (const auto& claimed : only_ ? *only_ : claimed_folders(output_)) {
        const auto name = claimed.folder.filename().string();
        const auto stamp = stamp_of(claimed.folder / kStateFile);
        const auto before = known_.find(name);
        Known known;
        if (before != known_.end() && before->second.stamp == stamp) {
            known = std::move(before->second);
        } else {
            known = {stamp, read_record(claimed.folder).value_or(SlideRecord{})};
            known.record.source = claimed.source;
            known.record.name = name;
        }
        records.push_back(known.record);
        now.emplace(name, std::move(known));
    }
    known_ = std::move(now);
    return records;
}

std::string run_json_head(const RunFacts& facts, const StateCounts& counts, std::span<const PatientLine> patients) {
    ordered_json root = {{"format_version", 1},
                         {"version", facts.version},
                         {"model", {{"name", facts.model}, {"sha256", facts.model_sha256}}},
                         {"output", valid_utf8(facts.output.string())},
                         {"interrupted", facts.interrupted}};
    if (facts.shard) {
        root["shard"] = {
            {"index", facts.shard->index}, {"count", facts.shard->count}, {"why", valid_utf8(facts.shard->why)}};
        root["list"] = {{"slides", facts.list.slides}, {"sha256", facts.list.sha256}};
    }
    for (const auto state : {SlideRecord::State::done, SlideRecord::State::failed, SlideRecord::State::cancelled,
                             SlideRecord::State::running, SlideRecord::State::pending}) {
        root["counts"][std::string(to_string(state))] = counts.at(static_cast<std::size_t>(state));
    }
    root["patients"] = ordered_json::array();
    for (const auto& each : patients) root["patients"].push_back(patient_json(each));
    root["slides"] = ordered_json::array();
    return root.dump(2);
}

std::string run_json_slide(const SlideRecord& record) {
    return indented(ordered_json::parse(record_json(record)));
}

std::string run_json_patient(const PatientLine& patient) {
    return indented(patient_json(patient));
}

/// One slide after the other, for all of a large batch as JSON values would take many times the text's own size.
std::string run_json(std::span<const SlideRecord> records, std::span<const PatientLine> patients,
                     const RunFacts& facts) {
    StateCounts counts{};
    for (const auto& record : records) {
        if (record.state != SlideRecord::State::locked) ++counts.at(static_cast<std::size_t>(record.state));
    }
    auto text = run_json_head(facts, counts, patients);
    if (records.empty()) return text + "\n";
    text.resize(text.size() - kRunJsonEmpty.size());
    for (const auto& record : records) {
        text += &record == records.data() ? kRunJsonFirst : kRunJsonNext;
        text += run_json_slide(record);
    }
    return text.append(kRunJsonEnd) + "\n";
}

std::string run_csv_header() {
    return "source,name,state,call,prob_LUSC,scored_mm2,voting_mm2,tiles_ok,tiles_benign,tiles_unfamiliar,"
           "tiles_background,tiles_outside_roi,tiles_read_error,seconds,error_code,message,label,patient,known_to_"
           "model\n";
}

std::string run_csv_line(const SlideRecord& record) {
    const bool done = record.state == SlideRecord::State::done;
    const auto& message = done ? record.reason : record.error;
    auto out = fmt::format(
        "{},{},{},{},{},{},{},", csv_field(record.source.string()), csv_field(record.name), to_string(record.state),
        record.call, record.prob_lusc ? fmt::format("{:.4f}", *record.prob_lusc) : "",
        done ? fmt::format("{:.4f}", record.scored_mm2) : "", done ? fmt::format("{:.4f}", record.voting_mm2) : "");
    for (const auto status : {TileStatus::ok, TileStatus::benign, TileStatus::unfamiliar, TileStatus::background,
                              TileStatus::outside_roi, TileStatus::read_error}) {
        out += tile_count(record, status) + ',';
    }
    return out + fmt::format("{:.2f},{},{},{},{},{}\n", record.seconds, record.error_code, csv_field(message),
                             csv_field(record.label), csv_field(record.patient),
                             !record.known   ? ""
                             : *record.known ? "yes"
                                             : "no");
}

std::string run_csv(std::span<const SlideRecord> records) {
    auto out = run_csv_header();
    for (const auto& record : records) out += run_csv_line(record);
    return out;
}

}  // namespace slidetype

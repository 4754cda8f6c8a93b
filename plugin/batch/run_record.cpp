#include "plugin/batch/run_record.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "plugin/analysis/engine.h"
#include "plugin/results/result_folder.h"
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

/// Short, since patients.csv has all of them.
ordered_json patients_json(std::span<const PatientLine> patients) {
    auto list = ordered_json::array();
    for (const auto& each : patients) {
        list.push_back({{"patient", valid_utf8(each.name)},
                        {"slides", each.slides},
                        {"slides_called", each.called},
                        {"call", each.call.empty() ? ordered_json() : ordered_json(each.call)},
                        {"prob_LUSC", each.prob_lusc ? ordered_json(*each.prob_lusc) : ordered_json()},
                        {"reason", valid_utf8(each.reason)}});
    }
    return list;
}

/// Puts the records into the empty list that the text ends with. One after the other, for all of a large batch as JSON
/// values would take many times the text's own size.
std::string with_slides(std::string text, std::span<const SlideRecord> records) {
    if (records.empty()) return text;
    constexpr std::string_view kEnd = "]\n}";
    text.resize(text.size() - kEnd.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
        text += i == 0 ? "\n    " : ",\n    ";
        for (const char c : ordered_json::parse(record_json(records[i])).dump(2)) {
            text += c;
            if (c == '\n') text += "    ";
        }
    }
    return text + "\n  ]\n}";
}

}  // namespace

std::vector<SlideRecord> RunRecords::read() {
    std::vector<SlideRecord> records;
    std::map<std::string, Known> now;
    for (const auto& claimed : claimed_folders(output_)) {
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

std::string run_json(std::span<const SlideRecord> records, std::span<const PatientLine> patients,
                     const ModelDirectory& model, const fs::path& output, bool interrupted) {
    ordered_json root = {{"format_version", 1},
                         {"version", version()},
                         {"model", {{"name", model.config.name}, {"sha256", model.sha256}}},
                         {"output", valid_utf8(output.string())},
                         {"interrupted", interrupted}};
    for (const auto state : {SlideRecord::State::done, SlideRecord::State::failed, SlideRecord::State::cancelled,
                             SlideRecord::State::running, SlideRecord::State::pending}) {
        root["counts"][std::string(to_string(state))] = std::ranges::count(records, state, &SlideRecord::state);
    }
    root["patients"] = patients_json(patients);
    root["slides"] = ordered_json::array();
    return with_slides(root.dump(2), records) + "\n";
}

std::string run_csv(std::span<const SlideRecord> records) {
    std::string out =
        "source,name,state,call,prob_LUSC,scored_mm2,voting_mm2,tiles_ok,tiles_benign,tiles_unfamiliar,"
        "tiles_background,tiles_outside_roi,tiles_read_error,seconds,error_code,message,label,patient,known_to_model\n";
    for (const auto& record : records) {
        const bool done = record.state == SlideRecord::State::done;
        const auto& message = done ? record.reason : record.error;
        out += fmt::format(
            "{},{},{},{},{},{},{},", csv_field(record.source.string()), csv_field(record.name), to_string(record.state),
            record.call, record.prob_lusc ? fmt::format("{:.4f}", *record.prob_lusc) : "",
            done ? fmt::format("{:.4f}", record.scored_mm2) : "", done ? fmt::format("{:.4f}", record.voting_mm2) : "");
        for (const auto status : {TileStatus::ok, TileStatus::benign, TileStatus::unfamiliar, TileStatus::background,
                                  TileStatus::outside_roi, TileStatus::read_error}) {
            out += tile_count(record, status) + ',';
        }
        out += fmt::format("{:.2f},{},{},{},{},{}\n", record.seconds, record.error_code, csv_field(message),
                           csv_field(record.label), csv_field(record.patient),
                           !record.known   ? ""
                           : *record.known ? "yes"
                                           : "no");
    }
    return out;
}

}  // namespace slidetype

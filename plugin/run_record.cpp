#include "plugin/run_record.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "plugin/text.h"

namespace slidetype {
namespace {

using nlohmann::ordered_json;

double rounded(double value) {
    return std::round(value * 1e4) / 1e4;
}

ordered_json record_json(const SlideRecord& record) {
    ordered_json out = {{"source", valid_utf8(record.source.string())},
                        {"name", valid_utf8(record.name)},
                        {"state", to_string(record.state)}};
    if (record.state == SlideRecord::State::done) {
        out["call"] = record.call;
        out["prob_LUSC"] = record.prob_lusc ? ordered_json(rounded(*record.prob_lusc)) : ordered_json(nullptr);
        out["reason"] = valid_utf8(record.reason);
        out["scored_mm2"] = rounded(record.scored_mm2);
        out["voting_mm2"] = rounded(record.voting_mm2);
        out["tiles"] = record.tiles;
        out["seconds"] = rounded(record.seconds);
    } else if (!record.error.empty()) {
        out["error"] = {
            {"code", record.error_code}, {"message", valid_utf8(record.error)}, {"hint", valid_utf8(record.hint)}};
    }
    return out;
}

std::string tile_count(const SlideRecord& record, TileStatus status) {
    const auto found = record.tiles.find(std::string(to_string(status)));
    return found == record.tiles.end() ? "" : std::to_string(found->second);
}

}  // namespace

std::string run_json(const BatchReport& report, const ModelDirectory& model, const BatchOptions& options) {
    ordered_json root = {{"format_version", 1},
                         {"version", version()},
                         {"model", {{"name", model.config.name}, {"sha256", model.sha256}}},
                         {"output", valid_utf8(options.output.string())},
                         {"interrupted", report.interrupted}};
    for (const auto state : {SlideRecord::State::done, SlideRecord::State::failed, SlideRecord::State::cancelled,
                             SlideRecord::State::pending}) {
        root["counts"][std::string(to_string(state))] = report.count(state);
    }
    root["slides"] = ordered_json::array();
    for (const auto& record : report.slides) root["slides"].push_back(record_json(record));
    return root.dump(2) + "\n";
}

std::string run_csv(const BatchReport& report) {
    std::string out =
        "source,name,state,call,prob_LUSC,scored_mm2,voting_mm2,tiles_ok,tiles_benign,tiles_unfamiliar,"
        "tiles_background,tiles_outside_roi,tiles_read_error,seconds,error_code,message\n";
    for (const auto& record : report.slides) {
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
        out += fmt::format("{:.2f},{},{}\n", record.seconds, record.error_code, csv_field(message));
    }
    return out;
}

}  // namespace slidetype

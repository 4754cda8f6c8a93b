#include "plugin/batch/result_list.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/atomic_file.h"
#include "plugin/records/slide_record.h"
#include "plugin/results/result_folder.h"

namespace slidetype {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

constexpr std::uintmax_t kLargestRun = std::uintmax_t{1} << 30;

std::optional<double> number(const json& value) {
    return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

}  // namespace

ListedResult read_result_line(const fs::path& summary_json) {
    ListedResult line;
    try {
        const auto summary = json::parse(read_file(summary_json, kLargestSummary));
        const auto& call = summary.at("call");
        line.call = call.at("label");
        line.reason = call.at("reason");
        line.supported = call.value("supported", true);
        line.by_heads = call.contains("heads") && call["heads"].is_object();
        line.prob_lusc = number(call.at("prob_LUSC"));
        if (const auto& ci = call.at("ci95"); ci.is_array()) {
            line.ci_low = number(ci.at(0));
            line.ci_high = number(ci.at(1));
        }
        line.scored_mm2 = number(call.at("scored_area_mm2"));
        line.voting_mm2 = number(call.at("voting_area_mm2"));
        const auto& model = summary.at("model");
        line.model = model.at("name");
        // Older results have neither.
        if (const auto good_for = model.find("good_for"); good_for != model.end() && good_for->is_string())
            line.good_for = *good_for;
        if (const auto domain = summary.find("domain"); domain != summary.end() && domain->is_object())
            line.known = domain->at("known").get<bool>();
        line.version = summary.at("version");
        line.state = ListedResult::State::scored;
    } catch (const std::exception& error) {
        line = {};
        line.state = ListedResult::State::failed;
        line.error = summary_json.string() + " cannot be read: " + error.what();
        line.hint = "Run the slide again.";
    }
    return line;
}

std::map<std::string, ListedResult> read_run_failures(const fs::path& output) {
    std::map<std::string, ListedResult> failures;
    try {
        const auto run = json::parse(read_file(output / "run.json", kLargestRun));
        for (const auto& record : run.at("slides")) {
            if (record.at("state") != "failed" || !record.contains("error")) continue;
            const auto source = fs::absolute(record.at("source").get<std::string>()).lexically_normal();
            auto& failed = failures[source.string()];
            failed.state = ListedResult::State::failed;
            failed.error = record["error"].at("message");
            failed.hint = record["error"].value("hint", "");
        }
    } catch (const std::exception&) {
        // No run wrote here, or it is another's file: then nothing is known to have failed.
    }
    return failures;
}

std::vector<ListedResult> list_results(const fs::path& output) {
    const auto failures = read_run_failures(output);
    std::vector<ListedResult> lines;
    for (const auto& claimed : claimed_folders(output)) {
        const auto summary = claimed.folder / "summary.json";
        const auto failed = failures.find(claimed.source);
        auto line = fs::exists(summary)        ? read_result_line(summary)
                    : failed == failures.end() ? ListedResult{}
                                               : failed->second;
        if (auto record = read_record(claimed.folder)) {
            line.label = std::move(record->label);
            line.patient = std::move(record->patient);
        }
        line.name = claimed.folder.filename().string();
        line.source = claimed.source;
        line.folder = claimed.folder;
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace slidetype

#include "plugin/pictures/score_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <variant>

#include "base/atomic_file.h"
#include "base/words.h"
#include "plugin/results/text.h"

namespace slidetype {
namespace {

using Json = nlohmann::ordered_json;

Json counts_json(const ScoreRun& run) {
    Json json = Json::object();
    for (const auto status : kPictureStatuses) json[std::string(to_string(status))] = run.count(status);
    return json;
}

Json classes_json(const ScoresTable& table) {
    Json json = Json::object();
    for (const auto& name : table.class_names) json[name] = std::ranges::count(table.rows, name, &ScoreRow::class_name);
    return json;
}

Json scales_json(const ScoresTable& table) {
    Json json = Json::object();
    for (const auto source :
         {ScaleSource::field_option, ScaleSource::spacing_option, ScaleSource::file, ScaleSource::assumed}) {
        json[std::string(to_string(source))] = std::ranges::count_if(
            table.rows, [source](const ScoreRow& row) { return row.spacing_um_px && row.scale == source; });
    }
    return json;
}

Json model_json(const ModelDirectory& model) {
    const auto& config = model.config;
    const auto& ours = config.slidetype;
    return {{"name", config.name},
            {"sha256", model.sha256},
            {"class_names", config.class_names},
            {"patch_size_px", config.patch_size_px},
            {"spacing_um_px", as_written(config.spacing_um_px)},
            {"gate", ours && ours->gate ? Json{{"threshold", as_written(ours->gate->threshold)}} : Json()},
            {"familiarity", ours && ours->familiarity ? Json{{"sha256", ours->familiarity->sha256}} : Json()},
            {"domain", ours && ours->domain ? Json{{"sha256", ours->domain->sha256}, {"sources", ours->domain->sources}}
                                            : Json()},
            {"good_for", ours && !ours->good_for.empty() ? Json(ours->good_for) : Json()}};
}

Json cases_json(std::span<const CaseCall> cases) {
    Json json = Json::object();
    for (int label = 0; label < kCallLabelCount; ++label) {
        const auto call = static_cast<CallLabel>(label);
        const auto count = std::ranges::count(cases, call, &CaseCall::label);
        if (count > 0) json[std::string(to_string(call))] = count;
    }
    return json;
}

std::string summary_json(const ScoreFiles& files) {
    const auto& table = files.run.table;
    const auto& model = files.scorer.engine().model();
    Json json;
    json["format_version"] = 1;
    json["kind"] = "pictures";
    json["root"] = valid_utf8(files.pictures.root.string());
    json["pictures"] = table.rows.size();
    json["statuses"] = counts_json(files.run);
    json["classes"] = classes_json(table);
    json["cases"] = files.run.cases.size();
    json["calls"] = cases_json(files.run.cases);
    json["cases_unlike"] = unlike_cases(files.run.cases).size();
    json["scales"] = scales_json(table);
    json["note"] = assumption_text(table, model.config);
    json["other_files"] = files.pictures.other_files;
    json["model"] = model_json(model);
    json["version"] = version();
    Json parameters = Json::object();
    for (const auto& [name, value] : field_parameters(files.scorer.engine(), files.scorer.options())) {
        std::visit([&, &key = name](const auto& typed) { parameters[key] = typed; }, value);
    }
    json["parameters"] = std::move(parameters);
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::vector<std::string> unlike_cases(std::span<const CaseCall> cases) {
    std::vector<std::string> names;
    for (const auto& each : cases) {
        if (!each.known.value_or(true)) names.push_back(each.name);
    }
    return names;
}

std::string assumption_text(const ScoresTable& table, const ModelConfig& model) {
    std::size_t whole = 0, cut = 0;
    for (const auto& row : table.rows) {
        if (!row.spacing_um_px || row.scale != ScaleSource::assumed) continue;
        ++(row.heatmap.empty() ? whole : cut);
    }
    if (whole + cut == 0) return {};
    const auto says = [&](std::size_t n, const char* one, const char* several) {
        return cut == 0 || whole == 0 ? std::string(n == 1 ? "It " : "They ") + (n == 1 ? one : several)
                                      : fmt::format("{} {}", n, n == 1 ? one : several);
    };
    std::string text = fmt::format("Nothing says how large the field of {} is. ", counted(whole + cut, "picture"));
    if (whole > 0) {
        text += fmt::format("{} assumed to show what the model learned from, {:.0f} µm, and scored whole. ",
                            says(whole, "was", "were"), field_of(model));
    }
    if (cut > 0) {
        text += fmt::format(
            "{} more than {} pixels along the longer edge: {:g} µm per pixel was assumed, and tiles were cut. ",
            says(cut, "has", "have"), kMostPixelsOfOneField, kAssumedSpacing);
    }
    return text + "--field-um or --spacing says it.";
}

void write_score_files(const ScoreFiles& files) {
    write_scores(files.run.table, files.output / kScoresFile);
    write_cases(files.run.cases, files.run.table.class_names, files.output / kCasesFile);
    write_file(files.output / "report.html", score_report(files));
    write_file(files.output / "summary.json", summary_json(files));
}

}  // namespace slidetype

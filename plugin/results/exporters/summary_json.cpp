// summary.json: what scripts read. Written last, so that its presence means that all other files are there.
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "plugin/results/exporter.h"
#include "plugin/results/text.h"

namespace slidetype::exporting {
namespace {

using Json = nlohmann::ordered_json;

/// To six decimals, which is finer than anything measured here and spares the reader 0.30000000000000004.
Json figure(double value) {
    if (!std::isfinite(value)) return nullptr;
    return std::round(value * 1e6) / 1e6;
}

Json slide_json(const SlideIdentity& slide) {
    return {{"name", slide.name},
            {"source", slide.source},
            {"vendor", slide.vendor},
            {"quickhash", slide.quickhash},
            {"width", slide.width},
            {"height", slide.height},
            {"bytes", slide.bytes > 0 ? Json(slide.bytes) : Json()}};
}

/// The parts are not rounded: the call of a patient is made of them.
Json heads_json(const std::optional<SlideCall::Heads>& heads) {
    if (!heads) return nullptr;
    Json parts = Json::array();
    for (const auto& part : heads->parts) {
        Json said = {{"logit", part.mean}};
        if (std::isfinite(part.log_weight)) said["log_weight"] = part.log_weight;
        parts.push_back(std::move(said));
    }
    return {{"count", heads->count}, {"agreeing", heads->agreeing}, {"parts", std::move(parts)}};
}

Json call_json(const SlideResult& result) {
    const SlideCall& call = result.call;
    Json json;
    json["label"] = to_string(call.label);
    json["prob_LUSC"] = call.prob_lusc ? figure(*call.prob_lusc) : Json();
    json["ci95"] = call.ci95 ? Json::array({figure((*call.ci95)[0]), figure((*call.ci95)[1])}) : Json();
    json["vote_mean"] = call.vote_mean ? figure(*call.vote_mean) : Json();
    json["border_share"] = call.border_share ? figure(*call.border_share) : Json();
    json["heads"] = heads_json(call.heads);
    json["reason"] = call.reason;
    Json means = Json::object();
    const auto labels = class_labels(result.model.class_names);
    for (std::size_t c = 0; c < std::min(labels.size(), call.mean_probabilities.size()); ++c) {
        means[labels[c]] = figure(call.mean_probabilities[c]);
    }
    json["mean_probabilities"] = std::move(means);
    json["scored_area_mm2"] = figure(call.scored_area_mm2);
    json["voting_area_mm2"] = figure(call.voting_area_mm2);
    json["tumour_area_mm2"] = figure(call.tumour_area_mm2);
    json["coherent_areas_mm2"] = {{"LUAD", figure(call.coherent_mm2[0])}, {"LUSC", figure(call.coherent_mm2[1])}};
    json["unfamiliar_share"] = figure(call.unfamiliar_share);
    json["supported"] = call.supported;
    return json;
}

Json tiles_json(const SlideResult& result) {
    Json json = Json::object();
    const auto counts = result.status_counts();
    for (std::size_t s = 0; s < counts.size(); ++s)
        json[std::string(to_string(static_cast<TileStatus>(s)))] = counts[s];
    return json;
}

Json grid_json(const TileGrid& grid) {
    return {{"columns", grid.columns},
            {"rows", grid.rows},
            {"tile_width_px", figure(grid.tile_width)},
            {"tile_height_px", figure(grid.tile_height)},
            {"overlap", figure(grid.overlap)},
            {"level", grid.level}};
}

Json areas_json(const SlideResult& result) {
    Json json = Json::object();
    const auto labels = class_labels(result.model.class_names);
    for (std::size_t c = 0; c < std::min(labels.size(), result.class_areas_mm2.size()); ++c) {
        json[labels[c]] = figure(result.class_areas_mm2[c]);
    }
    return json;
}

Json gate_json(const std::optional<GateConfig>& gate) {
    if (!gate) return nullptr;
    return {{"temperature", figure(gate->temperature)}, {"threshold", figure(gate->threshold)}};
}

Json familiarity_json(const std::optional<FamiliarityConfig>& familiarity) {
    if (!familiarity) return nullptr;
    return {{"method", "mahalanobis"}, {"sha256", familiarity->sha256}, {"threshold", figure(familiarity->threshold)}};
}

Json domain_json(const std::optional<DomainConfig>& domain) {
    if (!domain) return nullptr;
    return {{"method", "trait means"}, {"sha256", domain->sha256}, {"sources", domain->sources}};
}

/// Whether the slide as a whole is known to the model; null where it cannot tell.
Json verdict_json(const std::optional<DomainVerdict>& verdict) {
    if (!verdict) return nullptr;
    Json witnesses = Json::array();
    for (const auto witness : verdict->witnesses) witnesses.push_back(to_string(witness));
    return {{"known", verdict->known},
            {"distance", figure(verdict->distance)},
            {"tiles", verdict->tiles},
            {"differs_by", std::move(witnesses)}};
}

Json model_json(const ModelIdentity& model) {
    return {{"name", model.name},
            {"sha256", model.sha256},
            {"class_names", model.class_names},
            {"patch_size_px", model.patch_size_px},
            {"spacing_um_px", figure(model.spacing_um_px)},
            {"gate", gate_json(model.gate)},
            {"familiarity", familiarity_json(model.familiarity)},
            {"domain", domain_json(model.domain)},
            {"good_for", model.good_for.empty() ? Json() : Json(model.good_for)}};
}

Json timing_json(StageTimes times, double seconds_write) {
    if (seconds_write > 0) times.write = seconds_write;
    Json busy = Json::array();
    for (const double seconds : times.thread_busy) busy.push_back(figure(seconds));
    return {
        {"open", figure(times.open)},         {"tissue", figure(times.tissue)},     {"read", figure(times.read)},
        {"resample", figure(times.resample)}, {"score", figure(times.score)},       {"write", figure(times.write)},
        {"wall", figure(times.wall)},         {"pipeline", figure(times.pipeline)}, {"thread_busy", std::move(busy)},
        {"idle", figure(times.idle())},       {"bottleneck", bottleneck(times)}};
}

}  // namespace

void summary_json(const SlideResult& result, const std::filesystem::path& folder, const ExportOptions& options) {
    Json json;
    json["format_version"] = 1;
    json["slide"] = slide_json(result.slide);
    json["call"] = call_json(result);
    json["domain"] = verdict_json(result.domain);
    json["tiles"] = tiles_json(result);
    json["grid"] = grid_json(result.grid);
    json["tissue_area_mm2"] = figure(result.tissue_area_mm2);
    json["areas_mm2"] = areas_json(result);
    json["benign_area_mm2"] = figure(result.set_aside.benign.mm2);
    json["unfamiliar_area_mm2"] = figure(result.set_aside.unfamiliar.mm2);
    json["spacing_um_px"] = Json::array({figure(result.slide.spacing.x_um_px), figure(result.slide.spacing.y_um_px)});
    json["spacing_source"] = to_string(result.slide.spacing.source);
    json["spacing_is_estimate"] = result.slide.spacing.is_estimate();
    json["offset_px"] = Json::array({result.slide.offset.x, result.slide.offset.y});
    json["model"] = model_json(result.model);
    json["note"] = result.note;
    json["version"] = result.version;
    Json parameters = Json::object();
    for (const auto& [name, value] : result.parameters) {
        std::visit([&, &key = name](const auto& typed) { parameters[key] = typed; }, value);
    }
    json["parameters"] = std::move(parameters);
    json["timing_s"] = timing_json(result.timing, options.seconds_write);
    write_file(folder / "summary.json", json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace slidetype::exporting

#include "bench/scanner_tissue/tissue_result.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/optional_json.h"

namespace slidetype::bench {
namespace {

using Json = nlohmann::ordered_json;

double four_digits(double value) {
    return std::stod(fmt::format("{:.4g}", value));
}

double thousandths(double value) {
    return std::round(value * 1000) / 1000;
}

template <class T>
Json json_or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json();
}

Json call_json(const TissueCall& call) {
    Json interval;
    if (call.ci95) interval = {thousandths((*call.ci95)[0]), thousandths((*call.ci95)[1])};
    return {{"label", call.label},
            {"prob_LUSC", call.prob_lusc ? Json(thousandths(*call.prob_lusc)) : Json()},
            {"ci95", interval},
            {"reason", call.reason},
            {"unlike", json_or_null(call.unlike)},
            {"voting_mm2", thousandths(call.voting_mm2)},
            {"scored_mm2", thousandths(call.scored_mm2)}};
}

TissueCall call_of(const Json& json) {
    TissueCall call;
    call.label = json.at("label");
    call.prob_lusc = optional_of<double>(json.at("prob_LUSC"));
    call.ci95 = optional_of<std::array<double, 2>>(json.at("ci95"));
    call.reason = json.at("reason");
    call.unlike = optional_of<bool>(json.at("unlike"));
    call.voting_mm2 = json.at("voting_mm2");
    call.scored_mm2 = json.at("scored_mm2");
    return call;
}

/// The tiles in columns; the votes are one letter each.
Json tiles_json(const std::vector<TissueTile>& tiles) {
    Json prob = Json::array(), blocks = Json::array(), contents = Json::array();
    std::string votes;
    for (const auto& tile : tiles) {
        prob.push_back(four_digits(tile.prob_lusc));
        votes += static_cast<char>(tile.vote);
        blocks.push_back(tile.block);
        contents.push_back(tile.content);
    }
    Json json = {{"prob_LUSC", prob}, {"votes", votes}, {"block", blocks}};
    const bool sorted = std::ranges::any_of(tiles, [](const TissueTile& tile) { return !tile.content.empty(); });
    if (sorted) json["content"] = contents;
    return json;
}

std::vector<TissueTile> tiles_of(const Json& json) {
    const auto prob = json.at("prob_LUSC").get<std::vector<double>>();
    const auto votes = json.at("votes").get<std::string>();
    const auto blocks = json.at("block").get<std::vector<int>>();
    const auto contents = json.value("content", std::vector<std::string>(prob.size()));
    std::vector<TissueTile> tiles(prob.size());
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        tiles[i] = {prob[i], static_cast<TissueVote>(votes.at(i)), contents.at(i), blocks.at(i)};
    }
    return tiles;
}

TissueForm form_of(const std::string& name) {
    return name == "slide" ? TissueForm::slide : name == "sheet" ? TissueForm::sheet : TissueForm::field;
}

Json piece_json(const TissuePiece& piece) {
    const auto& identity = piece.identity;
    Json json = {
        {"name", identity.name},
        {"form", to_string(piece.form)},
        {"label", identity.label},
        {"kind", identity.kind},
        {"patient", identity.patient},
        {"source", identity.source},
        {"spacing_um_px", identity.spacing_um_px ? Json(std::round(*identity.spacing_um_px * 1e4) / 1e4) : Json()},
        {"spacing_assumed", identity.spacing_assumed},
        {"fields", piece.fields},
        {"call", call_json(piece.call)},
        {"tiles", tiles_json(piece.tiles)}};
    if (piece.taught_gate) json["taught_gate"] = true;
    return json;
}

TissuePiece piece_of(const Json& json) {
    TissuePiece piece;
    auto& identity = piece.identity;
    identity.name = json.at("name");
    piece.form = form_of(json.at("form"));
    identity.label = json.at("label");
    identity.kind = json.at("kind");
    identity.patient = json.at("patient");
    identity.source = json.at("source");
    identity.spacing_um_px = optional_of<double>(json.at("spacing_um_px"));
    identity.spacing_assumed = json.at("spacing_assumed");
    piece.fields = json.at("fields");
    piece.call = call_of(json.at("call"));
    piece.tiles = tiles_of(json.at("tiles"));
    piece.taught_gate = json.value("taught_gate", false);
    return piece;
}

TissueResult read_tissue_result(const std::filesystem::path& file) {
    TissueResult result;
    try {
        const auto root = Json::parse(read_file(file));
        result.label = root.at("label");
        result.model = root.at("model");
        result.weights_sha256 = root.at("weights_sha256");
        result.set_sha256 = root.at("set_sha256");
        result.repeated_rows = root.at("repeated_rows");
        for (const auto& piece : root.at("pieces")) result.pieces.push_back(piece_of(piece));
    } catch (const Json::exception& error) {
        throw Error(ErrorCode::corrupt, file.string(), error.what(), "Run `cross_validate scanner` again.");
    }
    return result;
}

}  // namespace

std::string_view to_string(TissueForm form) {
    switch (form) {
        case TissueForm::field:
            return "field";
        case TissueForm::sheet:
            return "sheet";
        case TissueForm::slide:
            return "slide";
    }
    return "";
}

void write_tissue_result(const std::filesystem::path& folder, const TissueResult& result) {
    // One piece a line, so that a change of one can be seen.
    std::string pieces;
    for (const auto& piece : result.pieces) pieces += (pieces.empty() ? "" : ",\n") + piece_json(piece).dump();
    Json head = {{"format_version", 1},
                 {"label", result.label},
                 {"model", result.model},
                 {"weights_sha256", result.weights_sha256},
                 {"set_sha256", result.set_sha256},
                 {"repeated_rows", result.repeated_rows}};
    auto text = head.dump(1);
    text.resize(text.size() - 2);
    write_file(folder / ("scanner." + result.label + ".json"), text + ",\n \"pieces\": [\n" + pieces + "\n]}\n");
}

std::vector<TissueResult> read_tissue_results(const std::vector<std::filesystem::path>& folders) {
    std::vector<TissueResult> results;
    for (const auto& folder : folders) {
        if (!std::filesystem::is_directory(folder)) continue;
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            const auto name = entry.path().filename().string();
            if (name.starts_with("scanner.") && name.ends_with(".json")) {
                results.push_back(read_tissue_result(entry.path()));
            }
        }
    }
    std::ranges::sort(results, {}, &TissueResult::label);
    for (std::size_t i = 1; i < results.size(); ++i) {
        if (results[i].label == results[i - 1].label)
            throw Error(ErrorCode::bad_data, "scanner." + results[i].label + ".json", "is there twice");
        if (results[i].set_sha256 != results[0].set_sha256)
            throw Error(ErrorCode::bad_data, "scanner." + results[i].label + ".json",
                        "was measured on other tissue than scanner." + results[0].label + ".json",
                        "Run `cross_validate scanner` for both on the same folder.");
    }
    return results;
}

}  // namespace slidetype::bench

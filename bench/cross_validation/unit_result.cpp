// One unit as gzipped JSON:
//   {"label", "network", "description", "input", "parameters", "training": {…}, "epoch_choice", "seconds",
//    "scheme", "held_out", "split", "train_pictures", "data_sha256",
//    "pictures": {"tile": […], "label": […], "group": […], "cluster": [index into clusters…], "clusters": […]},
//    "logits_thousandths": {"plain": […], "blur": […], …},
//    "gate": {"pictures": {…}, "logits_thousandths": […]}}
#include "bench/cross_validation/unit_result.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "base/atomic_file.h"
#include "base/error.h"
#include "bench/cross_validation/gzip_text.h"

namespace slidetype::bench {
namespace {

using nlohmann::ordered_json;

std::vector<long> to_thousandths(const std::vector<double>& logits) {
    std::vector<long> out;
    out.reserve(logits.size());
    for (const double logit : logits) {
        const long rounded = std::lround(logit * 1000);
        out.push_back(rounded == 0 && logit != 0 ? (logit > 0 ? 1 : -1) : rounded);
    }
    return out;
}

std::vector<double> from_thousandths(const ordered_json& json) {
    auto logits = json.get<std::vector<double>>();
    for (auto& logit : logits) logit /= 1000;
    return logits;
}

ordered_json to_json(const ScoredPictures& pictures) {
    const std::set<std::string> unique(pictures.cluster.begin(), pictures.cluster.end());
    const std::vector<std::string> names(unique.begin(), unique.end());
    std::vector<std::ptrdiff_t> index;
    index.reserve(pictures.size());
    for (const auto& name : pictures.cluster) index.push_back(std::ranges::find(names, name) - names.begin());
    return {{"tile", pictures.tile},
            {"label", pictures.label},
            {"group", pictures.group},
            {"cluster", index},
            {"clusters", names}};
}

ScoredPictures pictures_from(const ordered_json& json) {
    ScoredPictures pictures;
    json.at("tile").get_to(pictures.tile);
    json.at("label").get_to(pictures.label);
    json.at("group").get_to(pictures.group);
    const auto names = json.at("clusters").get<std::vector<std::string>>();
    for (const auto index : json.at("cluster").get<std::vector<std::size_t>>()) {
        pictures.cluster.push_back(names.at(index));
    }
    return pictures;
}

void check_lengths(const ScoredPictures& pictures, std::size_t logits) {
    const auto n = pictures.size();
    if (pictures.label.size() != n || pictures.group.size() != n || pictures.cluster.size() != n || logits != n) {
        throw std::length_error("columns of different lengths");
    }
}

std::string format(const UnitResult& result) {
    ordered_json out = {{"label", result.label},
                        {"network", result.is_network},
                        {"description", result.description},
                        {"input", result.input},
                        {"parameters", result.parameters},
                        {"epoch_choice", result.epoch_choice},
                        {"seconds", std::round(result.seconds)},
                        {"scheme", to_string(result.unit.scheme)},
                        {"held_out", result.unit.held_out},
                        {"split", result.split},
                        {"train_pictures", result.train_pictures},
                        {"data_sha256", result.data_sha256}};
    if (!result.training.empty()) out["training"] = ordered_json::parse(result.training);
    out["pictures"] = to_json(result.pictures);
    for (const auto& [variant, logits] : result.logits) out["logits_thousandths"][variant] = to_thousandths(logits);
    if (!result.gate_logits.empty()) {
        out["gate"] = {{"pictures", to_json(result.gate_pictures)},
                       {"logits_thousandths", to_thousandths(result.gate_logits)}};
    }
    return out.dump() + "\n";
}

UnitResult parse(const std::string& text) {
    const auto json = ordered_json::parse(text);
    UnitResult result;
    json.at("label").get_to(result.label);
    json.at("network").get_to(result.is_network);
    json.at("description").get_to(result.description);
    json.at("input").get_to(result.input);
    json.at("parameters").get_to(result.parameters);
    json.at("epoch_choice").get_to(result.epoch_choice);
    json.at("seconds").get_to(result.seconds);
    result.unit = {scheme_of(json.at("scheme").get<std::string>()), json.at("held_out").get<std::string>()};
    json.at("split").get_to(result.split);
    json.at("train_pictures").get_to(result.train_pictures);
    json.at("data_sha256").get_to(result.data_sha256);
    if (json.contains("training")) result.training = json.at("training").dump();
    result.pictures = pictures_from(json.at("pictures"));
    for (const auto& [variant, logits] : json.at("logits_thousandths").items()) {
        result.logits[variant] = from_thousandths(logits);
        check_lengths(result.pictures, result.logits[variant].size());
    }
    if (json.contains("gate")) {
        result.gate_pictures = pictures_from(json.at("gate").at("pictures"));
        result.gate_logits = from_thousandths(json.at("gate").at("logits_thousandths"));
        check_lengths(result.gate_pictures, result.gate_logits.size());
    }
    return result;
}

}  // namespace

ScoredPictures pictures_of(const Dataset& dataset, const std::vector<std::size_t>& members) {
    std::set<std::string> unique;
    for (const auto& tile : dataset.tiles) unique.insert(tile.group);
    const std::vector<std::string> groups(unique.begin(), unique.end());
    ScoredPictures pictures;
    for (const auto member : members) {
        const auto& tile = dataset.tiles[member];
        pictures.tile.push_back(member);
        pictures.label.push_back(tile.label);
        pictures.group.push_back(
            static_cast<std::size_t>(std::ranges::lower_bound(groups, tile.group) - groups.begin()));
        pictures.cluster.push_back(tile.stain_cluster);
    }
    return pictures;
}

std::filesystem::path result_file(const std::filesystem::path& folder, const std::string& label, const Unit& unit) {
    return folder / (label + "." + name_of(unit) + ".json.gz");
}

void write_result(const std::filesystem::path& folder, const UnitResult& result) {
    write_file(result_file(folder, result.label, result.unit), gzip(format(result)));
}

UnitResult read_result(const std::filesystem::path& file) {
    try {
        return parse(gunzip(read_file(file), file.string()));
    } catch (const Error&) {
        throw;
    } catch (const std::exception& error) {
        throw Error(ErrorCode::bad_data, file.string(), std::string("is no result of a unit: ") + error.what());
    }
}

std::vector<UnitResult> read_results(const std::vector<std::filesystem::path>& folders) {
    std::map<std::string, std::filesystem::path> files;
    for (const auto& folder : folders) {
        if (!std::filesystem::is_directory(folder)) {
            throw Error(ErrorCode::not_found, folder.string(), "is no folder of results");
        }
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            const auto name = entry.path().filename().string();
            if (!name.ends_with(".json.gz")) continue;
            if (!files.emplace(name, entry.path()).second) {
                throw Error(ErrorCode::bad_data, name, "lies in two of the result folders");
            }
        }
    }
    std::vector<UnitResult> results;
    results.reserve(files.size());
    for (const auto& [name, file] : files) {
        results.push_back(read_result(file));
        if (results.back().data_sha256 != results.front().data_sha256) {
            throw Error(ErrorCode::bad_data, file.string(), "was made of other data than the other results");
        }
    }
    return results;
}

}  // namespace slidetype::bench

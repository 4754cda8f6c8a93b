// config.json as WSInfer's schema "wsinfer-model-config" 1.0 has it:
//   {"spec_version": "1.0", "architecture": "…", "num_classes": 2, "class_names": ["…", "…"], "name": "…",
//    "patch_size_pixels": 112, "spacing_um_px": 1.14,
//    "transform": [{"name": "Resize", "arguments": {"size": 112}}, {"name": "ToTensor"},
//                  {"name": "Normalize", "arguments": {"mean": [..], "std": [..]}}],
//    "slidetype": {"weights_file": "…", "weights_sha256": "…", "temperature": 1.0,
//                   "input": "…", "gate": {"temperature": 1.0, "threshold": 0.5},
//                   "familiarity": {"method": "mahalanobis", "file": "…", "sha256": "…", "threshold": 20.0},
//                   "domain": {"method": "trait means", "file": "…", "sha256": "…", "sources": 300,
//                              "false_alarms": {"tried": 110, "alarms": 1, "unseen": true}},
//                   "int8": {"steps": {"conv1": 0.02, "dense1": 0.05}, "zero": 70},
//                   "call": {"min_area_mm2": 0.25, "min_tumour_share": 0.02, "mixed_region_mm2": 0.25, "mixed_share":
//                   0.2}, "self_test": {…} (see self_test.cpp), "training": {…}, "good_for": "…"}}
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "model/network/checked_json.h"
#include "model/network/heads_json.h"
#include "model/network/model_directory.h"

namespace slidetype {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

/// One line that a page or a terminal can show.
bool can_be_good_for(const std::string& text) {
    return text.size() <= kLongestGoodFor &&
           std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

class Reader : private CheckedJson {
  public:
    using CheckedJson::CheckedJson;

    ModelConfig read(std::string_view json_text) const {
        const auto root = parse(json_text);
        if (text(root, "spec_version") != "1.0") fail("spec_version is not \"1.0\"");
        ModelConfig config;
        config.architecture = text(root, "architecture");
        config.name = root.contains("name") ? text(root, "name") : config.architecture;
        config.patch_size_px = patch_size(root);
        config.spacing_um_px = spacing(root);
        read_classes(root, config);
        config.transform = transforms(root);
        if (root.contains("slidetype")) config.slidetype = read_ours(root["slidetype"]);
        return config;
    }

  private:
    void read_classes(const json& root, ModelConfig& config) const {
        const auto& names = member(root, "class_names");
        const int count = integer(root, "num_classes", 1, 1000);
        if (!names.is_array() || names.size() != static_cast<std::size_t>(count)) {
            fail("class_names and num_classes disagree");
        }
        for (const auto& name : names) {
            if (!name.is_string() || name.get<std::string>().empty()) fail("a class name is no text");
            config.class_names.push_back(name.get<std::string>());
        }
        if (std::set<std::string>(config.class_names.begin(), config.class_names.end()).size() != names.size()) {
            fail("two classes have one name");
        }
    }

    double temperature(const json& object) const {
        const double value = number(object, "temperature");
        if (value < 0.01 || value > 100) fail("temperature is out of range");
        return value;
    }

    int turns(const json& object) const {
        const double value = number(object, "turns");
        if (value != 1 && value != 2 && value != 4 && value != 8) fail("turns must be 1, 2, 4 or 8");
        return static_cast<int>(value);
    }

    GateConfig read_gate(const json& object) const {
        const GateConfig gate{temperature(object), number(object, "threshold")};
        if (gate.threshold < 0 || gate.threshold > 1) fail("the threshold of the gate is no probability");
        return gate;
    }

    FamiliarityConfig read_familiarity(const json& object) const {
        if (text(object, "method") != "mahalanobis") fail("method of familiarity is not \"mahalanobis\"");
        const FamiliarityConfig familiarity{file_name(object, "file"), text(object, "sha256"),
                                            number(object, "threshold")};
        if (familiarity.threshold <= 0) fail("the threshold of familiarity is not positive");
        return familiarity;
    }

    DomainConfig read_domain(const json& object) const {
        if (text(object, "method") != "trait means") fail("method of domain is not \"trait means\"");
        DomainConfig domain;
        domain.file = file_name(object, "file");
        domain.sha256 = text(object, "sha256");
        constexpr int kMost = 1'000'000'000;
        domain.sources = static_cast<std::size_t>(integer(object, "sources", 1, kMost));
        const auto& alarms = member(object, "false_alarms");
        domain.tried = static_cast<std::size_t>(integer(alarms, "tried", 0, kMost));
        domain.alarms = static_cast<std::size_t>(integer(alarms, "alarms", 0, static_cast<int>(domain.tried)));
        const auto& unseen = member(alarms, "unseen");
        if (!unseen.is_boolean()) fail("unseen of domain is neither true nor false");
        domain.unseen = unseen.get<bool>();
        return domain;
    }

    Int8Config read_int8(const json& object) const {
        Int8Config int8;
        const auto& steps = member(object, "steps");
        if (!steps.is_object() || steps.empty()) fail("steps of int8 is no object with layers");
        for (const auto& [layer, value] : steps.items()) {
            const double step = number(steps, layer.c_str());
            if (step < 1e-12 || step > 1e12) fail("the step of " + layer + " is out of range");
            int8.steps[layer] = step;
        }
        if (object.contains("zero")) {
            const double zero = number(object, "zero");
            int8.zero = static_cast<int>(std::clamp(zero, 0.0, double{kLargestByte}));
            if (int8.zero != zero) fail("zero of int8 is no byte");
        }
        if (object.contains("logit_shift")) int8.logit_shift = number(object, "logit_shift");
        if (object.contains("gate_logit_shift")) int8.gate_logit_shift = number(object, "gate_logit_shift");
        if (object.contains("drawn_difference")) {
            int8.drawn_difference = number(object, "drawn_difference");
            if (int8.drawn_difference < 0) fail("drawn_difference of int8 is negative");
        }
        return int8;
    }

    /// Those that are not named keep their defaults.
    CallThresholds read_call(const json& object) const {
        CallThresholds call;
        const auto take = [&](const char* key, double& value, double most) {
            if (!object.is_object()) fail("call is no object");
            if (object.contains(key)) value = number(object, key);
            if (value < 0 || value > most) fail(std::string(key) + " of call is out of range");
        };
        take("min_area_mm2", call.min_area_mm2, 1e6);
        take("min_tumour_share", call.min_tumour_share, 1);
        take("mixed_region_mm2", call.mixed_region_mm2, 1e6);
        take("mixed_share", call.mixed_share, 1);
        take("mixed_certainty", call.mixed_certainty, 1);
        if (object.contains("vote")) call.vote = read_vote(object["vote"]);
        return call;
    }

    VoteCalibration read_vote(const json& object) const {
        if (!object.is_object()) fail("vote of call is no object");
        const VoteCalibration vote{number(object, "intercept"), number(object, "slope"), number(object, "border")};
        for (const double value : {vote.intercept, vote.slope, vote.border}) {
            if (std::abs(value) > 1e3) fail("vote of call is out of range");
        }
        if (vote.slope <= 0) fail("the slope of vote is not positive");
        return vote;
    }

    std::string good_for(const json& object) const {
        auto said = text(object, "good_for");
        if (!can_be_good_for(said)) fail("good_for is not a line of text");
        return said;
    }

    std::vector<double> scores(const json& object, const char* key) const {
        std::vector<double> values;
        if (!object.contains(key)) return values;
        const auto& list = object[key];
        if (!list.is_array() || list.size() > 1000) fail(std::string(key) + " of self_test is no list of numbers");
        values.reserve(list.size());
        for (const auto& each : list) {
            if (!each.is_number()) fail(std::string(key) + " of self_test is no list of numbers");
            values.push_back(each.get<double>());
        }
        return values;
    }

    SelfTestConfig read_self_test(const json& object) const {
        SelfTestConfig test;
        test.drawing = integer(object, "drawing", 1, 1000);
        test.tolerance = number(object, "tolerance");
        test.scores = scores(object, "scores");
        test.tumour = scores(object, "tumour");
        test.strangeness = scores(object, "strangeness");
        test.config_sha256 = text(object, "config_sha256");
        test.sha256 = text(object, "sha256");
        return test;
    }

    SlidetypeConfig read_ours(const json& object) const {
        SlidetypeConfig ours;
        ours.weights_file = file_name(object, "weights_file");
        ours.weights_sha256 = text(object, "weights_sha256");
        ours.temperature = temperature(object);
        if (object.contains("turns")) ours.turns = turns(object);
        if (object.contains("input")) ours.input = find_input_kind(text(object, "input"));
        if (object.contains("heads")) ours.heads = read_heads(*this, object["heads"]);
        if (object.contains("gate")) ours.gate = read_gate(object["gate"]);
        if (object.contains("familiarity")) ours.familiarity = read_familiarity(object["familiarity"]);
        if (object.contains("domain")) ours.domain = read_domain(object["domain"]);
        if (object.contains("int8")) ours.int8 = read_int8(object["int8"]);
        if (object.contains("call")) ours.call = read_call(object["call"]);
        if (object.contains("self_test")) ours.self_test = read_self_test(object["self_test"]);
        if (object.contains("training")) ours.training = object["training"].dump();
        if (object.contains("good_for")) ours.good_for = good_for(object);
        return ours;
    }
};

ordered_json to_json(const SelfTestConfig& test) {
    ordered_json out = {{"drawing", test.drawing}, {"tolerance", test.tolerance}, {"scores", test.scores}};
    if (!test.tumour.empty()) out["tumour"] = test.tumour;
    if (!test.strangeness.empty()) out["strangeness"] = test.strangeness;
    out["config_sha256"] = test.config_sha256;
    out["sha256"] = test.sha256;
    return out;
}

ordered_json to_json(const Transform& transform) {
    switch (transform.kind) {
        case Transform::Kind::resize:
            return {{"name", "Resize"}, {"arguments", {{"size", transform.size}}}};
        case Transform::Kind::normalize:
            return {{"name", "Normalize"}, {"arguments", {{"mean", transform.mean}, {"std", transform.std}}}};
        case Transform::Kind::to_tensor:
            break;
    }
    return {{"name", "ToTensor"}};
}

}  // namespace

void require_good_for(const std::string& text) {
    try {
        (void)json(text).dump();  // which throws where it is no UTF-8
        if (can_be_good_for(text)) return;
    } catch (const json::exception&) {
        throw Error(ErrorCode::usage, "what a model is good for", "is not UTF-8");
    }
    throw Error(ErrorCode::usage, "what a model is good for",
                "must be one line of at most " + std::to_string(kLongestGoodFor) + " bytes");
}

ModelConfig config_for(const Architecture& architecture, std::string name) {
    ModelConfig config;
    config.name = std::move(name);
    config.architecture = architecture.name;
    config.class_names = {"LUAD", "LUSC"};
    config.patch_size_px = architecture.patch_size_px;
    config.spacing_um_px = architecture.spacing_um_px;
    config.transform = {{Transform::Kind::resize, architecture.patch_size_px, {}, {}}, {}};
    config.slidetype.emplace().call.emplace();
    return config;
}

InputKind input_of(const ModelConfig& config) {
    if (config.slidetype && config.slidetype->input) return *config.slidetype->input;
    return find_architecture(config.architecture).input;
}

ModelConfig parse_config(std::string_view text, const std::string& source) {
    const Reader reader(source);
    try {
        return reader.read(text);
    } catch (const json::exception& error) {
        throw Error(ErrorCode::bad_model, source, std::string("is no valid JSON: ") + error.what());
    }
}

std::string format_config(const ModelConfig& config) {
    ordered_json root = {{"spec_version", "1.0"},
                         {"name", config.name},
                         {"architecture", config.architecture},
                         {"num_classes", config.class_names.size()},
                         {"class_names", config.class_names},
                         {"patch_size_pixels", config.patch_size_px},
                         {"spacing_um_px", config.spacing_um_px},
                         {"transform", ordered_json::array()}};
    for (const auto& transform : config.transform) root["transform"].push_back(to_json(transform));
    if (config.slidetype) {
        const auto& ours = *config.slidetype;
        auto& out = root["slidetype"];
        out = {{"weights_file", ours.weights_file},
               {"weights_sha256", ours.weights_sha256},
               {"temperature", ours.temperature}};
        if (ours.turns != 1) out["turns"] = ours.turns;
        if (ours.input) out["input"] = to_string(*ours.input);
        if (ours.heads) out["heads"] = to_json(*ours.heads);
        if (ours.gate) out["gate"] = {{"temperature", ours.gate->temperature}, {"threshold", ours.gate->threshold}};
        if (ours.familiarity) {
            out["familiarity"] = {{"method", "mahalanobis"},
                                  {"file", ours.familiarity->file},
                                  {"sha256", ours.familiarity->sha256},
                                  {"threshold", ours.familiarity->threshold}};
        }
        if (ours.domain) {
            out["domain"] = {
                {"method", "trait means"},
                {"file", ours.domain->file},
                {"sha256", ours.domain->sha256},
                {"sources", ours.domain->sources},
                {"false_alarms",
                 {{"tried", ours.domain->tried}, {"alarms", ours.domain->alarms}, {"unseen", ours.domain->unseen}}}};
        }
        if (ours.int8) {
            out["int8"] = {
                {"steps", ours.int8->steps}, {"zero", ours.int8->zero}, {"logit_shift", ours.int8->logit_shift}};
            if (ours.gate) out["int8"]["gate_logit_shift"] = ours.int8->gate_logit_shift;
            if (ours.int8->drawn_difference > 0) out["int8"]["drawn_difference"] = ours.int8->drawn_difference;
        }
        if (ours.call) {
            out["call"] = {{"min_area_mm2", ours.call->min_area_mm2},
                           {"min_tumour_share", ours.call->min_tumour_share},
                           {"mixed_region_mm2", ours.call->mixed_region_mm2},
                           {"mixed_share", ours.call->mixed_share},
                           {"mixed_certainty", ours.call->mixed_certainty}};
            if (const auto& vote = ours.call->vote) {
                out["call"]["vote"] = {
                    {"intercept", vote->intercept}, {"slope", vote->slope}, {"border", vote->border}};
            }
        }
        if (ours.self_test) out["self_test"] = to_json(*ours.self_test);
        if (!ours.training.empty()) root["slidetype"]["training"] = ordered_json::parse(ours.training);
        if (!ours.good_for.empty()) root["slidetype"]["good_for"] = ours.good_for;
    }
    return root.dump(2) + "\n";
}

}  // namespace slidetype

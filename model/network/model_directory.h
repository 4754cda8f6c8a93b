#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/network/domain_check.h"
#include "model/network/heads_config.h"
#include "model/network/weights.h"

namespace slidetype {

/// One entry of WSInfer's `transform` list. Only what WSInfer itself knows is accepted.
struct Transform {
    enum class Kind { resize, to_tensor, normalize } kind = Kind::to_tensor;
    int size = 0;                   ///< resize: edge in pixels
    std::vector<double> mean, std;  ///< normalize: per channel
};

/// The tumour gate: P(tumour) = sigmoid(gate logit / temperature); tiles below the threshold do not vote.
struct GateConfig {
    double temperature = 1;
    double threshold = 0.5;
};

/// The guard against what the network has not seen; see familiarity.h.
struct FamiliarityConfig {
    std::string file = "familiarity.safetensors";
    std::string sha256;
    double threshold = 0;  ///< distances above are unfamiliar
};

/// What the model knows of the material that it was made from, for the check of whole slides; see domain_check.h.
struct DomainConfig {
    std::string file = "domain.safetensors";
    std::string sha256;
    std::size_t sources = 0;  ///< slides, patients or source pictures that it was fitted to
    /// Whole sources that were looked at by a fit without them, and how many of these were taken for another material:
    /// its false alarms. `unseen`: sources that the network did not learn from either.
    std::size_t tried = 0, alarms = 0;
    bool unseen = false;
};

/// How a network is computed with 8-bit integers: a value v that enters layer "conv2" or "dense1" is held as the byte
/// round(v / step), and where it enters the first layer, which may see both signs, as round(v / step) + zero. Layers
/// that are not named are computed with floats, as the last one always is.
inline constexpr int kLargestByte = 255;
struct Int8Config {
    std::map<std::string, double> steps;
    int zero = 0;  ///< 0 … kLargestByte
    /// Added to the logits: rounding moves them on average, since what follows is not linear.
    double logit_shift = 0, gate_logit_shift = 0;
    /// How far features lay from those of floats, relative, on the drawn tiles of the self-test, when the steps were
    /// chosen: much where these are unlike the tiles that steps were chosen from. 0: not measured then.
    double drawn_difference = 0;
};

/// What makes the probability of a slide of what its tiles say: sigmoid(intercept + slope × mean P(LUSC) + border ×
/// share of border); see plugin/analysis/slide_vote.h. Fitted to slides of known class that were put together from
/// tiles which the model had not seen (`validate_calls fit`): tiles at borders of tumour and benign tissue lean to one
/// class.
struct VoteCalibration {
    double intercept = 0, slope = 0, border = 0;
};

/// From which evidence on a slide is called; plugin/analysis/slide_call.h says how they are used. The defaults were
/// chosen on slides put together from tiles of folds that the scoring model had not seen (see docs/slide-calls.md).
struct CallThresholds {
    double min_area_mm2 = 0.25;                ///< less tumour is insufficient
    double min_tumour_share = 0.02;            ///< of the familiar tissue; less tumour is insufficient
    double mixed_region_mm2 = 0.25;            ///< a region of one class with less tumour than this is no coherent area
    double mixed_share = 0.15;                 ///< of the tumour that each class must cover coherently: mixed
    double mixed_certainty = 0.75;             ///< a region counts whose own probability of its class is so high
    std::optional<VoteCalibration> vote = {};  ///< absent: the slide's probability is the mean of its tiles
};

/// What the drawn tiles of the self-test must score; see self_test.h. P(second class), and P(tumour) and strangeness
/// where the model has them.
struct SelfTestConfig {
    int drawing = 0;
    double tolerance = 0;
    std::vector<double> scores, tumour, strangeness;
    std::string config_sha256, sha256;
};

/// What is ours in config.json, under the key "slidetype".
struct SlidetypeConfig {
    std::string weights_file = "weights.safetensors";
    std::string weights_sha256;
    std::optional<InputKind> input;                ///< what is done to the pixels; absent: what suits the architecture
    double temperature = 1;                        ///< P(second class) = sigmoid(logit / temperature)
    int turns = 1;                                 ///< positions of a tile that are averaged; see turns.h
    std::optional<HeadsConfig> heads;              ///< absent: the weights are those of a network
    std::optional<GateConfig> gate;                ///< absent: the network has none
    std::optional<FamiliarityConfig> familiarity;  ///< absent: nothing is known of what it has seen
    std::optional<DomainConfig> domain;            ///< absent: it does not know what it was made from
    std::optional<Int8Config> int8;                ///< absent: not calibrated for integers
    std::optional<CallThresholds> call;            ///< absent: the defaults
    std::optional<SelfTestConfig> self_test;       ///< absent: attach_self_test() was not called
    std::string training;                          ///< summary of the training as JSON text, empty where unknown
    /// What the model is good for and what not, a sentence of whoever made it for whoever uses it; empty: not said.
    /// It is of these weights: a model that goes on from this one does not inherit it.
    std::string good_for;
};

/// config.json in WSInfer's schema (spec_version "1.0").
struct ModelConfig {
    std::string name;
    std::string architecture;
    std::vector<std::string> class_names;  ///< at least one, all different
    int patch_size_px = 0;
    double spacing_um_px = 0;
    std::vector<Transform> transform;
    std::optional<SlidetypeConfig> slidetype;  ///< absent in models that others made
};

/// No longer text is taken for SlidetypeConfig::good_for.
inline constexpr std::size_t kLongestGoodFor = 1000;

/// Throws Error(usage) where `text` cannot be a model's good_for: too long, no UTF-8, or more than one line.
void require_good_for(const std::string& text);

/// The configuration of a network of ours before anything is known of its training: LUAD and LUSC, temperature 1.
ModelConfig config_for(const Architecture& architecture, std::string name);

/// What is done to the pixels before the first layer of one of our networks.
InputKind input_of(const ModelConfig& config);

/// A model directory, checked: config.json plus the weights of one of our architectures or of attention heads, or a
/// TorchScript file.
struct ModelDirectory {
    std::filesystem::path path;
    ModelConfig config;
    Weights weights;                    ///< empty for a TorchScript model
    Weights familiarity;                ///< tensors of the familiarity file, empty where there is none
    KnownDomain domain;                 ///< empty where the model does not know
    std::filesystem::path torchscript;  ///< set for a TorchScript model that somebody else made
    std::string sha256;                 ///< of the file that holds the weights
    bool is_torchscript() const { return !torchscript.empty(); }
    /// Attention heads over the features of an encoder, which is opened apart; `weights` are those of the heads.
    bool is_heads() const { return config.slidetype && config.slidetype->heads.has_value(); }
    bool is_network() const { return !is_torchscript() && !is_heads(); }  ///< one of our architectures
};

/// Throws Error(usage) saying what else the model is where it is no network of ours, which alone `what` is for: "cannot
/// be trained further", "stays as it is".
void require_network(const ModelDirectory& model, const std::string& what);

/// Parses config.json; unknown keys are ignored, wrong types and impossible values are not.
/// Throws Error(bad_model) naming `source`.
ModelConfig parse_config(std::string_view json, const std::string& source);
std::string format_config(const ModelConfig& config);

/// Reads and checks a model directory: sizes, shapes, and the SHA-256 that config.json names.
/// Throws Error(not_found | bad_model).
ModelDirectory read_model_directory(const std::filesystem::path& path);

/// Writes a model of attention heads: the tensors, then config.json, whose `slidetype` must say `heads`; fills in the
/// hash. Throws Error(io).
void write_heads_directory(const std::filesystem::path& path, ModelConfig config, const Weights& heads);

/// The same of a head of others, whose TorchScript file is copied; `slidetype.heads` must say its columns.
void write_script_head_directory(const std::filesystem::path& path, ModelConfig config,
                                 const std::filesystem::path& head);

/// Copies the encoder of a model of heads into its folder, which there is, so that the model is whole, where it is a
/// model directory of ours. An encoder of others stays where it is, for its licence may say so. Throws Error(io).
void take_encoder_along(ModelConfig& config, const std::filesystem::path& folder);

/// Writes config.json (last, so that its presence means "complete"), the weights and, where config names it, the
/// familiarity (see familiarity.h); fills in the hashes. What belongs to other weights (int8, self-test, domain, vote
/// of the call) is left out. Throws Error(io | bad_model).
void write_model_directory(const std::filesystem::path& path, ModelConfig config, const Weights& weights,
                           StorageType type, const Weights& familiarity = {});

}  // namespace slidetype

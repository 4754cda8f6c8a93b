#include "model/backends/backend.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "model/backends/encoders.h"
#include "model/backends/network_encoder.h"
#include "model/backends/self_test_tiles.h"
#include "model/onednn/int8_calibration.h"
#include "model/scoring/encoded_classifier.h"
#include "model/scoring/tile_scorer.h"
#include "model/training/torch_module.h"
#ifdef SLIDETYPE_HAVE_ONEDNN
#include "model/heads/head_aggregator.h"
#include "model/onednn/onednn_encoder.h"
#endif

namespace slidetype {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"automatic", "onednn-int8", "onednn", "torch", "cuda"};

#ifndef SLIDETYPE_HAVE_ONEDNN
[[noreturn]] void fail_without_onednn() {
    throw Error(ErrorCode::unsupported, "oneDNN", "slidetype was built without it",
                "Install libdnnl-dev and build again.");
}

std::unique_ptr<Encoder> make_onednn_encoder(const ModelDirectory&, bool) {
    fail_without_onednn();
}

std::unique_ptr<Aggregator> make_heads(const ModelDirectory&) {
    fail_without_onednn();
}
#else
std::unique_ptr<Aggregator> make_heads(const ModelDirectory& model) {
    const auto& ours = *model.config.slidetype;
    const auto source = (model.path / ours.weights_file).string();
    auto heads = heads_from_tensors(model.weights, ours.heads->attention ? Pooling::attention : Pooling::mean, source);
    if (heads.size() != ours.heads->heads || heads.front().shape().inputs != ours.heads->encoder.dimension) {
        throw Error(ErrorCode::bad_model, source, "does not hold the heads that config.json tells of");
    }
    return make_head_aggregator(std::move(heads), ours.temperature, source);
}
#endif

}  // namespace

#ifndef SLIDETYPE_HAVE_ONEDNN
Int8Config calibrate_int8(const ModelDirectory&, std::span<const std::uint8_t>) {
    fail_without_onednn();
}
#endif

std::string_view to_string(Backend backend) {
    return kNames.at(static_cast<std::size_t>(backend));
}

Backend find_backend(std::string_view name) {
    const auto found = std::ranges::find(kNames, name);
    if (found == kNames.end()) throw Error(ErrorCode::usage, std::string(name), "no such backend");
    return static_cast<Backend>(found - kNames.begin());
}

std::vector<std::string> backend_names() {
    return {kNames.begin(), kNames.end()};
}

namespace {

std::vector<std::uint8_t> drawn_tile(const ModelDirectory& model) {
    return self_test_tiles(model.config.patch_size_px, 1);
}

void require_probabilities(const ModelDirectory& model, const std::vector<float>& scores) {
    double sum = 0;
    for (const float p : scores) sum += p;
    const auto classes = model.config.class_names.size();
    const bool possible = std::ranges::all_of(scores, [](float p) { return p >= 0 && p <= 1; });  // not so of NaN
    constexpr double kRounding = 1e-3;
    if (scores.size() != classes || !possible || (classes > 1 && std::abs(sum - 1) > kRounding)) {
        throw Error(
            ErrorCode::bad_model, model.path.string(),
            "gives no probabilities: tried on a drawn tile, what it computes is no number or does not sum to 1");
    }
}

}  // namespace

void try_model(const ModelDirectory& model, Classifier& classifier) {
    require_probabilities(model, classifier.classify(drawn_tile(model), 1).probabilities);
}

std::unique_ptr<Encoder> open_network_encoder(const ModelDirectory& model, Backend backend) {
    switch (backend) {
        case Backend::automatic:
            break;
        case Backend::onednn_int8:
            return make_onednn_encoder(model, true);
        case Backend::onednn:
            return make_onednn_encoder(model, false);
        case Backend::torch:
            return torch_module().open_network(model, Device::cpu);
        case Backend::cuda:
            return torch_module().open_network(model, Device::cuda);
    }
    try {
        return make_onednn_encoder(model, false);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::unsupported) throw;
    }
    return torch_module().open_network(model, Device::cpu);
}

std::unique_ptr<Encoder> open_script_encoder(const ForeignFile& script, Backend backend) {
    if (backend == Backend::onednn || backend == Backend::onednn_int8) {
        throw Error(ErrorCode::unsupported, script.file.string(), "is a TorchScript model, which oneDNN cannot run");
    }
    return torch_module().open_script(script, backend == Backend::cuda ? Device::cuda : Device::cpu);
}

std::unique_ptr<Aggregator> open_heads(const ModelDirectory& model) {
    const auto& ours = *model.config.slidetype;
    if (const auto& columns = ours.heads->columns) {
        return torch_module().open_head(
            {model.path / ours.weights_file, ours.heads->encoder.dimension, *columns, ours.temperature});
    }
    return make_heads(model);
}

OpenModel open_model(const ModelDirectory& model, Backend backend) {
    if (model.is_heads()) {
        auto heads = open_heads(model);
        const auto* aggregator = heads.get();
        return {open_encoder_of(model, backend).encoder, std::move(heads), aggregator};
    }
    if (model.is_network()) {
        auto encoder = open_network_encoder(model, backend);  // first: it tells where the backend cannot run the model
        return {std::move(encoder), make_network_scorer(model, backend == Backend::onednn_int8)};
    }
    const auto& config = model.config;
    constexpr bool kLogits = true;
    OpenModel open;
    open.encoder = open_script_encoder(
        {model.torchscript, config.patch_size_px, config.transform, config.class_names.size(), kLogits}, backend);
    open.scorer = make_logit_scorer(model);
    require_probabilities(model, open.classify(drawn_tile(model), 1).probabilities);
    return open;
}

std::unique_ptr<Classifier> open_classifier(const ModelDirectory& model, Backend backend) {
    auto open = open_model(model, backend);
    return make_encoded_classifier(std::move(open.encoder), std::move(open.scorer));
}

}  // namespace slidetype

#include "model/network/model_directory.h"

#include <algorithm>
#include <future>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/sha256.h"
#include "model/network/familiarity.h"

namespace slidetype {
namespace {

constexpr std::uintmax_t kMaxConfigBytes = 1U << 20;
constexpr std::uintmax_t kMaxWeightsBytes = std::uintmax_t{4} << 30;

constexpr const char* kOtherFile =
    "the file's SHA-256 is not the one that config.json names: the model is damaged or was changed";

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& cause) {
    throw Error(ErrorCode::bad_model, file.string(), cause,
                "Copy or train the model again; `slidetype models list` shows what is installed.");
}

Weights read_tensors(const std::filesystem::path& file, const std::string& sha256) {
    const auto bytes = read_file(file, kMaxWeightsBytes);
    // Hashing takes as long as parsing, and every start of a program waits for both.
    auto parsed = std::async(std::launch::async, [&] { return parse_safetensors(bytes, file.string()); });
    if (sha256_hex(bytes) != sha256) {
        fail(file, kOtherFile);
    }
    return parsed.get();
}

void check_int8(const Int8Config& int8, const ModelConfig& config, const std::filesystem::path& file) {
    auto layers = weighted_layers(find_architecture(config.architecture));
    layers.pop_back();
    for (const auto& [layer, step] : int8.steps) {
        if (std::ranges::find(layers, layer) != layers.end()) continue;
        fail(file, "int8 names " + layer + ", which is no layer that can be computed with integers");
    }
}

void load_own_weights(ModelDirectory& model) {
    const auto& ours = *model.config.slidetype;
    const auto file = model.path / ours.weights_file;
    std::future<Weights> familiarity;
    if (ours.domain) {
        const auto file_of_domain = model.path / ours.domain->file;
        model.domain = domain_of(read_tensors(file_of_domain, ours.domain->sha256), file_of_domain.string());
    }
    if (ours.familiarity) {
        familiarity =
            std::async(std::launch::async, read_tensors, model.path / ours.familiarity->file, ours.familiarity->sha256);
    }
    model.weights = read_tensors(file, ours.weights_sha256);
    model.sha256 = ours.weights_sha256;
    const auto& architecture = find_architecture(model.config.architecture);
    check_weights(model.weights, architecture, file.string());
    if (model.config.patch_size_px != architecture.patch_size_px) {
        fail(model.path / "config.json", "patch_size_pixels is not that of architecture " + architecture.name);
    }
    if (model.config.class_names.size() != 2) fail(model.path / "config.json", "our networks have two classes");
    if (ours.gate && !has_gate(model.weights)) fail(file, "config.json names a gate, but the weights hold none");
    if (ours.int8) check_int8(*ours.int8, model.config, model.path / "config.json");
    if (!ours.familiarity) return;
    model.familiarity = familiarity.get();
    const auto guard = model.path / ours.familiarity->file;
    check_familiarity(model.familiarity, feature_count(architecture), guard.string());
}

}  // namespace

void require_network(const ModelDirectory& model, const std::string& what) {
    if (model.is_network()) return;
    const std::string kind = model.is_heads() ? "is a model of attention heads" : "is a TorchScript model of others";
    throw Error(ErrorCode::usage, model.path.string(), kind + ", which " + what,
                "`slidetype models list` shows the networks that are installed.");
}

ModelDirectory read_model_directory(const std::filesystem::path& path) {
    const auto config_file = path / "config.json";
    if (!std::filesystem::exists(config_file)) {
        throw Error(ErrorCode::not_found, path.string(), "is no model directory: it holds no config.json",
                    "Give the folder that holds config.json, or the name of an installed model.");
    }
    ModelDirectory model;
    model.path = path;
    model.config = parse_config(read_file(config_file, kMaxConfigBytes), config_file.string());
    if (model.is_heads()) {
        model.sha256 = model.config.slidetype->weights_sha256;
        const auto file = path / model.config.slidetype->weights_file;
        if (!model.config.slidetype->heads->columns) {
            model.weights = read_tensors(file, model.sha256);
        } else if (!std::filesystem::exists(file) || sha256_hex_of_file(file) != model.sha256) {
            fail(file, kOtherFile);
        }
        return model;
    }
    if (model.config.slidetype) {
        load_own_weights(model);
        return model;
    }
    model.torchscript = path / "torchscript_model.pt";
    if (!std::filesystem::exists(model.torchscript)) {
        fail(path, "holds neither weights of ours nor torchscript_model.pt");
    }
    model.sha256 = sha256_hex(read_file(model.torchscript, kMaxWeightsBytes));
    return model;
}

void write_heads_directory(const std::filesystem::path& path, ModelConfig config, const Weights& heads) {
    create_folders(path);
    auto& ours = config.slidetype.value();
    ours.self_test.reset();
    ours.weights_file = "heads.safetensors";
    const auto bytes = format_safetensors(heads, StorageType::f32);
    ours.weights_sha256 = sha256_hex(bytes);
    write_file(path / ours.weights_file, bytes);
    write_file(path / "config.json", format_config(config));
}

void write_script_head_directory(const std::filesystem::path& path, ModelConfig config,
                                 const std::filesystem::path& head) {
    create_folders(path);
    auto& ours = config.slidetype.value();
    ours.self_test.reset();
    ours.weights_file = "head.pt";
    const auto bytes = read_file(head, kMaxWeightsBytes);
    ours.weights_sha256 = sha256_hex(bytes);
    write_file(path / ours.weights_file, bytes);
    write_file(path / "config.json", format_config(config));
}

void take_encoder_along(ModelConfig& config, const std::filesystem::path& folder) {
    auto& path = config.slidetype->heads->encoder.path;
    if (path.empty() || !std::filesystem::exists(path / "config.json")) return;
    std::error_code error;
    const auto copy = folder / kEncoderFolder;
    if (!std::filesystem::equivalent(path, copy, error)) {
        std::filesystem::remove_all(copy, error);
        std::filesystem::copy(path, copy, std::filesystem::copy_options::recursive, error);
        if (error) throw Error(ErrorCode::io, copy.string(), "cannot be written: " + error.message());
    }
    path = kEncoderFolder;
}

void write_model_directory(const std::filesystem::path& path, ModelConfig config, const Weights& weights,
                           StorageType type, const Weights& familiarity) {
    create_folders(path);
    check_weights(weights, find_architecture(config.architecture), path.string());
    if (!config.slidetype) config.slidetype.emplace();
    config.slidetype->self_test.reset();  // scores, steps and calibration of other weights
    config.slidetype->int8.reset();
    config.slidetype->domain.reset();
    if (config.slidetype->call) config.slidetype->call->vote.reset();
    const auto bytes = format_safetensors(weights, type);
    config.slidetype->weights_sha256 = sha256_hex(bytes);
    write_file(path / config.slidetype->weights_file, bytes);
    if (auto& guard = config.slidetype->familiarity) {
        const auto guard_bytes = format_safetensors(familiarity, StorageType::f32);
        guard->sha256 = sha256_hex(guard_bytes);
        write_file(path / guard->file, guard_bytes);
    }
    write_file(path / "config.json", format_config(config));
}

}  // namespace slidetype

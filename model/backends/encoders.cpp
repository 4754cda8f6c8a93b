#include "model/backends/encoders.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/sha256.h"
#include "base/words.h"
#include "model/backends/backend_check.h"
#include "model/backends/network_encoder.h"
#include "model/backends/self_test_tiles.h"
#include "model/network/installed_models.h"

namespace slidetype {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLargestEncoderConfig = 1U << 20;
constexpr const char* kEncoderConfig = "encoder.json";
constexpr const char* kConfigHint =
    "encoder.json says name, file, patch_size_pixels, spacing_um_px, dimension, and where they are needed resize, mean "
    "and std.";

std::string lower_extension(const fs::path& file) {
    return in_lower_case(file.extension().string());
}

bool is_named_like_onnx(const fs::path& file) {
    return lower_extension(file) == ".onnx";
}

bool is_named_like_encoder(const fs::path& file) {
    static constexpr std::array<std::string_view, 4> kTorchScript = {".pt", ".pth", ".ts", ".torchscript"};
    return is_named_like_onnx(file) || std::ranges::find(kTorchScript, lower_extension(file)) != kTorchScript.end();
}

/// The encoder in a folder whose encoder.json names none.
fs::path only_encoder_in(const fs::path& folder) {
    std::vector<fs::path> found;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        if (entry.is_regular_file(error) && is_named_like_encoder(entry.path())) found.push_back(entry.path());
    }
    if (found.size() == 1) return found.front();
    throw Error(ErrorCode::bad_model, (folder / kEncoderConfig).string(),
                found.empty() ? "names no file, and there is no TorchScript or ONNX file beside it"
                              : "names no file, and there are several TorchScript or ONNX files beside it",
                "Add \"file\": \"NAME.pt\" or \"NAME.onnx\" to it.");
}

struct FoundEncoder {
    fs::path file, config;
};

/// Nothing where the path stands for no encoder of others.
std::optional<FoundEncoder> find_foreign(const fs::path& path) {
    if (fs::is_directory(path)) {
        const auto config = path / kEncoderConfig;
        if (!fs::exists(config)) return std::nullopt;
        return FoundEncoder{{}, config};
    }
    if (!fs::is_regular_file(path)) return std::nullopt;
    if (!is_named_like_encoder(path)) return std::nullopt;
    for (const auto& config : {fs::path(path).replace_extension(".json"), path.parent_path() / kEncoderConfig}) {
        if (fs::exists(config)) return FoundEncoder{path, config};
    }
    throw Error(ErrorCode::not_found, path.string(),
                "has neither " + fs::path(path).filename().replace_extension(".json").string() +
                    " nor encoder.json beside it, which say what tiles the encoder takes",
                kConfigHint);
}

EncoderConfig read_encoder_config(FoundEncoder& found, const std::string& json) {
    auto config = parse_encoder_config(json, found.config.string());
    if (found.file.empty()) {
        found.file = config.file.empty() ? only_encoder_in(found.config.parent_path())
                                         : found.config.parent_path() / config.file;
    } else if (!config.file.empty() && found.file.filename() != config.file) {
        throw Error(ErrorCode::bad_model, found.config.string(),
                    "is of " + config.file + " and not of " + found.file.filename().string(), kConfigHint);
    }
    if (!fs::is_regular_file(found.file)) {
        throw Error(ErrorCode::not_found, found.file.string(), "is named by encoder.json and is not there");
    }
    return config;
}

void require_expected(const EncoderInfo& info, const EncoderInfo* expected) {
    if (expected == nullptr || is_same_encoder(info, *expected)) return;
    throw Error(ErrorCode::bad_model, info.path.string(),
                "is another encoder than the \"" + expected->name + "\" that the model was trained with",
                "The model needs the very file, with the same settings in encoder.json, that it was trained with.");
}

/// Throws where the encoder is not as encoder.json says, or gives a tile other features in other company: then it was
/// exported as it is while it is trained, when batches are normalised by their own mean.
void try_encoder(OpenEncoder& open) {
    const auto bytes =
        3 * static_cast<std::size_t>(open.info.patch_size_px) * static_cast<std::size_t>(open.info.patch_size_px);
    const auto tiles = self_test_tiles(open.info.patch_size_px);
    const auto alone = open.encoder->encode(std::span(tiles).first(bytes), 1);
    const auto together = open.encoder->encode(std::span(tiles).first(2 * bytes), 2);
    constexpr float kRounding = 0.02F;  // of halves
    float largest = 0, apart = 0;
    for (std::size_t i = 0; i < alone.size(); ++i) {
        largest = std::max(largest, std::abs(alone[i]));
        apart = std::max(apart, std::abs(alone[i] - together[i]));
    }
    if (apart <= kRounding * largest) return;
    throw Error(ErrorCode::bad_model, open.info.path.string(),
                "gives a tile other features when it is computed together with another tile",
                "Export the encoder in evaluation mode (model.eval()).");
}

OpenEncoder open_foreign(FoundEncoder found, Backend backend, const EncoderInfo* expected) {
    const auto json = read_file(found.config, kLargestEncoderConfig);
    const auto config = read_encoder_config(found, json);
    constexpr bool kLogits = false;
    OpenEncoder open;
    open.info = {.name = config.name,
                 .sha256 = encoder_sha256(config, sha256_hex_of_file(found.file)),
                 .patch_size_px = config.patch_size_px,
                 .spacing_um_px = config.spacing_um_px,
                 .dimension = config.dimension,
                 .path = std::filesystem::absolute(found.file)};
    require_expected(open.info, expected);
    ForeignFile file{found.file, config.patch_size_px, config.transform, config.dimension, kLogits};
    open.encoder = is_named_like_onnx(found.file) ? open_onnx_encoder(std::move(file), backend)
                                                  : open_script_encoder(file, backend);
    try_encoder(open);
    open.digest = sha256_hex(open.info.sha256 + "\n" + json + "\n" + open.encoder->description());
    return open;
}

OpenEncoder open_network(const fs::path& path, Backend backend, const EncoderInfo* expected) {
    const auto model = read_model_directory(path);
    if (model.is_heads()) {
        // A model whose encoder is a model of heads would look for it without end.
        if (expected != nullptr) throw Error(ErrorCode::bad_model, path.string(), "is named as an encoder and is none");
        return open_encoder_of(model, backend);
    }
    if (model.is_torchscript()) {
        throw Error(ErrorCode::unsupported, path.string(),
                    "is a model of others that gives probabilities; what it computes before them is not known",
                    std::string("An encoder of others is a TorchScript or ONNX file whose output are features, with "
                                "encoder.json beside it. ") +
                        kConfigHint);
    }
    const auto& config = model.config;
    OpenEncoder open;
    OpenModel network{open_network_encoder(model, backend),
                      make_network_scorer(model, backend == Backend::onednn_int8)};
    require_right_backend(model, backend, network);
    open.encoder = std::move(network.encoder);
    open.info = {.name = config.name,
                 .sha256 = model.sha256,
                 .patch_size_px = config.patch_size_px,
                 .spacing_um_px = config.spacing_um_px,
                 .dimension = open.encoder->dimension(),
                 .path = std::filesystem::absolute(path)};
    require_expected(open.info, expected);
    // The calibration of its scores is in there, too: a new one makes features anew, which is rare and never wrong.
    open.digest = sha256_hex(model.sha256 + "\n" + format_config(config) + open.encoder->description());
    return open;
}

}  // namespace

OpenEncoder open_encoder(const std::string& name_or_path, Backend backend, const EncoderInfo* expected) {
    if (auto found = find_foreign(name_or_path)) return open_foreign(std::move(*found), backend, expected);
    try {
        return open_network(find_model(name_or_path), backend, expected);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::not_found || error.subject() != name_or_path) throw;
        throw Error(
            ErrorCode::not_found, name_or_path, "is neither an installed model nor an encoder",
            error.hint() + " An encoder of others is a folder with encoder.json and a TorchScript or ONNX file.");
    }
}

}  // namespace slidetype

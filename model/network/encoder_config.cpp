// encoder.json:
//   {"name": "uni_v1", "file": "uni.pt", "patch_size_pixels": 224, "spacing_um_px": 0.5, "dimension": 1024,
//    "resize": 224, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
// in which resize, mean and std may be absent, or a list "transform" stand in their place, as config.json has it. Tiles
// are divided by 255 after they were resized, unless that list leaves ToTensor out.
#include "model/network/encoder_config.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/sha256.h"
#include "model/network/checked_json.h"

namespace slidetype {
namespace {

constexpr int kLargestDimension = 1 << 16;
constexpr std::size_t kLongestName = 200;

class EncoderReader : private CheckedJson {
  public:
    using CheckedJson::CheckedJson;

    EncoderConfig read(std::string_view json_text) const {
        const auto root = parse(json_text);
        EncoderConfig config;
        config.name = name(root);
        config.patch_size_px = patch_size(root);
        config.spacing_um_px = spacing(root);
        config.dimension = static_cast<std::size_t>(integer(root, "dimension", 1, kLargestDimension));
        if (root.contains("file")) config.file = file_name(root, "file");
        config.transform = root.contains("transform") ? listed(root) : plain(root);
        return config;
    }

  private:
    std::string name(const nlohmann::json& root) const {
        auto said = text(root, "name");
        const bool one_line = std::ranges::none_of(said, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
        if (said.empty() || said.size() > kLongestName || !one_line) fail("name is not a line of text");
        return said;
    }

    std::vector<Transform> listed(const nlohmann::json& root) const {
        for (const auto* key : {"resize", "mean", "std"}) {
            if (root.contains(key)) fail("transform and " + std::string(key) + " are both given; one says all");
        }
        return transforms(root);
    }

    std::vector<Transform> plain(const nlohmann::json& root) const {
        std::vector<Transform> all;
        if (root.contains("resize")) {
            Transform resize;
            resize.kind = Transform::Kind::resize;
            resize.size = integer(root, "resize", 1, kLargestPatch);
            all.push_back(resize);
        }
        all.emplace_back();
        if (root.contains("mean") || root.contains("std")) all.push_back(normalize(root));
        return all;
    }
};

}  // namespace

std::string encoder_sha256(const EncoderConfig& config, const std::string& file_sha256) {
    nlohmann::json settings = {file_sha256, config.patch_size_px, config.spacing_um_px};
    for (const auto& transform : config.transform) {
        settings.push_back({static_cast<int>(transform.kind), transform.size, transform.mean, transform.std});
    }
    return sha256_hex(settings.dump());
}

EncoderConfig parse_encoder_config(std::string_view json, const std::string& source) {
    const EncoderReader reader(source);
    try {
        return reader.read(json);
    } catch (const nlohmann::json::exception& error) {
        throw Error(ErrorCode::bad_model, source, std::string("is no valid JSON: ") + error.what());
    }
}

}  // namespace slidetype

// In config.json, below "slidetype":
//   "heads": {"count": 5, "pooling": "attention" | "mean",
//             "encoder": {"name": "uni_v1", "sha256": "…", "dimension": 1024, "patch_size_pixels": 224,
//                         "spacing_um_px": 0.5, "path": "/models/uni.pt" | "encoder"}}
#include "model/network/heads_json.h"

#include <string>

namespace slidetype {
namespace {

constexpr int kMostHeads = 100;
constexpr int kMostNumbers = 1 << 16;

}  // namespace

HeadsConfig read_heads(const CheckedJson& reader, const nlohmann::json& object) {
    HeadsConfig heads;
    heads.heads = static_cast<std::size_t>(reader.integer(object, "count", 1, kMostHeads));
    const auto pooling = reader.text(object, "pooling");
    if (pooling != "attention" && pooling != "mean") reader.fail("pooling of heads is neither attention nor mean");
    heads.attention = pooling == "attention";
    const auto& encoder = reader.member(object, "encoder");
    heads.encoder.name = reader.text(encoder, "name");
    heads.encoder.sha256 = reader.text(encoder, "sha256");
    heads.encoder.dimension = static_cast<std::size_t>(reader.integer(encoder, "dimension", 1, kMostNumbers));
    heads.encoder.patch_size_px = reader.patch_size(encoder);
    heads.encoder.spacing_um_px = reader.spacing(encoder);
    heads.encoder.path = reader.text(encoder, "path");
    return heads;
}

nlohmann::ordered_json to_json(const HeadsConfig& heads) {
    return {{"count", heads.heads},
            {"pooling", heads.attention ? "attention" : "mean"},
            {"encoder",
             {{"name", heads.encoder.name},
              {"sha256", heads.encoder.sha256},
              {"dimension", heads.encoder.dimension},
              {"patch_size_pixels", heads.encoder.patch_size_px},
              {"spacing_um_px", heads.encoder.spacing_um_px},
              {"path", heads.encoder.path.string()}}}};
}

}  // namespace slidetype

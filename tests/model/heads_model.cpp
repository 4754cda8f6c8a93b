#include "tests/model/heads_model.h"

#include <vector>

#include "model/heads/attention_head.h"
#include "model/network/architecture.h"
#include "tests/model/tile_pictures.h"

namespace slidetype::testing {

ModelDirectory write_heads_model(const std::filesystem::path& folder, const std::string& encoder_path, unsigned seed) {
    const auto network = write_random_model(folder / kEncoderFolder, "compact", 5);
    ModelConfig config;
    config.name = "made";
    config.architecture = kHeadsArchitecture;
    config.class_names = {"LUAD", "LUSC"};
    config.patch_size_px = network.config.patch_size_px;
    config.spacing_um_px = network.config.spacing_um_px;
    config.transform = {{}};
    auto& heads = config.slidetype.emplace().heads.emplace();
    heads.heads = 2;
    heads.encoder = {.name = network.config.name,
                     .sha256 = network.sha256,
                     .patch_size_px = network.config.patch_size_px,
                     .spacing_um_px = network.config.spacing_um_px,
                     .dimension = feature_count(find_architecture("compact")),
                     .path = encoder_path};
    const HeadShape shape{heads.encoder.dimension, 16, 8, Pooling::attention};
    write_heads_directory(folder, config,
                          heads_to_tensors(std::vector{fresh_head(shape, seed), fresh_head(shape, seed + 1)}));
    return read_model_directory(folder);
}

}  // namespace slidetype::testing

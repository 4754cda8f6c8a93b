#include "plugin/analysis/slide_features.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.h"
#include "tiler/tiles/tile_reader.h"

namespace slidetype {

SlidePlan plan_slide_for(const EncoderInfo& encoder, const std::filesystem::path& slide, const AnalyseOptions& options,
                         const AnalyseCallbacks& callbacks) {
    ModelConfig tiles;  // of which a plan is made from these alone
    tiles.patch_size_px = encoder.patch_size_px;
    tiles.spacing_um_px = encoder.spacing_um_px;
    return plan_slide(tiles, slide, options, callbacks);
}

PipelineRun encode_slide(const SlidePlan& plan, Encoder& encoder, const FeatureSink& sink,
                         const PipelineControl& control) {
    std::size_t encoded = 0;
    const auto encode = [&](const BlockPixels& pixels) -> InTurn {
        auto features = encoder.encode(pixels.pixels, pixels.tiles.size());
        return [&sink, &encoded, tiles = pixels.tiles, features = std::move(features)] {
            encoded += tiles.size();
            sink(tiles, features);
        };
    };
    auto run = run_blocks(make_blocks(plan.grid), TileReader(*plan.slide, plan.grid), encode, control);
    const auto path = plan.slide->path().string();
    if (run.stopped) throw Error(ErrorCode::cancelled, path, "stopped on request");
    if (encoded == 0 && !run.failures.empty()) {
        throw Error(ErrorCode::corrupt, path,
                    fmt::format("none of its {} tissue tiles can be read: {}", run.failures.size(),
                                run.failures.begin()->second),
                    "The file is damaged or was copied incompletely; copy it again.");
    }
    return run;
}

}  // namespace slidetype

// STAMP's: places in micrometres. Files before its version 2.1 call the tile's size tile_size; the first ones, without
// a unit, count pixels of a size that they do not tell.
#include <algorithm>

#include "model/feature_files/feature_layout.h"

namespace slidetype {
namespace {

// STAMP refuses files of a version later than its own; this is the first whose readers look for tile_size_um.
constexpr const char* kStampVersion = "2.1.0";
constexpr std::size_t kStampChunkBytes = std::size_t{256} << 10;

bool has_feats(const Hdf5File&) {
    return true;
}

BagOrigin stamp_origin(const Hdf5File& file) {
    BagOrigin origin;
    origin.encoder = said_text(file, "", "extractor");
    const bool micrometres = said_text(file, "", "unit") == "um";
    origin.tile_um = said_length(file, "", "tile_size_um");
    if (!origin.tile_um && micrometres) origin.tile_um = said_length(file, "", "tile_size");
    origin.patch_size_px = said_pixels(file, "", "tile_size_px");
    if (origin.tile_um && origin.patch_size_px) origin.spacing_um_px = *origin.tile_um / *origin.patch_size_px;
    origin.unit = micrometres || origin.tile_um ? PlaceUnit::micrometres : PlaceUnit::unknown;
    return origin;
}

FeaturePlan stamp_plan(FeatureNumbers, std::size_t dimension, const BagOrigin& origin) {
    if (!origin.level0_spacing_um_px) {
        throw Error(ErrorCode::usage, origin.slide,
                    "cannot be written in STAMP's layout: its places are micrometres, "
                    "and the size of a pixel is not known",
                    "Give the size of a pixel, or choose another layout.");
    }
    FeaturePlan plan;
    plan.features = kHdf5Half;
    plan.places = kHdf5Single;
    plan.place_scale = *origin.level0_spacing_um_px;
    plan.chunk_rows = std::max<std::size_t>(1, kStampChunkBytes / (dimension * plan.features.bytes));
    plan.attributes = {{"", "stamp_version", kStampVersion},
                       {"", "extractor", origin.encoder},
                       {"", "unit", "um"},
                       {"", "code_hash", "slidetype"},
                       {"", "feat_type", "tile"}};
    auto tile_um = origin.tile_um;
    if (!tile_um && origin.tile_level0_px) tile_um = *origin.tile_level0_px * plan.place_scale;
    if (tile_um) plan.attributes.push_back({"", "tile_size_um", *tile_um});
    if (origin.patch_size_px) plan.attributes.push_back({"", "tile_size_px", std::int64_t{*origin.patch_size_px}});
    return plan;
}

}  // namespace

const HeldLayout kStampLayout = {FeatureLayout::stamp, "feats", has_feats, stamp_origin, stamp_plan};

}  // namespace slidetype

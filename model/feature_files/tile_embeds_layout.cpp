// What Prov-GigaPath and TRUECAM write. Read only; what its places count is not said.
#include "model/feature_files/feature_layout.h"

namespace slidetype {
namespace {

bool has_tile_embeds(const Hdf5File&) {
    return true;
}

BagOrigin tile_embeds_origin(const Hdf5File&) {
    return {};
}

}  // namespace

const HeldLayout kTileEmbedsLayout = {std::nullopt, "tile_embeds", has_tile_embeds, tile_embeds_origin, nullptr};

}  // namespace slidetype

// CLAM's h5_files: no attributes at all. Its readers expect floats, so halves are written as floats of the same
// numbers.
#include "model/feature_files/feature_layout.h"

namespace slidetype {
namespace {

constexpr std::size_t kClamChunkRows = 32;

bool has_plain_features(const Hdf5File&) {
    return true;
}

/// Places are level-0 pixels in all that writes this layout. Where they are no whole numbers it was something else.
BagOrigin clam_origin(const Hdf5File& file) {
    BagOrigin origin;
    const auto places = file.number(kPlacesDataset);
    origin.unit = places && !places->floating ? PlaceUnit::level0_px : PlaceUnit::unknown;
    return origin;
}

FeaturePlan clam_plan(FeatureNumbers, std::size_t, const BagOrigin&) {
    FeaturePlan plan;
    plan.features = kHdf5Single;
    plan.places = kHdf5Int32;
    plan.chunk_rows = kClamChunkRows;
    return plan;
}

}  // namespace

const HeldLayout kClamLayout = {FeatureLayout::clam, "features", has_plain_features, clam_origin, clam_plan};

}  // namespace slidetype

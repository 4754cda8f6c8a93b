// Our own layout: root attributes say all that is known, those that are not known are absent.
#include <algorithm>

#include "model/feature_files/feature_layout.h"

namespace slidetype {
namespace {

constexpr const char* kVersionAttribute = "slidetype_features";
constexpr std::int64_t kOwnVersion = 1;
constexpr std::size_t kOwnChunkBytes = std::size_t{256} << 10;

bool is_own(const Hdf5File& file) {
    const auto version = said_length(file, "", kVersionAttribute);
    if (version && *version > static_cast<double>(kOwnVersion)) {
        throw Error(ErrorCode::bad_data, file.source(), "was written by a newer slidetype",
                    "Install that version, or make the features anew.");
    }
    return version.has_value();
}

BagOrigin own_origin(const Hdf5File& file) {
    BagOrigin origin;
    origin.slide = said_text(file, "", "slide");
    origin.encoder = said_text(file, "", "encoder");
    origin.encoder_sha256 = said_text(file, "", "encoder_sha256");
    origin.tile_level0_px = said_length(file, "", "tile_level0_px");
    origin.tile_um = said_length(file, "", "tile_um");
    origin.patch_size_px = said_pixels(file, "", "patch_size_px");
    origin.spacing_um_px = said_length(file, "", "spacing_um_px");
    origin.level0_spacing_um_px = said_length(file, "", "level0_spacing_um_px");
    origin.overlap_px = said_length(file, "", "overlap_px");
    origin.unit = PlaceUnit::level0_px;
    return origin;
}

FeaturePlan own_plan(FeatureNumbers numbers, std::size_t dimension, const BagOrigin& origin) {
    FeaturePlan plan;
    plan.features = numbers == FeatureNumbers::half ? kHdf5Half : kHdf5Single;
    plan.places = kHdf5Int64;
    plan.chunk_rows = std::max<std::size_t>(1, kOwnChunkBytes / (dimension * plan.features.bytes));
    auto& attributes = plan.attributes;
    attributes.push_back({"", kVersionAttribute, kOwnVersion});
    const auto say_text = [&](const char* name, const std::string& text) {
        if (!text.empty()) attributes.push_back({"", name, text});
    };
    const auto say = [&](const char* name, std::optional<double> number) {
        if (number) attributes.push_back({"", name, *number});
    };
    say_text("slide", origin.slide);
    say_text("encoder", origin.encoder);
    say_text("encoder_sha256", origin.encoder_sha256);
    say("tile_level0_px", origin.tile_level0_px);
    say("tile_um", origin.tile_um);
    if (origin.patch_size_px) attributes.push_back({"", "patch_size_px", std::int64_t{*origin.patch_size_px}});
    say("spacing_um_px", origin.spacing_um_px);
    say("level0_spacing_um_px", origin.level0_spacing_um_px);
    say("overlap_px", origin.overlap_px);
    return plan;
}

}  // namespace

const HeldLayout kSlidetypeLayout = {FeatureLayout::slidetype, "features", is_own, own_origin, own_plan};

}  // namespace slidetype

// TRIDENT's folders features_<encoder>: attributes on both datasets, `None` as a text where something is not known.
// Magnifications are nominal there: 10 / (µm per pixel). Readers feed features to networks as they come, so they are
// floats, whatever their numbers are.
#include "model/feature_files/feature_layout.h"

namespace slidetype {
namespace {

constexpr double kMagnification = 10;  // times µm per pixel
constexpr std::size_t kTridentChunkRows = 32;
constexpr const char* kNone = "None";

bool is_trident(const Hdf5File& file) {
    const auto said = [&](const char* object, const char* name) {
        return file.contains(object) && !std::holds_alternative<std::monostate>(file.value(object, name));
    };
    return said("features", "encoder") || said(kPlacesDataset, "patch_size_level0");
}

std::optional<double> inverse(std::optional<double> number) {
    return number && *number > 0 ? std::optional(kMagnification / *number) : std::nullopt;
}

BagOrigin trident_origin(const Hdf5File& file) {
    const std::string places = kPlacesDataset;
    BagOrigin origin;
    origin.slide = said_text(file, "features", "name");
    if (origin.slide.empty()) origin.slide = said_text(file, places, "name");
    origin.encoder = said_text(file, "features", "encoder");
    origin.tile_level0_px = said_length(file, places, "patch_size_level0");
    origin.patch_size_px = said_pixels(file, places, "patch_size");
    origin.spacing_um_px = inverse(said_length(file, places, "target_magnification"));
    origin.level0_spacing_um_px = inverse(said_length(file, places, "level0_magnification"));
    origin.overlap_px = said_length(file, places, "overlap");
    if (origin.patch_size_px && origin.spacing_um_px) origin.tile_um = *origin.patch_size_px * *origin.spacing_um_px;
    origin.unit = PlaceUnit::level0_px;
    return origin;
}

FeaturePlan trident_plan(FeatureNumbers, std::size_t, const BagOrigin& origin) {
    const auto number = [](std::optional<double> said) {
        return said ? whole_if_it_is(*said) : Hdf5Writer::Value(std::string(kNone));
    };
    const auto text = [](const std::string& said) { return Hdf5Writer::Value(said.empty() ? kNone : said); };
    const std::string places = kPlacesDataset;
    FeaturePlan plan;
    plan.features = kHdf5Single;
    plan.places = kHdf5Int64;
    plan.chunk_rows = kTridentChunkRows;
    plan.attributes = {
        {"features", "name", text(origin.slide)},
        {"features", "savetodir", text("")},
        {"features", "encoder", text(origin.encoder)},
        {places, "patch_size", number(origin.patch_size_px)},
        {places, "patch_size_level0", number(origin.tile_level0_px)},
        {places, "level0_magnification", number(inverse(origin.level0_spacing_um_px))},
        {places, "target_magnification", number(inverse(origin.spacing_um_px))},
        {places, "overlap", number(origin.overlap_px)},
        {places, "name", text(origin.slide)},
        {places, "savetodir", text("")},
        {places, "level0_width", text("")},
        {places, "level0_height", text("")},
    };
    return plan;
}

}  // namespace

const HeldLayout kTridentLayout = {FeatureLayout::trident, "features", is_trident, trident_origin, trident_plan};

}  // namespace slidetype

#include "plugin/pictures/field_scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.h"

namespace slidetype {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"field_option", "spacing_option", "file", "assumed"};
/// A picture of a smaller share of the model's field is magnified so much that it is told.
constexpr double kSmallShare = 0.5;
constexpr double kRounding = 1e-9;

}  // namespace

std::string_view to_string(ScaleSource source) {
    return kNames.at(static_cast<std::size_t>(source));
}

ScaleSource find_scale_source(std::string_view name) {
    const auto found = std::ranges::find(kNames, name);
    if (found == kNames.end()) throw Error(ErrorCode::bad_data, std::string(name), "is no source of a scale");
    return static_cast<ScaleSource>(found - kNames.begin());
}

double field_of(const ModelConfig& model) {
    return model.patch_size_px * model.spacing_um_px;
}

FieldScale scale_of(int width, int height, const ModelConfig& model, const ScaleOptions& options,
                    std::optional<double> file_um_px) {
    const double longer = std::max(width, height);
    const double field = field_of(model);
    FieldScale scale;
    if (options.field_um) {
        scale = {*options.field_um / longer, ScaleSource::field_option};
    } else if (options.spacing_um_px) {
        scale = {*options.spacing_um_px, ScaleSource::spacing_option};
    } else if (file_um_px) {
        scale = {*file_um_px, ScaleSource::file};
    } else if (longer <= kMostPixelsOfOneField) {
        return {field / longer, ScaleSource::assumed};
    } else {
        scale = {kAssumedSpacing, ScaleSource::assumed};
    }
    scale.cut = longer * scale.spacing_um_px > kMostFieldsWhole * field * (1 + kRounding);
    if (scale.cut) scale.tile_edge_px = field / scale.spacing_um_px;
    return scale;
}

std::string scale_note(int width, int height, const ModelConfig& model, const FieldScale& scale) {
    const double longer_um = std::max(width, height) * scale.spacing_um_px;
    if (!scale.cut) {
        if (scale.source == ScaleSource::assumed || longer_um >= kSmallShare * field_of(model)) return {};
        return fmt::format("It shows {:.0f} µm, the pictures of the model {:.0f} µm: it was magnified to be scored.",
                           longer_um, field_of(model));
    }
    std::string note = fmt::format("Larger than a field of the model ({:.0f} µm): scored in tiles of {:.0f} pixels.",
                                   field_of(model), scale.tile_edge_px);
    if (scale.source == ScaleSource::assumed) {
        note += fmt::format(
            " Nothing says how large the field is, so {:g} µm per pixel was assumed; give --field-um or --spacing.",
            scale.spacing_um_px);
    }
    return note;
}

}  // namespace slidetype

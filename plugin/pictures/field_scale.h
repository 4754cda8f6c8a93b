#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/network/model_directory.h"

namespace slidetype {

/// Where it is known from how large the field is that a picture shows. The name goes into scores.csv.
enum class ScaleSource {
    field_option,    ///< the user said how wide the field is
    spacing_option,  ///< the user said what a pixel spans
    file,            ///< the file says what a pixel spans
    assumed,         ///< nobody says: see scale_of()
};
std::string_view to_string(ScaleSource source);
/// Throws Error(bad_data) for another name.
ScaleSource find_scale_source(std::string_view name);

/// What the user says of the scale of a picture; both are absent where nothing is said. `field_um` counts first.
struct ScaleOptions {
    std::optional<double> field_um = {};       ///< along the longer edge, so that turning a picture changes nothing
    std::optional<double> spacing_um_px = {};  ///< of a pixel
};

/// How large the field of a picture is, and what follows from it.
struct FieldScale {
    double spacing_um_px = 0;
    ScaleSource source = ScaleSource::assumed;
    bool cut = false;         ///< it is cut into tiles at the model's spacing; else it is scored whole
    double tile_edge_px = 0;  ///< where it is cut: of the picture's pixels
};

/// A picture without a scale and with at most so many pixels along its longer edge is taken for one field of the model,
/// as `evaluate` and `train` take it.
inline constexpr int kMostPixelsOfOneField = 1024;
/// A larger one is taken to have this spacing: that of scanners at 40x and of common cameras on a 40x objective. 1024
/// pixels are then about twice the field of 128 µm that the shipped models were made for.
inline constexpr double kAssumedSpacing = 0.25;
/// A picture is scored whole up to so many times the model's field along its longer edge.
inline constexpr double kMostFieldsWhole = 2;

/// The edge of a model's tile in µm.
double field_of(const ModelConfig& model);

/// Decides how large a picture's field is, and whether it is cut. `file_um_px`: what its file says of a pixel, absent
/// where it says nothing plausible.
FieldScale scale_of(int width, int height, const ModelConfig& model, const ScaleOptions& options,
                    std::optional<double> file_um_px = {});

/// What to tell of this scale beside the picture's scores, in sentences; empty where there is nothing to tell.
std::string scale_note(int width, int height, const ModelConfig& model, const FieldScale& scale);

}  // namespace slidetype

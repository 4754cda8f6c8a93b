#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace slidetype {

/// Where a spacing came from, best first (the order in which `resolve_spacing` looks).
enum class SpacingSource { user, slide_mpp, objective_power, tiff_resolution };
std::string_view to_string(SpacingSource source);

/// µm per level-0 pixel along x and y.
struct Spacing {
    double x_um_px = 0, y_um_px = 0;
    SpacingSource source = SpacingSource::slide_mpp;
    /// True where the figure is a guess: 10 / objective power.
    bool is_estimate() const { return source == SpacingSource::objective_power; }
};

/// Spacings outside this window are refused: no light microscope makes finer pixels, no tumour is read from coarser.
inline constexpr double kMinSpacingUmPx = 0.05, kMaxSpacingUmPx = 5.0;

/// Looks a property up by its OpenSlide name, nothing where the slide lacks it.
using PropertyLookup = std::function<std::optional<std::string>(std::string_view)>;

/// The level-0 spacing: `user` if given; else openslide.mpp-x/-y; else 10 / openslide.objective-power (an estimate);
/// else the TIFF resolution tags when plausible. Axes may differ and stay apart; a lone mpp stands for both. What is no
/// number counts as absent. `file` is only for messages.
/// Throws Error(no_spacing) with how to give one, or Error(bad_spacing) where the one found is outside the window.
Spacing resolve_spacing(const PropertyLookup& property, std::optional<double> user_um_px, const std::string& file);

}  // namespace slidetype

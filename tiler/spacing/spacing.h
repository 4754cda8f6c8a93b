#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slidetype {

/// Where a spacing came from, best first (the order in which `resolve_spacing` looks).
enum class SpacingSource {
    user,
    slide_mpp,
    vendor,
    ome_xml,
    imagej,
    objective_power,
    tiff_resolution,
    picture_resolution
};
std::string_view to_string(SpacingSource source);

/// µm per level-0 pixel along x and y.
struct Spacing {
    double x_um_px = 0, y_um_px = 0;
    SpacingSource source = SpacingSource::slide_mpp;
    std::string place{};                      ///< such as "aperio.AppMag"; empty where the user gave the figure
    std::vector<std::string> not_believed{};  ///< what better places said, and why it was not taken
    /// True where the figure is a guess: 10 / objective power.
    bool is_estimate() const { return source == SpacingSource::objective_power; }
};

/// Spacings outside this window are not believed: no light microscope makes finer pixels, no tumour is read from
/// coarser.
inline constexpr double kMinSpacingUmPx = 0.05, kMaxSpacingUmPx = 5.0;

/// Looks a property up by its OpenSlide name, nothing where the slide lacks it.
using PropertyLookup = std::function<std::optional<std::string>(std::string_view)>;

/// What one place says of the pixel size.
struct SpacingFinding {
    SpacingSource source = SpacingSource::slide_mpp;
    std::string place;             ///< such as "openslide.mpp-x"
    std::string said;              ///< safe to show, such as "250"
    std::optional<Spacing> value;  ///< nothing where it is not believed
    std::string why_not;           ///< such as "0 stands for unknown"
};

/// All places that say something, best first: spacing_places.cpp has the list. `property` must also give what is
/// withheld from users (tiff.ImageDescription), of which nothing but numbers and units comes out again.
std::vector<SpacingFinding> find_spacings(const PropertyLookup& property);

/// The level-0 spacing: `user` if given; else that of the first place that is believed. Axes may differ and stay apart;
/// a lone axis stands for both. `file` is only for messages. Throws Error(bad_spacing) where the user's is outside the
/// window or none of those found is believed, telling what each place said and why it was not, and Error(no_spacing)
/// where no place says anything; both with how to give one (`hint`; empty: as for every slide).
Spacing resolve_spacing(const std::vector<SpacingFinding>& findings, std::optional<double> user_um_px,
                        const std::string& file, const std::string& hint = {});

}  // namespace slidetype

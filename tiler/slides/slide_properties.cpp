#include "tiler/slides/slide_properties.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <system_error>

namespace slidetype {
namespace {

constexpr std::array<std::string_view, 36> kAllowed = {
    "aperio.AppMag",
    "aperio.MPP",
    "hamamatsu.Product",
    "hamamatsu.SourceLens",
    "leica.aperture",
    "leica.device-model",
    "leica.illumination-source",
    "leica.objective",
    "mirax.GENERAL.OBJECTIVE_MAGNIFICATION",
    "mirax.GENERAL.OBJECTIVE_NAME",
    "mirax.LAYER_0_LEVEL_0_SECTION.MICROMETER_PER_PIXEL_X",
    "mirax.LAYER_0_LEVEL_0_SECTION.MICROMETER_PER_PIXEL_Y",
    "openslide.background-color",
    "openslide.bounds-height",
    "openslide.bounds-width",
    "openslide.bounds-x",
    "openslide.bounds-y",
    "openslide.level-count",
    "openslide.mpp-x",
    "openslide.mpp-y",
    "openslide.objective-power",
    "openslide.quickhash-1",
    "openslide.vendor",
    "philips.DICOM_MANUFACTURER",
    "philips.DICOM_PIXEL_SPACING",
    "sakura.NominalLensMagnification",
    "sakura.ResolutionMmPerPix",
    "tiff.Make",
    "tiff.Model",
    "tiff.ResolutionUnit",
    "tiff.XResolution",
    "tiff.YResolution",
    "trestle.Objective Power",
    "ventana.Magnification",
    "ventana.ScanRes",
    "ventana.ScannerModel",
};

/// openslide.level[N].width, height, downsample, tile-width, tile-height.
bool is_level_property(std::string_view name) {
    constexpr std::string_view prefix = "openslide.level[";
    if (!name.starts_with(prefix)) return false;
    const auto close = name.find(']');
    if (close == std::string_view::npos) return false;
    const auto member = name.substr(close + 1);
    return member == ".width" || member == ".height" || member == ".downsample" || member == ".tile-width" ||
           member == ".tile-height";
}

}  // namespace

bool may_show_property(std::string_view name, std::string_view value) {
    constexpr std::size_t longest = 80;
    const bool printable = std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
    if (value.size() > longest || !printable) return false;
    return std::binary_search(kAllowed.begin(), kAllowed.end(), name) || is_level_property(name);
}

std::optional<Rect> bounds_from(const PropertyLookup& property, std::int64_t width, std::int64_t height) {
    std::array<std::int64_t, 4> values{};
    constexpr std::array names = {"openslide.bounds-x", "openslide.bounds-y", "openslide.bounds-width",
                                  "openslide.bounds-height"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto text = property(names[i]);
        if (!text) return std::nullopt;
        const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), values[i]);
        if (error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
    }
    const auto [x, y, w, h] = values;
    if (x < 0 || y < 0 || w <= 0 || h <= 0 || x >= width || y >= height || w > width - x || h > height - y)
        return std::nullopt;
    return Rect{x, y, w, h};
}

}  // namespace slidetype

#include "tiler/spacing.h"

#include <charconv>
#include <cmath>
#include <system_error>

#include "base/error.h"

namespace slidetype {
namespace {

constexpr double kUmPerInch = 25400, kUmPerCentimeter = 10000;

/// The whole text (but for blanks around it) as a finite number, the same in every locale.
std::optional<double> number(const std::optional<std::string>& text) {
    if (!text) return std::nullopt;
    constexpr std::string_view blanks = " \t\r\n";
    const auto begin = text->find_first_not_of(blanks);
    if (begin == std::string::npos) return std::nullopt;
    const char* first = text->data() + begin;
    const char* last = text->data() + text->find_last_not_of(blanks) + 1;
    double value = 0;
    const auto [end, error] = std::from_chars(first, last, value);
    if (error != std::errc{} || end != last || !std::isfinite(value)) return std::nullopt;
    return value;
}

bool plausible(double um_px) {
    return um_px >= kMinSpacingUmPx && um_px <= kMaxSpacingUmPx;
}

/// As few digits as tell the value, with a point in every locale.
std::string digits(double value) {
    char text[32];
    const auto [end, error] = std::to_chars(text, text + sizeof text, value, std::chars_format::general, 6);
    return error == std::errc{} ? std::string(text, end) : std::string("?");
}

constexpr std::string_view kHowToGive =
    "Give the pixel size yourself: `--spacing 0.25` for a slide scanned at 40x, `--spacing 0.5` for 20x.";

/// Both axes where both are known; a lone axis stands for both, since pixels that are not square are rare and come
/// with both figures.
std::optional<Spacing> both_axes(std::optional<double> x, std::optional<double> y, SpacingSource source) {
    if (!x && !y) return std::nullopt;
    return Spacing{x.value_or(y.value_or(0)), y.value_or(x.value_or(0)), source};
}

std::optional<Spacing> from_objective(const PropertyLookup& property) {
    const auto power = number(property("openslide.objective-power"));
    if (!power) return std::nullopt;
    return Spacing{10 / *power, 10 / *power, SpacingSource::objective_power};
}

/// Only where plausible: many programs write 72 dpi, or 1 pixel per unit, without meaning it.
std::optional<Spacing> from_tiff(const PropertyLookup& property) {
    const auto unit = property("tiff.ResolutionUnit");
    const auto x = number(property("tiff.XResolution")), y = number(property("tiff.YResolution"));
    const double um = unit == "inch" ? kUmPerInch : unit == "centimeter" ? kUmPerCentimeter : 0;
    if (!x || !y || um == 0) return std::nullopt;
    const Spacing found{um / *x, um / *y, SpacingSource::tiff_resolution};
    if (!plausible(found.x_um_px) || !plausible(found.y_um_px)) return std::nullopt;
    return found;
}

std::string_view origin(SpacingSource source) {
    switch (source) {
        case SpacingSource::user:
            return "as given";
        case SpacingSource::slide_mpp:
            return "as the slide states";
        case SpacingSource::objective_power:
            return "estimated from the objective power that the slide states";
        case SpacingSource::tiff_resolution:
            return "from the TIFF resolution tags";
    }
    return "";
}

Spacing checked(const Spacing& found, const std::string& file) {
    if (plausible(found.x_um_px) && plausible(found.y_um_px)) return found;
    throw Error(ErrorCode::bad_spacing, file,
                "a pixel size of " + digits(found.x_um_px) + " x " + digits(found.y_um_px) + " um, " +
                    std::string(origin(found.source)) + ", cannot be right: it must be between " +
                    digits(kMinSpacingUmPx) + " and " + digits(kMaxSpacingUmPx) + " um per pixel",
                std::string(kHowToGive));
}

}  // namespace

std::string_view to_string(SpacingSource source) {
    switch (source) {
        case SpacingSource::user:
            return "user";
        case SpacingSource::slide_mpp:
            return "slide_mpp";
        case SpacingSource::objective_power:
            return "objective_power";
        case SpacingSource::tiff_resolution:
            return "tiff_resolution";
    }
    return "";
}

Spacing resolve_spacing(const PropertyLookup& property, std::optional<double> user_um_px, const std::string& file) {
    if (user_um_px) return checked({*user_um_px, *user_um_px, SpacingSource::user}, file);
    const auto mpp =
        both_axes(number(property("openslide.mpp-x")), number(property("openslide.mpp-y")), SpacingSource::slide_mpp);
    if (mpp) return checked(*mpp, file);
    if (const auto found = from_objective(property)) return checked(*found, file);
    if (const auto found = from_tiff(property)) return checked(*found, file);
    throw Error(ErrorCode::no_spacing, file,
                "the slide does not say how large its pixels are: neither a pixel size nor the scanning objective is "
                "stored in the file, so the magnification is unknown",
                std::string(kHowToGive));
}

}  // namespace slidetype

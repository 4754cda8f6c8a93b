#include "tiler/spacing/picture_spacing.h"

#include <optional>
#include <string_view>

#include "tiler/spacing/spacing_text.h"

namespace slidetype {
namespace {

std::string name_of_unit(double um) {
    return um == kUmPerInch ? "inch" : um == 1e4 ? "cm" : um == 1e6 ? "m" : "";
}

SpacingFinding judged(const PictureResolution& resolution) {
    SpacingFinding finding{SpacingSource::picture_resolution, resolution.place, {}, {}, {}};
    if (resolution.unit_um == 0) {
        finding.why_not = "has no unit";
        return finding;
    }
    finding.said = digits(resolution.x) + (resolution.y == resolution.x ? "" : " x " + digits(resolution.y)) +
                   " pixels per " + name_of_unit(resolution.unit_um);
    // A lone axis stands for both.
    const double across = resolution.x > 0 ? resolution.x : resolution.y;
    const double down = resolution.y > 0 ? resolution.y : resolution.x;
    const Spacing spacing{resolution.unit_um / across, resolution.unit_um / down, finding.source, finding.place};
    finding.why_not = fault_of_size(spacing.x_um_px, spacing.y_um_px);
    if (finding.why_not.empty()) finding.value = spacing;
    return finding;
}

/// As OpenSlide would tell it of a TIFF, so that what stands there is read by the rules of slides.
std::optional<std::string> property_of(const PictureFacts& facts, std::string_view name) {
    if (name == "tiff.ImageDescription" && !facts.description.empty()) return facts.description;
    if (name == "openslide.level[0].width") return std::to_string(facts.width);
    if (name == "openslide.level[0].height") return std::to_string(facts.height);
    if (facts.resolutions.empty()) return std::nullopt;
    const auto& resolution = facts.resolutions.front();
    if (name == "tiff.XResolution") return digits(resolution.x);
    if (name == "tiff.YResolution") return digits(resolution.y);
    if (name == "tiff.ResolutionUnit" && resolution.unit_um > 0) return name_of_unit(resolution.unit_um);
    return std::nullopt;
}

}  // namespace

std::vector<SpacingFinding> find_spacings(const PictureFacts& facts) {
    if (facts.format == PictureFormat::tiff)
        return find_spacings([&](std::string_view name) { return property_of(facts, name); });
    std::vector<SpacingFinding> findings;
    for (const auto& resolution : facts.resolutions) findings.push_back(judged(resolution));
    return findings;
}

std::string how_to_give_spacing_of_picture() {
    return "Give the pixel size yourself with --spacing: the width of what the picture shows in µm, divided by its "
           "width "
           "in pixels; often about 0.25 for a camera on a 40x objective, 0.5 on 20x, 1 on 10x.";
}

}  // namespace slidetype

#include "tiler/spacing/spacing.h"

#include "base/error.h"
#include "tiler/spacing/spacing_text.h"

namespace slidetype {
namespace {

constexpr std::string_view kHowToGive =
    "Give the pixel size yourself: `--spacing 0.25` for a slide scanned at 40x, `--spacing 0.5` for 20x.";

std::string sentence(const SpacingFinding& finding) {
    return finding.place + (finding.said.empty() ? "" : " = " + finding.said) + " (" + finding.why_not + ")";
}

[[noreturn]] void fail(const std::vector<SpacingFinding>& findings, const std::string& file, const std::string& hint) {
    if (findings.empty()) {
        throw Error(ErrorCode::no_spacing, file,
                    "the slide does not say how large its pixels are: neither a pixel size nor the scanning objective "
                    "is stored in the file, so the magnification is unknown",
                    hint);
    }
    std::string said;
    for (const auto& finding : findings) said += (said.empty() ? "" : "; ") + sentence(finding);
    throw Error(
        ErrorCode::bad_spacing, file,
        "the slide does not say believably how large its pixels are, so the magnification is unknown. Found: " + said,
        hint);
}

}  // namespace

std::string_view to_string(SpacingSource source) {
    switch (source) {
        case SpacingSource::user:
            return "user";
        case SpacingSource::slide_mpp:
            return "slide_mpp";
        case SpacingSource::vendor:
            return "vendor";
        case SpacingSource::ome_xml:
            return "ome_xml";
        case SpacingSource::imagej:
            return "imagej";
        case SpacingSource::objective_power:
            return "objective_power";
        case SpacingSource::tiff_resolution:
            return "tiff_resolution";
        case SpacingSource::picture_resolution:
            return "picture_resolution";
    }
    return "";
}

Spacing resolve_spacing(const std::vector<SpacingFinding>& findings, std::optional<double> user_um_px,
                        const std::string& file, const std::string& hint) {
    const auto how = hint.empty() ? std::string(kHowToGive) : hint;
    if (user_um_px) {
        if (const auto fault = fault_of_size(*user_um_px, *user_um_px); !fault.empty()) {
            throw Error(ErrorCode::bad_spacing, file, "the pixel size that was given cannot be right: " + fault, how);
        }
        return {*user_um_px, *user_um_px, SpacingSource::user};
    }
    std::vector<std::string> not_believed;
    for (const auto& finding : findings) {
        if (finding.value) {
            auto found = *finding.value;
            found.not_believed = std::move(not_believed);
            return found;
        }
        not_believed.push_back(sentence(finding));
    }
    fail(findings, file, how);
}

}  // namespace slidetype

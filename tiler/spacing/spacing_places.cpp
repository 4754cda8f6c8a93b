// The places where a slide may say how large its pixels are, best first:
//
//   slide_mpp        openslide.mpp-x, openslide.mpp-y; but not of generic TIFFs, for which OpenSlide 4 makes them of
//                    the resolution tags and OpenSlide 3 has none
//   vendor           what OpenSlide takes them from, where it could not: Aperio, MIRAX, Philips, Sakura, Ventana
//   ome_xml          PhysicalSizeX and Y with their units in the OME-XML of the first directory
//   imagej           the unit in ImageJ's description, which the resolution tags are in then
//   objective_power  10 / power: an estimate, for 20 x is 0.5 µm and 40 x 0.25 µm with the cameras of all scanners
//   tiff_resolution  the resolution tags, where plausible: many programs write 72 dpi without meaning it
//
// OME-XML: https://docs.openmicroscopy.org/ome-model/latest/developers/ome-units.html; ImageJ: ij/io/TiffDecoder.java
// and ij/io/FileSaver.java of https://github.com/imagej/ImageJ; vendors: https://openslide.org/formats.
#include <array>
#include <utility>

#include "tiler/spacing/description_text.h"
#include "tiler/spacing/spacing.h"
#include "tiler/spacing/spacing_text.h"

namespace slidetype {
namespace {

using Kind = NumberText::Kind;

struct Place {
    SpacingSource source;
    const char* x;
    const char* y;  ///< nullptr where one figure stands for both axes
    double um;      ///< of the unit
};

constexpr std::array<Place, 5> kSizes = {
    {{SpacingSource::slide_mpp, "openslide.mpp-x", "openslide.mpp-y", 1},
     {SpacingSource::vendor, "aperio.MPP", nullptr, 1},
     {SpacingSource::vendor, "mirax.LAYER_0_LEVEL_0_SECTION.MICROMETER_PER_PIXEL_X",
      "mirax.LAYER_0_LEVEL_0_SECTION.MICROMETER_PER_PIXEL_Y", 1},
     {SpacingSource::vendor, "sakura.ResolutionMmPerPix", nullptr, 1000},
     {SpacingSource::vendor, "ventana.ScanRes", nullptr, 1}}};

constexpr std::array<const char*, 8> kObjectives = {"openslide.objective-power",
                                                    "aperio.AppMag",
                                                    "hamamatsu.SourceLens",
                                                    "leica.objective",
                                                    "mirax.GENERAL.OBJECTIVE_MAGNIFICATION",
                                                    "sakura.NominalLensMagnification",
                                                    "trestle.Objective Power",
                                                    "ventana.Magnification"};

std::string unit_name(double um) {
    if (um == 1) return "um";
    if (um == 1e4) return "cm";
    if (um == kUmPerInch) return "inch";
    return digits(um) + " um";
}

class Search {
  public:
    explicit Search(const PropertyLookup& property) : property_(property) {}

    std::vector<SpacingFinding> run() {
        const bool generic = property_("openslide.vendor") == "generic-tiff";
        for (const auto& place : kSizes) {
            if (generic && place.source == SpacingSource::slide_mpp) continue;
            const auto x = number_text(property_(place.x));
            const auto y = place.y != nullptr ? number_text(property_(place.y)) : NumberText{};
            add_size(place.source, place.x, x, y, place.um, place.um);
        }
        add_philips();
        const auto description = description_of(property_);
        add_ome(description);
        add_imagej(description);
        for (const auto* objective : kObjectives) add_objective(objective, number_text(property_(objective), true));
        if (const auto power = ome_objective(description)) add_objective("OME-XML", number_text(power, true));
        add_resolution();
        return std::move(findings_);
    }

  private:
    /// Two axes of one place, of which a lone one stands for both, since pixels that are not square are rare and come
    /// with both figures.
    void add_size(SpacingSource source, const std::string& place, const NumberText& x, const NumberText& y, double x_um,
                  double y_um) {
        if (x.kind == Kind::absent && y.kind == Kind::absent) return;
        SpacingFinding finding{source, place, x.said, {}, {}};
        if (!y.said.empty() && y.said != x.said) finding.said += (x.said.empty() ? "" : " x ") + y.said;
        if (x.kind == Kind::unreadable || y.kind == Kind::unreadable) {
            finding.why_not = "is no number";
        } else if (x.kind != Kind::value && y.kind != Kind::value) {
            finding.why_not = finding.said.empty() ? "says nothing" : "stands for unknown";
        } else {
            const double across = x.kind == Kind::value ? x.value * x_um : y.value * y_um;
            const double down = y.kind == Kind::value ? y.value * y_um : x.value * x_um;
            judge(finding, across, down);
        }
        findings_.push_back(std::move(finding));
    }

    static void judge(SpacingFinding& finding, double x_um_px, double y_um_px) {
        finding.why_not = fault_of_size(x_um_px, y_um_px);
        if (finding.why_not.empty()) finding.value = Spacing{x_um_px, y_um_px, finding.source, finding.place};
    }

    /// "0.00025" "0.00025" in mm, of which OpenSlide takes the first for x.
    void add_philips() {
        constexpr const char* name = "philips.DICOM_PIXEL_SPACING";
        const auto text = property_(name);
        if (!text) return;
        const auto blank = text->find(' ', text->find_first_not_of(' '));
        const auto second = blank == std::string::npos ? std::nullopt : std::optional(text->substr(blank));
        add_size(SpacingSource::vendor, name, number_text(text->substr(0, blank)), number_text(second), 1000, 1000);
    }

    void add_ome(const std::string& description) {
        const auto told = property_("openslide.level[0].width"), tall = property_("openslide.level[0].height");
        const auto pixels = ome_pixels(description, told.value_or(""), tall.value_or(""));
        if (!pixels) return;
        constexpr const char* name = "OME-XML PhysicalSize";
        const auto x_um = um_of_unit(pixels->x_unit), y_um = um_of_unit(pixels->y_unit);
        if (!x_um || !y_um) return refuse(SpacingSource::ome_xml, name, "is in no unit of length");
        if (!pixels->of_this_size) return refuse(SpacingSource::ome_xml, name, "is of a picture of another size");
        add_size(SpacingSource::ome_xml, name, number_text(pixels->x), number_text(pixels->y), *x_um, *y_um);
    }

    void add_imagej(const std::string& description) {
        const auto unit = imagej_unit(description);
        if (!unit) return;
        constexpr const char* name = "ImageJ's unit";
        const auto um = um_of_unit(*unit);
        if (!um) return refuse(SpacingSource::imagej, name, "is no unit of length");
        add_per_unit(SpacingSource::imagej, name, *um);
    }

    void add_resolution() {
        const auto unit = property_("tiff.ResolutionUnit");
        const auto um = unit ? um_of_unit(*unit) : std::nullopt;
        if (um) return add_per_unit(SpacingSource::tiff_resolution, "TIFF resolution", *um);
        if (number_text(property_("tiff.XResolution")).kind == Kind::absent) return;
        refuse(SpacingSource::tiff_resolution, "TIFF resolution", "has no unit");
    }

    /// The resolution tags as pixels in a unit.
    void add_per_unit(SpacingSource source, const char* place, double um) {
        auto x = number_text(property_("tiff.XResolution")), y = number_text(property_("tiff.YResolution"));
        const auto said =
            x.said + (y.said.empty() || y.said == x.said ? "" : " x " + y.said) + " pixels per " + unit_name(um);
        for (auto* each : {&x, &y}) each->value = each->kind == Kind::value ? um / each->value : 0;
        const auto before = findings_.size();
        add_size(source, place, x, y, 1, 1);
        if (findings_.size() > before && !x.said.empty()) findings_.back().said = said;
    }

    void add_objective(const std::string& place, const NumberText& power) {
        if (power.kind == Kind::absent) return;
        SpacingFinding finding{SpacingSource::objective_power, place, power.said, {}, {}};
        if (power.kind == Kind::value) {
            judge(finding, 10 / power.value, 10 / power.value);
            if (!finding.value) finding.why_not = "10 / power: " + finding.why_not;
        } else {
            finding.why_not = power.kind == Kind::unreadable ? "is no number"
                              : power.said.empty()           ? "says nothing"
                                                             : "stands for unknown";
        }
        findings_.push_back(std::move(finding));
    }

    void refuse(SpacingSource source, std::string place, std::string why_not) {
        findings_.push_back({source, std::move(place), {}, {}, std::move(why_not)});
    }

    const PropertyLookup& property_;
    std::vector<SpacingFinding> findings_;
};

}  // namespace

std::vector<SpacingFinding> find_spacings(const PropertyLookup& property) {
    return Search(property).run();
}

}  // namespace slidetype

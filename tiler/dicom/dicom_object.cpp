#include "tiler/dicom/dicom_object.h"

#include <algorithm>
#include <array>

#include "tiler/dicom/dicom_module.h"
#include "tiler/dicom/transfer_syntax.h"

namespace slidetype {
namespace {

constexpr std::string_view kWholeSlideImage = "1.2.840.10008.5.1.4.1.1.77.1.6";
constexpr std::int64_t kMostFramePixels = std::int64_t{1} << 24;  // as of the tiles of a TIFF
constexpr std::int64_t kMostEdge = std::int64_t{1} << 24;

std::string why_not_colour(const DicomInstance& instance) {
    if (instance.samples == 1 && instance.photometric == "PALETTE COLOR") return "has its colours in a palette";
    if (instance.samples == 1)
        return "is a picture of grey values (" + instance.photometric +
               "), as of fluorescence: its pixels have no colour, and a stain is told by its colour";
    if (instance.samples != 3) return "has " + std::to_string(instance.samples) + " samples for each pixel, not three";
    if (instance.bits_allocated != 8 || instance.bits_stored != 8)
        return "has " + std::to_string(instance.bits_stored) + " bits for each sample, not 8";
    return {};
}

std::string why_not_codec(const DicomObject& object) {
    const auto* syntax = find_transfer_syntax(object.head.transfer_syntax);
    if (syntax == nullptr) return "has pixels in a coding that is not known here (" + object.head.transfer_syntax + ")";
    if (!syntax->readable) return "has pixels in " + std::string(syntax->name) + ", which is not read here";
    static constexpr std::array<std::string_view, 5> colours = {"RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT",
                                                                "YBR_RCT"};
    const bool plain = syntax->codec == FrameCodec::plain;
    const auto& said = object.instance.photometric;
    if (std::ranges::find(colours, said) == colours.end() || (plain && said != "RGB" && said != "YBR_FULL"))
        return "has colours (" + said + ") that are not read here" + (plain ? " without compression" : "");
    return {};
}

}  // namespace

DicomObject read_dicom_object(const std::filesystem::path& path) {
    const auto name = path.string();
    const auto file = ReadOnlyFile::open(path);
    if (!file) throw Error(ErrorCode::io, name, "cannot be opened for reading", "Check its permissions.");
    DicomObject object{path, read_dicom_head(*file, name), {}};
    const auto require = [&](bool readable) {
        if (!readable)
            throw Error(ErrorCode::corrupt, name, "is a DICOM file whose data set is damaged",
                        "Copy it again from where it came.");
    };
    const auto& head = object.head;
    auto instance = dicom_module().read_data_set(read_stretches(*file, head.elements, name), head.implicit_vr);
    require(instance.has_value());
    object.instance = std::move(*instance);
    for (const auto& group : head.frame_groups)
        require(dicom_module().read_frame_group(read_stretches(*file, {&group, 1}, name), head.implicit_vr,
                                                object.instance));
    // Places count only where every frame has one.
    if (object.instance.places.size() != head.frame_groups.size()) object.instance.places.clear();
    object.head.frame_groups = {};
    return object;
}

DicomRole role_of(const DicomInstance& instance) {
    if (instance.sop_class != kWholeSlideImage) return DicomRole::other;
    const auto& type = instance.image_type;
    const bool volume = type.size() < 3 || type[2] == "VOLUME";
    return volume && !instance.shows_label ? DicomRole::level : DicomRole::beside;
}

std::optional<Error> why_not_readable(const DicomObject& object) {
    const auto& instance = object.instance;
    const auto name = object.path.string();
    if (role_of(instance) == DicomRole::other)
        return Error(ErrorCode::unsupported, name,
                     "is a DICOM object of another kind" + (instance.kind.empty() ? "" : " (" + instance.kind + ")") +
                         ", not a whole-slide image",
                     "Whole-slide images are of the class VL Whole Slide Microscopy Image.");
    if (const auto cause = why_not_colour(instance); !cause.empty())
        return Error(ErrorCode::unsupported, name, cause,
                     "Slides are read in colour, 8 bits for each of three samples.");
    if (const auto cause = why_not_codec(object); !cause.empty())
        return Error(ErrorCode::unsupported, name, cause, kHowToConvertDicom);
    if (instance.columns > 0 && instance.rows > 0 && instance.columns * instance.rows > kMostFramePixels)
        return Error(ErrorCode::unsupported, name,
                     "has frames of " + std::to_string(instance.columns) + " x " + std::to_string(instance.rows) +
                         " pixels, each of which would be decoded anew for every part of it",
                     "Convert it to one with smaller frames, such as 256 x 256.");
    if (instance.columns < 1 || instance.rows < 1 || instance.frames < 1 || instance.total_columns < 0 ||
        instance.total_rows < 0 || instance.total_columns > kMostEdge || instance.total_rows > kMostEdge)
        return Error(ErrorCode::corrupt, name,
                     "claims an impossible size of " + std::to_string(instance.total_columns) + " x " +
                         std::to_string(instance.total_rows) + " pixels in " + std::to_string(instance.frames) +
                         " frames of " + std::to_string(instance.columns) + " x " + std::to_string(instance.rows));
    return std::nullopt;
}

}  // namespace slidetype

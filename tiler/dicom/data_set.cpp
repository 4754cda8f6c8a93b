#include "tiler/dicom/data_set.h"

#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/oflog/oflog.h>

#include <cmath>
#include <mutex>

namespace slidetype {
namespace {

struct KnownTag {
    DcmTagKey tag;
    DcmEVR vr;
};

/// What is read, with its representation, which files of implicit VR leave to a dictionary. DCMTK's lies in a file that
/// may be elsewhere, or nowhere.
void teach_dictionary() {
    const KnownTag known[] = {{DCM_ImageType, EVR_CS},
                              {DCM_SOPClassUID, EVR_UI},
                              {DCM_SOPInstanceUID, EVR_UI},
                              {DcmTagKey(0x0008, 0x0019), EVR_UI},  // Pyramid UID
                              {DCM_Manufacturer, EVR_LO},
                              {DCM_ManufacturerModelName, EVR_LO},
                              {DCM_SeriesInstanceUID, EVR_UI},
                              {DCM_InstanceNumber, EVR_IS},
                              {DCM_FrameOfReferenceUID, EVR_UI},
                              {DCM_ConcatenationUID, EVR_UI},
                              {DCM_InConcatenationNumber, EVR_US},
                              {DCM_InConcatenationTotalNumber, EVR_US},
                              {DCM_ConcatenationFrameOffsetNumber, EVR_UL},
                              {DCM_DimensionOrganizationType, EVR_CS},
                              {DCM_SamplesPerPixel, EVR_US},
                              {DCM_PhotometricInterpretation, EVR_CS},
                              {DCM_PlanarConfiguration, EVR_US},
                              {DCM_NumberOfFrames, EVR_IS},
                              {DCM_Rows, EVR_US},
                              {DCM_Columns, EVR_US},
                              {DCM_BitsAllocated, EVR_US},
                              {DCM_BitsStored, EVR_US},
                              {DCM_PixelSpacing, EVR_DS},
                              {DCM_PixelMeasuresSequence, EVR_SQ},
                              {DCM_ICCProfile, EVR_OB},
                              {DCM_ImagedVolumeWidth, EVR_FL},
                              {DCM_ImagedVolumeHeight, EVR_FL},
                              {DCM_TotalPixelMatrixColumns, EVR_UL},
                              {DCM_TotalPixelMatrixRows, EVR_UL},
                              {DCM_TotalPixelMatrixOriginSequence, EVR_SQ},
                              {DCM_SpecimenLabelInImage, EVR_CS},
                              {DCM_OpticalPathSequence, EVR_SQ},
                              {DCM_OpticalPathIdentifier, EVR_SH},
                              {DCM_ObjectiveLensPower, EVR_DS},
                              {DcmTagKey(0x0048, 0x0303), EVR_UL},  // Total Pixel Matrix Focal Planes
                              {DCM_PlanePositionSlideSequence, EVR_SQ},
                              {DCM_ColumnPositionInTotalImagePixelMatrix, EVR_SL},
                              {DCM_RowPositionInTotalImagePixelMatrix, EVR_SL},
                              {DCM_ZOffsetInSlideCoordinateSystem, EVR_DS},
                              {DCM_OpticalPathIdentificationSequence, EVR_SQ},
                              {DCM_SharedFunctionalGroupsSequence, EVR_SQ},
                              {DCM_PerFrameFunctionalGroupsSequence, EVR_SQ}};
    auto& dictionary = dcmDataDict.wrlock();
    for (const auto& [tag, vr] : known) {
        if (dictionary.findEntry(tag, nullptr) == nullptr)
            dictionary.addEntry(new DcmDictEntry(tag.getGroup(), tag.getElement(), DcmVR(vr), "Known", 1, DcmVariableVM,
                                                 nullptr, OFTrue, nullptr));
    }
    dcmDataDict.wrunlock();
}

void prepare_dcmtk() {
    static std::once_flag once;
    std::call_once(once, [] {
        OFLog::configure(OFLogger::OFF_LOG_LEVEL);
        teach_dictionary();
    });
}

std::string text(DcmItem& item, const DcmTagKey& tag, unsigned long at = 0) {
    OFString value;
    if (item.findAndGetOFString(tag, value, at).bad()) return {};
    std::string out(value.c_str(), value.length());
    while (!out.empty() && (out.back() == ' ' || out.back() == '\0')) out.pop_back();
    return out;
}

std::int64_t whole(DcmItem& item, const DcmTagKey& tag, std::int64_t otherwise) {
    Uint16 small = 0;
    if (item.findAndGetUint16(tag, small).good()) return small;
    Uint32 large = 0;
    if (item.findAndGetUint32(tag, large).good()) return large;
    Sint32 with_sign = 0;
    if (item.findAndGetSint32(tag, with_sign).good()) return with_sign;
    return otherwise;
}

std::optional<double> number(DcmItem& item, const DcmTagKey& tag, unsigned long at = 0) {
    Float64 wide = 0;
    if (item.findAndGetFloat64(tag, wide, at).good() && std::isfinite(wide)) return wide;
    Float32 narrow = 0;
    if (item.findAndGetFloat32(tag, narrow, at).good() && std::isfinite(narrow)) return narrow;
    return std::nullopt;
}

/// The item of a sequence; null where there is none.
DcmItem* item_of(DcmItem& in, const DcmTagKey& sequence, unsigned long at = 0) {
    DcmSequenceOfItems* items = nullptr;
    if (in.findAndGetSequence(sequence, items).bad() || items == nullptr || at >= items->card()) return nullptr;
    return items->getItem(at);
}

void read_spacing(DcmItem& group, DicomInstance& out) {
    DcmItem* measures = item_of(group, DCM_PixelMeasuresSequence);
    if (measures == nullptr || out.spacing_x_mm) return;
    out.spacing_y_mm = number(*measures, DCM_PixelSpacing, 0);
    out.spacing_x_mm = number(*measures, DCM_PixelSpacing, 1);
}

std::optional<double> z_of(DcmItem& group) {
    DcmItem* place = item_of(group, DCM_PlanePositionSlideSequence);
    const auto z = place == nullptr ? std::nullopt : number(*place, DCM_ZOffsetInSlideCoordinateSystem);
    return z;  // µm: alone of the three offsets, which are in mm
}

void read_place(DcmItem& group, DicomInstance& out) {
    DcmItem* position = item_of(group, DCM_PlanePositionSlideSequence);
    Sint32 column = 0, row = 0;
    if (position == nullptr || position->findAndGetSint32(DCM_ColumnPositionInTotalImagePixelMatrix, column).bad() ||
        position->findAndGetSint32(DCM_RowPositionInTotalImagePixelMatrix, row).bad())
        return;
    DcmItem* path = item_of(group, DCM_OpticalPathIdentificationSequence);
    out.places.push_back({std::int64_t{column} - 1, std::int64_t{row} - 1,
                          path == nullptr ? "" : text(*path, DCM_OpticalPathIdentifier), z_of(group)});
}

void read_optics(DcmItem& data, DicomInstance& out) {
    for (unsigned long i = 0; DcmItem* path = item_of(data, DCM_OpticalPathSequence, i); ++i) {
        out.optical_paths.push_back(text(*path, DCM_OpticalPathIdentifier));
        if (out.objective_power == 0) out.objective_power = number(*path, DCM_ObjectiveLensPower).value_or(0);
        DcmElement* profile = nullptr;
        if (out.icc_bytes == 0 && path->findAndGetElement(DCM_ICCProfile, profile).good() && profile != nullptr)
            out.icc_bytes = profile->getLength();
    }
}

void read_names(DcmItem& data, DicomInstance& out) {
    out.sop_class = text(data, DCM_SOPClassUID);
    const char* name = dcmFindNameOfUID(out.sop_class.c_str());
    out.kind = name == nullptr ? out.sop_class : name;
    out.instance_uid = text(data, DCM_SOPInstanceUID);
    out.series_uid = text(data, DCM_SeriesInstanceUID);
    out.frame_of_reference_uid = text(data, DCM_FrameOfReferenceUID);
    out.pyramid_uid = text(data, DcmTagKey(0x0008, 0x0019));
    out.manufacturer = text(data, DCM_Manufacturer);
    out.model = text(data, DCM_ManufacturerModelName);
    constexpr unsigned long most_values = 8;
    for (unsigned long i = 0; i < most_values; ++i) {
        auto value = text(data, DCM_ImageType, i);
        if (value.empty()) break;
        out.image_type.push_back(std::move(value));
    }
    out.shows_label = text(data, DCM_SpecimenLabelInImage) == "YES";
    out.instance_number = whole(data, DCM_InstanceNumber, 0);
    out.concatenation_uid = text(data, DCM_ConcatenationUID);
    out.part = whole(data, DCM_InConcatenationNumber, 0);
    out.parts = whole(data, DCM_InConcatenationTotalNumber, 0);
    out.first_frame = whole(data, DCM_ConcatenationFrameOffsetNumber, 0);
}

void read_shape(DcmItem& data, DicomInstance& out) {
    out.columns = whole(data, DCM_Columns, 0);
    out.rows = whole(data, DCM_Rows, 0);
    out.total_columns = whole(data, DCM_TotalPixelMatrixColumns, 0);
    out.total_rows = whole(data, DCM_TotalPixelMatrixRows, 0);
    out.frames = whole(data, DCM_NumberOfFrames, data.tagExistsWithValue(DCM_NumberOfFrames) ? -1 : 1);
    out.focal_planes = whole(data, DcmTagKey(0x0048, 0x0303), 1);
    out.samples = whole(data, DCM_SamplesPerPixel, 0);
    out.bits_allocated = whole(data, DCM_BitsAllocated, 0);
    out.bits_stored = whole(data, DCM_BitsStored, out.bits_allocated);
    out.planar = whole(data, DCM_PlanarConfiguration, 0);
    out.photometric = text(data, DCM_PhotometricInterpretation);
    out.organisation = text(data, DCM_DimensionOrganizationType);
    out.volume_width_mm = number(data, DCM_ImagedVolumeWidth);
    out.volume_height_mm = number(data, DCM_ImagedVolumeHeight);
    if (DcmItem* origin = item_of(data, DCM_TotalPixelMatrixOriginSequence))
        out.z_um = number(*origin, DCM_ZOffsetInSlideCoordinateSystem);
}

bool read_data_set(std::span<const std::uint8_t> bytes, bool implicit_vr, DcmDataset& data) {
    DcmInputBufferStream stream;
    stream.setBuffer(bytes.data(), static_cast<offile_off_t>(bytes.size()));
    stream.setEos();
    data.transferInit();
    const auto read =
        data.read(stream, implicit_vr ? EXS_LittleEndianImplicit : EXS_LittleEndianExplicit, EGL_noChange);
    data.transferEnd();
    return read.good();
}

}  // namespace

std::optional<DicomInstance> read_data_set(std::span<const std::uint8_t> bytes, bool implicit_vr) {
    prepare_dcmtk();
    DcmDataset data;
    if (!read_data_set(bytes, implicit_vr, data)) return std::nullopt;
    DicomInstance out;
    read_names(data, out);
    read_shape(data, out);
    read_optics(data, out);
    if (DcmItem* shared = item_of(data, DCM_SharedFunctionalGroupsSequence)) {
        read_spacing(*shared, out);
        if (!out.z_um) out.z_um = z_of(*shared);
    }
    return out;
}

bool read_frame_group(std::span<const std::uint8_t> bytes, bool implicit_vr, DicomInstance& instance) {
    prepare_dcmtk();
    DcmDataset group;
    if (!read_data_set(bytes, implicit_vr, group)) return false;
    read_spacing(group, instance);
    read_place(group, instance);
    return true;
}

std::string dcmtk_version() {
    return OFFIS_DCMTK_VERSION_STRING;
}

}  // namespace slidetype

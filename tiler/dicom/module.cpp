// libslidetype_dicom.so
#include "tiler/dicom/data_set.h"
#include "tiler/dicom/dicom_module.h"
#include "tiler/dicom/jpeg2000.h"

namespace slidetype {
namespace {

std::vector<std::pair<std::string, std::string>> versions() {
    return {{"DCMTK", dcmtk_version()}, {"OpenJPEG", openjpeg_version()}};
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const DicomModule* slidetype_dicom_module_v1() {
    static const DicomModule module = {read_data_set, read_frame_group, decode_jpeg2000, versions};
    return &module;
}

}  // namespace slidetype

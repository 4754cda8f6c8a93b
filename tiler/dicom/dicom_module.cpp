#include "tiler/dicom/dicom_module.h"

#include "base/own_module.h"

namespace slidetype {
namespace {

const DicomModule* load_dicom() {
    void* symbol = load_own_module(
        {"DICOM module", "libslidetype_dicom.so", "slidetype_dicom_module_v1", "SLIDETYPE_DICOM_MODULE"});
    return reinterpret_cast<decltype(&slidetype_dicom_module_v1)>(symbol)();
}

}  // namespace

const DicomModule& dicom_module() {
    static const DicomModule* const module = load_dicom();
    return *module;
}

}  // namespace slidetype

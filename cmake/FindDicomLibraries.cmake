# DCMTK's data sets as dicom::dcmdata and OpenJPEG as dicom::openjpeg. Both ship CMake packages, but DCMTK's names files that its
# Debian package does not bring (libxml2.so), and OpenJPEG's lies in a folder of each version.
find_path(DcmData_INCLUDE_DIR dcmtk/dcmdata/dctk.h)
foreach(library dcmdata oflog ofstd)
    find_library(DcmData_${library}_LIBRARY ${library})
    list(APPEND DcmData_LIBRARIES DcmData_${library}_LIBRARY)
endforeach()
find_path(OpenJpeg_INCLUDE_DIR openjpeg.h PATH_SUFFIXES openjpeg-2.5 openjpeg-2.6 openjpeg-2)
find_library(OpenJpeg_LIBRARY openjp2)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(DicomLibraries
    REQUIRED_VARS DcmData_INCLUDE_DIR ${DcmData_LIBRARIES} OpenJpeg_INCLUDE_DIR OpenJpeg_LIBRARY)
if(DicomLibraries_FOUND AND NOT TARGET dicom::dcmdata)
    add_library(dicom::dcmdata INTERFACE IMPORTED)
    set_target_properties(dicom::dcmdata PROPERTIES
        INTERFACE_INCLUDE_DIRECTORIES ${DcmData_INCLUDE_DIR}
        INTERFACE_LINK_LIBRARIES "${DcmData_dcmdata_LIBRARY};${DcmData_oflog_LIBRARY};${DcmData_ofstd_LIBRARY}")
    add_library(dicom::openjpeg UNKNOWN IMPORTED)
    set_target_properties(dicom::openjpeg PROPERTIES
        IMPORTED_LOCATION ${OpenJpeg_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${OpenJpeg_INCLUDE_DIR})
endif()

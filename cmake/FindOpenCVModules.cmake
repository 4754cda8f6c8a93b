# OpenCV's core, imgproc and imgcodecs as opencv::core, opencv::imgproc and opencv::imgcodecs.
#
# Debian puts OpenCVConfig.cmake into libopencv-dev, which pulls in some fifty packages (video, GUI, calibration)
# that we do not use; the three -dev packages that we need bring headers and libraries only, so we look for those.
find_path(OpenCVModules_INCLUDE_DIR opencv2/imgproc.hpp PATH_SUFFIXES opencv4)
set(_opencv_required OpenCVModules_INCLUDE_DIR)
foreach(module core imgproc imgcodecs)
    find_library(OpenCVModules_${module}_LIBRARY opencv_${module})
    list(APPEND _opencv_required OpenCVModules_${module}_LIBRARY)
endforeach()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OpenCVModules REQUIRED_VARS ${_opencv_required})
if(OpenCVModules_FOUND AND NOT TARGET opencv::core)
    foreach(module core imgproc imgcodecs)
        add_library(opencv::${module} UNKNOWN IMPORTED)
        set_target_properties(opencv::${module} PROPERTIES
            IMPORTED_LOCATION ${OpenCVModules_${module}_LIBRARY}
            INTERFACE_INCLUDE_DIRECTORIES ${OpenCVModules_INCLUDE_DIR})
    endforeach()
    set_property(TARGET opencv::imgproc PROPERTY INTERFACE_LINK_LIBRARIES opencv::core)
    set_property(TARGET opencv::imgcodecs PROPERTY INTERFACE_LINK_LIBRARIES opencv::imgproc)
endif()

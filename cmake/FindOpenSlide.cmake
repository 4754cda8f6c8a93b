# OpenSlide as openslide::openslide (OpenSlide 3.4 ships no CMake package).
find_path(OpenSlide_INCLUDE_DIR openslide.h PATH_SUFFIXES openslide)
find_library(OpenSlide_LIBRARY openslide)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OpenSlide REQUIRED_VARS OpenSlide_INCLUDE_DIR OpenSlide_LIBRARY)
if(OpenSlide_FOUND AND NOT TARGET openslide::openslide)
    add_library(openslide::openslide UNKNOWN IMPORTED)
    set_target_properties(openslide::openslide PROPERTIES
        IMPORTED_LOCATION ${OpenSlide_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${OpenSlide_INCLUDE_DIR})
endif()

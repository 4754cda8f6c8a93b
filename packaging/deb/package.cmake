# CPack's settings: `slidetype`, with all that runs, and `libslidetype-dev`, for programs that embed it.
execute_process(COMMAND dpkg --print-architecture OUTPUT_VARIABLE architecture OUTPUT_STRIP_TRAILING_WHITESPACE
    COMMAND_ERROR_IS_FATAL ANY)
set(deb_version ${PROJECT_VERSION}-${SLIDETYPE_DEBIAN_RELEASE})
set(deb_folder ${CMAKE_CURRENT_BINARY_DIR}/deb)
# When the sources are of, for two builds of them must be equal.
if(DEFINED ENV{SOURCE_DATE_EPOCH})
    set(epoch $ENV{SOURCE_DATE_EPOCH})
else()
    string(TIMESTAMP epoch "%s")
endif()
execute_process(COMMAND date --utc --date=@${epoch} "+%a, %d %b %Y %H:%M:%S +0000" OUTPUT_VARIABLE deb_date
    OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
configure_file(deb/changelog.in ${deb_folder}/changelog.Debian @ONLY)
configure_file(${PROJECT_SOURCE_DIR}/CHANGELOG.md ${deb_folder}/changelog COPYONLY)
foreach(each changelog changelog.Debian)
    execute_process(COMMAND ${SLIDETYPE_GZIP} -9nf ${deb_folder}/${each} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
foreach(package slidetype libslidetype-dev)
    set(component program)
    if(package STREQUAL "libslidetype-dev")
        set(component development)
    endif()
    install(FILES ${deb_folder}/changelog.gz ${deb_folder}/changelog.Debian.gz deb/copyright
        DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package} COMPONENT ${component})
    install(FILES deb/${package}.lintian-overrides DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides
        RENAME ${package} COMPONENT ${component})
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME slidetype)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT ${SLIDETYPE_MAINTAINER})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
    WORLD_READ WORLD_EXECUTE)
set(CPACK_COMPONENTS_ALL program development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE ${architecture})
set(CPACK_DEBIAN_PACKAGE_RELEASE ${SLIDETYPE_DEBIAN_RELEASE})
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME slidetype)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION science)
# CPack writes these two for packages of one component only.
file(WRITE ${deb_folder}/shlibs "libslidetype 1 slidetype (>= ${PROJECT_VERSION})\n")
file(WRITE ${deb_folder}/triggers "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_CONTROL_EXTRA ${deb_folder}/shlibs ${deb_folder}/triggers)
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION "slidetype reads a whole-slide image of a lung tumour, cuts its tissue into
tiles, scores every tile with a network for adenocarcinoma (LUAD) against
squamous cell carcinoma (LUSC), and writes heatmaps, a call for the slide
with its uncertainty, and GeoJSON for viewers such as QuPath. It has a viewer
of its own in the browser, and learns from one's own cases.
.
Research software. Not for diagnosis.
.
Training, and models in TorchScript files, need libtorch, which is recommended
and not needed for all else.")
# ONNX Runtime is loaded when it is first needed, where the system has it.
if(SLIDETYPE_HAVE_ONNXRUNTIME AND NOT EXISTS ${SLIDETYPE_ONNXRUNTIME_FOLDER}/lib/libonnxruntime.so.1)
    execute_process(COMMAND dpkg -S "*/libonnxruntime.so.1*" OUTPUT_VARIABLE owner ERROR_QUIET)
    if(owner MATCHES "^([a-z0-9.+-]+)")
        set(onnxruntime_suggested ", ${CMAKE_MATCH_1}")
    endif()
endif()
# Where package.cmake is read, nothing is built yet; CPack reads this when it packs.
configure_file(deb/dependencies.cmake.in ${deb_folder}/dependencies.cmake @ONLY)
set(CPACK_PROJECT_CONFIG_FILE ${deb_folder}/dependencies.cmake)

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libslidetype-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "slidetype (= ${deb_version}), libopenslide-dev, libopencv-core-dev, \
libopencv-imgproc-dev, libopencv-imgcodecs-dev, libdnnl-dev, nlohmann-json3-dev, libtiff-dev, libjpeg-dev, libpng-dev, \
zlib1g-dev, libboost-dev, libfmt-dev, libtbb-dev")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "The header and library of the C interface, the static libraries with their C++
headers, and the CMake package, by which programs embed slidetype.")
include(CPack)

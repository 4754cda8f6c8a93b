# cmake --install: the program, its modules, the models, the viewer's page, ONNX Runtime where it was fetched (component
# `program`), and the libraries with headers and a CMake package (component `development`), so that
#   find_package(slidetype REQUIRED)
#   target_link_libraries(viewer PRIVATE slidetype::plugin)
# embeds the engine. Program and C library find the modules, the models and the page beside themselves, wherever they were moved
# to (base/own_folders.h, base/own_module.h), and then at the place of installation, which is compiled in for programs outside
# of it; SLIDETYPE_MODELS and the variables that the modules name come first.
include(CMakePackageConfigHelpers)

get_property(base_rooms GLOBAL PROPERTY SLIDETYPE_base_ROOMS)
get_property(tiler_rooms GLOBAL PROPERTY SLIDETYPE_tiler_ROOMS)
get_property(model_rooms GLOBAL PROPERTY SLIDETYPE_model_ROOMS)
get_property(plugin_rooms GLOBAL PROPERTY SLIDETYPE_plugin_ROOMS)
install(TARGETS slidetype slidetype_base ${base_rooms} slidetype_tiler ${tiler_rooms} slidetype_model ${model_rooms} slidetype_plugin
        ${plugin_rooms}
    EXPORT slidetypeTargets
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(TARGETS slidetype_shared EXPORT slidetypeTargets
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} NAMELINK_COMPONENT development
    PUBLIC_HEADER DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development)
get_property(modules GLOBAL PROPERTY SLIDETYPE_MODULES)
install(TARGETS ${modules} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/slidetype)
foreach(folder base tiler model plugin)
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/${folder} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/slidetype COMPONENT development
        FILES_MATCHING PATTERN "*.h" PATTERN viewer EXCLUDE PATTERN include EXCLUDE PATTERN c_api EXCLUDE
        PATTERN qupath EXCLUDE PATTERN pretrained EXCLUDE PATTERN torch EXCLUDE PATTERN keras EXCLUDE
        PATTERN hdf5 EXCLUDE PATTERN zip EXCLUDE PATTERN feature_files EXCLUDE PATTERN onnxruntime EXCLUDE)
endforeach()
# What `make onnx` fetched; where the system has its own, that is found.
if(SLIDETYPE_HAVE_ONNXRUNTIME AND EXISTS ${SLIDETYPE_ONNXRUNTIME_FOLDER}/lib/libonnxruntime.so.1)
    install(FILES ${SLIDETYPE_ONNXRUNTIME_FOLDER}/lib/libonnxruntime.so.1 DESTINATION ${CMAKE_INSTALL_LIBDIR}/slidetype)
    install(DIRECTORY ${SLIDETYPE_ONNXRUNTIME_FOLDER}/licences DESTINATION ${CMAKE_INSTALL_DOCDIR})
endif()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/model/pretrained/ DESTINATION ${CMAKE_INSTALL_DATADIR}/slidetype/models)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/cluster/ DESTINATION ${CMAKE_INSTALL_DATADIR}/slidetype/cluster USE_SOURCE_PERMISSIONS)
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
if(NOT SLIDETYPE_DEBIAN_RELEASE)  # whose package names the licence and has the changes in its own ways
    install(FILES LICENSE CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
endif()

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/slidetype)
install(EXPORT slidetypeTargets NAMESPACE slidetype:: DESTINATION ${package_folder} COMPONENT development)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/slidetypeConfig.cmake.in
    ${PROJECT_BINARY_DIR}/slidetypeConfig.cmake INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/slidetypeConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/slidetypeConfig.cmake ${PROJECT_BINARY_DIR}/slidetypeConfigVersion.cmake
    ${CMAKE_CURRENT_LIST_DIR}/FindOpenSlide.cmake ${CMAKE_CURRENT_LIST_DIR}/FindOpenCVModules.cmake
    DESTINATION ${package_folder} COMPONENT development)

# cmake --install: the program, its modules (libtorch, pictures, DICOM, Keras and feature files), the models, ONNX Runtime where it was fetched, the libraries with headers, and a CMake
# package, so that
#   find_package(slidetype REQUIRED)
#   target_link_libraries(viewer PRIVATE slidetype::plugin)
# embeds the engine. A program outside the prefix finds the modules and the models there, for the prefix is compiled in;
# after a move, SLIDETYPE_TORCH_MODULE, SLIDETYPE_PICTURE_MODULE, SLIDETYPE_DICOM_MODULE, SLIDETYPE_KERAS_MODULE, SLIDETYPE_FEATURE_MODULE and SLIDETYPE_MODELS say where they are.
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
install(TARGETS slidetype_torch slidetype_pictures slidetype_dicom slidetype_keras slidetype_feature_files LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/slidetype)
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

# Options that every target of ours shares: warnings are errors, headers are included as <folder/name.h>.

# Each new compiler has warnings of its own, some of them mistaken: who builds with one that nobody has tried here shall get a
# program and not an error.
set(tried_compiler OFF)
if((CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 15)
   OR (CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 15))
    set(tried_compiler ON)
endif()
option(SLIDETYPE_WARNINGS_ARE_ERRORS "Warnings of the compiler are errors" ${tried_compiler})

# What is asked of the machine for all targets alike, once.
if(SLIDETYPE_SANITIZE)
    find_program(SLIDETYPE_GOLD ld.gold)  # which links what instrumented code weighs in less than half the time
    mark_as_advanced(SLIDETYPE_GOLD)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND SLIDETYPE_SANITIZE MATCHES address)
        execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=libclang_rt.asan-${CMAKE_SYSTEM_PROCESSOR}.so
            OUTPUT_VARIABLE asan_runtime OUTPUT_STRIP_TRAILING_WHITESPACE)
        cmake_path(GET asan_runtime PARENT_PATH slidetype_asan_folder)
    endif()
endif()

function(slidetype_options target)
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wconversion)
    if(SLIDETYPE_WARNINGS_ARE_ERRORS)
        target_compile_options(${target} PRIVATE -Werror)
    endif()
    if(CMAKE_UNITY_BUILD)  # where every file is included in another, a private type within a class is no mistake
        target_compile_options(${target} PRIVATE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-subobject-linkage>)
    endif()
    if(SLIDETYPE_SANITIZE)
        # GCC's own <regex> looks uninitialised to it once it is instrumented, and it warns of the fences of Boost.Asio,
        # which the thread sanitizer does not see.
        target_compile_options(${target} PUBLIC -fsanitize=${SLIDETYPE_SANITIZE} -fno-omit-frame-pointer
            $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
        if(SLIDETYPE_SANITIZE MATCHES undefined)
            # Going on after a finding costs a fifth of the time to compile, and keeps small functions from being inlined.
            # What libraries' headers may do (a suppression at run time would need to go on) clang reads from a list.
            target_compile_options(${target} PUBLIC -fno-sanitize-recover=all
                $<$<CXX_COMPILER_ID:Clang>:-fsanitize-ignorelist=${PROJECT_SOURCE_DIR}/tests/sanitizers/undefined.ignored>)
        endif()
        if(SLIDETYPE_SANITIZE STREQUAL "thread")
            target_compile_options(${target} PUBLIC $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
        endif()
        target_link_options(${target} PUBLIC -fsanitize=${SLIDETYPE_SANITIZE})
        if(SLIDETYPE_GOLD)
            target_link_options(${target} PUBLIC -fuse-ld=gold)
        endif()
        if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND SLIDETYPE_SANITIZE MATCHES address)
            # One run-time for the program and its modules, as GCC has it: else no module could be linked completely.
            target_link_options(${target} PUBLIC -shared-libasan -Wl,-rpath,${slidetype_asan_folder})
        endif()
    endif()
endfunction()

# slidetype_unhurried(TARGET [UNDER_SANITIZERS]): not optimised, always or where sanitizers make that slow: for what does
# little work itself and takes long to optimise, such as command lines and tests.
function(slidetype_unhurried target)
    if(SLIDETYPE_SANITIZE OR NOT "UNDER_SANITIZERS" IN_LIST ARGN)
        target_compile_options(${target} PRIVATE -O0)
    endif()
endfunction()

# slidetype_seldom_run(TARGET): optimised a little (-O1) where the rest is optimised more, and not under sanitizers: for what
# runs once for a slide, a batch or a command and not for each tile or pixel. Takes a quarter less to compile; computes the same.
function(slidetype_seldom_run target)
    if(SLIDETYPE_SANITIZE)
        target_compile_options(${target} PRIVATE -O0)
    else()
        target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
    endif()
endfunction()

# slidetype_by_gcc(TARGET): compiled by GCC where clang 14 compiles the rest (under sanitizers, which clang builds in half the
# time), since it cannot parse what the target includes. For modules alone, whose interface has no types of nlohmann-json:
# their layout depends on the compiler. The sanitizers of both call the same functions.
function(slidetype_by_gcc target)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
        set_target_properties(${target} PROPERTIES DISABLE_PRECOMPILE_HEADERS ON)
        set_property(TARGET ${target} PROPERTY CXX_COMPILER_LAUNCHER
            ${PROJECT_SOURCE_DIR}/cmake/by_gcc.sh ${CMAKE_CXX_COMPILER_LAUNCHER})
        # What slidetype_options has for GCC; and -O1, since what it compiles hands its work to libtorch.
        target_compile_options(${target} PRIVATE -O1 -Wno-subobject-linkage -Wno-maybe-uninitialized -Wno-tsan)
    endif()
endfunction()

# slidetype_link_completely(TARGET): what a shared library lacks is told when it is linked and not when it is loaded. (clang's
# thread sanitizer has its functions in the program alone.)
function(slidetype_link_completely target)
    if(NOT (CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND SLIDETYPE_SANITIZE STREQUAL "thread"))
        target_link_options(${target} PRIVATE -Wl,--no-undefined)
    endif()
endfunction()

# slidetype_library(NAME sources...): a static library `slidetype_NAME`, also known as `slidetype::NAME`,
# whose public headers are the *.h files of the folder.
function(slidetype_library name)
    set(target slidetype_${name})
    add_library(${target} STATIC ${ARGN})
    add_library(slidetype::${name} ALIAS ${target})
    set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
    target_compile_features(${target} PUBLIC cxx_std_20)
    target_include_directories(${target} PUBLIC
        $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
        $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/slidetype>)
    slidetype_options(${target})
endfunction()

# slidetype_room(LAYER ROOM SOURCES files... [USES rooms...] [LINKS libraries...]): a room of a layer that has several, as a
# static library `slidetype_LAYER_ROOM` for layer and room. USES names the rooms and layers it may include, the way that
# docs/architecture.md draws it (tests/architecture/rooms.py holds the includes to that); LINKS what else it needs inside.
function(slidetype_room layer room)
    cmake_parse_arguments(ARG "" "" "SOURCES;USES;LINKS" ${ARGN})
    slidetype_library(${layer}_${room} ${ARG_SOURCES})
    target_link_libraries(slidetype_${layer}_${room} PUBLIC slidetype_base)
    foreach(used ${ARG_USES})
        target_link_libraries(slidetype_${layer}_${room} PUBLIC slidetype_${used})
    endforeach()
    target_link_libraries(slidetype_${layer}_${room} PRIVATE ${ARG_LINKS})
    set_property(GLOBAL APPEND PROPERTY SLIDETYPE_${layer}_ROOMS slidetype_${layer}_${room})
endfunction()

# slidetype_layer_of_rooms(LAYER): `slidetype_LAYER`, also known as `slidetype::LAYER`, which brings all of its rooms.
function(slidetype_layer_of_rooms layer)
    get_property(rooms GLOBAL PROPERTY SLIDETYPE_${layer}_ROOMS)
    add_library(slidetype_${layer} INTERFACE)
    add_library(slidetype::${layer} ALIAS slidetype_${layer})
    set_target_properties(slidetype_${layer} PROPERTIES EXPORT_NAME ${layer})
    target_link_libraries(slidetype_${layer} INTERFACE ${rooms})
endfunction()

# slidetype_module(TARGET sources...): a library that is loaded when it is first needed, with hidden names. Installed as such.
function(slidetype_module target)
    add_library(${target} MODULE ${ARGN})
    set_property(GLOBAL APPEND PROPERTY SLIDETYPE_MODULES ${target})
    slidetype_options(${target})
    set_target_properties(${target} PROPERTIES
        LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib/slidetype CXX_VISIBILITY_PRESET hidden)
    slidetype_link_completely(${target})
endfunction()

# slidetype_precompile(TARGET headers...): parses what most files of the target include once for all of them. A file still
# includes what it uses: scripts/lint.sh compiles each without.
# GCC 12 does not know library headers as such once they are precompiled, and may then warn of its own std::string in
# optimised code (array-bounds in char_traits.h; so it does in model, which is left out).
function(slidetype_precompile target)
    target_precompile_headers(${target} PRIVATE
        <algorithm> <chrono> <filesystem> <functional> <map> <memory> <optional> <span> <string> <vector> ${ARGN})
endfunction()

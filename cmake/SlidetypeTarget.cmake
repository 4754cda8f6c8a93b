# Options that every target of ours shares: warnings are errors, headers are included as <folder/name.h>.

function(slidetype_options target)
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wconversion -Werror)
    if(SLIDETYPE_SANITIZE)
        # GCC's own <regex> looks uninitialised to it once it is instrumented, and it warns of the fences of Boost.Asio,
        # which the thread sanitizer does not see.
        target_compile_options(${target} PUBLIC -fsanitize=${SLIDETYPE_SANITIZE} -fno-omit-frame-pointer
            $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
        if(SLIDETYPE_SANITIZE STREQUAL "thread")
            target_compile_options(${target} PUBLIC $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
        endif()
        target_link_options(${target} PUBLIC -fsanitize=${SLIDETYPE_SANITIZE})
    endif()
endfunction()

# slidetype_unhurried(TARGET [UNDER_SANITIZERS]): not optimised, always or where sanitizers make that slow: for what does
# little work itself and takes long to optimise, such as command lines and tests.
function(slidetype_unhurried target)
    if(SLIDETYPE_SANITIZE OR NOT "UNDER_SANITIZERS" IN_LIST ARGN)
        target_compile_options(${target} PRIVATE -O0)
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

# slidetype_precompile(TARGET headers...): parses what most files of the target include once for all of them. A file still
# includes what it uses: scripts/lint.sh compiles each without.
# GCC 12 does not know library headers as such once they are precompiled, and may then warn of its own std::string in
# optimised code (array-bounds in char_traits.h; so it does in model, which is left out).
function(slidetype_precompile target)
    target_precompile_headers(${target} PRIVATE
        <algorithm> <chrono> <filesystem> <functional> <map> <memory> <optional> <span> <string> <vector> ${ARGN})
endfunction()

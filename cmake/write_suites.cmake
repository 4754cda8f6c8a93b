# Writes PROGRAM's tests for CTest, each suite of GoogleTest as one test, or as several of at most AT_MOST tests each, so
# that they share what the program takes to start. Run after it is linked:
#   cmake -DPROGRAM=… -DPREFIX=model. -DAT_MOST=8 -DOUTPUT=… -P write_suites.cmake
execute_process(COMMAND ${PROGRAM} --gtest_list_tests OUTPUT_VARIABLE listed RESULT_VARIABLE status TIMEOUT 120)
if(NOT status EQUAL 0)
    message(FATAL_ERROR "${PROGRAM} cannot list its tests (${status}):\n${listed}")
endif()

set(text "")
macro(end_part)
    if(part)
        list(JOIN part ":" filter)
        math(EXPR number "${number} + 1")
        # A hundred parts of one suite would still be sorted.
        string(APPEND text "add_test([=[${PREFIX}${suite}.${number}]=] [=[${PROGRAM}]=] [=[--gtest_filter=${filter}]=])\n")
        set(part "")
    endif()
endmacro()

string(REPLACE ";" "\\;" listed "${listed}")
string(REPLACE "\n" ";" lines "${listed}")
set(part "")
foreach(line IN LISTS lines)
    string(REGEX REPLACE " *#.*$" "" line "${line}")  # what a parameter is
    if(line MATCHES "^  ([^ ]+)$")
        list(APPEND part "${suite}.${CMAKE_MATCH_1}")
        list(LENGTH part length)
        if(length EQUAL AT_MOST)
            end_part()
        endif()
    elseif(line MATCHES "^([^ ]+)\\.$")
        end_part()
        set(suite "${CMAKE_MATCH_1}")
        set(number 0)
    endif()
endforeach()
end_part()
file(WRITE ${OUTPUT} "${text}")

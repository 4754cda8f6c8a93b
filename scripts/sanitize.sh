#!/usr/bin/env bash
# sanitize.sh: builds the tests under the address and undefined-behaviour sanitizers and runs them, then those of the
# concurrent parts under the thread sanitizer. What is suppressed, of libraries only, is in tests/sanitizers.
# Leaves a line for each in build/sanitizers.csv. Exit code 0: nothing was found.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# = 0 ] || { echo "usage: scripts/sanitize.sh" >&2; exit 1; }

clang=$(clang --version 2>/dev/null | sed -n 's/.*version \([0-9]*\)\..*/\1/p' | head -n 1 || true)
if [ "$clang" != 14 ]; then
    echo "This is clang ${clang:-(none)}. What is suppressed is known of clang 14 and the libraries of Debian 12: elsewhere findings in libraries may show."
fi
rules=$PWD/tests/sanitizers
# intercept_tls_get_addr=0: by the address of a later loaded library's thread-local block a run time of that age (GCC 12) now and then
# takes it for one of an old glibc, reads start and length where there are none, and its search for leaks dies of them
# ("Tracer caught signal 11", https://github.com/google/sanitizers/issues/1322).
export ASAN_OPTIONS="detect_odr_violation=0:allocator_may_return_null=1:strict_string_checks=1:intercept_tls_get_addr=0"
export LSAN_OPTIONS="suppressions=$rules/leak.supp:print_suppressions=0"
export UBSAN_OPTIONS="print_stacktrace=1"
# history_size: so far back it remembers who did what, by which it knows what is suppressed.
export TSAN_OPTIONS="suppressions=$rules/thread.supp:halt_on_error=0:second_deadlock_stack=1:history_size=7"
mkdir -p build
figures=build/sanitizers.csv
failures=build/sanitizers-failed.txt
echo "sanitizer,tests,failed,build_s,run_s" >$figures
: >$failures

# sanitize PRESET NAME "targets" ctest options…
sanitize() {
    local preset=$1 name=$2 targets=$3 begin=$SECONDS built
    shift 3
    cmake --preset "$preset" >"build/$preset-configure.log" 2>&1 || { cat "build/$preset-configure.log" >&2; exit 1; }
    # shellcheck disable=SC2086
    cmake --build --preset "$preset" ${targets:+--target $targets} || exit 1
    built=$SECONDS
    local log=build/$preset-tests.log status=0
    ctest --preset "$preset" -j $(($(nproc) + 1)) "$@" 2>&1 | tee "$log" || status=1
    local of failed suites parts=0 tests=0
    of=$(sed -n 's/.* tests failed out of \([0-9]*\)$/\1/p' "$log")
    failed=$(sed -n 's/.*, \([0-9]*\) tests failed out of .*/\1/p' "$log")
    # CTest counts programs, which may run several tests of a suite.
    suites=$(find "build/$preset/tests" -name '*_suites.cmake' -exec cat {} +)
    if [ -n "$suites" ]; then
        parts=$(grep -c '^add_test' <<<"$suites")
        tests=$(sed 's/.*--gtest_filter=//; s/:/\n/g' <<<"$suites" | wc -l)
    fi
    echo "\"$name\",$((of - parts + tests)),$failed,$((built - begin)),$((SECONDS - built))" >>$figures
    # Said again at the end, where whoever reads a long log looks first.
    sed -n '/^The following tests FAILED/,/^$/p' "$log" >>$failures
    return $status
}

status=0
sanitize asan "address and undefined behaviour: all but bench" "" || status=1
# model's threads share a loaded network, and are watched through plugin. A report that does not come again is printed and
# no more: what libraries do among themselves shows now and then.
watched="base, tiler, plugin, viewer"
if sanitized_tbb=$(scripts/build_sanitized_tbb.sh build/tsan-tbb); then
    export LD_LIBRARY_PATH=$sanitized_tbb
else
    echo "Without a TBB that is built for it the thread sanitizer sees races where there are none: plugin and viewer are left out."
    watched="base, tiler"
fi
layers=${watched//, / }
# shellcheck disable=SC2086
sanitize tsan "thread: $watched" "$(printf 'slidetype_%s_tests ' $layers)" -R "^(${layers// /|})\\." \
    -E 'Training|TorchScript|viewer\.Page|NOT_BUILT|CExample' --repeat until-pass:2 || status=1
cat $figures $failures
exit $status

#!/usr/bin/env bash
# fuzz.sh [SECONDS]: builds the fuzzer of the quick way to a slide's pixels and runs it for that long (60 by default),
# from generated seeds and what earlier runs found (build/fuzz/corpus). Exit code 0: nothing was found. A file that
# makes it fail is left in build/fuzz and named. clang with libFuzzer is needed: scripts/install_dependencies.sh --fuzz.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
case $seconds in
    '' | *[!0-9]*) echo "usage: scripts/fuzz.sh [SECONDS]" >&2; exit 1 ;;
esac

mkdir -p build
cmake --preset fuzz >build/fuzz-configure.log 2>&1 || { cat build/fuzz-configure.log >&2; exit 1; }
cmake --build --preset fuzz
mkdir -p build/fuzz/corpus build/fuzz/seeds
build/fuzz/bin/write_seeds build/fuzz/seeds
exec build/fuzz/bin/jpeg_tiff_fuzz build/fuzz/corpus build/fuzz/seeds \
    -max_total_time="$seconds" -max_len=65536 -timeout=20 -rss_limit_mb=1024 -malloc_limit_mb=320 \
    -artifact_prefix=build/fuzz/ -print_final_stats=1 -verbosity=1 -reload=0

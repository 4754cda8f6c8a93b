#!/usr/bin/env bash
# Fails on any formatting or clang-tidy finding. Runs on every C++ file that git knows.
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t files < <(git ls-files '*.cpp' '*.h')
echo "clang-format: ${#files[@]} files"
clang-format --dry-run --Werror "${files[@]}"

# A configuration of its own: clang cannot read gcc's precompiled headers. model/torch/ is left out, because clang 14
# cannot parse libtorch's headers together with the C++20 library of gcc 12, and so is the file with coroutines, which
# clang 14 knows by their name before the standard only; gcc compiles all of it with all warnings.
cmake --preset release -B build/lint -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON >build/lint.log 2>&1 || { cat build/lint.log; exit 1; }
mapfile -t sources < <(git ls-files '*.cpp' ':!model/torch/' ':!plugin/viewer/http_server.cpp')
echo "clang-tidy: ${#sources[@]} files"
printf '%s\n' "${sources[@]}" | xargs -P "$(nproc)" -n 1 clang-tidy --quiet -p build/lint 2>build/lint.err || {
    grep -vE '^[0-9]+ warnings? ' build/lint.err >&2 || true
    exit 1
}
echo "clean"

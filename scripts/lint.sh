#!/usr/bin/env bash
# lint.sh [--each]: fails on any formatting or clang-tidy finding, in every C++ file that git knows, and on a missing include
# in those that were changed last. clang-tidy sees many files at a time (lint_batches.py), which hides missing includes; so
# the 60 files that were committed last, and those that are not committed, are also compiled each for itself.
# --each does so with all, and has clang-tidy see each file for itself (`make nightly`).
set -euo pipefail
cd "$(dirname "$0")/.."
each=no
case "$*" in
    '') ;;
    --each) each=yes ;;
    *) echo "usage: scripts/lint.sh [--each]" >&2; exit 1 ;;
esac

# What is a finding, and how a line is broken, differs from version to version; this project follows that of Debian 12.
style=14
version_of() { "$1" --version 2>/dev/null | sed -n 's/.*version \([0-9]*\)\..*/\1/p' | head -n 1; }
is_style() { # PROGRAM: whether it is of that version
    local version
    version=$(version_of "$1")
    [ "$version" != $style ] || return 0
    echo "$1 is skipped: the style is that of $1 $style (Debian 12), and here is ${version:-none}"
    return 1
}

mapfile -t files < <(git ls-files '*.cpp' '*.h')
if is_style clang-format; then
    echo "clang-format: ${#files[@]} files"
    clang-format --dry-run --Werror "${files[@]}"
fi

# A configuration of its own: clang cannot read gcc's precompiled headers, and these would hide missing includes. model/torch/
# is left out of clang-tidy, because clang 14 cannot parse libtorch's headers together with the C++20 library of gcc 12, and
# so is the file with coroutines, which clang 14 knows by their name before the standard only; gcc compiles all of it with
# all warnings.
mkdir -p build
cmake --preset edit -B build/lint -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON >build/lint.log 2>&1 || { cat build/lint.log; exit 1; }
left_out=(':!model/torch/' ':!tests/model/torch/*.cpp' ':!plugin/viewer/http_server.cpp')
no_onnxruntime=(':!model/onnxruntime/' ':!tests/model/onnxruntime/o*_library*')  # these need its header
if grep -q '^SLIDETYPE_ONNXRUNTIME_INCLUDE_DIR:PATH=.*-NOTFOUND' build/lint/CMakeCache.txt; then
    echo "ONNX Runtime's header is not there (make onnx): what includes it is left out"
    left_out+=("${no_onnxruntime[@]}")
else
    no_onnxruntime=()
fi
mapfile -t sources < <(git ls-files '*.cpp' "${left_out[@]}")
last=60
[ $each = no ] || last=1000000
if ! is_style clang-tidy; then
    :
elif [ $each = yes ]; then
    echo "clang-tidy: ${#sources[@]} files, each for itself"
    printf '%s\n' "${sources[@]}" | xargs -P "$(nproc)" -n 1 clang-tidy --quiet -p build/lint 2>build/lint.err || {
        grep -vE '^[0-9]+ warnings? ' build/lint.err >&2 || true
        exit 1
    }
else
    scripts/lint_batches.py build/lint "$(nproc)" "${sources[@]}"
fi

# With the compiler and the options of the build, up to where code would be made of it.
{
    git diff --name-only HEAD -- . "${no_onnxruntime[@]}"
    git log --name-only --format= -- . "${no_onnxruntime[@]}" 2>/dev/null || true
    git ls-files -- . "${no_onnxruntime[@]}"
} | scripts/compile_alone.py build/lint "$(nproc)" $last
echo "clean"

#!/usr/bin/env bash
# Makes the packages twice, from two copies of the last commit in two folders of different names, and compares the bytes.
# Usage: packaging/try_reproducible.sh [FOLDER]    (20 minutes of two quick processors; FOLDER keeps what was made)
set -euo pipefail
cd "$(dirname "$0")/.."
work=${1:-$(mktemp -d)}
[ $# -gt 0 ] || trap 'rm -rf "$work"' EXIT
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
for copy in here elsewhere_with_a_longer_name; do
    mkdir -p "$work/$copy"
    git archive HEAD | tar -x -C "$work/$copy"
    [ ! -d build/onnxruntime ] || { mkdir -p "$work/$copy/build"; cp -r build/onnxruntime "$work/$copy/build/"; }
    # Each compiled anew, at its own time.
    (cd "$work/$copy" && CCACHE_DISABLE=1 packaging/packages.sh) >"$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; exit 1; }
done
cd "$work"
diff -r here/build/packages/out elsewhere_with_a_longer_name/build/packages/out
echo "Both are the same, byte for byte:"
cat here/build/packages/out/SHA256SUMS

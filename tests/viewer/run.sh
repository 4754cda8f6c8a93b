#!/usr/bin/env bash
# Scores two sample slides, serves them and one that fails, and goes through the page in a browser.
#   run.sh PROGRAM SOURCE_FOLDER WEB_FOLDER ARTIFACTS
set -euo pipefail
program=$1 source=$2 web=$3 artifacts=$4
chromium=$(command -v chromium || true)
if [ -z "$chromium" ]; then
    echo "SKIPPED: chromium is not installed"
    exit 0
fi
work=$(mktemp -d)
server=
stop_server() {
    if [ -n "$server" ]; then
        kill -INT "$server" 2>/dev/null || true
        wait "$server" || true
    fi
    server=
}
finish() {
    stop_server
    rm -rf "$work"
}
trap finish EXIT

# serve ARGUMENTS: starts `slidetype view` with them and sets VIEWER_URL.
serve() {
    "$program" view "$@" --no-browser >"$work/address" &
    server=$!
    for _ in $(seq 300); do
        grep -qs http "$work/address" && break
        sleep 0.1
    done
    VIEWER_URL=$(grep -o 'http://[^ ]*' "$work/address")
    export VIEWER_URL
}

mkdir "$work/slides" "$work/unscored"
# Without the annotations that lie beside them.
cp "$source"/sample_slides/{acinar,mixed}.tiff "$work/slides"
cp "$source/sample_slides/mixed.tiff" "$work/unscored"
head -c 20000 "$source/sample_slides/keratin.tiff" >"$work/slides/<img src=x onerror=alert(1)>.tiff"
"$program" run "$work"/slides/*.tiff -o "$work/out" -q >/dev/null || [ $? = 2 ] # one of them fails
export CHROMIUM=$chromium WEB_FOLDER=$web
serve "$work/out"
ARTIFACTS=$artifacts EXPECT_SLIDES=3 node "$source/tests/viewer/browser_test.mjs"
stop_server
# So coarse that the slide has many small tiles, and on one thread, so that there is something to watch.
serve "$work/unscored" -o "$work/scored" --spacing 2.2 --threads 1
ARTIFACTS=$artifacts/scoring SCORING=1 node "$source/tests/viewer/browser_test.mjs"

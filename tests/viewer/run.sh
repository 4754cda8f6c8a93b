#!/usr/bin/env bash
# Scores two sample slides, serves them and one that fails, and goes through the page in a browser; then through the light
# table of ten thousand pictures.
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
stop_server() { # [SIGNAL]
    if [ -n "$server" ]; then
        kill "-${1:-INT}" "$server" 2>/dev/null || true
        wait "$server" || true
    fi
    server=
}
finish() {
    stop_server TERM  # at once, too: before it has begun, what a shell runs in the background ignores SIGINT
    rm -rf "$work"
}
trap finish EXIT

# serve ARGUMENTS: starts `slidetype view` with them and sets VIEWER_URL.
serve() {
    rm -f "$work/address"  # of the last one, which could be read before this one begins
    "$program" view "$@" --no-browser >"$work/address" &
    server=$!
    for _ in $(seq 300); do
        grep -qs http "$work/address" && break
        sleep 0.1
    done
    VIEWER_URL=$(grep -o 'http://[^ ]*' "$work/address")
    export VIEWER_URL
}

# table KIND FOLDER ARGUMENTS: goes through the light table of a folder.
table() {
    local kind=$1
    shift
    serve "$@"
    ARTIFACTS=$artifacts/table-$kind LIGHT_TABLE=$kind LABELS=${LABELS:-} node "$source/tests/viewer/browser_test.mjs"
    stop_server
}

mkdir "$work/slides" "$work/unscored"
# Without the annotations that lie beside them.
cp "$source"/sample_slides/{acinar,mixed}.tiff "$work/slides"
cp "$source/sample_slides/mixed.tiff" "$work/unscored"
head -c 20000 "$source/sample_slides/keratin.tiff" >"$work/slides/<img src=x onerror=alert(1)>.tiff"
# Two of one patient, and one of nobody, which fails.
{
    echo 'slide,patient'
    echo "$work/slides/acinar.tiff,case <1>"
    echo "$work/slides/mixed.tiff,case <1>"
    echo "$work/slides/<img src=x onerror=alert(1)>.tiff,"
} >"$work/slides.csv"
"$program" run "$work/slides.csv" -o "$work/out" -q >/dev/null || [ $? = 2 ]
export CHROMIUM=$chromium WEB_FOLDER=$web
serve "$work/out"
ARTIFACTS=$artifacts EXPECT_SLIDES=3 node "$source/tests/viewer/browser_test.mjs"
stop_server
# So coarse that the slide has many small tiles, and on one thread, so that there is something to watch.
serve "$work/unscored" -o "$work/scored" --spacing 2.2 --threads 1
ARTIFACTS=$artifacts/scoring SCORING=1 node "$source/tests/viewer/browser_test.mjs"
stop_server

node "$source/tests/viewer/light_table_data.mjs" "$work/table" "${SLIDETYPE_TABLE_PICTURES:-10000}"
LABELS=$work/table/out/labels.csv table scored "$work/table/out"
"$program" evaluate compact "$work/table/out/labels.csv" >"$work/evaluated"
grep "Pictures: [0-9]* LUAD in .*, [0-9]* LUSC in" "$work/evaluated"
LABELS=$work/table/pictures/labels.csv table unscored "$work/table/pictures"
table read-only "$work/table/pictures" -o /proc/slidetype

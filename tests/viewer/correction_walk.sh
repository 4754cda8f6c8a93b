#!/usr/bin/env bash
# A person's way from a result through a correction to a better result, on a sample slide, as docs/viewer.md tells it:
# view, draw what is right, save, train, run again. Prints the figures before and after as a table; screenshots go to OUT.
#   correction_walk.sh PROGRAM SOURCE_FOLDER WEB_FOLDER OUT
set -euo pipefail
program=$1 source=$2 web=$3 out=$4
chromium=$(command -v chromium) || { echo "chromium is not installed"; exit 1; }
mkdir -p "$out"
rm -rf "$out/slides" "$out/before" "$out/after" "$out/my_model"
mkdir "$out/slides"
cp "$source/sample_slides/mixed.tiff" "$out/slides" # without the annotations that lie beside it

"$program" run "$out/slides/mixed.tiff" -o "$out/before" -q >/dev/null
rm -f "$out/address"
"$program" view "$out/before" --no-browser >"$out/address" &
server=$!
trap 'kill -INT "$server" 2>/dev/null || true; wait "$server" || true' EXIT
for _ in $(seq 300); do
    grep -qs http "$out/address" && break
    sleep 0.1
done
VIEWER_URL=$(grep -o 'http://[^ ]*' "$out/address") CHROMIUM=$chromium WEB_FOLDER=$web ARTIFACTS=$out/screenshots \
    node "$source/tests/viewer/correction_walk.mjs" draw "$source/sample_slides/mixed.geojson"

begin=$(date +%s)
"$program" train "$out/before" -o "$out/my_model" --from compact --quiet >"$out/train.txt"
echo "trained in $(($(date +%s) - begin)) s" >&2
"$program" run "$out/slides/mixed.tiff" -o "$out/after" --model "$out/my_model" -q >/dev/null
node "$source/tests/viewer/correction_walk.mjs" compare "$out/before/mixed" "$out/after/mixed"

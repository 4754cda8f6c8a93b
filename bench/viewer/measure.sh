#!/usr/bin/env bash
# Measures `slidetype view` for docs/viewer.md, on a quiet machine:
#   measure.sh BUILD TILES [SLIDE…]
# BUILD has viewer_bench and mosaic_slide; TILES has folders lung_aca and lung_scc with pictures of 224 × 224. Measured are
# a mosaic of 21 504 × 21 504 px made of these, which is kept in BUILD/viewer_bench, and every SLIDE.
set -euo pipefail
build=$1 tiles=$2
shift 2
mkdir -p "$build/viewer_bench"
mosaic=$build/viewer_bench/mosaic.tiff
if [ ! -e "$mosaic" ]; then
    "$build/bin/mosaic_slide" --tiles LUAD="$tiles/lung_aca" --tiles LUSC="$tiles/lung_scc" --key A=LUAD --key S=LUSC \
        --tile-px 224 --layout "......../.AAASSS./.AAASSS./.AAASSS./.AAASSS./.AAASSS./.AAASSS./........" --repeat 12 -o "$mosaic"
fi
for slide in "$mosaic" "$@"; do
    "$build/bin/viewer_bench" "$slide"
    echo
done

#!/bin/sh
# installed_example.sh CMAKE BUILD CC SOURCE: installs into a folder of its own, builds the C example against that alone,
# and scores a sample slide with it.
set -eu
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
"$1" --install "$2" --prefix "$prefix" >"$prefix/log"
library=$(find "$prefix" -name libslidetype.so | head -n 1)
"$3" "$4/plugin/c_api/examples/analyse.c" -I"$prefix/include" -L"$(dirname "$library")" -lslidetype -lm -o "$prefix/analyse"
LD_LIBRARY_PATH=$(dirname "$library") "$prefix/analyse" "$4/sample_slides/keratin.tiff" "$prefix/out"
ls "$prefix/out"

#!/usr/bin/env bash
# fuzz.sh [SECONDS] [TARGET…]: builds the fuzzers of what slidetype reads from strangers and runs each for that long (60 by
# default), from the seeds of tests/fuzz/corpus (and generated ones for jpeg_tiff and dicom) and what earlier runs found
# (build/fuzz/corpus). Exit code 0: nothing was found. A file that makes one fail is left in build/fuzz and named.
# Leaves the figures in build/fuzz/figures.csv; copied to tests/reliability/results/fuzz.csv they get into the page.
# Targets: jpeg_tiff dicom safetensors model_config onnx_file manifest annotations picture_facts feature_hdf5 saved_tensor. clang with
# libFuzzer is needed: scripts/install_dependencies.sh --clang.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
case $seconds in
    '' | *[!0-9]*) echo "usage: scripts/fuzz.sh [SECONDS] [TARGET…]" >&2; exit 1 ;;
esac
targets=("${@:2}")
[ ${#targets[@]} -gt 0 ] || targets=(jpeg_tiff dicom safetensors model_config onnx_file manifest annotations picture_facts feature_hdf5 saved_tensor)

mkdir -p build
cmake --preset fuzz >build/fuzz-configure.log 2>&1 || { cat build/fuzz-configure.log >&2; exit 1; }
cmake --build --preset fuzz --target "${targets[@]/%/_fuzz}" write_seeds

cd build/fuzz
bin/write_seeds seeds
# jpeg_tiff and dicom take pictures, the others text; none may take memory that its input does not warrant.
options=(-timeout=20 -rss_limit_mb=1024 -malloc_limit_mb=320 -print_final_stats=1 -verbosity=1 -reload=0)
fuzz() { # TARGET: returns 0 where nothing was found
    local target=$1 log=$1.log length=4096 findings=0 edges
    if [ "$target" = jpeg_tiff ] || [ "$target" = dicom ]; then length=65536; fi
    local seeds=seeds/$target
    [ -d "$seeds" ] || seeds=../../tests/fuzz/corpus/$target
    mkdir -p "corpus/$target"
    "bin/${target}_fuzz" "corpus/$target" "$seeds" -max_total_time="$seconds" -max_len="$length" \
        -artifact_prefix="$target-" "${options[@]}" >"$log" 2>&1 || findings=1
    stat() { sed -n "s/^stat::$1: *//p" "$log"; }
    edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
    echo "$target,$(stat number_of_executed_units),$(stat average_exec_per_sec),$edges,$(stat peak_rss_mb),$seconds,$findings" \
        >"$target.csv"
    if [ "$findings" != 0 ]; then
        tail -n 60 "$log" >&2
        echo "$target: FOUND something, see above and build/fuzz/$target-*" >&2
        return 1
    fi
    echo "$target: $(stat number_of_executed_units) executions in $seconds s, $edges edges, nothing found"
}

# As many at once as there are processors.
status=0
for target in "${targets[@]}"; do
    while [ "$(jobs -pr | wc -l)" -ge "$(nproc)" ]; do wait -n || status=1; done
    fuzz "$target" &
done
while [ -n "$(jobs -p)" ]; do wait -n || status=1; done
{
    echo "target,executions,executions_per_s,edges,peak_mb,seconds,findings"
    cat "${targets[@]/%/.csv}"
} >figures.csv
exit $status

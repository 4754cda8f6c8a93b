#!/usr/bin/env bash
# Learns from the diagnoses of a table: features as a job array, then the heads on one node.
#
#   submit_cohort.sh TASKS COHORT.csv MODEL [--encoder ENCODER] [-- options of `slidetype train`…]
#
# MODEL lies where all nodes see it; the features go to MODEL.features. In the environment: as for submit.sh.
# Prints the numbers of the array and of the training.
set -euo pipefail
[ $# -ge 3 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 1; }
tasks=$1 cohort=$2 model=$3
shift 3
encoder=()
if [ "${1:-}" = --encoder ]; then
    encoder=(--encoder "$2")
    shift 2
fi
[ "${1:-}" != -- ] || shift
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$model.features/logs"
array=$(sbatch --parsable --export=ALL,SHARDS="$tasks" --array="1-$tasks" --cpus-per-task="${CPUS:-8}" \
    --output="$model.features/logs/%A_%a.log" \
    "$here/array.sh" features "$cohort" -o "$model.features" "${encoder[@]}" -q)
# Also where slides failed: `train` says which it goes without.
train=$(sbatch --parsable --export=ALL --dependency="afterany:$array" --cpus-per-task="${CPUS:-8}" \
    --output="$model.features/logs/train_%j.log" \
    "$here/one.sh" train "$cohort" -o "$model" --features "$model.features" "${encoder[@]}" "$@")
echo "array $array, train $train"

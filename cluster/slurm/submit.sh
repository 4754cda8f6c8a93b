#!/usr/bin/env bash
# Scores the slides of a table as a job array, and puts the parts together.
#
#   submit.sh TASKS SLIDES.csv OUT [options of `slidetype run`…]
#
# OUT lies where all nodes see it. Slurm's own options stand in the environment (SBATCH_PARTITION, SBATCH_TIMELIMIT,
# SBATCH_ACCOUNT…), and so do CPUS (processors of a task, default 8) and what array.sh takes (SLIDETYPE, STAGE, RETRIES).
# Prints the numbers of the array and of the job that collects. Logs lie in OUT/logs.
set -euo pipefail
[ $# -ge 3 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 1; }
tasks=$1 slides=$2 out=$3
shift 3
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$out/logs"
array=$(sbatch --parsable --export=ALL,SHARDS="$tasks" --array="1-$tasks" --cpus-per-task="${CPUS:-8}" \
    --output="$out/logs/%A_%a.log" "$here/array.sh" run "$slides" -o "$out" -q "$@")
# After any end, since it is `collect` that says what is missing.
collect=$(sbatch --parsable --export=ALL --dependency="afterany:$array" --output="$out/logs/collect_%j.log" \
    "$here/one.sh" collect "$out" --list "$slides" -q)
echo "array $array, collect $collect"

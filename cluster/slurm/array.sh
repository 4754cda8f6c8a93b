#!/usr/bin/env bash
# One task of a job array: does its part of the slides, and goes back into the queue where another try could bring more.
#
#   sbatch --array=1-64 --cpus-per-task=8 array.sh run slides.csv -o results
#   sbatch --array=1-8 array.sh features cohort.csv -o cohort.features
#   SHARDS=64 sbatch --array=3,17 array.sh run slides.csv -o results      tasks 3 and 17 of the 64 again
#
# Everything behind the script's name is a command line of slidetype. submit.sh and submit_cohort.sh write such lines.
# Number the tasks from 1. In the environment:
#   SLIDETYPE  the program (default: slidetype of the PATH)
#   SHARDS     of how many tasks this one is (default: the array's last number)
#   STAGE      folder of the node's own disk that slides are copied to, one ahead (default: they are read where they lie)
#   RETRIES    how often a task may go back into the queue (default 5)
#SBATCH --job-name=slidetype
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --signal=B:TERM@120
set -uo pipefail

shards=${SHARDS:-$SLURM_ARRAY_TASK_MAX}
options=(--shard "$SLURM_ARRAY_TASK_ID/$shards" --threads "${SLURM_CPUS_PER_TASK:-${SLURM_CPUS_ON_NODE:-0}}")
[ -z "${STAGE:-}" ] || options+=(--stage "$STAGE")

# The time limit (--signal), preemption and scancel send SIGTERM: the program ends the slide in hand as undone and says 75.
# In the background, since a shell heeds signals only between commands.
"${SLIDETYPE:-slidetype}" "$@" "${options[@]}" &
program=$!
trap 'kill -TERM "$program" 2>/dev/null' TERM
while :; do
    wait "$program"
    code=$?
    kill -0 "$program" 2>/dev/null || break # else a signal came, and the program is still at work
done

# 75: what may pass. 143: SIGTERM came before the program listened, and nothing had been begun.
if [ "$code" = 75 ] || [ "$code" = 143 ]; then
    if [ "${SLURM_RESTART_COUNT:-0}" -lt "${RETRIES:-5}" ]; then
        echo "slidetype ended with $code: back into the queue, after ${SLURM_RESTART_COUNT:-0} restarts."
        # Slurm begins it again after two minutes, when it has heard that this one has ended.
        scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID" && exit "$code"
    fi
    echo "slidetype ended with $code after ${SLURM_RESTART_COUNT:-0} restarts: this task gives up." >&2
fi
exit "$code"

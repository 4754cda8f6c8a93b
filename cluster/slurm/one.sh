#!/usr/bin/env bash
# A job of one task: slidetype with these arguments, such as `collect` or `train` after an array.
#
#   sbatch --dependency=afterany:JOB one.sh collect results --list slides.csv
#SBATCH --job-name=slidetype
#SBATCH --requeue
#SBATCH --open-mode=append
set -euo pipefail
exec "${SLIDETYPE:-slidetype}" "$@"

#!/usr/bin/env bash
# Puts the built program through every fault many times and prints the table of docs/reliability.md; about an hour on two
# cores. As root it also fills a small disk (a tmpfs) and takes permissions away; without, it says what it skips. The
# figures of each fault are stored when it is through; tests/reliability/page.py puts them into the page.
# Usage: fault_trials.sh [--tries N] [FAULT…]
set -euo pipefail
cd "$(dirname "$0")/.."
exec python3 tests/reliability/fault_trials.py --full --plot docs/images/soak.svg \
    --store tests/reliability/results/faults.json "$@"

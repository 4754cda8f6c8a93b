#!/usr/bin/env python3
"""cluster/snakemake/ with `snakemake --cores 2`: 24 slides and one that is none; everything is killed in the middle, and goes on.
In the end there must be what one machine makes, byte for byte but for what without_timing() of tests/reliability/trial.py
leaves out: times, and the name of the output folder.

usage: snakemake_test.py --program build/release/bin/slidetype
Exit code 77, with the reason, where there is no Snakemake.
"""
import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from slurm_test import HERE, SKIPPED, SLIDES, write_table
from trial import compare, contents

SNAKEFILE = HERE.parent.parent / "cluster" / "snakemake" / "Snakefile"
CORES = 2
KILLED_AFTER = 6  # slides
LIMIT_S = 240


def start(folder, program, *options):
    log = open(folder / "log", "a", encoding="utf-8")
    command = ["snakemake", "--snakefile", SNAKEFILE, "--cores", CORES, "--rerun-incomplete", *options, "--config",
               f"slidetype={program}", "slides=list.csv", "out=out", "threads=1", f"stage={folder / 'scratch'}"]
    return subprocess.Popen(list(map(str, command)), cwd=folder, stdout=log, stderr=log, start_new_session=True)


def wait(folder, process):
    try:
        code = process.wait(timeout=LIMIT_S)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    if code != 0:
        raise RuntimeError(f"snakemake ended with {code}:\n" + (folder / "log").read_text()[-3000:])


def ended(folder):
    return len(list((folder / "out" / "slides").glob("*.ended")))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    program = parser.parse_args().program.resolve()
    if not shutil.which("snakemake"):
        print("skipped: snakemake not found (Debian: snakemake)")
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="slidetype-snakemake-") as name:
        folder = pathlib.Path(name)
        write_table(folder)
        begin = time.monotonic()
        first = start(folder, program)
        while ended(folder) < KILLED_AFTER:
            if first.poll() is not None or time.monotonic() - begin > LIMIT_S:
                raise RuntimeError("nothing is done:\n" + (folder / "log").read_text()[-3000:])
            time.sleep(0.05)
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        before = ended(folder)
        assert before < SLIDES, "it was not killed in the middle"
        slides = folder / "out" / "slides"
        kept = {path: path.stat().st_mtime_ns for path in [*slides.glob("*.ended"), *slides.glob("*/*/summary.json")]}
        wait(folder, start(folder, program, "--unlock"))
        wait(folder, start(folder, program))
        print(f"killed after {before} slides; all of it: {time.monotonic() - begin:.0f} s")
        again = [path for path, at in kept.items() if path.stat().st_mtime_ns != at]
        # Snakemake takes the jobs that were killed between their end and its own note of it for incomplete.
        assert len([path for path in again if path.suffix == ".ended"]) <= CORES, again
        assert not [path for path in again if path.suffix == ".json"], f"results were made again: {again}"
        found = json.loads((folder / "out" / "collect.json").read_text())
        assert (found["slides"], found["missing"]["count"], found["failed"]["count"]) == (25, 0, 1), found
        assert not list((folder / "scratch").glob("slidetype-stage-*")), "slides were left on the node's disk"
        done = {key: content for key, content in contents(folder / "out").items()
                if not key.startswith("slides/") and key != "collect.json"}
        subprocess.run([program, "run", folder / "list.csv", "-o", "one", "-q", "-t", "2"], cwd=folder, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=False)
        compare(contents(folder / "one"), done)
        print(f"{len(done)} files as on one machine")
    return 0


if __name__ == "__main__":
    sys.exit(main())

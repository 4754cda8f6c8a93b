#!/usr/bin/env python3
"""Puts slidetype through faults and prints what survived, as the table of docs/reliability.md.

    fault_trials.py --program build/release/bin/slidetype [--full] [FAULT ...]

Without --full each fault is tried a few times, for ctest (exit code 0; 77 where all that was asked had to be skipped).
"""
import argparse
import os
import pathlib
import shutil
import sys
import tempfile
import time
import traceback

import faults_output
import faults_process
import faults_slides
import page
import soak
from trial import Died, Lost, Skip, Trial

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

# name: (what it says in the table, trial, tries in ctest, tries with --full)
FAULTS = {
    "sigint": ("SIGINT at a random moment", faults_process.interrupt, 2, 25),
    "sigterm": ("SIGTERM at a random moment", faults_process.terminate, 2, 25),
    "sighup": ("SIGHUP at a random moment", faults_process.hang_up, 1, 25),
    "stop-failing": ("SIGTERM while slides fail", faults_process.stop_while_failing, 1, 10),
    "output-full": ("messages go to a full disk", faults_process.output_full, 1, 15),
    "output-closed": ("nobody reads the messages any more (SIGPIPE)", faults_process.output_closed, 1, 25),
    "kill": ("kill -9 at a random moment, again and again", faults_process.kill, 6, 100),
    "share": ("three processes share an output folder, one is killed", faults_process.share, 2, 25),
    "share-in-peace": ("three processes share an output folder", faults_process.share_in_peace, 1, 10),
    "disk-full": ("disk full at a random size", faults_output.disk_full, 2, 25),
    "vanish": ("output folder moved away at a random moment", faults_output.folder_vanishes, 2, 25),
    "read-only": ("output folder read-only at a random moment", faults_output.folder_read_only, 2, 25),
    "truncate": ("slide cut at a random place, before or during the run", faults_slides.truncated, 2, 30),
    "refuse": ("11 files named like slides that are none", faults_slides.refused, 1, 10),
    "delete": ("slide deleted at a random moment", faults_slides.deleted, 2, 25),
    "flip": ("bits flipped in slides of all formats", None, 15, 600),
    "forbid": ("slides and folders that may not be read", faults_slides.forbidden, 1, 5),
    "links": ("links that lead in circles or nowhere", faults_slides.link_loops, 1, 5),
    "names": ("22 strange names in one run", faults_slides.names, 1, 3),
    "model": ("one bit of the model flipped", faults_output.damaged_model, 3, 50),
    "memory": ("--memory too little for one slide", faults_process.little_memory, 1, 10),
    "address-space": ("system refuses memory (ulimit -v)", faults_process.address_space, 2, 40),
    "clock": ("times of the future and the past", faults_process.clock, 1, 10),
}
SOAK_SLIDES = {False: 20, True: 1000}
MOST_GROWTH = 1.1  # of memory and open files from the second to the last tenth of the soak
SKIPPED = 77  # what CTest takes for "skipped"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build/release/bin/slidetype")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--tries", type=int, help="of each fault, in place of what is usual")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plot", type=pathlib.Path, help="where the soak is drawn (SVG)")
    parser.add_argument("--store", type=pathlib.Path, help="JSON file in which each fault's figures are put")
    parser.add_argument("faults", nargs="*", metavar="FAULT", help=f"of {', '.join([*FAULTS, 'soak'])}; default: all")
    chosen = parser.parse_args()
    for fault in chosen.faults:
        if fault not in FAULTS and fault != "soak":
            parser.error(f"there is no fault {fault}")
    return chosen


def make_trial_function(name, folder):
    if name != "flip":
        return FAULTS[name][1]
    shared = pathlib.Path(os.environ.get("SLIDETYPE_SHARED", ROOT.parent / "shared"))
    return faults_slides.Flips(faults_slides.samples(ROOT, shared, folder / "samples"))


def try_fault(name, chosen, folder):
    """Prints one line of the table; returns (failures, skipped)."""
    words, _, few, many = FAULTS[name]
    tries = chosen.tries or (many if chosen.full else few)
    function = make_trial_function(name, folder)
    begin = time.monotonic()
    trial = Trial(chosen.program.resolve(), folder / name, f"{name} {chosen.seed}")
    survived, lost = 0, 0
    for i in range(tries):
        if i > 0 and i % 25 == 0:
            print(f"{name}: {i} of {tries} tried, {i - survived} did not survive, {lost} lost", file=sys.stderr, flush=True)
        try:
            function(trial)
            survived += 1
        except Skip as skip:
            print(f"| {words} | skipped: {skip} | | |", flush=True)
            return 0, True
        except Died as died:
            print(f"{name}: {died}", file=sys.stderr, flush=True)
        except Lost as loss:
            survived += 1
            lost += 1
            print(f"{name}: LOST: {loss}", file=sys.stderr, flush=True)
    outcomes = getattr(function, "outcomes", {})
    row = {"words": words, "tries": tries, "survived": survived, "lost": lost, "outcomes": outcomes}
    print(page.fault_row(row), flush=True)
    print(f"{name}: {time.monotonic() - begin:.0f} s", file=sys.stderr, flush=True)
    if chosen.store:
        page.store_fault(chosen.store, name, row)
    return tries - survived + lost, False


def try_soak(chosen, folder):
    slides = SOAK_SLIDES[chosen.full]
    samples, first_s, second_s = soak.run_soak(chosen.program.resolve(), folder / "soak", slides)
    memory, files = soak.growth(samples, 1), soak.growth(samples, 2)
    row = {"slides": slides, "seconds": first_s, "memory_mb": samples[-1][1], "memory_growth": memory,
           "open_files": samples[-1][2], "files_growth": files, "again_s": second_s}
    print(page.soak_text(row), flush=True)
    if chosen.plot:
        soak.draw(samples, chosen.plot)
    if chosen.store:
        page.store_fault(chosen.store, "soak", row)
    return int(chosen.full and (memory > MOST_GROWTH or files > MOST_GROWTH))


def main():
    chosen = arguments()
    names = chosen.faults or [*FAULTS, "soak"]
    failures, skipped = 0, 0
    folder = pathlib.Path(tempfile.mkdtemp(prefix="slidetype-faults-"))
    os.chmod(folder, 0o755)
    print("| fault | tries | survived | lost |\n|---|---|---|---|", flush=True)
    for name in names:
        try:
            if name == "soak":
                failures += try_soak(chosen, folder)
                continue
            failed, was_skipped = try_fault(name, chosen, folder)
            failures += failed
            skipped += was_skipped
        except Exception:  # the other faults are to be tried, too
            traceback.print_exc()
            failures += 1
    if failures:
        print(f"{failures} trials failed; what they left is in {folder}", file=sys.stderr)
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    return SKIPPED if skipped == len(names) else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""cluster/slurm/ on a Slurm cluster of two nodes: 25 slides as an array of four tasks, of which one slide is broken, one task
gets SIGTERM in the middle of its work, and one is killed and put back into the queue by Slurm. In the end there must be what
one machine makes, byte for byte but for what without_timing() of tests/reliability/trial.py leaves out: times, and the name of
the output folder. Then a cohort: features as an array, the heads on one node.

usage: slurm_test.py --program build/release/bin/slidetype
Exit code 77, with the reason, where there is no Slurm.
"""
import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "reliability"))
import loopback_slurm  # noqa: E402
from small_slide import VENDORS, write_jpeg_slide, write_slide  # noqa: E402
from trial import compare, contents  # noqa: E402

SCRIPTS = HERE.parent.parent / "cluster" / "slurm"
SLIDES, TASKS, SKIPPED = 24, 4, 77
LIMIT_S = 240


def write_table(folder):
    """24 slides of 12 patients, and one that is none."""
    (folder / "slides").mkdir()
    for i in range(SLIDES):
        path = folder / "slides" / f"slide {i}.tiff"
        if i % 2 == 0:
            write_slide(path, columns=9 + i % 3, rows=8, seed=i)  # large enough that there is a midst of the work
        else:
            write_jpeg_slide(path, columns=5 + i % 3, rows=5, seed=i, vendor=VENDORS[i // 2 % 3])
    (folder / "slides" / "broken.svs").write_text("no slide")
    names = [f"slide {i}.tiff" for i in range(SLIDES)] + ["broken.svs"]
    rows = [f"slides/{name},patient {i // 2}" for i, name in enumerate(names)]
    (folder / "list.csv").write_text("slide,patient\n" + "\n".join(rows) + "\n")
    labels = [f"slides/slide {i}.tiff,{'LUAD' if i % 4 < 2 else 'LUSC'},patient {i // 2}" for i in range(SLIDES)]
    (folder / "cohort.csv").write_text("slide,label,patient\n" + "\n".join(labels) + "\n")


def processes_of_parts(out):
    """Numbers of the processes that do a part, by its number."""
    found = {}
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if pathlib.Path(words[0].decode(errors="replace")).name == "slidetype" and b"--shard" in words and str(out).encode() in words:
            found[words[words.index(b"--shard") + 1].decode().split("/")[0]] = int(process.name)
    return found


def slides_left(out, part):
    """How many slides of a part have no result yet; none where it has not begun."""
    try:
        slides = json.loads((out / "shards" / f"{part}-of-{TASKS}" / "run.json").read_text())["slides"]
    except OSError:
        return 0
    return sum(not (out / slide["name"] / "state.json").exists() for slide in slides)


def stopped_in_the_midst(out, spared=()):
    """Stops a process in the midst of its part, whichever is there first: its number and that of the part."""
    for _ in range(3000):
        for part, process in processes_of_parts(out).items():
            if part in spared or slides_left(out, part) < 2:
                continue
            try:
                os.kill(process, signal.SIGSTOP)
            except ProcessLookupError:
                continue
            if slides_left(out, part) >= 2:
                return process, part
            os.kill(process, signal.SIGCONT)
        time.sleep(0.02)
    raise RuntimeError("no part was met in the midst of its work")


def submit(slurm, script, *arguments):
    text = slurm.call(SCRIPTS / script, *arguments, cwd=slurm.folder.parent)
    return text.split()[1].rstrip(",")


def score(slurm, folder, program):
    out = folder / "out"
    begin = time.monotonic()
    array = submit(slurm, "submit.sh", TASKS, "list.csv", out)
    ended, part_ended = stopped_in_the_midst(out)
    os.kill(ended, signal.SIGTERM)
    os.kill(ended, signal.SIGCONT)
    lost, part_lost = stopped_in_the_midst(out, spared=(part_ended,))
    slurm.call("scontrol", "requeue", f"{array}_{part_lost}")  # as when a node is lost: Slurm kills it and begins it again
    try:
        os.kill(lost, signal.SIGCONT)
    except ProcessLookupError:
        pass
    slurm.wait_for_all_jobs(LIMIT_S)
    print(f"array and collect: {time.monotonic() - begin:.0f} s")
    logs = {path.name: path.read_text() for path in (out / "logs").iterdir()}
    assert "back into the queue" in logs[f"{array}_{part_ended}.log"], logs
    assert "DUE TO JOB REQUEUE" in logs[f"{array}_{part_lost}.log"], logs
    found = json.loads((out / "collect.json").read_text())
    counts = (found["slides"], found["expected"], found["missing"]["count"], found["failed"]["count"])
    assert counts == (25, 25, 0, 1), f"{counts}\n" + "\n".join(f"{name}:\n{text}" for name, text in sorted(logs.items()))
    assert found["missing_shards"]["count"] == 0 and "broken" in found["failed"]["first"][0], found
    assert not list(folder.glob("scratch/slidetype-stage-*")), "slides were left on the node's disk"
    done = {name: content for name, content in contents(out).items()
            if not name.startswith(("logs/", "shards/")) and name != "collect.json"}
    subprocess.run([program, "run", "list.csv", "-o", "one", "-q", "-t", "2"], cwd=folder, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, check=False)
    compare(contents(folder / "one"), done)
    print(f"{len(done)} files as on one machine")


def learn(slurm, folder, program):
    begin = time.monotonic()
    model = folder / "model"
    options = ["--folds", "2", "--epochs", "2"]
    submit(slurm, "submit_cohort.sh", 2, "cohort.csv", model, "--", *options)
    slurm.wait_for_all_jobs(LIMIT_S)
    logs = "".join(path.read_text() for path in sorted((folder / "model.features" / "logs").iterdir()))
    assert (model / "config.json").exists(), logs
    subprocess.run([program, "features", "cohort.csv", "-o", "one.features", "-q"], cwd=folder, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for file in sorted((folder / "one.features").glob("*.h5")):
        assert file.read_bytes() == (folder / "model.features" / file.name).read_bytes(), file.name
    print(f"cohort: {time.monotonic() - begin:.0f} s, features as on one machine")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    if why := loopback_slurm.why_not():
        print(f"skipped: {why}")
        return SKIPPED
    program = arguments.program.resolve()
    with tempfile.TemporaryDirectory(prefix="slidetype-slurm-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        write_table(folder)
        os.environ.update(SLIDETYPE=str(program), CPUS="1", STAGE=str(folder / "scratch"))
        with loopback_slurm.LoopbackSlurm(folder / "slurm") as slurm:
            score(slurm, folder, program)
            learn(slurm, folder, program)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What the trials have in common: slides, runs of the program, and the comparison with an undisturbed run."""
import csv
import io
import json
import os
import pathlib
import random
import re
import resource
import shutil
import subprocess
import time

from small_slide import write_mixed_slides

NOBODY = 65534
LEFTOVER = re.compile(r"\.tmp-|^lock-\d+$|^\.(claim|new|now)-")
CPU_S = 60        # a run of a few small slides that takes more has no end
TRY_AGAIN = 75    # the exit code of what may pass
TIMEOUT_S = 1800  # and one that takes longer waits for something; long, since the machine may be busy


class Skip(Exception):
    """The trial cannot be made here; the text says why."""


class Lost(Exception):
    """A result is not what an undisturbed run gives, or looks finished and is not."""


class Died(Exception):
    """The program ended by a signal, hung, or gave an exit code that it should not."""


class Finished:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err


class Trial:
    """A working folder with slides and the results of an undisturbed run. One for each fault."""

    def __init__(self, program, folder, seed, slides=5):
        self.program, self.folder, self.chance = str(program), pathlib.Path(folder), random.Random(seed)
        self.folder.mkdir(parents=True)
        os.chmod(self.folder, 0o777)
        self.originals, self.slides = self.folder / "originals", self.folder / "slides"
        self.originals.mkdir()
        write_mixed_slides(self.originals, slides, columns=lambda i: 5 + i % 3)
        self.restore_slides()
        begin = time.monotonic()
        self.expect(self.run("reference"), {0})
        self.duration_s = time.monotonic() - begin
        self.expected = contents(self.folder / "reference")

    def restore_slides(self):
        """The slides as they were, with their times of change."""
        shutil.rmtree(self.slides, ignore_errors=True)
        shutil.copytree(self.originals, self.slides)

    def start(self, out, *options, arguments=None, cwd=None, nobody=False, address_space=None, stdout=subprocess.PIPE,
              stderr=subprocess.PIPE):
        def before():
            resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
            if address_space:
                resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
            if nobody and os.getuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)

        slides = [str(self.slides)] if arguments is None else [str(a) for a in arguments]
        # Named alike in every trial, since run.json holds the name.
        command = [self.program, "run", *slides, "-o", out, "-q", "-t", "2", *options]
        return subprocess.Popen(command, cwd=cwd or self.folder, stdout=stdout, stderr=stderr, preexec_fn=before)

    def end(self, process):
        try:
            out, err = process.communicate(timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise Died(f"hung for {TIMEOUT_S} s") from None
        return Finished(process.returncode, *((text or b"").decode(errors="replace") for text in (out, err)))

    def run(self, out, *options, **more):
        return self.end(self.start(out, *options, **more))

    def expect(self, finished, codes):
        if finished.code not in codes:
            raise Died(f"exit code {finished.code}, not one of {sorted(codes)}: {finished.err[-500:]}")
        return finished

    def wait_a_random_part(self):
        time.sleep(self.chance.uniform(0, 1.1 * self.duration_s))

    def check_nothing_looks_finished_that_is_not(self, out):
        """Of the folders that hold a summary or say that they are done."""
        out = pathlib.Path(out)
        if not out.is_dir():
            return
        for folder in sorted(p for p in out.iterdir() if p.is_dir() and not p.name.startswith(".")):
            state = folder / "state.json"
            record = json.loads(state.read_text()) if state.exists() else {}
            done = record.get("state") == "done"
            if not done and not (folder / "summary.json").exists():
                continue
            expected = json.loads(self.expected[f"{folder.name}/state.json"])
            if done and record["fingerprint"]["slide"] != expected["fingerprint"]["slide"]:
                continue  # the whole result of what the slide was at that time; made again when it is itself again
            now = contents(folder, strict=False)
            for name, content in self.expected.items():
                if not name.startswith(folder.name + "/"):
                    continue
                name_here = name[len(folder.name) + 1:]
                if name_here == "state.json" and not done:
                    continue
                if now.get(name_here) != content:
                    raise Lost(f"{folder.name}/{name_here} looks finished and is not what it should be")

    def check_same_after_another_run(self, out, *options, cwd=None, **more):
        """Run again undisturbed: equal to the undisturbed run, and a third run does nothing."""
        folder = pathlib.Path(cwd or self.folder) / out
        self.expect(self.run(out, *options, cwd=cwd, **more), {0})
        compare(self.expected, contents(folder))
        before = {p: p.stat().st_mtime_ns for p in folder.glob("*/summary.json")}
        again = self.expect(self.run(out, *options, cwd=cwd, **more), {0})
        if "Nothing was left to do" not in again.err:
            raise Lost("a third run did something: " + again.err)
        if before != {p: p.stat().st_mtime_ns for p in folder.glob("*/summary.json")}:
            raise Lost("a third run wrote results again")


def recorded(out):
    """{slide's file name: its entry} of run.json."""
    run = json.loads((pathlib.Path(out) / "run.json").read_text())
    return {pathlib.Path(slide["source"]).name: slide for slide in run["slides"]}


def expect_failed(out, names):
    """Exactly these slides are on record as failed, each with a code and a message."""
    failed = {name: slide for name, slide in recorded(out).items() if slide["state"] == "failed"}
    if sorted(failed) != sorted(names):
        raise Lost(f"on record as failed: {sorted(failed)}, not {sorted(names)}")
    for name, slide in failed.items():
        if not slide["error"]["code"] or not slide["error"]["message"]:
            raise Lost(f"{name} failed without a reason")
    with open(pathlib.Path(out) / "run.csv", newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["state"] == "failed" and row["error_code"] and row["message"]]
    if len(rows) != len(failed):
        raise Lost("run.csv does not have all failed slides")


def without_timing(name, content):
    """Timings differ from run to run, and so does the name of the output folder."""
    if name == "summary.json":
        value = json.loads(content)
        value.pop("timing_s")
    elif name == "state.json":
        value = json.loads(content)
        value.pop("seconds", None)
    elif name == "run.json":
        value = json.loads(content)
        value.pop("output")
        for slide in value["slides"]:
            slide.pop("seconds", None)
    elif name == "run.csv":
        rows = list(csv.DictReader(io.StringIO(content.decode())))
        value = [{key: field for key, field in row.items() if key != "seconds"} for row in rows]
    else:
        return content
    return json.dumps(value)


def contents(folder, strict=True):
    """Every file by its name, without timings. strict: nothing may be left over of an interrupted run."""
    found = {}
    folder = pathlib.Path(folder)
    for path in sorted(folder.rglob("*")):
        if LEFTOVER.search(path.name):
            if strict:
                raise Lost(f"{path} was left over")
            continue
        if path.is_file():
            found[str(path.relative_to(folder))] = without_timing(path.name, path.read_bytes())
    return found


def compare(expected, now):
    for name in sorted(set(expected) | set(now)):
        if expected.get(name) != now.get(name):
            raise Lost(f"{name} differs from the undisturbed run" if name in expected and name in now else
                       f"{name} is {'missing' if name in expected else 'there without reason'}")


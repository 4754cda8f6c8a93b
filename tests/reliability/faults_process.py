"""Faults of the process: signals, kills, several at once, too little memory, a clock that goes backwards."""
import json
import os
import shutil
import signal
import time

from trial import TRY_AGAIN, Died, Lost, compare, contents


def _stop(trial, number, code=130):
    """Ends with that code and its state saved, or was done before, or had not yet begun to listen."""
    shutil.rmtree(trial.folder / "out", ignore_errors=True)
    process = trial.start("out")
    trial.wait_a_random_part()
    process.send_signal(number)
    finished = trial.expect(trial.end(process), {code, 0, -number})
    trial.check_nothing_looks_finished_that_is_not(trial.folder / "out")
    if finished.code == code and not json.loads((trial.folder / "out" / "run.json").read_text())["interrupted"]:
        raise Lost("run.json does not say that the run was interrupted")
    trial.check_same_after_another_run("out")


def interrupt(trial):
    _stop(trial, signal.SIGINT)


def terminate(trial):
    """As schedulers do, who are to try again."""
    _stop(trial, signal.SIGTERM, TRY_AGAIN)


def hang_up(trial):
    _stop(trial, signal.SIGHUP)


def stop_while_failing(trial):
    """SIGTERM in a batch of which all slides fail: it ends with 75 before it has tried all, which wait for the next."""
    bad, out = trial.folder / "bad", trial.folder / "out"
    if not bad.exists():
        bad.mkdir()
        for i in range(400):
            (bad / f"{i:04}.svs").write_bytes(b"")
    shutil.rmtree(out, ignore_errors=True)
    process = trial.start("out", arguments=[bad])
    while process.poll() is None and not any(out.glob("*/state.json")):
        time.sleep(0.01)
    process.terminate()
    trial.expect(trial.end(process), {TRY_AGAIN})
    counts = json.loads((out / "run.json").read_text())["counts"]
    if counts["failed"] + counts["pending"] + counts["cancelled"] != 400 or counts["pending"] == 0:
        raise Lost(f"after a signal in the midst of failures: {counts}")


def output_full(trial):
    """Standard output or standard error, or both, are a disk that is full: the results are those of any run."""
    shutil.rmtree(trial.folder / "out", ignore_errors=True)
    which = trial.chance.choice([("stdout",), ("stderr",), ("stdout", "stderr")])
    with open("/dev/full", "wb", buffering=0) as full:
        trial.expect(trial.run("out", "--timing", **{name: full for name in which}), {0})
    compare(trial.expected, contents(trial.folder / "out"))


def output_closed(trial):
    """Who reads the messages goes away at a random moment (SIGPIPE): the results are those of any run."""
    shutil.rmtree(trial.folder / "out", ignore_errors=True)
    process = trial.start("out", "--timing")
    trial.wait_a_random_part()
    process.stdout.close()
    process.stderr.close()
    process.stdout = process.stderr = None
    trial.expect(trial.end(process), {0})
    compare(trial.expected, contents(trial.folder / "out"))


def kill(trial):
    """Killed at a random moment, and the next try goes on with what that left; done in the end."""
    out = trial.folder / "out"
    process = trial.start("out")
    trial.wait_a_random_part()
    process.kill()
    finished = trial.end(process)
    if finished.code not in (0, -signal.SIGKILL):
        raise Died(f"exit code {finished.code}")
    trial.check_nothing_looks_finished_that_is_not(out)
    if finished.code == 0 or trial.chance.random() < 0.3:
        trial.check_same_after_another_run("out")
        shutil.rmtree(out)


def share(trial):
    """Three processes work into one folder and one of them is killed; the others do all slides but its own one."""
    shutil.rmtree(trial.folder / "out", ignore_errors=True)
    processes = [trial.start("out") for _ in range(3)]
    trial.wait_a_random_part()
    processes[0].kill()
    codes = [trial.end(process).code for process in processes]
    if codes[0] not in (0, TRY_AGAIN, -signal.SIGKILL) or not set(codes[1:]) <= {0, TRY_AGAIN}:
        raise Died(f"exit codes {codes}")
    trial.check_nothing_looks_finished_that_is_not(trial.folder / "out")
    trial.check_same_after_another_run("out")


def share_in_peace(trial):
    """Three processes at once, undisturbed: the record is that of one."""
    shutil.rmtree(trial.folder / "out", ignore_errors=True)
    for process in [trial.start("out") for _ in range(3)]:
        trial.expect(trial.end(process), {0, TRY_AGAIN})  # the others are still at their last slides
    compare(trial.expected, contents(trial.folder / "out"))


def little_memory(trial):
    """--memory is too little for one slide: it fails, the others are done, and more memory does the rest."""
    shutil.rmtree(trial.folder / "out", ignore_errors=True)
    names = sorted(p.name for p in trial.slides.iterdir())
    bound_mb = trial.chance.randrange(142, 151)
    lines = ["slide,spacing"] + [f"slides/{name},{'' if i == 2 else 2.2}" for i, name in enumerate(names)]
    manifest = trial.folder / "list.csv"
    manifest.write_text("\n".join(lines) + "\n")
    finished = trial.expect(trial.run("out", "--memory", f"{bound_mb}MB", arguments=[manifest]), {2})
    states = {s["name"]: s for s in json.loads((trial.folder / "out" / "run.json").read_text())["slides"]}
    failed = [name for name, state in states.items() if state["state"] == "failed"]
    if failed != ["slide 2"] or states["slide 2"]["error"]["code"] != "memory":
        raise Lost(f"failed with {bound_mb} MB: {failed}; {finished.err}")
    trial.check_same_after_another_run("out")


def address_space(trial):
    """The system refuses memory at a random point (ulimit -v): slides fail or all goes well, and nothing is lost.

    Where it is refused to a library that cannot do without (GLib, which OpenSlide stands on, ends the program itself;
    oneDNN 2 writes to what it did not get), that is as good as a kill, of which the program has warned."""
    shutil.rmtree(trial.folder / "out", ignore_errors=True)
    limit = trial.chance.randrange(250, 1200) << 20
    ended = trial.run("out", address_space=limit)
    if "(ulimit -v)" not in ended.err:
        raise Lost("no warning that memory may be refused: " + ended.err)
    trial.expect(ended, {0, 1, 2, 3, TRY_AGAIN, -signal.SIGTRAP, -signal.SIGABRT, -signal.SIGSEGV})
    trial.check_nothing_looks_finished_that_is_not(trial.folder / "out")
    trial.check_same_after_another_run("out")


def clock(trial):
    """Times of the future and of 1970 on slides, results and another machine's lock, as after a clock was put back."""
    out = trial.folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    trial.expect(trial.run("out"), {0})
    future = time.time() + trial.chance.randrange(3600, 10 * 365 * 86400)
    for path in [out, *out.rglob("*")]:
        moment = future if trial.chance.random() < 0.5 else 0
        os.utime(path, (moment, moment))
    again = trial.expect(trial.run("out"), {0})
    if "Nothing was left to do" not in again.err:
        raise Lost("results of another time were made again: " + again.err)
    shutil.rmtree(out / "slide 1")
    (out / "slide 1").mkdir()
    (out / "slide 1" / "source.txt").write_text(f"{trial.slides / 'slide 1.tiff'}\n")
    lock = out / "slide 1" / "lock-1"
    lock.write_text(json.dumps({"host": "elsewhere", "boot": "b", "pid_space": "p", "pid": 1, "process_start_ticks": 1}))
    os.utime(lock, (future, future))
    trial.check_same_after_another_run("out")
    restored = trial.slides / "slide 3.tiff"
    before = restored.stat()
    os.utime(restored, (future, future))
    trial.expect(trial.run("out"), {0})
    os.utime(restored, ns=(before.st_atime_ns, before.st_mtime_ns))
    trial.check_same_after_another_run("out")

"""Faults of the place that results go to, and of the model."""
import contextlib
import os
import pathlib
import shutil
import subprocess

from trial import NOBODY, TRY_AGAIN, Lost, Skip


@contextlib.contextmanager
def _small_disk(folder, kilobytes):
    folder.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise Skip("there is no program mount") from None
    if done.returncode != 0:
        raise Skip("a tmpfs may not be mounted here: " + done.stderr.strip())
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def disk_full(trial):
    """The disk has room for a random part of the results; then it is made larger."""
    disk = trial.folder / "disk"
    whole = sum(p.stat().st_size for p in (trial.folder / "reference").rglob("*") if p.is_file())
    with _small_disk(disk, trial.chance.randrange(16, max(17, int(0.95 * whole / 1024)))):
        trial.expect(trial.run("out", cwd=disk), {TRY_AGAIN})
        trial.check_nothing_looks_finished_that_is_not(disk / "out")
        subprocess.run(["mount", "-o", "remount,size=256m", str(disk)], check=True)
        trial.check_same_after_another_run("out", cwd=disk)


def folder_vanishes(trial):
    """The output folder is moved away at a random moment, and back after the run has ended."""
    out, away = trial.folder / "out", trial.folder / "away"
    shutil.rmtree(out, ignore_errors=True)
    process = trial.start("out")
    trial.wait_a_random_part()
    moved = out.exists()
    if moved:
        out.rename(away)
    trial.expect(trial.end(process), {0, 1, 2, 3, TRY_AGAIN})
    if moved:
        # Only what may be there: a run that had not begun yet makes its folder anew.
        shutil.rmtree(out, ignore_errors=True)
        away.rename(out)
    trial.check_nothing_looks_finished_that_is_not(out)
    trial.check_same_after_another_run("out")


def _set_folders(out, mode):
    for folder in [out, *(p for p in out.rglob("*") if p.is_dir())]:
        os.chmod(folder, mode)


def folder_read_only(trial):
    """The output folder is made read-only at a random moment, and writable after the run has ended."""
    out = trial.folder / "out"
    if out.exists():
        _set_folders(out, 0o755)
        shutil.rmtree(out)
    process = trial.start("out", nobody=True)
    trial.wait_a_random_part()
    if out.exists():
        _set_folders(out, 0o555)
    trial.expect(trial.end(process), {0, 1, 2, 3, TRY_AGAIN})
    if out.exists():
        _set_folders(out, 0o755)
    trial.check_nothing_looks_finished_that_is_not(out)
    trial.check_same_after_another_run("out", nobody=True)


def damaged_model(trial):
    """One byte of a file of the model differs: refused by its hash before anything is done."""
    installed = pathlib.Path(trial.program).resolve().parent.parent / "share" / "slidetype" / "models" / "compact"
    model, out = trial.folder / "model", trial.folder / "refused"
    shutil.rmtree(model, ignore_errors=True)
    shutil.copytree(installed, model)
    file = trial.chance.choice(sorted(model.glob("*.safetensors")))
    data = bytearray(file.read_bytes())
    at = trial.chance.randrange(len(data))
    data[at] ^= 1 << trial.chance.randrange(8)
    file.write_bytes(data)
    finished = trial.expect(trial.run("refused", "-m", "./model"), {1})
    if "SHA-256" not in finished.err or out.exists():
        raise Lost("a damaged model was not refused by its hash: " + finished.err)

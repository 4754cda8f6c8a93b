"""Faults of the slides: cut short, damaged, deleted, forbidden, strangely named."""
import json
import os
import shutil

from small_slide import VENDORS, plain_picture, write_jpeg_slide, write_slide
from trial import TRY_AGAIN, Died, Lost, expect_failed, recorded

FLIPPED_ADDRESS_SPACE = 4 << 30  # bytes, of which threads reserve most without using it


def _victim(trial):
    return trial.chance.choice(sorted(trial.slides.iterdir()))


def _recover(trial):
    trial.check_nothing_looks_finished_that_is_not(trial.folder / "out")
    trial.restore_slides()
    trial.check_same_after_another_run("out")


def truncated(trial):
    """One slide is cut at a random place, before the run or in the middle of it; then it is whole again."""
    out = trial.folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    victim = _victim(trial)
    size = trial.chance.randrange(victim.stat().st_size)
    if trial.chance.random() < 0.5:
        os.truncate(victim, size)  # the directory, at the end of these files, is gone
        trial.expect(trial.run("out"), {2})
        expect_failed(out, [victim.name])
    else:
        process = trial.start("out")
        trial.wait_a_random_part()
        os.truncate(victim, size)
        code = trial.expect(trial.end(process), {0, 2, TRY_AGAIN}).code
        expect_failed(out, [victim.name] if code != 0 else [])
    _recover(trial)


def deleted(trial):
    """One slide is deleted at a random moment of the run; then it is back."""
    out = trial.folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    process = trial.start("out")
    trial.wait_a_random_part()
    victim = _victim(trial)
    victim.unlink()
    code = trial.expect(trial.end(process), {0, 2, TRY_AGAIN}).code
    expect_failed(out, [victim.name] if code != 0 else [])
    _recover(trial)


def refused(trial):
    """Files among the slides that are named like slides and are none: empty, garbage, cut to a stump."""
    out = trial.folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    whole = _victim(trial).read_bytes()
    noise = bytes(trial.chance.randrange(256) for _ in range(2000))
    bad = {"empty.svs": b"", "empty.tif": b"", "noise.ndpi": noise, "noise.TIFF": noise, "text.mrxs": b"not found\n",
           "stump.tiff": whole[:trial.chance.randrange(8, 2000)], "stump.svs": whole[:trial.chance.randrange(1, 8)],
           "page.scn": b"<html>please log in</html>", "noise.bif": noise, "noise.vms": noise, "noise.dcm": noise}
    other = {"notes.txt": b"x", "._slide 1.tiff": b"\0\5\x16\7" + noise, "photo.tif": plain_picture(), "empty": b""}
    for name, content in {**bad, **other}.items():
        (trial.slides / name).write_bytes(content)
    finished = trial.expect(trial.run("out"), {2})
    expect_failed(out, bad)
    if f"{len(other)} other files" not in finished.err:
        raise Lost("it is not said how many files were left out: " + finished.err)
    trial.check_nothing_looks_finished_that_is_not(out)
    for name in bad:
        shutil.rmtree(out / recorded(out)[name]["name"])
    trial.restore_slides()
    trial.check_same_after_another_run("out")


def forbidden(trial):
    """A slide, a folder among slides, and the folder of all slides that may not be read."""
    out = trial.folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    victim = _victim(trial)
    os.chmod(victim, 0)
    trial.expect(trial.run("out", nobody=True), {2})
    expect_failed(out, [victim.name])
    os.chmod(victim, 0o644)
    shut = trial.slides / "shut"
    shut.mkdir(mode=0)
    trial.expect(trial.run("out", nobody=True), {2})
    expect_failed(out, ["shut"])
    os.chmod(shut, 0o755)
    trial.expect(trial.run("out", nobody=True), {0})
    expect_failed(out, [])
    os.chmod(trial.slides, 0)
    code = trial.run("out", nobody=True).code
    os.chmod(trial.slides, 0o755)
    if code != 3:
        raise Died(f"exit code {code} for a folder that may not be read")
    trial.check_same_after_another_run("out", nobody=True)
    shut.rmdir()


def link_loops(trial):
    """Links that lead round in circles among the slides, and some that lead nowhere."""
    out = trial.folder / "out"
    nowhere = {"self": "self", "a": "b", "b": "a", "dangling.tiff": "absent"}
    for name, target in {"loop": trial.slides, **nowhere}.items():
        (trial.slides / name).symlink_to(target)
    trial.expect(trial.run("out"), {2})
    expect_failed(out, nowhere)
    trial.restore_slides()
    for name in nowhere:
        shutil.rmtree(out / recorded(out)[name]["name"])
    trial.check_same_after_another_run("out")
    shutil.rmtree(out)


NAMES = ["with blank.tiff", "two  blanks .tiff", "it's.tiff", 'say "hi".tiff', "new\nline.tiff", "tab\there.tiff", "..tiff",
         "...tiff", "run.json.tiff", "-o.tiff", "ünïcödé 漢字 🔬.tiff", "a;rm -rf x.tiff", "$(x) `y`.tiff", "%s%n.tiff",
         "back\\slash.tiff", "* ? [a].tiff", "x" * 240 + ".tiff", "lock-1.tiff", "CON.tiff", ",comma,.tiff"]


def names(trial):
    """Slides with strange names, and a path with `..` in it: each has a folder of its own and the same result."""
    folder = trial.folder / "names"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "in" / "deep").mkdir(parents=True)
    original = (trial.originals / "slide 0.tiff")
    for name in NAMES:
        shutil.copy2(original, folder / "in" / name)
    shutil.copy2(original, os.fsencode(folder / "in") + b"/not \xff utf8.tiff")
    shutil.copy2(original, folder / "in" / "deep" / "it's.tiff")
    arguments = [folder / "in" / "deep" / ".."]
    trial.expect(trial.run("out", arguments=arguments, cwd=folder), {0})
    results = sorted((folder / "out").glob("*/tiles.csv"))
    if len(results) != len(NAMES) + 2:
        raise Lost(f"{len(results)} results of {len(NAMES) + 2} slides")
    for path in results:
        if path.read_bytes() != trial.expected["slide 0/tiles.csv"]:
            raise Lost(f"{path} differs")
    again = trial.expect(trial.run("out", arguments=arguments, cwd=folder), {0})
    if "Nothing was left to do" not in again.err:
        raise Lost("a second run did something: " + again.err)
    json.loads((folder / "out" / "run.json").read_text())


class Flips:
    """Copies of slides of all formats with random bits flipped, more of them near the beginning, where headers are."""

    def __init__(self, samples):
        self.samples = samples
        self.outcomes = {}

    def _damaged_copy(self, trial, folder):
        sample = trial.chance.choice(self.samples)
        shutil.rmtree(folder, ignore_errors=True)
        if sample.is_dir():
            shutil.copytree(sample, folder / "in")
            victim = trial.chance.choice(sorted(p for p in (folder / "in").iterdir() if p.is_file()))
        else:
            (folder / "in").mkdir(parents=True)
            victim = folder / "in" / sample.name
            shutil.copy(sample, victim)
        os.chmod(victim, 0o644)
        data = bytearray(victim.read_bytes())
        for _ in range(trial.chance.choice([1, 4, 16, 64])):
            head = trial.chance.random() < 0.5
            at = trial.chance.randrange(min(len(data), 4096) if head else len(data))
            data[at] ^= 1 << trial.chance.randrange(8)
        victim.write_bytes(data)
        return victim

    def __call__(self, trial):
        folder = trial.folder / "flipped"
        victim = self._damaged_copy(trial, folder)
        # Named by itself or found in its folder, it must be on record either way.
        argument = trial.chance.choice([victim, folder / "in"])
        finished = trial.run("out", "--spacing", "0.5", arguments=[argument], cwd=folder,
                             address_space=FLIPPED_ADDRESS_SPACE)
        if finished.code not in (0, 2, 3, TRY_AGAIN):
            kept = trial.folder.parent / f"crash-{sum(self.outcomes.values())}-{victim.name}"
            shutil.copy(victim, kept)
            raise Died(f"exit code {finished.code} of {kept}: {finished.err[-300:]}")
        slide = recorded(folder / "out").get(victim.name)
        if slide is None:
            raise Lost(f"{victim.name} is not on record: {finished.err[-300:]}")
        outcome = _outcome(slide)
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1


def _outcome(slide):
    if slide["state"] == "done":
        return "with tile errors" if slide["tiles"]["read_error"] > 0 else "whole"
    error = slide["error"]
    opened = error["code"] not in ("unsupported", "not_found") and "cannot be opened" not in error["message"]
    return "failed when read" if opened else "refused when opened"


def samples(source, shared, folder):
    """Slides of every format at hand: the painted ones, some made here, and the shared ones where there are any."""
    folder.mkdir()
    for vendor in VENDORS:
        write_jpeg_slide(folder / f"{vendor}.tiff", columns=6, rows=6, vendor=vendor)
    write_slide(folder / "deflate.tiff", columns=5, rows=5)
    found = sorted((source / "sample_slides").glob("*.tiff")) + sorted(folder.iterdir())
    slides = shared / "data" / "slides"
    if slides.is_dir():
        for path in sorted(slides.iterdir()):
            if path.suffix != ".md" and path.name != "negative":
                found.append(path)
    return found

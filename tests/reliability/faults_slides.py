"""Faults of the slides: cut short, damaged, deleted, forbidden, strangely named."""
import json
import os
import shutil

from trial import Died, Lost, compare, contents

FLIPPED_ADDRESS_SPACE = 4 << 30  # bytes, of which threads reserve most without using it


def _victim(trial):
    return trial.chance.choice(sorted(trial.slides.iterdir()))


def _recover(trial):
    trial.check_nothing_looks_finished_that_is_not(trial.folder / "out")
    trial.restore_slides()
    trial.check_same_after_another_run("out")


def truncated(trial):
    """One slide is cut at a random place, before the run or in the middle of it; then it is whole again."""
    shutil.rmtree(trial.folder / "out", ignore_errors=True)
    victim = _victim(trial)
    size = trial.chance.randrange(victim.stat().st_size)
    before = trial.chance.random() < 0.5
    if before:
        os.truncate(victim, size)
    process = trial.start("out")
    if not before:
        trial.wait_a_random_part()
        os.truncate(victim, size)
    trial.expect(trial.end(process), {0, 2})
    _recover(trial)


def deleted(trial):
    """One slide is deleted at a random moment of the run; then it is back."""
    shutil.rmtree(trial.folder / "out", ignore_errors=True)
    process = trial.start("out")
    trial.wait_a_random_part()
    _victim(trial).unlink()
    trial.expect(trial.end(process), {0, 2})
    _recover(trial)


def forbidden(trial):
    """A slide and a folder of slides that may not be read."""
    out = trial.folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    victim = _victim(trial)
    os.chmod(victim, 0)
    finished = trial.expect(trial.run("out", nobody=True), {2, 0})
    if finished.code == 0:
        # That what may not be read is no slide is all that is known of it.
        if "1 other files" not in finished.err:
            raise Lost("a slide that may not be read went without a word")
    os.chmod(victim, 0o644)
    trial.expect(trial.run("out", nobody=True), {0})
    os.chmod(trial.slides, 0)
    code = trial.run("out", nobody=True).code
    os.chmod(trial.slides, 0o755)
    if code != 1:
        raise Died(f"exit code {code} for a folder that may not be read")
    trial.check_same_after_another_run("out", nobody=True)


def link_loops(trial):
    """Links that lead round in circles among the slides."""
    for name, target in [("loop", trial.slides), ("self", "self"), ("a", "b"), ("b", "a"), ("dangling.tiff", "absent")]:
        link = trial.slides / name
        if not link.is_symlink():
            link.symlink_to(target)
    trial.expect(trial.run("out"), {0})
    compare(trial.expected, contents(trial.folder / "out"))
    shutil.rmtree(trial.folder / "out")
    trial.restore_slides()


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
    """Copies of vendor samples with random bits flipped, more of them near the beginning, where headers are."""

    def __init__(self, samples):
        self.samples = samples
        self.outcomes = {}

    def __call__(self, trial):
        sample = trial.chance.choice(self.samples)
        folder = trial.folder / "flipped"
        shutil.rmtree(folder, ignore_errors=True)
        if sample.is_dir():
            shutil.copytree(sample, folder)
            victim = trial.chance.choice(sorted(p for p in folder.iterdir() if p.is_file()))
        else:
            folder.mkdir()
            victim = folder / sample.name
            shutil.copy(sample, victim)
        os.chmod(victim, 0o644)
        data = bytearray(victim.read_bytes())
        for _ in range(trial.chance.choice([1, 4, 16, 64])):
            head = trial.chance.random() < 0.5
            at = trial.chance.randrange(min(len(data), 4096) if head else len(data))
            data[at] ^= 1 << trial.chance.randrange(8)
        victim.write_bytes(data)
        finished = trial.run("out", "--spacing", "0.5", arguments=[victim], cwd=folder,
                             address_space=FLIPPED_ADDRESS_SPACE)
        if finished.code not in (0, 3):
            kept = trial.folder.parent / f"crash-{len(self.outcomes)}-{victim.name}"
            shutil.copy(victim, kept)
            raise Died(f"exit code {finished.code} of {kept}: {finished.err[-300:]}")
        record = json.loads((folder / "out" / "run.json").read_text())["slides"][0]
        outcome = record["state"]
        if outcome == "done" and record["tiles"]["read_error"] > 0:
            outcome = "done with unreadable tiles"
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1


def samples(source, shared):
    """Slides of every format at hand: the painted ones, and the shared ones where there are any."""
    found = sorted((source / "sample_slides").glob("*.tiff"))
    slides = shared / "data" / "slides"
    if slides.is_dir():
        for path in sorted(slides.iterdir()):
            if path.suffix != ".md" and path.name != "negative":
                found.append(path)
    return found

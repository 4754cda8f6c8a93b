"""Many small slides in one run: memory and open files must not grow. Draws them over the slides done."""
import os
import pathlib
import shutil
import subprocess
import time

from small_slide import write_mixed_slides

EVERY_S = 0.5


def _sample(pid, out):
    """(slides done, resident MB, open files), or nothing when the process has ended."""
    try:
        pages = int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1])
        files = len(os.listdir(f"/proc/{pid}/fd"))
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return None
    return (out.count_done(), pages * os.sysconf("SC_PAGE_SIZE") / 1e6, files)


class _Log:
    """Counts the ends of slides in the file of --log-json."""

    def __init__(self, path):
        self.path, self.position, self.done = path, 0, 0

    def count_done(self):
        if self.path.exists():
            with open(self.path, "rb") as file:
                file.seek(self.position)
                new = file.read()
            self.position += len(new)
            self.done += new.count(b'"event":"slide_ends"')
        return self.done


def run_soak(program, folder, slides):
    """Returns the samples, the seconds of the run and those of the run after it, which does nothing."""
    folder = pathlib.Path(folder)
    (folder / "slides").mkdir(parents=True)
    (folder / "originals").mkdir()
    write_mixed_slides(folder / "originals", 12, columns=lambda i: 4 + i % 3, rows=4)
    for i in range(slides):
        shutil.copy(folder / "originals" / f"slide {i % 12}.tiff", folder / "slides" / f"{i:05}.tiff")
    log = _Log(folder / "log.jsonl")
    command = [str(program), "run", str(folder / "slides"), "-o", str(folder / "out"), "-q", "--log-json", str(log.path)]
    begin, samples = time.monotonic(), []
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    while process.poll() is None:
        if sample := _sample(process.pid, log):
            samples.append(sample)
        time.sleep(EVERY_S)
    errors = process.stderr.read().decode()
    first_s = time.monotonic() - begin
    if process.returncode != 0:
        raise RuntimeError(f"exit code {process.returncode}: {errors[-500:]}")
    begin = time.monotonic()
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    if "Nothing was left to do" not in again.stderr:
        raise RuntimeError("the second run did something: " + again.stderr[-500:])
    return samples, first_s, time.monotonic() - begin


def growth(samples, column):
    """Mean of the last tenth over that of the second tenth: the first one fills caches."""
    tenth = max(1, len(samples) // 10)
    values = [sample[column] for sample in samples]
    early, late = values[tenth:2 * tenth] or values[:1], values[-tenth:]
    return (sum(late) / len(late)) / (sum(early) / len(early))


def _panel(samples, column, name, top, colour):
    width, height, left = 640, 150, 60
    most_x = max(1, max(s[0] for s in samples))
    most_y = 1.15 * max(s[column] for s in samples)
    points = " ".join(f"{left + width * s[0] / most_x:.1f},{top + height * (1 - s[column] / most_y):.1f}" for s in samples)
    lines = []
    for share in (0, 0.5, 1):
        y = top + height * (1 - share)
        lines.append(f'<line x1="{left}" x2="{left + width}" y1="{y:.0f}" y2="{y:.0f}" stroke="#ccc"/>'
                     f'<text x="{left - 6}" y="{y + 4:.0f}" text-anchor="end">{most_y * share:.0f}</text>')
    return ("".join(lines) + f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
            f'<text x="{left}" y="{top - 8}" font-weight="bold">{name}</text>')


def draw(samples, path):
    most = max(s[0] for s in samples)
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="730" height="450" font-family="sans-serif" font-size="12">'
        '<rect width="100%" height="100%" fill="#fff"/>'
        + _panel(samples, 1, "resident memory, MB", 40, "#0072b2") + _panel(samples, 2, "open files", 240, "#d55e00")
        + f'<text x="60" y="412">0</text><text x="700" y="412" text-anchor="end">{most}</text>'
        '<text x="380" y="430" text-anchor="middle">slides done</text></svg>\n')

#!/usr/bin/env python3
"""How fast slidetype is here: measures everything in one call, keeps the figures, and renders docs/performance.md.

    bench/performance.py measure [--build build/release] [--tiles 20000] [--rounds 3]   half an hour or so, on a quiet machine
    bench/performance.py page                                                          from bench/results/performance.json
"""
import argparse
import datetime
import hashlib
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parent.parent
RESULTS = SOURCE / "bench/results/performance.json"
PAGE = SOURCE / "docs/performance.md"
STARTS = 30


def started(command):
    """Wall milliseconds of STARTS runs: the smallest and the median."""
    times = []
    for _ in range(STARTS):
        begin = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        times.append(1000 * (time.perf_counter() - begin))
    return {"min_ms": min(times), "median_ms": statistics.median(times)}


def measure_starts(program):
    slide = str(SOURCE / "sample_slides/mixed.tiff")
    commands = {"slidetype --help": ["--help"], "slidetype info --no-plan SLIDE": ["info", "--no-plan", slide],
                "slidetype info SLIDE": ["info", slide]}
    return {name: started([program] + arguments) for name, arguments in commands.items()}


def measure_micro(build):
    out = subprocess.run([build / "bin/micro_bench", "--benchmark_format=json"], capture_output=True, text=True, check=True)
    return [{key: one[key] for key in ("name", "real_time", "cpu_time", "time_unit", "items_per_second", "GFLOP/s") if key in one}
            for one in json.loads(out.stdout)["benchmarks"]]


def measure_slide(build, keep, work, tiles, rounds, scan, models, backends, *more):
    out = work / "slide.json"
    command = [build / "bin/slide_bench", "--keep", keep, "--tiles", str(tiles), "--rounds", str(rounds), "--scan", scan]
    command += ["--json", out, "--model", *models, "--backend", *backends, *more]
    print("+", " ".join(map(str, command)), flush=True)
    subprocess.run(command, check=True)
    return json.loads(out.read_text())


def measure_batch(program, keep, work):
    """The same small slide once and eight times."""
    slide = sorted(keep.glob("bench-20x-1000.tiff"))[0]
    walls = {}
    for count in (1, 8):
        folder = work / f"slides{count}"
        folder.mkdir()
        for i in range(count):
            (folder / f"slide{i}.tiff").symlink_to(slide)
        begin = time.perf_counter()
        subprocess.run([program, "run", folder, "-o", work / f"out{count}", "-q"], stdout=subprocess.DEVNULL, check=True)
        walls[str(count)] = time.perf_counter() - begin
    return walls


RESULT_FILES = ["tiles.csv", "tiles.geojson.gz", "overlay.geojson", "heatmap.png", "overlay.png"]


def measure_identity(program, keep, work):
    """SHA-256 of each file of a result, by threads and by how many slides are in the run: one of each is right."""
    slide = sorted(keep.glob("bench-20x-1000.tiff"))[0]
    digests = {}
    ways = [("1 thread", ["-t", "1"], 1), ("2 threads", ["-t", "2"], 1), ("7 threads", ["-t", "7"], 1),
            ("third of three slides", [], 3), ("at most 1 GB", ["--memory", "1GB"], 1)]
    for index, (way, options, slides) in enumerate(ways):
        folder, out = work / f"same{index}", work / f"same_out{index}"
        folder.mkdir()
        for i in range(slides):
            (folder / f"slide{slides - 1 - i}.tiff").symlink_to(slide)
        subprocess.run([program, "run", folder, "-o", out, "-q", *options], stdout=subprocess.DEVNULL, check=True)
        for name in RESULT_FILES:
            digest = hashlib.sha256((out / "slide0" / name).read_bytes()).hexdigest()
            digests.setdefault(name, {})[way] = digest
    return digests


def measure_profile(program, keep, work):
    """Where the processors' time goes, by library and function; nothing without perf."""
    if not shutil.which("perf"):
        return []
    data = work / "perf.data"
    slide = sorted(keep.glob("bench-20x-1000.tiff"))[0]
    run = subprocess.run(["perf", "record", "-q", "-o", data, program, "run", slide, "-o", work / "profiled", "-q"],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    if run.returncode != 0:
        return []
    report = subprocess.run(["perf", "report", "-i", data, "--stdio", "--sort", "dso"], capture_output=True, text=True,
                            check=False).stdout
    lines = [re.match(r"\s*([\d.]+)%\s+(.+?)\s*$", line) for line in report.splitlines()]
    parts = {}
    for found in filter(None, lines):
        name = re.sub(r"\[JIT\].*", "code that oneDNN generates", found[2])
        parts[name] = parts.get(name, 0) + float(found[1])
    return sorted(([share, name] for name, share in parts.items() if share >= 0.5), reverse=True)


def require_peer():
    """Fails at once, and not after half an hour, where the plain way cannot be run."""
    check = subprocess.run(["/usr/bin/python3", "-c", "import numpy, openslide, torch, PIL"], capture_output=True, text=True,
                           check=False)
    if check.returncode != 0:
        raise SystemExit(f"bench/peer_python.py cannot run: {check.stderr.strip().splitlines()[-1]}\n"
                         "Install python3-torch, python3-openslide and python3-pil (scripts/install_dependencies.sh --peer).")


def measure(arguments):
    require_peer()
    build = arguments.build.resolve()
    program = build / "bin/slidetype"
    keep = arguments.keep or build / "performance"
    tenth = max(1, arguments.tiles // 10)
    rounds = arguments.rounds
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)

        def slide(*rest):
            return measure_slide(build, keep, work, *rest)

        both = ["onednn", "onednn-int8"]
        on_all = ["--threads", str(len(os.sched_getaffinity(0)))]
        peer = ["--peer", "--peer-tiles", str(arguments.peer_tiles)]
        steps = {
            "starts": lambda: measure_starts(program),
            "micro": lambda: measure_micro(build),
            "peer": lambda: slide(arguments.tiles, rounds, "20x", ["compact"], both, *on_all, *peer),
            "peer_seed": lambda: slide(tenth, rounds, "20x", [arguments.seed], both, *on_all, *peer),
            "compact_20x": lambda: slide(arguments.tiles, rounds, "20x", ["compact"], both),
            "compact_40x": lambda: slide(arguments.tiles, rounds, "40x", ["compact"], both),
            "tenth": lambda: slide(tenth, rounds, "20x", ["compact"], both, *on_all),
            "seed_40x": lambda: slide(tenth, rounds, "40x", [arguments.seed], both, *on_all),
            "thousand": lambda: slide(1000, 1, "20x", ["compact"], ["onednn"]),
            "batch_s": lambda: measure_batch(program, keep, work),
            "identity": lambda: measure_identity(program, keep, work),
            "profile": lambda: measure_profile(program, keep, work),
        }
        kept = keep / "figures.json"
        figures = json.loads(kept.read_text(encoding="utf-8")) if arguments.only else {}
        figures.setdefault("measured", {name: figures["date"] for name in steps if name in figures})
        figures |= {"tiles": arguments.tiles, "rounds": rounds, "date": datetime.date.today().isoformat()}
        for name in arguments.only or steps:
            step = steps[name]
            print(f"{datetime.datetime.now():%H:%M:%S} {name}", flush=True)
            figures[name] = step()
            figures["measured"][name] = figures["date"]
            # Kept at once: a step that fails must not cost those before it.
            keep.mkdir(parents=True, exist_ok=True)
            kept.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    RESULTS.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    page()


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def number(value, decimals=1):
    return f"{value:,.{decimals}f}".replace(",", " ")


def runs_table(figures):
    rows = []
    for run in figures["runs"]:
        rows.append([run["model"].replace("random:", ""), run["backend"], str(run["threads"]), number(run["tiles"], 0),
                     number(run["tiles_s"]), number(run["wall_s"]), number(run["cpu_s"]), number(run["peak_rss_mb"], 0)])
    return table(["model", "backend", "threads", "tiles", "tiles/s", "wall s", "CPU s", "peak MB"], rows)


def stages_table(figures):
    rows = []
    for run in figures["runs"]:
        rows.append([run["model"].replace("random:", ""), run["backend"], str(run["threads"])] +
                    [number(run[key], 2) for key in ("open_model_s", "tissue_s", "read_s", "resample_s", "score_s", "idle_s",
                                                     "write_s")] +
                    [number(run["read_alone_tiles_s"]), number(run["score_alone_tiles_s"]),
                     number(run["efficiency_to_slowest_stage"], 2), number(run["efficiency_to_possible"], 2)])
    return table(["model", "backend", "threads", "model s", "tissue s", "read s", "resample s", "score s", "idle s", "write s",
                  "read alone", "score alone", "of the slowest", "of the possible"], rows)


def peer_table(peers):
    rows = []
    for peer in peers:
        for backend, ratio in peer["ratio"].items():
            rows.append([peer["model"].replace("random:", ""), backend, number(peer["default_threads_tiles_s"]),
                         number(peer["all_threads_tiles_s"]),
                         number(peer["ours_tiles_s"][backend]), number(ratio, 1), number(peer["peak_rss_mb"], 0),
                         f"{peer['mean_difference']:.1e}", f"{peer['largest_difference']:.1e}"])
    return table(["model", "backend", "peer, its own threads, tiles/s", "peer, all threads", "slidetype tiles/s", "times the peer", "peer's peak MB",
                  "mean difference of scores (floats)", "largest"], rows)


def cross_ratio(figures):
    """slidetype with its default network over the peer with seed."""
    peers = {peer["model"]: peer for peer in figures["peer"]["peers"] + figures["peer_seed"]["peers"]}
    seed = next(peer for name, peer in peers.items() if name != "compact")
    ratios = [f"{backend} {number(rate / seed['tiles_s'], 0)}" for backend, rate in peers["compact"]["ours_tiles_s"].items()]
    return "Times the peer with `seed`, slidetype with its default network: " + ", ".join(ratios) + ".\n"


def micro_table(micro):
    rows = []
    for one in micro:
        if "GFLOP/s" in one:
            rate = number(one["GFLOP/s"] / 1) + " GFLOP/s"
        else:
            rate = number(one.get("items_per_second", 0), 0) + "/s"
        rows.append([f"`{one['name']}`", f"{number(one['real_time'], 1)} {one['time_unit']}",
                     f"{number(one['cpu_time'], 1)} {one['time_unit']}", rate])
    return table(["what", "wall", "CPU", "rate"], rows)


def rate_of(micro, name):
    """Items a second of a single step; 0 where it was not measured."""
    return next((one.get("items_per_second", 0) for one in micro if one["name"] == name), 0)


def reads_table(micro):
    """How much faster the quick way reads than OpenSlide."""
    rows = []
    for network in ("compact", "seed"):
        for scan in ("20x", "40x"):
            slow, quick = (rate_of(micro, f"read/{network}_{scan}_{way}") for way in ("openslide", "quick"))
            if slow:
                rows.append([network, scan, number(slow, 0), number(quick, 0), number(quick / slow)])
    return table(["tiles of", "slide", "OpenSlide, tiles/s", "quick, tiles/s", "times as fast"], rows)


GIGA_OPERATIONS = {"compact": 0.22, "seed": 1.25}  # of a tile, a multiplication and an addition each counted


def limits_table(micro):
    """How near scoring comes to the multiply-adds that one core can do; integers have more operations a second."""
    peak = next((one["GFLOP/s"] for one in micro if "GFLOP/s" in one), 0)
    rows = []
    for network, giga in GIGA_OPERATIONS.items():
        for backend in ("onednn", "onednn_int8", "torch"):
            rate = rate_of(micro, f"score/{network}_{backend}/16")
            if rate and peak:
                rows.append([network, backend, number(rate, 0), number(rate * giga), f"{100 * rate * giga / peak:.0f} %"])
    return table(["network", "backend", "tiles/s, one core", "GFLOP/s", "of the peak in floats"], rows)


def goals_table(figures):
    """What was aimed at on two cores, and what came of it."""
    peers = {peer["model"].replace("random:", ""): peer for part in ("peer", "peer_seed") for peer in figures[part]["peers"]}
    ours = peers["compact"]["ours_tiles_s"]
    micro = figures["micro"]
    runs = [run for part in ("compact_20x", "compact_40x", "tenth", "seed_40x") for run in figures[part]["runs"]]
    most = figures["compact_20x"]["processors"]
    efficiencies = [run["efficiency_to_slowest_stage"] for part in ("compact_20x", "compact_40x", "seed_40x")
                    for run in figures[part]["runs"] if run["threads"] == most]
    write_s = next(one["real_time"] for one in micro if one["name"].startswith("write/tiles_geojson_gz/200000")) / 1000
    reads = [rate_of(micro, f"read/{network}_40x_quick") / rate_of(micro, f"read/{network}_40x_openslide")
             for network in ("compact", "seed")]
    rows = []

    def goal(what, aim, measured, met):
        rows.append([what, aim, measured, "met" if met else "**missed**"])

    def at_least(what, aim, value, decimals=1):
        goal(what, f"{aim} or more", number(value, decimals), value >= aim)

    at_least("`seed` in floats, times the peer with `seed`", 5, peers["seed"]["ratio"]["onednn"])
    at_least("`seed` in integers, times the peer with `seed`", 10, peers["seed"]["ratio"]["onednn-int8"])
    at_least("`compact` (the default) in floats, times the peer with `compact`", 8, peers["compact"]["ratio"]["onednn"])
    at_least("`compact` in integers, times the peer with `compact`", 8, peers["compact"]["ratio"]["onednn-int8"])
    at_least("`compact` in floats, times the peer with `seed`", 60, ours["onednn"] / peers["seed"]["tiles_s"])
    at_least("`compact` in integers, times the peer with `seed`", 60, ours["onednn-int8"] / peers["seed"]["tiles_s"])
    at_least("reading at 40x for `compact`, times OpenSlide", 5, reads[0])
    at_least("reading at 40x for `seed`, times OpenSlide", 5, reads[1])
    at_least('end to end over the slowest stage alone, the least in "Stage by stage" on all processors', 0.9,
             min(efficiencies), 2)
    peak = max(run["peak_rss_mb"] for run in runs)
    goal("peak memory of any run", "700 MB or less", f"{number(peak, 0)} MB", peak <= 700)
    for name, one in figures["starts"].items():
        goal(f"`{name}`, fastest start", "60 ms or less", f"{number(one['min_ms'])} ms", one["min_ms"] <= 60)
    goal("`tiles.geojson.gz` of 200 000 tiles", "1 s or less", f"{number(write_s, 2)} s", write_s <= 1)
    return table(["goal on two cores", "aim", "measured", ""], rows)


def older_text(figures):
    """Which steps were not measured anew that day."""
    older = {}
    for name, date in figures.get("measured", {}).items():
        if date != figures["date"]:
            older.setdefault(date, []).append(f"`{name}`")
    return "".join(f" Of {date}, by the program of that day, are {', '.join(names)}." for date, names in sorted(older.items()))


def identity_text(identity):
    odd = [name for name, digests in identity.items() if len(set(digests.values())) != 1]
    ways = ", ".join(next(iter(identity.values())))
    if odd:
        return f"**Not the same in all of {ways}: {', '.join(odd)}.**\n"
    return f"{', '.join(f'`{name}`' for name in identity)} have the same SHA-256 with {ways}.\n"


def page(output=PAGE):
    figures = json.loads(RESULTS.read_text(encoding="utf-8"))
    at_20x = figures["compact_20x"]
    whole = figures["batch_s"]
    values = {
        "date": figures["date"],
        "older": older_text(figures),
        "tiles": str(figures["tiles"]),
        "tenth": str(max(1, figures["tiles"] // 10)),
        "rounds": "one round" if figures["rounds"] == 1 else f"the medians of {figures['rounds']} rounds",
        "processor": at_20x["processor"],
        "processors": str(at_20x["processors"]),
        "goals": goals_table(figures),
        "starts": table(["command", "fastest ms", "median ms"],
                        [[f"`{name}`", number(one["min_ms"]), number(one["median_ms"])]
                         for name, one in figures["starts"].items()]),
        "runs_20x": runs_table(at_20x),
        "runs_40x": runs_table(figures["compact_40x"]),
        "runs_tenth": runs_table(figures["tenth"]),
        "runs_seed": runs_table(figures["seed_40x"]),
        "stages": stages_table(at_20x) + "\n" + stages_table(figures["compact_40x"]) + "\n" + stages_table(figures["seed_40x"]),
        "peers": peer_table(figures["peer"]["peers"] + figures["peer_seed"]["peers"]) + "\n" + cross_ratio(figures),
        "peer_torch": figures["peer"]["peers"][0]["torch"],
        "peer_openslide": figures["peer"]["peers"][0]["openslide"],
        "micro": micro_table(figures["micro"]),
        "reads": reads_table(figures["micro"]),
        "limits": limits_table(figures["micro"]),
        "identity": identity_text(figures["identity"]),
        "batch": table(["slides", "wall s", "s per slide"],
                       [[count, number(wall, 2), number(wall / int(count), 2)] for count, wall in whole.items()]),
        "profile": table(["share of the CPU time", "in"], [[f"{share:.1f} %", name] for share, name in figures["profile"]])
        if figures["profile"] else "perf was not there.\n",
    }
    template = (SOURCE / "bench/performance.md.in").read_text(encoding="utf-8")
    output.write_text(re.sub(r"@(\w+)@", lambda found: values[found[1]].rstrip("\n"), template), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    measuring = commands.add_parser("measure")
    measuring.add_argument("--build", type=pathlib.Path, default=SOURCE / "build/release")
    measuring.add_argument("--tiles", type=int, default=20000)
    measuring.add_argument("--peer-tiles", type=int, default=512)
    measuring.add_argument("--rounds", type=int, default=3)
    measuring.add_argument("--only", nargs="+", metavar="STEP", help="measure these steps anew and keep the others' figures")
    measuring.add_argument("--seed", default="random:seed", help="the seed model; its weights do not change its speed")
    measuring.add_argument("--keep", type=pathlib.Path, help="folder for the slides (default: performance in the build)")
    commands.add_parser("page").add_argument("-o", "--output", type=pathlib.Path, default=PAGE)
    arguments = parser.parse_args()
    if arguments.command == "measure":
        measure(arguments)
    else:
        page(arguments.output)


if __name__ == "__main__":
    main()

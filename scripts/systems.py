#!/usr/bin/env python3
"""What slidetype did on a distribution, and the table of docs/systems.md.

    systems.py summary NAME --folder DIR --reference DIR …   compares scores, prints a summary and a row, writes DIR/NAME.json
                                                             (scripts/try_distribution.sh calls it)
    systems.py compare SCORES REFERENCE                      the same of two folders of scores alone
    systems.py store FILE.json…                              keeps summaries for the page (tests/systems/results)
    systems.py page [--check]                                writes the table into docs/systems.md; --check: fails where it differs
"""
import argparse
import csv
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "systems.md"
RESULTS = HERE.parent / "tests" / "systems" / "results"
BACKENDS = {"onednn": "floats", "onednn-int8": "8-bit integers", "torch": "libtorch"}
SYSTEMS = ["bookworm", "trixie", "testing"]
SCORES = ["prob_LUAD", "prob_LUSC", "prob_tumour"]
# What a run says of a slide beside its tiles; prob_LUSC with the tolerance of scores.
CALLS = ["state", "call", "known_to_model", "tiles_ok", "tiles_benign", "tiles_unfamiliar", "tiles_background",
         "tiles_read_error"]
CLOSE = 1e-4
# Of a score, by backend. Integers: where two versions of oneDNN round the last bit of a sum differently, an 8-bit value is
# another, which moves a score by more than all of a float's rounding does.
TOLERANCE = {"onednn": CLOSE, "onednn-int8": 2e-3, "torch": CLOSE}


def rows_of(path, key):
    with open(path, newline="", encoding="utf-8") as file:
        return {row[key]: row for row in csv.DictReader(file)}


def difference(a, b, column):
    """Of two numbers as text; where only one is a number they differ by infinity."""
    if a[column] == b[column]:
        return 0.0
    try:
        return abs(float(a[column]) - float(b[column]))
    except ValueError:
        return float("inf")


def compare_backend(scores, reference):
    """Largest difference of any score, and what else is not equal, of one backend's results."""
    found = {"slides": 0, "tiles": 0, "largest": 0.0, "beyond": 0, "unequal": [], "not_compared": []}
    ours, theirs = rows_of(scores / "run.csv", "name"), rows_of(reference / "run.csv", "name")
    for name in sorted(ours.keys() | theirs.keys()):
        if name not in ours or name not in theirs:
            found["not_compared"].append(name)  # where shared data was at hand once
            continue
        found["slides"] += 1
        for column in CALLS:
            if ours[name][column] != theirs[name][column]:
                found["unequal"].append(f"{name}: {column} is {ours[name][column]}, not {theirs[name][column]}")
        here, there = (rows_of(folder / name / "tiles.csv", "index") for folder in (scores, reference))
        if here.keys() != there.keys():
            found["unequal"].append(f"{name} has {len(here)} tiles, not {len(there)}")
        for index in here.keys() & there.keys():
            if here[index]["status"] != there[index]["status"]:
                found["unequal"].append(f"{name}: tile {index} is {here[index]['status']}, not {there[index]['status']}")
                continue
            scored = [column for column in SCORES if column in here[index]]
            found["tiles"] += 1 if here[index][scored[0]] else 0
            most = max(difference(here[index], there[index], column) for column in scored)
            found["largest"] = max(found["largest"], most)
            found["beyond"] += most > CLOSE
    return found


def compare(scores, reference):
    return {backend: compare_backend(scores / backend, reference / backend) for backend in BACKENDS
            if (scores / backend / "run.csv").exists() and (reference / backend / "run.csv").exists()}


def count_tests(log, printed):
    """Tests, not programs, that passed, failed and were skipped, and the names of the latter: from CTest's LastTest.log, and
    from what it prints, which alone tells a skipped program."""
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    failed, skipped = [], {}
    ended = dict(re.findall(r"(?m)^ *\d+/\d+ Test +#\d+: (\S+) \.*(?:\*\*\*| +)(\w+)", printed))
    for part in re.split(r"(?m)^\d+/\d+ Testing: ", log)[1:]:
        name = part.split("\n", 1)[0]
        end = ended.get(name, "Failed")
        each = [(o.strip(), t) for o, t in re.findall(r"(?m)^\[ +(OK|FAILED|SKIPPED) +\] (\S+) \(\d+ ms\)$", part)]
        for outcome, test in each:
            counts[{"OK": "passed", "FAILED": "failed", "SKIPPED": "skipped"}[outcome]] += 1
            if outcome == "FAILED":
                failed.append(test)
            if outcome == "SKIPPED":
                skipped[test] = reason_of(part, test)
        if not each and end in ("Passed", "Skipped"):  # a program of another kind, all of it one test
            counts[end.lower()] += 1
            if end == "Skipped":
                skipped[name] = output_of(part)
        elif end not in ("Passed", "Skipped") and not any(outcome == "FAILED" for outcome, _ in each):
            counts["failed"] += 1  # another program, or one that ended in the middle
            failed.append(name)
    return {**counts, "failed_tests": failed, "skipped_tests": skipped}


def reason_of(part, test):
    found = re.search(rf"\[ RUN +\] {re.escape(test)}\n(?:\S+:\d+: Skipped\n)?(.*)", part)
    return found[1].strip() if found else ""


def output_of(part):
    found = re.search(r"(?s)\nOutput:\n-*\n(.*?)\n?<end of output>", part)
    return found[1].strip().split("\n")[-1] if found else ""


def build_seconds(log):
    """From the first start to the last end in ninja's own log, which does not count what apt and cmake take."""
    ends = [int(line.split("\t")[1]) for line in log.splitlines() if not line.startswith("#")]
    return round(max(ends, default=0) / 1000)


def libraries_of(doctor, system):
    text = next(f["text"] for f in doctor["findings"] if f["topic"] == "libraries")
    found = dict(re.findall(r"([A-Za-z][\w-]*) (\d[\w.]*)", text))
    for finding in doctor["findings"]:
        for name in ("libtorch", "ONNX Runtime"):
            version = re.search(rf"{name} (\d[\d.]*\d)", finding["text"])
            if version:
                found.setdefault(name, version[1])
    for package, version in re.findall(r"(?m)^PACKAGE (\S+) (\S+)$", system):
        name = {"libboost-dev": "Boost", "libfmt-dev": "fmt"}.get(package)
        if name:
            found[name] = re.match(r"(?:\d+:)?(\d+\.\d+)", version)[1]
    return found


def read_system(scores):
    text = (scores / "system.txt").read_text()
    values = dict(re.findall(r'(?m)^(\w+)="?(.*?)"?$', text))
    compiler = re.search(r"(\d+\.\d+\.\d+)", values["COMPILER"].split(")")[-1])
    doctor = json.loads((scores / "doctor.json").read_text())
    processor = next((f["text"] for f in doctor["findings"] if f["topic"] == "processor"), "")
    return {"system": values["PRETTY_NAME"], "compiler": "g++ " + compiler[1], "cmake": values["CMAKE"].split()[-1],
            "libraries": libraries_of(doctor, text), "processor": processor}


def are_equal(scores):
    return set(scores) == set(BACKENDS) and all(
        found["slides"] and found["largest"] <= TOLERANCE[backend] and not found["unequal"] for backend, found in scores.items())


def is_good(result):
    tests = result["tests"]
    return result["tested"] in ("passed", "skipped") and not (tests and tests["failed"]) and are_equal(result["scores"])


def row_of(result):
    libraries, tests = result["libraries"], result["tests"]
    with_versions = ", ".join(f"{name} {libraries[name]}" for name in (
        "oneDNN", "libtorch", "OpenSlide", "OpenCV", "TBB", "Boost", "fmt", "libtiff", "HDF5") if name in libraries)
    differences = []
    for backend, words in BACKENDS.items():
        found = result["scores"].get(backend)
        if found:
            unequal = "" if not found["unequal"] else f" ({len(found['unequal'])} unequal)"
            beyond = f", {found['beyond']} of {found['tiles']} tiles beyond {CLOSE}" if found["beyond"] else ""
            differences.append(f"{words} {found['largest']:.1g}{beyond}{unequal}")
    if result["name"] == result["reference"]:
        differences = ["is the reference"]
    calls = sum(s["slides"] for s in result["scores"].values())
    unequal = sum(any(u.split(":")[0] == n for u in s["unequal"] if ": call is" in u)
                  for s in result["scores"].values() for n in {u.split(":")[0] for u in s["unequal"]})
    tested = "–" if not tests else f"{tests['passed']} / {tests['failed']} / {tests['skipped']}"
    return (f"| {result['system']} | {result['compiler']}, CMake {result['cmake']} | {with_versions} | {built_of(result)} | {tested} | "
            f"{'; '.join(differences)} | {calls - unequal} of {calls} |")


def built_of(result):
    return "–" if result["build_s"] is None else result["build_s"]


HEADER = ("| system | compiler | libraries | build, s | tests passed / failed / skipped | largest difference of a score | calls equal |\n"
          "|---|---|---|---|---|---|---|")


def summary(options):
    folder = options.folder
    scores = folder / f"scores-{options.name}"
    log, ninja = folder / f"{options.name}.tests.log", folder / f"{options.name}.ninja_log"
    printed = (folder / f"{options.name}.log").read_text(errors="replace")
    result = {
        "name": options.name, "commit": options.commit, **read_system(scores),
        "demo_s": options.demo, "test_s": options.test, "build_s": None if options.kept else build_seconds(ninja.read_text()),
        "tested": options.tested,
        "tests": count_tests(log.read_text(errors="replace"), printed) if options.tested in ("passed", "failed") else None,
        "reference": options.reference.name.removeprefix("scores-"),
        "scores": compare(scores, options.reference),
    }
    (folder / f"{options.name}.json").write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    print_summary(result)
    print(f"\n{HEADER}\n{row_of(result)}")
    return 0 if is_good(result) else 1


def print_summary(result):
    tests = result["tests"]
    print(f"{result['system']}: {result['compiler']}, CMake {result['cmake']}, "
          + ", ".join(f"{k} {v}" for k, v in result["libraries"].items()))
    print(f"make demo took {result['demo_s']} s, {built_of(result)} s of them to build; make test {result['test_s']} s")
    if tests:
        print(f"tests: {tests['passed']} passed, {tests['failed']} failed, {tests['skipped']} skipped")
        for name in tests["failed_tests"]:
            print(f"  failed: {name}")
        for name, reason in tests["skipped_tests"].items():
            print(f"  skipped: {name}: {reason}")
    elif result["tested"] != "skipped":
        print("the tests could not be built or run")
    print_scores(result["scores"])


def print_scores(scores):
    for backend, found in scores.items():
        print(f"{BACKENDS[backend]}: {found['slides']} slides, {found['tiles']} tiles, largest difference {found['largest']:.6f}, "
              f"{found['beyond']} tiles beyond {CLOSE}, {len(found['unequal'])} unequal")
        for line in found["unequal"][:20]:
            print(f"  {line}")
        if found["not_compared"]:
            print(f"  in one of the two alone: {', '.join(found['not_compared'])}")


def stored():
    found = {path.stem: json.loads(path.read_text()) for path in RESULTS.glob("*.json")}
    return [found[name] for name in SYSTEMS if name in found]


def store(files):
    RESULTS.mkdir(parents=True, exist_ok=True)
    for file in files:
        result = json.loads(file.read_text())
        (RESULTS / f"{result['name']}.json").write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    return 0


def page(check):
    text = PAGE.read_text(encoding="utf-8")
    table = "\n".join([HEADER, *(row_of(result) for result in stored())])
    new = re.sub(r"(<!-- systems -->\n).*?(\n<!-- end -->)", lambda m: m[1] + table + m[2], text, flags=re.DOTALL)
    if check:
        if new != text:
            print("docs/systems.md is not what tests/systems/results says: run scripts/systems.py page", file=sys.stderr)
        return 0 if new == text else 1
    PAGE.write_text(new, encoding="utf-8")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("summary")
    one.add_argument("name", choices=SYSTEMS)
    for option in ("--folder", "--reference"):
        one.add_argument(option, type=pathlib.Path, required=True)
    one.add_argument("--demo", type=int, default=0, help="seconds that `make demo` took")
    one.add_argument("--test", type=int, default=0, help="seconds that `make test` took")
    one.add_argument("--kept", action="store_true", help="what was compiled before was at hand: the time to build says nothing")
    one.add_argument("--tested", choices=["passed", "failed", "skipped", "unbuilt"], default="skipped")
    one.add_argument("--commit", default="")
    two = commands.add_parser("compare")
    two.add_argument("scores", type=pathlib.Path)
    two.add_argument("other", type=pathlib.Path, metavar="REFERENCE")
    three = commands.add_parser("store")
    three.add_argument("files", type=pathlib.Path, nargs="+")
    commands.add_parser("page").add_argument("--check", action="store_true")
    options = parser.parse_args()
    if options.command == "summary":
        return summary(options)
    if options.command == "compare":
        found = compare(options.scores, options.other)
        print_scores(found)
        return 0 if are_equal(found) else 1
    return store(options.files) if options.command == "store" else page(options.check)


if __name__ == "__main__":
    sys.exit(main())

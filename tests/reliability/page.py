#!/usr/bin/env python3
"""The figures of docs/reliability.md: stored by the scripts that measure them, and put into the page.

    page.py [--check]     writes the tables of the page from results/*; --check: fails where they differ
"""
import csv
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
PAGE = HERE.parent.parent / "docs" / "reliability.md"
RESULTS = HERE / "results"


def fault_row(row):
    outcomes = ", ".join(f"{n} {what}" for what, n in sorted(row["outcomes"].items()))
    words = row["words"] + (f" ({outcomes})" if outcomes else "")
    return f"| {words} | {row['tries']} | {row['survived']} | {row['lost']} |"


def soak_text(row):
    return (f"{row['slides']} small slides in one run took {row['seconds']:.0f} s. At the end it held {row['memory_mb']:.0f} "
            f"MB of memory, {row['memory_growth']:.2f} times what it held in the second tenth of the run, and "
            f"{row['open_files']} open files, {row['files_growth']:.2f} times. The same command again had nothing to do and "
            f"said so after {row['again_s']:.1f} s.")


def store_fault(path, name, row):
    stored = json.loads(path.read_text()) if path.exists() else {}
    stored[name] = row
    path.write_text(json.dumps(stored, indent=2) + "\n")


def _faults(stored):
    rows = [fault_row(row) for name, row in stored.items() if name != "soak"]
    return "\n".join(["| fault | tries | survived | lost |", "|---|---|---|---|", *rows])


def _table(path, header):
    """A CSV file as a table; header: {column: what it says}."""
    if not path.exists():
        return "Not stored yet."
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    lines = ["| " + " | ".join(header.values()) + " |", "|" + "---|" * len(header)]
    lines += ["| " + " | ".join(row[column] for column in header) + " |" for row in rows]
    return "\n".join(lines)


def sections():
    faults = json.loads((RESULTS / "faults.json").read_text())
    return {
        "faults": _faults(faults),
        "soak": soak_text(faults["soak"]),
        "fuzz": _table(RESULTS / "fuzz.csv", {"target": "target", "seconds": "seconds", "executions": "executions",
                                              "edges": "edges reached", "peak_mb": "peak MB", "findings": "findings"}),
        "sanitizers": _table(RESULTS / "sanitizers.csv", {"sanitizer": "sanitizer", "tests": "tests", "failed": "failed",
                                                          "build_s": "build s", "run_s": "run s"}),
    }


def main():
    old = text = PAGE.read_text()
    for name, content in sections().items():
        text, count = re.subn(f"(<!-- {name} -->\n).*?(<!-- end -->)", lambda m, c=content: f"{m[1]}{c}\n{m[2]}", text,
                              flags=re.DOTALL)
        if count != 1:
            raise SystemExit(f"{PAGE} has no place for {name}")
    if "--check" in sys.argv[1:]:
        if text != old:
            raise SystemExit(f"{PAGE} is not what the stored figures give: run {HERE / 'page.py'}")
    else:
        PAGE.write_text(text)


if __name__ == "__main__":
    main()

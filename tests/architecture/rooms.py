#!/usr/bin/env python3
"""Holds the includes of the tree to what docs/architecture.md draws. Fails on an include against the drawn direction, a
room or folder that is not drawn, a cycle among the drawn arrows, a library where it does not belong, and a room of
which more than twelve headers are included from outside of it. Says what it found, one line each.

usage: rooms.py [--root FOLDER]
"""
import argparse
import pathlib
import re
import sys

MOST_HEADERS = 12
LAYERS = ("base", "tiler", "model", "plugin", "cli")
LAYERS_OF_ROOMS = ("tiler", "model", "plugin")  # nothing lies in them but rooms; each room is a unit of its own
# Only these may include a library's headers.
OWNED = {
    r"<openslide[/.]": ("tiler/slides",),
    r"<dcmtk/|<openjpeg": ("tiler/dicom",),
    r"<torch[/.]|<ATen/|<c10/|<caffe2/": ("model/torch",),
    r"<(oneapi/dnnl/)?dnnl": ("model/onednn",),
    r"<onnxruntime": ("model/onnxruntime",),
    r"<CLI/": ("cli",),
}


def drawn_arrows(page):
    """The rows of the page's tables "| room | may include | ... |": {unit: units it may include}."""
    arrows = {}
    for table in re.findall(r"^\| room \| may include \|.*\n\|[-| ]+\|\n((?:\|.*\n)+)", page, re.M):
        for row in table.splitlines():
            room, used = [cell.strip() for cell in row.split("|")[1:3]]
            arrows[room.strip("`/")] = [name.strip("`/") for name in re.findall(r"`[^`]+`", used)]
    return arrows


def cycle_in(arrows):
    state, path = {}, []

    def visit(unit):
        state[unit] = "open"
        path.append(unit)
        for used in arrows.get(unit, []):
            if state.get(used) == "open":
                return path[path.index(used):] + [used]
            if used not in state and (found := visit(used)):
                return found
        path.pop()
        state[unit] = "closed"
        return None

    for unit in arrows:
        if unit not in state and (found := visit(unit)):
            return found
    return None


def unit_of(path):
    """The room that a file lies in, or the layer where it lies in none. A file loose in a layer of rooms is a unit that no
    table draws."""
    parts = path.split("/")
    return "/".join(parts[:2]) if len(parts) > 2 or parts[0] in LAYERS_OF_ROOMS else parts[0]


def check(root):
    findings = []
    arrows = drawn_arrows((root / "docs/architecture.md").read_text(encoding="utf-8"))
    if not arrows:
        return ["docs/architecture.md draws no rooms"]
    for unit, used in arrows.items():
        findings += [f"docs/architecture.md: {unit} may include {name}, which is not drawn" for name in used if name not in arrows]
    if cycle := cycle_in(arrows):
        findings.append("docs/architecture.md: a cycle: " + " -> ".join(cycle))

    included_from_outside = {}
    for file in sorted(file for layer in LAYERS for file in (root / layer).rglob("*") if file.suffix in (".h", ".cpp")):
        name = file.relative_to(root).as_posix()
        unit = unit_of(name)
        if unit not in arrows:
            findings.append(f"{name}: lies in {unit}, which docs/architecture.md does not draw")
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if match := re.match(r'\s*#\s*include\s+"([^"]+)"', line):
                header = match[1]
                if header.split("/")[0] not in LAYERS:
                    if header != "slidetype.h":
                        findings.append(f'{name}:{number}: includes "{header}", which names no folder of the tree')
                    continue
                used = unit_of(header)
                if used == unit:
                    continue
                included_from_outside.setdefault(used, set()).add(header)
                if used not in arrows[unit]:
                    findings.append(f"{name}:{number}: {unit} may not include {used} ({header})")
            elif match := re.match(r"\s*#\s*include\s+(<[^>]+>)", line):
                for pattern, owners in OWNED.items():
                    if re.match(pattern, match[1]) and unit not in owners:
                        findings.append(f"{name}:{number}: {match[1]} belongs to {' and '.join(owners)} alone")
    for unit, headers in sorted(included_from_outside.items()):
        if "/" in unit and len(headers) > MOST_HEADERS:
            findings.append(f"{unit}: {len(headers)} of its headers are included from outside, {MOST_HEADERS} may be: "
                            + " ".join(sorted(headers)))
    return findings


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2])
    findings = check(parser.parse_args().root)
    print("\n".join(findings) if findings else "every include follows docs/architecture.md")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Holds docs/dependencies.md to what was built: dependencies.py BUILD

Fails where a binary of ours needs a library that has no row, where a row names files of which no binary needs one, and, on the
Debian releases that the page has a column for, where the version of a package is not the one that the page names.
"""
import pathlib
import re
import subprocess
import sys

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/dependencies.md"


def name_of(soname):
    """libopencv_core.so.406 -> libopencv_core, ld-linux-x86-64.so.2 -> ld-linux-x86-64"""
    return re.sub(r"\.so(\.\d+)*[a-z]?$", "", soname)


def needed(binary):
    text = subprocess.run(["readelf", "-dW", binary], check=True, stdout=subprocess.PIPE, text=True).stdout
    return {name_of(name) for name in re.findall(r"\(NEEDED\).*\[(.+?)\]", text)}


def rows(text):
    """The rows of the table of run time, as a list of cells by the names of its columns."""
    section = text.split("## Run time", 1)[1].split("\n## ", 1)[0]
    lines = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in section.splitlines() if line.startswith("|")]
    return [dict(zip(lines[0], cells)) for cells in lines[2:]]


def check_files(build, table):
    binaries = [build / "bin/slidetype", *build.glob("lib/libslidetype.so.*.*"), *build.glob("lib/slidetype/libslidetype_*.so")]
    used = {binary: needed(binary) for binary in binaries}
    listed = {name: row for row in table for name in re.findall(r"`([^`]+)`", row["files"])}
    for binary, names in used.items():
        for name in sorted(names - listed.keys()):
            yield f"{binary.name} needs {name}, which has no row"
    linked = used[build / "bin/slidetype"].union(*[names for binary, names in used.items() if binary.parent.name == "lib"])
    everywhere = set().union(*used.values())
    for row in table:
        files = set(re.findall(r"`([^`]+)`", row["files"]))
        if row["how"].startswith("loaded"):
            for name in sorted(files & everywhere):
                yield f"{name} is linked, and its row says that it is loaded"
        elif files and not files & everywhere:
            yield f"{row['library']} has a row, and no binary needs it"
        elif files and row["how"].startswith("linked") != bool(files & linked):
            yield f"{row['library']} is {'' if files & linked else 'not '}linked by program or C library; its row says: {row['how']}"


def check_versions(table):
    release = dict(re.findall(r'^(\w+)="?(.*?)"?$', pathlib.Path("/etc/os-release").read_text(), re.M))
    column = release.get("VERSION_ID", "testing")
    if release.get("ID") != "debian" or column not in table[0]:
        print(f"versions are not looked at: this is {release.get('PRETTY_NAME')}")
        return
    for row in table:
        found = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", row["Debian package"]], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True, check=False).stdout
        upstream = found.split(":", 1)[-1]
        if upstream and not re.match(re.escape(row[column]) + r"(?![\d])", upstream):
            if column == "testing":  # which goes on
                print(f"{row['Debian package']} is {found} here, on the page {row[column]}")
            else:
                yield f"{row['Debian package']} is {found} here, on the page {row[column]}"


def main():
    table = rows(PAGE.read_text())
    problems = [*check_files(pathlib.Path(sys.argv[1]), table), *check_versions(table)]
    for problem in problems:
        print(problem)
    print(f"{PAGE.name}: {len(table)} rows, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

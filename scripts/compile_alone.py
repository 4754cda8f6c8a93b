#!/usr/bin/env python3
"""Compiles C++ files each for itself, without precompiled headers and up to where code would be made, to find missing includes.

Usage: compile_alone.py COMPILE_COMMANDS_FOLDER JOBS AT_MOST <FILES   (names on lines, those that matter most first)

Names that come again, are no longer there or no C++ files are passed over. A header is compiled as if it were a source file
of the folder that is nearest. Exit code 0: all compiled.
"""

import concurrent.futures
import json
import os
import shlex
import subprocess
import sys


def command_of(file, commands):
    """The command of the file itself, or of the one whose path begins most like it; without its output."""
    alike = max(commands, key=lambda known: (known == file, len(os.path.commonprefix([known, file]))))
    directory, words = commands[alike]
    at = words.index("-o")
    return directory, words[:at] + ["-fsyntax-only", "-x", "c++", file]


def compile_one(file, commands):
    directory, words = command_of(os.path.abspath(file), commands)
    if file.endswith(".h"):
        words.append("-w")  # gcc warns of #pragma once in what it takes for a source file
    ran = subprocess.run(words, cwd=directory, capture_output=True, text=True, check=False)
    return "" if ran.returncode == 0 else ran.stderr


def place_of(file, folder):
    """Where the file is, or the files are that it brings together (model/torch/ is always compiled so)."""
    if "/Unity/" not in file:
        return file
    return os.path.abspath(os.path.relpath(file, os.path.realpath(folder)).split("CMakeFiles")[0] + os.path.basename(file))


def main():
    folder, jobs, at_most = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with open(os.path.join(folder, "compile_commands.json"), encoding="utf-8") as text:
        commands = {place_of(entry["file"], folder): (entry["directory"], shlex.split(entry["command"]))
                    for entry in json.load(text) if not entry["file"].endswith(".c")}
    names = dict.fromkeys(line.strip() for line in sys.stdin)
    chosen = [name for name in names if name.endswith((".cpp", ".h")) and os.path.exists(name)][:at_most]
    print(f"{len(chosen)} files, each compiled for itself", flush=True)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        found = [text for text in pool.map(lambda name: compile_one(name, commands), chosen) if text]
    print("".join(found), end="", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

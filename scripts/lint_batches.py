#!/usr/bin/env python3
"""Runs clang-tidy over many files at a time: most of what it takes goes into headers, which a batch of files shares.

Usage: lint_batches.py COMPILE_COMMANDS_FOLDER JOBS FILE…   (below the current folder)

A batch is a file that includes what belongs to one target or layer, up to some sixty of ours. Two files that clash when they are
compiled as one (the same private name twice) are no finding: files that share a private name, or of which one has a private name
that a header of the other has for all, go into different batches, as far as that shows in their text; of a batch that does not compile all the same the files with errors are taken for themselves, and a
file that does not compile by itself is reported. Exit code 0: nothing was found.
"""

import concurrent.futures
import json
import os
import re
import shlex
import subprocess
import sys

AT_MOST_LINES = 9000  # of a batch: two of them, one for each processor, fit in 4 GiB
OURS = r"(base|tiler|model|plugin|cli|sample_slides|bench|tests)/.*\.(h|cpp)$"  # in a batch all of ours is included


def flags_of_all(commands):
    """The definitions and folders of all targets together: they do not contradict each other but in names of programs."""
    flags, defined = [], set()
    for entry in commands:
        words = shlex.split(entry["command"])
        for at, word in enumerate(words):
            name = word[2:].split("=")[0] if word.startswith("-D") else None
            if word == "-isystem":
                flag = (word, words[at + 1])
            elif word.startswith("-I") or (name and name not in defined and name != "NDEBUG"):
                flag = (word,)
            else:
                continue
            if name:
                defined.add(name)
            if flag not in flags:
                flags.append(flag)
    return [word for flag in flags for word in flag]


def home_of(file, commands):
    """What is compiled together: the files of a target, and those of all rooms of a layer."""
    targets = [re.search(r"CMakeFiles/(\w+)\.dir", entry["command"]) for entry in commands if entry["file"].endswith("/" + file)]
    target = targets[0].group(1) if targets and targets[0] else os.path.dirname(file)
    return re.sub(r"^slidetype_(model|plugin)_(?!tests)\w+$", r"\1", target)


def private_names(text):
    """What a file defines for itself in namespaces without a name: types, functions, constants; and, for aliases, of what
    they are, since two of the same do not clash. Some that are none, such as the start of a declaration that goes on in the
    next line, do no harm."""
    names = {}
    for block in re.findall(r"^namespace \{$(.*?)^\}  // namespace$", text, re.MULTILINE | re.DOTALL):
        for name in re.findall(r"^(?:struct|class|enum class|enum|MATCHER\w*\() ?(\w+)", block, re.MULTILINE):
            names[name] = None
        for name in re.findall(r"^(?!struct|class|enum|using|namespace|template|TEST|return)\w[\w:<>,&*\[\] ]*? [*&]?(\w+)(?:\(|\{| =|\[|;)",
                               block, re.MULTILINE):
            names[name] = None
        names.update(dict.fromkeys(re.findall(r"\b(k[A-Z]\w*)(?: =(?!=)|\[\w*\] =|\{)", block)))
    names.update(re.findall(r"^using (\w+) = (.*);$", text, re.MULTILINE))  # within such a namespace or not
    names.update({whole.rsplit("::")[-1]: whole for whole in re.findall(r"^using ((?:[a-z_]\w*::)+\w+);$", text, re.MULTILINE)})
    return names


def public_names(text):
    """Types and constants of a header."""
    names = set(re.findall(r"^(?:template <.*> )?(?:struct|class|enum class|enum) (\w+)", text, re.MULTILINE))
    names.update(re.findall(r"^using (\w+) =", text, re.MULTILINE))
    names.update(re.findall(r"^(?:inline )?constexpr .*?\b(k[A-Z]\w*)(?: =|\[|\{)", text, re.MULTILINE))
    return names


class Headers:
    """What the headers of ours that a file includes, and those that they include, have for all."""

    def __init__(self):
        self.texts = {}

    def read(self, file):
        if file not in self.texts:
            try:
                with open(file, encoding="utf-8") as source:
                    self.texts[file] = source.read()
            except OSError:
                self.texts[file] = ""  # made when it is built
        return self.texts[file]

    def names(self, file):
        seen, waiting, names = set(), [file], set()
        while waiting:
            text = self.read(waiting.pop())
            for header in re.findall(r'^#include "([^"]+)"', text, re.MULTILINE):
                if header not in seen:
                    seen.add(header)
                    waiting.append(header)
                    names |= public_names(self.read(header))
        return names


class Batch:
    def __init__(self, file, headers):
        text = headers.read(file)
        self.files, self.lines, self.private, self.public = [file], text.count("\n"), private_names(text), headers.names(file)

    def clashes(self, more):
        """Aliases of the same may stand in both."""
        twice = any(name in more.private and (of is None or of != more.private[name]) for name, of in self.private.items())
        return twice or bool(self.private.keys() & more.public) or bool(more.private.keys() & self.public)

    def has_room(self, more):
        return self.lines + more.lines <= AT_MOST_LINES and not self.clashes(more)

    def add(self, more):
        self.files += more.files
        self.lines += more.lines
        self.private |= more.private
        self.public |= more.public


def batches_of(files, commands):
    """Files of one home go into the first batch that has room and none of their private names; what few are left of a home
    join those of other folders that make the program. Tests, fuzzers and tools stay apart: they have gtest's names or all of
    slidetype's in their scope, or private names that are public elsewhere."""
    homes = {}
    for file in sorted(files):
        homes.setdefault(home_of(file, commands), []).append(file)
    kinds, headers = {}, Headers()
    for home in homes.values():
        batches = []
        for file in home:
            put(batches, Batch(file, headers))
        top = home[0].split("/")[0]
        kind = "fuzz" if "/fuzz/" in home[0] else "program" if top in ("base", "tiler", "model", "plugin", "cli") else top
        kinds.setdefault(kind, []).extend(batches)
    out = []
    for batches in kinds.values():
        joined = []
        for batch in sorted(batches, key=lambda each: each.lines, reverse=True):
            put(joined, batch)
        out += [batch.files for batch in joined]
    return sorted(out, key=len, reverse=True)  # the long ones first, so that none is left for one processor


def put(batches, more):
    for batch in batches:
        if batch.has_room(more):
            batch.add(more)
            return
    batches.append(more)


def unused_using(file):
    """misc-unused-using-decls is the one check that looks at nothing but the main file, which a batch is not: names of
    namespaces that a file brings in and does not mention again. (So a batch is spared that check.)"""
    with open(file, encoding="utf-8") as source:
        text = source.read()
    code = re.sub(r"//.*|^#.*", "", text, flags=re.MULTILINE)
    return "".join(
        f"{os.path.abspath(file)}: using declaration '{name}' is unused [misc-unused-using-decls]\n"
        for name in re.findall(r"^ *using (?:[a-z_]\w*::)+(\w+);", code, re.MULTILINE)
        if len(re.findall(rf"\b{name}\b", code)) == 1)


def without_sources(findings):
    """google-global-names-in-headers takes every file of a batch for a header. Of sources it is no finding."""
    blocks = re.split(r"^(?=/[^\n:]+:\d+:\d+: (?:warning|error): )", findings, flags=re.MULTILINE)
    source = re.compile(r"/[^\n:]+\.cpp:\d+:\d+: [^\n]*\[google-global-names-in-headers")
    return "".join(block for block in blocks if not source.match(block))


def parted_by_errors(batch, findings):
    """Two parts: without the files in which the errors are, and these; or two halves where that tells none apart."""
    wrong = set(re.findall(r"^(/[^\n:]+\.cpp):\d+:\d+: error: [^\n]*clang-diagnostic-error", findings, re.MULTILINE))
    rest = [file for file in batch if os.path.abspath(file) not in wrong]
    if 0 < len(rest) < len(batch):
        return rest, [file for file in batch if file not in rest]
    half = len(batch) // 2
    return batch[:half], batch[half:]


class Linter:
    def __init__(self, folder, flags):
        self.folder, self.flags = os.path.abspath(folder), flags

    def tidy(self, batch):
        """The findings, as text; nothing where there is none."""
        name = os.path.join(self.folder, "batch_" + re.sub(r"\W", "_", f"{batch[0]}_{len(batch)}") + ".cpp")
        with open(name, "w", encoding="utf-8") as text:
            for number, file in enumerate(batch):
                with open(file, encoding="utf-8") as source:
                    once = re.findall(r"^(?:int|extern \"C\" int) (main|LLVMFuzzerTestOneInput)\(", source.read(), re.MULTILINE)
                text.writelines(f"#define {function} {function}_{number}\n" for function in once)  # what a program has once
                text.write(f'#include "{os.path.abspath(file)}"\n')
                text.writelines(f"#undef {function}\n" for function in once)
        ran = subprocess.run(
            ["clang-tidy", "--quiet", "--checks=-misc-unused-using-decls", f"--header-filter={OURS}", name, "--", "-std=c++20", "-O2", "-Wall", "-Wextra"]
            + self.flags, capture_output=True, text=True, check=False)
        if ran.returncode == 0:
            return ""
        if "clang-diagnostic-error" in ran.stdout + ran.stderr and len(batch) > 1:
            parted = parted_by_errors(batch, ran.stdout + ran.stderr)
            print(f"{batch[0]} and {len(batch) - 1} more do not compile as one: {len(parted[1])} for themselves", flush=True)
            return self.tidy(parted[0]) + self.tidy(parted[1])
        if ran.stdout:
            return without_sources(ran.stdout)
        return ran.stderr or f"clang-tidy ended with {ran.returncode} on {' '.join(batch)}\n"


def main():
    folder, jobs, files = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    with open(os.path.join(folder, "compile_commands.json"), encoding="utf-8") as text:
        commands = json.load(text)
    linter = Linter(folder, flags_of_all(commands))
    batches = batches_of(files, commands)
    print(f"clang-tidy: {len(files)} files in {len(batches)} batches", flush=True)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        found = [text for text in pool.map(linter.tidy, batches) if text] + [unused_using(file) for file in files]
    print("".join(found), end="", file=sys.stderr)
    return 1 if any(found) else 0


if __name__ == "__main__":
    sys.exit(main())

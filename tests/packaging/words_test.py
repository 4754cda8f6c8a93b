#!/usr/bin/env python3
"""What is made from the command-line definition: manual pages, and completion as bash, fish and zsh themselves do it.

    words_test.py PROGRAM

Each shell, and man, is asked where it is at hand; what is not is named, and the rest is tried.
"""
import os
import pathlib
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = ""


def output(*command, **more):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **more).stdout


def needs(program):
    return unittest.skipUnless(shutil.which(program), f"{program} is not installed")


def commands_in(help_text):
    section = help_text.split("Subcommands:", 1)[1] if "Subcommands:" in help_text else ""
    section = section or (help_text.split("SUBCOMMANDS:", 1)[1] if "SUBCOMMANDS:" in help_text else "")
    return re.findall(r"^  ([a-z-]+) ", section.split("\n\n")[0], re.M)


class Words(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        (self.folder / "a slide.svs").touch()

    def script(self, shell, name):
        file = self.folder / name
        file.write_text(output(PROGRAM, "completion", shell))
        return file

    def test_each_command_has_a_page_that_has_each_of_its_options(self):
        output(PROGRAM, "manual", str(self.folder / "man"))
        commands = [[], *([name] for name in commands_in(output(PROGRAM, "--help")))]
        self.assertIn(["run"], commands)
        commands += [["models", name] for name in commands_in(output(PROGRAM, "models", "--help"))]
        self.assertIn(["models", "import-keras"], commands)
        pages = {file.name for file in (self.folder / "man").iterdir()}
        self.assertEqual(pages, {"-".join(["slidetype", *command]) + ".1" for command in commands})
        for command in commands:
            page = (self.folder / "man" / ("-".join(["slidetype", *command]) + ".1")).read_text().replace("\\-", "-")
            for option in re.findall(r"^ +(?:-\w,)?(--[a-z][a-z-]+)", output(PROGRAM, *command, "--help"), re.M):
                self.assertIn(f"\\fB{option}\\fR", page, command)
        self.assertIn("One of automatic, ", (self.folder / "man/slidetype-run.1").read_text())

    @needs("man")
    def test_man_has_nothing_to_warn_of(self):
        output(PROGRAM, "manual", str(self.folder / "man"))
        for page in (self.folder / "man").iterdir():
            shown = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", str(page)], capture_output=True, text=True,
                                   env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80"}, check=False)
            self.assertEqual((shown.returncode, shown.stderr), (0, ""), page.name)
            self.assertIn("SYNOPSIS", shown.stdout)

    def bash(self, *words):
        quoted = " ".join("'" + word + "'" for word in words)
        return output("bash", "-c", f'. "$1"; COMP_WORDS=({quoted}) COMP_CWORD={len(words) - 1}; _slidetype; '
                      'printf "%s\\n" "${COMPREPLY[@]}"', "bash", str(self.script("bash", "slidetype")),
                      cwd=self.folder).splitlines()

    @needs("bash")
    def test_bash_completes(self):
        self.assertIn("export", self.bash("slidetype", "e"))
        self.assertEqual(self.bash("slidetype", "models", "import-"), ["import-keras", "import-mil"])
        self.assertEqual(self.bash("slidetype", "run", "--min-t"), ["--min-tissue", "--min-tumour-share"])
        self.assertEqual(self.bash("slidetype", "run", "--backend", "onednn-"), ["onednn-int8"])
        self.assertEqual(self.bash("slidetype", "run", "--backend", "=", "onednn-"), ["onednn-int8"])
        self.assertEqual(self.bash("slidetype", "run", "a"), ["a slide.svs"])
        self.assertEqual(self.bash("slidetype", "run", "-o", "a"), ["a slide.svs"])
        self.assertEqual(self.bash("slidetype", "run", "--threads", ""), [""])  # a number
        self.assertEqual(self.bash("slidetype", "man"), [""])  # is hidden

    def fish(self, line):
        text = output("fish", "--no-config", "-c", f'source "{self.script("fish", "slidetype.fish")}"; complete -C "{line}"',
                      cwd=self.folder, env={**os.environ, "HOME": str(self.folder)})
        return [each.split("\t")[0] for each in text.splitlines()]

    @needs("fish")
    def test_fish_completes(self):
        self.assertIn("export", self.fish("slidetype e"))
        self.assertEqual(sorted(self.fish("slidetype models import-")), ["import-keras", "import-mil"])
        self.assertEqual(sorted(self.fish("slidetype run --min-t")), ["--min-tissue", "--min-tumour-share"])
        self.assertEqual(self.fish("slidetype run --backend onednn-i"), ["onednn-int8"])
        self.assertEqual(len(self.fish("slidetype run a")), 1)
        self.assertEqual(self.fish("slidetype run --threads a"), [])

    def zsh(self, line):
        """What stands on the line of an interactive zsh after a tab."""
        self.script("zsh", "_slidetype")
        (self.folder / ".zshrc").write_text(f"fpath=({self.folder} $fpath); autoload -Uz compinit; compinit -u -D\n"
                                            "PS1='ready> '; unsetopt zle_bracketed_paste; stty -echo 2>/dev/null\n")
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            os.execve(shutil.which("zsh"), ["zsh", "-i"], {"ZDOTDIR": str(self.folder), "HOME": str(self.folder),
                                                           "PATH": os.environ["PATH"], "TERM": "dumb"})
        seen = b""

        def read_until(text, seconds):
            nonlocal seen
            end = time.monotonic() + seconds
            os.set_blocking(terminal, False)
            while text not in seen and time.monotonic() < end:
                try:
                    seen += os.read(terminal, 4096)
                except BlockingIOError:
                    time.sleep(0.05)
            return text in seen

        try:
            self.assertTrue(read_until(b"ready> ", 60), seen)
            seen = b""
            # The line is only told, not run.
            os.write(terminal, b"\x15" + line.encode() + b"\t\x01print -r -- told: \x05 end\n")
            self.assertTrue(read_until(b"end\r\n", 60), seen)
            time.sleep(0.1)
            return re.findall(r"told: *(.*?) +end\r\n", seen.decode(errors="replace"))[-1]
        finally:
            os.kill(pid, 9)
            os.waitpid(pid, 0)
            os.close(terminal)

    @needs("zsh")
    def test_zsh_completes(self):
        self.assertEqual(self.zsh("slidetype comp"), "slidetype completion")
        self.assertEqual(self.zsh("slidetype models import-k"), "slidetype models import-keras")
        self.assertEqual(self.zsh("slidetype run --backend onednn-"), "slidetype run --backend onednn-int8")
        self.assertEqual(self.zsh("slidetype run --min-ti"), "slidetype run --min-tissue")


if __name__ == "__main__":
    PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=2)

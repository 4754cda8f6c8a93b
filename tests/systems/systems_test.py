#!/usr/bin/env python3
"""What is installed where, and whether a difference between two systems' scores is seen."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))
import systems  # noqa: E402

TOOLS = ("apt-get", "dpkg-query", "sudo", "npm", "chromium")


class Installing(unittest.TestCase):
    """With an apt-get that only writes down what it is asked for, and a dpkg-query that knows of no package."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)
        self.tools = self.path / "bin"
        self.tools.mkdir()
        for name, body in (("apt-get", f'echo "$@" >>"{self.path}/asked"'), ("dpkg-query", "exit 1"), ("sudo", 'exec "$@"'),
                           ("npm", "true")):
            (self.tools / name).write_text(f"#!/bin/sh\n{body}\n")
            (self.tools / name).chmod(0o755)

    def install(self, os_release, *options):
        (self.path / "os-release").write_text(os_release)
        environment = {**os.environ, "SLIDETYPE_OS_RELEASE": str(self.path / "os-release"),
                       "PATH": f"{self.tools}:{os.environ['PATH']}"}
        environment.pop("SLIDETYPE_SKIP_INSTALL", None)
        done = subprocess.run([SCRIPTS / "install_dependencies.sh", *options], env=environment, capture_output=True, text=True,
                              check=False)
        asked = self.path / "asked"
        return done, asked.read_text() if asked.exists() else ""

    def test_the_three_releases_get_the_same_packages_but_for_what_an_older_one_does_without(self):
        lists = set()
        for version in ('VERSION_ID="12"\n', 'VERSION_ID="13"\n', ""):
            (self.path / "asked").unlink(missing_ok=True)
            done, asked = self.install(f'PRETTY_NAME="Debian GNU/Linux"\nID=debian\n{version}', "--clang")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("libdnnl-dev", asked)
            self.assertIn("libclang-rt-dev", asked)
            self.assertEqual("python3-onnx" in asked, "12" not in version)
            lists.add(asked.replace(" python3-onnx", ""))
        self.assertEqual(len(lists), 1)

    def test_testing_is_said_to_change(self):
        done, _ = self.install('PRETTY_NAME="Debian GNU/Linux forky/sid"\nID=debian\nVERSION_CODENAME=forky\n')
        self.assertIn("forky/sid (testing or unstable), which changes from day to day", done.stdout)

    def test_a_release_that_is_too_old_is_refused(self):
        for version in ("11", "9", "10"):
            done, asked = self.install(f'PRETTY_NAME="Debian {version}"\nID=debian\nVERSION_ID="{version}"\n')
            self.assertEqual((done.returncode, asked), (1, ""))
            self.assertIn("too old", done.stderr)
            self.assertIn("OpenSlide 3.4.1 or newer", done.stderr)

    def test_a_release_to_come_is_tried(self):
        done, asked = self.install('PRETTY_NAME="Debian 14"\nID=debian\nVERSION_ID="14"\n')
        self.assertEqual(done.returncode, 0)
        self.assertIn("newer than what slidetype was tried on", done.stdout)
        self.assertIn("libopenslide-dev", asked)

    def test_what_descends_from_debian_is_told_the_packages_and_nothing_is_installed(self):
        for like in ("debian", "ubuntu debian"):
            done, asked = self.install(f'PRETTY_NAME="Ubuntu 24.04 LTS"\nID=ubuntu\nID_LIKE="{like}"\nVERSION_ID="24.04"\n')
            self.assertEqual((done.returncode, asked), (1, ""))
            self.assertIn("This is Ubuntu 24.04 LTS, not Debian.", done.stderr)
            self.assertIn("descends from Debian", done.stderr)
            self.assertRegex(done.stderr, r"apt-get install .*\blibopenslide-dev\b.*\blibdnnl-dev\b|apt-get install .*\blibdnnl-dev\b.*\blibopenslide-dev\b")

    def test_another_system_is_told_the_libraries(self):
        done, asked = self.install('PRETTY_NAME="Fedora Linux 43"\nID=fedora\nVERSION_ID=43\n')
        self.assertEqual((done.returncode, asked), (1, ""))
        self.assertIn("oneDNN 2.6 or 3", done.stderr)
        self.assertNotIn("descends", done.stderr)


class Comparing(unittest.TestCase):
    RUN = "name,state,call,prob_LUSC,known_to_model,tiles_ok,tiles_benign,tiles_unfamiliar,tiles_background,tiles_read_error\n"
    TILES = "index,status,prob_LUAD,prob_LUSC\n"

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def scores(self, name, call="LUAD", tile="0,ok,0.829510,0.170490"):
        folder = pathlib.Path(self.folder.name) / name
        for backend in systems.BACKENDS:
            (folder / backend / "a").mkdir(parents=True)
            (folder / backend / "run.csv").write_text(f"{self.RUN}a,done,{call},0.1,yes,1,0,0,1,0\n")
            (folder / backend / "a" / "tiles.csv").write_text(f"{self.TILES}{tile}\n1,background,,\n")
        return folder

    def compared(self, **other):
        found = systems.compare(self.scores("ours", **other), self.scores("theirs"))
        self.assertEqual(set(found), set(systems.BACKENDS))
        return found["onednn"]

    def test_equal_scores_do_not_differ(self):
        found = self.compared()
        self.assertEqual((found["slides"], found["tiles"], found["largest"], found["unequal"]), (1, 1, 0, []))

    def test_the_largest_difference_is_found(self):
        found = self.compared(tile="0,ok,0.829310,0.170690")
        self.assertAlmostEqual(found["largest"], 2e-4, 7)
        self.assertEqual(found["beyond"], 1)
        self.assertEqual(found["unequal"], [])

    def test_another_call_is_seen(self):
        self.assertEqual(self.compared(call="LUSC")["unequal"], ["a: call is LUSC, not LUAD"])

    def test_another_status_of_a_tile_is_seen(self):
        self.assertEqual(self.compared(tile="0,benign,0.829510,0.170490")["unequal"], ["a: tile 0 is benign, not ok"])

    def test_what_is_too_much_is_no_equality(self):
        reference = self.scores("theirs")
        close, far = self.scores("close", tile="0,ok,0.829450,0.170550"), self.scores("far", tile="0,ok,0.829200,0.170800")
        self.assertTrue(systems.are_equal(systems.compare(close, reference)))
        self.assertFalse(systems.are_equal(systems.compare(far, reference)))
        self.assertFalse(systems.are_equal(systems.compare(self.scores("call", call="LUSC"), reference)))
        self.assertFalse(systems.are_equal({}))

    def test_a_slide_of_one_alone_is_named(self):
        ours, theirs = self.scores("ours"), self.scores("theirs")
        with open(ours / "onednn" / "run.csv", "a", encoding="utf-8") as file:
            file.write("b,done,LUAD,0.1,yes,1,0,0,1,0\n")
        self.assertEqual(systems.compare(ours, theirs)["onednn"]["not_compared"], ["b"])

    def test_a_score_that_is_none_is_no_equal_score(self):
        self.assertEqual(self.compared(tile="0,ok,0.829510,")["largest"], float("inf"))


class Counting(unittest.TestCase):
    LOG = """\
1/4 Testing: tiler.A.1
Output:
----------------------------------------------------------
[ RUN      ] A.One
[       OK ] A.One (1 ms)
[ RUN      ] A.Two
/home/a_test.cpp:7: Skipped
no shared data in ../shared

[  SKIPPED ] A.Two (0 ms)
[ RUN      ] A.Three
[  FAILED  ] A.Three (0 ms)
[  FAILED  ] A.Three
<end of output>
2/4 Testing: reliability.sigint
Output:
----------------------------------------------------------
fine
<end of output>
3/4 Testing: tiler.B.1
Output:
----------------------------------------------------------
[ RUN      ] B.One
[       OK ] B.One (1 ms)
[ RUN      ] B.Crashes
<end of output>
4/4 Testing: qupath.Scripts
Output:
----------------------------------------------------------
looked for groovy
skipped: there is no groovy
<end of output>
"""
    PRINTED = """\
1/4 Test   #1: tiler.A.1 ..........................***Failed    0.30 sec
2/4 Test  #22: reliability.sigint .................   Passed    0.02 sec
 3/4 Test #133: tiler.B.1 ..........................***Exception: SegFault  0.10 sec
4/4 Test   #4: qupath.Scripts .....................***Skipped   0.02 sec
"""

    def test_tests_are_counted_and_named_whatever_program_they_are_in(self):
        found = systems.count_tests(self.LOG, self.PRINTED)
        self.assertEqual((found["passed"], found["failed"], found["skipped"]), (3, 2, 2))
        self.assertEqual(found["failed_tests"], ["A.Three", "tiler.B.1"])
        self.assertEqual(found["skipped_tests"], {"A.Two": "no shared data in ../shared",
                                                  "qupath.Scripts": "skipped: there is no groovy"})


class Trying(unittest.TestCase):
    def test_what_cannot_be_tried_is_refused_at_once(self):
        for arguments, reason in (((), "NAME is bookworm, trixie or testing"), (("jessie",), "'jessie' is not bookworm"),
                                  (("12", "--nonsense"), "no option --nonsense"), (("12", "--mirror"), "--mirror needs a value"),
                                  (("12", "13"), "one distribution at a time")):
            done = subprocess.run([SCRIPTS / "try_distribution.sh", *arguments], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn(reason, done.stderr)


if __name__ == "__main__":
    unittest.main()

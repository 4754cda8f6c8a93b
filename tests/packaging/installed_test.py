#!/usr/bin/env python3
"""cmake --install into a folder that is then moved: program and C library find models, page and modules beside themselves.

    installed_test.py BUILD
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD = pathlib.Path()
SOURCE = pathlib.Path(__file__).resolve().parents[2]
SAMPLE = SOURCE / "sample_slides/acinar.tiff"


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        subprocess.run(["cmake", "--install", BUILD, "--prefix", cls.folder / "first"], check=True, stdout=subprocess.DEVNULL)
        cls.prefix = cls.folder / "moved here"
        (cls.folder / "first").rename(cls.prefix)
        cls.library = next(cls.prefix.glob("lib/**/libslidetype.so"))

    def run_program(self, *arguments):
        return subprocess.run([self.prefix / "bin/slidetype", *arguments], capture_output=True, text=True, check=False,
                              env={"PATH": os.environ["PATH"], "HOME": str(self.folder)})

    def test_program_finds_its_models_modules_and_page(self):
        models = self.run_program("models", "list").stdout
        self.assertIn(str(self.prefix / "share/slidetype/models"), models)
        self.assertNotIn(str(self.folder / "first"), models)
        run = self.run_program("run", str(SAMPLE), "-o", str(self.folder / "out"), "-q")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertTrue((self.folder / "out/acinar/overlay.png").exists())  # which the picture module writes
        self.assertTrue((self.prefix / "share/slidetype/viewer/index.html").exists())

    def test_c_library_finds_its_models_and_modules_in_another_program(self):
        shown = subprocess.run([sys.executable, SOURCE / "plugin/c_api/examples/analyse.py", SAMPLE, self.library],
                               capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]})
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertRegex(shown.stdout, "tiles: .*'ok': [1-9]")

    def test_manual_pages_and_completion_are_there(self):
        self.assertTrue((self.prefix / "share/man/man1/slidetype-run.1.gz").exists())
        self.assertIn("_slidetype", (self.prefix / "share/bash-completion/completions/slidetype").read_text())


if __name__ == "__main__":
    BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)

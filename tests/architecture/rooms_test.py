#!/usr/bin/env python3
"""Plants what rooms.py must find into a copy of the tree's sources, and looks whether it is found."""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]


class Rooms(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for layer in ("base", "tiler", "model", "plugin", "cli"):
            shutil.copytree(ROOT / layer, self.root / layer, ignore=shutil.ignore_patterns("web", "pretrained"))
        (self.root / "docs").mkdir()
        shutil.copy(ROOT / "docs/architecture.md", self.root / "docs")

    def findings(self):
        done = subprocess.run([sys.executable, HERE / "rooms.py", "--root", self.root], capture_output=True, text=True)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return done.returncode, done.stdout

    def plant(self, file, line):
        path = self.root / file
        path.write_text(line + "\n" + path.read_text(encoding="utf-8"), encoding="utf-8")

    def assert_found(self, *words):
        status, said = self.findings()
        self.assertEqual(status, 1)
        for word in words:
            self.assertIn(word, said)

    def test_the_tree_as_it_is_follows_the_drawing(self):
        self.assertEqual(self.findings(), (0, "every include follows docs/architecture.md\n"))

    def test_an_include_against_the_drawn_direction_is_found_with_its_line(self):
        self.plant("plugin/analysis/engine.h", '#include "plugin/batch/batch.h"')
        self.assert_found("plugin/analysis/engine.h:1: plugin/analysis may not include plugin/batch")

    def test_tiler_and_model_may_not_know_each_other(self):
        self.plant("tiler/slides/slide.cpp", '#include "model/data/dataset.h"')
        self.assert_found("tiler/slides/slide.cpp:1: tiler/slides may not include model/data")

    def test_a_cycle_in_the_drawing_is_found(self):
        page = self.root / "docs/architecture.md"
        text = page.read_text(encoding="utf-8")
        self.assertIn("| `model/network` | `base` |", text)
        page.write_text(text.replace("| `model/network` | `base` |", "| `model/network` | `base` `model/scoring` |"),
                        encoding="utf-8")
        self.assert_found("a cycle: ", "model/network -> model/scoring -> model/network")

    def test_a_file_in_no_room_is_found(self):
        (self.root / "plugin/loose.h").write_text("#pragma once\n", encoding="utf-8")
        self.assert_found("plugin/loose.h: lies in plugin/loose.h, which docs/architecture.md does not draw")

    def test_a_library_where_it_does_not_belong_is_found(self):
        self.plant("plugin/analysis/engine.cpp", "#include <openslide.h>")
        self.plant("model/data/dataset.cpp", "#include <torch/torch.h>")
        self.assert_found("<openslide.h> belongs to tiler/slides alone", "<torch/torch.h> belongs to model/torch alone")

    def test_a_room_with_too_many_doors_is_found(self):
        for i in range(13):
            (self.root / f"plugin/analysis/door{i}.h").write_text("#pragma once\n", encoding="utf-8")
            self.plant("plugin/results/exporter.cpp", f'#include "plugin/analysis/door{i}.h"')
        self.assert_found("plugin/analysis: ", "of its headers are included from outside, 12 may be")

    def test_an_include_by_a_relative_name_is_found(self):
        self.plant("plugin/results/exporter.cpp", '#include "regions.h"')
        self.assert_found('includes "regions.h", which names no folder of the tree')


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""bench/tiles runs, whatever the C compiler, and prints a row for each shape: no timing is judged.

    test_tiles.py XNC BENCH
"""

import json
import pathlib
import re
import subprocess
import sys
import unittest

XNC, BENCH = sys.argv[1:]
sys.argv[1:] = []
TARGET = "x86-64-v3"
LISTED = json.loads(subprocess.check_output([XNC, "targets", "--json"]))
FEATURES = next(set(row["features"].split()) for row in LISTED if row["name"] == TARGET)


def tiles(*arguments):
    return subprocess.run([f"{BENCH}/tiles", "--xnc", XNC, *arguments], capture_output=True,
                          text=True, check=False)


class Tiles(unittest.TestCase):
    @unittest.skipUnless(FEATURES <= set(pathlib.Path("/proc/cpuinfo").read_text().split()),
                         f"this CPU lacks {TARGET}")
    def test_a_row_for_each_shape(self):
        for compiler in ("gcc", "clang"):
            done = tiles("--target", TARGET, "--rounds=1", "--cc", compiler,
                         "--flag=-Wall", "--flag=-Wextra", "--flag=-Werror", "6x2", "3x3")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            rows = re.findall(r"^\| (\d+x\d+) \| (\d\.\d\d) \| [\d.]+% \| [\d.]+% \|$",
                              done.stdout, re.MULTILINE)
            self.assertEqual(rows, [("6x2", "0.67"), ("3x3", "0.67")])

    def test_what_is_no_shape_is_named(self):
        done = tiles("--target", TARGET, "8x")
        self.assertEqual(done.returncode, 1)
        self.assertIn("shapes are rows x vectors, as 8x3", done.stderr)

    def test_unknown_targets_are_named(self):
        done = tiles("--target", "no-such")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no target of 8 or 16 lanes is named no-such", done.stderr)


if __name__ == "__main__":
    unittest.main()

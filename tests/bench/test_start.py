#!/usr/bin/env python3
"""A running program needs its weights, its arena, and no more than 10 MB beside them.

    test_start.py XNC BENCH

Input: bench/start.c linked with a compiled network, its weights mapped and read. Expectation: the
program prints its numbers as JSON; all of the weights are in memory; what is resident beyond weights
and arena stays below 10 MB; and a file that is no blob is refused without numbers.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

XNC, BENCH = sys.argv.pop(1), pathlib.Path(sys.argv.pop(1))
MODEL = "xception_mini"
MOST_BESIDE = 10_000_000
WARNINGS = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]


class Start(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.out = pathlib.Path(cls.folder.name)
        seeded = cls.out / "seeded.safetensors"
        quiet = {"check": True, "stderr": subprocess.DEVNULL}
        subprocess.run([XNC, "seed-weights", MODEL, "-o", seeded], **quiet)
        target = ["--target=scalar", "--with-runtime"]
        command = [XNC, "compile", MODEL, "--weights", seeded, "-o", cls.out, *target]
        subprocess.run(command, **quiet)
        sources = [path for path in cls.out.glob("*.c") if path.name != "xnc_top.c"]
        network = [f"-I{cls.out}", f'-DHEADER="{MODEL}.h"', f"-DNETWORK={MODEL}_model"]
        command = ["cc", "-O1", *WARNINGS, *network, BENCH / "start.c", *sources, "-lm", "-pthread"]
        subprocess.run([*command, "-o", cls.out / "start"], check=True)

    def start(self, *arguments):
        command = [self.out / "start", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def test_memory(self):
        for way in ("map", "read"):
            with self.subTest(way):
                done = self.start(self.out / f"{MODEL}.weights", way)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                found = json.loads(done.stdout)
                weights = (self.out / f"{MODEL}.weights").stat().st_size
                self.assertEqual(found["weights_bytes"], weights)
                beside = found["resident_bytes"] - weights - found["arena_bytes"]
                self.assertLessEqual(beside, MOST_BESIDE)
                self.assertGreater(found["resident_bytes"], weights)
                self.assertGreaterEqual(found["first_ms"], found["open_ms"])
                self.assertGreater(found["run_ms"], 0)

    def test_no_blob(self):
        for path in (self.out / f"{MODEL}.h", self.out / "nothing"):
            done = self.start(path)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn("start: ", done.stderr)


if __name__ == "__main__":
    unittest.main()

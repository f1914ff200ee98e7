#!/usr/bin/env python3
"""--weights-type=f16: weights at the borders of half precision, and what is said about others.

Usage: test_halves.py XNC. Works in a folder of its own. Input: seeded weights of the smallest network,
some numbers of its classifier set by hand. Expectation: subnormal numbers and the largest one are stored
as IEEE has it, one beyond is refused with its tensor, node and value; half the file for each of the
six networks; results within 0.5 % of the spread of those in f32.
"""
import json
import pathlib
import re
import struct
import sys
import unittest

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "common"))
from tool import ToolTest  # noqa: E402

MINI, WEIGHT = "xception_mini", "head.fc.weight"
SIX = ("xception", "xception41", "xception65", "xception71", "xception41p", "xception65p")
HALVES = "--weights-type=f16"


class Halves(ToolTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.xnc(0, "seed-weights", MINI, "-o", "seeded.safetensors")

    def with_numbers(self, name, numbers):
        """The seeded weights with other numbers of the classifier, from the 17th on."""
        data = bytearray((self.folder / "seeded.safetensors").read_bytes())
        length, = struct.unpack_from("<Q", data)
        start = 8 + length + json.loads(data[8:8 + length])[WEIGHT]["data_offsets"][0] + 17 * 4
        data[start:start + 4 * len(numbers)] = struct.pack(f"<{len(numbers)}f", *numbers)
        (self.folder / name).write_bytes(data)

    def test_borders_are_stored_as_ieee_has_them(self):
        numbers = [65519.0, -65504.0, 2.0 ** -24, 1.5 * 2.0 ** -24, -(2.0 ** -15), 2.0 ** -26]
        self.with_numbers("borders.safetensors", numbers)
        self.xnc(0, "compile", MINI, "--weights=borders.safetensors", "-o", "borders", HALVES,
                 "--target=scalar")
        stored = numpy.frombuffer((self.folder / f"borders/{MINI}.weights").read_bytes(), "<u2")
        for bits in 0x7bff, 0xfbff, 0x0001, 0x0002, 0x8200:
            self.assertIn(bits, stored)
        done = self.xnc(0, "check", MINI, "--weights=borders.safetensors", HALVES)
        self.assertIn("26 of 26 equal", done.stdout)

    def test_a_number_beyond_is_refused(self):
        self.with_numbers("large.safetensors", [65520.0])
        numpy.save(self.folder / "x.npy", numpy.zeros((1, 3, 64, 64), "f"))
        for command in (["compile", MINI, "-o", "out"], ["check", MINI], ["run", MINI, "x.npy"],
                        ["interp", MINI, "x.npy", "-o", "y.npy", "--after=store_halves"],
                        ["interp", MINI, "x.npy", "-o", "y.npy", "--after=unroll"]):
            done = self.xnc(3, *command, "--weights=large.safetensors", HALVES, "--target=scalar")
            for part in (f"large.safetensors: {WEIGHT}: error: element 17", "head.fc is 65520",
                         "65504", "--weights-type=f32"):
                self.assertIn(part, done.stderr)
        self.assertFalse((self.folder / "out").exists())
        self.xnc(0, "compile", MINI, "--weights=large.safetensors", "-o", "f32", "--target=scalar")

    def test_results_are_near_those_of_f32(self):
        done = self.xnc(0, "check", MINI, "--weights=seeded.safetensors", HALVES)
        found = re.search(r"output head.fc: differs by up to (\S+) of its spread", done.stdout)
        self.assertLess(1e-5, float(found.group(1)))
        self.assertLess(float(found.group(1)), 0.005)

    def test_files_are_half_as_large(self):
        for model in SIX:
            sizes = []
            for kind in "f32", "f16":
                self.xnc(0, "compile", model, "-o", kind, f"--weights-type={kind}", "--target=x86-64-v4")
                text = (self.folder / kind / f"{model}.h").read_text()
                sizes.append(int(re.search(r"_WEIGHTS_BYTES INT64_C\((\d+)\)", text).group(1)))
            self.assertLessEqual(sizes[1], 0.52 * sizes[0], model)

    def test_what_it_means_is_told(self):
        done = self.xnc(0, "compile", MINI, "--weights=seeded.safetensors", "-o", "told", HALVES,
                        "--target=scalar")
        self.assertIn("note: weights in f16: ", done.stderr)
        self.assertIn('.weights_type = "f16"', (self.folder / f"told/{MINI}.c").read_text())
        bench = self.xnc(0, "bench", MINI, "--weights=seeded.safetensors", HALVES, "--runs=1",
                         "--target=scalar")
        self.assertIn("on scalar, weights in f16,", bench.stdout)


if __name__ == "__main__":
    unittest.main()

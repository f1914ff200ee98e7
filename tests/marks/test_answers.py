#!/usr/bin/env python3
"""What the trained network of 64 marks answers in each precision, to the bit.

Usage: test_answers.py XNC FOLDER COUNT [--write]. FOLDER is examples/marks, COUNT how many of its test
pictures are drawn (test_pictures.py holds their digest). golden.json has for each COUNT and precision a
digest of the logits, which have the same bits on every machine, how many answers are right, and how
many are those of f32. In f32 each answer is torch's (predictions.txt). Of all pictures int8 names at most 0.3
points fewer rightly than f32, and at least 99 % as f32 does; its scales are those of marks.quant, which
xnc calibrate makes of pictures of their own, here again with all pictures. --write accepts what is
found, but for that. Needs numpy and a C compiler; neither torch nor timm.
"""

import json
import pathlib
import sys
import unittest

import numpy as np

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))
from tool import ToolTest  # noqa: E402

FOLDER, COUNT = pathlib.Path(sys.argv.pop(1)).resolve(), sys.argv.pop(1)
WRITE = sys.argv[1:] == ["--write"]
del sys.argv[1:]
sys.path.insert(0, str(FOLDER))
import render  # noqa: E402

GOLDEN = pathlib.Path(__file__).resolve().parent / "golden.json"
QUANT = FOLDER / "marks.quant"
PRECISIONS = {"f32": [], "bf16": [], "int8": [f"--quant={QUANT}"]}
MODEL = [FOLDER / "marks.yaml", f"--weights={FOLDER / 'model.safetensors'}"]
ALL = int(COUNT) == render.TEST_COUNT
MOST_LOST, LEAST_SAME = 0.003, 0.99  # by int8, in parts of all pictures


class Marks(ToolTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        golden = json.loads(GOLDEN.read_text())
        cls.expected = golden.setdefault(COUNT, {})
        cls.pixels = render.pictures(render.TEST_SEED, int(COUNT))
        cls.found = {}
        inputs = (cls.pixels.astype(np.float32) / np.float32(255) - np.float32(0.5)) / np.float32(0.5)
        np.save(cls.folder / "inputs.npy", np.ascontiguousarray(inputs.transpose(0, 3, 1, 2)))
        cls.best = {}
        if WRITE:
            cls.calibrate(QUANT)
        for precision in PRECISIONS:
            cls.answer(precision)
        if WRITE:
            golden[COUNT] = cls.expected = cls.found
            GOLDEN.write_text(json.dumps(golden, indent=1) + "\n")

    @classmethod
    def calibrate(cls, path):
        pixels = render.pictures(render.CALIBRATION_SEED, render.CALIBRATION_COUNT)
        render.write_set(cls.folder / "calibration", pixels)
        cls.xnc(0, "calibrate", *MODEL, "--images=calibration", "-o", path)

    @classmethod
    def answer(cls, precision):
        """Finds the best class of each picture; notes what golden.json has of the logits."""
        options = [f"--precision={precision}", *PRECISIONS[precision], "-o", "logits.npy"]
        cls.xnc(0, "run", *MODEL, "inputs.npy", *options)
        logits = np.load(cls.folder / "logits.npy")
        best = cls.best[precision] = logits.argmax(1)
        right = int((best == np.arange(len(best)) % len(render.LABELS)).sum())
        same = int((best == cls.best["f32"]).sum())
        cls.found[precision] = {"logits": render.digest(logits), "right": right, "same": same}

    def test_logits_have_the_same_bits_everywhere(self):
        self.assertEqual(self.found, self.expected)

    def test_answers_in_f32_are_those_of_torch(self):
        torch = (FOLDER / "predictions.txt").read_text().split()[: int(COUNT)]
        self.assertEqual([render.LABELS[index] for index in self.best["f32"]], torch)

    @unittest.skipUnless(ALL, "takes all pictures")
    def test_integers_lose_little(self):
        found = {key: self.found[key] for key in ("f32", "int8")}
        lost = (found["f32"]["right"] - found["int8"]["right"]) / int(COUNT)
        self.assertLessEqual(lost, MOST_LOST)
        self.assertGreaterEqual(found["int8"]["same"] / int(COUNT), LEAST_SAME)

    @unittest.skipUnless(ALL, "takes half a minute")
    def test_the_file_of_int8_is_what_calibrate_makes(self):
        self.calibrate("again.quant")
        self.assertEqual((self.folder / "again.quant").read_bytes(), QUANT.read_bytes())

    def test_pictures_as_files_are_judged_alike(self):
        render.write_set(self.folder / "pictures", self.pixels)
        labels = f"--labels={FOLDER / 'labels.txt'}"
        told = self.xnc(0, "eval", *MODEL, "pictures", labels, "--json").stdout
        right = self.found["f32"]["right"]
        self.assertAlmostEqual(json.loads(told)["top1"], 100 * right / int(COUNT), places=2)


if __name__ == "__main__":
    unittest.main()

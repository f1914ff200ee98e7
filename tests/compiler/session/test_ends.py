#!/usr/bin/env python3
"""The two ends of a network follow the file of weights: channels of its input, number of classes.

Usage: test_ends.py XNC. Works in a folder of its own, on the smallest network.
"""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "common"))
from tool import ToolTest  # noqa: E402

MODEL = "xception_mini"


class Ends(ToolTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for channels in (2, 3):
            cls.xnc(0, "seed-weights", MODEL, f"--in-chans={channels}", "--classes=7",
                    "-o", f"{channels}.safetensors")

    def compile(self, code, *options):
        """What is said; the header is read by shape()."""
        return self.xnc(code, "compile", MODEL, "--prefix=m", "-o", "out", *options).stderr

    def shape(self):
        text = (self.folder / "out/m.h").read_text()
        return text.split("M_INPUT_SHAPE")[1].split("}")[0].strip(" \\\n{")

    def test_channels_and_classes_are_those_of_the_file(self):
        told = self.compile(0, "--weights=2.safetensors")
        self.assertIn("2.safetensors has 2 input channels", told)
        self.assertIn("2.safetensors has 7 classes", told)
        self.assertEqual(self.shape(), "1, 2, 64, 64")

    def test_a_number_that_is_asked_for_is_no_surprise(self):
        told = self.compile(0, "--weights=2.safetensors", "--in-chans=2", "--classes=7")
        self.assertNotIn("has 2 input channels", told)
        self.assertEqual(self.shape(), "1, 2, 64, 64")

    def test_three_channels_are_adapted_when_asked(self):
        self.compile(0, "--weights=3.safetensors", "--in-chans=2")
        self.assertEqual(self.shape(), "1, 2, 64, 64")

    def test_others_are_not(self):
        self.assertIn("stem.0.conv.weight",
                      self.compile(3, "--weights=2.safetensors", "--in-chans=4"))


if __name__ == "__main__":
    unittest.main()

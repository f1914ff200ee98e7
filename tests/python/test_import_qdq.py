#!/usr/bin/env python3
"""python -m xnc.import_qdq: ranges of an ONNX file become a .quant file.

Usage: test_import_qdq.py XNC ROOT QUANT_TEXTS. Input: the small files of qdq/ (make.py wrote them
with the package onnx, which nothing here needs), and what xnc calibrate writes for that network.
Expectation: scales, zero points and steps as make.py's values say; what is said about other files.
"""
import os
import pathlib
import re
import resource
import struct
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "common"))
from tool import ToolTest  # noqa: E402

ROOT, READER = pathlib.Path(sys.argv.pop(1)), sys.argv.pop(1)
QDQ = ROOT / "tests/python/qdq"
MODEL = ROOT / "tests/compiler/data/tiny.yaml"
NAMES = ["blocks.0.shortcut.conv"] + [f"blocks.0.stack.conv{i}.conv_pw" for i in (1, 2, 3)]


class ImportQdq(ToolTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        os.environ["PYTHONPATH"] = str(ROOT / "python")
        for name, options in (("like", []), ("free", ["--pairs=free"]),
                              ("fours", ["--pairs=fours"])):
            cls.xnc(0, "calibrate", MODEL, "--no-images", "--pictures=1", "--batch=1",
                    "--target=scalar", "-o", f"{name}.quant", *options)

    def taken(self, onnx, like="like.quant"):
        """The nodes of the result by name: words of their line, inputs, outputs."""
        self.run_in(0, sys.executable, "-m", "xnc.import_qdq", onnx, "--like", like, "-o",
                    "out.quant")
        text = self.run_in(0, READER, "out.quant").stdout  # xnc reads it, as the same text
        self.assertEqual(text, (self.folder / "out.quant").read_text())
        self.head, nodes = text.splitlines()[:6], {}
        for words in map(str.split, text.splitlines()[6:-1]):
            if words[0] == "node":
                node = nodes[words[1]] = {"precision": words[2], "in": [], "out": []}
            else:
                node[words[0]].append((float(words[1]), float(words[2])))
        return nodes

    def refused(self, *words):
        done = self.run_in(1, sys.executable, "-m", "xnc.import_qdq", *words, "-o", "never.quant")
        self.assertFalse((self.folder / "never.quant").exists())
        self.assertNotIn("Traceback", done.stderr)
        return done.stderr

    def test_a_scale_for_each_tensor(self):
        nodes = self.taken(QDQ / "named.onnx")
        self.assertEqual(list(nodes), NAMES)
        like = (self.folder / "like.quant").read_text().splitlines()
        self.assertEqual(self.head[1:3], like[1:3])  # the network and its weights
        self.assertEqual(self.head[3:], ["pictures none", "ranges imported", "pairs restricted"])
        self.assertEqual(nodes[NAMES[0]]["in"], [(0.5, 0)] * 8)
        self.assertEqual(nodes[NAMES[2]]["in"], [(2 / 128, 20)] * 16)

    def test_steps_have_room_for_the_weights_of_the_network(self):
        """Of output o the first pair is 127 and o + 1, with steps of 1/64 and inputs of 1/2; the
        network's own weights are within half a step of each."""
        steps = [step for step, _ in self.taken(QDQ / "named.onnx")[NAMES[0]]["out"]]
        for o, step in enumerate(steps):
            self.assertAlmostEqual(step, (129 + o) / 16384, delta=1e-8)
        steps = [step for step, _ in self.taken(QDQ / "named.onnx", "free.quant")[NAMES[0]]["out"]]
        for step in steps:
            self.assertAlmostEqual(step, 127.5 / 128 / 127, delta=1e-8)
        self.assertEqual(self.head[5], "pairs free")
        self.taken(QDQ / "named.onnx", "fours.quant")
        self.assertEqual(self.head[5], "pairs fours")

    def test_norms_behind_convolutions_are_in_their_weights(self):
        """And so is that behind a sum; scales of inputs stay."""
        plain, nodes = (self.taken(QDQ / name) for name in ("named.onnx", "norms.onnx"))
        for name in NAMES:
            self.assertEqual(nodes[name]["in"], plain[name]["in"])
            more = 3 if name in (NAMES[0], NAMES[3]) else 1
            for o in range(16):
                found, before = nodes[name]["out"][o][0], plain[name]["out"][o][0]
                self.assertAlmostEqual(found / before / (more * (1 + o) / 2), 1, delta=1e-6)

    def test_scales_for_channels(self):
        """Zero points of int8 count from -128; what is not quantized stays f32."""
        nodes = self.taken(QDQ / "channels.onnx")
        self.assertEqual(nodes[NAMES[0]]["in"], [(0.5 * (1 + c), 0) for c in range(8)])
        self.assertEqual(nodes[NAMES[1]]["in"], [((1 + c) / 128, 10) for c in range(8)])
        self.assertEqual(nodes[NAMES[3]], {"precision": "f32", "in": [], "out": []})

    def other_like(self, path, **precisions):
        """like.quant with some of its products, by a part of their names, in another precision."""
        text = (self.folder / "like.quant").read_text()
        for name in NAMES:
            known = [precisions[part] for part in name.split(".") if part in precisions]
            precision = known[0] if known else None
            if precision:
                text, count = re.subn(rf"(?m)^node {re.escape(name)} int8 .*\n((in|out) .*\n)*",
                                      f"node {name} {precision} error 0.5\n", text)  # fmt: skip
                self.assertEqual(count, 1)
        (self.folder / path).write_text(text)
        return path

    def test_products_that_are_not_in_int8_before_stay_so(self):
        """Their shapes are not known, so others of their shape are told apart by names alone."""
        mixed = self.other_like("mixed.quant", shortcut="f32", conv1="bf16")
        nodes = self.taken(QDQ / "named.onnx", mixed)
        self.assertEqual([nodes[name]["precision"] for name in NAMES],
                         ["f32", "bf16", "int8", "int8"])
        self.assertIn(f"\nnode {NAMES[0]} f32 error 0.5\n", (self.folder / "out.quant").read_text())
        fewer = self.other_like("fewer.quant", conv2="f32")
        self.assertIn("does not tell its convolutions of 16 to 16 channels apart, of which only 1 "
                      "are in int8", self.refused(QDQ / "channels.onnx", "--like", fewer))

    def test_a_result_is_there_whole_or_not_at_all(self):
        """The file before stays when the new one does not fit on the disk."""
        (self.folder / "kept.quant").write_text("before")
        words = [sys.executable, "-m", "xnc.import_qdq", QDQ / "named.onnx", "--like=like.quant",
                 "-o", "kept.quant"]
        limit = (resource.RLIMIT_FSIZE, (999, 999))
        done = subprocess.run(words, cwd=self.folder, capture_output=True, text=True, check=False,
                              preexec_fn=lambda: resource.setrlimit(*limit))
        self.assertEqual(done.returncode, 1)
        self.assertIn("kept.quant: error: cannot be read or written: ", done.stderr)
        self.assertEqual((self.folder / "kept.quant").read_text(), "before")
        self.assertEqual([path.name for path in self.folder.glob("kept.quant*")], ["kept.quant"])
        self.run_in(0, *words)
        self.assertTrue((self.folder / "kept.quant").read_text().endswith("\nend\n"))

    def test_other_files(self):
        onnx = (QDQ / "named.onnx").read_bytes()
        (self.folder / "cut.onnx").write_bytes(onnx[:-100])
        said = self.refused("cut.onnx", "--like=like.quant")
        self.assertIn("cut.onnx: error: is no ONNX file, or was cut off", said)
        (self.folder / "empty.onnx").write_bytes(b"")
        self.assertIn("it has no graph", self.refused("empty.onnx", "--like=like.quant"))
        self.assertIn("none.onnx: error: cannot be read",
                      self.refused("none.onnx", "--like=like.quant"))
        self.assertIn("does not begin 'xnc-quant 1'",
                      self.refused(QDQ / "named.onnx", f"--like={MODEL}"))
        text = (self.folder / "like.quant").read_text()
        for wrong, part in (
            (text[:-len("end\n")],
             "other.quant: error: is no whole file: its last line is not 'end'"),
            (text.replace("pairs restricted", "pairs small"),
             "other.quant: error: says 'pairs small': expected free, restricted or fours"),
            (text.replace(" int8 inputs 8 outputs", " int7 inputs 8 outputs", 1),
             "other.quant: error: has a line of a node that is not whole"),
        ):  # fmt: skip
            (self.folder / "other.quant").write_text(wrong)
            self.assertIn(part, self.refused(QDQ / "named.onnx", "--like=other.quant"))
        (self.folder / "other.quant").write_text(text.replace("inputs 8", "inputs 9"))
        self.assertIn("has 0 convolutions of 9 to 16 channels where the network has 2: is it the "
                      "same network?", self.refused(QDQ / "named.onnx", "--like=other.quant"))
        (self.folder / "nameless.onnx").write_bytes(
            (QDQ / "channels.onnx").read_bytes().replace(b"shortcut", b"sh0rtcut"))
        self.assertIn("does not tell its convolutions of 8 to 16 channels apart: export it with "
                      "the names of its modules",
                      self.refused("nameless.onnx", "--like=like.quant"))

    def test_steps_that_a_file_cannot_have_are_told(self):
        """A norm of this factor would have steps beyond 1e30."""
        one, huge = (struct.pack("<16f", *[6 * factor] * 16) for factor in (1, 1e35))
        onnx = (QDQ / "norms.onnx").read_bytes()
        self.assertEqual(onnx.count(one), 1)
        (self.folder / "huge.onnx").write_bytes(onnx.replace(one, huge))
        self.assertIn("huge.onnx: error: has weights of 'blocks.0.shortcut.conv' that are too "
                      "large", self.refused("huge.onnx", "--like=like.quant"))

    def test_damaged_files_are_told(self):
        """Any byte may be another one: a result or one line, never a trace of Python's stack."""
        script = """
import pathlib, sys
from xnc import import_qdq
head, wanted = import_qdq.read_like('like.quant')
data = bytearray(pathlib.Path(sys.argv[1]).read_bytes())
good = (import_qdq.Mistake, LookupError, TypeError, AttributeError, ValueError, OverflowError)
for at in range(0, len(data), 11):
    for bits in (1, 128, 255):
        changed = bytearray(data)
        changed[at] ^= bits
        try:
            import_qdq.import_file(bytes(changed), head, wanted)
        except good:
            pass
        for node in wanted:
            node.product = None
"""
        self.run_in(0, sys.executable, "-W", "ignore", "-c", script, str(QDQ / "norms.onnx"))


if __name__ == "__main__":
    unittest.main()

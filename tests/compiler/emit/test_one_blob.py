#!/usr/bin/env python3
"""One blob serves all sizes of the input: what decides about it is the network and its packing.

Usage: test_one_blob.py XNC ROOT. Bytes are compared on the smallest network, digests (which cover the
name, place and expression of every constant) on the six variants; only for maps of fewer pixels than
a tile has rows is the packing another one.
"""
import pathlib
import re
import sys
import unittest

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "common"))
from tool import ToolTest  # noqa: E402

ROOT = pathlib.Path(sys.argv.pop(1)).resolve()
MODEL = "xception_mini"
VARIANTS = ("xception", "xception41", "xception65", "xception71", "xception41p", "xception65p")
TARGETS = ("scalar", "x86-64-v3", "x86-64-v4", "scalar,x86-64-v4")
SIZES = (160, 224, 256, 299, 320, 384, 512)


class OneBlob(ToolTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.xnc(0, "seed-weights", MODEL, "-o", "w.safetensors")

    @classmethod
    def compile(cls, prefix, *options, model=MODEL):
        """The folder of what is written, which has the prefix's name."""
        cls.xnc(0, "compile", model, f"--prefix={prefix}", "-o", prefix, *options)
        return cls.folder / prefix

    def digests(self, model, *options):
        text = (self.compile("d", *options, model=model) / "d.c").read_text()
        return re.findall(r"\.(digest|packing) = (0x\w+)", text)

    def test_the_six_variants_have_one_digest_for_all_sizes(self):
        for model in VARIANTS:
            for target in TARGETS:
                found = {tuple(self.digests(model, f"--target={target}", f"--size={size}"))
                         for size in SIZES[::3] + (224,)}
                self.assertEqual(len(found), 1, (model, target, found))

    def test_all_sizes_at_once(self):
        found = {tuple(self.digests("xception41p", "--target=x86-64-v4", f"--size={size}"))
                 for size in SIZES}
        self.assertEqual(len(found), 1)

    def test_batches_of_whole_tiles_have_one_packing(self):
        common = ("xception41", "--target=x86-64-v4", "--size=224")
        self.assertEqual(self.digests(*common, "--batch=16"), self.digests(*common, "--batch=32"))

    def test_what_is_computed_counts(self):
        """Networks with the same tensors, which compute other things, have other digests."""
        text = (ROOT / f"models/{MODEL}.yaml").read_text()
        plain = dict(self.digests(MODEL))
        (self.folder / "other.yaml").write_text(
            text.replace("input:", "activation: silu\ninput:", 1))
        for found in (self.digests("other.yaml"), self.digests(MODEL, "--output-stride=8"),
                      self.digests(MODEL, "--pool=max"), self.digests(MODEL, "--features")):
            self.assertNotEqual(dict(found)["digest"], plain["digest"])

    def test_one_file_runs_two_sizes(self):
        numbers = numpy.random.default_rng(1)
        expected = []
        for prefix, size in (("small", 64), ("large", 96)):
            self.compile(prefix, "--weights=w.safetensors", "--target=scalar", f"--size={size}",
                         "--with-runtime")
            image = numbers.standard_normal((1, 3, size, size)).astype("float32")
            numpy.save(self.folder / f"{prefix}.npy", image)
            image.tofile(self.folder / f"{prefix}.raw")
            self.xnc(0, "interp", MODEL, "--weights=w.safetensors", f"--size={size}",
                     "--after=fuse_separable", f"{prefix}.npy", "-o", "y.npy")
            expected.append(numpy.load(self.folder / "y.npy").ravel())
        blobs = [(self.folder / f"{name}/{name}.weights").read_bytes()
                 for name in ("small", "large")]
        self.assertEqual(blobs[0], blobs[1])
        self.compile("wide", "--weights=w.safetensors", "--target=x86-64-v4", "--size=64")
        sources = [path for path in sorted((self.folder / "small").glob("*.c"))
                   if path.name != "xnc_top.c"]
        self.run_in(0, "cc", "-O1", "-Ismall", "-Ilarge", "-o", "sizes",
                    pathlib.Path(__file__).with_name("sizes.c"), "large/large.c", *sources, "-lm",
                    "-lpthread")
        self.run_in(0, "sh", "-c", "./sizes small/small.weights small.raw large.raw "
                    "wide/wide.weights > both.raw")
        found = numpy.fromfile(self.folder / "both.raw", "float32")
        self.assertEqual(found.tobytes(), numpy.concatenate(expected).tobytes())


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""Commands with --precision=int8.

    test_int8.py XNC SHAPES

Purpose: what a file of --quant is refused for, what the numbers of one change and what they do not, and
what check says. Input: the small network with seeded weights and drawn files of --quant
(tests/common/quant.py), and pictures of SHAPES (examples/shapes). Expectations: one message each, at its
place; the same C for every file with one plan; a file of weights of a quarter of the products' size,
the same for every target; as many equal answers in check as in runs of both precisions. Needs numpy.
"""
import json
import pathlib
import sys
import unittest

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "common"))
from quant import depths, products, write_quant  # noqa: E402
from tool import XNC, ToolTest  # noqa: E402

MODEL = "xception_mini"
PICTURES = pathlib.Path(sys.argv.pop(1)).resolve() / "pictures"


class Int8(ToolTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.xnc(0, "seed-weights", MODEL, "-o", "w.safetensors")
        cls.draw("a.quant", 1)

    @classmethod
    def draw(cls, name, seed, **more):
        path = cls.folder / name
        write_quant(XNC, MODEL, path, seed, weights=cls.folder / "w.safetensors", **more)
        return path

    def compile(self, code, quant, folder, *more, weights="w.safetensors"):
        words = ["--precision=int8", f"--quant={quant}", "-o", folder, "--target=scalar", *more]
        return self.xnc(code, "compile", MODEL, *([f"--weights={weights}"] if weights else []), *words)

    def refused(self, quant, *parts):
        told = self.compile(3, quant, "refused").stderr
        for part in parts:
            self.assertIn(part, told)
        self.assertFalse((self.folder / "refused").exists())

    def edited(self, name, old, new):
        text = (self.folder / "a.quant").read_text()
        self.assertIn(old, text)
        (self.folder / name).write_text(text.replace(old, new, 1))
        return name

    def test_int8_and_a_file_need_each_other(self):
        told = self.xnc(3, "compile", MODEL, "--precision=int8", "-o", "none").stderr
        self.assertIn("--precision=int8 needs the numbers", told)
        told = self.xnc(3, "compile", MODEL, "--quant=a.quant", "-o", "none").stderr
        self.assertIn("is of no use in another precision than int8", told)

    def test_targets_of_arm_share_weights_with_each_other_alone(self):
        self.compile(0, "a.quant", "arms", "--target=aarch64,aarch64-dotprod")
        told = self.compile(2, "a.quant", "mixed", "--target=scalar,aarch64").stderr
        self.assertIn("aarch64 and scalar cannot share their weights", told)
        told = self.compile(2, "a.quant", "mixed", "--target=aarch64-i8mm,aarch64-dotprod").stderr
        self.assertIn("aarch64-i8mm and aarch64-dotprod cannot share their weights", told)

    def test_files_of_others_are_refused(self):
        name, inputs, outputs = products(XNC, MODEL)[1]
        line = f"node {name} int8 inputs {inputs}"
        self.refused(self.edited("b.quant", f"node {name} ", "node nobody "), "b.quant:",
                     "no convolution of this name")
        (self.folder / "c.quant").write_text((self.folder / "a.quant").read_text()
                                             .replace("checkpoint ", "checkpoint 0", 1))
        self.refused("c.quant", "expected a digest")
        text = (self.folder / "a.quant").read_text().splitlines(keepends=True)
        at = next(i for i, row in enumerate(text) if row.startswith(line))
        text[at] = text[at].replace(f"inputs {inputs}", f"inputs {inputs - 1}")
        del text[at + 1]
        (self.folder / "d.quant").write_text("".join(text))
        self.refused("d.quant", f"d.quant:{at + 1}:", f"has {inputs} inputs and {outputs} outputs")

    def test_products_that_stay_f32_are_refused_in_every_precision(self):
        """In f32 too: the curve of a report is of products that may be in integers."""
        lines = (self.folder / "a.quant").read_text().splitlines()
        for name, inputs, outputs in (("stem.0.conv", 3, 8), ("head.fc", 160, 10)):
            int8 = [f"node {name} int8 inputs {inputs} outputs {outputs} error 0"]
            int8 += ["in 1 0"] * inputs + ["out 1 0"] * outputs
            for node in int8, [f"node {name} bf16 error 0"], [f"node {name} f32 error 0.01"]:
                (self.folder / "e.quant").write_text("\n".join([*lines[:-1], *node, "end", ""]))
                self.refused("e.quant", f"e.quant:{len(lines)}:",
                             "the first convolution and classifiers stay f32 and are not planned")

    def test_a_product_whose_sums_may_not_fit_is_refused_in_every_precision(self):
        """The linear layer behind flatten is a convolution of 80 channels and 32x32 pixels."""
        (self.folder / "deep.yaml").write_text("""name: deep
title: A classifier of many numbers
input: {size: 64}
norm_eps: 0.001
block: {norm: pointwise, stride_by: max_pool}
stem:
  - {width: 8, stride: 2}
blocks:
  - {widths: 80}
head: {pool: none, layers: [flatten, linear 2]}
""")
        write_quant(XNC, self.folder / "deep.yaml", self.folder / "plain.quant", 1)
        lines = (self.folder / "plain.quant").read_text().splitlines()
        int8 = ["node head.fc int8 inputs 80 outputs 2 error 0", *["in 1 0"] * 80, *["out 1 0"] * 2]
        for node in int8, ["node head.fc bf16 error 0"], ["node head.fc f32 error 0"]:
            (self.folder / "deep.quant").write_text("\n".join([*lines[:6], *node, "end", ""]))
            told = self.xnc(3, "compile", "deep.yaml", "--precision=int8", "--quant=deep.quant", "-o", "none").stderr
            self.assertIn("deep.quant:7:1: error: an output of the convolution has 81920 weights: with more "
                          "than 66311 it stays f32 and is not planned", told)  # fmt: skip

    def test_a_product_of_an_odd_number_of_channels_is_refused_in_bf16(self):
        """Words of weights are two of them."""
        text = (PICTURES.parents[2] / "models" / f"{MODEL}.yaml").read_text()
        model = self.folder / "odd.yaml"
        model.write_text(text.replace("{width: 8, ", "{width: 7, "))
        write_quant(XNC, str(model), self.folder / "odd.quant", 1)
        lines = (self.folder / "odd.quant").read_text().splitlines()
        at = next(i for i, line in enumerate(lines) if line.startswith("node stem.1.conv int8 inputs 7 "))
        lines[at:at + 1 + 7 + 24] = ["node stem.1.conv bf16 error 0"]
        (self.folder / "odd.quant").write_text("\n".join([*lines, ""]))
        told = self.xnc(3, "compile", model, "--precision=int8", "--quant=odd.quant", "-o", "none").stderr
        self.assertIn(f"odd.quant:{at + 1}:1: ", told)
        self.assertIn("a product of an odd number of channels stays f32", told)

    def test_other_weights_and_networks_are_refused(self):
        self.xnc(0, "seed-weights", MODEL, "--seed=2", "-o", "w2.safetensors")
        told = self.compile(3, "a.quant", "none", weights="w2.safetensors").stderr
        self.assertIn("checkpoint: error: was made for other weights", told)
        told = self.xnc(3, "compile", "legacy_mini", "--precision=int8", "--quant=a.quant", "-o",
                        "none").stderr  # fmt: skip
        self.assertIn("network: error: was made for another network", told)

    def test_large_weights_are_refused_where_small_ones_are_planned(self):
        self.draw("free.quant", 1, pairs="free")
        text = (self.folder / "free.quant").read_text().replace("pairs free", "pairs restricted")
        (self.folder / "large.quant").write_text(text)
        self.refused("large.quant", "two neighbouring weights of one sign sum to", "'pairs restricted'",
                     "hint: the file of --quant is of these weights, so its lines were edited, or imported")
        told = self.xnc(3, "check", MODEL, "--precision=int8", "--quant=large.quant", "--target=scalar").stderr
        self.assertIn("hint: give the --weights that the file of --quant was made with\n", told)
        (self.folder / "large.quant").write_text(text.replace("pairs restricted", "pairs fours"))
        self.refused("large.quant", "four weights of one sign sum to", "'pairs fours'")

    def with_deltas(self, name, letter):
        """The first product of a.quant with deltas, all of them of one letter; the line of the node."""
        node, inputs, outputs = products(XNC, MODEL)[0]
        depth = depths(XNC, MODEL)[node]
        text = (self.folder / "a.quant").read_text()
        head, rest = text.split(f"node {node} int8 ", 1)
        lines = rest.split("\n")
        lines[0] = lines[0].replace(" error", f" deltas {depth} error")
        lines[1 + inputs + outputs:1 + inputs + outputs] = [f"delta {letter * (depth // 3)}"] * outputs
        (self.folder / name).write_text(f"{head}node {node} int8 " + "\n".join(lines))
        return len(head.splitlines()) + 1

    def test_deltas_change_the_weights_alone(self):
        """Three zeros nothing; but a file whose depths are another product's is refused."""
        blobs = {}
        self.compile(0, "a.quant", "plain")
        for letter in ".R":
            self.with_deltas("deltas.quant", letter)
            self.compile(0, "deltas.quant", "deltas")
            self.assertEqual((self.folder / "deltas" / f"{MODEL}.c").read_text(),
                             (self.folder / "plain" / f"{MODEL}.c").read_text())  # fmt: skip
            blobs[letter] = (self.folder / "deltas" / f"{MODEL}.weights").read_bytes()
        self.assertEqual(blobs["."], (self.folder / "plain" / f"{MODEL}.weights").read_bytes())
        self.assertNotEqual(blobs["R"], blobs["."])
        line = self.with_deltas("deep.quant", "")
        depth = depths(XNC, MODEL)[products(XNC, MODEL)[0][0]]
        text = (self.folder / "deep.quant").read_text()
        text = text.replace(f" deltas {depth} ", " deltas 8 ").replace("delta \n", "delta ...\n")
        (self.folder / "deep.quant").write_text(text)
        self.refused("deep.quant", f"deep.quant:{line}:1: ", f"an output of the convolution has {depth} weights")

    def test_numbers_change_the_weights_alone(self):
        self.draw("other.quant", 2)
        self.compile(0, "a.quant", "one")
        self.compile(0, "other.quant", "two")
        self.compile(0, "a.quant", "alone", weights=None)
        for name in (f"{MODEL}.c", f"{MODEL}.h"):
            texts = {(self.folder / made / name).read_text() for made in ("one", "two", "alone")}
            self.assertEqual(len(texts), 1, name)
        self.assertIn('.precision = "int8"', (self.folder / "one" / f"{MODEL}.c").read_text())
        blobs = [(self.folder / made / f"{MODEL}.weights").read_bytes() for made in ("one", "two")]
        self.assertNotEqual(*blobs)
        self.assertFalse((self.folder / "alone" / f"{MODEL}.weights").exists())

    def test_targets_share_a_file_of_weights(self):
        self.compile(0, "a.quant", "several", "--target=x86-64-v4-vnni,x86-64-avxvnni,x86-64-v3,scalar")
        self.compile(0, "a.quant", "vnni", "--target=x86-64-v4-vnni")
        blobs = {(self.folder / made / f"{MODEL}.weights").read_bytes() for made in ("several", "vnni")}
        self.assertEqual(len(blobs), 1)
        self.xnc(0, "compile", MODEL, "--weights=w.safetensors", "--target=x86-64-v4-vnni", "-o", "f32")
        whole = (self.folder / "f32" / f"{MODEL}.weights").stat().st_size
        self.assertLess(len(blobs.pop()), 0.5 * whole)  # of small products with many constants

    def test_check_tells_bits_and_drift(self):
        words = [MODEL, "--weights=w.safetensors", "--precision=int8", "--quant=a.quant", "--batch=2",
                 "--target=scalar"]  # fmt: skip
        found = json.loads(self.xnc(0, "check", *words, "--json").stdout)
        self.assertTrue(all(value["different"] == 0 for value in found["values"]))
        drifts = {value["name"]: value["drift_relative"] for value in found["values"]}
        self.assertGreater(max(drifts.values()), 1e-3)
        self.assertEqual(found["outputs"][0]["images"], 2)
        told = self.xnc(0, "check", *words).stdout
        self.assertIn("equal the interpreter's on the planned graph, bit by bit", told)
        self.assertIn("values beside those of the network in f32", told)
        self.assertRegex(told, r"\noutput head.fc: .* images: no bound in int8, --images counts answers\n$")
        self.assertNotIn("good", told)
        self.assertRegex(told, r"top-1 in [0-2] of 2 images")
        self.assertRegex(told, r"\n  stem.0.conv +conv2d +f32 +\S+ +\S+\n")
        self.assertRegex(told, r"\n  blocks.0.shortcut.conv +conv2d +u8 +\S+ +\S+\n")
        told = self.xnc(0, "check", MODEL, "--weights=w.safetensors", "--precision=bf16", "--target=scalar").stdout
        self.assertRegex(told, r"\noutput head.fc: .*: good, at most 0.05\n$")

    def test_products_of_three_precisions_stand_in_one_network(self):
        """Each computes what the interpreter does, to the bit, in the precision that the file plans."""
        text = self.draw("mixed.quant", 5, share=0.4).read_text()
        planned = {words[1]: words[2] for words in map(str.split, text.splitlines()) if words[0] == "node"}
        self.assertEqual(set(planned.values()), {"int8", "bf16", "f32"})
        for target in "scalar", "native":
            words = ["--weights=w.safetensors", "--precision=int8", "--quant=mixed.quant", f"--target={target}"]
            found = json.loads(self.xnc(0, "check", MODEL, *words, "--json").stdout)
            self.assertTrue(all(value["different"] == 0 for value in found["values"]))
            told = self.xnc(0, "check", MODEL, *words).stdout
            for name, precision in planned.items():
                operands = {"int8": "u8", "bf16": "bf16", "f32": "f32"}[precision]
                self.assertRegex(told, rf"\n  {name} +\w+ +{operands} ")

    def test_check_compares_answers_with_those_in_f32(self):
        """The same numbers come out of runs in both precisions, on arrays, folders and lists."""
        words = [MODEL, "--weights=w.safetensors", "--target=scalar", "--batch=2"]
        int8 = [*words, "--precision=int8", "--quant=a.quant"]
        np.save(self.folder / "x.npy", np.random.default_rng(1).uniform(-1, 1, (7, 3, 64, 64)).astype("f"))
        for name, options in ("f32", words), ("int8", int8):
            self.xnc(0, "run", *options, "x.npy", f"--output={name}.npy")
        wanted, found = (np.load(self.folder / f"{name}.npy").astype("d") for name in ("f32", "int8"))
        same = int((wanted.argmax(1) == found.argmax(1)).sum())
        moved = np.sqrt(((found - wanted) ** 2).mean()) / wanted.std()
        told = self.xnc(0, "check", *int8, "--images=x.npy", "--threads=2", "--json").stdout
        agreement = json.loads(told)["agreement"]
        self.assertEqual((agreement["images"], agreement["same_top1"]), (7, same))
        self.assertAlmostEqual(agreement["moved"], moved, places=6)
        told = self.xnc(0, "check", *int8, "--images=x.npy").stdout
        self.assertIn(f"the same top-1 as in f32 in {same} of 7 (", told)
        self.assertIsNone(json.loads(self.xnc(0, "check", *int8, "--json").stdout)["agreement"])

    def test_check_takes_folders_and_lists_of_pictures(self):
        words = [MODEL, "--weights=w.safetensors", "--target=scalar", "--precision=bf16", "--json"]
        pictures = [*sorted(PICTURES.glob("*/0.jpg"))]
        (self.folder / "list").write_text("".join(f"{path} whatever\n" for path in pictures))
        found = [json.loads(self.xnc(0, "check", *words, *images).stdout)["agreement"] for images in
                 (["--images=list"], [f"--images={path}" for path in pictures])]  # fmt: skip
        self.assertEqual(found[0]["images"], len(pictures))
        self.assertEqual(*found)
        whole = json.loads(self.xnc(0, "check", *words, f"--images={PICTURES}").stdout)["agreement"]
        self.assertEqual(whole["images"], len([*PICTURES.glob("*/*")]))

    def test_what_images_of_check_are_refused_for(self):
        (self.folder / "broken.png").write_text("no picture")
        (self.folder / "paths").write_text("broken.png\n")
        np.save(self.folder / "nan.npy", np.full((1, 3, 64, 64), np.nan, "f"))
        bf16 = ["check", MODEL, "--precision=bf16"]
        for code, words, part in (
            (2, ["check", MODEL, "--images=broken.png"], "compares another precision with f32"),
            (2, [*bf16, "--images=broken.png", "--features"], "there are no classes to compare"),
            (3, [*bf16, "--images=broken.png"], "broken.png: error: "),
            (3, [*bf16, "--images=nowhere"], "nowhere: error: "),
            (3, [*bf16, "--images=paths"], "hint: the class is not used here: any word stands for it\n"),
            (3, [*bf16, "--images=nan.npy"], "nan.npy: error: image 0 of 1 (from 0) has a value that is not finite"),
        ):
            self.assertIn(part, self.xnc(code, *words, "--target=scalar").stderr)


if __name__ == "__main__":
    unittest.main()

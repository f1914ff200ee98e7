#!/usr/bin/env python3
"""xnc calibrate from outside.

Usage: test_calibrate.py XNC ROOT. On the smallest network, with seeded weights and a few images.
Expectation: the same bytes whatever the target, the number of threads and the images of a run;
what the file says about itself; what is said about mistakes.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import time
import unittest

import numpy

ROOT = pathlib.Path(sys.argv.pop(2))
SHAPES = ROOT / "examples/shapes"
sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[2] / "common"), str(SHAPES)]
import render  # noqa: E402
from tool import XNC, ToolTest  # noqa: E402
from tuning import tuning  # noqa: E402

PICTURES = SHAPES / "pictures"
MODEL = ["xception_mini", "--size=32"]


class Calibrate(ToolTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rng = numpy.random.default_rng(1)
        images = rng.standard_normal((6, 3, 32, 32)).astype("f")
        numpy.save(cls.folder / "x.npy", images)
        numpy.save(cls.folder / "first.npy", images[:1])

    def calibrate(self, *options, code=0, images=("--images=x.npy",)):
        """Standard output and error, and the text of the file where there is one."""
        path = self.folder / "out.quant"
        path.unlink(missing_ok=True)
        done = self.xnc(code, "calibrate", *MODEL, *images, "--batch=4", "-o", path, *options)
        return done, path.read_text() if path.exists() else None

    def test_every_target_and_number_of_threads_writes_the_same_bytes(self):
        _, plain = self.calibrate("--target=scalar")
        for options in (["--target=native"], ["--target=native", "--threads=3"],
                        ["--target=scalar", "--cc=gcc -O1"]):
            self.assertEqual(self.calibrate(*options)[1], plain, options)

    def test_head_and_nodes(self):
        done, text = self.calibrate()
        lines = text.splitlines()
        self.assertEqual([line.split()[0] for line in lines[:6]],
                         ["xnc-quant", "network", "checkpoint", "pictures", "ranges", "pairs"])
        self.assertEqual(lines[3].split()[2], "6")
        self.assertEqual(lines[4:6], ["ranges pictures", "pairs restricted"])
        nodes = [line.split() for line in lines if line.startswith("node ")]
        self.assertEqual(len(nodes), 22)  # all convolutions but the first, depthwise ones apart
        self.assertEqual(nodes[0][1:7], ["stem.1.conv", "int8", "inputs", "8", "outputs", "24"])
        self.assertTrue(all(float(node[-1]) < 0.03 for node in nodes))
        self.assertIn("22 products in int8, from 6 images: outputs move by ", done.stdout)

    def test_maps_have_one_set_of_numbers_for_all_readers(self):
        """Small maps are in 8 bits only where all are asked for. With all of them the code computes what
        check expects, as numbers near those in f32, and a convolution has the numbers of the map that it
        reads."""
        plain = self.calibrate()[1]
        self.assertNotIn("\nmap ", plain)
        self.assertEqual(self.calibrate("--maps=none")[1], plain)
        self.assertEqual(self.calibrate("--maps=large")[1], plain)
        text = self.calibrate("--maps=all", "--target=scalar")[1]
        self.assertEqual(self.calibrate("--maps=all", "--target=native", "--threads=2")[1], text)
        blocks = {}
        for line in text.splitlines()[6:]:
            words = line.split()
            if words[0] in ("node", "map"):
                rows = blocks.setdefault(tuple(words[:2]), [])
            elif words[0] in ("in", "of"):
                rows.append(words[1:])
        self.assertEqual(len([key for key in blocks if key[0] == "map"]), 22)  # not the last: it is pooled
        self.assertEqual(blocks["map", "stem.1.conv"], blocks["node", "blocks.0.shortcut.conv"])
        done = self.xnc(0, "check", *MODEL, "--precision=int8", "--quant=out.quant", "--target=scalar",
                        "--input=first.npy", "--json")
        values = json.loads(done.stdout)["values"]
        self.assertEqual({value["different"] for value in values}, {0})
        self.assertLess(max(value["drift_mean"] for value in values), 0.05)

    def test_large_maps_are_kept_in_8_bits(self):
        """31x31 pixels of 512 channels take 1.9 MB in f32. A max_pool has the numbers of the map that it
        reads, so it hands on u8 and is not named."""
        (self.folder / "large.yaml").write_text("""name: large
title: Maps that no cache holds
input: {size: 31}
norm_eps: 0.001
block: {norm: pointwise, stride_by: max_pool}
stem:
  - {width: 8}
blocks:
  - {widths: 512, stride: 2}
  - {widths: 16}
head: {pool: avg, classes: 3}
""")
        model = ["large.yaml"]
        self.xnc(0, "calibrate", *model, "--no-images", "--pictures=1", "--batch=1", "-o", "large.quant")
        names = [line.split()[1] for line in (self.folder / "large.quant").read_text().splitlines()
                 if line.startswith("map ")]
        self.assertEqual(names, [f"blocks.0.stack.conv{i}.conv_pw" for i in (1, 2, 3)])
        done = self.xnc(0, "analyze", *model, "--precision=int8", "--quant=large.quant", "--dump-after=narrow_maps")
        pool = next(line for line in done.stderr.splitlines() if " = max_pool(" in line)
        self.assertIn(" : u8[1,512,16,16]", pool)

    def test_a_channel_of_zeros_takes_nothing_from_the_others(self):
        """It has no step of its own, and a product that reads the map has the step in its weights."""
        self.xnc(0, "seed-weights", MODEL[0], "-o", "dead.safetensors")
        data = bytearray((self.folder / "dead.safetensors").read_bytes())
        begin = 8 + int.from_bytes(data[:8], "little")
        head = json.loads(data[8:begin])
        for name in ("stem.1.bn.weight", "stem.1.bn.bias"):
            first = begin + head[name]["data_offsets"][0]
            data[first:first + 4] = bytes(4)
        (self.folder / "dead.safetensors").write_bytes(data)
        moved = []
        for maps in ("none", "all"):
            done, text = self.calibrate("--weights=dead.safetensors", f"--maps={maps}")
            moved.append(float(done.stdout.split("move by ")[1].split()[0]))
        self.assertLess(moved[1], 1.5 * moved[0])
        rows = text.split("\nmap stem.1.conv ")[1].splitlines()[1:25]
        scales = [float(row.split()[1]) for row in rows]
        self.assertAlmostEqual(scales[0], sum(scales[1:]) / 23, places=6)

    def test_ranges_have_room_for_other_images_the_more_the_fewer_these_are(self):
        """By a part of 1 / sqrt(their number): once, it is twice as wide as its values; four times the
        same image, half as wide again."""
        first = numpy.load(self.folder / "first.npy")
        numpy.save(self.folder / "four.npy", numpy.repeat(first, 4, axis=0))
        once, four = (self.calibrate("--maps=all", images=(f"--images={name}.npy",))[1] for name in ("first", "four"))
        once, four = ([float(scale) for scale in re.findall(r"(?m)^of (\S+) ", text)] for text in (once, four))
        for a, b in zip(once, four, strict=True):
            self.assertAlmostEqual(a / b, 2 / 1.5, places=5)

    def test_second_order_rounding_writes_the_same_bytes_everywhere(self):
        """Whatever target, compiler, threads and images of a run are; and what is written is computed."""
        second = ("--rounding=second-order",)
        _, text = self.calibrate(*second, "--target=scalar")
        for options in (["--target=native", "--threads=3"], ["--target=scalar", "--cc=gcc -O1", "--batch=4"]):
            self.assertEqual(self.calibrate(*second, *options)[1], text, options)
        self.calibrate(*second)
        for target in ("scalar", "native"):
            done = self.xnc(0, "check", *MODEL, "--precision=int8", "--quant=out.quant", f"--target={target}")
            self.assertIn("equal the interpreter's on the planned graph, bit by bit", done.stdout)

    def test_second_order_rounding_makes_errors_smaller(self):
        """Of no product the error grows, as it keeps plain rounding then; all have the scales and steps that
        they have without the option, and outputs of a picture that was not taken come nearer by and large."""
        numbers, far = {}, {}
        render.write_set(self.folder / "taken", count=80, seed=11)
        others = render.write_set(self.folder / "others", count=200, seed=12)

        def outputs(*options):
            self.xnc(0, "run", SHAPES, *others, "-o", "y.npy", *options)
            return numpy.load(self.folder / "y.npy").astype("d")
        wanted = outputs()
        for rounding in ("nearest", "second-order"):
            done = self.xnc(0, "calibrate", SHAPES, "--images=taken", f"--rounding={rounding}", "-o", "shapes.quant")
            blocks = (self.folder / "shapes.quant").read_text().split("\nnode ")[1:]
            numbers[rounding] = {block.split()[0]: block for block in blocks}
            moved = outputs("--precision=int8", "--quant=shapes.quant") - wanted
            far[rounding] = numpy.median(numpy.square(moved).sum(axis=1))
        self.assertRegex(done.stdout, r"^22 products in int8, \d+ of them rounded second-order, from 80 images: ")
        errors = {key: [float(re.search(r" error (\S+)", block)[1]) for block in blocks.values()]
                  for key, blocks in numbers.items()}  # fmt: skip
        self.assertTrue(all(b <= a for a, b in zip(*errors.values())))
        self.assertLess(sum(errors["second-order"]), 0.92 * sum(errors["nearest"]))
        self.assertLess(far["second-order"], 0.9 * far["nearest"])
        for name in numbers["nearest"]:
            plain, other = (re.findall(r"(?m)^(in .*|out \S+)", numbers[key][name]) for key in numbers)
            self.assertEqual(plain, other)

    def test_second_order_rounding_keeps_the_restriction_of_pairs(self):
        """A file of weights is written, so pairs are small (test_int8.py: else it is refused); and one
        more on every weight would be too much, so the bound was felt."""
        self.xnc(0, "seed-weights", MODEL[0], "-o", "w.safetensors")
        _, text = self.calibrate("--weights=w.safetensors", "--rounding=second-order")
        compiled = ("compile", *MODEL, "--weights=w.safetensors", "--precision=int8", "-o", "compiled")
        self.xnc(0, *compiled, "--quant=out.quant")
        large = re.sub(r"(?m)^delta .*$", lambda found: "delta " + "Z" * (len(found[0]) - 6), text)
        for depth in {int(found) for found in re.findall(r" deltas (\d+) ", text) if int(found) % 3}:
            letters = -(-depth // 3)
            large = large.replace("Z" * letters + "\n", "Z" * (letters - 1) + ".\n")
        (self.folder / "large.quant").write_text(large)
        done = self.xnc(3, *compiled, "--quant=large.quant")
        self.assertIn("two neighbouring weights of one sign sum to", done.stderr)

    def test_the_error_without_the_restriction_is_smaller(self):
        error = []
        for options in ([], ["--pairs=free"]):
            _, text = self.calibrate(*options)
            error.append(sum(float(line.split()[-1]) ** 2 for line in text.splitlines()
                             if line.startswith("node ")))
        self.assertIn("pairs free", text)
        self.assertLess(error[1], error[0])

    def test_corrections_bring_the_outputs_nearer(self):
        """What int8 code computes, beside f32: twice as far without the corrections."""
        self.xnc(0, "seed-weights", MODEL[0], "-o", "w.safetensors")
        weights = "--weights=w.safetensors"
        _, text = self.calibrate(weights)
        plain = "\n".join(f"{line.rsplit(' ', 1)[0]} 0" if line.startswith("out ") else line
                          for line in text.splitlines())
        (self.folder / "plain.quant").write_text(plain + "\n")

        def outputs(*options):
            self.xnc(0, "run", *MODEL, weights, "x.npy", "-o", "y.npy", *options)
            return numpy.load(self.folder / "y.npy").astype("d")
        wanted = outputs()
        far = [numpy.square(outputs("--precision=int8", f"--quant={name}.quant") - wanted).sum()
               for name in ("out", "plain")]
        self.assertLess(2 ** 2 * far[0], far[1])

    def test_pictures_are_taken_evenly_in_sorted_order(self):
        """Of a folder with 4 pictures two are the first and the third, whatever their names were
        when they were written."""
        folder = self.folder / "some"
        (folder / "b").mkdir(parents=True)
        found = sorted(PICTURES.glob("*/0.jpg"))[:4]
        for name, path in zip(("b/2.jpg", "b/1.jpg", "a.jpg", "c.jpg"), found):
            shutil.copy(path, folder / name)
        (folder / "notes.txt").write_text("no picture")
        (folder / ".hidden.jpg").write_text("no picture either")
        two = self.calibrate("--pictures=2", images=("--images=some",))[1]
        named = self.calibrate(images=("--images=some/a.jpg", "--images=some/b/2.jpg"))[1]
        other = self.calibrate(images=("--images=some/a.jpg", "--images=some/b/1.jpg"))[1]
        self.assertEqual(two, named)
        self.assertNotEqual(two, other)

    def test_digests(self):
        def digests(*options, **how):
            return [line.split()[1] for line in self.calibrate(*options, **how)[1].splitlines()[1:4]]
        network, checkpoint, pictures = digests()
        again = digests("--seed=2", images=("--images=x.npy", "--pictures=5"))
        self.assertEqual(again[0], network)
        self.assertNotEqual(again[1], checkpoint)
        self.assertNotEqual(again[2], pictures)
        self.assertNotEqual(digests("--classes=3")[0], network)

    def test_without_images(self):
        """Only on request; then the file and a note say so."""
        done, text = self.calibrate("--no-images", "--pictures=4", images=())
        self.assertIn("\npictures none\nranges norms\n", text)
        self.assertIn("note: no pictures: the ranges of 18 of 22 products are those of batch norms, "
                      "all else is of 4 images that were made up; pictures do better", done.stderr)
        self.assertIn("from 4 images: outputs move by ", done.stdout)
        again = self.calibrate("--no-images", "--pictures=4", "--target=scalar", images=())[1]
        self.assertEqual(again, text)
        done, _ = self.calibrate("--no-images", code=2)
        self.assertIn("--images and --no-images contradict each other", done.stderr)

    def interrupted(self, *words, runs=0):
        """Kills a calibration of killed.quant as soon as its state has more than so many runs of images:
        the state's path and bytes."""
        state = self.folder / "killed.quant.state"
        state.unlink(missing_ok=True)
        words = [XNC, "calibrate", *words, "-o", "killed.quant"]
        with subprocess.Popen(words, cwd=self.folder, stderr=subprocess.DEVNULL) as process:
            while self.runs_of(state) <= runs and process.poll() is None:
                time.sleep(0.001)
            process.kill()
        return state, state.read_bytes()

    @classmethod
    def many(cls, count):
        """Options that take so many images."""
        path = cls.folder / f"many{count}.npy"
        if not path.exists():
            values = numpy.random.default_rng(2).standard_normal((count, 3, 32, 32)).astype("f")
            numpy.save(path, values)
        return [f"--images={path.name}", f"--pictures={count}"]

    def test_a_restart_goes_on(self):
        """Killed as soon as there is a state: the next run goes on from it, and what it writes is
        what an undisturbed run writes. A damaged state, or one of other images, does not count."""
        options = self.many(1200)
        state, kept = self.interrupted(*MODEL, *options)
        done = self.xnc(0, "calibrate", *MODEL, *options, "-o", "killed.quant")
        self.assertRegex(done.stderr, r"note: [1-9]\d* of 1200 images have run before")
        self.assertFalse(state.exists())
        resumed = (self.folder / "killed.quant").read_bytes()
        state.write_bytes(kept[:1000] + b"?" + kept[1001:])
        done = self.xnc(0, "calibrate", *MODEL, *options, "-o", "killed.quant")
        self.assertIn("is of another calibration or damaged", done.stderr)
        self.assertEqual((self.folder / "killed.quant").read_bytes(), resumed)
        for damaged in (kept[:-1], b"", kept):
            (self.folder / "out.quant.state").write_bytes(damaged)
            done, _ = self.calibrate()  # of other images
            self.assertIn("is of another calibration or damaged: all images run anew", done.stderr)

    def test_a_restart_goes_on_with_the_second_run(self):
        """Killed when all images have run once and some of them twice."""
        options = [*self.many(1200), "--rounding=second-order"]
        state, _ = self.interrupted(*MODEL, *options, runs=1200)
        done = self.xnc(0, "calibrate", *MODEL, *options, "-o", "killed.quant")
        self.assertRegex(done.stderr, r"note: 1200 of 1200 images have run before, \d+ of them twice, as ")
        self.assertFalse(state.exists())
        resumed = (self.folder / "killed.quant").read_bytes()
        self.xnc(0, "calibrate", *MODEL, *options, "-o", "killed.quant")
        self.assertEqual((self.folder / "killed.quant").read_bytes(), resumed)

    def test_a_state_that_cannot_be_written_ends_nothing(self):
        """A note tells once, however often it is tried; the result is the same."""
        state = self.folder / "out.quant.state"
        state.mkdir()
        done, text = self.calibrate("--batch=1")
        state.rmdir()
        note = "note: goes on without a state, an interruption would begin anew: "
        self.assertEqual(done.stderr.count(note), 1)
        self.assertIn(f"{note}{state}: error: is a folder\n", done.stderr)
        self.assertEqual(text, self.calibrate("--batch=1")[1])

    def write_two(self):
        """two.safetensors: the weights of two networks, under names of their own."""
        tensors, values = {}, b""
        for name, seed in (("first", 1), ("second", 2)):
            self.xnc(0, "seed-weights", MODEL[0], f"--seed={seed}", "-o", "one.safetensors")
            data = (self.folder / "one.safetensors").read_bytes()
            begin = 8 + int.from_bytes(data[:8], "little")
            for key, tensor in json.loads(data[8:begin]).items():
                if key != "__metadata__":
                    ends = [len(values) + end for end in tensor["data_offsets"]]
                    tensors[f"{name}.{key}"] = {**tensor, "data_offsets": ends}
            values += data[begin:]
        head = json.dumps(tensors).encode()
        (self.folder / "two.safetensors").write_bytes(len(head).to_bytes(8, "little") + head + values)

    def test_what_another_reading_of_the_weights_has_left_is_not_taken(self):
        """One file has the weights of two networks: neither a state nor a file of one serves the other. Nor
        does a state serve a network that options change."""
        self.write_two()
        weights, options = "--weights=two.safetensors", self.many(480)
        state, kept = self.interrupted(*MODEL, weights, "--under=first", *options)

        def told(*more):
            state.write_bytes(kept)
            return self.xnc(0, "calibrate", *MODEL, weights, *options, "-o", "killed.quant", *more).stderr
        for more in (["--under=second"], ["--ignore=first"], ["--under=first", "--features"],
                     ["--under=first", "--output-stride=16"]):  # fmt: skip
            self.assertIn("is of another calibration", told(*more), more)
        self.assertRegex(told("--under=first"), r"note: [1-9]\d* of 480 images have run before")
        compiled = ("compile", *MODEL, weights, "--precision=int8", "--quant=killed.quant", "-o", "read")
        self.xnc(0, *compiled, "--under=first")
        for more in (["--under=second"], ["--ignore=first"]):
            said = self.xnc(3, *compiled, *more).stderr
            self.assertIn("killed.quant: checkpoint: error: was made for other weights", said)
            self.assertIn("--dict, --under, --ignore and --names as they were then", said)

    @staticmethod
    def runs_of(state):
        """The number behind a word of 16 bytes and a digest of 8; 0 without a state."""
        try:
            return int.from_bytes(state.read_bytes()[24:32], sys.byteorder)
        except OSError:
            return 0

    def agree(self, *options):
        """The trained network of examples/shapes on noise, which it is not sure about."""
        values = numpy.random.default_rng(3).standard_normal((120, 3, 64, 64))[::3] * 0.6
        numpy.save(self.folder / "noise.npy", values.astype("f"))
        done = self.xnc(0, "calibrate", SHAPES, "--images=noise.npy", "--batch=8", "--agreement=1",
                        "-o", "agreed.quant", *options)  # fmt: skip
        return done, (self.folder / "agreed.quant").read_text()

    def test_products_return_to_f32_until_answers_agree(self):
        """Which products return, and what a person is told, is the same on every target; the plan's
        answers are those that check counts, and no plan with fewer products in f32 was enough."""
        done, text = self.agree("--threads=2")
        lines = [line.split() for line in text.splitlines()]
        tried = {int(words[1]): int(words[2]) for words in lines if words[0] == "point"}
        nodes = [words for words in lines if words[0] == "node"]
        returned = sum(node[2] == "f32" for node in nodes)
        self.assertEqual(lines[6], ["agreement", "1"])
        self.assertEqual(list(tried), sorted(tried))
        self.assertLess(tried[0], 40)
        self.assertEqual(tried[returned], 40)
        self.assertTrue(all(same < 40 for count, same in tried.items() if count < returned))
        self.assertIn(f"{22 - returned} products in int8 and {returned} in f32, from 40", done.stdout)
        for count, same in [*tried.items(), (22, 40)]:
            self.assertRegex(done.stdout, rf"\n +{count} of 22 +{same} of 40, .* million, [01]\.\d+ of f32\n")
        self.assertLessEqual(done.stderr.count("note: the arena of"), 1)
        self.check_order(nodes)
        told = json.loads(self.xnc(0, "check", SHAPES, "--precision=int8", "--quant=agreed.quant",
                                   "--images=noise.npy", "--batch=8", "--json").stdout)  # fmt: skip
        self.assertEqual(told["agreement"]["same_top1"], tried[returned])
        again, same_text = self.agree("--target=scalar", "--cc=cc -O1")
        self.assertEqual(same_text, text)
        self.assertEqual(again.stdout.splitlines()[-1], done.stdout.splitlines()[-1])

    def check_order(self, nodes):
        """Those that returned have more error for each multiply-add of their product than the others."""
        layers = json.loads(self.xnc(0, "analyze", SHAPES, "--json").stdout)["layers"]
        macs = {layer["name"]: layer["macs"] * (1 if layer["op"] == "conv2d" else self.product_part(layer))
                for layer in layers}  # fmt: skip
        errors = {"f32": [], "int8": []}
        for node in nodes:
            errors[node[2]].append(float(node[-1]) / macs[node[1]])
        self.assertGreater(min(errors["f32"]), max(errors["int8"]))

    @staticmethod
    def product_part(layer):
        """Of a separable's multiply-adds: outputs for an input, beside the taps of a 3x3 window."""
        outputs = int(layer["shape"].split("x")[1])
        return outputs / (9 + outputs)

    def test_numbers_of_another_target_are_told_before_the_work(self):
        """--tuning is for the code in f32 here, and native means another target for that in integers."""
        self.calibrate()
        native = [re.search(r"xnc: target (\S+)", self.xnc(0, "compile", *MODEL, "-o", "c", *options).stderr)[1]
                  for options in ([], ["--precision=int8", "--quant=out.quant"])]  # fmt: skip
        if native[0] == native[1]:
            self.skipTest("native is one target for both")
        (self.folder / "f32.tuning").write_text(tuning(native[0]))
        done, _ = self.calibrate("--tuning=f32.tuning", "--cc=false", "--agreement=1", code=2)
        self.assertIn(f"f32.tuning is for the target {native[0]}: add --target={native[0]}", done.stderr)

    def test_without_an_agreement_all_are_in_int8(self):
        done, text = self.calibrate()
        starts = {line.split()[0] for line in text.splitlines()[6:]}
        self.assertEqual(starts, {"node", "in", "out", "end"})
        self.assertRegex(done.stdout, r"^22 products in int8, from 6 images: outputs move by \S+ % of their spread\n$")

    def test_numbers_that_a_file_cannot_have_are_told_with_their_layer(self):
        """Images or weights are far too large: nothing is written."""
        def refused(layer, *options, images="--images=x.npy"):
            done, text = self.calibrate(*options, code=3, images=(images,))
            self.assertIsNone(text)
            self.assertFalse((self.folder / "out.quant.state").exists())
            self.assertRegex(done.stderr, rf": {layer}: error: .* up to \S+: a file of integers has no scales beyond ")
            self.assertIn("hint: look at the images and their mean and deviation, and at the weights", done.stderr)
        numpy.save(self.folder / "huge.npy", numpy.load(self.folder / "x.npy") * numpy.float32(1e34))
        refused(r"stem\.1\.conv", images="--images=huge.npy")
        refused(r"stem\.0\.conv", "--maps=all", images="--images=huge.npy")
        self.xnc(0, "seed-weights", MODEL[0], "-o", "w.safetensors")
        data = (self.folder / "w.safetensors").read_bytes()
        begin = 8 + int.from_bytes(data[:8], "little")
        first, last = json.loads(data[8:begin])["blocks.1.stack.conv2.bn_pw.weight"]["data_offsets"]
        scaled = numpy.frombuffer(data[begin + first:begin + last], "<f4") * numpy.float32(1e34)
        (self.folder / "scaled.safetensors").write_bytes(data[:begin + first] + scaled.tobytes() + data[begin + last:])
        refused(r"blocks\.1\.stack\.conv3\.conv_pw", "--weights=scaled.safetensors")

    def test_mistakes(self):
        def said(code, *options, **how):
            done, text = self.calibrate(*options, code=code, **how)
            self.assertIsNone(text)
            return done.stderr
        done = self.xnc(2, "calibrate", *MODEL, "--images=x.npy")
        self.assertIn("-o NAME.quant is needed", done.stderr)
        self.assertIn("--images=DIR is needed", said(2, images=()))
        self.assertIn("none: error: cannot be", said(3, images=("--images=none",)))
        (self.folder / "empty").mkdir()
        self.assertIn("names no picture", said(3, images=("--images=empty",)))
        numpy.save(self.folder / "large.npy", numpy.zeros((1, 3, 33, 32), "f"))
        self.assertIn("the network takes [N,3,32,32]", said(3, images=("--images=large.npy",)))
        (self.folder / "torn.jpg").write_bytes(b"\xff\xd8\xff")
        self.assertIn("torn.jpg: error", said(3, images=("--images=torn.jpg",)))
        numpy.save(self.folder / "far.npy", numpy.load(self.folder / "x.npy") * numpy.float32(7e37))
        self.assertIn("make values that are not finite, in image 0 or one of the next",
                      said(3, images=("--images=far.npy",)))
        for value in (numpy.nan, numpy.inf, -numpy.inf):
            for layout in (3, 32, 32), (32, 32, 3):
                wrong = numpy.zeros((4, *layout), "f")
                wrong[2, -1, -1, -1] = value
                numpy.save(self.folder / "wrong.npy", wrong)
                self.assertIn("wrong.npy: error: image 2 of 4 (from 0) has a value that is not finite",
                              said(3, images=("--images=x.npy", "--images=wrong.npy")))
        self.assertIn("--precision", said(2, "--precision=bf16"))
        self.assertIn("--agreement: there are no classes", said(2, "--agreement=0.9", "--features"))
        self.assertIn("--agreement", said(2, "--agreement=99"))


if __name__ == "__main__":
    unittest.main()

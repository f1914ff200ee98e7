#!/usr/bin/env python3
"""xnc run on pictures, from outside.

  test_run.py XNC TOOL     TOOL is pictures_dump of the build
"""
import json
import re
import sys
import unittest

import numpy as np

import dumped
from tiny import DATA, TINY, TinyTest

TOOL = sys.argv.pop(1)


class Run(TinyTest):
    @classmethod
    def run_tiny(cls, code, *arguments):
        return cls.xnc(code, "run", TINY, "--weights", cls.weights, "--target=scalar",
                       *map(str, arguments))

    def input_of(self, picture, **how):
        """What preprocessing gives, which the other tests compare with timm."""
        settings = dumped.settings(size=(40, 56), crop_pct=0.8, interpolation="bilinear",
                                   crop_mode="squash", mean=dumped.IMAGENET[0],
                                   std=dumped.IMAGENET[1], **how)
        return dumped.dump(TOOL, [(picture, settings)])[0][2]

    def test_a_picture_is_run_as_the_array_that_preprocessing_makes_of_it(self):
        pictures = [DATA / "ycck.jpg", DATA / "palette_8.png", DATA / "turned_420.jpg"]
        arrays = np.stack([self.input_of(picture) for picture in pictures])
        np.save(self.folder / "x.npy", arrays)
        self.run_tiny(0, "x.npy", "--output=a.npy")
        self.run_tiny(0, *pictures, "--batch=2", "--output=b.npy")
        self.assertEqual((self.folder / "a.npy").read_bytes(), (self.folder / "b.npy").read_bytes())

    def test_a_network_of_one_channel_sees_grey(self):
        np.save(self.folder / "grey.npy", self.input_of(DATA / "ycck.jpg", channels=1)[None])
        self.run_tiny(0, "grey.npy", "--in-chans=1", "--output=a.npy")
        self.run_tiny(0, DATA / "ycck.jpg", "--in-chans=1", "--output=b.npy")
        self.assertEqual((self.folder / "a.npy").read_bytes(), (self.folder / "b.npy").read_bytes())

    def test_another_number_of_channels_is_refused(self):
        run = self.run_tiny(3, DATA / "ycck.jpg", "--in-chans=4")
        self.assertIn("a picture has 3 channels or 1; the network takes 4", run.stderr)

    def test_arrays_and_pictures_mix_in_the_order_given(self):
        np.save(self.folder / "two.npy", np.stack([self.input_of(DATA / "grey_8.png")] * 2))
        run = self.run_tiny(0, DATA / "grey_8.png", "two.npy", DATA / "cmyk.jpg", "--batch=3")
        heads = [line for line in run.stdout.splitlines() if not line.startswith(" ")]
        self.assertEqual(heads, [f"{DATA}/grey_8.png", "two.npy, image 0", "two.npy, image 1",
                                 f"{DATA}/cmyk.jpg"])
        ranked = run.stdout.split("\n")
        self.assertEqual(ranked[1:6], ranked[7:12])

    def one(self, *arguments):
        """A network with one output; gives its logit for the picture, and what run prints."""
        self.xnc(0, "seed-weights", TINY, "--classes=1", "-o", "one.safetensors")
        command = ["run", TINY, "--weights=one.safetensors", "--target=scalar", DATA / "cmyk.jpg"]
        self.xnc(0, *command, "--output=one.npy")
        return float(np.load(self.folder / "one.npy")[0, 0]), self.xnc(0, *command, *arguments)

    def test_one_output_is_the_probability_of_class_1(self):
        (self.folder / "two.txt").write_text("real\nfake\n")
        logit, run = self.one("--labels=two.txt")
        chance = 100 / (1 + np.exp(-logit))
        self.assertEqual(run.stdout.splitlines()[1:], [f"  {chance:6.2f} %  class 1  fake"])
        self.assertIn("note: scores by sigmoid: it has one output", run.stderr)
        (row,) = json.loads(self.one("--json")[1].stdout)[0]["top"]
        self.assertEqual(row["class"], 1)
        self.assertAlmostEqual(row["probability"], chance / 100, places=6)

    def test_scores_are_chosen(self):
        command = [DATA / "cmyk.jpg", "--json", "--scores"]
        self.run_tiny(0, DATA / "cmyk.jpg", "--output=six.npy", "--scores=sigmoid")
        logits = np.load(self.folder / "six.npy")[0]  # raw, whatever the scores are
        (by_sigmoid,) = json.loads(self.run_tiny(0, *command, "sigmoid").stdout)
        (by_nothing,) = json.loads(self.run_tiny(0, *command, "none").stdout)
        for row in by_sigmoid["top"]:
            self.assertAlmostEqual(row["probability"], 1 / (1 + np.exp(-logits[row["class"]])),
                                   places=6)
        for row in by_nothing["top"]:
            self.assertEqual(np.float32(row["value"]), logits[row["class"]])
        self.assertEqual([row["class"] for row in by_nothing["top"]],
                         list(np.argsort(-logits, kind="stable")[:5]))
        self.assertIn("the softmax of one output is always 1",
                      self.run_tiny(3, *command[:2], "--classes=1", "--scores=softmax").stderr)

    def test_a_description_may_say_what_scores_are(self):
        text = TINY.read_text().replace("classes: 6}", "classes: 6, scores: sigmoid}")
        (self.folder / "many.yaml").write_text(text)
        run = self.xnc(0, "run", "many.yaml", "--weights", self.weights, DATA / "cmyk.jpg",
                       "--target=scalar")
        self.assertIn("note: scores by sigmoid: as many.yaml says", run.stderr)

    def test_json_has_labels_and_probabilities(self):
        labels = [f"shape {number}" for number in range(self.classes())]
        (self.folder / "labels.txt").write_text("\n".join(labels) + "\n")
        run = self.run_tiny(0, DATA / "cmyk.jpg", "--json", "--labels=labels.txt")
        (result,) = json.loads(run.stdout)
        self.assertEqual(result["input"], str(DATA / "cmyk.jpg"))
        self.assertEqual(len(result["top"]), 5)
        chances = [row["probability"] for row in result["top"]]
        self.assertEqual(chances, sorted(chances, reverse=True))
        for row in result["top"]:
            self.assertEqual(row["label"], labels[row["class"]])

    def classes(self):
        self.run_tiny(0, DATA / "cmyk.jpg", "--output=y.npy")
        return np.load(self.folder / "y.npy").shape[1]

    def test_an_unreadable_picture_does_not_stop_the_others(self):
        (self.folder / "cut.jpg").write_bytes((DATA / "ycck.jpg").read_bytes()[:500])
        run = self.run_tiny(3, "cut.jpg", DATA / "ycck.jpg", "gone.png", "--batch=2")
        self.assertIn("cut.jpg: error: is cut short: the JPEG ends before its last row", run.stderr)
        self.assertIn("gone.png: error: cannot be opened: ", run.stderr)
        self.assertEqual(run.stdout.splitlines()[0], str(DATA / "ycck.jpg"))
        self.assertEqual(len(run.stdout.splitlines()), 6)
        found = json.loads(self.run_tiny(3, "cut.jpg", DATA / "ycck.jpg", "--json").stdout)
        self.assertEqual([sorted(row) for row in found],
                         [["error", "input"], ["image", "input", "top"]])

    # ---- channels last ----

    def test_channels_last_changes_the_order_and_no_bit(self):
        arrays = np.stack([self.input_of(DATA / name) for name in ("ycck.jpg", "grey_8.png")])
        np.save(self.folder / "x.npy", arrays)
        np.save(self.folder / "last.npy", arrays.transpose(0, 2, 3, 1).copy())
        self.run_tiny(0, "x.npy", "--features", "--output=m.npy")
        self.run_tiny(0, "last.npy", "--features", "--output=l.npy", "--layout=nhwc", "--batch=2")
        self.run_tiny(0, DATA / "ycck.jpg", DATA / "grey_8.png", "--features", "--output=p.npy",
                      "--layout=nhwc")
        self.xnc(0, "interp", TINY, "--weights", self.weights, "last.npy", "--layout=nhwc",
                 "--features", "--output=i.npy")
        maps, last, pictures, meaning = (np.load(self.folder / f"{name}.npy") for name in "mlpi")
        np.testing.assert_array_equal(last, maps.transpose(0, 2, 3, 1))
        np.testing.assert_array_equal(pictures, last)
        np.testing.assert_allclose(meaning, last, atol=1e-4)

    def test_every_value_of_channels_last_is_the_interpreter_s(self):
        for target in "scalar", "native":
            text = self.xnc(0, "check", TINY, "--weights", self.weights, "--layout=nhwc", "--features",
                            f"--target={target}").stdout
            self.assertIn("bit by bit", text)

    def test_a_shape_that_fits_channels_last_alone_is_taken_so(self):
        x = self.input_of(DATA / "ycck.jpg")[None]
        np.save(self.folder / "x.npy", x)
        np.save(self.folder / "last.npy", x.transpose(0, 2, 3, 1).copy())
        self.run_tiny(0, "x.npy", "--output=a.npy")
        run = self.run_tiny(0, "last.npy", "--output=b.npy")
        self.assertIn("note: last.npy is [N,H,W,C] by its shape, and taken as such", run.stderr)
        self.assertEqual((self.folder / "a.npy").read_bytes(), (self.folder / "b.npy").read_bytes())
        run = self.run_tiny(3, "x.npy", "--layout=nhwc")
        self.assertIn("has shape [1,3,40,56], the network takes [N,40,56,3]", run.stderr)
        self.assertIn("x.transpose(0, 2, 3, 1)", run.stderr)

    def test_the_header_says_how_channels_stand(self):
        for layout, shape, input_of in (("nchw", "1, 3, 40, 56", ""),
                                        ("nhwc", "1, 40, 56, 3", ".channels_last = 1")):
            self.xnc(0, "compile", TINY, "-o", layout, "--features", f"--layout={layout}")
            header = (self.folder / layout / "tiny.h").read_text()
            self.assertRegex(header, rf"TINY_INPUT_SHAPE +\\\n +{{ {shape} }}")
            for port in "INPUT", "OUTPUT_0":
                self.assertIn(f'#define TINY_{port}_LAYOUT "{layout.upper()}"', header)
            self.assertIn(input_of, (self.folder / layout / "tiny.c").read_text())

    def test_arrays_of_outputs_have_no_holes(self):
        (self.folder / "cut.png").write_bytes((DATA / "grey_16.png").read_bytes()[:300])
        self.run_tiny(3, "cut.png", DATA / "ycck.jpg", "--output=hole.npy")
        self.assertFalse((self.folder / "hole.npy").exists())

    def test_without_classes_only_values_can_be_written(self):
        for option in ("--classes=0", "--features"):
            run = self.run_tiny(2, DATA / "ycck.jpg", option)
            self.assertIn("--output=Y.npy writes values", run.stderr)
        self.run_tiny(0, DATA / "ycck.jpg", "--classes=0", "--output=pooled.npy")
        self.assertEqual(np.load(self.folder / "pooled.npy").shape[0], 1)

    def test_the_interpreter_takes_pictures_too(self):
        self.xnc(0, "interp", TINY, "--weights", self.weights, DATA / "cmyk.jpg", "--output=i.npy")
        self.run_tiny(0, DATA / "cmyk.jpg", "--output=r.npy")
        a, b = (np.load(self.folder / f"{name}.npy") for name in "ir")
        self.assertLess(abs(a - b).max(), 1e-3 * abs(a).max())

    def test_the_model_has_every_digit_of_crop_pct(self):
        crop = 215 / 240
        text = TINY.read_text().replace("crop: 0.8\n", f"crop: {crop!r}\n")
        (self.folder / "exact.yaml").write_text(text)
        self.xnc(0, "compile", "exact.yaml", "-o", "exact", "--target=scalar")
        written = (self.folder / "exact/tiny.c").read_text()
        self.assertEqual(float(re.search(r"\.crop_pct = (.*),", written)[1]), crop)

    def test_what_is_no_picture(self):
        (self.folder / "photo.webp").write_bytes(b"RIFF....WEBPVP8 ")
        run = self.run_tiny(3, "photo.webp")
        self.assertIn("photo.webp: error: is neither JPEG nor PNG", run.stderr)


if __name__ == "__main__":
    unittest.main()

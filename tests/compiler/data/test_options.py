#!/usr/bin/env python3
"""Options about pictures, from outside: what they change, what wins, what is said about it.

  test_options.py XNC TOOL     TOOL is pictures_dump of the build
"""
import json
import sys
import unittest

import numpy as np

import dumped
import oriented
from tiny import DATA, TINY, TinyTest

TOOL = sys.argv.pop(1)
PHOTO = DATA / "turned_420.jpg"
FACES = ("--mean=0.5", "--std=0.5", "--crop-pct=1", "--crop-mode=squash",
         "--interpolation=bilinear")
DESCRIBED = dict(size=(40, 56), crop_pct=0.8, interpolation="bilinear", crop_mode="squash",
                 mean=dumped.IMAGENET[0], std=dumped.IMAGENET[1])


class Options(TinyTest):
    def interp(self, *arguments, code=0):
        return self.xnc(code, "interp", TINY, "--weights", self.weights, "--output=y.npy",
                        *map(str, arguments))

    def output(self, *arguments):
        self.interp(*arguments)
        return (self.folder / "y.npy").read_bytes()

    def expect(self, picture, *options, **how):
        """The picture with these options is the array that these settings make of it."""
        array = dumped.dump(TOOL, [(picture, dumped.settings(**{**DESCRIBED, **how}))])[0][2]
        np.save(self.folder / "x.npy", array[None])
        self.assertEqual(self.output(picture, *options), self.output("x.npy"))

    def note(self, model, *options, weights=True):
        """What compile tells about the preprocessing."""
        given = ("--weights", self.weights) if weights else ()
        run = self.xnc(0, "compile", model, *given, "-o", "out", "--target=scalar", *options)
        (line,) = [line for line in run.stderr.splitlines() if "assumes pictures" in line]
        return line.removeprefix("note: assumes pictures of ")


class Preprocessing(Options):
    def test_each_option_changes_its_part(self):
        half, imagenet = dumped.HALF, dumped.IMAGENET
        self.expect(PHOTO)
        self.expect(PHOTO, *FACES, crop_pct=1.0, mean=half[0], std=half[1])
        self.expect(PHOTO, "--mean=inception", mean=half[0])
        self.expect(PHOTO, "--std=0.25,0.5,1", std=(0.25, 0.5, 1))
        self.expect(PHOTO, "--mean=imagenet", "--std=imagenet", mean=imagenet[0], std=imagenet[1])
        self.expect(PHOTO, "--mean=none", "--std=none", mean=(0, 0, 0), std=(1, 1, 1))
        for mode in ("center", "squash", "border", "aspect"):
            self.expect(PHOTO, f"--crop-mode={mode}", crop_mode=mode)
        self.expect(PHOTO, "--crop-pct=0.903", "--interpolation=bicubic", crop_pct=0.903,
                    interpolation="bicubic")

    def test_values_are_computed_as_keras_does(self):
        """rescale=1/255 multiplies by a float, preprocess_input divides, and no scaling is none."""
        array = dumped.dump(TOOL, [(PHOTO, dumped.settings(**{**DESCRIBED, "mean": (0, 0, 0),
                                                              "std": (1, 1, 1)}))])[0][2]
        pixels = np.rint(array * 255).astype("f")
        ways = {"0..1": pixels * np.float32(1 / 255), "0..255": pixels,
                "-1..1": pixels / np.float32(127.5) - np.float32(1)}
        self.assertFalse(np.array_equal(ways["0..1"], pixels / np.float32(255)))
        for values, wanted in ways.items():
            np.save(self.folder / "x.npy", wanted[None])
            self.assertEqual(self.output(PHOTO, f"--values={values}"), self.output("x.npy"), values)

    def test_compiled_code_and_the_interpreter_see_the_same(self):
        box = "--box=3,4,20,15.5"
        wanted = self.output(PHOTO, *FACES, box, "--margin=1.3", "--exif")
        after = self.output(PHOTO, *FACES, box, "--margin=1.3", "--exif", "--after=unroll")
        self.xnc(0, "run", TINY, "--weights", self.weights, "--output=r.npy", PHOTO, *FACES, box,
                 "--margin=1.3", "--exif", "--target=scalar", "--cc=cc -O0")
        self.assertEqual((self.folder / "r.npy").read_bytes(), after)
        a, b = np.frombuffer(wanted[-24:], "f"), np.frombuffer(after[-24:], "f")
        self.assertLess(abs(a - b).max(), 1e-4 * abs(a).max())

    def test_the_options_are_facts_of_the_compiled_model(self):
        self.xnc(0, "compile", TINY, "-o", "facts", "--target=scalar", "--mean=imagenet",
                 "--std=0.25", "--crop-pct=0.75", "--crop-mode=border", "--interpolation=bicubic",
                 "--margin=1.3", "--exif")
        text = (self.folder / "facts/tiny.c").read_text()
        for fact in (".mean = {0.485f, 0.456f, 0.406f, 0.406f}", ".std = {0.25f, 0.25f, 0.25f, 0.25f}",
                     ".crop_pct = 0.75", '.crop_mode = "border"', '.interpolation = "bicubic"',
                     ".margin = 1.3", ".exif = 1"):
            self.assertIn(f"{fact},", text)
        self.xnc(0, "compile", TINY, "-o", "plain", "--target=scalar")
        text = (self.folder / "plain/tiny.c").read_text()
        self.assertNotIn(".margin", text)
        self.assertNotIn(".exif", text)
        self.assertNotIn(".scale", text)
        self.xnc(0, "compile", TINY, "-o", "scaled", "--target=scalar", "--values=0..1")
        text = (self.folder / "scaled/tiny.c").read_text()
        self.assertIn(f".scale = {{{', '.join(['0.003921569f'] * 4)}}},", text)
        self.assertIn(".offset = {0.0f, 0.0f, 0.0f, 0.0f},", text)

    def test_texts_of_the_ir_keep_them(self):
        run = self.xnc(0, "compile", TINY, "-o", "dumped", "--target=scalar", "--margin=1.5", "--exif",
                       "--values=0..1", "--dump-after=unroll")
        self.assertIn("std=1,1,1,1 multiplies", run.stderr)
        self.assertIn("margin=1.5 exif", run.stderr)
        (self.folder / "dumped.ir").write_text(run.stderr)
        again = self.xnc(0, "opt", "dumped.ir", "-o", "again.ir")
        text = (self.folder / "again.ir").read_text() or again.stdout
        self.assertIn("std=1,1,1,1 multiplies", text)
        self.assertIn("margin=1.5 exif", text)


class Precedence(Options):
    """Options win over config.json, which wins over preprocessor_config.json, which wins over the
    description; the note says which came from where."""

    def folder_of(self, name, config, beside=None):
        """A folder of the hub for xception_mini, whose description says 64x64, crop 0.9, 0.5."""
        folder = self.folder / name
        folder.mkdir()
        self.xnc(0, "seed-weights", "xception_mini", "-o", folder / "model.safetensors")
        head = {"architecture": "xception_mini", "num_classes": 10}
        (folder / "config.json").write_text(json.dumps({**head, **config}))
        if beside is not None:
            (folder / "preprocessor_config.json").write_text(json.dumps(beside))
        return name

    def told(self, name, *options):
        return self.note(name, *options, weights=False)

    def test_an_option_wins_over_the_description(self):
        said = self.note(TINY, "--mean=0.5")
        self.assertTrue(said.startswith("40x56, bilinear, crop 0.8 (squash), mean 0.5, std 0.229 "
                                        "0.224 0.225: mean as the options say; the rest that of "), said)
        said = self.note(TINY, *FACES)
        self.assertEqual(said, "40x56, bilinear, crop 1 (squash), mean 0.5, std 0.5: as the options say")
        said = self.note(TINY, "--exif", "--margin=1.3")
        self.assertIn("40x56, turned as EXIF says, squares of 1.3 times a box, bilinear", said)

    def test_config_json_wins_over_the_description_and_an_option_over_it(self):
        config = {"pretrained_cfg": {"input_size": [3, 32, 32], "crop_pct": 0.8, "crop_mode": "border",
                                     "interpolation": "bilinear", "mean": [0.1, 0.2, 0.3],
                                     "std": [0.4, 0.4, 0.4]}}
        name = self.folder_of("config", config, {"image_mean": [0.9, 0.9, 0.9]})
        self.assertEqual(self.told(name), "32x32, bilinear, crop 0.8 (border), mean 0.1 0.2 0.3, std "
                         "0.4: as config/config.json says")
        self.assertEqual(
            self.told(name, "--mean=clip", "--crop-mode=center"),
            "32x32, bilinear, crop 0.8 (center), mean 0.4815 0.4578 0.4082, std 0.4: crop_mode, "
            "mean as the options say; the rest as config/config.json says")

    def test_what_config_json_lacks_is_read_beside_it(self):
        name = self.folder_of(
            "beside", {"pretrained_cfg": {"mean": [0.1, 0.2, 0.3]}},
            {"image_processor_type": "ViTImageProcessor", "do_resize": True,
             "size": {"height": 96, "width": 80}, "resample": 2, "do_rescale": True,
             "rescale_factor": 0.00392156862745098, "do_normalize": True,
             "image_mean": [0.9, 0.9, 0.9], "image_std": [0.25, 0.25, 0.25]})
        self.assertEqual(
            self.told(name), "96x80, bilinear, crop 1 (squash), mean 0.1 0.2 0.3, std 0.25: as "
            "beside/config.json says; input_size, interpolation, crop_pct, std as "
            "beside/preprocessor_config.json says")
        self.assertIn("interpolation as the options say; the rest as beside/config.json says; input_size",
                      self.told(name, "--interpolation=bicubic"))

    def test_a_processor_of_timm_has_timms_keys(self):
        name = self.folder_of(
            "timm", {}, {"image_processor_type": "TimmWrapperImageProcessor", "data_config": {
                "input_size": [3, 48, 48], "interpolation": "bilinear", "crop_pct": 0.75,
                "crop_mode": "border", "mean": [0.5, 0.5, 0.5]}})
        self.assertEqual(
            self.told(name), "48x48, bilinear, crop 0.75 (border), mean 0.5, std 0.5: as "
            "timm/config.json says; input_size, interpolation, crop_pct, mean as "
            "timm/preprocessor_config.json says; it lacks std, taken from models/xception_mini.yaml")

    def test_the_shorter_edge_and_a_crop(self):
        """floor(299 / crop_pct) is 331 again, whatever the quotient is rounded to."""
        name = self.folder_of("crop", {}, {"size": {"shortest_edge": 331}, "do_center_crop": True,
                                           "crop_size": {"height": 299, "width": 299},
                                           "do_normalize": False})
        self.assertIn("299x299, bicubic, crop 0.903323 (center), mean 0, std 1: ", self.told(name))
        text = (self.folder / "out/xception_mini.c").read_text()
        crop = float(text.split(".crop_pct = ")[1].split(",")[0])
        self.assertEqual(int(299 / crop), 331)

    def test_what_a_preprocessing_cannot_say_is_refused(self):
        for number, (beside, text) in enumerate((
                ({"size": {"shortest_edge": 299}}, "size: error: pictures would keep their shape"),
                ({"resample": 1}, "resample: error: expected 2 (bilinear) or 3 (bicubic)"),
                ({"rescale_factor": 1}, "rescale_factor: error: values are expected to be scaled"),
                ({"size": {"longest_edge": 9}}, "size: error: expected a number of pixels"),
                ({"size": 64, "crop_size": 65}, "crop_size: error: is larger than"),
                ({"image_std": [0, 0, 0]}, "image_std: error: expected 1 to 4 numbers"),
                ([], "error: expected an object"))):
            name = self.folder_of(f"odd{number}", {}, beside)
            run = self.xnc(3, "compile", name, "-o", "out", "--target=scalar")
            self.assertIn(f"{name}/preprocessor_config.json: ", run.stderr)
            self.assertIn(text, run.stderr)

    def test_wrong_values(self):
        for option, text in (
                ("--mean=imagenet2", "--mean cannot be 'imagenet2'; expected a number of values in 0..1"),
                ("--mean=123.7,116.3,103.5", "are to be divided by 255"),
                ("--std=0", "--std cannot be '0'"), ("--std=nan", "--std cannot be 'nan'"),
                ("--mean=0.5,,0.5", "--mean cannot be '0.5,,0.5'"),
                ("--mean=1,1,1,1,1", "--mean cannot be '1,1,1,1,1'"),
                ("--crop-pct=1.1", "--crop-pct cannot be '1.1'; expected 0.01..1"),
                ("--crop-pct=0x1", "--crop-pct cannot be '0x1'"),
                ("--crop-mode=fit", "--crop-mode cannot be 'fit'; expected center|squash|border|aspect"),
                ("--interpolation=lanczos", "expected bicubic|bilinear|nearest|tf_bilinear"),
                ("--margin=0.9", "--margin cannot be '0.9'; expected 1..10"),
                ("--box=1,2,3", "--box cannot be '1,2,3'; expected X,Y,W,H|FILE"),
                ("--box=1,2,3,0", "--box cannot be '1,2,3,0'"),
                ("--margin=1.3", "--margin widens boxes: it needs --box"),
                ("--values=0..2", "--values cannot be '0..2'; expected 0..1|-1..1|0..255"),
                ("--exif=1", "--exif takes no value")):
            with self.subTest(option):
                run = self.xnc(2, "run", TINY, "--weights", self.weights, PHOTO, option)
                self.assertIn(text, run.stderr)
        for option in ("--mean=0.5", "--std=0.5"):
            run = self.xnc(2, "compile", TINY, "-o", "out", "--values=0..1", option)
            self.assertIn(f"--values=0..1 is a mean and a std: {option[:-4]} contradicts it", run.stderr)
        run = self.interp(PHOTO, "--mean=0.5,0.5", code=3)
        self.assertIn("mean: error: one number for all channels is expected, or one for each: there "
                      "are 2, the network takes 3 channels", run.stderr)
        run = self.xnc(2, "bench", TINY, "--mean=0.5")
        self.assertIn("unknown option '--mean'; it is one of compile, run, interp, ", run.stderr)


class Views(Options):
    def test_a_box_for_all_pictures(self):
        self.expect(PHOTO, "--box=3,4,20,15.5", box=(3, 4, 20, 15.5))
        self.expect(PHOTO, "--box=-3,4,20,15", "--margin=1.3", box=(-3, 4, 20, 15), margin=1.3)

    def test_exif(self):
        picture = self.folder / "turned.jpg"
        picture.write_bytes(oriented.jpeg(PHOTO.read_bytes(), 6))
        self.expect(picture, "--exif", exif=True)
        self.expect(picture)
        self.assertNotEqual(self.output(picture), self.output(picture, "--exif"))

    def csv(self, *lines):
        (self.folder / "boxes.csv").write_text("\n".join(lines) + "\n")
        return "--box=boxes.csv"

    def test_boxes_by_path(self):
        """A line is that of the picture whose path ends with it; the longer path wins."""
        boxes = self.csv("path,x,y,w,h", "turned_420.jpg,1,2,9,9", "pictures/turned_420.jpg,3,4,20,15",
                         './cmyk.jpg, 1 ,2,10,10', '"a ""b"",c.jpg",2,2,8,8')
        self.expect(PHOTO, boxes, box=(3, 4, 20, 15))
        self.expect(DATA / "cmyk.jpg", boxes, "--margin=2", box=(1, 2, 10, 10), margin=2)
        odd = self.folder / 'a "b",c.jpg'
        odd.write_bytes(PHOTO.read_bytes())
        self.assertEqual(self.output(odd, boxes), self.output(PHOTO, "--box=2,2,8,8"))

    def test_a_picture_without_a_box_does_not_stop_the_others(self):
        boxes = self.csv("cmyk.jpg,1,2,10,10", "grey_8.png,900,1,5,5")
        run = self.xnc(3, "run", TINY, "--weights", self.weights, "--target=scalar", "--json",
                       "--cc=cc -O0", boxes, PHOTO, DATA / "cmyk.jpg", DATA / "grey_8.png")
        self.assertIn(f"{PHOTO}: error: has no box in boxes.csv", run.stderr)
        self.assertRegex(run.stderr, "grey_8.png: error: has .* and none of them lies in its box 900,1,5,5")
        self.assertEqual(["error" in row for row in json.loads(run.stdout)], [True, False, True])

    def test_wrong_lines_of_boxes(self):
        boxes = self.csv("name,x,y,w,h", "a.jpg,1,2,3", "b.jpg,1,2,3,-4", "c.jpg,1,2,3,4,0.99x",
                         ",1,2,3,4", "d.jpg,1,2,nan,4", "e.jpg,1,2,3,4", "e.jpg,1,2,3,4")
        run = self.interp(PHOTO, boxes, code=3)
        for line in (2, 3, 4, 5, 6):
            self.assertIn(f"boxes.csv:{line}:1: error: no path with a box", run.stderr)
        self.assertIn("a line is PATH,x,y,w,h; w and h are above 0", run.stderr)
        run = self.interp(PHOTO, self.csv("e.jpg,1,2,3,4", "f.jpg,1,2,3,4", "e.jpg,1,2,3,4"), code=3)
        self.assertIn("boxes.csv:3:1: error: a second box of the same picture", run.stderr)
        run = self.interp(PHOTO, "--box=gone.csv", code=3)
        self.assertIn("gone.csv: error: cannot be opened", run.stderr)

    def test_boxes_need_pictures(self):
        """Arrays and images that are made up have no part to look at: nothing is dropped without a word."""
        np.save(self.folder / "x.npy", np.zeros((1, 3, 40, 56), "f"))
        box, common = "--box=1,2,9,9", (TINY, "--weights", self.weights)
        bf16 = ("--precision=bf16", "--images=x.npy")
        for words in (("run", *common, PHOTO, "x.npy"), ("interp", *common, "x.npy", "-o", "y.npy"),
                      ("check", *common, *bf16), ("report", *common, *bf16, "-o", "r.html"),
                      ("calibrate", *common, "--images=x.npy", "-o", "q.quant")):  # fmt: skip
            run = self.xnc(3, *words, box)
            self.assertIn("x.npy: error: is an array, and --box is the part of a picture", run.stderr)
        for words in (("check", *common), ("report", *common, "-o", "r.html"),
                      ("calibrate", *common, "--no-images", "-o", "q.quant")):  # fmt: skip
            run = self.xnc(2, *words, box)
            self.assertEqual(run.stderr, f"xnc {words[0]}: --box is a part of each picture: it needs --images\n")

    def test_eval_takes_them_and_a_state_knows_them(self):
        for number in range(6):
            place = self.folder / f"val/{number}"
            place.mkdir(parents=True)
            (place / "face.jpg").write_bytes(PHOTO.read_bytes())
        boxes = self.csv(*(f"{number}/face.jpg,{number},2,9,9" for number in range(6)))
        common = ("eval", TINY, "--weights", self.weights, "--target=scalar", "--cc=cc -O0", "val",
                  "--state=state.json")
        self.xnc(0, *common, boxes, "--threads=2")
        self.xnc(0, *common, boxes)
        for others in ((), ("--box=0,0,9,9",), (boxes, "--margin=2"), (boxes, "--exif"),
                       (boxes, "--mean=0.5"), (self.csv("face.jpg,1,2,9,9"),)):
            run = self.xnc(3, *common, *others)
            self.assertIn("preprocessing: error: belongs to another evaluation", run.stderr)


if __name__ == "__main__":
    unittest.main()

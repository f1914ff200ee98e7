#!/usr/bin/env python3
"""Decoders and preprocessing: what timm made of those in pictures/ (golden.json), what Pillow makes of
boxes and orientations (options.json) and Keras of its resizes (keras.json), and what is said about files
that are no pictures.

  test_pictures.py TOOL     TOOL is pictures_dump of the build
"""
import hashlib
import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

import numpy as np

import dumped
import oriented
import png_writer as png

HERE = pathlib.Path(__file__).resolve().parent
TOOL = sys.argv.pop(1)


def png_header(width, height):
    """A PNG that promises a size and holds almost nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + png.chunk(b"IHDR", header)
            + png.chunk(b"IDAT", zlib.compress(bytes(100))) + png.chunk(b"IEND", b""))


class Goldens(unittest.TestCase):
    def test_every_stage_has_timms_bytes(self):
        cases = json.loads((HERE / "golden.json").read_text())["cases"]
        self.assertGreaterEqual(len({case["picture"] for case in cases}), 20)
        found = dumped.dump(TOOL, [(HERE / "pictures" / case["picture"], case["settings"])
                                   for case in cases])
        for case, arrays in zip(cases, found):
            with self.subTest(case["picture"], **case["settings"]):
                wanted = case["digests"]
                self.assertEqual(arrays is None, wanted is None)
                for stage, array in zip(wanted or (), arrays or ()):
                    digest = hashlib.sha256(np.ascontiguousarray(array)).hexdigest()
                    self.assertEqual(digest, wanted[stage], stage)


class Options(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def written(self, name, data):
        path = pathlib.Path(self.folder.name) / name
        path.write_bytes(data)
        return path

    def test_boxes_orientations_and_squash_have_pillows_bytes(self):
        cases = json.loads((HERE / "options.json").read_text())["cases"]
        self.assertEqual({case["orientation"] for case in cases}, set(range(9)))
        files = []
        for number, case in enumerate(cases):
            data = (HERE / "pictures" / case["picture"]).read_bytes()
            if case["orientation"]:
                data = oriented.turned(case["picture"], data, case["orientation"])
            files.append((self.written(f"{number}_{case['picture']}", data), case["settings"]))
        for case, arrays in zip(cases, dumped.dump(TOOL, files), strict=True):
            with self.subTest(case["picture"], orientation=case["orientation"],
                              **case["settings"]):
                for stage, array in zip(("decoded", "crop", "input"), arrays, strict=True):
                    digest = hashlib.sha256(np.ascontiguousarray(array)).hexdigest()
                    self.assertEqual(digest, case["digests"][stage], stage)

    def test_resizes_have_the_bytes_of_keras(self):
        cases = json.loads((HERE / "keras.json").read_text())["cases"]
        files = [(HERE / "pictures" / case["picture"], case["settings"]) for case in cases]
        for case, arrays in zip(cases, dumped.dump(TOOL, files), strict=True):
            with self.subTest(case["picture"], **case["settings"]):
                digest = hashlib.sha256(np.ascontiguousarray(arrays[2])).hexdigest()
                self.assertEqual(digest, case["input"])

    def upright(self, name, data):
        """Whether the picture with these bytes is as stored, although EXIF is asked for."""
        how = dumped.settings((8, 8), exif=True)
        plain = dict(how, exif=False)
        path = self.written(name, data)
        turned, stored = (found[0] for found in dumped.dump(TOOL, [(path, how), (path, plain)]))
        return np.array_equal(turned, stored)

    def test_exif_of_every_spelling_is_found(self):
        photo = (HERE / "pictures/turned_420.jpg").read_bytes()
        chart = (HERE / "pictures/colour_8.png").read_bytes()
        for how in ({}, {"order": ">"}, {"kind": 4}, {"order": ">", "kind": 4}, {"before": 40}):
            self.assertFalse(self.upright("a.jpg", oriented.jpeg(photo, 6, **how)), how)
            self.assertFalse(self.upright("a.png", oriented.png_with(chart, 6, **how)), how)
        plain = oriented.without_exif(photo)
        other = oriented.segment(b"http://ns.adobe.com/xap/1.0/\0")
        exif = oriented.segment(b"Exif\0\0" + oriented.tiff(6))
        self.assertFalse(self.upright("b.jpg", plain[:2] + other + b"\xff\xff" + exif[1:]
                                      + plain[2:]))

    def test_exif_that_says_nothing_changes_nothing(self):
        """Wrong, cut and hostile EXIF is read as far as it goes and means: as stored."""
        photo = (HERE / "pictures/turned_420.jpg").read_bytes()
        plain = oriented.without_exif(photo)
        whole = oriented.tiff(6)
        bad = [whole[:length] for length in range(len(whole) - 7)]
        bad += [oriented.tiff(value) for value in (0, 1, 9, 65535)]
        bad += [oriented.tiff(6, kind=2), oriented.tiff(6, count=2), oriented.tiff(6, count=0)]
        bad += [whole[:4] + struct.pack("<I", at) + whole[8:]
                for at in (0, 9, 2**31 - 1, 2**32 - 2, 2**32 - 1)]
        bad += [b"BM*\0" + whole[4:], b"II\0*" + whole[4:]]
        for tiff in bad:
            data = plain[:2] + oriented.segment(b"Exif\0\0" + tiff) + plain[2:]
            self.assertTrue(self.upright("a.jpg", data), tiff)
        self.assertTrue(self.upright("a.jpg", plain))
        self.assertTrue(self.upright("a.jpg", plain[:2] + oriented.segment(whole) + plain[2:]))

    def test_boxes_outside_of_a_picture_are_refused(self):
        path = HERE / "pictures/turned_420.jpg"
        for box in ((-9, 0, 8, 8), (0, 5000, 8, 8), (3, 3, 0.2, 5)):
            run = subprocess.run([TOOL], capture_output=True, check=True,
                                 input=dumped.line(path, dumped.settings(box=box)).encode())
            self.assertEqual(run.stdout, b"refused\n")
            self.assertIn("and none of them lies in its box", run.stderr.decode())


class Refusals(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def message(self, data, name="photo.jpg"):
        """What is said about a file with these bytes; it must begin with the file's name."""
        path = pathlib.Path(self.folder.name) / name
        path.write_bytes(data)
        run = subprocess.run([TOOL], input=dumped.line(path, dumped.settings()).encode(),
                             capture_output=True, check=True)
        self.assertEqual(run.stdout, b"refused\n")
        text = run.stderr.decode()
        self.assertTrue(text.startswith(f"{path}: error: "), text)
        return text

    def test_no_picture(self):
        self.assertIn("is neither JPEG nor PNG", self.message(b"GIF89a"))
        self.assertIn("is neither JPEG nor PNG", self.message(b"\xff\xd8"))
        self.assertIn("is empty", self.message(b""))

    def test_cut_short(self):
        for name in ("turned_420.jpg", "progressive_444.jpg", "colour_8.png", "palette_8.png"):
            data = (HERE / "pictures" / name).read_bytes()
            for length in (20, len(data) // 3, len(data) // 2, len(data) * 4 // 5):
                with self.subTest(name, length=length):
                    self.assertIn("is cut short", self.message(data[:length]))

    def test_damaged(self):
        data = bytearray((HERE / "pictures/colour_8.png").read_bytes())
        data[data.index(b"IDAT") + 30] ^= 255
        self.assertIn("is no PNG to read: ", self.message(bytes(data)))
        data = bytearray((HERE / "pictures/grey.jpg").read_bytes())
        frame = data.index(b"\xff\xc0")
        data[frame + 4] = 12  # bits of a value
        self.assertIn("is no JPEG to read: ", self.message(bytes(data)))

    def test_size_is_limited_before_memory_is_used(self):
        self.assertIn("has 70000 x 3 pixels; the most are 65536 pixels along a side",
                      self.message(png_header(70000, 3)))
        self.assertIn("has 20000 x 20000 pixels; the most are 67108864 pixels",
                      self.message(png_header(20000, 20000)))
        data = bytearray((HERE / "pictures/grey.jpg").read_bytes())
        frame = data.index(b"\xff\xc0")
        data[frame + 5:frame + 9] = b"\xfe\xff\xfe\xff"
        self.assertIn("has 65279 x 65279 pixels", self.message(bytes(data)))

    def test_a_jpeg_of_two_components(self):
        data = (HERE / "pictures/grey.jpg").read_bytes()
        frame = data.index(b"\xff\xc0")
        length = int.from_bytes(data[frame + 2:frame + 4], "big")
        row = data[frame + 10:frame + 13]
        two = (data[:frame] + b"\xff\xc0" + struct.pack(">H", length + 3)
               + data[frame + 4:frame + 9] + b"\2" + row + b"\2" + row[1:]
               + data[frame + 2 + length:])
        self.assertIn("it has 2 components; expected 1, 3 or 4", self.message(two))

    def test_scans_are_limited(self):
        data = (HERE / "pictures/progressive_444.jpg").read_bytes()
        scan = data[data.rindex(b"\xff\xda"):-2]
        self.assertIn("more than 100 scans", self.message(data[:-2] + 200 * scan + data[-2:]))

    def test_scans_of_many_pixels_are_limited(self):
        """Each scan costs time for all pixels, and with several the decoder keeps all coefficients."""
        data = (HERE / "pictures/progressive_444.jpg").read_bytes()
        size = data.index(b"\xff\xc2") + 5
        scan = data[data.rindex(b"\xff\xda"):-2]

        def resized(side, scans):
            return (data[:size] + struct.pack(">HH", side, side) + data[size + 4:-2] + scans * scan
                    + data[-2:])
        self.assertIn("more than 268435456 pixels", self.message(resized(4096, 12)))
        self.assertIn("6000 x 6000 pixels; the most are 22369621 pixels",
                      self.message(resized(6000, 0)))

    def test_a_shape_of_which_nothing_is_left(self):
        path = pathlib.Path(self.folder.name) / "line.png"
        png.write(path, np.zeros((1, 900, 1), int), png.GREY, 8)
        run = subprocess.run([TOOL], capture_output=True, check=True,
                             input=dumped.line(path, dumped.settings(crop_mode="border")).encode())
        self.assertEqual(run.stdout, b"refused\n")
        self.assertIn("resizing 900 x 1 pixels leaves no row or column", run.stderr.decode())


if __name__ == "__main__":
    unittest.main()

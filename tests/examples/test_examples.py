#!/usr/bin/env python3
"""The examples build without a warning from the installed package, and answer as the tool does.

    test_examples.py plain|sanitized PREFIX ROOT WORK

plain is gcc, sanitized is clang with ASan (leaks too) and UBSan in programs, network and runtime.
Expected are the answers of 'xnc run' on pictures of many kinds, and errors that name the file; the
service stands a load (service_load.py).
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

import numpy as np

import service_load

KIND, (PREFIX, ROOT, WORK) = sys.argv[1], map(pathlib.Path, sys.argv[2:5])
TOOL = PREFIX / "bin/xnc"
WEIGHTS = ROOT / "examples/shapes/model.safetensors"
DATA = ROOT / "tests/compiler/data/pictures"
# What the examples leave to the tool: CMYK, and Pillow's way with grey of 16 bits.
LEFT_OUT = {"cmyk.jpg", "ycck.jpg", "grey_16.png"}
PICTURES = sorted(str(path) for path in DATA.iterdir() if path.name not in LEFT_OUT)
WARNINGS = "-Wall -Wextra -Wpedantic -Werror"
SANITIZERS = "-fsanitize=address,undefined -fno-sanitize-recover=all -g"
SETTINGS = {
    "plain": ("gcc", "g++", WARNINGS, []),
    "sanitized": ("clang", "clang++", f"{WARNINGS} {SANITIZERS}", ["-DXNC_RUNTIME_FROM_SOURCE=ON"]),
}
REQUESTS = 320
# Sanitizers make compiling the network long, so it is done once.
PROGRAMS = {"plain": ["all"], "sanitized": ["classify", "parallel", "service"]}[KIND]
# Freed memory is given back soon, so that a leak shows as one.
os.environ["ASAN_OPTIONS"] = "quarantine_size_mb=1:detect_leaks=1"


def run(*command, code=0, **options):
    """Standard output and error of a command that has to end with the code."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          **options)  # fmt: skip
    assert done.returncode == code, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout, done.stderr


def tool(*arguments):
    return run(TOOL, *arguments)[0]


def built(path):
    return WORK / "build" / path


BLOB = built("xnc/xception_mini/xception_mini.weights")
FEATURES_BLOB = built("xnc/mini_features/mini_features.weights")
PLACE = r"(\d+) channels of (\d+) x (\d+), strongest at (\d+), (\d+)"


def setUpModule():
    shutil.rmtree(WORK, ignore_errors=True)
    cc, cxx, flags, more = SETTINGS[KIND]
    run("cmake", "-S", ROOT / "examples", "-B", built(""), "-G", "Ninja",
        f"-DCMAKE_PREFIX_PATH={PREFIX}", f"-DCMAKE_C_COMPILER={cc}", f"-DCMAKE_CXX_COMPILER={cxx}",
        f"-DCMAKE_C_FLAGS={flags}", f"-DCMAKE_CXX_FLAGS={flags}", *more)  # fmt: skip
    run("cmake", "--build", built(""), "--target", *PROGRAMS)


class Examples(unittest.TestCase):
    def answers(self):
        """What xnc run says of each picture: its five lines."""
        said = tool("run", "xception_mini", "--weights", WEIGHTS, *PICTURES).splitlines()
        starts = [said.index(path) for path in PICTURES]
        return {path: said[at + 1 : at + 6] for path, at in zip(PICTURES, starts)}

    def test_answers_are_those_of_the_tool(self):
        answers = self.answers()
        for path in PICTURES:
            self.assertEqual(run(built("classify"), BLOB, path)[0].splitlines(), answers[path])
        said = run(built("parallel"), BLOB, 3, *PICTURES)[0].splitlines()
        self.assertEqual(said, [f"{path}: {answers[path][0][2:]}" for path in PICTURES])

    def test_labels_stand_behind_the_classes(self):
        labels = WORK / "labels.txt"
        labels.write_bytes(b"zero\none\r\n" + b"".join(b"id%d\tclass of %d\n" % (i, i)
                                                       for i in range(2, 10)))  # fmt: skip
        said = run(built("classify"), BLOB, PICTURES[0], labels)[0]
        names = ["zero", "one", *(f"class of {i}" for i in range(2, 10))]
        found = re.findall(r"class (\d)  (.*)", said)
        self.assertEqual(len(found), 5)
        for number, name in found:
            self.assertEqual(name, names[int(number)])
        labels.write_text("only one\n")
        self.assertIn("labels.txt: the number of lines",
                      run(built("classify"), BLOB, PICTURES[0], labels, code=1)[1])

    @unittest.skipUnless("all" in PROGRAMS, "the network with maps is not built")
    def test_maps_are_those_of_the_tool(self):
        features, image = built("features"), WORK / "maps.png"
        said = run(features, FEATURES_BLOB, DATA / "colour_8.png", image)[0].splitlines()
        self.assertTrue(image.read_bytes().startswith(b"\x89PNG"))
        tool("run", "xception_mini", "--weights", WEIGHTS, "--features", "--output-stride=8",
             "--output", WORK / "y.npy", DATA / "colour_8.png")  # fmt: skip
        self.assertEqual(len(said), 4)
        for i, line in enumerate(said):
            values = np.load(WORK / f"y.{i}.npy")[0]
            place = np.unravel_index(np.abs(values).mean(0).argmax(), values.shape[1:])
            numbers = re.search(PLACE, line).groups()
            self.assertEqual(tuple(map(int, numbers)), (*values.shape, *place))

    def test_errors_name_the_file(self):
        cut = WORK / "cut.jpg"
        cut.write_bytes((DATA / "grey.jpg").read_bytes()[:400])
        for path, why in (cut, "damaged"), ("none.png", "cannot be read"), (__file__, "JPEG"):
            said = run(built("classify"), BLOB, path, code=1)[1]
            self.assertIn(f"classify: {path}: ", said)
            self.assertIn(why, said)
        self.assertIn("usage", run(built("classify"), code=1)[1])
        self.assertIn("none: ", run(built("classify"), "none", PICTURES[0], code=1)[1])
        said = run(built("parallel"), BLOB, 2, PICTURES[0], cut, code=1)[0].splitlines()
        self.assertEqual(said[1], f"{cut}: the picture is damaged or cut short")
        for arguments in (), (BLOB, "x"), (BLOB, "0", "65"):
            self.assertIn("usage", run(built("service"), *arguments, code=1)[1])
        self.assertIn("none: ", run(built("service"), "none", code=1)[1])

    def test_every_cut_of_a_picture_is_damaged(self):
        """However early the cut is: what a header has not said yet is not known."""
        cuts = []
        for name in "grey.jpg", "colour_16.png":
            whole = (DATA / name).read_bytes()
            for length in range(8, len(whole) - 12):
                cuts.append(WORK / f"{length}_{name}")
                cuts[-1].write_bytes(whole[:length])
        said = run(built("parallel"), BLOB, 1, *cuts, code=1)[0].splitlines()
        self.assertEqual(said, [f"{cut}: the picture is damaged or cut short" for cut in cuts])

    def test_the_service_stands_a_load(self):
        told = tool("run", "xception_mini", "--weights", WEIGHTS, "--json", *PICTURES)
        right = {one["input"]: one["top"] for one in json.loads(told)}
        growth = 4 if KIND == "plain" else 24
        wrong = service_load.load(built("service"), BLOB, right, REQUESTS, growth)
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)

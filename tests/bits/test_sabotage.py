#!/usr/bin/env python3
"""Golden programs find what is wrong, where it is wrong.

Usage: test_sabotage.py XNC ROOT WORK. A network's emitted C or weights are changed in one place; the
golden program of the unchanged network must name the first layer that computes with that place.
"""
import json
import re
import subprocess
import sys
import unittest
from pathlib import Path

XNC, ROOT, WORK = (Path(word).resolve() for word in sys.argv[1:4])
del sys.argv[1:4]
RUNTIME = ROOT / "runtime"
MODEL = "legacy_mini"
FLAGS = ["-std=c11", "-O0", f"-I{RUNTIME}", f"-I{WORK}"]


def call(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, cwd=WORK)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")


def first_layer_with(text, function):
    """The first layer of the table whose kernel calls the function."""
    kernels = [name for name, body in
               re.findall(r"^static void (\w+)\(const xnc_args \*args\) \{\n(.*?)^\}", text, re.M | re.S)
               if re.search(rf"\b{function}\(", body)]
    layers = re.findall(r'\.name = "(\S+)",\n(?:.*\n){2} +\.kernel = (\w+),', text)
    return next(name for name, kernel in layers if kernel in kernels)


def change(text, function, old, new):
    """The text with every old of one function replaced."""
    start = re.search(rf"^\w+ void {function}\(", text, re.M).start()
    end = text.index("\n}\n", start)
    assert old in text[start:end], f"{function} has no {old}"
    return text[:start] + text[start:end].replace(old, new) + text[end:]


class Sabotage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        WORK.mkdir(parents=True, exist_ok=True)
        call(XNC, "seed-weights", MODEL, "-o", "w.safetensors")
        call(XNC, "compile", MODEL, "--weights=w.safetensors", "--with-golden", "--target=scalar",
             "-o", ".")
        cls.text = (WORK / f"{MODEL}.c").read_text()
        sources = [path for path in sorted(RUNTIME.glob("*.c")) if path.name != "top.c"]
        for hook in ([], ["-DXNC_PROFILE"]):
            folder = WORK / f"runtime{len(hook)}"
            folder.mkdir(exist_ok=True)
            for source in sources:
                call("gcc", *FLAGS, "-D_POSIX_C_SOURCE=200809L", "-D_DEFAULT_SOURCE", *hook, "-c",
                     source, "-o", folder / f"{source.stem}.o")
        call("gcc", *FLAGS, "-c", f"{MODEL}_golden.c")

    def said(self, text, weights=f"{MODEL}.weights", hook=1):
        """What the golden program says of a network's C: exit code and output."""
        (WORK / "changed.c").write_text(text)
        objects = sorted((WORK / f"runtime{hook}").glob("*.o"))
        call("gcc", *FLAGS, "changed.c", f"{MODEL}_golden.o", *objects, "-lm", "-pthread",
             "-o", "program")
        done = subprocess.run(["./program", weights], cwd=WORK, capture_output=True, text=True)
        return done.returncode, done.stdout

    def check(self, layer, text, **where):
        code, said = self.said(text, **where)
        self.assertEqual(code, 1, said)
        self.assertIn(f"  noise      DIFFERENT from {layer} on (", said)
        return said

    def test_the_network_as_it_is(self):
        code, said = self.said(self.text)
        self.assertEqual(code, 0, said)
        for name in ("noise", "zeros", "extremes"):
            self.assertRegex(said, rf"  {name} +\d+ layers and 1 output are equal\n")

    def test_two_taps_swapped(self):
        function = "relu_depthwise_3x3_4"
        one, two = "tap[row * 6 + 1][c]", "tap[row * 6 + 2][c]"
        text = change(self.text, function, one, "THE OTHER")
        text = change(text, function, two, one)
        text = change(text, function, "THE OTHER", two)
        self.check(first_layer_with(self.text, function), text)

    def test_a_residual_that_is_not_added(self):
        function = "product_4x4_add"
        text = change(self.text, function, "acc_1_2 = acc_1_2 + rest_1_2;", "")
        self.check(first_layer_with(self.text, function), text)

    def test_an_activation_left_out(self):
        function = "product_4x4_relu"
        text = change(self.text, function, "acc_2_1 = acc_2_1 > nought ? acc_2_1 : nought;", "")
        self.check(first_layer_with(self.text, function), text)

    def test_the_plain_runtime_sees_outputs(self):
        text = change(self.text, "product_4x4_add", "acc_1_2 = acc_1_2 + rest_1_2;", "")
        said = self.check("fc.out", text, hook=0)
        self.assertIn("with -DXNC_PROFILE", said)

    def test_one_bit_of_a_weight(self):
        """The blob of the changed checkpoint is sound in itself; only its values are others."""
        name = "block3.rep.1.pointwise.weight"
        data = bytearray((WORK / "w.safetensors").read_bytes())
        start = 8 + int.from_bytes(data[:8], "little")
        begin, _ = json.loads(data[8:start])[name]["data_offsets"]
        data[start + begin + 400] ^= 1
        (WORK / "bit.safetensors").write_bytes(data)
        call(XNC, "compile", MODEL, "--weights=bit.safetensors", "--target=scalar", "-o", "bit")
        said = self.check("block3.rep.1.pointwise", self.text, weights=f"bit/{MODEL}.weights")
        self.assertIn("the weights are not those that the digests were made with", said)

    def test_flags_that_break_floating_point(self):
        for compiler in ("gcc", "clang"):
            for source in (f"{MODEL}.c", RUNTIME / "golden.c"):
                done = subprocess.run([compiler, *FLAGS, "-ffast-math", "-c", source, "-o", "fast.o"],
                                      cwd=WORK, capture_output=True, text=True)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn("compile it without -ffast-math", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)

#!/usr/bin/env python3
"""xnc inspect: what it says of checkpoints, folders and weights of its own, and that the command that
it ends with compiles.

Usage: test_inspect.py XNC. Works in a folder of its own, on the smallest network.
"""
import json
import math
import pathlib
import shlex
import struct
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "common"))
from quant import write_quant  # noqa: E402
from tool import XNC, ToolTest  # noqa: E402

MODEL = "xception_mini"


def read(path):
    """Header and data of a safetensors file."""
    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    return json.loads(data[8 : 8 + length]), data[8 + length :]


class Inspect(ToolTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.xnc(0, "seed-weights", MODEL, "--in-chans=2", "--classes=7", "-o", "w.safetensors")
        cls.header, cls.data = read(cls.folder / "w.safetensors")
        cls.header.pop("__metadata__", None)

    def write(self, path, change, more=None, format=None):
        """A file whose tensors have the names that change() makes of them; None: left out.

        more: shapes of further tensors of zeros. format: the writer that the metadata names.
        """
        header, data = {"__metadata__": {"format": format}} if format else {}, b""
        for name, tensor in self.header.items():
            if change(name):
                begin, end = tensor["data_offsets"]
                place = [len(data), len(data) + end - begin]
                header[change(name)] = {**tensor, "data_offsets": place}
                data += self.data[begin:end]
        for name, shape in (more or {}).items():
            size = 4 * math.prod(shape)
            header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + size]}
            data += bytes(size)
        text = json.dumps(header).encode()
        (self.folder / path).write_bytes(struct.pack("<Q", len(text)) + text + data)
        return path

    def inspect(self, code, path):
        return json.loads(self.xnc(code, "inspect", path, "--json").stdout)

    def test_a_plain_file(self):
        found = self.inspect(0, "w.safetensors")
        self.assertEqual((found["network"], found["inputs"], found["classes"]), (MODEL, 2, 7))
        self.assertEqual(found["found"], found["needed"])
        self.assertEqual(found["container"], "a safetensors file")
        self.assertEqual(found["types"], [{"type": "F32", "tensors": len(self.header)}])
        self.assertEqual(found["dicts"][0]["bytes"], len(self.data))

    def test_the_command_compiles(self):
        path = self.write("it's here.safetensors", lambda name: f"net.{name}")
        found = self.inspect(0, path)
        self.assertEqual(found["record"]["under"], "net.")
        words = shlex.split(found["command"])
        self.assertEqual(words[:2], ["xnc", "compile"])
        self.xnc(0, *words[1:])
        self.assertTrue((self.folder / "out/xception_mini.weights").exists())

    def test_the_text_says_the_same(self):
        text = self.xnc(0, "inspect", "w.safetensors").stdout
        for line in ("file       w.safetensors: a safetensors file", f"network    {MODEL}: ",
                     "input      2 channels", "classes    7",
                     f"command    xnc compile {MODEL} --weights=w.safetensors -o out"):
            self.assertIn(line, text)

    def test_without_a_classifier(self):
        self.write("b.safetensors", lambda name: None if name.startswith("head") else name)
        found = self.inspect(0, "b.safetensors")
        self.assertEqual((found["network"], found["classes"]), (MODEL, 0))
        self.assertIn("--classes=0", found["command"])

    def test_no_network_that_is_known(self):
        self.write("u.safetensors", lambda name: name.replace("blocks.1.", "stages.1."))
        found = self.inspect(3, "u.safetensors")
        self.assertEqual((found["network"], found["fits"]), (MODEL, False))
        self.assertLess(found["found"], found["needed"])
        self.assertIn("blocks.1.", found["messages"])
        text = self.xnc(3, "inspect", "u.safetensors").stdout
        self.assertIn(f"none that is known; the nearest is {MODEL}", text)

    def test_a_network_that_is_there_but_for_a_tensor(self):
        """Not another network: the message has the option, and the command is the network's."""
        self.write("x.safetensors", lambda name: name, more={"blocks.1.stack.extra.weight": (3,)})
        text = self.xnc(3, "inspect", "x.safetensors").stdout
        self.assertIn(f"network    {MODEL}, of whose ", text)
        self.assertIn("--ignore=blocks.1.stack.extra.weight", text)
        self.assertIn(f"xnc compile {MODEL} --weights=x.safetensors -o out and what the hint", text)

    def test_the_writer_is_named(self):
        self.write("p.safetensors", lambda name: name, format="pt")
        self.assertEqual(self.inspect(0, "p.safetensors")["writer"], "pt")

    def test_weights_of_its_own(self):
        self.xnc(0, "compile", MODEL, "--weights=w.safetensors", "--target=x86-64-v3",
                 "--size=96", "--prefix=m", "-o", "own")
        found = self.inspect(0, "own/m.weights")
        self.assertEqual(found["network"], MODEL)
        self.assertEqual(found["packed_for"], "x86-64-v3")
        self.assertEqual((found["inputs"], found["outputs"], found["whole"]), (2, 7, True))
        data = bytearray((self.folder / "own/m.weights").read_bytes())
        data[-1] ^= 1
        (self.folder / "damaged.weights").write_bytes(data)
        self.assertFalse(self.inspect(3, "damaged.weights")["whole"])
        (self.folder / "short.weights").write_bytes(data[:9])
        self.assertFalse(self.inspect(3, "short.weights")["whole"])

    def test_weights_of_its_own_in_each_precision(self):
        """Their network is found by compiling it in that precision; in int8 with all products in
        integers, as calibrate plans them, and no, large or all maps in 8 bits."""
        weights = f"--weights={self.folder / 'w.safetensors'}"
        for name in "restricted", "free", "fours":
            options = ["--in-chans=2", "--classes=7"]
            write_quant(XNC, MODEL, self.folder / f"{name}.quant", 1, name, options=options,
                        weights=self.folder / "w.safetensors")  # fmt: skip
        write_quant(XNC, MODEL, self.folder / "mixed.quant", 1, share=0.5, options=options,
                    weights=self.folder / "w.safetensors")  # fmt: skip
        write_quant(XNC, MODEL, self.folder / "maps.quant", 1, options=options, maps=1,
                    weights=self.folder / "w.safetensors")  # fmt: skip
        int8 = "--precision=int8"
        for words, precision, stored, network in (
            (["--precision=bf16"], "bf16", "bf16", MODEL),
            (["--weights-type=f16"], "f32", "f16", MODEL),
            ([int8, "--quant=restricted.quant"], "int8", "int8", MODEL),
            ([int8, "--quant=free.quant"], "int8", "int8", MODEL),
            ([int8, "--quant=fours.quant"], "int8", "int8", MODEL),
            ([int8, "--quant=mixed.quant"], "int8", "int8", None),
            ([int8, "--quant=maps.quant"], "int8", "int8", MODEL),
        ):
            self.xnc(0, "compile", MODEL, weights, *words, "--target=scalar", "-o", "out")
            found = self.inspect(0, "out/xception_mini.weights")
            self.assertEqual((found["precision"], found["weights_type"]), (precision, stored))
            self.assertEqual(found["network"], network)
            told = self.xnc(0, "inspect", "out/xception_mini.weights").stdout
            self.assertIn(f"precision  {precision}", told)
            self.assertIn(f"weights    of products in {stored}, ", told)
            for text, files in (("pairs of weights restricted", ("restricted", "maps")),
                                ("pairs of weights free", ("free",)), ("all maps in 8 bits", ("maps",))):
                self.assertEqual(text in told, words[-1][len("--quant="):-len(".quant")] in files)
        data = bytearray((self.folder / "out/xception_mini.weights").read_bytes())
        data[56:60] = b"int9"  # the header's precision, which the content's digest does not have
        (self.folder / "strange.weights").write_bytes(data)
        self.assertFalse(self.inspect(3, "strange.weights")["whole"])

    def test_files_that_are_none(self):
        (self.folder / "empty.pth").write_bytes(b"")
        (self.folder / "page.pth").write_bytes(b"<!DOCTYPE html><html></html>")
        for name in ("empty.pth", "page.pth", "absent.pth", "."):
            self.assertIn("error", self.xnc(3, "inspect", name).stderr)


if __name__ == "__main__":
    unittest.main()

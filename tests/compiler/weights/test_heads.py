#!/usr/bin/env python3
"""Heads of several layers in a checkpoint: found by order and shape, whatever their names.

Usage: test_heads.py XNC. Input: a seeded checkpoint of a small network with the head
'linear 5, relu, norm, linear 2', its head's tensors renamed, reordered or left out. Expectation: the
same blob as that of the file as it was, or a message that proposes --head or says what is missing.
"""
import json
import pathlib
import struct
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "common"))
from tool import ToolTest  # noqa: E402

NETWORK = """name: small
title: A small network
input: {size: 16}
norm_eps: 0.001
stem:
  - {width: 4, stride: 2}
blocks:
  - {widths: 4, depth: 1}
"""
HEAD = "linear 5, relu, norm, linear 2"
MODULES = ("head.fc.0", "head.fc.2", "head.fc.3")


def read(path):
    """(name, entry, bytes) of each tensor, in the order of the file."""
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    entries = json.loads(data[8 : 8 + size])
    entries.pop("__metadata__", None)
    return [(name, entry, data[8 + size :][slice(*entry["data_offsets"])])
            for name, entry in entries.items()]  # fmt: skip


def write(path, tensors):
    entries, body = {}, b""
    for name, entry, data in tensors:
        place = [len(body), len(body) + len(data)]
        entries[name] = {**entry, "data_offsets": place}
        body += data
    header = json.dumps(entries).encode()
    header += b" " * (-len(header) % 8)
    path.write_bytes(struct.pack("<Q", len(header)) + header + body)


def split(name):
    module, _, last = name.rpartition(".")
    return module, last


class Heads(ToolTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.folder / "small.yaml").write_text(NETWORK)
        cls.tensors = cls.seeded("as_it_was", HEAD)
        cls.blob = cls.compiled("as_it_was", HEAD)

    @classmethod
    def seeded(cls, name, head, *options):
        cls.xnc(0, "seed-weights", "small.yaml", f"--head={head}", *options, "-o",
                f"{name}.safetensors")  # fmt: skip
        return read(cls.folder / f"{name}.safetensors")

    @classmethod
    def compile(cls, code, name, *options):
        return cls.xnc(code, "compile", "small.yaml", "--target=scalar", "--weights",
                       f"{name}.safetensors", "-o", name, *options)

    @classmethod
    def compiled(cls, name, head, *options):
        cls.compile(0, name, *([f"--head={head}"] if head else []), *options)
        return (cls.folder / name / "small.weights").read_bytes()

    def renamed(self, file, modules, prefix="", order=lambda tensors: tensors):
        """Writes the checkpoint with other names for the modules of the head."""
        names = dict(zip(MODULES, modules))
        tensors = []
        for name, entry, data in self.tensors:
            module, last = split(name)
            whole = f"{names[module]}.{last}" if module in names else prefix + name
            tensors.append((whole, entry, data))
        write(self.folder / f"{file}.safetensors", order(tensors))

    def expect_same(self, file, *modules, head=HEAD, **how):
        self.renamed(file, modules, **how)
        self.assertEqual(self.compiled(file, head), self.blob)

    def test_any_numbers_and_names(self):
        self.expect_same("dropout", "fc.1", "fc.4", "fc.6")
        self.expect_same("ten", "classifier.2", "classifier.9", "classifier.10")
        self.expect_same("nested", "last_linear.head.0", "last_linear.head.1.bn", "last_linear.out")
        self.expect_same("outside", "1.2", "1.4", "1.8", prefix="0.model.")
        self.expect_same("below", "net.cls.0", "net.cls.2", "net.cls.3", prefix="net.")
        self.expect_same("wrapped", "module.fc.0", "module.fc.1", "module.fc.2", prefix="module.")

    def test_children_of_the_root_in_the_order_of_the_file(self):
        self.expect_same("apart", "hidden", "norm_of_it", "answer")

    def test_sorted_tensors(self):
        """Such as safetensors files are: all biases before all weights."""
        self.expect_same("sorted", "fc.1", "fc.4", "fc.16",
                         order=lambda tensors: sorted(tensors, key=lambda one: one[0][::-1]))

    def test_widths_are_the_file_s(self):
        self.expect_same("open", "fc.1", "fc.4", "fc.6", head="linear, relu, norm, linear")

    def test_what_the_file_does_not_say_is_asked_for(self):
        self.renamed("plain", ("fc.1", "fc.4", "fc.6"))
        told = self.compile(3, "plain").stderr
        self.assertIn("plain.safetensors: fc.1: error: the head has 3 layers with weights", told)
        self.assertIn("--head='linear 5, ?, norm, ?, linear 2'", told)
        told = self.compile(3, "plain", "--head=linear 5, ?, linear 2").stderr
        self.assertIn("--head:1:11: error: '?' stands for what the file does not say", told)

    def test_pooled_twice(self):
        head = "norm, linear 5 bias=false, relu, norm, linear 2 bias=false"
        self.seeded("fastai", head, "--pool=catmaxavg")
        told = self.compile(3, "fastai").stderr
        self.assertIn("--head='norm, linear 5, ?, norm, ?, linear 2'", told)
        self.assertIn("--pool=catmaxavg (fastai", told)
        without = head.replace(" bias=false", "")  # what biases there are, the file says
        self.assertEqual(self.compiled("fastai", without, "--pool=catmaxavg"),
                         self.compiled("fastai", head, "--pool=catmaxavg"))

    def test_another_head_is_told(self):
        self.renamed("other", ("fc.1", "fc.4", "fc.6"))
        told = self.compile(3, "other", "--head=linear 7, relu, norm, linear 2").stderr
        self.assertIn("expected [7, 4], the file has [5, 4]", told)
        told = self.compile(3, "other", "--head=linear 5, relu, linear 2").stderr
        self.assertIn("'linear 5, ?, norm, ?, linear 2'", told)

    def test_a_single_linear_layer_and_an_activation(self):
        self.seeded("one", "linear 2, sigmoid")
        run = self.compile(0, "one", "--head=linear, sigmoid")
        self.assertIn("one.safetensors has 2 classes", run.stderr)
        self.assertIn("scores are the outputs themselves: the network ends in an activation", run.stderr)
        self.assertIn("#define SMALL_CLASSES 2", (self.folder / "one/small.h").read_text())

    def test_no_classifier(self):
        self.renamed("features", ("head.fc.0", "head.fc.2", "head.fc.3"))
        self.compile(0, "features", f"--head={HEAD}", "--classes=0")


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""xnc golden and compile --with-golden from outside: tables, comparisons, inputs, wrong use.

Usage: test_golden.py XNC ROOT. Each test says in its name what holds. That golden programs find what
is wrong is the subject of tests/bits.
"""
import ctypes
import json
import pathlib
import re
import subprocess
import sys
import unittest

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "common"))
from tool import ToolTest  # noqa: E402

ROOT = pathlib.Path(sys.argv.pop(1))
MINI = "xception_mini"
STAR = str(ROOT / "examples/shapes/pictures/star/0.jpg")
INPUTS = ["noise", "zeros", "extremes"]


class Golden(ToolTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.xnc(0, "seed-weights", MINI, "-o", "w.safetensors")

    def table(self, *options):
        return json.loads(self.xnc(0, "golden", MINI, "--json", *options).stdout)

    def save(self, name, table):
        (self.folder / name).write_text(json.dumps(table))

    # ---- the table ----

    def test_a_value_for_each_layer(self):
        table = self.table()
        self.assertEqual((table["model"], table["precision"]), (MINI, "f32"))
        self.assertEqual((table["input"], table["inputs"]), ([1, 3, 64, 64], INPUTS))
        self.xnc(0, "compile", MINI, "-o", "plain")
        layers = re.findall(r'\.name = "(\S+)",\n +\.op = "(\w+)"',
                            (self.folder / f"plain/{MINI}.c").read_text())
        self.assertEqual([(value["name"], value["op"]) for value in table["values"]], layers)
        for value in table["values"]:
            self.assertEqual(list(value["digests"]), INPUTS)
        last = table["values"][-1]
        self.assertEqual((last["shape"], last["output"], last["type"]), ([1, 10], True, "f32"))

    def test_the_text_has_the_same_digests(self):
        lines = self.xnc(0, "golden", MINI).stdout.splitlines()
        self.assertEqual(lines[0].split(), [MINI, "operation", "f32", *INPUTS])
        for value, line in zip(self.table()["values"], lines[1:], strict=True):
            name, _, shape, *digests = line.split()
            self.assertEqual(name, value["name"])
            self.assertEqual([int(n) for n in shape.split("x")], value["shape"])
            self.assertEqual(digests, list(value["digests"].values()))

    def test_the_digest_of_an_output_is_that_of_what_run_writes(self):
        numpy.save(self.folder / "x.npy",
                   numpy.random.default_rng(3).standard_normal((1, 3, 64, 64)).astype("float32"))
        weights = ["--weights=w.safetensors"]
        table = self.table(*weights, "x.npy")
        self.xnc(0, "run", MINI, *weights, "x.npy", "-o", "y.npy")
        values = numpy.load(self.folder / "y.npy")
        self.assertEqual(table["values"][-1]["digests"]["x.npy"], self.xxh64(values.tobytes()))

    def xxh64(self, data):
        """By the library that xnc links."""
        library = ctypes.CDLL("libxxhash.so.0")
        library.XXH64.restype = ctypes.c_uint64
        digest = library.XXH64(data, ctypes.c_size_t(len(data)), ctypes.c_uint64(0))
        return f"{digest:016x}"

    def test_weights_and_seeds_count(self):
        self.assertEqual(self.table("noise"), self.table("--weights=w.safetensors", "noise"))
        self.assertNotEqual(self.table("noise"), self.table("--seed=2", "noise"))

    def test_threads_change_no_digest(self):
        for threads in (2, 3):
            self.assertEqual(self.table(), self.table(f"--threads={threads}"))

    # ---- comparing ----

    def test_targets_agree(self):
        self.save("native.json", self.table())
        said = self.xnc(0, "golden", MINI, "--target=scalar", "--compare=native.json").stdout
        self.assertRegex(said, r"^(\d+) of \1 digests are equal; .* 0 here, 0 there\n$")

    def test_a_difference_is_named(self):
        table = self.table()
        table["values"][3]["digests"]["zeros"] = "0123456789abcdef"
        self.save("other.json", table)
        said = self.xnc(4, "golden", MINI, "--compare=other.json").stdout
        value = table["values"][3]
        self.assertTrue(said.startswith(f"DIFFERENT: {value['name']} ({value['op']}) for zeros: "))
        found = json.loads(self.xnc(4, "golden", MINI, "--compare=other.json", "--json").stdout)
        self.assertEqual(found["compared"], 3 * len(table["values"]))
        self.assertEqual([(one["name"], one["input"], one["expected"]) for one in found["different"]],
                         [(value["name"], "zeros", "0123456789abcdef")])

    def test_only_names_that_both_have_are_compared(self):
        table = self.table("noise")
        table["values"][0]["name"] = "elsewhere"
        self.save("renamed.json", table)
        found = json.loads(self.xnc(0, "golden", MINI, "--compare=renamed.json", "--json").stdout)
        self.assertEqual(found["compared"], len(table["values"]) - 1)
        self.assertEqual((found["only_here"], found["only_there"]), (1, 1))

    def refused(self, text, expected, *options):
        (self.folder / "wrong.json").write_text(text)
        done = self.xnc(3, "golden", MINI, "noise", "--compare=wrong.json", *options)
        self.assertIn(expected, done.stderr)

    def test_tables_that_are_none(self):
        self.refused("{", "wrong.json:1:1: error:")
        self.refused("[]", "expected a list")
        self.refused('{"values": [{"name": "a"}]}', 'values[0]: error: expected an object with "name"')
        self.refused('{"values": [{"name": "a", "digests": {"noise": "12"}}]}',
                     'expected 16 hexadecimal digits as digest for "noise"')
        bf16 = self.table("noise", "--precision=bf16")
        self.assertEqual((bf16["precision"], bf16["values"][0]["type"]), ("bf16", "f32"))
        self.assertNotEqual(bf16["values"][-1], self.table("noise")["values"][-1])
        self.refused(json.dumps(bf16), "is a table of another precision")
        halves = self.table("noise", "--weights-type=f16")
        self.assertEqual((halves["precision"], halves["weights_type"]), ("f32", "f16"))
        self.refused(json.dumps(halves), "is a table of another type of weights")
        self.refused('{"values": []}', "has no value and input in common")
        self.refused(json.dumps(self.table("noise")), "of another shape", "--size=80")

    # ---- golden files ----

    def compile(self, folder, *options):
        self.xnc(0, "compile", MINI, "--weights=w.safetensors", "--target=scalar", "-o", folder,
                 *options)
        return (self.folder / folder / f"{MINI}_golden.c").read_text()

    def test_the_network_is_the_same_with_and_without(self):
        self.compile("with", "--with-golden")
        self.xnc(0, "compile", MINI, "--weights=w.safetensors", "--target=scalar", "-o", "without")
        for path in (self.folder / "without").iterdir():
            self.assertEqual(path.read_bytes(), (self.folder / "with" / path.name).read_bytes())

    def test_the_file_holds_the_digests_of_the_table(self):
        text = self.compile("digests", "--with-golden")
        for value in self.table()["values"]:
            digests = ", ".join(f"0x{digest}" for digest in value["digests"].values())
            self.assertIn(f'{{"{value["name"]}", ', text)
            self.assertIn(f"{{{digests}}}", text)

    def test_a_picture_is_embedded_as_the_network_gets_it(self):
        text = self.compile("picture", f"--with-golden=zeros,{STAR}")
        self.assertIn('{.name = "zeros", .make = xnc_golden_zeros},', text)
        self.assertIn('{.name = "0.jpg", .bits = input_1},', text)
        bits = re.findall(r"0x([0-9a-f]{8}),", text)
        self.assertEqual(len(bits), 3 * 64 * 64)
        values = numpy.array([int(word, 16) for word in bits], "uint32").view("float32")
        numpy.save(self.folder / "star.npy", values.reshape(1, 3, 64, 64))
        digests = self.table("star.npy", STAR)["values"][-1]["digests"]
        self.assertEqual(digests["star.npy"], digests["0.jpg"])

    def test_names_of_files_become_plain(self):
        name = 'a "star", no?.npy'
        numpy.save(self.folder / name, numpy.zeros((1, 3, 64, 64), "float32"))
        table = self.table(name)
        self.assertEqual(table["inputs"], ["a__star___no_.npy"])
        self.assertEqual(table["values"][-1]["digests"]["a__star___no_.npy"],
                         self.table("zeros")["values"][-1]["digests"]["zeros"])

    def test_the_program_says_what_ran_and_its_exit_code_whether_it_agrees(self):
        self.compile("program", "--with-golden", "--with-runtime", "--weights-as=object")
        folder = self.folder / "program"
        sources = [path.name for path in folder.glob("*.[cS]") if path.name != "xnc_top.c"]
        subprocess.run(["gcc", "-O1", "-DXNC_PROFILE", *sources, "-o", "program", "-lm", "-pthread"],
                       check=True, cwd=folder)
        for words, code in ((["-"], 0), ([f"{MINI}.weights", "3", "2"], 0), (["no such file"], 2),
                            (["-", "0"], 2), (["-", "2", "x"], 2), (["-", "1", "1", "1"], 2)):
            done = subprocess.run(["./program", *words], cwd=folder, capture_output=True, text=True)
            self.assertEqual(done.returncode, code, done.stdout + done.stderr)
            if code == 0:
                self.assertRegex(done.stdout, rf"^{MINI} for scalar \(any CPU\), gcc \S+, \d thread")
                self.assertRegex(done.stdout, r"\n  zeros      \d+ layers and 1 output are equal\n")

    def test_wrong_use(self):
        done = self.xnc(2, "compile", MINI, "--with-golden", "-o", "none")
        self.assertIn("--with-golden needs --weights", done.stderr)
        done = self.xnc(3, "golden", MINI, "no such file.jpg")
        self.assertIn("no such file.jpg: error:", done.stderr)
        done = self.xnc(3, "golden", MINI, *["noise"] * 9)
        self.assertIn("at most 8", done.stderr)
        done = self.xnc(3, "golden", MINI, "--size=1024", STAR)
        self.assertIn("at most 1048576 can stand in C", done.stderr)
        numpy.save(self.folder / "two.npy", numpy.zeros((2, 3, 64, 64), "float32"))
        done = self.xnc(3, "golden", MINI, "two.npy")
        self.assertIn("has 2 images, a run takes 1", done.stderr)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""xnc compile --target=T,...: what it writes, and that it is sound C for both compilers.

Usage: test_targets.py XNC. Works in a folder of its own, on the smallest network. Which code runs on
which CPU, and that its bits are equal, is what tests/package and tests/runtime show.
"""
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "common"))
from tool import ToolTest  # noqa: E402

MODEL, NAMES = "xception_mini", ("scalar", "x86-64-v3", "x86-64-v4")
STRICT = ["-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]


class Targets(ToolTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.xnc(0, "seed-weights", MODEL, "-o", "w.safetensors")
        cls.compile("all", ",".join(NAMES), "--with-runtime")

    @classmethod
    def compile(cls, out, targets, *more):
        cls.xnc(0, "compile", MODEL, "--weights=w.safetensors", "--prefix=m", "-o", out,
                   f"--target={targets}", *more)

    def text(self, path):
        return (self.folder / path).read_bytes()

    def test_one_file_for_each_target_and_one_that_chooses(self):
        written = {path.name for path in (self.folder / "all").glob("m*")}
        self.assertEqual(written, {"m.c", "m.h", "m.weights", "m_scalar.c", "m_x86_64_v3.c",
                                   "m_x86_64_v4.c"})

    def test_the_order_of_the_list_does_not_matter(self):
        self.compile("again", ",".join((*reversed(NAMES), "scalar")))
        for path in (self.folder / "again").iterdir():
            self.assertEqual(path.read_bytes(), self.text(f"all/{path.name}"))

    def test_the_blob_is_that_of_the_widest_target(self):
        self.compile("wide", "x86-64-v4")
        self.assertEqual(self.text("all/m.weights"), self.text("wide/m.weights"))

    def test_targets_that_would_plan_differently_share_one_order(self):
        """The scratch of the wide target makes its shortcut run late, that of the plain one early."""
        (self.folder / "late.yaml").write_text(
            "name: late\ntitle: t\ninput: {size: [27, 32]}\nnorm_eps: 1\n"
            "stem:\n  - {width: 9, stride: 3}\n"
            "blocks:\n  - {widths: 5, depth: 3, stride: 2, norm: before}\n")
        self.xnc(0, "seed-weights", "late.yaml", "-o", "late.safetensors")
        for out, targets in (("late", "scalar,x86-64-v4"), ("late4", "x86-64-v4")):
            self.xnc(0, "compile", "late.yaml", "--weights=late.safetensors", "--prefix=m",
                     "-o", out, f"--target={targets}")
        self.assertEqual(self.text("late/m.weights"), self.text("late4/m.weights"))

    def test_an_instruction_that_some_cpus_have_slow_is_chosen_on_others(self):
        """VDPBF16PS is slower than multiply-adds of f32 on Intel's cores. Alone the target runs there."""
        for out, targets, features in (("slow", "x86-64-v4-bf16,x86-64-v4", "avx512bf16 amd"),
                                       ("alone", "x86-64-v4-bf16", "avx512bf16")):
            self.compile(out, targets, "--precision=bf16")
            name = "m" if out == "alone" else "m_x86_64_v4_bf16"
            self.assertRegex(self.text(f"{out}/{name}.c").decode(), f'.features = ".* {features}",')

    def test_a_list_of_one_is_no_list(self):
        self.compile("wide", "x86-64-v4")
        self.compile("one", "x86-64-v4,x86-64-v4")
        self.assertEqual(self.text("one/m.c"), self.text("wide/m.c"))

    def test_each_file_is_sound_with_its_flags(self):
        rows = json.loads(self.xnc(0, "targets", "--json").stdout)
        flags = {row["name"].replace("-", "_"): row["cc_flags"].split() for row in rows}
        for path in sorted((self.folder / "all").glob("m*.c")):
            own = flags.get(path.stem[2:], [])
            for compiler in ("gcc", "clang"):
                self.run_in(0, compiler, "-std=c11", *STRICT, *own, str(path))

    def test_the_header_is_cpp(self):
        for compiler in ("g++", "clang++"):
            self.run_in(0, compiler, "-std=c++17", *STRICT, "-x", "c++", "all/m.h")

    def test_objects_and_libraries_hold_all_targets(self):
        self.compile("obj", "scalar,x86-64-v3", "--emit=obj", "--cc=gcc -O0")
        objects = {path.name for path in (self.folder / "obj").glob("*.o")}
        self.assertEqual(objects, {"m.o", "m_scalar.o", "m_x86_64_v3.o"})
        self.compile("so", "scalar,x86-64-v3", "--emit=so", "--cc=gcc -O0")
        symbols = self.run_in(0, "nm", "-D", "--defined-only", "so/libm.so").stdout.split()
        for name in ("m_model", "m_scalar_model", "m_x86_64_v3_model", "xnc_run"):
            self.assertIn(name, symbols)

    def test_code_that_runs_before_the_choice_is_for_any_cpu(self):
        self.compile("so", "x86-64-v3", "--emit=so", "--cc=gcc -O3 -ftree-vectorize")
        code = self.run_in(0, "objdump", "-d", "--no-show-raw-insn", "--disassemble=xnc_cpu_has",
                           "so/libm.so").stdout
        self.assertIn("<xnc_cpu_has>:", code)
        self.assertNotIn("%ymm", code)
        self.assertNotIn("vmov", code)

    def test_wrong_lists(self):
        def said(*words):
            return self.xnc(2, *words).stderr
        self.assertIn("unknown target 'x86-64-v5'; did you mean",
                      said("compile", MODEL, "-o", "no", "--target=scalar,x86-64-v5"))
        self.assertIn("unknown target ''", said("compile", MODEL, "-o", "no", "--target=scalar,"))
        self.assertIn("'xnc compile' takes a list", said("analyze", MODEL, "--target=scalar,native"))


if __name__ == "__main__":
    unittest.main()

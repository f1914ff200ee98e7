#!/usr/bin/env python3
"""--run-with: code for another machine, which an emulator runs.

    test_run_with.py XNC ROOT

Purpose: check, run and golden say of another machine's code what they say of this one's. Input: the
small network with seeded weights. Expectations: for each emulator of ir/target/machines.def that is
here, and in each precision, every value is the interpreter's, as the digests are and the outputs those
of this machine; a changed value is found; what cannot be run is told in a message. 77 (skipped) without
the compiler and emulator for arm64. Needs numpy.
"""
import pathlib
import platform
import shutil
import sys
import unittest

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "common"))
from quant import write_quant  # noqa: E402
from tool import XNC, ToolTest  # noqa: E402

ROOT = pathlib.Path(sys.argv.pop(1))
MINI = "xception_mini"
WEIGHTS = "--weights=w.safetensors"
ARM = "--run-with=qemu-aarch64"
QUICKLY = "--cc=aarch64-linux-gnu-gcc -O1"
# An emulator that changes the first value which a program writes.
LIAR = """#!/bin/sh
qemu-aarch64 "$@" && printf 'xnc!' | dd of="$4" bs=4 count=1 conv=notrunc 2>/dev/null
"""


def has_tools(machine):
    return shutil.which(f"{machine}-linux-gnu-gcc") and shutil.which(f"qemu-{machine}")


class RunWith(ToolTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.xnc(0, "seed-weights", MINI, "-o", "w.safetensors")
        write_quant(XNC, MINI, cls.folder / "a.quant", 1, weights=cls.folder / "w.safetensors")
        picture = np.random.default_rng(1).standard_normal((3, 3, 64, 64), np.float32)
        np.save(cls.folder / "x.npy", picture)

    def all_equal(self, *options, layers=26):
        out = self.xnc(0, "check", MINI, WEIGHTS, *options).stdout
        self.assertIn(f"values: {layers} of {layers} equal the interpreter's", out)
        self.assertNotIn("WRONG", out)

    # ---- check ----

    def test_the_plainest_target_of_the_machine_is_taken(self):
        told = self.xnc(0, "check", MINI, WEIGHTS, ARM).stderr
        self.assertIn("xnc: target aarch64\n", told)

    def test_plain_c_is_built_for_the_machine_too(self):
        self.all_equal(ARM, QUICKLY, "--target=scalar")

    @unittest.skipUnless(has_tools("riscv64"), "no tools for it")
    def test_another_machine(self):
        told = self.xnc(0, "check", MINI, WEIGHTS, "--run-with=qemu-riscv64")
        self.assertIn("xnc: target scalar\n", told.stderr)
        self.assertIn("values: 26 of 26 equal", told.stdout)

    @unittest.skipUnless(has_tools("riscv64") and shutil.which("clang-19"), "no tools for it")
    def test_vectors_of_an_emulator_that_lacks_riscv_hwprobe(self):
        vectors = "--run-with=qemu-riscv64 -cpu rv64,v=true,vext_spec=v1.0,vlen=128"
        quickly = "--cc=clang-19 --target=riscv64-linux-gnu -O1"
        self.all_equal(vectors, quickly, "--target=riscv64-v")
        told = self.xnc(1, "check", MINI, WEIGHTS, "--run-with=qemu-riscv64 -cpu rv64", quickly,
                        "--target=riscv64-v").stderr
        self.assertIn("lacks an instruction set", told)
        self.assertIn("; qemu needs -cpu rv64,v=true,vext_spec=v1.0 for riscv64-v\n", told)

    def test_precisions_and_threads(self):
        self.all_equal(ARM, QUICKLY, "--precision=bf16", "--threads=3")
        self.all_equal(ARM, QUICKLY, "--precision=int8", "--quant=a.quant",
                       "--target=aarch64-dotprod")

    def test_maps_in_nhwc_of_several_images(self):
        self.all_equal(ARM, QUICKLY, "--features", "--layout=nhwc", "--batch=2", layers=27)

    def test_activations_need_no_library_for_the_machine(self):
        text = (ROOT / "models/xception_mini.yaml").read_text()
        (self.folder / "swish.yaml").write_text(text + "activation: silu\n")
        self.xnc(0, "seed-weights", "swish.yaml", "-o", "s.safetensors")
        out = self.xnc(0, "check", "swish.yaml", "--weights=s.safetensors", ARM,
                       QUICKLY).stdout
        self.assertIn("equal the interpreter's on the planned graph, bit by bit", out)

    def test_a_wrong_value_is_found(self):
        folder = self.folder / "liar"
        folder.mkdir()
        liar = folder / "qemu-aarch64"
        liar.write_text(LIAR)
        liar.chmod(0o755)
        out = self.xnc(4, "check", MINI, WEIGHTS, f"--run-with={liar}").stdout
        self.assertIn("values: 25 of 26 equal", out)
        self.assertIn("stem.0.conv (conv2d): 1 of 8192 elements differ, from element 0 on", out)

    def test_programs_that_are_qemu_by_another_name(self):
        """Debian's qemu-user-static has static ones; one for this machine runs any CPU of it."""
        static = self.folder / "qemu-aarch64-static"
        static.symlink_to(shutil.which("qemu-aarch64"))
        told = self.xnc(0, "check", MINI, WEIGHTS, f"--run-with={static}", QUICKLY).stderr
        self.assertIn("xnc: target aarch64\n", told)
        here = f"qemu-{platform.machine()}"
        if shutil.which(here) and platform.machine() == "x86_64":
            told = self.xnc(0, "check", MINI, WEIGHTS, f"--run-with={here} -cpu Nehalem", "--cc=gcc -O1").stderr
            self.assertIn("xnc: target scalar\n", told)

    # ---- run, golden ----

    def test_outputs_are_those_of_this_machine(self):
        here = [MINI, WEIGHTS, "x.npy"]
        self.xnc(0, "run", *here, "-o", "here.npy")
        self.xnc(0, "run", *here, "-o", "there.npy", ARM)
        self.assertEqual((self.folder / "here.npy").read_bytes(),
                         (self.folder / "there.npy").read_bytes())

    def test_digests_are_the_interpreters(self):
        table = self.xnc(0, "golden", MINI, WEIGHTS, "--json").stdout
        (self.folder / "table.json").write_text(table)
        out = self.xnc(0, "golden", MINI, WEIGHTS, ARM, "--compare=table.json").stdout
        self.assertIn("78 of 78 digests are equal", out)

    # ---- what cannot be run ----

    def test_a_cpu_without_the_instructions(self):
        told = self.xnc(1, "run", MINI, WEIGHTS, "x.npy", "--run-with=qemu-aarch64 -cpu cortex-a53",
                        "--target=aarch64-dotprod").stderr
        self.assertIn("qemu-aarch64 -cpu cortex-a53: error: this CPU lacks", told)

    def test_a_target_of_another_machine(self):
        told = self.xnc(2, "check", MINI, WEIGHTS, ARM, "--target=x86-64-v3").stderr
        self.assertIn("--target=x86-64-v3 is for x86-64, and qemu-aarch64 runs code for aarch64", told)

    @unittest.skipIf(platform.machine() == "aarch64", "it is this machine's")
    def test_a_target_of_another_machine_without_an_emulator(self):
        told = self.xnc(1, "check", MINI, WEIGHTS, "--target=aarch64").stderr
        self.assertIn("aarch64: error: this CPU does not run such code\nhint: 'check', 'run' and 'golden' take an "
                      "emulator, --run-with; ", told)

    def test_a_clang_that_is_too_old_is_not_taken(self):
        """Vectors of RISC-V need clang 17; Debian 12's clang is 14."""
        old = self.folder / "old"
        old.mkdir()
        for name in ("clang", "clang-19"):
            (old / name).write_text("#!/bin/sh\necho Debian clang version 14.0.6\n")
            (old / name).chmod(0o755)
        told = self.run_in(1, "env", f"PATH={old}:/usr/bin:/bin", XNC, "check", MINI, WEIGHTS, "--target=riscv64-v",
                           "--run-with=qemu-riscv64").stderr
        self.assertIn("clang 17 or newer: error: no C compiler that runs\nhint: 'xnc doctor'", told)

    def test_a_command_without_end(self):
        told = self.xnc(2, "check", MINI, WEIGHTS, "--run-with=" + "word " * 65).stderr
        self.assertEqual(told, "xnc: --run-with has more than 64 words\n")

    def test_no_such_emulator(self):
        told = self.xnc(1, "check", MINI, WEIGHTS, "--run-with=no-emulator", "--target=scalar").stderr
        self.assertIn("no-emulator: error: cannot be started\nhint: 'xnc doctor'", told)

    def test_a_command_that_runs_something_else(self):
        told = self.xnc(1, "check", MINI, WEIGHTS, "--run-with=true", "--target=scalar").stderr
        self.assertIn("true: error: did not run the program", told)


if __name__ == "__main__":
    if not has_tools("aarch64"):
        print("skipped: no compiler or emulator for arm64")
        sys.exit(77)
    unittest.main()

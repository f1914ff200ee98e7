#!/usr/bin/env python3
"""The roof must be the true one, whatever C compiler measures it.

    test_peak.py XNC

Input: the loop that `xnc targets --peak=T` prints, which xnc bench and bench/compare measure. Each
compiler translates it for each vector target. Expectation: no warning; the loop is twelve fused
multiply-adds, or twelve for each turn that the compiler unrolls, on registers of full width and
never on memory; and the function counts its operations right.
"""

import ctypes
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

XNC = sys.argv.pop(1)
COMPILERS = ("gcc", "clang")
WARNINGS = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
WIDTH = {8: "ymm", 16: "zmm"}
CHAINS = 12


def xnc(*arguments):
    return subprocess.check_output([XNC, *arguments], text=True, stderr=subprocess.DEVNULL)


class Peak(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.targets = json.loads(xnc("targets", "--json"))

    def compile(self, compiler, target, name, *more):
        source, result = (pathlib.Path(self.folder.name, file) for file in ("peak.c", name))
        source.write_text(xnc("targets", f"--peak={target['name']}"), encoding="ascii")
        flags = ["-O3", *target["cc_flags"].split(), *WARNINGS]
        subprocess.run([compiler, *flags, source, "-o", result, *more], check=True)
        return result

    def test_nothing_but_registers_of_full_width(self):
        for target in (target for target in self.targets if target["family"] == "x86-64"):
            for compiler in COMPILERS:
                with self.subTest(target["name"], compiler=compiler):
                    text = self.compile(compiler, target, "peak.s", "-S").read_text()
                    found = re.findall(r"^\s*vfmadd\w+\s+([^#\n]*)", text, re.MULTILINE)
                    self.assertGreater(len(found), 0)
                    self.assertEqual(len(found) % CHAINS, 0)
                    for operands in found:
                        register = f"%{WIDTH[target['lanes']]}" + r"\d+"
                        self.assertRegex(operands.strip(), rf"^{register}(, {register}){{2}}$")

    def test_operations_are_counted(self):
        target = next(target for target in self.targets if target["name"] == "scalar")
        library = self.compile("gcc", target, "peak.so", "-shared", "-fPIC", "-lm")
        peak = ctypes.CDLL(str(library)).xnc_peak
        peak.restype, peak.argtypes = ctypes.c_double, [ctypes.c_long]
        self.assertEqual(peak(1000), 2 * CHAINS * target["lanes"] * 1000)

    def test_unknown_targets_are_refused(self):
        done = subprocess.run([XNC, "targets", "--peak=no-such"], capture_output=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (2, b""))


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""A product is built from the installed package, in a clean folder whose name has a space.

Usage: test_consumer.py CMAKE SOURCE PREFIX WORK. The project is tests/package/consumer: two networks
in one program, each with a golden test. Expectation, for each compiler, build tool and machine: it
builds without a warning, its logits are, bit for bit, those of `xnc run`, and its tests pass.
"""
import shutil
import unittest

import package
from package import CMAKE, HERE, PREFIX, SOURCE, XNC, fresh, run

SCALAR = ["-DTARGETS=scalar", "-DOWN_TARGETS=scalar"]  # the least C to compile
# What a CPU that knows so much runs: the fastest target whose instructions it has.
CPUS = {"Nehalem": "scalar", "Haswell": "x86-64-v3"}
CTEST = CMAKE.replace("cmake", "ctest")
QEMU = ["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"]
CROSS = ["-DCMAKE_SYSTEM_NAME=Linux", "-DCMAKE_SYSTEM_PROCESSOR=aarch64",
         f"-DCMAKE_CROSSCOMPILING_EMULATOR={';'.join(QEMU)}"]


class Consumer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = fresh("the product")
        cls.project = cls.folder / "its source"
        shutil.copytree(HERE / "consumer", cls.project)
        own = cls.project / "own net.yaml"
        tiny = (SOURCE / "tests/compiler/data/tiny.yaml").read_text()
        own.write_text(tiny.replace("size: [40, 56]", "size: 64"))
        package.make_input(cls.folder)
        cls.weights = cls.folder / "mini weights.safetensors"
        run(XNC, "seed-weights", "xception_mini", "-o", cls.weights)
        cls.expected = package.logits(cls.folder, "xception_mini", "--weights", cls.weights)
        seeded = cls.folder / "own.safetensors"
        run(XNC, "seed-weights", own, "--classes=4", "-o", seeded)
        cls.expected += package.logits(cls.folder, own, "--classes=4", "--weights", seeded)

    def build(self, name, generator, *settings):
        build = self.folder / f"build {name}"
        run(CMAKE, "-S", self.project, "-B", build, "-G", generator, *settings,
            f"-DMINI_WEIGHTS={self.weights}", f"-DCMAKE_INSTALL_PREFIX={build}/installed")
        said = run(CMAKE, "--build", build)
        self.assertNotIn("warning", said)
        run(CMAKE, "--install", build)
        self.golden = run(CTEST, "--test-dir", build, "--verbose", "--output-on-failure")
        self.assertIn("100% tests passed, 0 tests failed out of 2", self.golden)
        return build / "installed"

    def check(self, installed, *front):
        output = installed / "y.raw"
        run(*front, installed / "bin" / "consumer", installed / "share" / "mini.weights",
            self.folder / "x.raw", output)
        self.assertEqual(output.read_bytes(), self.expected)

    def native(self, generator, c, cxx, *settings):
        installed = self.build(f"of {self.id()}", generator, f"-DCMAKE_PREFIX_PATH={PREFIX}",
                               f"-DCMAKE_C_COMPILER={c}", f"-DCMAKE_CXX_COMPILER={cxx}",
                               "-DWITH_CXX=ON", *settings)
        self.check(installed)

    def test_gcc_and_make(self):
        self.native("Unix Makefiles", "gcc", "g++", *SCALAR)

    def test_gcc_and_ninja(self):
        self.native("Ninja", "gcc", "g++")

    def test_clang_and_make(self):
        self.native("Unix Makefiles", "clang", "clang++", *SCALAR)

    def test_clang_and_ninja(self):
        self.native("Ninja", "clang", "clang++", *SCALAR)

    def test_a_shared_library_with_a_sanitizer(self):
        self.native("Ninja", "clang", "clang++", *SCALAR, "-DAS_LIBRARY=ON",
                    "-DXNC_RUNTIME_FROM_SOURCE=ON", "-DCMAKE_C_FLAGS=-fsanitize=address",
                    "-DCMAKE_CXX_FLAGS=-fsanitize=address")

    def test_a_product_that_wants_fast_math_for_itself(self):
        """Neither the flags nor the start-up code that they link change the bits of the networks."""
        self.native("Unix Makefiles", "gcc", "g++", "-DTARGETS=scalar;x86-64-v3", "-DOWN_TARGETS=scalar",
                    "-DXNC_RUNTIME_FROM_SOURCE=ON", "-DCMAKE_C_FLAGS=-ffast-math")

    def test_several_targets_in_one_program(self):
        installed = self.build("targets", "Ninja", f"-DCMAKE_PREFIX_PATH={PREFIX}",
                               "-DTARGETS=x86-64-v3;scalar;x86-64-v4", "-DOWN_TARGETS=scalar")
        self.check(installed)
        for target in ("scalar", "x86-64-v3", "x86-64-v4"):
            self.assertIn(f"xception_mini for {target}", self.golden)
        for cpu, target in CPUS.items():
            self.check(installed, "qemu-x86_64", "-cpu", cpu)
            said = run("qemu-x86_64", "-cpu", cpu, installed / "bin" / "consumer", "targets")
            self.assertIn(f"mini for {target}\nown for scalar\n", said)

    def test_a_build_for_another_machine_uses_the_tool_of_this_one(self):
        installed = self.build("cross", "Ninja", *CROSS, f"-DCMAKE_PREFIX_PATH={PREFIX}",
                               "-DTARGETS=scalar;aarch64", "-DOWN_TARGETS=aarch64",
                               "-DCMAKE_C_COMPILER=aarch64-linux-gnu-gcc")
        self.check(installed, *QEMU)
        said = run(*QEMU, installed / "bin" / "consumer", "targets")
        self.assertIn("mini for aarch64\nown for aarch64\n", said)

    def test_a_product_may_carry_the_source_tree_of_xnc(self):
        installed = self.build("source", "Ninja", *SCALAR, f"-DXNC_SOURCE={SOURCE}",
                               "-DCMAKE_BUILD_TYPE=Debug")
        self.assertEqual(sorted(path.name for path in installed.iterdir()), ["bin", "share"])
        self.check(installed)

    def test_a_cross_build_may_carry_the_source_tree_of_xnc(self):
        installed = self.build("cross source", "Unix Makefiles", *CROSS, *SCALAR, f"-DXNC_SOURCE={SOURCE}",
                               f"-DXNC_EXECUTABLE={XNC}",
                               "-DCMAKE_C_COMPILER=aarch64-linux-gnu-gcc")
        self.check(installed, *QEMU)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""The C compiler of the Python package ziglang, which stands in for the usual ones.

Usage: test_zig.py XNC. Input: environments as pip makes them, with the tool and a program zig that
hands its words to gcc, or to gcc for arm64 when they ask for that. Expectation: it builds what the
tool writes where no other compiler is on the PATH, for other machines too, and is not asked where
there is one.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

XNC = pathlib.Path(sys.argv.pop()).resolve()
MODEL = pathlib.Path(__file__).resolve().parents[1] / "data/tiny.yaml"
# "zig cc ..." and "zig ar ..." as zig understands them; each call is noted.
ZIG = """#!/bin/sh
echo "$1" >> "${{0%/*}}/calls"
PATH={path}
for word; do
    [ "$word" != -lsleef ] || exit 1
    [ "$word" != -fsyntax-only ] || exit 1 # whoever asks for SLEEF's header
done
case "$*" in *-linux-gnu*-static*) exit 1 ;; esac # zig's glibc is no static one
gcc=gcc words= baseline=
for word; do
    case $word in
    -target) gcc= ;;
    *-linux-gnu) gcc=$word-gcc ;;
    *-linux-musl) gcc=${{word%musl}}gnu-gcc ;;
    -march=*) exit 1 ;; # zig takes processors
    -mcpu=baseline) baseline=yes ;;
    -mcpu=generic+*) words="$words -march=armv8.2-a+${{word#*+}}" ;;
    *) words="$words '$word'" ;;
    esac
done
case "$1 $* $baseline" in cc*" -O3 "*" yes") ;; *" -O3 "*) exit 1 ;; esac # by itself zig takes this CPU
case $1 in cc) eval "set -- $words"; shift; exec $gcc "$@" ;; ar) shift; exec ar "$@" ;; esac
exit 1
"""
PLACES = ("lib/python3.11/site-packages", "lib64/python3.13/site-packages",
          "local/lib/python3.11/dist-packages", "")


class Zig(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.root = pathlib.Path(temporary.name) / "anna's"  # a quote, which shells care about
        self.root.mkdir()

    def environment(self, place):
        """An environment whose packages are at a place; gives its xnc and its zig."""
        root = self.root / (place.replace("/", "_") or "target")
        programs = root / ("local/bin" if place.startswith("local") else "bin")
        zig = root / place / "ziglang/zig"
        programs.mkdir(parents=True)
        zig.parent.mkdir(parents=True)
        zig.write_text(ZIG.format(path=os.environ["PATH"]))
        zig.chmod(0o755)
        shutil.copy(XNC, programs)
        return programs / "xnc", zig

    def run_tool(self, tool, *words, path="/nowhere"):
        return subprocess.run([tool, *words], env={"PATH": path, "HOME": "/nowhere"}, text=True,
                              capture_output=True)

    def test_it_is_found_wherever_pip_puts_packages(self):
        for place in PLACES:
            with self.subTest(place=place):
                tool, zig = self.environment(place)
                done = self.run_tool(tool, "compile", MODEL, "--emit=obj", "-o",
                                     self.root / "out")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("cc", (zig.parent / "calls").read_text().split())

    def test_it_makes_archives_and_libraries(self):
        tool, zig = self.environment(PLACES[0])
        for kind in ("lib", "so"):
            done = self.run_tool(tool, "compile", MODEL, f"--emit={kind}", "-o",
                                 self.root / kind)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("ar", (zig.parent / "calls").read_text().split())

    @unittest.skipUnless(shutil.which("aarch64-linux-gnu-gcc"), "no gcc for arm64")
    def test_it_builds_for_another_machine(self):
        """What is built there is what Debian's compiler for it builds by itself."""
        tool, zig = self.environment(PLACES[0])
        for name, path in (("zig", "/nowhere"), ("gcc", os.environ["PATH"])):
            done = self.run_tool(tool, "compile", MODEL, "--target=aarch64-dotprod,aarch64",
                                 "--emit=so", "-o", self.root / name, path=path)
            self.assertEqual(done.returncode, 0, done.stderr)
            library = (self.root / name / "libtiny.so").read_bytes()
            self.assertEqual(library[18:20], bytes([183, 0]), "ELF's number of arm64")
        self.assertEqual((zig.parent / "calls").read_text().count("ar"), 0)

    @unittest.skipUnless(shutil.which("aarch64-linux-gnu-gcc") and shutil.which("qemu-aarch64"),
                         "no gcc or emulator for arm64")
    def test_it_builds_programs_for_another_machine(self):
        """With musl, as an emulator's programs are static."""
        tool, zig = self.environment(PLACES[0])
        weights = self.root / "w.safetensors"
        subprocess.run([XNC, "seed-weights", MODEL, "-o", weights], check=True)
        done = self.run_tool(tool, "check", MODEL, "--weights", weights,
                             f"--run-with={shutil.which('qemu-aarch64')}")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("values: 8 of 8 equal", done.stdout)

    def test_without_a_compiler_for_another_machine(self):
        tool, zig = self.environment(PLACES[0])
        zig.unlink()
        done = self.run_tool(tool, "compile", MODEL, "--target=aarch64", "--emit=obj",
                             "-o", self.root / "out")
        self.assertEqual(done.returncode, 1)
        self.assertIn("aarch64: error: no C compiler for that machine", done.stderr)

    def test_a_library_is_for_one_machine(self):
        done = self.run_tool(XNC, "compile", MODEL, "--target=aarch64,x86-64-v3",
                             "--emit=lib", "-o", self.root / "out")
        self.assertEqual(done.returncode, 2)
        self.assertIn("need a compilation each", done.stderr)

    def test_sleef_is_not_needed(self):
        """A header of the tool stands in for SLEEF's, which this compiler does not find."""
        text = MODEL.read_text()
        for act in ("silu", "gelu"):
            model = self.root / f"{act}.yaml"
            model.write_text(f"{text}\nactivation: {act}\n")
            weights, x = self.root / "w.safetensors", self.root / "x.npy"
            subprocess.run([XNC, "seed-weights", model, "-o", weights], check=True)
            subprocess.run([sys.executable, "-c", "import numpy, sys; numpy.save(sys.argv[1],"
                            " numpy.linspace(-9, 9, 6720, dtype='f').reshape(1, 3, 40, 56))", x],
                           check=True)
            tool, zig = self.environment(PLACES[0])
            for target in ("scalar", "native"):
                words = ["run", model, "--weights", weights, x, f"--target={target}", "--output"]
                done = self.run_tool(tool, *words, self.root / "without.npy")
                self.assertEqual(done.returncode, 0, done.stderr)
                subprocess.run([XNC, *words, self.root / "with.npy"], check=True)
                self.assertEqual((self.root / "without.npy").read_bytes(),
                                 (self.root / "with.npy").read_bytes())
            shutil.rmtree(zig.parents[4])

    def test_doctor_names_it(self):
        tool, zig = self.environment(PLACES[0])
        few = self.root / "few"
        few.mkdir()
        for name in ("mktemp", "rm"):
            (few / name).symlink_to(shutil.which(name))
        said = self.run_tool(tool, "doctor", path=str(few)).stdout
        line = next(line for line in said.splitlines() if "C compiler" in line)
        self.assertRegex(line, " yes .*/ziglang/zig cc$")

    def test_another_compiler_comes_first(self):
        tool, zig = self.environment(PLACES[0])
        done = self.run_tool(tool, "compile", MODEL, "--emit=obj", "-o",
                             self.root / "out", path=os.environ["PATH"])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertFalse((zig.parent / "calls").exists())

    def test_without_any_the_message_is_the_same(self):
        tool, zig = self.environment(PLACES[0])
        zig.unlink()
        done = self.run_tool(tool, "compile", MODEL, "--emit=obj", "-o",
                             self.root / "out")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no C compiler that runs", done.stderr)
        self.assertIn("pip install 'xnc[cc]'", done.stderr)


if __name__ == "__main__":
    unittest.main()

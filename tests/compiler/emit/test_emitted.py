#!/usr/bin/env python3
"""What the house promises about emitted C, checked on small networks (and the six, where quick).

    XNC=build/xnc ROOT=. WORK=/tmp/emitted test_emitted.py [Emitted.test_NAME]
"""

import itertools
import json
import os
import re
import subprocess
import sys
import unittest
from operator import itemgetter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "ir/target"))
import run_target as target_tools  # noqa: E402

XNC = os.environ["XNC"]
ROOT = Path(os.environ["ROOT"]).resolve()
WORK = Path(os.environ["WORK"]).resolve()
RUNTIME = ROOT / "runtime"

FULL = ("xception", "xception41", "xception65", "xception71", "xception41p", "xception65p")
SMALL = ("xception_mini", "legacy_mini")
COMPILERS = ("gcc", "clang")
STRICT = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
ROWS = json.loads(subprocess.check_output([XNC, "targets", "--json"]))
# By target: compiler flags; the compilers for its processors with them, none where one is not here.
TARGETS = {row["name"]: row["cc_flags"].split() for row in ROWS}
BUILDS = {
    row["name"]: [[*compiler, *TARGETS[row["name"]]]
                  for compiler in target_tools.compilers_of(row, row["family"])]
    for row in ROWS
}
MOST_STACK = 32 * 1024
MOST_LINES = 7500
# What emitted code may ask of others: the runtime, the C library's arithmetic, SLEEF.
FOREIGN = re.compile(r"xnc_\w+|fmaf|sqrtf|mem(cpy|set|move)|Sleef_\w+|_GLOBAL_OFFSET_TABLE_")
ALLOCATION = re.compile(r"malloc|calloc|realloc|free|mmap|sbrk|aligned_alloc|posix_memalign")


def call(*command, **settings):
    command = [str(word) for word in command]
    done = subprocess.run(command, capture_output=True, text=True, **settings)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout


def emit(folder, model, *options):
    """Compiles a network to C below WORK; gives the folder."""
    folder = WORK / folder
    call(XNC, "compile", model, "-o", folder, *options)
    return folder


def in_turn():
    """Each target with one of the small networks: neighbours, which share their code, with another."""
    models = itertools.cycle(SMALL)
    return [(next(models), target, builds) for target, builds in BUILDS.items()]


def emit_with_weights(folder, model, *options):
    weights = WORK / f"{model}.safetensors"
    if not weights.exists():
        call(XNC, "seed-weights", model, "-o", weights)
    return emit(folder, model, "--weights", weights, *options)


def runtime_sources():
    return [path for path in sorted(RUNTIME.glob("*.c")) if path.name != "top.c"]


def golden(folder, model, *flags, compiler="gcc"):
    """The golden program of a network, which compares every layer."""
    program = folder / f"{model}_golden"
    call(
        compiler, *flags, "-DXNC_PROFILE", f"-I{folder}", f"-I{RUNTIME}",
        folder / f"{model}_golden.c", folder / f"{model}.c", *runtime_sources(), "-o", program,
        "-lm", "-lpthread",
    )  # fmt: skip
    return program


class Emitted(unittest.TestCase):
    def test_objects_of_any_target(self):
        """-Wall -Wextra -Wpedantic find nothing, with and without optimisation; what other compilers than
        the target's first say does not depend on that. Every symbol that an object defines carries the
        prefix; it asks for no memory; no function takes more than 32 KB of stack."""
        for model, target, (first, *others) in filter(itemgetter(2), in_turn()):
            folder = emit(f"object-{target}", model, f"--target={target}", "--prefix=mine")
            thing = WORK / f"{target}.o"
            for level in ("-O0", "-O3"):
                self.check_stack(folder / "mine.c", [*first, *STRICT, level], thing)
                self.check_symbols(target, thing)
            for build in others:
                call(*build, *STRICT, "-fsyntax-only", f"-I{RUNTIME}", folder / "mine.c")

    def test_no_warnings_in_narrow_maps(self):
        """Where some taps never meet the map, gcc sees that they are the array of zeros."""
        WORK.mkdir(parents=True, exist_ok=True)
        narrow = WORK / "narrow.yaml"
        narrow.write_text(
            "name: narrow\ntitle: t\ninput: {size: 18}\nnorm_eps: 0.001\n"
            "stem:\n  - {width: 7, stride: 3}\n"
            "  - {width: 5, kernel: [1, 4], stride: 4, padding: none}\n"
            "blocks:\n  - {widths: 1}\n"
        )
        for target, builds in BUILDS.items():
            folder = emit(f"narrow-{target}", narrow, f"--target={target}")
            for build in builds:
                call(
                    *build, *STRICT, "-O3", f"-I{RUNTIME}",
                    "-c", folder / "narrow.c", "-o", WORK / "narrow.o",
                )  # fmt: skip

    def test_other_compilers_are_refused(self):
        """What a compiler says first is which one, and which flags, the file is for: gcc for vectors of
        RISC-V, and any compiler that was not given the flags."""
        for row in (row for row in ROWS if row["cc_flags"]):
            source = emit(f"refused-{row['name']}", SMALL[0], f"--target={row['name']}") / f"{SMALL[0]}.c"
            able = BUILDS[row["name"]]
            wrong = [compiler for compiler in target_tools.compilers(row["family"])
                     if [*compiler, *TARGETS[row["name"]]] not in able]
            newest = row["compiler"] and f"{row['compiler']} {row['compiler_from']} or newer"
            wanted = " and ".join(filter(None, (newest, row["cc_flags"])))
            for build in [*([*compiler, *TARGETS[row["name"]]] for compiler in wrong),
                          *(build[:-len(TARGETS[row["name"]])] for build in able)]:
                done = subprocess.run([*build, f"-I{RUNTIME}", "-fsyntax-only", str(source)],
                                      capture_output=True, text=True)
                said = next(line for line in done.stderr.splitlines() if "error:" in line)
                self.assertIn(f'"compile this file with {wanted}"', said, build)

    def test_no_warnings_in_the_six(self):
        for model in FULL:
            folder = emit("six", model, "--target=x86-64-v3")
            for compiler in COMPILERS:
                call(
                    compiler, *STRICT, *TARGETS["x86-64-v3"], "-fsyntax-only", f"-I{RUNTIME}",
                    folder / f"{model}.c",
                )  # fmt: skip

    def test_length_of_files(self):
        """No emitted file is longer than a person can scroll."""
        for model in FULL:
            for target in TARGETS:
                folder = emit("length", model, f"--target={target}")
                for name in (f"{model}.c", f"{model}.h"):
                    lines = (folder / name).read_text().count("\n")
                    self.assertLessEqual(lines, MOST_LINES, f"{name} for {target}")

    def test_header_is_cpp(self):
        """NAME.h and xnc.h compile as C++17 without a warning."""
        folder = emit("header", "xception_mini")
        source = WORK / "header.cpp"
        source.write_text(
            '#include "xception_mini.h"\n'
            "static_assert(XCEPTION_MINI_CLASSES == 10, \"\");\n"
            "const xnc_model *model() { return &xception_mini_model; }\n"
        )
        for compiler in ("g++", "clang++"):
            call(
                compiler, "-std=c++17", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-c",
                f"-I{folder}", f"-I{RUNTIME}", source, "-o", WORK / "header.o",
            )  # fmt: skip

    def test_two_in_one_program(self):
        """Two networks, and one network twice, link under different prefixes and both run."""
        parts = [("one", "xception_mini"), ("two", "legacy_mini"), ("three", "xception_mini")]
        objects, blobs = [], []
        for prefix, model in parts:
            folder = emit_with_weights("together", model, f"--prefix={prefix}", "--target=scalar")
            blobs.append(folder / f"{prefix}.weights")
            objects.append(WORK / f"{prefix}.o")
            call("gcc", "-O1", f"-I{RUNTIME}", "-c", folder / f"{prefix}.c", "-o", objects[-1])
        source = Path(__file__).parent / "together.c"
        program = WORK / "together-program"
        call(
            "gcc", "-O1", f"-I{folder}", f"-I{RUNTIME}", source, *objects, *runtime_sources(),
            "-o", program, "-lm", "-lpthread",
        )  # fmt: skip
        call(program, *blobs)

    def check_symbols(self, target, thing):
        for line in call("nm", "-g", thing).splitlines():
            *_, kind, name = line.split()
            if kind == "U":
                self.assertRegex(name, FOREIGN)
                self.assertNotRegex(name, ALLOCATION)
            else:
                self.assertTrue(name.startswith("mine"), f"{name} in {target}")

    def test_sanitizers(self):
        """ASan and UBSan find nothing, with one thread and with several."""
        for model in SMALL:
            folder = emit_with_weights("sane", model, "--target=x86-64-v3", "--with-golden")
            flags = ["-g", "-O1", *TARGETS["x86-64-v3"], "-fsanitize=address,undefined"]
            program = golden(folder, model, *flags, "-fno-sanitize-recover=all", compiler="clang")
            for threads in (1, 3):
                call(program, folder / f"{model}.weights", threads)

    def test_golden_files(self):
        """NAME_golden.c compiles without a warning, its header as C++17 too; NAME.c and NAME.h are
        the same with and without them."""
        source = WORK / "golden.cpp"
        for model in SMALL:
            folder = emit_with_weights("golden", model, "--target=scalar", "--with-golden")
            plain = emit("no-golden", model, "--target=scalar")
            for name in (f"{model}.c", f"{model}.h"):
                self.assertEqual((folder / name).read_bytes(), (plain / name).read_bytes())
            for compiler in COMPILERS:
                call(compiler, *STRICT, "-fsyntax-only", f"-I{RUNTIME}", folder / f"{model}_golden.c")
            source.write_text(
                f'#include "{model}_golden.h"\n'
                f"static_assert({model.upper()}_GOLDEN_BYTES(2) > {model.upper()}_ARENA_BYTES(2));\n"
            )
            for compiler in ("g++", "clang++"):
                call(
                    compiler, "-std=c++17", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                    "-fsyntax-only", f"-I{folder}", f"-I{RUNTIME}", source,
                )  # fmt: skip

    def test_stack_of_the_runtime(self):
        """No function takes more than 32 KB."""
        for level in ("-O0", "-O2"):
            for source in runtime_sources():
                self.check_stack(source, [COMPILERS[0], level], WORK / "stack.o")

    def check_stack(self, source, build, thing):
        call(*build, "-fstack-usage", f"-I{RUNTIME}", "-c", source, "-o", thing)
        for line in thing.with_suffix(".su").read_text().splitlines():
            where, size, kind = line.split("\t")
            self.assertLessEqual(int(size), MOST_STACK, where)
            self.assertNotEqual(kind, "dynamic", where)

    def test_weights_in_the_object(self):
        """--weights-as=object: the stub takes the blob by its bare name, aligned, no exec stack."""
        folder = emit_with_weights("stub", "xception_mini", "--weights-as=object")
        stub = folder / "xception_mini_weights.S"
        self.assertIn('.incbin "xception_mini.weights"', stub.read_text())
        for compiler in COMPILERS:
            call(compiler, "-c", stub.name, "-o", WORK / "stub.o", cwd=folder)
            sections = call("readelf", "-SW", WORK / "stub.o")
            self.assertRegex(sections, r"\.rodata.* 64\n")
            self.assertRegex(sections, r"\.note\.GNU-stack +PROGBITS +0+ [0-9a-f]+ 0+ 00 +0")

    def test_text_is_reproducible(self):
        """The same text from another folder, at another time, and nothing of this machine in it."""
        first = emit("same-1", "xception_mini", "--target=x86-64-v3")
        second = WORK / "same-2"
        second.mkdir(exist_ok=True)
        call(os.path.abspath(XNC), "compile", "xception_mini", "-o", ".", "--target=x86-64-v3",
             cwd=second)  # fmt: skip
        for name in ("xception_mini.c", "xception_mini.h"):
            text = (first / name).read_text()
            self.assertEqual(text, (second / name).read_text())
            self.assertNotIn(str(WORK), text)


if __name__ == "__main__":
    WORK.mkdir(parents=True, exist_ok=True)
    unittest.main(argv=sys.argv, verbosity=2)

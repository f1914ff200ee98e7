#!/usr/bin/env python3
"""Flags that let a compiler compute other bits are refused, or change nothing.

Usage: test_flags.py ROOT WORK. Input: generated/xception41.c and the runtime, with gcc and clang.
Expectation: what a macro tells is an #error that says what to do; what clang tells by no macro
leaves the assembly as it is; without such flags, and with them taken back, the sources compile.
"""
import pathlib
import subprocess
import sys

ROOT, WORK = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
COMPILERS = ("gcc", "clang")
ASSOCIATIVE = "-fassociative-math -fno-signed-zeros -fno-trapping-math"
REFUSED = {
    "gcc": ("-ffast-math", "-Ofast", "-funsafe-math-optimizations", ASSOCIATIVE,
            "-freciprocal-math", "-ffinite-math-only", "-fno-signed-zeros"),
    "clang": ("-ffast-math", "-Ofast", "-ffinite-math-only"),
}
IGNORED = ("-funsafe-math-optimizations", ASSOCIATIVE, "-freciprocal-math", "-fno-signed-zeros",
           "-fapprox-func")
GENERATED = ROOT / "generated/xception41.c"
SOURCES = [GENERATED, ROOT / "runtime/run.c", ROOT / "runtime/image.c", ROOT / "runtime/top.c",
           ROOT / "runtime/image_resize.c", ROOT / "runtime/image_sample.c"]
# What each of the permissions would change: order of sums, signs of zeros, quotients, products.
SAMPLE = """
#include "xnc_model.h"
float sum(const float *x, int n) {
    float sum = 0.0f;
    for (int i = 0; i < n; i++) {
        sum += x[i];
    }
    return sum;
}
float zero(float x) { return x + 0.0f; }
float largest(float a, float b) { return a > b ? a : b; }
float quotients(float a, float b, float c) { return a / c + b / c; }
float product(float a, float b, float c) { return a * b + c; }
"""


def compiled(compiler, flags, source, *more):
    target = ["-mavx2", "-mfma", "-mf16c"] if source == GENERATED else []
    command = [compiler, *flags.split(), f"-I{ROOT}/runtime", *target, *more, source]
    return subprocess.run(command, capture_output=True, text=True)


def expect(holds, *words):
    if not holds:
        sys.exit(" ".join(map(str, words)))


def refused(compiler, flags, hint, sources=SOURCES):
    for source in sources:
        done = compiled(compiler, flags, source, "-E", "-o", "/dev/null")
        expect(done.returncode != 0 and "#error" in done.stderr and hint in done.stderr,
               compiler, flags, "is not refused for", source, done.stderr)


def accepted(compiler, flags, sources=SOURCES):
    for source in sources:
        done = compiled(compiler, flags, source, "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic")
        expect(done.returncode == 0 and not done.stderr, compiler, flags, source, done.stderr)


def assembly(compiler, flags, sample):
    done = compiled(compiler, f"-O3 {flags}", sample, "-S", "-o", "-")
    expect(done.returncode == 0, compiler, flags, done.stderr)
    return done.stdout


def main():
    sample = WORK / "flags.c"
    sample.write_text(SAMPLE)
    for compiler in COMPILERS:
        accepted(compiler, "-std=c11")
        for flags in REFUSED[compiler]:
            refused(compiler, flags, "-fno-fast-math")
        refused(compiler, "-m32 -mno-sse", "-mfpmath=sse", [ROOT / "runtime/run.c"])
    for flags in REFUSED["gcc"]:
        accepted("gcc", f"{flags} -fno-fast-math", SOURCES[1:])
    for flags in IGNORED:
        expect(assembly("clang", flags, sample) == assembly("clang", "", sample),
               "clang", flags, "changes the code")


main()

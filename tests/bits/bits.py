#!/usr/bin/env python3
"""The same bits everywhere: interpreter, targets, compilers, flags and threads give equal files.

    bits.py --xnc XNC --work FOLDER --runtime runtime MODEL [--full] [options of xnc...]

--full is the whole matrix: every target, gcc and clang, no flag at all and -O0 to -O3; without it a
part of it. Every build runs with several counts of threads. The expectation is the interpreter on
the fused, planned graph. Nothing is tolerated: the files are equal or the test fails.
"""

import argparse
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "golden"))
from run import description  # noqa: E402
from seeded import image  # noqa: E402

# How each target's code is built, and on which machines it runs.
TARGETS = {
    "scalar": {"flags": [], "needs": set()},
    "x86-64-v3": {"flags": ["-mavx2", "-mfma"], "needs": {"avx2", "fma"}},
    "x86-64-v4": {
        "flags": ["-mavx512f", "-mavx512vl", "-mavx512dq", "-mavx512bw", "-mavx2", "-mfma"],
        "needs": {"avx512f", "avx512vl", "avx512dq", "avx512bw"},
    },
}
ALL_FLAGS = [[], ["-O0"], ["-O1"], ["-O2"], ["-O3"], ["-std=c11", "-O2"]]
ALL_THREADS = (1, 2, 3, 7)
# (target, compiler, flags, threads) of the part that the large networks run.
PART = [
    ("scalar", "gcc", ["-O2"], (2,)),
    ("x86-64-v3", "gcc", ["-O2"], (1, 3)),
    ("x86-64-v3", "clang", [], (2,)),
    ("x86-64-v4", "clang", ["-O3"], (1, 2, 7)),
]
CONNECTED = ["-lm", "-lpthread"]


def whole_matrix():
    for target in TARGETS:
        for compiler in ("gcc", "clang"):
            for flags in ALL_FLAGS:
                yield target, compiler, flags, ALL_THREADS


def machine_features():
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return set(next((line for line in lines if line.startswith("flags")), "").split())


def call(command, **settings):
    done = subprocess.run(
        [str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **settings
    )
    if done.returncode != 0:
        words = " ".join(str(word) for word in command)
        raise SystemExit(f"{words}: exit code {done.returncode}\n{done.stderr.decode()[-3000:]}")


class Comparison:
    def __init__(self, arguments, options):
        self.xnc, self.options, self.runtime = arguments.xnc, options, arguments.runtime
        self.folder = arguments.work.resolve() / "-".join([Path(arguments.model).stem, *options])
        self.folder.mkdir(parents=True, exist_ok=True)
        self.model = description(arguments.model, self.folder)
        self.name = arguments.model
        self.threads = None
        self.weights = self.folder / "w.safetensors"
        self.input = self.folder / "x.npy"

    def network(self, command):
        return [self.xnc, *command, self.model, "--weights", self.weights, *self.options]

    def prepare(self, shape):
        call([self.xnc, "seed-weights", self.model, "-o", self.weights])
        inputs = image(shape, 3)
        np.save(self.input, inputs)
        inputs.tofile(self.folder / "x.raw")

    def interpreted(self):
        """The bytes that every run must give."""
        output = self.folder / "y.npy"
        command = [*self.network(["interp"]), "--after=plan_memory", "--target=x86-64-v3"]
        call([*command, self.input, "--output", output])
        several = sorted(self.folder.glob("y.[0-9]*.npy"))
        return b"".join(np.load(path).tobytes() for path in several or [output])

    def emit(self, target):
        folder = self.folder / target
        call([*self.network(["compile"]), f"--target={target}", "-o", folder])
        return folder

    def build(self, target, compiler, flags):
        """An executable; only the emitted C meets the flags under test."""
        folder = self.folder / target
        program = folder / "-".join([compiler, *flags])
        flags = [*flags, *TARGETS[target]["flags"], f"-I{self.runtime}"]
        model = Path(folder / self.name)
        call([compiler, *flags, "-c", f"{model}.c", "-o", f"{program}.o"])
        names = [f'-DMODEL_HEADER="{self.name}.h"', f"-DMODEL={self.name}_model"]
        sources = [path for path in Path(self.runtime).glob("*.c") if path.name != "top.c"]
        include = [f"-I{folder}", f"-I{self.runtime}"]
        sleef = ["-lsleef"] if "Sleef_" in model.with_suffix(".c").read_text() else []
        call(
            [compiler, "-O1", *names, *include, HERE / "main.c", f"{program}.o", *sources,
             "-o", program, *sleef, *CONNECTED]
        )  # fmt: skip
        return program

    def run(self, target, program, threads):
        output = f"{program}.{threads}.raw"
        weights = self.folder / target / f"{self.name}.weights"
        call([program, weights, self.folder / "x.raw", output, threads])
        return Path(output).read_bytes()

    def check(self, expected, target, compiler, flags, threads):
        """Names of the runs that differ."""
        program = self.build(target, compiler, flags)
        return [
            f"{program.parent.name}/{program.name}, {count} threads"
            for count in threads
            if self.run(target, program, count) != expected
        ]


def shape_of(options):
    """The input that the options ask for, of the small networks' size by default."""
    size = next((o.split("=")[1] for o in options if o.startswith("--size=")), "64")
    height, _, width = size.partition("x")
    batch = next((o.split("=")[1] for o in options if o.startswith("--batch=")), "1")
    return int(batch), 3, int(height), int(width or height)


def compare(arguments, options):
    comparison = Comparison(arguments, options)
    comparison.prepare(shape_of(options))
    matrix = list(whole_matrix() if arguments.full else PART)
    features = machine_features()
    able = [row for row in matrix if TARGETS[row[0]]["needs"] <= features]
    for target in {row[0] for row in able}:
        comparison.emit(target)
    expected = comparison.interpreted()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        wrong = pool.map(lambda row: comparison.check(expected, *row), able)
        wrong = [run for runs in wrong for run in runs]
    print(f"{arguments.model}: {len(able)} builds, {len(matrix) - len(able)} cannot run here")
    return wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--xnc", required=True)
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("--runtime", required=True)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("model")
    arguments, options = parser.parse_known_args()
    wrong = compare(arguments, options)
    if wrong:
        sys.exit("other bits than the interpreter:\n  " + "\n  ".join(wrong))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""The same bits everywhere: interpreter, targets, compilers, flags and threads give equal files.

    bits.py --xnc XNC --target-rows TARGET_ROWS --work FOLDER MODEL [--full] [--special]
            [options of xnc...]

--full is the whole matrix: every target, gcc and clang, no flag at all and -O0 to -O3; without it a
part of it. Every build runs with several counts of threads. The expectation is the interpreter on
the fused, planned graph. Nothing is tolerated: the files are equal or the test fails. A NaN equals
every NaN, as docs/exactness.md says. --special puts NaN, infinities and the like into the input.

Code for instructions that this CPU lacks runs in qemu-x86_64, or is built against a header of their
scalar meanings (tests/ir/target); the matrix has such builds on every machine.
"""

import argparse
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "golden"), str(HERE.parent / "ir/target")]
import run_target as target_tools  # noqa: E402
from run import description  # noqa: E402
from seeded import image  # noqa: E402

RUNTIME = HERE.parent.parent / "runtime"
ALL_FLAGS = [[], ["-O0"], ["-O1"], ["-O2"], ["-O3"], ["-std=c11", "-O2"]]
ALL_THREADS = (1, 2, 3, 7)
# (target, way, compiler, flags, threads) of the part that the other networks run.
PART = [
    ("scalar", "native", "gcc", ["-O2"], (2,)),
    ("x86-64-v3", "native", "gcc", ["-O2"], (1, 3)),
    ("x86-64-v3", "native", "clang", [], (2,)),
    ("x86-64-v4", "native", "clang", ["-O3"], (1, 2, 7)),
]
SHIMS = [
    ("x86-64-v3", "shim", "gcc", ["-O2"], (1, 3)),
    ("x86-64-v4", "shim", "gcc", ["-O2"], (2, 7)),
    ("x86-64-v4", "shim", "clang", [], (1,)),
]
# With --precision=bf16: the instruction for pairs, beside targets that take them apart.
PAIRS = [
    ("x86-64-v4-bf16", "native", "clang", ["-O3"], (1, 2, 7)),
    ("x86-64-v4-bf16", "native", "gcc", ["-O2"], (3,)),
    ("x86-64-v4-bf16", "shim", "gcc", ["-O2"], (2,)),
]
PREFIX = "net"
CONNECTED = ["-lsleef", "-lm", "-lpthread"]


def whole_matrix(targets):
    for target in targets:
        for compiler in ("gcc", "clang"):
            for flags in ALL_FLAGS:
                yield target, "native", compiler, flags, ALL_THREADS
    yield from SHIMS
    yield from PAIRS


def call(command, **settings):
    done = subprocess.run(
        [str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **settings
    )
    if done.returncode != 0:
        words = " ".join(str(word) for word in command)
        raise SystemExit(f"{words}: exit code {done.returncode}\n{done.stderr.decode()[-3000:]}")


class Target:
    """How the code of one target is built and run on this machine."""

    def __init__(self, target_rows, name, folder):
        known = target_tools.facts(target_rows, name)
        front = target_tools.how_to_run(set(known["features"].split()))
        self.native = front is not None
        self.front = {"native": front, "shim": []}
        self.flags = {"native": known["flags"].split()}
        if known["guard"]:
            shim = folder / "shim"
            shim.mkdir(exist_ok=True)
            self.flags["shim"] = target_tools.shim_flags(target_rows, name, known, shim)


def canonical(values):
    """The bytes, with one payload for all NaN."""
    values = np.array(values, np.float32)
    values[np.isnan(values)] = np.float32(np.nan)
    return values.tobytes()


def with_specials(values):
    """One in five pixels of the left half holds a special number; what is right of it stays finite as
    far as windows allow."""
    special = np.array([np.nan, np.inf, -np.inf, 3e38, -3e38, 1e-45, -0.0], np.float32)
    flat = values[..., : values.shape[-1] // 2].copy()
    flat.reshape(-1)[::5] = np.resize(special, flat.reshape(-1)[::5].size)
    values[..., : values.shape[-1] // 2] = flat
    return values


class Comparison:
    def __init__(self, arguments, options):
        self.special = arguments.special
        self.xnc, self.options = arguments.xnc, options
        self.folder = arguments.work.resolve() / "-".join([Path(arguments.model).stem, *options])
        self.folder.mkdir(parents=True, exist_ok=True)
        self.model = description(arguments.model, self.folder)
        self.weights, self.input = self.folder / "w.safetensors", self.folder / "x.npy"
        self.targets = {}
        listed = subprocess.check_output([self.xnc, "targets", "--json"])
        for name in (row["name"] for row in json.loads(listed)):
            (self.folder / name).mkdir(exist_ok=True)
            self.targets[name] = Target(arguments.target_rows, name, self.folder / name)

    def network(self, command):
        return [self.xnc, *command, self.model, "--weights", self.weights, *self.options]

    def prepare(self, shape):
        call([self.xnc, "seed-weights", self.model, "-o", self.weights])
        inputs = image(shape, 3)
        inputs = with_specials(inputs) if self.special else inputs
        np.save(self.input, inputs)
        inputs.tofile(self.folder / "x.raw")
        for name in self.targets:
            place = ["-o", self.folder / name, f"--prefix={PREFIX}"]
            call([*self.network(["compile"]), f"--target={name}", *place])

    def interpreted(self):
        """The bytes that every run must give."""
        output = self.folder / "y.npy"
        command = [*self.network(["interp"]), "--after=plan_memory", "--target=x86-64-v3"]
        call([*command, self.input, "--output", output])
        several = sorted(self.folder.glob("y.[0-9]*.npy"))
        return b"".join(canonical(np.load(path)) for path in several or [output])

    def build(self, target, way, compiler, flags):
        """An executable; only the emitted C meets the flags under test."""
        folder = self.folder / target
        program = folder / "-".join([way, compiler, *flags])
        flags = [*flags, *self.targets[target].flags[way], f"-I{RUNTIME}"]
        call([compiler, *flags, "-c", folder / f"{PREFIX}.c", "-o", f"{program}.o"])
        names = [f'-DMODEL_HEADER="{PREFIX}.h"', f"-DMODEL={PREFIX}_model"]
        names += ["-DANY_CPU"] if way == "shim" else []
        sources = [path for path in sorted(RUNTIME.glob("*.c")) if path.name != "top.c"]
        call(
            [compiler, "-O1", *names, f"-I{folder}", f"-I{RUNTIME}", HERE / "main.c",
             f"{program}.o", *sources, "-o", program, *CONNECTED]
        )  # fmt: skip
        return program

    def run(self, target, way, program, threads):
        output = f"{program}.{threads}.raw"
        weights = self.folder / target / f"{PREFIX}.weights"
        front = self.targets[target].front[way]
        call([*front, program, weights, self.folder / "x.raw", output, threads])
        return canonical(np.fromfile(output, np.float32))

    def check(self, expected, target, way, compiler, flags, threads):
        """Names of the runs that differ."""
        program = self.build(target, way, compiler, flags)
        return [
            f"{target}, {program.name}, {count} threads"
            for count in threads
            if self.run(target, way, program, count) != expected
        ]

    def possible(self, row):
        """The row, or its likeness with a shim where this CPU cannot run it."""
        target, way, *rest = row
        can = way == "shim" or self.targets[target].native
        return (target, way if can else "shim", *rest)


def shape_of(options):
    """The input that the options ask for, of the small networks' size by default."""
    size = next((o.split("=")[1] for o in options if o.startswith("--size=")), "64")
    height, _, width = size.partition("x")
    batch = next((o.split("=")[1] for o in options if o.startswith("--batch=")), "1")
    return int(batch), 3, int(height), int(width or height)


def compare(arguments, options):
    comparison = Comparison(arguments, options)
    comparison.prepare(shape_of(options))
    part = PART + PAIRS if "--precision=bf16" in options else PART
    rows = whole_matrix(comparison.targets) if arguments.full else part
    rows = map(comparison.possible, rows)
    expected = comparison.interpreted()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        wrong = list(pool.map(lambda row: comparison.check(expected, *row), rows))
    print(f"{arguments.model}: {len(wrong)} builds")
    wrong = [run for runs in wrong for run in runs]
    return wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--xnc", required=True)
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("--target-rows", required=True, help="the program of tests/ir/target")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--special", action="store_true")
    parser.add_argument("model")
    arguments, options = parser.parse_known_args()
    wrong = compare(arguments, options)
    if wrong:
        sys.exit("other bits than the interpreter:\n  " + "\n  ".join(wrong))


if __name__ == "__main__":
    main()

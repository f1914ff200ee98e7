#!/usr/bin/env python3
"""The same bits everywhere: golden programs of a network (xnc compile --with-golden), built by every
compiler for every target and machine, find every layer equal to the interpreter's.

    bits.py --xnc XNC --target-rows TARGET_ROWS --work FOLDER MODEL
            [--rows few|part|pairs|quads|small|smallpairs|smallquads|full|machines|targets|native]
            [--weights FILE] [--inputs A,B] [--int8 free|pairs|fours|mixed|extreme|sums] [--maps SHARE] [options of xnc...]

full is the whole matrix: every target, gcc and clang, no flag at all, -O0 and -O3, and other
machines under qemu; few is each vector target of this machine once, part plain C and vectors of f32,
pairs that and the target with an instruction for bf16, quads that and those with instructions for
products of 8 bits, small, smallpairs and smallquads these with the vector targets of other machines,
machines the other machines alone, targets each target once, native the best build for this one. Weights
are seeded, or those of a file. Every build runs with several counts of threads. Nothing is tolerated: the
test fails with what the program says, which names the first layer that differs.

--int8 draws the numbers of a file of --quant: of all products, with weights in small pairs or not, of
some of them, or such that integers are at their bounds; with sums, nearly all weights are above zero
besides, so that sums become as large as they can.

Code for instructions that this CPU lacks runs in qemu-x86_64, or is built against a header of their
scalar meanings (tests/ir/target); the matrix has such builds on every machine.
"""

import argparse
import itertools
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / room) for room in ("golden", "ir/target", "common")]
import run_target as target_tools  # noqa: E402
from quant import write_quant  # noqa: E402
from run import description  # noqa: E402

RUNTIME = HERE.parent.parent / "runtime"
COMPILERS = ("gcc", "clang")
ALL_FLAGS = [[], ["-O0"], ["-O3"], ["-std=c11", "-O2"]]
ALL_THREADS = (1, 2, 3, 7)
# Other machines run plain C and their own targets in qemu; a way is the name of one of them,
# "native" or "shim".
MACHINES = ("aarch64", "riscv64")
# (target, way, compiler, flags, threads) of the part that the other networks run.
PART = [
    ("scalar", "native", "gcc", ["-O2"], (2,)),
    ("x86-64-v3", "native", "gcc", ["-O2"], (1, 3)),
    ("x86-64-v3", "native", "clang", [], (2,)),
    ("x86-64-v4", "native", "clang", ["-O3"], (1, 2, 7)),
]
# By scalar meanings, which say little to an optimizer: both compilers take up to a minute for
# a file of them at -O2.
SHIMS = [
    ("x86-64-v3", "shim", "gcc", [], (1, 3)),
    ("x86-64-v4", "shim", "gcc", [], (2, 7)),
    ("x86-64-v4", "shim", "clang", [], (1,)),
]
# With --precision=bf16: the instruction for pairs, beside targets that take them apart.
PAIRS = [
    ("x86-64-v4-bf16", "native", "clang", ["-O3"], (1, 2, 7)),
    ("x86-64-v4-bf16", "native", "gcc", ["-O2"], (3,)),
    ("x86-64-v4-bf16", "shim", "gcc", [], (2,)),
]
# With --int8: the instructions for words of four, beside targets that have none.
QUADS = [
    ("x86-64-v4-vnni", "native", "clang", ["-O3"], (1, 2, 7)),
    ("x86-64-v4-vnni", "native", "gcc", ["-O2"], (3,)),
    ("x86-64-v4-vnni", "shim", "gcc", [], (2,)),
    ("x86-64-v4-amx", "native", "clang", ["-O3"], (1, 2, 7)),
    ("x86-64-v4-amx", "native", "gcc", ["-O0"], (3,)),
    ("x86-64-v4-amx", "shim", "gcc", [], (2,)),
    ("x86-64-avxvnni", "native", "gcc", ["-O2"], (1, 3)),
    ("x86-64-avxvnni", "shim", "clang", [], (2,)),
]
# Of vector targets of other machines, by the one compiler that knows them.
SMALL = {"": [("gcc", ["-O3"]), ("clang", ["-O0"])], "clang": [("clang", ["-O3"])]}
NATIVE = [("x86-64-v4", "native", "clang", ["-O3"], (1, 2))]
# Zero points of integers at their bounds: sums do not cancel when all are 0.
EXTREMES = {"extreme": (0, 255), "sums": (0,)}
RESTRICTED = {"pairs": "restricted", "fours": "fours"}  # weights, else free
PREFIX = "net"


def serving(targets, precision):
    """Names of the targets that are for the precision or for all: another one's code is that of the
    plainer target in front of it."""
    return [name for name, target in targets.items() if target.precision in ("f32", precision)]


def foreign_targets(targets, precision):
    """Of each other machine: plain C and the targets for it."""
    for machine in MACHINES:
        yield "scalar", machine
        for name in serving(targets, precision):
            if targets[name].family == machine:
                yield name, machine


def whole_matrix(targets, precision):
    here = [name for name in serving(targets, precision) if targets[name].family not in MACHINES]
    for target in here:
        for compiler in COMPILERS:
            for flags in ALL_FLAGS:
                yield target, "native", compiler, flags, ALL_THREADS
    yield from (row for row in SHIMS + PAIRS + QUADS if row[0] in here)
    for target, machine in foreign_targets(targets, precision):
        for compiler in COMPILERS:
            for flags in (["-O0"], ["-O3"]):
                yield target, machine, compiler, flags, (1, 3)


def few(precision):
    """The first row of each target with vectors that runs its own instructions."""
    rows = {}
    for row in PART + {"bf16": PAIRS, "int8": QUADS}.get(precision, []):
        if row[0] != "scalar" and row[1] == "native":
            rows.setdefault(row[0], row)
    return rows.values()


def rows_of(name, targets, precision):
    foreign = list(foreign_targets(targets, precision))
    vectors = [row for row in foreign if row[0] != "scalar"]
    small = [(*row, compiler, flags, (1, 3)) for row in vectors
             for compiler, flags in SMALL[targets[row[0]].compiler]]
    return {
        "few": list(few(precision)),
        "part": PART,
        "pairs": PART + PAIRS,
        "quads": PART + SHIMS + QUADS,
        "small": PART + small,
        "smallpairs": PART + PAIRS + small,
        "smallquads": PART + SHIMS + QUADS + small,
        "full": list(whole_matrix(targets, precision)),
        "machines": [(*row, targets[row[0]].compiler or "gcc", ["-O3"], (1,)) for row in foreign],
        "targets": [(target, facts.family if facts.family in MACHINES else "native",
                     facts.compiler or "gcc", ["-O2"], (2,)) for target, facts in targets.items()],
        "native": NATIVE,
    }[name]


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
        self.family, self.precision = known["family"], known["precision"]
        self.compiler = known["compiler"]
        foreign = target_tools.is_foreign(known)
        fronts = None if foreign else target_tools.how_to_run(known)
        self.native = fronts is not None
        self.fronts = {"native": fronts, "shim": [[]]}
        self.flags = {"native": known["flags"].split()}
        for machine in MACHINES:
            every = target_tools.EMULATORS[machine]
            self.fronts[machine] = every if self.family == machine else every[:1]
            self.flags[machine] = known["flags"].split() if self.family == machine else []
        if known["guard"] and not foreign:
            shim = folder / "shim"
            shim.mkdir(exist_ok=True)
            self.flags["shim"] = target_tools.shim_flags(target_rows, name, known, shim)


def compiler_for(way, compiler, target):
    """The command of a compiler for the machine of a way, or None where there is none that compiles the
    target's code."""
    if way not in MACHINES:
        return [compiler]
    found = target_tools.compilers_of({"compiler": target.compiler}, way)
    return next((words for words in found if compiler in words[0]), None)


class Comparison:
    def __init__(self, arguments, options):
        self.xnc, self.options, self.int8 = arguments.xnc, options, arguments.int8
        self.every = arguments.rows == "full"  # emulator with every count of threads
        self.maps = arguments.maps
        self.golden = "--with-golden" + (f"={arguments.inputs}" if arguments.inputs else "")
        self.folder = arguments.work.resolve() / "-".join([Path(arguments.model).stem, *options])
        self.folder.mkdir(parents=True, exist_ok=True)
        self.model = description(arguments.model, self.folder)
        self.weights = arguments.weights or self.folder / "w.safetensors"
        self.seeded = not arguments.weights
        listed = subprocess.check_output([self.xnc, "targets", "--json"])
        self.targets = {}
        for name in (row["name"] for row in json.loads(listed)):
            (self.folder / name).mkdir(exist_ok=True)
            self.targets[name] = Target(arguments.target_rows, name, self.folder / name)

    def raise_weights(self):
        """Nine of ten weights lose their sign."""
        data = bytearray(self.weights.read_bytes())
        begin = 8 + int.from_bytes(data[:8], "little")
        values = np.frombuffer(data, "<f4", offset=begin)
        values[:] = np.where(np.arange(values.size) % 10 > 0, np.abs(values), values)
        self.weights.write_bytes(data)

    def draw_quant(self):
        """The file of --quant that is compiled with."""
        path = self.folder / "drawn.quant"
        share = 0.6 if self.int8 == "mixed" else 1.0
        write_quant(self.xnc, self.model, path, 1, RESTRICTED.get(self.int8, "free"), share, self.options,
                    self.weights, EXTREMES.get(self.int8, ()), self.maps)
        self.options = [*self.options, "--precision=int8", f"--quant={path}"]

    def prepare(self, targets):
        if self.seeded:
            call([self.xnc, "seed-weights", self.model, "-o", self.weights])
        if self.int8 == "sums":
            self.raise_weights()
        if self.int8:
            self.draw_quant()
        for name in targets:
            call([self.xnc, "compile", self.model, "--weights", self.weights, *self.options,
                  self.golden, f"--target={name}", "-o", self.folder / name, f"--prefix={PREFIX}"])

    def build_runtime(self, compiler):
        """The runtime with the hook after each layer, once for each machine."""
        folder = self.folder / f"runtime-{Path(compiler[0]).name}{'-'.join(compiler[1:])}"
        folder.mkdir(exist_ok=True)
        sources = [path for path in RUNTIME.glob("*.c") if path.name != "top.c"]
        call([*compiler, "-O1", "-DXNC_PROFILE", "-pthread", "-c", *sources], cwd=folder)
        return sorted(folder.glob("*.o"))

    def source(self, target, way):
        """The C of the network; by the scalar meanings of its instructions it needs no CPU, and Debian's
        qemu does not answer what the runtime asks of one with vectors of RISC-V."""
        source = self.folder / target / f"{PREFIX}.c"
        if way not in ("shim", "riscv64"):
            return source
        undemanding = source.with_name("undemanding.c")
        text = re.sub(r'(\.features =) [^,]*,', r'\1 "",', source.read_text())
        undemanding.write_text(text)
        return undemanding

    def build(self, target, way, compiler, flags, runtime):
        """An executable; only the emitted C meets the flags under test."""
        folder = self.folder / target
        program = folder / "-".join([way, Path(compiler[0]).name, *flags])
        flags = [*flags, *self.targets[target].flags[way], f"-I{RUNTIME}", f"-I{folder}"]
        flags += [f"-I{target_tools.STAND_IN}"] if way in MACHINES else []
        call([*compiler, *flags, "-c", self.source(target, way), "-o", f"{program}.o"])
        libraries = ["-static"] if way in MACHINES else ["-lsleef"]
        call([*compiler, "-O1", f"-I{folder}", f"-I{RUNTIME}", folder / f"{PREFIX}_golden.c",
              f"{program}.o", *runtime, "-o", program, *libraries, "-lm", "-pthread"])
        return program

    def check(self, target, way, compiler, flags, threads, runtime):
        """What the runs that differ said."""
        program = self.build(target, way, compiler, flags, runtime)
        blob = self.folder / target / f"{PREFIX}.weights"
        wrong = []
        fronts = self.targets[target].fronts[way]
        every = itertools.product(fronts, threads)
        for front, count in every if self.every or len(fronts) == 1 else zip(fronts, itertools.cycle(threads)):
            words = [str(word) for word in (*front, program, blob, count)]
            done = subprocess.run(words, capture_output=True, text=True)
            if done.returncode != 0 or "layers and" not in done.stdout:
                wrong.append(f"{program}, exit code {done.returncode}\n{done.stdout}{done.stderr}")
        return wrong

    def possible(self, row):
        """The row with its compiler's command, or its likeness with a shim where this CPU cannot run
        it; None where this machine has no compiler for another."""
        target, way, compiler, flags, threads = row
        if way == "native" and not self.targets[target].native:
            way, flags = "shim", []
        command = compiler_for(way, compiler, self.targets[target])
        return (target, way, command, flags, threads) if command else None


def distinct(rows):
    """Each build once, with all the counts of threads that were asked of it."""
    threads = {}
    for *build, counts in rows:
        build = tuple(tuple(part) if isinstance(part, list) else part for part in build)
        threads[build] = sorted({*threads.get(build, ()), *counts})
    return [(*build, counts) for build, counts in threads.items()]


def compare(arguments, options):
    comparison = Comparison(arguments, options)
    precision = "int8" if arguments.int8 else "bf16" if "--precision=bf16" in options else "f32"
    rows = rows_of(arguments.rows, comparison.targets, precision)
    comparison.prepare(dict.fromkeys(row[0] for row in rows))
    rows = distinct(row for row in map(comparison.possible, rows) if row)
    runtimes = {" ".join(row[2]): comparison.build_runtime(row[2]) for row in rows}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        wrong = list(pool.map(
            lambda row: comparison.check(*row, runtimes[" ".join(row[2])]), rows))
    print(f"{arguments.model}: {len(rows)} builds")
    return [run for runs in wrong for run in runs]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--xnc", required=True)
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("--target-rows", required=True, help="the program of tests/ir/target")
    parser.add_argument("--rows", default="few",
                        choices=("few", "part", "pairs", "quads", "small", "smallpairs", "smallquads", "full",
                                 "machines", "targets", "native"))
    parser.add_argument("--weights", type=Path, help="those of a file in place of seeded ones")
    parser.add_argument("--int8", choices=("free", "pairs", "fours", "mixed", "extreme", "sums"), help="draws a file of --quant")
    parser.add_argument("--maps", type=float, default=0.0, help="share of maps that it keeps in 8 bits")
    parser.add_argument("--inputs", help="of the golden programs; all that they make by default")
    parser.add_argument("model")
    arguments, options = parser.parse_known_args()
    wrong = compare(arguments, options)
    if wrong:
        sys.exit("other bits than the interpreter:\n" + "\n".join(wrong))


if __name__ == "__main__":
    main()

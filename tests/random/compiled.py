#!/usr/bin/env python3
"""Drawn networks compiled and run: the bits of the interpreter.

    compiled.py --xnc=XNC --first=SEED --count=N [--jobs=J] [--batch=B] [--shrink=SECONDS]

Seeds, progress and reports are those of passes.py. Each network is compiled by xnc; a compiler, its
flags, threads and where the weights are come from the seed as well. The networks of a batch with the
same compiler are one program (batch.c), which runs each of them twice in the same dirty arena. Code
for the scalar target also runs in qemu-aarch64 where that and the compiler are there.
"""

import json
import random
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from campaign import Campaign, arguments

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "common"))
from quant import write_quant  # noqa: E402

RUNTIME = HERE.parent.parent / "runtime"
NUMBERS = ("--precision", "--weights-type")  # options of what is compiled alone
SANITIZE = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g"]
STRICT = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
LEVELS = [[], ["-O0"], ["-O1"], ["-O2"], ["-O3"], ["-Os"]]
FLAGS = [  # each in one of four builds
    ["-march=native"], ["-ffp-contract=fast"], ["-ffp-contract=off"], ["-funroll-loops"],
    ["-fno-inline"], ["-fPIC"], ["-fwrapv"], ["-fno-strict-aliasing"], ["-fstack-protector-all"],
    ["-ftree-vectorize"], ["-fno-builtin"], ["-g"], ["-DNDEBUG"],
]  # fmt: skip
CROSS = "aarch64-linux-gnu-gcc"
COMPILERS = {"gcc": 4, "clang": 4, CROSS: 2}
EXPONENTIAL = ("silu", "gelu", "sigmoid", "softmax")  # call SLEEF, which is there for this machine alone
SPECIAL = {
    "plain": [],
    "zero": [0.0, -0.0],
    "subnormal": [1e-40, -1e-45, 1.1754944e-38],
    "nan": [np.nan],
    "infinity": [np.inf, -np.inf],
    "huge": [3.4028234e38, -3e38],
    "mixed": [np.nan, -np.inf, -1e-45, 3.4028234e38],
}
LONGEST = 300  # seconds of one command


class Failure(Exception):
    """What went wrong: "kind: more"."""


def call(kind, command, folder=None):
    words = [str(word) for word in command]
    try:
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder,
                              check=False, timeout=LONGEST)  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Failure(f"{kind}: too slow: {' '.join(words)}") from None
    if done.returncode:
        text = done.stdout.decode(errors="replace")
        raise Failure(f"{kind}: code {done.returncode}: {' '.join(words)}\n{text[-3000:]}")


@dataclass
class Build:
    """How a network is built and run: drawn from its seed."""

    compiler: str
    sanitize: bool
    flags: list
    threads: int  # of a pool; negative: pieces of the application's own loop
    weights_inside: bool
    adapt: bool  # weights for three channels where the network takes others

    def program(self):
        return self.compiler, self.sanitize

    def base(self):
        return [*(SANITIZE if self.sanitize else []), *(["-static"] if self.compiler == CROSS else [])]

    def front(self):
        return ["qemu-aarch64"] if self.compiler == CROSS else []


def draw_build(network):
    draw = random.Random(f"build {network.seed}")
    found = [name for name in COMPILERS if shutil.which(name)]
    asked = network.yaml() + " ".join(network.words())
    if not shutil.which("qemu-aarch64") or any(word in asked for word in EXPONENTIAL):
        found = [name for name in found if name != CROSS]
    compiler = draw.choices(found, [COMPILERS[name] for name in found])[0]
    flags = list(draw.choice(LEVELS))
    if draw.random() < 0.5:
        flags += STRICT
    flags += [word for words in FLAGS if draw.random() < 0.25 for word in words]
    if compiler == CROSS:
        flags = [flag for flag in flags if flag != "-march=native"]
    return Build(compiler, compiler != CROSS and draw.random() < 0.2, flags,
                 draw.choice([1, 1, 2, 3, 5, 8, -1, -2, -3, -7]), draw.random() < 0.2,
                 draw.random() < 0.5)  # fmt: skip


def make_input(network):
    draw = np.random.default_rng(network.weights_seed)
    values = draw.standard_normal(network.input_shape()).astype(np.float32)
    special = np.array(SPECIAL[network.input], np.float32)
    if len(special):
        places = draw.integers(0, 8, values.shape) == 0
        values = np.where(places, draw.choice(special, values.shape), values)
    return values.astype(np.float32)


class Product:
    """A network on its way from description to object files, in a folder of its own."""

    def __init__(self, checker, network, index):
        self.checker, self.network = checker, network
        self.build = draw_build(network)
        self.targets = self.possible_targets()
        self.prefix = f"net{index}"
        self.folder = checker.folder / self.prefix
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        (self.folder / "net.yaml").write_text(network.yaml())
        self.failure = None

    def possible_targets(self):
        """Those drawn that can run here, else scalar."""
        cross = self.build.compiler == CROSS
        runnable = self.checker.crossed if cross else self.checker.runnable
        return [name for name in self.network.targets if name in runnable] or ["scalar"]

    def xnc(self, command, *more, drop=()):
        words = [word for word in self.network.words() if not word.startswith(drop)]
        call(f"xnc {command}", [self.checker.xnc, command, "net.yaml", *words, *more], self.folder)

    def compile(self):
        """xnc: weights, the expected outputs, C and blob."""
        network, adapt = self.network, self.build.adapt
        three = network.description["input"].get("channels", 3) == 3
        self.xnc("seed-weights", "-o", "w.safetensors", f"--seed={network.weights_seed}",
                 drop=(*NUMBERS, "--in-chans") if adapt and three else NUMBERS)  # fmt: skip
        weights = "--weights=w.safetensors"
        tuned = []
        if network.tuning and network.targets[0] in self.targets:
            (self.folder / "numbers.tuning").write_text(network.tuning_text())
            tuned = ["--tuning=numbers.tuning"]
        inside = ["--weights-as=object"] if self.build.weights_inside else []
        tuned += self.quant_words()
        self.xnc("compile", weights, "-o", ".", f"--prefix={self.prefix}", *tuned, *inside,
                 f"--target={','.join(self.targets)}")  # fmt: skip
        values = make_input(network)
        np.save(self.folder / "x.npy", values)
        values.tofile(self.folder / "x.raw")
        self.xnc("interp", weights, "x.npy", "-o", "y.npy", "--after=plan_memory",
                 f"--target={self.targets[0]}", *tuned)  # fmt: skip

    def quant_words(self):
        """Of an int8 network: the file of --quant, drawn from its seed too."""
        if self.network.options.get("precision") != "int8":
            return []
        draw = random.Random(f"quant {self.network.seed}")
        words = [word for word in self.network.words() if not word.startswith("--precision")]
        pairs = draw.choice(["free", "free", "restricted", "fours"])
        share, extreme = draw.choice([1.0, 0.6]), draw.random() < 0.3
        try:
            write_quant(self.checker.xnc, self.folder / "net.yaml", self.folder / "drawn.quant",
                        self.network.seed, pairs, share, words, self.folder / "w.safetensors",
                        (0, 255) if extreme and pairs == "free" else (),
                        draw.choice([0.0, 0.6, 1.0]))  # fmt: skip
        except subprocess.CalledProcessError as error:
            raise Failure(f"xnc analyze: {error.stderr}") from None
        return ["--quant=drawn.quant"]

    def flags_of(self, source):
        if len(self.targets) == 1:
            return self.checker.flags[self.targets[0]]
        for name in self.targets:
            if source.stem == f"{self.prefix}_{name.replace('-', '_')}":
                return self.checker.flags[name]
        return []

    def objects(self):
        """The C compiler: an object for each source."""
        sources = sorted(self.folder.glob(f"{self.prefix}*.[cS]"))
        for source in sources:
            flags = [*self.build.base(), *self.build.flags, *self.flags_of(source)]
            call("cc", [self.build.compiler, *flags, f"-I{RUNTIME}", "-c", source.name], self.folder)
        return [source.with_suffix(".o") for source in sources]

    def expected(self):
        several = sorted(self.folder.glob("y.[0-9]*.npy"), key=lambda path: int(path.suffixes[0][1:]))
        return np.concatenate([np.load(path).ravel() for path in several or [self.folder / "y.npy"]])

    def run(self, program, index):
        weights = "-" if self.build.weights_inside else self.folder / f"{self.prefix}.weights"
        output = self.folder / "y.raw"
        call("run", [*self.build.front(), program, index, weights, self.folder / "x.raw", output,
                     self.build.threads, self.network.fill])  # fmt: skip
        wanted, got = self.expected(), np.fromfile(output, np.float32)
        if got.size == 0 or got.size % (2 * wanted.size):
            raise Failure(f"differs: {got.size} numbers instead of {wanted.size}")
        for run, part in enumerate(got.reshape(-1, wanted.size)):
            same = (part.view(np.uint32) == wanted.view(np.uint32)) | (np.isnan(part) & np.isnan(wanted))
            if not same.all():
                first = int(np.flatnonzero(~same)[0])
                raise Failure(f"differs: run {run}: {int((~same).sum())} of {wanted.size} numbers, at "
                              f"{first}: {part[first]!r} instead of {wanted[first]!r}")  # fmt: skip

    def attempt(self, step, *more):
        """What a step gives; its failure is kept."""
        try:
            return step(*more) if not self.failure else None
        except Failure as failure:
            self.failure = str(failure)
            return None

    def verdict(self):
        if not self.failure:
            return "fine", ""
        how = f"targets {self.targets}, {self.build}"
        return "wrong", f"{self.failure}\n{how}\n"


class Checker:
    def __init__(self, options, folder):
        self.xnc, self.folder = Path(options.xnc).resolve(), folder
        rows = json.loads(subprocess.run([self.xnc, "targets", "--json"], check=True,
                                         stdout=subprocess.PIPE).stdout)  # fmt: skip
        cpu = Path("/proc/cpuinfo").read_text().partition("\nflags")[2].partition("\n")[0].split()
        self.flags = {row["name"]: row["cc_flags"].split() for row in rows}
        self.runnable = {row["name"] for row in rows if set(row["features"].split()) <= set(cpu)}
        self.crossed = {row["name"] for row in rows if row["family"] in ("", "aarch64")}
        self.runtimes = {}

    def runtime(self, build):
        """Objects of the runtime; once for each kind of program."""
        key = build.program()
        if key not in self.runtimes:
            folder = self.folder / f"runtime{len(self.runtimes)}"
            folder.mkdir()
            sources = [path for path in RUNTIME.glob("*.c")
                       if path.stem != "top" and not path.stem.startswith("image")]  # fmt: skip
            call("cc of the runtime", [build.compiler, *build.base(), "-O1", "-c", *sources], folder)
            self.runtimes[key] = sorted(folder.glob("*.o"))
        return self.runtimes[key]

    def link(self, build, products):
        """The program of these products."""
        entries = self.folder / "entries.h"
        names = [product.prefix for product in products]
        rows = [f"{{&{product.prefix}_model, "
                f"{product.prefix + '_weights' if product.build.weights_inside else 'NULL'}}},"
                for product in products]  # fmt: skip
        entries.write_text("".join(f'#include "{name}.h"\n' for name in names)
                           + "static const Entry entries[] = {" + "\n".join(rows) + "};\n")  # fmt: skip
        program = self.folder / "program"
        folders = [f"-I{product.folder}" for product in products]
        objects = [name for product in products for name in product.made]
        sleef = [] if build.compiler == CROSS else ["-lsleef"]
        call("link", [build.compiler, *build.base(), "-std=c11", f'-DENTRIES="{entries}"',
                      f"-I{RUNTIME}", *folders, HERE / "batch.c", *objects, *self.runtime(build),
                      "-o", program, *sleef, "-lm", "-lpthread"])  # fmt: skip
        return program

    def program(self, products):
        try:
            return self.link(products[0].build, products)
        except Failure as failure:
            for product in products:
                product.failure = str(failure)
            return None

    def check(self, networks):
        products = [Product(self, network, index) for index, network in enumerate(networks)]
        for product in products:
            product.attempt(product.compile)
            product.made = product.attempt(product.objects)
        kinds = {product.build.program() for product in products}
        for kind in sorted(kinds):
            group = [p for p in products if p.build.program() == kind and not p.failure]
            program = self.program(group) if group else None
            for index, product in enumerate(group):
                product.attempt(product.run, program, index)
        return [product.verdict() for product in products]

    def close(self):
        pass


def main():
    parser = arguments(__doc__.partition("\n")[0], 12)
    parser.add_argument("--xnc", required=True, help="the tool")
    return not Campaign(parser.parse_args(), Checker).run()


if __name__ == "__main__":
    sys.exit(main())

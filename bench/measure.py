"""What bench/compare measures: each part gives rows for results.py.

times    every engine on every network, in turn in one process (together.py)
precision, accuracy  those of precisions.py
alone    memory, start-up and size of every engine, each in a process of its own (alone.py)
program  the same of a C program that links the network (start.c)
python   a loop over JPEG files in Python (python_loop.py)
sweep    the share of the peak that xnc reaches as sizes, batches and strides change (xnc bench)
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import engines
import ncnn_graph
import numpy as np
import onnx_graph
from onnx_graph import SIZE
from precisions import SOURCE, accuracy, precision
from python_loop import python
from rows import KERAS, TRAINED
from seeded import image

HERE = Path(__file__).resolve().parent
ALONE_COUNTS = PROGRAM_COUNTS = 3
# The engines that can be held to an instruction set of xnc's, and how.
HELD = {"x86-64-v3": ({"ONEDNN_MAX_CPU_ISA": "AVX2"}, ("xnc", "OpenVINO"))}
# Option of xnc bench: its default here, then the other values.
SWEEPS = {
    "size": ("299", "160", "224", "384", "512", "640"),
    "batch": ("1", "4", "8", "32"),
    "output-stride": ("32", "8", "16"),
}
SWEEP_RUNS = 4


class Bench:
    """The settings of a comparison, its folder of files, and what is there for each network."""

    def __init__(self, arguments, folder):
        self.xnc, self.cc, self.folder = arguments.xnc, arguments.cc, folder
        self.rounds, self.threads = arguments.runs, arguments.threads
        self.calibration, self.pictures = arguments.calibration, arguments.pictures
        self.judged = arguments.judged
        targets = json.loads(self.ask("targets", "--json"))
        self.flags = {target["name"]: target["cc_flags"].split() for target in targets}
        self.input = os.path.join(folder, "input.npy")
        np.save(self.input, image((1, 3, SIZE, SIZE), 1))
        self.peaks = {}  # libraries, by target

    def ask(self, *command):
        return subprocess.check_output([self.xnc, *command], text=True)

    def peak(self, target):
        """A library of the loop that xnc bench measures the peak with."""
        if target not in self.peaks:
            source, library = (os.path.join(self.folder, f"peak-{target}.{e}") for e in ("c", "so"))
            Path(source).write_text(self.ask("targets", f"--peak={target}"), encoding="ascii")
            flags = ["-O3", *self.flags[target], "-shared", "-fPIC", "-o", library]
            subprocess.run([self.cc, *flags, source, "-lm"], check=True)
            self.peaks[target] = library
        return self.peaks[target]

    def network(self, model):
        """Words of a command: the network and its weights."""
        weights = os.path.join(self.folder, f"{model}.safetensors")
        return SOURCE if model == TRAINED else model, f"--weights={weights}"

    def compile(self, model, target, *options):
        """The folder into which xnc compiled a network, for the best target where that is None."""
        out = tempfile.mkdtemp(prefix=f"{model}-", dir=self.folder)
        chosen = [f"--target={target or 'native'}", f"--cc={self.cc}", "-o", out]
        subprocess.run([self.xnc, "compile", *self.network(model), *chosen, *options], check=True)
        return out

    def shared_object(self, model, target, *options):
        out = self.compile(model, target, "--emit=so", *options)
        found = [name for name in os.listdir(out) if name.endswith(".so")]
        return [os.path.join(out, found[0]), os.path.join(out, f"{model}.weights")]

    def together(self, model, target, files, environment=None, **more):
        """Rows of together.py: files by engine; more: what else its setting has."""
        setting = {"model": model, "input": self.input, "threads": self.threads}
        setting |= {"rounds": self.rounds, "peak": self.peak(target), "files": files} | more
        command = [sys.executable, str(HERE / "together.py")]
        done = subprocess.run(command, env=os.environ | (environment or {}), text=True, check=False,
                              input=json.dumps(setting), stdout=subprocess.PIPE)  # fmt: skip
        if done.returncode != 0:
            sys.exit(done.returncode)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def export_keras(self, targets):
        """Beside Keras alone, which has the network itself; the logits, as its softmax hides them."""
        peers = {"Keras": []} if engines.has_keras() else {}
        if not peers:
            said = "Keras with TensorFlow is not installed (pip install keras tensorflow-cpu)"
            print(f"{KERAS}: {said}: timed without it", file=sys.stderr)
        logits = "--head=linear 1000"
        return {target: {"xnc": self.shared_object(KERAS, target, logits)} | peers for target in targets}

    def export(self, model, targets):
        """The same weights for all: the files that each engine loads, by engine; for xnc by target."""
        base = os.path.join(self.folder, model)
        self.ask("seed-weights", model, "-o", f"{base}.safetensors")
        if model == KERAS:
            return self.export_keras(targets)
        graph = onnx_graph.build(model, f"{base}.safetensors")
        layers, values = ncnn_graph.build(graph)
        Path(f"{base}.onnx").write_bytes(graph.SerializeToString())
        Path(f"{base}.param").write_text(layers, encoding="ascii")
        Path(f"{base}.bin").write_bytes(values)
        onnx, ncnn = [f"{base}.onnx"], [f"{base}.param", f"{base}.bin"]
        peers = {"ONNX Runtime": onnx, "OpenVINO": onnx, "ncnn": ncnn}
        return {target: {"xnc": self.shared_object(model, target)} | peers for target in targets}

    def forget(self, model):
        """Frees the room of its files."""
        for path in Path(self.folder).glob(f"{model}[.-]*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def times(bench, model, files, targets):
    """The first target beside all engines as they come, others beside those that can be held to it."""
    for index, target in enumerate(targets):
        environment, names = HELD[target] if index else ({}, tuple(files[target]))
        chosen = {name: files[target][name] for name in names if name in files[target]}
        # Keras has the same number of threads in all of a process.
        runs = [{"threads": [count]} for count in bench.threads] if "Keras" in chosen else [{}]
        for more in runs:
            for row in bench.together(model, target, chosen, environment, **more):
                place = f"{model:14} {target} {row['threads']} {row['engine']:13}"
                print(f"{place} {row['milliseconds']:8.2f} ms {row['share']:6.1%}", flush=True)
                yield row


def least(command, count):
    """The least of each number that a command prints as JSON, in so many processes."""
    found = [json.loads(subprocess.check_output(command)) for _ in range(count)]
    return {key: min(result[key] for result in found) for key in found[0]}


def alone(bench, model, files, targets):
    for name, paths in files[targets[0]].items():
        command = [sys.executable, str(HERE / "alone.py"), name, bench.input, *paths]
        size = engines.deployed_bytes(name, paths) * 1e-6
        row = {"model": model, "engine": name, "deployed": size}
        yield row | least(command, ALONE_COUNTS)


def link_start(bench, model, target):
    """start.c with the network and the runtime, but for the ranking, which needs SLEEF."""
    out = bench.compile(model, target, "--emit=lib", "--with-runtime")
    sources = [str(path) for path in Path(out).glob("xnc_*.c") if path.name != "xnc_top.c"]
    network = [f"-I{out}", f'-DHEADER="{model}.h"', f"-DNETWORK={model}_model"]
    program, library = os.path.join(out, "start"), os.path.join(out, f"lib{model}.a")
    command = [bench.cc, "-std=c11", "-O2", *network, str(HERE / "start.c"), *sources, library]
    subprocess.run([*command, "-lm", "-pthread", "-o", program], check=True)
    return program, os.path.join(out, f"{model}.weights")


def program(bench, model, files, targets):
    command = link_start(bench, model, targets[0])
    for way in ("map", "read"):
        found = least([*command, way], PROGRAM_COUNTS)
        row = {"model": model, "way": way, "start": found["first_ms"] - found["run_ms"]}
        for key in ("weights", "arena", "resident"):
            row[key] = found[f"{key}_bytes"] * 1e-6
        yield row


def sweep(bench, model, files, targets):
    shares = {}  # by what is given to xnc bench; a default is not, so it is measured once for all
    for option, (default, *others) in SWEEPS.items():
        if option == "output-stride" and model == "xception":
            continue  # its strides cannot be given up
        for value in (default, *others):
            given = () if value == default else (f"--{option}={value}",)
            if given not in shares:
                command = ["bench", model, "--json", f"--target={targets[0]}", f"--cc={bench.cc}"]
                text = bench.ask(*command, f"--runs={SWEEP_RUNS}", *given)
                shares[given] = json.loads(text)["share_of_peak"]
                print(f"{model:12} {' '.join(given):20} {shares[given]:6.1%}", flush=True)
            row = {"model": model, "option": option, "value": int(value)}
            yield row | {"share": shares[given]}


PARTS = {
    "times": times,
    "precision": precision,
    "accuracy": accuracy,
    "alone": alone,
    "program": program,
    "python": python,
    "sweep": sweep,
}

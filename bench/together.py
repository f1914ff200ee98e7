"""Times several engines on one network, in turn in this one process.

    together.py < SETTING.json

The setting names the network, its files for each engine, the input, the numbers of threads, the
rounds, and the library of the multiply-add loop; if it has sets of pictures with their results in
float64, rows of the first number of threads say how far each engine is from these. What must be in
the environment before an engine is imported (ONEDNN_MAX_CPU_ISA) is the caller's to set. Printed: one
row for each engine and number of threads, as JSON. The exit code is 4 when the results of engines in
f32 differ.
"""

import ctypes
import json
import os
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from compiled import Compiled
from engines import load
from pictures import answers
from rows import HOME, is_home, precision

TOLERANCE = 1e-4  # of the spread of the logits
PAUSE = 0.03  # seconds in which the threads of the engine before stop spinning
BURST = 80  # milliseconds at the peak: about as long as a run


def milliseconds(function):
    start = time.perf_counter()
    function()
    return 1e3 * (time.perf_counter() - start)


class Peak:
    """Bursts of fused multiply-adds on so many threads at once; best is in GFLOP/s."""

    def __init__(self, library, threads):
        self.loop = ctypes.CDLL(library).xnc_peak
        self.loop.restype, self.loop.argtypes = ctypes.c_double, [ctypes.c_long]
        self.threads, self.steps, self.best = ThreadPoolExecutor(threads), 1000, 0
        self.count = threads
        while (taken := milliseconds(self.burst)) < BURST / 4:
            self.steps *= 2
        self.steps, self.best = int(self.steps * BURST / taken), 0

    def burst(self):
        operations = []
        run = lambda steps: operations.append(self.loop(steps))  # noqa: E731
        taken = milliseconds(lambda: list(self.threads.map(run, [self.steps] * self.count)))
        self.best = max(self.best, sum(operations) / taken * 1e-6)


def load_in_memory(engine, files, inputs, threads):
    """Weights of ours are not mapped: the others have theirs in memory anyway."""
    options = {"map_weights": False} if is_home(engine) else {}
    return load(engine, files, inputs, threads, **options)


def demand_agreement(model, runs):
    """Ends the process where results in f32 differ from the first one's."""
    results = {key: run().copy() for key, run in runs.items() if precision(key[1]) == "f32"}
    first = next(iter(results.values()))
    for (threads, engine), result in results.items():
        off = abs(result - first).max() / first.std()
        if not off <= TOLERANCE:
            message = f"{engine}, {threads} threads, differs by {off:.1e} of the spread"
            print(f"{model}: {message}", file=sys.stderr)
            sys.exit(4)


def error(run, inputs, pictures, truth):
    """Root mean square of the logits' differences from the truth, in parts of its spread."""
    pairs = zip(answers(run, inputs, np.load(pictures, mmap_mode="r")), truth, strict=True)
    squares = [((logits - right) ** 2).mean() for logits, right in pairs]
    return np.sqrt(np.mean(squares)) / truth.std()


def errors(setting, runs, inputs):
    """Of each run on the first number of threads on each set of pictures; empty without sets."""
    found = {key: {} for key in runs}
    for name, (pictures, truth) in setting.get("sets", {}).items():
        for key in (key for key in runs if key[0] == setting["threads"][0]):
            found[key][f"error, {name}"] = error(runs[key], inputs, pictures, np.load(truth))
    return found


def interleave(runs, peaks, rounds):
    """The best time of each run in ms: every round runs each once, and each peak.

    The order changes from round to round, so that nobody always runs behind the same neighbour.
    """
    best, shuffle = dict.fromkeys(runs, float("inf")), random.Random(1).shuffle
    for _ in range(rounds):
        order = list(runs)
        shuffle(order)
        for name in order:
            time.sleep(PAUSE)
            best[name] = min(best[name], milliseconds(runs[name]))
        for peak in peaks.values():
            peak.burst()
    return best


def file_bytes(engine, setting):
    """Of the network's files; of ours without its code."""
    files = setting["files"][engine]
    return sum(os.path.getsize(path) for path in (files[1:] if is_home(engine) else files))


def rows(setting):
    inputs = np.load(setting["input"])
    runs = {
        (threads, engine): load_in_memory(engine, files, inputs, threads)
        for threads in setting["threads"]
        for engine, files in setting["files"].items()
    }
    demand_agreement(setting["model"], runs)
    peaks = {threads: Peak(setting["peak"], threads) for threads in setting["threads"]}
    best = interleave(runs, peaks, setting["rounds"])
    off = errors(setting, runs, inputs)
    network = Compiled(setting["model"], *setting["files"][HOME], 1)
    for (threads, engine), taken in best.items():
        share = 2e-6 * network.macs / taken / peaks[threads].best
        row = {"model": setting["model"], "target": network.target, "threads": threads}
        row |= {"engine": engine, "milliseconds": taken, "share": share}
        row |= {"peak": peaks[threads].best, "size": file_bytes(engine, setting) * 1e-6}
        yield row | off[threads, engine]


def main():
    for row in rows(json.load(sys.stdin)):
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()

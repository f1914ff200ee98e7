"""Times several engines on one network, in turn in this one process.

    together.py < SETTING.json

The setting names the network, its files for each engine, the input, the numbers of threads, the
rounds, and the library of the multiply-add loop. What must be in the environment before an engine
is imported (ONEDNN_MAX_CPU_ISA) is the caller's to set. Printed: one row for each engine and number
of threads, as JSON. The exit code is 4 when the engines' results differ.
"""

import ctypes
import json
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from compiled import Compiled
from engines import HOME, load

TOLERANCE = 1e-4  # of the spread of the logits
PAUSE = 0.03  # seconds in which the threads of the engine before stop spinning
IN_MEMORY = {HOME: {"map_weights": False}}  # the others have their weights there anyway
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


def disagreement(runs):
    """The largest difference from the first one, in parts of its spread, for each other one."""
    results = {name: run().copy() for name, run in runs.items()}
    first = next(iter(results.values()))
    return {name: abs(result - first).max() / first.std() for name, result in results.items()}


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


def rows(setting):
    inputs = np.load(setting["input"])
    runs = {
        (threads, engine): load(engine, files, inputs, threads, **IN_MEMORY.get(engine, {}))
        for threads in setting["threads"]
        for engine, files in setting["files"].items()
    }
    for (threads, engine), off in disagreement(runs).items():
        if not off <= TOLERANCE:
            message = f"{engine}, {threads} threads, differs by {off:.1e} of the spread"
            print(f"{setting['model']}: {message}", file=sys.stderr)
            sys.exit(4)
    peaks = {threads: Peak(setting["peak"], threads) for threads in setting["threads"]}
    best = interleave(runs, peaks, setting["rounds"])
    network = Compiled(setting["model"], *setting["files"][HOME], 1)
    for (threads, engine), taken in best.items():
        share = 2e-6 * network.macs / taken / peaks[threads].best
        row = {"model": setting["model"], "target": network.target, "threads": threads}
        row |= {"engine": engine, "milliseconds": taken, "share": share}
        yield row | {"peak": peaks[threads].best}


def main():
    for row in rows(json.load(sys.stdin)):
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
